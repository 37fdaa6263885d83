//! What the DM Client puts out, and where it goes.

use super::cross::{Parcel, Way};
use super::network::Link;
use super::{Awaited, CardKind, Engine, RESPONSE_S, Said, THINKING_MS, Wanted};
use crate::client::{Answer, Event as ClientEvent, InputType, Outgoing, Output, Question as Alert};
use crate::codec::http::Response;
use crate::codec::syncml::{AlertCode, Encoding, Message, StatusCode};
use crate::codec::wsp;
use crate::scenario::record::{Leg, facts};
use crate::scenario::story::Begins;
use crate::scenario::{SettingKey, UserAnswer, UserReply};
use crate::trace::{Actor, Event, Interface};

impl Engine {
    pub(super) fn client_output(&mut self, output: Output) -> Option<Wanted> {
        let cause = self.talk.client_cause;
        match output {
            Output::Event(event) => self.client_event(event),
            Output::Connect { host, port, secure } => self.connect(&host, port, secure),
            Output::Send(outgoing) => self.request(outgoing),
            Output::Close => {
                self.clock.response_until_ms = None;
                if self.closes_by_tls() {
                    return None;
                }
                let from = Actor::DmClient;
                let to = self.peer(Actor::Card);
                let event = Event::ConnectionClosed;
                let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
                let id = self.cross(leg.because(cause)).id;
                self.carry(id);
                self.hang_up();
            }
            Output::Ask(question) => self.ask(question),
            Output::Execute(execution) => {
                // No process of this device can be started by a server.
                let event = Event::ProcessRefused { uri: execution.uri };
                let leg = Leg::fact(Actor::DmClient, Interface::Internal, event);
                self.cross(leg.because(cause));
                self.deliver(Parcel::Executed(StatusCode::NOT_SUPPORTED));
            }
        }
        None
    }

    /// The DM Client sends a message: as message, in HTTP, over the channel or the network.
    pub(super) fn request(&mut self, outgoing: Outgoing) {
        if self.link == Link::Card && self.steps_in(&outgoing) {
            return;
        }
        let Outgoing {
            mut request,
            package,
            msg_id,
        } = outgoing;
        let encoding = self.settings.encoding();
        let cause = self.talk.client_cause;
        let (from, to) = (Actor::DmClient, self.peer(Actor::CardDmServer));
        if package >= 3 && self.talk.server_is_final && !self.is_at_receipts() {
            self.begin(Begins::Reports, from, to, Interface::Dm2, cause);
        }
        let carries = match Message::decode(&request.body, encoding) {
            Ok(message) => facts::of_message(&message, package, msg_id, encoding),
            Err(error) => Event::MalformedReceived {
                error: error.to_string(),
            },
        };
        let leg = Leg::message(from, to, Interface::Dm2, carries, request.body.clone());
        let message = self.cross(leg.because(cause));
        self.talk.server_cause = Some(message.id);
        self.talk.package = package;
        self.talk.to_client = Way::default();
        let wait_ms = u64::from(RESPONSE_S) * 1000;
        self.clock.response_until_ms = Some(self.recorder.now_ms.saturating_add(wait_ms));
        if message.passed.bytes != request.body {
            request.set_body(message.passed.bytes.clone());
        }
        if message.passed.copies == 0 {
            return;
        }
        let event = Event::HttpRequestSent {
            method: request.method.clone(),
            target: request.target.clone(),
        };
        let to = self.peer(Actor::Card);
        let leg = Leg::message(from, to, Interface::Dm2, event, request.encode());
        let leg = leg.because(Some(message.id)).within(Some(message.id));
        let mut http = self.cross(leg);
        self.carry(http.id);
        http.passed.copies = http.passed.copies.saturating_mul(message.passed.copies);
        http.passed.late_ms = http.passed.late_ms.saturating_add(message.passed.late_ms);
        match self.link {
            Link::Card => self.send(&http, Parcel::Request),
            Link::Server { server, .. } => self.send_up(http, server),
        }
    }

    /// The response did not come.
    pub(super) fn miss_response(&mut self) {
        let event = Event::AnswerMissed {
            after_s: RESPONSE_S,
        };
        let leg = Leg::fact(Actor::DmClient, Interface::Dm2, event);
        let id = self.cross(leg.because(self.talk.client_cause)).id;
        self.talk.client_cause = Some(id);
        self.carry(id);
        self.give_up();
    }

    /// The DM Client asks the user.
    fn ask(&mut self, question: Alert) {
        self.clock.response_until_ms = None;
        let cause = self.talk.client_cause;
        let (from, to) = (Actor::DmClient, Actor::User);
        self.begin(Begins::Asks, from, to, Interface::Internal, cause);
        let event = Event::UserAsked {
            alert: question.code,
            text: question.text.clone(),
            max_display_s: question.max_display_s,
            choices: question.choices.clone(),
            input: input(&question),
        };
        let leg = Leg::message(from, to, Interface::Internal, event, Vec::new());
        let asked = self.cross(leg.because(cause));
        self.talk.asked = Some(asked.id);
        self.talk.edited_answer = None;
        if let Some((edit, reply)) = asked.answer {
            let is_word = matches!(reply, UserReply::Word(_));
            let answer = answer(&reply, &question);
            if is_word || answer.is_none_or(|answer| question.takes(&answer)) {
                self.talk.edited_answer = Some(reply);
            } else {
                self.edits.refuse(edit, "the question takes other answers");
            }
        }
        self.show(Awaited::Alert(question));
    }

    pub(super) fn answered_alert(&mut self, question: &Alert, said: Said) {
        self.talk.questions += 1;
        let usual = match self.usual_answer(SettingKey::Answer) {
            // Who is asked again and again says yes to have peace.
            _ if self.talk.questions > PATIENCE && self.settings.is_on(SettingKey::Pestering) => {
                UserReply::Word(UserAnswer::Accept)
            }
            usual => usual,
        };
        let answer = match said {
            Said::Answer(answer) => Some(answer),
            _ => answer(&usual, question),
        };
        let word = answer
            .as_ref()
            .map_or(UserAnswer::Abort.id().to_owned(), word);
        self.recorder.now_ms += match (&answer, question.max_display_s) {
            (Some(Answer::NoAnswer), Some(seconds)) => u64::from(seconds) * 1000,
            _ => THINKING_MS,
        };
        let event = Event::UserAnswered { answer: word };
        let (from, to) = (Actor::User, Actor::DmClient);
        let leg = Leg::message(from, to, Interface::Internal, event, Vec::new());
        let id = self.cross(leg.because(self.talk.asked)).id;
        self.talk.client_cause = Some(id);
        self.deliver(match answer {
            Some(answer) => Parcel::Answer(answer),
            None => Parcel::Abort,
        });
    }

    /// The DM Client tells what it found.
    fn client_event(&mut self, event: ClientEvent) {
        let at = Actor::DmClient;
        let cause = self.talk.client_cause;
        if let ClientEvent::SessionEnded { complete, .. } = &event {
            self.client_complete = Some(*complete);
            self.clock.response_until_ms = None;
        }
        let Some((event, changes)) = facts::of_client(event) else {
            return;
        };
        let interface = match event {
            Event::NotificationAccepted { .. } | Event::NotificationRefused { .. } => {
                self.talk.notified_by.unwrap_or(Interface::Dm1)
            }
            _ => Interface::Internal,
        };
        if matches!(event, Event::ReceiptChecked { .. }) {
            self.begin(Begins::Keeps, at, at, Interface::Internal, cause);
        }
        if matches!(event, Event::CommandApplied { .. }) && !self.is_at_receipts() {
            self.begin(Begins::Applies, at, at, Interface::Internal, cause);
        }
        let accepted = matches!(
            event,
            Event::NotificationAccepted { .. } | Event::SessionStarted { .. }
        );
        let mut leg = Leg::fact(at, interface, event).because(cause);
        leg.changes = changes;
        let id = self.cross(leg).id;
        if accepted {
            self.talk.client_cause = Some(id);
        }
    }

    /// A closed card does not show its messages: what reaches the DM Client is read from the
    /// stream, once it is whole.
    pub(super) fn overhear(&mut self, bytes: &[u8]) {
        if self.card_kind == CardKind::Open {
            return;
        }
        self.talk.heard.extend_from_slice(bytes);
        let Ok(Some((response, length))) = Response::decode(&self.talk.heard) else {
            return;
        };
        let raw: Vec<u8> = self.talk.heard.drain(..length).collect();
        let encoding = Encoding::from_media_type(response.header("Content-Type").unwrap_or(""));
        let encoding = encoding.unwrap_or_default();
        let mut message_id = None;
        let (from, to) = (Actor::CardDmServer, Actor::DmClient);
        if let Ok(message) = Message::decode(&response.body, encoding) {
            self.talk.server_is_final = message.is_final;
            let cause = self.talk.server_cause;
            if crate::scenario::record::has_work(&message) {
                self.begin(Begins::Provisions, from, to, Interface::Dm2, cause);
            }
            let msg_id = message.hdr.msg_id.parse().unwrap_or_default();
            let package = self.talk.package_after();
            let event = facts::of_message(&message, package, msg_id, encoding);
            let leg = Leg::message(from, to, Interface::Dm2, event, response.body.clone());
            message_id = Some(self.cross(leg.because(cause)).id);
        }
        let event = Event::HttpResponseSent {
            status: response.status,
        };
        let leg = Leg::message(Actor::Card, to, Interface::Dm2, event, raw);
        let leg = leg
            .because(message_id.or(self.talk.server_cause))
            .within(message_id);
        let id = self.cross(leg).id;
        self.talk.client_cause = message_id.or(Some(id));
    }

    /// The notification of a closed card, as it reaches the DM Client.
    pub(super) fn overhear_push(&mut self, bytes: &[u8]) {
        if self.card_kind == CardKind::Open {
            return;
        }
        let (from, to, interface) = (Actor::CardTrigger, Actor::DmClient, Interface::DmSc1);
        let cause = self.talk.wire_cause();
        self.begin(Begins::Triggered, from, to, interface, cause);
        self.talk.notified_by = Some(interface);
        let session_id = wsp::decode_notification(bytes)
            .map(|(_, package)| package.session_id_text())
            .unwrap_or_default();
        let event = Event::NotificationSent {
            session_id,
            // Which nonce it is signed with, only the card knows.
            resync: false,
        };
        let leg = Leg::message(from, to, interface, event, bytes.to_vec());
        let crossed = self.cross(leg.because(cause));
        self.talk.client_cause = Some(crossed.id);
    }
}

/// Questions of one run after which a user who is asked again and again gives in.
const PATIENCE: u32 = 3;

/// What a user writes where no text is offered.
const WRITTEN: &str = "0000";

/// The answer of the DM Client's user in the form that the question wants; `None` when he ends
/// the session.
fn answer(reply: &UserReply, question: &Alert) -> Option<Answer> {
    let answer = match reply {
        UserReply::Word(answer) => *answer,
        UserReply::Text(text) => return Some(Answer::Text(text.clone())),
        UserReply::Choices(numbers) => return Some(Answer::Choices(numbers.clone())),
    };
    Some(match answer {
        UserAnswer::Accept => question.default_response.clone().filter(writes).unwrap_or(
            match AlertCode(question.code) {
                AlertCode::TEXT_INPUT => Answer::Text(WRITTEN.to_owned()),
                AlertCode::SINGLE_CHOICE | AlertCode::MULTIPLE_CHOICE => Answer::Choices(vec![1]),
                _ => Answer::Accept,
            },
        ),
        UserAnswer::Reject if AlertCode(question.code) == AlertCode::CONFIRM_OR_REJECT => {
            Answer::Reject
        }
        UserAnswer::Reject | UserAnswer::Cancel => Answer::Cancel,
        UserAnswer::None => Answer::NoAnswer,
        UserAnswer::Abort => return None,
    })
}

/// Whether an answer is more than yes or no.
fn writes(answer: &Answer) -> bool {
    matches!(answer, Answer::Text(_) | Answer::Choices(_))
}

/// What the user may write, for people.
fn input(question: &Alert) -> String {
    if AlertCode(question.code) != AlertCode::TEXT_INPUT {
        return String::new();
    }
    let kind = match question.input_type {
        InputType::Alphanumeric => "text",
        InputType::Numeric => "a number",
        InputType::Date => "a date, DDMMYYYY",
        InputType::Time => "a time, hhmmss",
        InputType::Phone => "a telephone number",
        InputType::IpAddress => "an IP address",
    };
    let mut input = kind.to_owned();
    if let Some(max) = question.max_length {
        input.push_str(&format!(", at most {max} characters"));
    }
    if question.hidden {
        input.push_str(", hidden");
    }
    input
}

/// Word of the trace for an answer.
fn word(answer: &Answer) -> String {
    match answer {
        Answer::Accept => UserAnswer::Accept.id().to_owned(),
        Answer::Reject => UserAnswer::Reject.id().to_owned(),
        Answer::Cancel | Answer::NotSupported | Answer::CannotShow => {
            UserAnswer::Cancel.id().to_owned()
        }
        Answer::NoAnswer => UserAnswer::None.id().to_owned(),
        Answer::Text(text) => text.clone(),
        Answer::Choices(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            numbers.join(", ")
        }
    }
}
