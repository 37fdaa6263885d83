//! What a client does with a Package #0: checks in a fixed order, and silence when one fails
//! (OMA-TS-DM_Notification-V1_2_1 §6; OMA-TS-DM_Security-V1_2_1 §5.2).

use super::called::Memory;
use super::protection::{Unprotected, account_of_stranger};
use crate::codec::auth::{Account, Credentials, RESYNC_NONCE};
use crate::codec::cose::Sign1;
use crate::codec::notification::{Package0, UiMode, VERSION};
use crate::codec::syncml::AlertCode;
use crate::codec::wsp;
use crate::dm::is_sound;
use crate::tree::ManagementTree;

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
    /// The device had no account of the server until it called.
    pub(super) stranger: bool,
    /// The user is to be asked before the session.
    pub(super) ask: bool,
    /// The user is to be told that a session begins.
    pub(super) inform: bool,
    /// 1200, or 1201 for a session of the device's own will.
    pub(super) code: AlertCode,
    /// Signed order for the server, which goes to it unread.
    pub(super) order: Option<Vec<u8>>,
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

    /// A stored nonce that was never agreed on, or that others may use again, is none.
    fn nonce(&self, stored: &Credentials) -> Vec<u8> {
        if self.resync {
            RESYNC_NONCE.to_vec()
        } else if is_sound(&stored.nonce) {
            stored.nonce.clone()
        } else {
            Vec::new()
        }
    }
}

/// Checks a push: a WSP push PDU, or a bare Package #0 as carriers without WSP bring it. The
/// error says which check failed.
pub(super) fn examine(
    push: &[u8],
    tree: &ManagementTree,
    memory: &Memory,
    running: Option<(&str, u16)>,
    unprotected: Unprotected,
    now_s: u64,
) -> Result<Accepted, String> {
    let package = match wsp::decode_notification(push) {
        Ok((_, package)) => package,
        Err(error) => Package0::decode(push)
            .ok()
            .filter(|p| p.version == VERSION)
            .ok_or_else(|| format!("not a notification: {error}"))?,
    };
    if package.version != VERSION && !unprotected.version {
        return Err(format!("version {} is not 11", package.version));
    }
    let known = tree.account(&package.server_id);
    let stranger = known.is_none();
    let account = known
        .or_else(|| {
            unprotected
                .account
                .then(|| account_of_stranger(&package.server_id))
        })
        .ok_or_else(|| format!("no account for server {}", package.server_id))?;
    let secret = &account.server.secret;
    let stored = &account.server.nonce;
    let is_sound = unprotected.nonce_minimum || is_sound(stored);
    let is_right = unprotected.digest || stranger;
    let resync = if is_right || is_sound && package.is_signed_with(secret, stored) {
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
    match running {
        Some((id, number)) if id == package.server_id && number == package.session_id => {
            return Err(format!("session {session_id} is running already"));
        }
        Some(_) => return Err("another session is running".to_owned()),
        None => {}
    }
    let is_known = memory.knows(&package.server_id, package.session_id);
    if is_known && !unprotected.served_memory {
        return Err(format!("session {session_id} was called for already"));
    }
    let ask = package.ui_mode == UiMode::UserInteraction;
    if ask && !unprotected.ask_limit && !memory.may_ask(&package.server_id, now_s) {
        return Err("the user was asked often enough for now".to_owned());
    }
    Ok(Accepted {
        session_id,
        number: package.session_id,
        resync,
        stranger,
        ask,
        inform: package.ui_mode == UiMode::Informative,
        code: AlertCode::SERVER_INITIATED,
        account,
        // Of what else vendors put there nothing is known.
        order: Sign1::decode(&package.body).is_ok().then_some(package.body),
    })
}

#[cfg(test)]
mod tests {
    use super::super::called::Called;
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

    /// Shows NOT-2, NOT-3, NOT-4.
    #[test]
    fn checks_in_their_order() {
        let tree = device_tree(&Device::default(), &[("DMSC", account())]);
        let memory = Memory::default();
        let on = Unprotected::default();
        let check = |push: &[u8]| examine(push, &tree, &memory, None, on, 0);
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
        for ui_mode in [UiMode::NotSpecified, UiMode::Informative] {
            let other = Package0 {
                ui_mode,
                ..package()
            };
            assert!(!check(&sign(other)).unwrap().ask);
        }

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

    /// Shows NOT-5.
    #[test]
    fn a_session_is_opened_once() {
        let tree = device_tree(&Device::default(), &[("DMSC", account())]);
        let mut memory = Memory::default();
        let push = sign(package());
        let on = Unprotected::default();
        let reason =
            |memory: &Memory, running| examine(&push, &tree, memory, running, on, 0).unwrap_err();
        assert_eq!(
            reason(&memory, Some(("dmsc.card", 0x0A1F))),
            "session A1F is running already"
        );
        assert_eq!(
            reason(&memory, Some(("dmsc.card", 1))),
            "another session is running"
        );
        memory.remember(Called {
            server_id: "dmsc.card".into(),
            session: 0x0A1F,
            asked_s: None,
        });
        assert_eq!(reason(&memory, None), "session A1F was called for already");
    }

    /// Shows NOT-2.
    #[test]
    fn a_nonce_that_was_never_agreed_on_proves_nothing() {
        for stored in [&b""[..], &RESYNC_NONCE, b"1234567", &[0; 16]] {
            let mut account = account();
            account.server.nonce = stored.to_vec();
            let tree = device_tree(&Device::default(), &[("DMSC", account)]);
            let on = Unprotected::default();
            let check = |push: &[u8]| examine(push, &tree, &Memory::default(), None, on, 0);
            if *stored != RESYNC_NONCE {
                let weak = package().signed("ServerSecret16!!", stored);
                assert_eq!(check(&weak.encode()).unwrap_err(), "the digest is wrong");
            }
            let resync = package().signed("ServerSecret16!!", &RESYNC_NONCE);
            assert!(check(&resync.encode()).unwrap().resync);
        }
    }
}
