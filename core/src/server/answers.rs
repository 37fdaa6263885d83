//! What a message of a proven client brings, and the Status each part of it gets
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§10; OMA-TS-DM_RepPro-V1_2_1 §6, §7).

use super::alerts;
use super::authenticate::is_refused;
use super::config::Terms;
use super::large_object::{self, Chunk};
use super::output::{Event, Receipt};
use super::package::Rest;
use super::plan::Operation;
use super::queue::Verdict;
use super::room::{no_room, too_long};
use super::session::{Course, Ending, Session};
use super::status::status;
use super::{DmServer, commands};
use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Item, ItemCommand, Location, Message, Results, Status,
    StatusCode, SyncHdr,
};
use crate::codec::vocabulary::cose::ORDER_TYPE;
use crate::dm::{MAX_MESSAGES, is_challenge, wants_no_status};
use std::collections::BTreeSet;

/// Answers that wait for room; more means a client that asks faster than it listens.
const MAX_HELD: usize = 4096;

/// What the commands of a message were about, beside their answers.
#[derive(Default)]
struct Heard {
    answers: Vec<Command>,
    asks_next: bool,
    aborted: bool,
    opens: bool,
    /// MsgID of our last message, when its header was refused: none of its commands was looked
    /// at, whatever their Status says.
    refused: Option<String>,
    /// Our Alert 1225 stands among the answers.
    interrupts: bool,
}

impl DmServer {
    pub(super) fn work_on(&mut self, mut session: Session, message: &Message, was_proven: bool) {
        let answered = self.take_header_status(&mut session, message);
        let mut heard = Heard {
            refused: is_refused(message, session.msg_id).then(|| session.msg_id.to_string()),
            ..Heard::default()
        };
        let mut ids = BTreeSet::new();
        for command in &message.commands {
            self.take_command(&mut session, &message.hdr, command, &mut ids, &mut heard);
        }
        if message.is_final {
            // A package is over, and with it every object in it.
            interrupt(&mut session, &mut heard);
        }
        if !heard.opens {
            session.package = 4;
        }
        let header = self.header_answer(&mut session, &message.hdr, was_proven);
        heard.answers.insert(0, header);
        let answers = heard.answers;
        if heard.aborted {
            let ending = Ending::Aborted("the client aborted the session".to_owned());
            session.held.clear();
            return self.reply(session, answers, Rest::Nothing, Course::Over(ending));
        }
        if let Err(reason) = answered {
            let course = Course::Over(Ending::Refused(reason));
            return self.reply(session, answers, Rest::Nothing, course);
        }
        if heard.opens
            && let Some(reason) = self.lacks_order(&session)
        {
            session.held.clear();
            let course = Course::Over(Ending::Unfinished(reason));
            return self.reply(session, answers, Rest::Nothing, course);
        }
        if session.msg_id >= MAX_MESSAGES || session.held.len() > MAX_HELD {
            let reason = "the session does not come to an end".to_owned();
            let course = Course::Over(Ending::GivenUp(reason));
            return self.reply(session, answers, Rest::Abort, course);
        }
        let ours_goes_on = session.object.is_some() || !session.held.is_empty();
        if !message.is_final && !(heard.asks_next && (ours_goes_on || !session.was_final)) {
            return self.reply(session, answers, Rest::NextMessage, Course::Wait);
        }
        if session.queue.judge() == Some(Verdict::Abort) {
            let reason = "the plan aborts the session after a failure".to_owned();
            let course = Course::Over(Ending::GivenUp(reason));
            return self.reply(session, answers, Rest::Abort, course);
        }
        self.drop_what_is_too_large(&mut session);
        self.issue_receipt(&mut session);
        let course = if heard.interrupts {
            Course::Wait
        } else {
            Course::Open
        };
        self.reply(session, answers, Rest::Commands, course);
    }

    /// One command of the client, and its answer if it gets one.
    fn take_command<'m>(
        &mut self,
        session: &mut Session,
        hdr: &SyncHdr,
        command: &'m Command,
        ids: &mut BTreeSet<&'m str>,
        heard: &mut Heard,
    ) {
        if let Command::Status(status) = command {
            if heard.refused.as_ref() != Some(&status.msg_ref) {
                self.take_status(session, status);
            }
            return;
        }
        let before = heard.answers.len();
        self.answer_command(session, hdr, command, ids, heard);
        if wants_no_status(command) {
            // What is no Status, such as Alert 1225, stays.
            let mut at = 0;
            heard.answers.retain(|answer| {
                at += 1;
                at <= before || !matches!(answer, Command::Status(_))
            });
        }
    }

    fn answer_command<'m>(
        &mut self,
        session: &mut Session,
        hdr: &SyncHdr,
        command: &'m Command,
        ids: &mut BTreeSet<&'m str>,
        heard: &mut Heard,
    ) {
        let id = command.cmd_id();
        if id.is_empty() || id == "0" || !ids.insert(id) {
            let code = StatusCode::BAD_REQUEST;
            return heard.answers.push(status(&hdr.msg_id, command, code));
        }
        // What steers the session may stand between chunks.
        let steers = |alert: &Alert| {
            alert.code != AlertCode::CLIENT_EVENT && alert.code != AlertCode::GENERIC
        };
        if let Command::Alert(alert) = command
            && steers(alert)
        {
            let code = self.take_steering(session, alert, heard);
            return heard.answers.push(status(&hdr.msg_id, command, code));
        }
        if session
            .incoming
            .as_ref()
            .is_some_and(|held| !large_object::goes_on_with(held, command))
        {
            interrupt(session, heard);
        }
        let limit = self.config.max_obj_size;
        let code = match large_object::take(&mut session.incoming, command, limit) {
            Chunk::Ordinary => self.take_whole(session, command),
            Chunk::Whole(whole) => self.take_whole(session, &whole),
            Chunk::Stored => Some(StatusCode::CHUNK_ACCEPTED),
            Chunk::Refused(code) => Some(code),
        };
        if let Some(code) = code {
            heard.answers.push(status(&hdr.msg_id, command, code));
        }
    }

    fn take_steering(
        &mut self,
        session: &mut Session,
        alert: &Alert,
        heard: &mut Heard,
    ) -> StatusCode {
        match alert.code {
            AlertCode::SERVER_INITIATED | AlertCode::CLIENT_INITIATED => heard.opens = true,
            AlertCode::NEXT_MESSAGE => heard.asks_next = true,
            AlertCode::SESSION_ABORT => heard.aborted = true,
            AlertCode::NO_END_OF_DATA => {
                if let Some(object) = session.object.take() {
                    session
                        .queue
                        .interrupted(object.step, StatusCode::SIZE_MISMATCH);
                }
            }
            // A user is not asked by a client.
            _ => return StatusCode::NOT_SUPPORTED,
        }
        StatusCode::OK
    }

    /// A command in one piece; Results in good order are not answered.
    fn take_whole(&mut self, session: &mut Session, command: &Command) -> Option<StatusCode> {
        let code = match command {
            Command::Results(results) => match self.take_results(session, results) {
                StatusCode::OK => return None,
                code => code,
            },
            Command::Alert(alert) => match alerts::take(alert, &self.config.alert_types) {
                Ok(mut alerted) => {
                    if let (Some(correlator), Some(item)) =
                        (&alerted.correlator, alerted.items.first())
                    {
                        let step = session.queue.alerted(correlator, &item.data);
                        alerted.step = step.map(|at| id_of(session, at));
                    }
                    let order = alerted.items.iter().find(|i| i.media_type == ORDER_TYPE);
                    let signed = order.map(|item| item.data.clone());
                    self.tell(Event::Alerted(alerted));
                    match signed {
                        Some(signed) => self.take_order(session, &signed),
                        None => StatusCode::OK,
                    }
                }
                Err(code) => code,
            },
            Command::Replace(replace) => self.take_device_info(replace),
            _ => StatusCode::NOT_SUPPORTED,
        };
        Some(code)
    }

    /// Device information is taken as it comes; a server has no other nodes.
    fn take_device_info(&mut self, replace: &ItemCommand) -> StatusCode {
        let place = |item: &Item| {
            let location = item.source.as_ref().or(item.target.as_ref());
            location.map_or(String::new(), |l| l.uri.clone())
        };
        let is_info = |uri: &str| {
            let uri = uri.strip_prefix("./").unwrap_or(uri);
            uri == "DevInfo" || uri.starts_with("DevInfo/")
        };
        if replace.items.is_empty() {
            return StatusCode::INCOMPLETE;
        }
        if !replace.items.iter().all(|item| is_info(&place(item))) {
            return StatusCode::NOT_ALLOWED;
        }
        let text = |item: &Item| {
            let bytes = item.data.as_ref().map(Data::bytes).unwrap_or_default();
            String::from_utf8_lossy(bytes).into_owned()
        };
        let nodes = replace.items.iter().map(|i| (place(i), text(i))).collect();
        self.tell(Event::DeviceInfo { nodes });
        StatusCode::OK
    }

    /// A Status for one of our commands.
    fn take_status(&mut self, session: &mut Session, status: &Status) {
        let code = status.code;
        if is_challenge(code) || code == StatusCode::CHUNK_ACCEPTED {
            // The one was said of the header already, the other is no outcome.
            return;
        }
        let Some(sent) = session.close(&status.msg_ref, &status.cmd_ref) else {
            return;
        };
        let at = sent.step;
        // Of an object that is not whole no success can be told, only that its chunk was taken,
        // as by 213; what was not sent is not done (DM Protocol §7).
        if code.is_success() && session.object.as_ref().is_some_and(|o| o.step == at) {
            return;
        }
        if session.object.as_ref().is_some_and(|o| o.step == at) {
            session.object = None;
        }
        let Some(flat) = session.queue.get(at) else {
            return;
        };
        let uri = flat.step.operation.target().to_owned();
        let (is_alert, is_group) = match flat.step.operation {
            Operation::Alert(_) => (true, false),
            Operation::Sequence(_) | Operation::Atomic(_) => (false, true),
            _ => (false, false),
        };
        if is_alert {
            let answers: Vec<String> = status
                .items
                .iter()
                .filter_map(|item| item.data.as_ref())
                .map(|data| String::from_utf8_lossy(data.bytes()).into_owned())
                .collect();
            session.queue.keep_answers(at, &answers);
            session.evidence.asked(code);
            // What was not asked, or asked in an Atomic that failed later, was not refused.
            let is_no_answer = matches!(code, StatusCode::NOT_EXECUTED | StatusCode::ROLLED_BACK);
            if !code.is_success() && !is_no_answer {
                session.refused = Some(code);
            }
            self.tell(Event::UserAnswered {
                step: id_of(session, at),
                code,
                answers,
            });
        }
        match session.queue.receipt(at) {
            Some(seq) => self.tell(Event::ReceiptAnswered { seq, code }),
            None if !is_group && !is_alert => session.evidence.done(code),
            None => {}
        }
        if !is_group {
            self.tell(Event::ReceiptStored(Receipt {
                step: id_of(session, at),
                command: sent.name.to_owned(),
                uri,
                code,
                accepted: !code.is_success() && session.queue.is_good(at, code),
            }));
        }
        session.queue.answered(at, code);
    }

    /// Results of a Get; the Status they get unless it is 200.
    fn take_results(&mut self, session: &mut Session, results: &Results) -> StatusCode {
        let last = session.msg_id.to_string();
        let msg_ref = results.msg_ref.as_deref().unwrap_or(&last);
        let Some(at) = session.find(msg_ref, &results.cmd_ref) else {
            // Of nothing that was asked for.
            return StatusCode::BAD_REQUEST;
        };
        for item in &results.items {
            let uri = item.source.as_ref().map_or("", |s| &s.uri);
            let format = item.meta.format.as_deref();
            let format = format.or(results.meta.format.as_deref());
            let value = item
                .data
                .as_ref()
                .map(|data| large_object::octets(data, format))
                .unwrap_or_default();
            session.queue.keep_value(at, &value);
            self.tell(Event::ResultsStored {
                uri: uri.to_owned(),
                value,
            });
        }
        StatusCode::OK
    }

    /// Steps the client could never take, be it for their object or for their URI, are refused in
    /// its name.
    fn drop_what_is_too_large(&mut self, session: &mut Session) {
        let mut steps = Vec::new();
        for at in session.queue.ready() {
            let is_sequence = session
                .queue
                .get(at)
                .is_some_and(|f| matches!(f.step.operation, Operation::Sequence(_)));
            if is_sequence {
                // It goes in parts.
                steps.extend(session.queue.pending_parts(at));
            } else {
                steps.push(at);
            }
        }
        for at in steps {
            if !session.queue.begin_measuring(at) {
                continue;
            }
            let command = commands::command(&session.queue, at, session.encoding);
            let terms = Terms {
                config: &self.config,
                account: &self.accounts[session.account],
            };
            let unsendable = no_room(&command);
            let octets = commands::octets(&command);
            let too_large = session
                .peer
                .max_obj_size
                .is_some_and(|limit| octets > limit);
            let code = if too_long(session, command, &terms) {
                unsendable
            } else if too_large {
                StatusCode::TOO_LARGE
            } else {
                continue;
            };
            session.queue.refused(at, code);
            self.tell_refusal(session, at, code);
        }
        // What was refused may have consequences of its own.
        session.queue.judge();
    }

    /// The receipt of a step that cannot be sent.
    pub(super) fn tell_refusal(&mut self, session: &Session, at: usize, code: StatusCode) {
        let uri = session.queue.get(at).map(|f| f.step.operation.target());
        let receipt = Receipt {
            step: id_of(session, at),
            command: session.queue.name(at).to_owned(),
            uri: uri.unwrap_or_default().to_owned(),
            code,
            accepted: false,
        };
        self.tell(Event::ReceiptStored(receipt));
    }
}

/// An object of which the end will not come: the client is told by Alert 1225.
fn interrupt(session: &mut Session, heard: &mut Heard) {
    let Some(held) = session.incoming.take() else {
        return;
    };
    heard.interrupts = true;
    heard.answers.push(Command::Alert(Alert {
        code: AlertCode::NO_END_OF_DATA,
        items: vec![Item {
            source: Some(Location::new(held.uri)),
            ..Item::default()
        }],
        ..Alert::default()
    }));
}

fn id_of(session: &Session, at: usize) -> String {
    let flat = session.queue.get(at);
    flat.map(|flat| flat.step.id.clone()).unwrap_or_default()
}
