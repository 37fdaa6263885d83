//! The smart card with what lives in it: UICC, DM Server and DM_SC Trigger as one thing
//! (OMA-AD-DM_SC-V1_0 §5.3).
//!
//! It takes commands and answers them. What passes between its parts on the way can be looked
//! at and changed; who does not want that uses [`SmartCard::exchange`]. Knows no terminal.

use crate::card::{self, Uicc};
use crate::codec::auth::HMAC_HEADER;
use crate::codec::http;
use crate::codec::notification::{Initiator, UiMode};
use crate::server::{self, DmServer};
use std::collections::VecDeque;

/// What comes out of a smart card while it works at a command, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardOutput {
    /// A fact of the DM Server; nothing to do.
    Event(server::Event),
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
    outputs: VecDeque<CardOutput>,
    /// A command waits for its response.
    owes: bool,
}

impl SmartCard {
    /// A card without power. Its Trigger asks for the user's attention as `ui_mode` says.
    pub fn new(card: Uicc, server: DmServer, ui_mode: UiMode) -> Self {
        SmartCard {
            card,
            server,
            ui_mode,
            outputs: VecDeque::new(),
            owes: false,
        }
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
        self.outputs.push_back(CardOutput::Atr(atr));
    }

    /// A C-APDU.
    pub fn handle_command(&mut self, command: &[u8]) {
        self.owes = true;
        self.card.handle_command(command);
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
                CardOutput::Event(_) => {}
            }
        }
        Vec::new()
    }

    fn serve(&mut self, request: &http::Request) {
        let media_type = request.header("Content-Type").unwrap_or_default();
        let hmac = request.header(HMAC_HEADER);
        self.server.handle_message(media_type, hmac, &request.body);
        if !self.take_events() {
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
                server::Output::Event(event) => self.outputs.push_back(CardOutput::Event(event)),
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
fn http_response(answer: &server::Answer) -> http::Response {
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
