//! What the elements of a message are for, clause by clause, for people who look at bytes.

use crate::codec::wbxml::tokens::{Tag, metinf, syncml as tags};

/// Clause and purpose of an element of pages 0 and 1; `parent` is the element around it.
pub(crate) fn explain(tag: Tag, parent: Option<Tag>) -> (&'static str, &'static str) {
    match tag.page {
        0 => syncml(tag, parent),
        1 => met_inf(tag),
        _ => ("", ""),
    }
}

const COMMON: &str = "DM RepPro §6.1";
const CONTAINER: &str = "DM RepPro §6.2";
const DESCRIPTION: &str = "DM RepPro §6.3";
const MANAGEMENT: &str = "DM RepPro §6.4";
const COMMAND: &str = "DM RepPro §6.5";

fn syncml(tag: Tag, parent: Option<Tag>) -> (&'static str, &'static str) {
    match tag {
        tags::SYNC_ML => (
            CONTAINER,
            "One message: what travels in one HTTP request or answer.",
        ),
        tags::SYNC_HDR => (
            CONTAINER,
            "Who speaks to whom, in which session, with which credentials.",
        ),
        tags::SYNC_BODY => (CONTAINER, "The commands and answers of this message."),
        tags::VER_DTD => (
            COMMON,
            "Version of the element set; another one is answered with Status 505.",
        ),
        tags::VER_PROTO => (
            COMMON,
            "Version of the protocol; another one is answered with Status 513.",
        ),
        tags::SESSION_ID => (COMMON, "The same string in every message of both sides."),
        tags::MSG_ID => (
            COMMON,
            "Counts the messages of the sender; the answer refers to it.",
        ),
        tags::TARGET if parent == Some(tags::SYNC_HDR) => (COMMON, "The receiver of the message."),
        tags::TARGET => (COMMON, "The node to act upon."),
        tags::SOURCE if parent == Some(tags::SYNC_HDR) => {
            (COMMON, "The sender; the client names itself by its DevId.")
        }
        tags::SOURCE => (COMMON, "The node the data come from."),
        tags::LOC_URI => (COMMON, ""),
        tags::LOC_NAME => (
            COMMON,
            "In the header: the user name of MD5 and MAC credentials.",
        ),
        tags::RESP_URI => (COMMON, "Where the next messages of this session must go."),
        tags::NO_RESP => (COMMON, "The sender wants no Status."),
        tags::CRED => (COMMON, "Proof of who the sender is; only in the header."),
        tags::CHAL => (
            COMMON,
            "Demands credentials, or gives the nonce for next time.",
        ),
        tags::META => (DESCRIPTION, "Format, type and size of what follows."),
        tags::ITEM => (DESCRIPTION, "One node or value a command is about."),
        tags::DATA if parent == Some(tags::STATUS) => (COMMON, "The outcome as a status code."),
        tags::DATA if parent == Some(tags::ALERT) => ("DM RepPro §7", "The alert code."),
        tags::DATA if parent == Some(tags::CRED) => (
            "DM Security §5",
            "The digest or password, base64 text in either encoding.",
        ),
        tags::DATA => (DESCRIPTION, "The value itself."),
        tags::MORE_DATA => (
            COMMON,
            "More chunks of this object follow; each is answered with 213.",
        ),
        tags::CORRELATOR => (
            COMMON,
            "Ties a later generic alert to the Exec that started the work.",
        ),
        tags::FINAL => (
            COMMON,
            "The last message of a package: now the other side has the word.",
        ),
        tags::CMD_ID => (COMMON, "Unique in the message; the Status refers to it."),
        tags::MSG_REF => (COMMON, "The MsgID of the message that is answered."),
        tags::CMD_REF => (
            COMMON,
            "The CmdID that is answered; 0 stands for the header.",
        ),
        tags::CMD => (COMMON, "The name of the command that is answered."),
        tags::TARGET_REF => (COMMON, "The target of the answered item."),
        tags::SOURCE_REF => (COMMON, "The source of the answered item."),
        tags::STATUS => (MANAGEMENT, "Answers one command of the other side."),
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
pub(crate) fn key(tag: Tag) -> &'static [Tag] {
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
