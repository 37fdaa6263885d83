//! Messages of the client: Package #1, the answers of Package #3, aborts
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8; OMA-TS-SyncML_HTTPBinding-V1_2_1).
//!
//! What does not fit into one message waits for the next.

use super::address::Address;
use super::fit::{OBLIGATORY, part, shorten};
use super::session::Session;
use crate::codec::auth::{AuthType, HMAC_HEADER, HmacHeader};
use crate::codec::http::Request;
use crate::codec::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Message, Meta, Status,
    StatusCode, SyncHdr,
};
use crate::tree::{ManagementTree, Node, NodeUri};

/// A CmdID with more digits than will be needed, for measuring.
pub(super) const LONG_ID: usize = 9999;

/// What every message of the client needs beside the session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    pub(super) device_id: &'a str,
    pub(super) encoding: Encoding,
    pub(super) max_msg_size: u64,
    pub(super) max_obj_size: u64,
}

/// The header of the next message.
fn hdr(session: &Session, terms: &Terms<'_>) -> SyncHdr {
    let cred = session.ours.cred(&session.account.client);
    let names = session.ours.is_due() && session.ours.kind != AuthType::Basic;
    SyncHdr {
        ver_dtd: "1.2".to_owned(),
        ver_proto: "DM/1.2".to_owned(),
        session_id: session.session_id.clone(),
        msg_id: session.msg_id.to_string(),
        target: Location::new(session.address.url.clone()),
        source: Location {
            uri: terms.device_id.to_owned(),
            name: names.then(|| session.account.client.name.clone()),
        },
        cred,
        meta: if session.package == 1 {
            Meta {
                max_msg_size: Some(terms.max_msg_size),
                max_obj_size: Some(terms.max_obj_size),
                ..Meta::default()
            }
        } else {
            Meta::default()
        },
        ..SyncHdr::default()
    }
}

/// Alert 1200 or 1201 and the device information: what Package #1 says (DM Protocol §8.3).
pub(super) fn opening(tree: &ManagementTree, code: AlertCode) -> [Command; 2] {
    [
        alert(code),
        Command::Replace(ItemCommand {
            items: device_information(tree),
            ..ItemCommand::default()
        }),
    ]
}

/// One Item for each leaf of DevInfo.
fn device_information(tree: &ManagementTree) -> Vec<Item> {
    let mut items = Vec::new();
    let uri = NodeUri::root().child("DevInfo");
    if let Some(node) = tree.node(&uri) {
        leaves(&uri, node, &mut items);
    }
    items
}

/// Depth is that of the tree, which is bounded.
fn leaves(uri: &NodeUri, node: &Node, items: &mut Vec<Item>) {
    for (name, child) in node.children() {
        let uri = uri.child(name);
        if child.is_interior() {
            leaves(&uri, child, items);
        } else {
            items.push(Item {
                source: Some(Location::new(uri.to_string())),
                data: Some(match std::str::from_utf8(&child.state().value) {
                    Ok(text) => Data::Text(text.to_owned()),
                    Err(_) => Data::Opaque(child.state().value.clone()),
                }),
                ..Item::default()
            });
        }
    }
}

/// An alert without Items.
pub(super) fn alert(code: AlertCode) -> Command {
    Command::Alert(Alert {
        code,
        ..Alert::default()
    })
}

/// The next message out of what waits to be sent: as much as the server takes at once.
pub(super) fn message(session: &mut Session, terms: &Terms<'_>) -> Message {
    let mut message = Message {
        hdr: hdr(session, terms),
        commands: Vec::new(),
        is_final: false,
    };
    // While the server has more to send, it is asked for it behind our answers.
    let asking = (!session.last_of_package).then(|| alert(AlertCode::NEXT_MESSAGE));
    let mut base = message.clone();
    base.commands.extend(asking.clone().map(|mut alert| {
        alert.set_cmd_id(LONG_ID.to_string());
        alert
    }));
    let limit = session.peer_max_msg_size;
    let Outbox { waiting, begun } = &mut session.outbox;
    for (i, command) in waiting.iter_mut().enumerate() {
        command.set_cmd_id((i + 1).to_string());
    }
    shorten(&base, waiting, terms.encoding, limit);
    let mut count = sizing::fitting(&base, waiting, terms.encoding, limit);
    let cut = waiting.get(count).and_then(|next| {
        let mut filled = message.clone();
        filled.commands.extend_from_slice(&waiting[..count]);
        part(
            &filled,
            next,
            *begun == Some(count),
            &base,
            terms.encoding,
            limit,
        )
    });
    if count < OBLIGATORY && cut.is_none() {
        // Too large for the server and not to be cut: it is sent nevertheless, because
        // nothing would be gained by waiting behind the next header's Status.
        count = waiting.len().min(count + 1);
    }
    message.commands.extend(waiting.drain(..count));
    *begun = begun.and_then(|place| place.checked_sub(count));
    if let Some((head, tail)) = cut {
        message.commands.push(head);
        if let Some(next) = waiting.first_mut() {
            *next = tail;
        }
        *begun = Some(0);
    } else if waiting.is_empty() {
        message.is_final = session.last_of_package;
        if let Some(mut asking) = asking {
            asking.set_cmd_id((message.commands.len() + 1).to_string());
            message.commands.push(asking);
        }
    }
    message
}

/// Answers that wait to be sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    waiting: Vec<Command>,
    /// Place of Results of which a part was sent already.
    begun: Option<usize>,
}

impl Outbox {
    /// Answers to a new message go before what is left of earlier ones.
    pub(super) fn put_first(&mut self, answers: Vec<Command>) {
        self.begun = self.begun.map(|place| place + answers.len());
        self.waiting.splice(..0, answers);
    }

    /// Answers to the commands of a message go behind the Status for its header.
    pub(super) fn put_after_header(&mut self, answers: Vec<Command>) {
        let at = self.waiting.len().min(1);
        self.begun = self.begun.map(|place| place + answers.len());
        self.waiting.splice(at..at, answers);
    }

    /// What the device has to say besides goes behind everything.
    pub(super) fn put_last(&mut self, command: Command) {
        self.waiting.push(command);
    }

    /// Whether all is sent.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The server does not want the rest of the object it was sent a part of.
    pub(super) fn drop_begun(&mut self) {
        if let Some(place) = self.begun.take().filter(|p| *p < self.waiting.len()) {
            self.waiting.remove(place);
        }
    }

    /// Forgets everything, for a session that begins anew.
    pub(super) fn clear(&mut self) {
        *self = Outbox::default();
    }
}

/// A message with no more in it than must be in every one that answers the server.
pub(super) fn sparse(session: &Session, terms: &Terms<'_>) -> Message {
    let long_id = || LONG_ID.to_string();
    let mut asking = alert(AlertCode::NEXT_MESSAGE);
    asking.set_cmd_id(long_id());
    let mut commands = vec![
        Command::Status(Status {
            cmd_id: long_id(),
            msg_ref: long_id(),
            cmd_ref: long_id(),
            cmd: "Alert".to_owned(),
            code: StatusCode::OK,
            ..Status::default()
        }),
        asking,
    ];
    if let Some(Command::Status(status)) = session.outbox.waiting.first() {
        let mut bare = status.clone();
        bare.target_refs.clear();
        bare.source_refs.clear();
        commands.push(Command::Status(bare));
    }
    Message {
        hdr: SyncHdr {
            msg_id: long_id(),
            ..hdr(session, terms)
        },
        commands,
        is_final: true,
    }
}

/// Alert 1223 behind what was executed and not told yet: the session is over, whatever the
/// server says (DM Protocol §8).
pub(super) fn abort(session: &mut Session, terms: &Terms<'_>) -> Message {
    let mut message = Message {
        hdr: hdr(session, terms),
        commands: vec![alert(AlertCode::SESSION_ABORT)],
        is_final: true,
    };
    let (encoding, limit) = (terms.encoding, session.peer_max_msg_size);
    let mut told = std::mem::take(&mut session.outbox).waiting;
    // A device tells what it did; what it has to say besides has lost its occasion.
    told.retain(|c| matches!(c, Command::Status(_) | Command::Results(_)));
    shorten(&message, &mut told, encoding, limit);
    told.truncate(sizing::fitting(&message, &told, encoding, limit));
    message.commands.splice(..0, told);
    for (i, command) in message.commands.iter_mut().enumerate() {
        command.set_cmd_id((i + 1).to_string());
    }
    message
}

/// The HTTP request of a message (SyncML HTTP Binding).
pub(super) fn request(
    address: &Address,
    encoding: Encoding,
    body: Vec<u8>,
    hmac: Option<&HmacHeader>,
) -> Request {
    let other = match encoding {
        Encoding::Wbxml => Encoding::Xml,
        Encoding::Xml => Encoding::Wbxml,
    };
    let header = |name: &str, value: String| (name.to_owned(), value);
    Request {
        method: "POST".to_owned(),
        target: address.path.clone(),
        headers: vec![
            header("Host", address.authority.clone()),
            header("Content-Type", encoding.media_type().to_owned()),
            header(
                "Accept",
                format!("{}, {}", encoding.media_type(), other.media_type()),
            ),
            header("Accept-Charset", "utf-8".to_owned()),
            header("Cache-Control", "no-store".to_owned()),
            header("User-Agent", "DM_SC-Explorer".to_owned()),
            header("Content-Length", body.len().to_string()),
        ]
        .into_iter()
        .chain(hmac.map(|hmac| header(HMAC_HEADER, hmac.to_string())))
        .collect(),
        body,
    }
}
