//! What a client does with a Package #0: checks in a fixed order, and silence when one fails
//! (OMA-TS-DM_Notification-V1_2_1 §6; OMA-TS-DM_Security-V1_2_1 §5.2).

use crate::codec::auth::{Account, Credentials, RESYNC_NONCE};
use crate::codec::notification::{Package0, UiMode, VERSION};
use crate::codec::syncml::AlertCode;
use crate::codec::wsp;
use crate::tree::ManagementTree;
use std::collections::VecDeque;

/// Sessions remembered against replay.
const REMEMBERED: usize = 64;

/// A notification that passed all checks.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    pub(super) account: Account,
    /// As in SyncHdr.
    pub(super) session_id: String,
    /// For the memory of sessions.
    pub(super) number: u16,
    /// Signed with the resynchronisation nonce.
    pub(super) resync: bool,
    /// The user is to be asked before the session.
    pub(super) ask: bool,
    /// 1200, or 1201 for a session of the device's own will.
    pub(super) code: AlertCode,
}

impl Accepted {
    /// For our proof. Peers that found each other by the resynchronisation nonce use it for both
    /// directions until new ones are agreed.
    pub(super) fn client_nonce(&self) -> Vec<u8> {
        self.nonce(&self.account.client)
    }

    /// For the server's proof.
    pub(super) fn server_nonce(&self) -> Vec<u8> {
        self.nonce(&self.account.server)
    }

    fn nonce(&self, stored: &Credentials) -> Vec<u8> {
        if self.resync {
            RESYNC_NONCE.to_vec()
        } else {
            stored.nonce.clone()
        }
    }
}

/// Sessions that ended in good order: their notifications are replays.
#[derive(Clone, Debug, Default)]
pub(super) struct Served {
    sessions: VecDeque<(String, u16)>,
}

impl Served {
    /// Remembers a session, and forgets the oldest when there are many.
    pub(super) fn remember(&mut self, server_id: &str, number: u16) {
        if self.sessions.len() >= REMEMBERED {
            self.sessions.pop_front();
        }
        self.sessions.push_back((server_id.to_owned(), number));
    }

    pub(super) fn knows(&self, server_id: &str, number: u16) -> bool {
        self.sessions
            .iter()
            .any(|(id, n)| *n == number && id == server_id)
    }
}

/// Checks a push: a WSP push PDU, or a bare Package #0 as carriers without WSP bring it. The
/// error says which check failed.
pub(super) fn examine(
    push: &[u8],
    tree: &ManagementTree,
    served: &Served,
    running: Option<(&str, u16)>,
) -> Result<Accepted, String> {
    let package = match wsp::decode_notification(push) {
        Ok((_, package)) => package,
        Err(error) => Package0::decode(push)
            .ok()
            .filter(|p| p.version == VERSION)
            .ok_or_else(|| format!("not a notification: {error}"))?,
    };
    if package.version != VERSION {
        return Err(format!("version {} is not 11", package.version));
    }
    let account = tree
        .account(&package.server_id)
        .ok_or_else(|| format!("no account for server {}", package.server_id))?;
    let secret = &account.server.secret;
    let resync = if package.is_signed_with(secret, &account.server.nonce) {
        false
    } else if package.is_signed_with(secret, &RESYNC_NONCE) {
        true
    } else {
        return Err("the digest is wrong".to_owned());
    };
    if package.session_id == 0 {
        return Err("session 0 is not allowed".to_owned());
    }
    let session_id = package.session_id_text();
    if served.knows(&package.server_id, package.session_id) {
        return Err(format!("session {session_id} was served already"));
    }
    match running {
        Some((id, number)) if id == package.server_id && number == package.session_id => {
            return Err(format!("session {session_id} is running already"));
        }
        Some(_) => return Err("another session is running".to_owned()),
        None => {}
    }
    Ok(Accepted {
        session_id,
        number: package.session_id,
        resync,
        ask: package.ui_mode == UiMode::UserInteraction,
        code: AlertCode::SERVER_INITIATED,
        account,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::AuthType;
    use crate::codec::notification::Initiator;
    use crate::tree::standard::{Device, device_tree};

    fn account() -> Account {
        Account {
            server_id: "dmsc.card".into(),
            address: "http://127.0.0.1:3516/dm".into(),
            client: Credentials::default(),
            server: Credentials {
                auth_type: AuthType::Md5,
                name: "dmsc.card".into(),
                secret: "ServerSecret16!!".into(),
                nonce: (0xF0..=0xFF).collect(),
            },
        }
    }

    fn package() -> Package0 {
        Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
    }

    fn sign(package: Package0) -> Vec<u8> {
        let account = account();
        wsp::encode_notification(
            1,
            &package.signed(&account.server.secret, &account.server.nonce),
        )
    }

    #[test]
    fn checks_in_their_order() {
        let tree = device_tree(&Device::default(), &[("DMSC", account())]);
        let served = Served::default();
        let check = |push: &[u8]| examine(push, &tree, &served, None);
        let good = check(&sign(package())).unwrap();
        assert_eq!(good.session_id, "A1F");
        assert!(!good.resync && !good.ask);
        // Without WSP around it.
        assert!(check(&sign(package())[6..]).is_ok());

        let resync = package().signed("ServerSecret16!!", &RESYNC_NONCE);
        assert!(check(&resync.encode()).unwrap().resync);
        let asking = Package0 {
            ui_mode: UiMode::UserInteraction,
            ..package()
        };
        assert!(check(&sign(asking)).unwrap().ask);

        let reason = |push: &[u8]| check(push).unwrap_err();
        assert!(reason(&[1, 6, 3]).starts_with("not a notification"));
        let old = Package0 {
            version: 12,
            ..package()
        };
        assert_eq!(reason(&sign(old)), "version 12 is not 11");
        let other = Package0 {
            server_id: "other".into(),
            ..package()
        };
        assert_eq!(reason(&sign(other)), "no account for server other");
        let mut forged = sign(package());
        forged[10] ^= 1;
        assert_eq!(reason(&forged), "the digest is wrong");
        let zero = Package0 {
            session_id: 0,
            ..package()
        };
        assert_eq!(reason(&sign(zero)), "session 0 is not allowed");
    }

    #[test]
    fn a_session_is_opened_once() {
        let tree = device_tree(&Device::default(), &[("DMSC", account())]);
        let mut served = Served::default();
        let push = sign(package());
        let reason = |served: &Served, running| examine(&push, &tree, served, running).unwrap_err();
        assert_eq!(
            reason(&served, Some(("dmsc.card", 0x0A1F))),
            "session A1F is running already"
        );
        assert_eq!(
            reason(&served, Some(("dmsc.card", 1))),
            "another session is running"
        );
        served.remember("dmsc.card", 0x0A1F);
        assert_eq!(reason(&served, None), "session A1F was served already");
        for number in 0..REMEMBERED as u16 {
            served.remember("dmsc.card", number);
        }
        assert!(examine(&push, &tree, &served, None).is_ok());
    }
}
