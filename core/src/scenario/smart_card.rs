//! The smart card with what lives in it: UICC, DM Server and DM_SC Trigger as one thing
//! (OMA-AD-DM_SC-V1_0 §5.3).
//!
//! It takes commands and answers them. What passes between its parts on the way can be looked
//! at and changed; who does not want that uses [`SmartCard::exchange`]. Knows no terminal.

use super::provisioner::{Activated, PROVISIONING, Provisioner};
use crate::card::{self, Uicc};
use crate::codec::DecodeError;
use crate::codec::auth::HMAC_HEADER;
use crate::codec::http;
use crate::codec::notification::{Initiator, UiMode};
use crate::server::{self, DmServer, Notary};
use crate::tls;
use std::collections::VecDeque;

/// What comes out of a smart card while it works at a command, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardOutput {
    /// A fact of the DM Server; nothing to do.
    Event(server::Event),
    /// A receipt was signed, and is stored.
    ReceiptIssued {
        /// Number in the chain.
        seq: u64,
        /// The receipt as COSE_Sign1.
        signed: Vec<u8>,
    },
    /// The DM Server answers the web server; what arrives goes to [`SmartCard::handle_answer`].
    Answer(server::Answer),
    /// The web server answers its client, as HTTP; what arrives in the channel goes to
    /// [`SmartCard::handle_http`].
    Http {
        /// HTTP status.
        status: u16,
        /// The whole response.
        response: Vec<u8>,
    },
    /// The Trigger sends this WSP push PDU; what arrives in the channel goes to
    /// [`SmartCard::handle_notification`].
    Notification {
        /// The push PDU.
        push: Vec<u8>,
        /// Whether it is signed with the resynchronisation nonce (DM Security §5.2).
        resync: bool,
    },
    /// TLS below the web server: a record, of which what arrives in the channel goes to
    /// [`SmartCard::handle_record`], or a fact.
    Tls(tls::Output),
    /// Document that became the active one, by which the plan is made anew, or why it cannot be
    /// read; nothing to do.
    Document(Result<Activated, DecodeError>),
    /// The answer to reset, after [`SmartCard::handle_reset`].
    Atr(Vec<u8>),
    /// The R-APDU, after [`SmartCard::handle_command`]; empty when the card has no power.
    Response(Vec<u8>),
}

/// A smart card.
///
/// ```
/// use dmsc_core::scenario::{CATALOGUE, DEFAULT_SEED, Settings, Setup};
///
/// let setup = Setup {
///     scenario: &CATALOGUE[0],
///     settings: Settings::default(),
///     seed: DEFAULT_SEED,
///     edits: Vec::new(),
/// };
/// let mut card = (setup.scenario.cast)(&setup).card;
/// assert_eq!(card.reset()[0], 0x3B);
/// let response = card.exchange(&[0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00]);
/// assert_eq!(response[0], 0x61);
/// ```
#[derive(Clone, Debug)]
pub struct SmartCard {
    card: Uicc,
    server: DmServer,
    ui_mode: UiMode,
    /// Nothing is done without an order of customer care.
    needs_order: bool,
    provisioner: Option<Provisioner>,
    /// Changes of files that were looked at.
    changes: u64,
    outputs: VecDeque<CardOutput>,
    /// A command waits for its response.
    owes: bool,
    /// The DM Server as it was before it signed a receipt, whose writing a loss of power broke
    /// off.
    torn: Option<Box<DmServer>>,
}

impl SmartCard {
    /// A card without power. Its Trigger asks for the user's attention as `ui_mode` says.
    pub fn new(card: Uicc, server: DmServer, ui_mode: UiMode) -> Self {
        let mut card = SmartCard {
            needs_order: false,
            changes: card.changes(),
            provisioner: None,
            card,
            server,
            ui_mode,
            outputs: VecDeque::new(),
            owes: false,
            torn: None,
        };
        card.server_gets_keys();
        card
    }

    /// A card that has a key for receipts lets its DM Server sign them, from where the chain in
    /// its memory ends.
    fn server_gets_keys(&mut self) {
        if let Some(key) = self.card.receipt_key() {
            self.server.handle_notary(Notary {
                key: key.clone(),
                care: self.card.care_key(),
                needs_order: self.needs_order,
                chain: self.card.receipt_chain(),
            });
        }
    }

    /// Tells the time, seconds since 1970: that of the terminal, which the simulated card does not
    /// ask for.
    pub fn handle_time(&mut self, now_s: u64) {
        self.server.handle_time(now_s);
    }

    /// Lets the card do nothing that customer care has not ordered.
    #[must_use]
    pub fn needing_order(mut self) -> Self {
        self.needs_order = true;
        self.server_gets_keys();
        self
    }

    /// Lets the card notice when its provisioning data become others.
    pub fn with_provisioner(mut self, provisioner: Provisioner) -> Self {
        self.provisioner = Some(provisioner);
        self
    }

    /// The UICC.
    pub fn uicc(&self) -> &Uicc {
        &self.card
    }

    /// The DM Server.
    pub fn server(&self) -> &DmServer {
        &self.server
    }

    /// Power or reset: all of the session before is lost, in the DM Server too.
    pub fn handle_reset(&mut self) {
        self.outputs.clear();
        self.owes = false;
        self.server.handle_connection_lost();
        self.take_events();
        let atr = self.card.handle_reset();
        if let Some(torn) = self.torn.take() {
            if Some(self.card.receipt_chain()) != self.server.receipts() {
                // Its last message was not dealt with: all of that was to be written with the
                // receipt, and is not.
                self.server = *torn;
                self.server.handle_connection_lost();
                self.take_events();
            }
            self.server_gets_keys();
        }
        self.look();
        self.outputs.push_back(CardOutput::Atr(atr));
    }

    /// A C-APDU.
    pub fn handle_command(&mut self, command: &[u8]) {
        self.owes = true;
        self.card.handle_command(command);
        self.look();
    }

    /// Looks whether the command made another document the active one: then the DM Server works
    /// by a new plan, and calls for a session if that is the card's business.
    fn look(&mut self) {
        if self.card.changes() == self.changes {
            return;
        }
        self.changes = self.card.changes();
        let Some(watch) = &mut self.provisioner else {
            return;
        };
        let file = self.card.contents(&PROVISIONING).unwrap_or_default();
        let Some(found) = watch.look(file) else {
            return;
        };
        let found = found.map(|file| {
            self.server.set_plan(watch.plan());
            if watch.triggers {
                self.card.handle_session_wanted();
            }
            Activated {
                slot: file.active,
                length: file.length(file.active),
                commands: self.server.commands().len(),
            }
        });
        self.outputs.push_back(CardOutput::Document(found));
    }

    /// Lets the power go away, at once or after so many more writes of the memory.
    pub fn handle_power_loss(&mut self, writes: Option<u32>) {
        match writes {
            Some(writes) => self.card.handle_power_loss(writes),
            None => self.card.handle_power_off(),
        }
    }

    /// Leaves the memory no room for more files.
    pub fn handle_memory_full(&mut self) {
        self.card.handle_memory_full();
    }

    /// The ECMS has called for this session by a notification with the resynchronisation nonce.
    pub fn handle_announcement(&mut self, session_id: u16) {
        self.server.expect_session(session_id);
    }

    /// What reaches the web server of the DM Server's answer.
    pub fn handle_answer(&mut self, answer: &server::Answer) {
        self.outputs.push_front(http_output(&http_response(answer)));
    }

    /// What the web server puts into its channel for the client.
    pub fn handle_http(&mut self, response: &[u8]) {
        self.card.handle_applet_response(response);
    }

    /// What the web server's TLS puts into its channel.
    pub fn handle_record(&mut self, record: &[u8]) {
        self.card.handle_record(record);
    }

    /// What the Trigger puts into its channel.
    pub fn handle_notification(&mut self, push: &[u8]) {
        self.card.handle_notification(push);
    }

    /// What the card wants next; `None` when the command is answered.
    pub fn poll(&mut self) -> Option<CardOutput> {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Some(output);
            }
            let Some(output) = self.card.poll() else {
                // Without power nothing is answered.
                let owed = std::mem::take(&mut self.owes);
                return owed.then(|| CardOutput::Response(Vec::new()));
            };
            match output {
                card::Output::Response(bytes) => {
                    self.owes = false;
                    return Some(CardOutput::Response(bytes));
                }
                card::Output::AppletRequest { request, .. } => self.serve(&request),
                card::Output::ClientGone { .. } => {
                    self.server.handle_connection_lost();
                    self.take_events();
                }
                card::Output::Tls(output) => return Some(CardOutput::Tls(output)),
                card::Output::TriggerDue { .. } => {
                    let resync = self.server.is_in_doubt();
                    let push = self.server.notification(self.ui_mode, Initiator::Server);
                    return Some(CardOutput::Notification { push, resync });
                }
            }
        }
    }

    /// Power or reset; returns the answer to reset.
    pub fn reset(&mut self) -> Vec<u8> {
        self.handle_reset();
        self.undisturbed()
    }

    /// A C-APDU and its R-APDU, with nobody between the parts of the card.
    pub fn exchange(&mut self, command: &[u8]) -> Vec<u8> {
        self.handle_command(command);
        self.undisturbed()
    }

    fn undisturbed(&mut self) -> Vec<u8> {
        while let Some(output) = self.poll() {
            match output {
                CardOutput::Response(bytes) | CardOutput::Atr(bytes) => return bytes,
                CardOutput::Answer(answer) => self.handle_answer(&answer),
                CardOutput::Http { response, .. } => self.handle_http(&response),
                CardOutput::Notification { push, .. } => self.handle_notification(&push),
                CardOutput::Tls(tls::Output::Record(record)) => self.handle_record(&record),
                CardOutput::Event(_)
                | CardOutput::ReceiptIssued { .. }
                | CardOutput::Tls(_)
                | CardOutput::Document(_) => {}
            }
        }
        Vec::new()
    }

    fn serve(&mut self, request: &http::Request) {
        let media_type = request.header("Content-Type").unwrap_or_default();
        let hmac = request.header(HMAC_HEADER);
        let told = self.outputs.len();
        let before = self.card.receipt_key().map(|_| self.server.clone());
        self.server.handle_message(media_type, hmac, &request.body);
        let answered = self.take_events();
        if !self.card.has_power() {
            // Nothing leaves the card, neither what it found nor its answer.
            self.outputs.truncate(told);
            self.card.handle_power_off();
            self.torn = before.map(Box::new);
            return;
        }
        if !answered {
            let refusal = http::Response::new(500);
            self.outputs.push_back(http_output(&refusal));
        }
    }

    /// Takes all that the server has to say: what it found goes before its answer. Whether it
    /// answered.
    fn take_events(&mut self) -> bool {
        let mut answer = None;
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Event(server::Event::ReceiptIssued { seq, signed }) => {
                    if self.card.store_receipt(seq, &signed) {
                        let issued = CardOutput::ReceiptIssued { seq, signed };
                        self.outputs.push_back(issued);
                    }
                }
                server::Output::Event(server::Event::ReceiptAnswered { seq, code }) => {
                    self.card.store_receipt_status(seq, code.0);
                }
                server::Output::Event(event) => {
                    let ended = matches!(event, server::Event::SessionEnded { complete: true, .. });
                    if ended && self.server.is_done() {
                        self.provisioner
                            .iter_mut()
                            .for_each(Provisioner::provisioned);
                    }
                    self.outputs.push_back(CardOutput::Event(event));
                }
                server::Output::Answer(given) => answer = Some(given),
            }
        }
        let answered = answer.is_some();
        self.outputs.extend(answer.map(CardOutput::Answer));
        answered
    }
}

fn http_output(response: &http::Response) -> CardOutput {
    CardOutput::Http {
        status: response.status,
        response: response.encode(),
    }
}

/// The HTTP response around a server's answer.
pub(super) fn http_response(answer: &server::Answer) -> http::Response {
    let mut response = http::Response::new(answer.http_status);
    if let Some(hmac) = &answer.hmac {
        let name = HMAC_HEADER.to_owned();
        response.headers.push((name, hmac.clone()));
    }
    if answer.body.is_empty() {
        return response;
    }
    response.with_body(&answer.content_type, answer.body.clone())
}
