//! What the elements of a message are for, clause by clause, for people who look at bytes.

use crate::codec::vocabulary::wbxml::{Tag, metinf, syncml as tags};

/// Clause and purpose of an element of pages 0 and 1; `parent` is the element around it.
pub(super) fn explain(tag: Tag, parent: Option<Tag>) -> (&'static str, &'static str) {
    match tag.page {
        0 => syncml(tag, parent),
        1 => met_inf(tag),
        _ => ("", ""),
    }
}

// Clause 6 goes by groups of elements; only the group of commands has a number one can be sure
// of without the document at hand.
const ELEMENTS: &str = "DM RepPro §6";
const COMMAND: &str = "DM RepPro §6.6";

fn syncml(tag: Tag, parent: Option<Tag>) -> (&'static str, &'static str) {
    match tag {
        tags::SYNC_ML => (
            ELEMENTS,
            "One message: what travels in one HTTP request or answer.",
        ),
        tags::SYNC_HDR => (
            ELEMENTS,
            "Who speaks to whom, in which session, with which credentials.",
        ),
        tags::SYNC_BODY => (ELEMENTS, "The commands and answers of this message."),
        tags::VER_DTD => (
            ELEMENTS,
            "Version of the element set; another one is answered with Status 505.",
        ),
        tags::VER_PROTO => (
            ELEMENTS,
            "Version of the protocol; another one is answered with Status 513.",
        ),
        tags::SESSION_ID => (ELEMENTS, "The same string in every message of both sides."),
        tags::MSG_ID => (
            ELEMENTS,
            "Counts the messages of the sender; the answer refers to it.",
        ),
        tags::TARGET if parent == Some(tags::SYNC_HDR) => {
            (ELEMENTS, "The receiver of the message.")
        }
        tags::TARGET => (ELEMENTS, "The node to act upon."),
        tags::SOURCE if parent == Some(tags::SYNC_HDR) => (
            ELEMENTS,
            "The sender; the client names itself by its DevId.",
        ),
        tags::SOURCE => (ELEMENTS, "The node the data come from."),
        tags::LOC_URI => (ELEMENTS, ""),
        tags::LOC_NAME => (
            ELEMENTS,
            "In the header: the user name of MD5 and MAC credentials.",
        ),
        tags::RESP_URI => (ELEMENTS, "Where the next messages of this session must go."),
        tags::NO_RESP => (ELEMENTS, "The sender wants no Status."),
        tags::CRED => (ELEMENTS, "Proof of who the sender is; only in the header."),
        tags::CHAL => (
            ELEMENTS,
            "Demands credentials, or gives the nonce for next time.",
        ),
        tags::META => (ELEMENTS, "Format, type and size of what follows."),
        tags::ITEM => (ELEMENTS, "One node or value a command is about."),
        tags::DATA if parent == Some(tags::STATUS) => (ELEMENTS, "The outcome as a status code."),
        tags::DATA if parent == Some(tags::ALERT) => ("DM RepPro §7", "The alert code."),
        tags::DATA if parent == Some(tags::CRED) => (
            "DM Security §5",
            "The digest or password, base64 text in either encoding.",
        ),
        tags::DATA => (ELEMENTS, "The value itself."),
        tags::MORE_DATA => (
            ELEMENTS,
            "More chunks of this object follow; each is answered with 213.",
        ),
        tags::CORRELATOR => (
            ELEMENTS,
            "Ties a later generic alert to the Exec that started the work.",
        ),
        tags::FINAL => (
            ELEMENTS,
            "The last message of a package: now the other side has the word.",
        ),
        tags::CMD_ID => (ELEMENTS, "Unique in the message; the Status refers to it."),
        tags::MSG_REF => (ELEMENTS, "The MsgID of the message that is answered."),
        tags::CMD_REF => (
            ELEMENTS,
            "The CmdID that is answered; 0 stands for the header.",
        ),
        tags::CMD => (ELEMENTS, "The name of the command that is answered."),
        tags::TARGET_REF => (ELEMENTS, "The target of the answered item."),
        tags::SOURCE_REF => (ELEMENTS, "The source of the answered item."),
        tags::STATUS => (ELEMENTS, "Answers one command of the other side."),
        tags::ADD => (COMMAND, "Creates a node that must not exist yet."),
        tags::REPLACE => (
            COMMAND,
            "Overwrites a node that must exist; the client sends DevInfo with it.",
        ),
        tags::DELETE => (COMMAND, "Removes a node with all below it."),
        tags::COPY => (COMMAND, "Copies the value of one leaf to another."),
        tags::GET => (COMMAND, "Asks for a value; Results carry it back."),
        tags::EXEC => (COMMAND, "Starts a process bound to a node."),
        tags::ALERT => (
            COMMAND,
            "Controls the session, talks to the user or tells of an event.",
        ),
        tags::RESULTS => (COMMAND, "The data that a Get asked for, after its Status."),
        tags::SEQUENCE => (COMMAND, "Commands to be worked through in this order."),
        tags::ATOMIC => (COMMAND, "Commands of which all or none take effect."),
        _ => ("SyncML RepPro §6", ""),
    }
}

fn met_inf(tag: Tag) -> (&'static str, &'static str) {
    let note = match tag {
        metinf::FORMAT => "How Data is written: chr, bin, b64, node and so on.",
        metinf::TYPE => "Media type of Data, or type of credentials.",
        metinf::MARK => "Importance of a generic alert.",
        metinf::SIZE => "Bytes of the whole object, told in its first chunk.",
        metinf::NEXT_NONCE => {
            "Goes into the next digest, so that none can be used twice; base64 text."
        }
        metinf::MAX_MSG_SIZE => "The largest message the sender takes.",
        metinf::MAX_OBJ_SIZE => "The largest object the sender takes.",
        _ => "",
    };
    ("SyncML MetInf", note)
}

/// Elements whose first one of these inside names the element for people.
pub(super) fn key(tag: Tag) -> &'static [Tag] {
    match tag {
        tags::SYNC_HDR => &[tags::MSG_ID],
        tags::TARGET | tags::SOURCE => &[tags::LOC_URI],
        tags::ITEM => &[tags::TARGET, tags::SOURCE, tags::DATA],
        tags::CRED | tags::CHAL => &[tags::META],
        tags::META => &[
            metinf::TYPE,
            metinf::FORMAT,
            metinf::MAX_MSG_SIZE,
            metinf::SIZE,
        ],
        tags::STATUS => &[tags::CMD],
        tags::ALERT => &[tags::DATA],
        tags::ADD
        | tags::REPLACE
        | tags::DELETE
        | tags::COPY
        | tags::GET
        | tags::EXEC
        | tags::RESULTS => &[tags::ITEM],
        _ => &[],
    }
}
