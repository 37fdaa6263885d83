//! The header of the server's messages, with the credentials it shows
//! (OMA-TS-DM_Protocol-V1_2_1 §8; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::config::Terms;
use super::session::Session;
use crate::codec::auth::AuthType;
use crate::codec::syncml::{Cred, Location, Meta, SyncHdr};
use crate::dm::{VER_DTD, VER_PROTO};

/// The header of the next message.
pub(super) fn hdr(session: &Session, terms: &Terms<'_>) -> SyncHdr {
    let server = &terms.account.server;
    // Whoever has not proved himself gets no proof of ours, or he could choose its nonce.
    let shows = session.proven && !server.name.is_empty() && !session.server_proven;
    let has_nonce = !session.server_nonce.is_empty();
    let cred = match session.own_type {
        _ if !shows => None,
        AuthType::Basic => Some(Cred::basic(server)),
        // It goes beside the message.
        AuthType::Mac => None,
        _ if !has_nonce => None,
        AuthType::Md5 | AuthType::Transport | AuthType::Unknown(_) => {
            Some(Cred::md5(server, &session.server_nonce))
        }
    };
    let named = shows && (cred.is_some() || session.own_type == AuthType::Mac && has_nonce);
    SyncHdr {
        ver_dtd: VER_DTD.to_owned(),
        ver_proto: VER_PROTO.to_owned(),
        session_id: session.id.clone(),
        msg_id: session.msg_id.to_string(),
        target: Location::new(session.device.clone()),
        source: Location {
            // A server always says who it is; without an address by its name (DM Protocol §8.4).
            uri: match terms.account.address.as_str() {
                "" => terms.account.server_id.clone(),
                address => address.to_owned(),
            },
            name: named.then(|| server.name.clone()),
        },
        resp_uri: match &session.way.own {
            Some(own) => Some(own.resp_uri.clone()),
            None => terms.config.resp_uri.clone(),
        },
        cred,
        meta: if session.msg_id == 1 {
            Meta {
                max_msg_size: Some(terms.config.max_msg_size as u64),
                max_obj_size: Some(terms.config.max_obj_size),
                ..Meta::default()
            }
        } else {
            Meta::default()
        },
        ..SyncHdr::default()
    }
}
