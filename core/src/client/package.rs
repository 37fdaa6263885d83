//! Messages of the client: Package #1, the answers of Package #3, aborts
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§8; OMA-TS-SyncML_HTTPBinding-V1_2_1).
//!
//! What does not fit into one message waits for the next.

use super::address::Address;
use super::config::Config;
use super::device::Device;
use super::fit::{part, shorten};
use super::outbox::Outbox;
use super::output::{Event, Outgoing};
use super::session::Session;
use crate::codec::auth::{AuthType, HMAC_HEADER, HmacHeader, base64};
use crate::codec::http::Request;
use crate::codec::syncml::sizing;
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Message, Meta, Status,
    StatusCode, SyncHdr,
};
use crate::codec::vocabulary::cose::ORDER_TYPE;
use crate::dm::{LONG_ID, OBLIGATORY, VER_DTD, VER_PROTO, bare_alert};
use crate::tree::{ManagementTree, Node, NodeUri};

/// The header of the next message.
fn hdr(session: &Session, config: &Config) -> SyncHdr {
    let cred = session.ours.cred(&session.account.client);
    let names = session.ours.is_due() && session.ours.kind != AuthType::Basic;
    SyncHdr {
        ver_dtd: VER_DTD.to_owned(),
        ver_proto: VER_PROTO.to_owned(),
        session_id: session.session_id.clone(),
        msg_id: session.msg_id.to_string(),
        target: Location::new(session.address.url.clone()),
        source: Location {
            uri: config.device_id.clone(),
            name: names.then(|| session.account.client.name.clone()),
        },
        cred,
        meta: if session.package == 1 {
            Meta {
                max_msg_size: Some(config.max_msg_size),
                max_obj_size: Some(config.max_obj_size),
                ..Meta::default()
            }
        } else {
            Meta::default()
        },
        ..SyncHdr::default()
    }
}

/// Alert 1200 or 1201 and the device information: what Package #1 says (DM Protocol §8.3). Behind
/// them the order that the notification brought, if it did.
pub(super) fn opening(device: &Device, session: &Session) -> Vec<Command> {
    let mut commands = vec![
        bare_alert(session.code),
        Command::Replace(ItemCommand {
            items: device_information(&device.tree),
            ..ItemCommand::default()
        }),
    ];
    let order = session.order.as_deref();
    commands.extend(order.map(|signed| order_alert(signed, device.config.encoding)));
    commands
}

/// The generic alert that brings a signed order to the server (DM Protocol §8.7).
fn order_alert(signed: &[u8], encoding: Encoding) -> Command {
    let (format, data) = match encoding {
        Encoding::Wbxml => ("bin", Data::Opaque(signed.to_vec())),
        // XML has no bytes.
        Encoding::Xml => ("b64", Data::Text(base64(signed))),
    };
    Command::Alert(Alert {
        code: AlertCode::GENERIC,
        items: vec![Item {
            meta: Meta {
                format: Some(format.to_owned()),
                media_type: Some(ORDER_TYPE.to_owned()),
                mark: Some("critical".to_owned()),
                ..Meta::default()
            },
            data: Some(data),
            ..Item::default()
        }],
        ..Alert::default()
    })
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

/// The next message out of what waits to be sent: as much as the server takes at once.
pub(super) fn message(session: &mut Session, config: &Config) -> Message {
    let mut message = Message {
        hdr: hdr(session, config),
        commands: Vec::new(),
        is_final: false,
    };
    // While the server has more to send, it is asked for it behind our answers.
    let asking = (!session.last_of_package).then(|| bare_alert(AlertCode::NEXT_MESSAGE));
    let mut base = message.clone();
    base.commands.extend(asking.clone().map(|mut alert| {
        alert.set_cmd_id(LONG_ID.to_owned());
        alert
    }));
    let limit = session.peer.max_msg_size;
    let Outbox { waiting, begun } = &mut session.outbox;
    for (i, command) in waiting.iter_mut().enumerate() {
        command.set_cmd_id((i + 1).to_string());
    }
    shorten(&base, waiting, config.encoding, limit);
    let mut count = sizing::fitting(&base, waiting, config.encoding, limit);
    let cut = waiting.get(count).and_then(|next| {
        let mut filled = message.clone();
        filled.commands.extend_from_slice(&waiting[..count]);
        part(
            &filled,
            next,
            *begun == Some(count),
            &base,
            config.encoding,
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

/// Puts what the device has to tell this server behind what is to be sent to it.
pub(super) fn queue_alerts(session: &mut Session, device: &mut Device) {
    let base = sparse(session, &device.config);
    let (encoding, limit) = (device.config.encoding, session.peer.max_msg_size);
    let fits = |command: &Command| {
        sizing::fitting(&base, std::slice::from_ref(command), encoding, limit) > 0
    };
    let (queued, too_large) = device.alerts.queue(&session.account.server_id, fits);
    queued.into_iter().for_each(|c| session.outbox.put_last(c));
    for alert in too_large {
        let code = StatusCode::TOO_LARGE;
        device.tell(Event::AlertAnswered { alert, code });
    }
}

/// A message with no more in it than must be in every one that answers the server.
pub(super) fn sparse(session: &Session, config: &Config) -> Message {
    let long_id = || LONG_ID.to_owned();
    let mut asking = bare_alert(AlertCode::NEXT_MESSAGE);
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
            ..hdr(session, config)
        },
        commands,
        is_final: true,
    }
}

/// Alert 1223 behind what was executed and not told yet: the session is over, whatever the
/// server says (DM Protocol §8).
pub(super) fn abort(session: &mut Session, config: &Config) -> Outgoing {
    // An abort goes where the session was, whatever a broken message says.
    if let Some(address) = session.connected.take() {
        session.address = address;
    }
    session.msg_id += 1;
    let mut message = Message {
        hdr: hdr(session, config),
        commands: vec![bare_alert(AlertCode::SESSION_ABORT)],
        is_final: true,
    };
    let (encoding, limit) = (config.encoding, session.peer.max_msg_size);
    let mut told = std::mem::take(&mut session.outbox).waiting;
    // A device tells what it did; what it has to say besides has lost its occasion.
    told.retain(|c| matches!(c, Command::Status(_) | Command::Results(_)));
    shorten(&message, &mut told, encoding, limit);
    told.truncate(sizing::fitting(&message, &told, encoding, limit));
    message.commands.splice(..0, told);
    for (i, command) in message.commands.iter_mut().enumerate() {
        command.set_cmd_id((i + 1).to_string());
    }
    outgoing(session, &message, encoding)
}

/// A message on its way to where the session is, signed when the client proves itself by MAC.
pub(super) fn outgoing(session: &Session, message: &Message, encoding: Encoding) -> Outgoing {
    let body = message.encode(encoding);
    let hmac = session.ours.header(&session.account.client, &body);
    Outgoing {
        request: request(&session.address, encoding, body, hmac.as_ref()),
        package: session.package,
        msg_id: session.msg_id,
    }
}

/// The HTTP request of a message (SyncML HTTP Binding).
fn request(
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
