//! Messages of the client: Package #1, the answers of Package #3, aborts
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8; OMA-TS-SyncML_HTTPBinding-V1_2_1).
//!
//! What does not fit into one message waits for the next.

use super::address::Address;
use super::session::Session;
use crate::codec::auth::{AuthType, HMAC_HEADER, HmacHeader};
use crate::codec::http::Request;
use crate::codec::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Message, Meta, Results,
    Status, StatusCode, SyncHdr,
};
use crate::tree::{ManagementTree, Node, NodeUri};

/// Octets below which a message is not filled with part of an object.
const WORTH_CUTTING: usize = 64;

/// Status for the header and for the server's Alert 1222.
const OBLIGATORY: usize = 2;

/// Octets that Results need at most beside the name of their node, with data worth a cut.
const AMPLE: usize = 1024;

/// A CmdID with more digits than will be needed, for measuring.
const LONG_ID: usize = 9999;

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
#[derive(Debug, Default)]
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

/// Cuts Results that no message could hold whole: what still fits behind `filled`, and the rest.
fn part(
    filled: &Message,
    next: &Command,
    is_rest: bool,
    base: &Message,
    encoding: Encoding,
    limit: usize,
) -> Option<(Command, Command)> {
    // Results that another message could hold whole wait for it, unless this one has nothing but
    // the Status that every message begins with.
    if filled.commands.len() > OBLIGATORY
        && sizing::fitting(base, std::slice::from_ref(next), encoding, limit) > 0
    {
        return None;
    }
    let Command::Results(results) = next else {
        return None;
    };
    let [item] = results.items.as_slice() else {
        return None;
    };
    let data = item.data.as_ref()?;
    let head = |data: &Data| {
        let mut head = results.clone();
        for item in &mut head.items {
            // The size of the whole is told once.
            item.meta.size = (!is_rest).then_some(data_size(results));
            item.data = Some(data.clone());
            item.more_data = true;
        }
        Command::Results(head)
    };
    let with = |data: &Data| {
        let mut message = filled.clone();
        message.commands.push(head(data));
        message
    };
    let bare = with(&Data::Text(String::new())).encode(encoding).len();
    if limit.saturating_sub(bare) < WORTH_CUTTING && filled.commands.len() > OBLIGATORY {
        return None;
    }
    let (first, rest) = sizing::cut_to_fit(data, encoding, limit, with)?;
    let mut tail = results.clone();
    for item in &mut tail.items {
        item.data = Some(rest.clone());
        item.meta.size = None;
    }
    Some((head(&first), Command::Results(tail)))
}

/// Octets that commands take beside the rest of a message.
fn size(base: &Message, commands: &[Command], encoding: Encoding) -> usize {
    let empty = base.encode(encoding).len();
    let mut filled = base.clone();
    filled.commands.extend_from_slice(commands);
    filled.encode(encoding).len().saturating_sub(empty)
}

/// A Status says by CmdRef what it answers, and Results by their Source: what else names it is
/// left out where a message could not hold it behind the Status that is in every message.
fn shorten(base: &Message, waiting: &mut [Command], encoding: Encoding, limit: usize) {
    let mut base = base.clone();
    base.is_final = true;
    let room = limit.saturating_sub(base.encode(encoding).len());
    let (mut before, mut total) = (0, 0);
    for (i, command) in waiting.iter_mut().enumerate() {
        let measure = |command: &Command| size(&base, std::slice::from_ref(command), encoding);
        let mut octets = measure(command);
        // The first Status leaves room for others.
        let own_room = if i == 0 { room / 2 } else { room };
        if before + octets > own_room {
            match command {
                Command::Status(status) => {
                    status.target_refs.clear();
                    status.source_refs.clear();
                    octets = measure(command);
                }
                Command::Results(results)
                    if before + bare_size(&base, results, encoding) + WORTH_CUTTING > room =>
                {
                    results.target_ref = None;
                    results.source_ref = None;
                    octets = measure(command);
                }
                _ => {}
            }
        }
        if let Command::Status(status) = command
            && before + octets > room
        {
            // Which node failed; what a user typed is held against the room before.
            status.items.clear();
            octets = size(&base, &[Command::Status(status.clone())], encoding);
        }
        if i < OBLIGATORY {
            before += octets;
        }
        total += octets;
        // What is behind comes in a later message.
        if total > room {
            break;
        }
    }
}

/// Octets of Results without their data.
fn bare_size(base: &Message, results: &Results, encoding: Encoding) -> usize {
    let mut bare = results.clone();
    for item in &mut bare.items {
        item.data = Some(Data::Text(String::new()));
        item.meta.size = Some(u64::from(u32::MAX));
        item.more_data = true;
    }
    size(base, &[Command::Results(bare)], encoding)
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

/// Whether a message can hold part of these Results, or all.
pub(super) fn can_hold(
    sparse: &Message,
    results: &Results,
    encoding: Encoding,
    limit: usize,
) -> bool {
    let room = limit.saturating_sub(sparse.encode(encoding).len());
    let name = results.items.iter().filter_map(|i| i.source.as_ref());
    // An escaped character takes six octets at most: nearly all names are short enough.
    if name.map(|n| n.uri.len()).sum::<usize>() * 6 + AMPLE <= room {
        return true;
    }
    let mut named_once = results.clone();
    named_once.target_ref = None;
    named_once.source_ref = None;
    bare_size(sparse, &named_once, encoding) + WORTH_CUTTING <= room
}

/// Whether one message can hold all of these Status; what names their targets may be left out.
pub(super) fn holds_all(
    sparse: &Message,
    statuses: &[Command],
    encoding: Encoding,
    limit: usize,
) -> bool {
    let mut bare = statuses.to_vec();
    for command in &mut bare {
        if let Command::Status(status) = command {
            status.cmd_id = LONG_ID.to_string();
            status.target_refs.clear();
        }
    }
    let room = limit.saturating_sub(sparse.encode(encoding).len());
    size(sparse, &bare, encoding) <= room
}

fn data_size(results: &Results) -> u64 {
    let data = results.items.iter().filter_map(|i| i.data.as_ref());
    data.map(|d| d.bytes().len() as u64).sum()
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
