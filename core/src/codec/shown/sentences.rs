//! Sentences for fields whose own codec has none, by the standard's name of the field; and the
//! clause of what a field lies in, where it names none of its own.
//!
//! Knows names alone: what differs from one message to the next is said by the codec itself.

use crate::codec::Field;
use std::borrow::Cow;

/// Gives each field a sentence and a clause, where it has none and one is known.
pub fn complete(fields: &mut [Field], clause: &'static str) {
    fill(fields, Cow::Borrowed(clause));
}

fn fill(fields: &mut [Field], above: Cow<'static, str>) {
    for field in fields {
        if field.clause.is_empty() {
            field.clause = above.clone();
        }
        if field.note.is_empty() {
            field.note = Cow::Borrowed(sentence(&field.name));
        }
        fill(&mut field.children, field.clause.clone());
    }
}

/// The sentence of a name; empty for a name that says all itself.
fn sentence(name: &str) -> &'static str {
    if let Some(found) = SENTENCES.iter().find(|(known, _)| *known == name) {
        return found.1;
    }
    match name {
        name if name.starts_with("Octet ") => "Each bit says one thing that the terminal can do.",
        _ => "",
    }
}

const SENTENCES: &[(&str, &str)] = &[
    ("Length", "How many bytes of value follow."),
    ("Tag", "Which kind of object it is."),
    ("Value", "What the object holds."),
    ("Octets", "What is carried, as it is."),
    ("Data", "What the command or the response carries."),
    ("node", "The node is an interior one."),
    ("chr", "The value is text."),
    ("bin", "The value is bytes."),
    ("int", "The value is a whole number."),
    ("bool", "The value is true or false."),
    ("Source", "Who says it."),
    ("Destination", "Whom it is for."),
    ("Type of command", "What the card wants the terminal to do."),
    ("Command number", "Which of several commands is meant."),
    ("Command qualifier", "How the command is to be done."),
    (
        "Further information",
        "What else there is to know of the channel: 05 is a dropped link.",
    ),
    (
        "Channel and state",
        "Which channel, and what becomes of it.",
    ),
    (
        "General result",
        "Whether the terminal did it, and if not, why.",
    ),
    (
        "Additional information",
        "The reason, by the rules of this result.",
    ),
    (
        "Protocol type",
        "Which protocol carries the channel, and who waits for whom.",
    ),
    (
        "Port number",
        "The port that the channel listens at, or connects to.",
    ),
    (
        "CLA",
        "Class: which standard the instruction belongs to, and on which logical channel.",
    ),
    ("INS", "Instruction: what the card is to do."),
    ("P1", "First parameter of the instruction."),
    ("P2", "Second parameter of the instruction."),
    ("P3", "Length of what is sent, or wanted."),
    ("Lc", "How many bytes of data follow."),
    ("Le", "How many bytes are wanted at most; 00 is 256."),
    (
        "File identifier",
        "Two bytes that name a file within its directory.",
    ),
    (
        "Short file identifier",
        "Five bits by which a file can be used without selecting it.",
    ),
    (
        "File descriptor",
        "Whether it is a directory, transparent, or of records, and how long these are.",
    ),
    ("File size", "How many bytes the file holds."),
    ("Life cycle status", "Whether the file can be used."),
    (
        "Security attributes, referenced",
        "Which record of which file has the access rules.",
    ),
    (
        "UICC characteristics",
        "Whether the clock may stop, and which voltages the card takes.",
    ),
    ("Available memory", "How many bytes are left for new files."),
    (
        "Supported system commands",
        "Which administrative commands the card knows.",
    ),
    (
        "DF name",
        "The name of the application, by which it is selected.",
    ),
    ("Name", "The name by which it is selected."),
    ("TS", "How bits are to be read: 3B is direct, 3F inverse."),
    (
        "T0",
        "Which interface bytes follow, and how many historical ones.",
    ),
    ("TCK", "Exclusive or of all bytes behind TS."),
    ("headers length", "How many bytes of headers follow."),
    ("PDU type", "What the WSP unit is: 06 is a push."),
    (
        "X-Wap-Application-Id",
        "For which program of the device the push is.",
    ),
    ("Content-Type", "What the body is."),
    ("User-Agent", "Which program sends it."),
    ("Start line", "What is wanted, or how it went."),
    ("End of head", "An empty line: the body begins behind it."),
    ("length-identifier", "How many bytes of ServerID follow."),
    (
        "TP-MTI, flags",
        "What kind of message it is, and whether the user data begin with a header.",
    ),
    (
        "TP-MR",
        "A number that the sender counts up, by which the report names the message.",
    ),
    ("TP-OA", "Who sent it."),
    ("TP-DA", "Whom it is for."),
    (
        "TP-PID",
        "How the message is to be handled: 7F is for the card.",
    ),
    (
        "TP-DCS",
        "How the user data are coded, and for whom: F6 is 8-bit for the card, 15 for the device.",
    ),
    ("TP-SCTS", "When the service centre took it."),
    ("TP-PI", "Which optional parts follow."),
    ("TP-FCS", "Why the message was not taken."),
    (
        "TP-UDL",
        "Length of the user data: bytes, or characters of seven bits in the default alphabet.",
    ),
    (
        "PIN status template",
        "Which keys the card has, and whether each is enabled.",
    ),
    ("PIN", "The secret itself, eight bytes filled with FF."),
    ("Old PIN", "The secret until now."),
    ("New PIN", "The secret from now on."),
    (
        "Unblocking code",
        "The PUK, which sets a new PIN in place of a blocked one.",
    ),
    ("TP-VP", "How long the service centre keeps trying."),
    ("UDHL", "How many bytes of header follow."),
    ("ports", "For which program the message is, and from which."),
    (
        "part of a long message",
        "Which message the part belongs to, how many parts there are, and which one this is.",
    ),
    (
        "command packet",
        "The user data are a secured packet for the card.",
    ),
    (
        "response packet",
        "The user data are the card's answer to a secured packet.",
    ),
    ("command", "How the packet is secured."),
    (
        "receipt",
        "Whether a proof of receipt is wanted, and how it is to be secured.",
    ),
    ("TAR", "Which application of the card answers."),
    ("RPL", "How long the response packet is."),
    ("RHL", "How long its header is."),
    ("Alpha identifier", "A text that the user sees."),
    ("Body", "The message that is carried."),
    ("Buffer size", "How many bytes the channel may hold."),
    ("Channel data", "Bytes of the connection."),
    (
        "Channel data length",
        "How many bytes are there, or have room; FF is 255 or more.",
    ),
    ("Channel status", "Which channel, and what it is at."),
    (
        "Command details",
        "Which command, and how it is to be done.",
    ),
    ("Device identities", "Who says it, and for whom."),
    ("Event list", "Which events are meant."),
    ("Item", "One choice of the menu."),
    ("Item identifier", "Which item was chosen."),
    ("Package #0", "The notification of the DM Server."),
    ("Proprietary information", "What the card says of itself."),
    ("Result", "What became of the command."),
    ("SMS TPDU", "The short message, as the network carries it."),
    (
        "SPI",
        "How the packet is secured, and whether its receipt is wanted.",
    ),
    ("TP-UD", "What the message carries."),
    ("TP-UDH", "Elements that say what the user data are."),
    ("Text string", "A text with its coding."),
    ("Timer identifier", "Which of the eight timers."),
    ("Timer value", "Hours, minutes and seconds, digits swapped."),
    (
        "UICC/terminal interface transport level",
        "Protocol and port of the channel.",
    ),
    (
        "LocURI",
        "The address: of a node, of a device or of a server.",
    ),
    ("parm", "One parameter: a name and its value."),
    ("string", "A text that ends with 00."),
    ("value", "The value of what it lies in."),
    ("key", "Which entry it is."),
    ("head", "Kind and length of what follows."),
    ("r", "First half of the signature."),
    ("s", "Second half of the signature."),
    ("version", "Version of what it lies in."),
    ("DevId", "Which device."),
    ("ServerID", "Which DM Server."),
    ("SessionID", "Which session."),
];
