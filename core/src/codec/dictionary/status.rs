//! Status codes of DM commands (OMA-TS-DM_RepPro-V1_2_1 §10).

use super::Told;

pub(super) const ROWS: &[Told] = &[
    (
        "200",
        "The command was carried out.",
        "Nothing is to be done.",
    ),
    (
        "202",
        "The process was started and goes on behind the session.",
        "Wait for the generic alert (1226) that tells its end.",
    ),
    (
        "212",
        "The credentials are right, and are not asked for again in this session.",
        "Nothing is to be done.",
    ),
    (
        "213",
        "One chunk of a large object is kept, nothing is changed yet.",
        "Send the next chunk.",
    ),
    (
        "214",
        "The user cancelled the question.",
        "Ask again at another time, or less.",
    ),
    (
        "215",
        "A question, or a failure before it, kept the command from being done.",
        "Look at the Status before it.",
    ),
    (
        "216",
        "The command was done and taken back, as another of its Atomic failed.",
        "Look for the one command of the Atomic with a code of its own.",
    ),
    (
        "304",
        "The user said no.",
        "Behind an Alert 1101 it is the user's no.",
    ),
    (
        "400",
        "The command or the message is not as it must be.",
        "Decode the message; look for a missing element or a wrong SessionID or MsgID.",
    ),
    (
        "401",
        "Name, secret or nonce are others than the peer expects.",
        "Use the nonce of the Chal that comes with it; if it comes again, compare the secrets.",
    ),
    (
        "403",
        "The command is understood, and never done for this server.",
        "Look at the policy of the device: it may want the user's consent first.",
    ),
    (
        "404",
        "There is no such node, or no parent for it.",
        "Get the parent's children; Add what is missing from the top down.",
    ),
    (
        "405",
        "The node does not take this command: permanent, a leaf, or against its description.",
        "Look at the AccessType in its DDF.",
    ),
    (
        "406",
        "The device lacks what is asked for, such as a list of a Get or an Exec.",
        "Do it with plain commands.",
    ),
    (
        "407",
        "No credentials were shown.",
        "Send Cred as the Chal with it says.",
    ),
    (
        "408",
        "The user did not answer within MAXDT.",
        "Ask again when the user is there.",
    ),
    (
        "412",
        "An element that the command needs is missing.",
        "Compare the command with its DTD.",
    ),
    (
        "413",
        "The object or message is larger than the peer takes.",
        "Look at MaxMsgSize and MaxObjSize; send in chunks.",
    ),
    (
        "414",
        "The URI, a name in it or its depth is beyond the device's limits.",
        "Look at DevDetail/URI.",
    ),
    (
        "415",
        "The node takes other types or formats, or the value is none of its format.",
        "Look at DFFormat and DFType in its DDF.",
    ),
    (
        "416",
        "The device cannot show the question.",
        "Ask with fewer choices or shorter texts.",
    ),
    (
        "418",
        "The node that was to be added is there.",
        "Send a Replace.",
    ),
    (
        "420",
        "The tree has no room for the node.",
        "Delete something first.",
    ),
    (
        "424",
        "The object has another size than was announced.",
        "Compare Meta Size with the bytes of all chunks.",
    ),
    (
        "425",
        "The ACL does not name the server for this command.",
        "Get the node's ?prop=ACL; who has Replace may change it.",
    ),
    (
        "500",
        "The device could not do it, or a Get or Atomic stands in an Atomic.",
        "Take Get and Atomic out of the Atomic; else look at the device.",
    ),
    (
        "501",
        "The device does not know the command.",
        "Do it with other commands.",
    ),
    ("503", "The peer is busy.", "Try again later."),
    ("505", "VerDTD is another than the peer reads.", "Use 1.2."),
    (
        "506",
        "The peer failed while it worked at the command.",
        "Try again; look at the peer.",
    ),
    (
        "507",
        "One command of the Atomic failed, so that none of them holds.",
        "Look for the command with a code of its own.",
    ),
    (
        "510",
        "The memory of the device failed.",
        "Look at the device.",
    ),
    ("511", "The peer failed as a whole.", "Try again later."),
    (
        "513",
        "VerProto is another than the peer speaks; nothing was done.",
        "Use DM/1.2.",
    ),
    (
        "514",
        "The session was aborted while the command waited.",
        "Send it in the next session.",
    ),
    (
        "516",
        "A command of the Atomic could not be taken back.",
        "Read the nodes of the Atomic: the tree may be between.",
    ),
    (
        "517",
        "The Statuses of the Atomic do not fit into one message.",
        "Use a smaller Atomic or larger messages.",
    ),
];
