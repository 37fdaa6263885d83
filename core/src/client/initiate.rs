//! How sessions begin: by a notification, or by the device itself
//! (OMA-TS-DM_Protocol-V1_2_1 §8; OMA-TS-DM_Notification-V1_2_1 §6).

use super::address::Address;
use super::auth::Theirs;
use super::called::Called;
use super::notification::{self, Accepted};
use super::output::{Event, Output};
use super::own_proof::Ours;
use super::protection::account_object;
use super::question::Question;
use super::session::Session;
use super::state::{Action, Input, State, action};
use super::{DmClient, package};
use crate::codec::auth::{AuthType, Credentials, nonce};
use crate::codec::syncml::AlertCode;

/// SessionIDs tried until one is found that was not served.
const TRIES: u32 = 128;

impl DmClient {
    /// Takes a push: a WSP push PDU with a Package #0, or that package alone.
    pub fn handle_push(&mut self, push: &[u8], now_s: u64) {
        if action(self.state, Input::Push) != Action::Examine {
            return;
        }
        if self.state == State::Aborting {
            return self.device.tell(Event::NotificationRefused {
                reason: "another session is ending".to_owned(),
            });
        }
        let running = self
            .session
            .as_ref()
            .map(|s| (s.account.server_id.as_str(), s.number))
            .or(self
                .candidate
                .as_ref()
                .map(|c| (c.account.server_id.as_str(), c.number)));
        let tree = &self.device.tree;
        let unprotected = self.device.config.unprotected;
        let examined = notification::examine(push, tree, &self.memory, running, unprotected, now_s);
        let accepted = match examined {
            Err(reason) => return self.device.tell(Event::NotificationRefused { reason }),
            Ok(accepted) => accepted,
        };
        if accepted.stranger {
            self.add_stranger(&accepted, now_s);
        }
        // Whatever becomes of it, it does not count twice.
        self.memory.remember(Called {
            server_id: accepted.account.server_id.clone(),
            session: accepted.number,
            asked_s: accepted.ask.then_some(now_s),
        });
        if !accepted.ask {
            return self.begin(accepted);
        }
        let text = format!(
            "{} wants to manage this device. Begin?",
            accepted.account.server_id
        );
        let question = Question::new(AlertCode::CONFIRM_OR_REJECT, text);
        self.device.put(Output::Ask(question));
        self.candidate = Some(accepted);
        self.state = State::Asking;
    }

    /// Gives a server an account because it called, for teaching.
    fn add_stranger(&mut self, accepted: &Accepted, now_s: u64) {
        let document = account_object(&accepted.account);
        let changes = self.device.tree.load(&document, now_s);
        self.device.tell(Event::Bootstrapped {
            servers: vec![accepted.account.server_id.clone()],
            changes: changes.unwrap_or_default(),
        });
    }

    /// Begins a session of the device's own will: Alert 1201 to the server of an account.
    pub fn handle_start(&mut self, server_id: &str, _now_s: u64) {
        let refused = |reason: String| Event::StartRefused { reason };
        if action(self.state, Input::Start) != Action::Begin {
            return self
                .device
                .tell(refused("another session is running".to_owned()));
        }
        let Some(account) = self.device.tree.account(server_id) else {
            return self
                .device
                .tell(refused(format!("no account for server {server_id}")));
        };
        let number = self.new_session_number(server_id);
        self.begin(Accepted {
            account,
            session_id: format!("{number:X}"),
            number,
            resync: false,
            stranger: false,
            ask: false,
            inform: false,
            code: AlertCode::CLIENT_INITIATED,
            order: None,
        });
    }

    /// A SessionID of our own, unlike those of sessions that were served.
    fn new_session_number(&mut self, server_id: &str) -> u16 {
        let mut number = 1;
        for _ in 0..TRIES {
            self.started = self.started.wrapping_add(1);
            // The upper quarter of the counter keeps it apart from nonces.
            let [high, low, ..] = nonce(self.device.config.seed, 0x4000_0000 | self.started);
            number = u16::from_be_bytes([high, low]).max(1);
            if !self.memory.knows(server_id, number) {
                break;
            }
        }
        number
    }

    pub(super) fn begin(&mut self, accepted: Accepted) {
        let address = match self.way_to(&accepted) {
            Ok(address) => address,
            Err(reason) => {
                let reason = reason.to_owned();
                self.device.tell(match accepted.code {
                    AlertCode::CLIENT_INITIATED => Event::StartRefused { reason },
                    _ => Event::NotificationRefused { reason },
                });
                self.state = State::Idle;
                return;
            }
        };
        let server_id = accepted.account.server_id.clone();
        let session_id = accepted.session_id.clone();
        self.device.tell(match accepted.code {
            AlertCode::CLIENT_INITIATED => Event::SessionStarted {
                server_id: server_id.clone(),
                session_id,
            },
            _ => Event::NotificationAccepted {
                server_id: server_id.clone(),
                session_id,
                resync: accepted.resync,
            },
        });
        if accepted.inform {
            self.device.tell(Event::UserInformed {
                text: format!("{server_id} manages this device now."),
            });
        }
        let preferred = self.device.preferred_type(&server_id);
        let unprotected = self.device.config.unprotected;
        let mut ours = Ours::new(&accepted.account, preferred, accepted.client_nonce());
        ours.any_nonce = unprotected.nonce_minimum;
        let unproven = self.device.config.takes_unproven;
        let theirs = Theirs::new(&accepted.account, accepted.server_nonce(), unproven);
        let mut session = Session::new(accepted, address, ours, theirs);
        let opening = package::opening(&self.device, &session);
        session.outbox.put_first(opening);
        let records = &mut self.device.records;
        records.begin(&server_id, &session.session_id, session.order.clone());
        self.session = Some(session);
        self.send();
    }

    /// Where the server is; what TLS is to prove is not said without TLS (DM Security §5.3).
    fn way_to(&self, accepted: &Accepted) -> Result<Address, &'static str> {
        let account = &accepted.account;
        let address = Address::parse(&account.address).ok_or("the account has no address")?;
        let by_tls = |credentials: &Credentials| credentials.auth_type == AuthType::Transport;
        let asks = by_tls(&account.server) && !self.device.config.takes_unproven;
        if !address.secure && (asks || by_tls(&account.client)) {
            return Err(
                "TLS is to prove who is there, and the address of the account is not https",
            );
        }
        Ok(address)
    }
}
