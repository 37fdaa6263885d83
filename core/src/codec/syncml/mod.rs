//! SyncML representation protocol for DM 1.2 as values, one model for WBXML and XML.
//!
//! Names and order follow OMA-TS-DM_RepPro-V1_2_1 §6 and OMA-TS-SyncML_RepPro-V1_2_2.
//! Knows nothing of sessions, trees or who is right.

mod credentials;
mod encoding;
mod read;
pub mod sizing;
mod write;

pub use super::vocabulary::syncml::{AlertCode, StatusCode};
pub use encoding::Encoding;

use crate::codec::markup::Element;
use crate::codec::tnds::{self, Document};

/// One message: what travels in one HTTP request or answer (DM RepPro §6.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The header.
    pub hdr: SyncHdr,
    /// The commands, in document order.
    pub commands: Vec<Command>,
    /// True in the last message of a package (DM Protocol §6).
    pub is_final: bool,
}

/// Routing, versions and credentials (DM RepPro §6.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncHdr {
    /// `1.2`.
    pub ver_dtd: String,
    /// `DM/1.2`.
    pub ver_proto: String,
    /// The same string in every message of a session.
    pub session_id: String,
    /// Counts the sender's messages from `1`.
    pub msg_id: String,
    /// Receiver.
    pub target: Location,
    /// Sender; the name carries the user name of MD5 and MAC credentials.
    pub source: Location,
    /// Where the next messages go, when not to the target.
    pub resp_uri: Option<String>,
    /// The sender wants no Status.
    pub no_resp: bool,
    /// Credentials of the sender.
    pub cred: Option<Cred>,
    /// Limits: MaxMsgSize, MaxObjSize.
    pub meta: Meta,
    /// Elements that have no meaning in DM, kept as they came.
    pub other: Vec<Element>,
}

/// A `Target` or `Source`: LocURI and optional LocName.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// LocURI.
    pub uri: String,
    /// LocName.
    pub name: Option<String>,
}

impl Location {
    /// A location without a name.
    pub fn new(uri: impl Into<String>) -> Self {
        Location {
            uri: uri.into(),
            name: None,
        }
    }
}

/// Meta information (SyncML MetInf 1.2); an absent element is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Format: `chr`, `bin`, `b64`, `node` …; `chr` when absent.
    pub format: Option<String>,
    /// MIME type or credential type; `text/plain` when absent.
    pub media_type: Option<String>,
    /// Importance of a generic alert.
    pub mark: Option<String>,
    /// Octets of the whole object, in the first chunk of a large object.
    pub size: Option<u64>,
    /// Next nonce, base64 text.
    pub next_nonce: Option<String>,
    /// Octets of the largest message the sender takes.
    pub max_msg_size: Option<u64>,
    /// Octets of the largest object the sender takes.
    pub max_obj_size: Option<u64>,
    /// Elements that have no meaning in DM, kept as they came.
    pub other: Vec<Element>,
}

impl Meta {
    /// True when nothing is set, so that no `Meta` element is written.
    pub fn is_empty(&self) -> bool {
        *self == Meta::default()
    }
}

/// Credentials (DM RepPro §6.2): the type and format lie in `meta`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cred {
    /// `syncml:auth-md5`, `b64` and the like.
    pub meta: Meta,
    /// Base64 text.
    pub data: String,
}

/// A challenge: type, format and next nonce lie in `meta`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chal {
    /// `syncml:auth-md5`, `b64`, NextNonce.
    pub meta: Meta,
}

/// A command of the SyncBody or of a group.
#[allow(
    clippy::large_enum_variant,
    reason = "a message has few commands, and boxes would burden every match"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Add a node.
    Add(ItemCommand),
    /// Replace a value, a property or an object.
    Replace(ItemCommand),
    /// Delete a node with all below it.
    Delete(ItemCommand),
    /// Copy a leaf.
    Copy(ItemCommand),
    /// Read a node.
    Get(ItemCommand),
    /// Start a process.
    Exec(ItemCommand),
    /// Alert: session control, user interaction, events.
    Alert(Alert),
    /// Answer to a command.
    Status(Status),
    /// Data answering a Get.
    Results(Results),
    /// Commands to be worked through in order.
    Sequence(Group),
    /// Commands of which all or none take effect.
    Atomic(Group),
    /// Anything else, kept as it came.
    Unknown(Element),
}

impl Command {
    /// The element name, as it stands in `Status/Cmd`.
    pub fn name(&self) -> &str {
        match self {
            Command::Add(_) => "Add",
            Command::Replace(_) => "Replace",
            Command::Delete(_) => "Delete",
            Command::Copy(_) => "Copy",
            Command::Get(_) => "Get",
            Command::Exec(_) => "Exec",
            Command::Alert(_) => "Alert",
            Command::Status(_) => "Status",
            Command::Results(_) => "Results",
            Command::Sequence(_) => "Sequence",
            Command::Atomic(_) => "Atomic",
            Command::Unknown(e) => e.name(),
        }
    }

    /// Gives it a CmdID; an unknown element keeps what it has.
    pub fn set_cmd_id(&mut self, id: impl Into<String>) {
        let id = id.into();
        match self {
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => c.cmd_id = id,
            Command::Alert(a) => a.cmd_id = id,
            Command::Status(s) => s.cmd_id = id,
            Command::Results(r) => r.cmd_id = id,
            Command::Sequence(g) | Command::Atomic(g) => g.cmd_id = id,
            Command::Unknown(_) => {}
        }
    }

    /// The CmdID; empty for an unknown element without one.
    pub fn cmd_id(&self) -> &str {
        match self {
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => &c.cmd_id,
            Command::Alert(a) => &a.cmd_id,
            Command::Status(s) => &s.cmd_id,
            Command::Results(r) => &r.cmd_id,
            Command::Sequence(g) | Command::Atomic(g) => &g.cmd_id,
            Command::Unknown(e) => e.child("CmdID").map_or("", Element::text),
        }
    }
}

/// Add, Replace, Delete, Copy, Get and Exec share one shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemCommand {
    /// Unique in the message, never `0`.
    pub cmd_id: String,
    /// The sender wants no Status.
    pub no_resp: bool,
    /// Elements that have no meaning in DM, such as Lang, Archive and Cred, kept as they came.
    pub other: Vec<Element>,
    /// Exec only: echoed in a later generic alert.
    pub correlator: Option<String>,
    /// Defaults for all items.
    pub meta: Meta,
    /// At least one.
    pub items: Vec<Item>,
}

/// One Item: where from, where to, what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Node to act upon.
    pub target: Option<Location>,
    /// Node the data come from.
    pub source: Option<Location>,
    /// Elements that have no meaning in DM, such as SourceParent, kept as they came.
    pub other: Vec<Element>,
    /// Format, type, size of the data.
    pub meta: Meta,
    /// The data; `None` when there is no Data element.
    pub data: Option<Data>,
    /// More chunks of this object follow (DM Protocol §7).
    pub more_data: bool,
}

/// Content of a Data element. Which it is says nothing of text or binary (that is Meta Format):
/// it keeps the way it was written, so that a message encodes as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Character data (STR_I, STR_T or XML text).
    Text(String),
    /// Bytes as they are (OPAQUE; base64 text in XML is `Text`).
    Opaque(Vec<u8>),
    /// Elements inside Data, such as an inline `MgmtTree`.
    Markup(Element),
}

impl Data {
    /// A set of nodes as the Data of an Item, with the Meta Format and Type it goes by in this
    /// encoding (DM TNDS §6).
    pub fn of_document(
        document: &Document,
        encoding: Encoding,
    ) -> (&'static str, &'static str, Data) {
        match encoding {
            Encoding::Wbxml => (
                "bin",
                tnds::MEDIA_TYPE_WBXML,
                Data::Opaque(document.encode_wbxml()),
            ),
            Encoding::Xml => (
                "xml",
                tnds::MEDIA_TYPE_XML,
                Data::Text(document.encode_xml()),
            ),
        }
    }

    /// The bytes of the value: UTF-8 of text, octets of opaque; empty for markup.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Data::Text(t) => t.as_bytes(),
            Data::Opaque(b) => b,
            Data::Markup(_) => &[],
        }
    }
}

/// An Alert (DM RepPro §7); Data is the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alert {
    /// Unique in the message.
    pub cmd_id: String,
    /// The sender wants no Status.
    pub no_resp: bool,
    /// Elements that have no meaning in DM, such as Cred, kept as they came.
    pub other: Vec<Element>,
    /// 1100–1104 user interaction, 1200/1201 session, 1222–1226.
    pub code: AlertCode,
    /// Echo of an Exec's correlator.
    pub correlator: Option<String>,
    /// Options, texts, choices or event data.
    pub items: Vec<Item>,
}

/// A Status (DM RepPro §6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Unique in the message.
    pub cmd_id: String,
    /// MsgID of the answered message.
    pub msg_ref: String,
    /// CmdID of the answered command; `0` for the header.
    pub cmd_ref: String,
    /// Name of the answered command; `SyncHdr` for the header.
    pub cmd: String,
    /// Target of the answered item.
    pub target_refs: Vec<String>,
    /// Source of the answered item.
    pub source_refs: Vec<String>,
    /// A challenge, or the nonce for next time.
    pub chal: Option<Chal>,
    /// The outcome.
    pub code: StatusCode,
    /// Elements that have no meaning in DM, such as Cred, kept as they came.
    pub other: Vec<Element>,
    /// User input or the name of a node that failed.
    pub items: Vec<Item>,
}

/// Results of a Get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// Unique in the message.
    pub cmd_id: String,
    /// MsgID of the message with the Get.
    pub msg_ref: Option<String>,
    /// CmdID of the Get.
    pub cmd_ref: String,
    /// Defaults for all items.
    pub meta: Meta,
    /// Target of the Get.
    pub target_ref: Option<String>,
    /// Source of the Get.
    pub source_ref: Option<String>,
    /// Elements that have no meaning in DM, kept as they came.
    pub other: Vec<Element>,
    /// At least one.
    pub items: Vec<Item>,
}

/// Sequence or Atomic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Unique in the message.
    pub cmd_id: String,
    /// The sender wants no Status.
    pub no_resp: bool,
    /// Rarely used.
    pub meta: Meta,
    /// In document order.
    pub commands: Vec<Command>,
}
