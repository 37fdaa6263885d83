//! What a message of a proven client brings, and the Status each part of it gets
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§10; OMA-TS-DM_RepPro-V1_2_1 §6, §7).

use super::alerts;
use super::auth;
use super::large_object::{self, Chunk};
use super::output::{Event, Receipt};
use super::package::{Rest, too_long};
use super::queue::Verdict;
use super::session::{End, FORGIVEN, Session};
use super::{DmServer, MAX_MESSAGES, Operation, Terms, commands};
use crate::codec::auth::AuthType;
use crate::codec::syncml::{
    Alert, AlertCode, Chal, Command, Data, Item, ItemCommand, Location, Message, Results, Status,
    StatusCode, SyncHdr,
};
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
    /// Our Alert 1225 stands among the answers.
    interrupts: bool,
}

impl DmServer {
    pub(super) fn work_on(&mut self, mut session: Session, message: &Message, was_proven: bool) {
        let answered = self.take_header_status(&mut session, message);
        let mut heard = Heard::default();
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
            let end = End::Over(false, "the client aborted the session".to_owned());
            session.held.clear();
            return self.reply(session, answers, Rest::Nothing, end);
        }
        if let Err(reason) = answered {
            return self.reply(session, answers, Rest::Nothing, End::Over(false, reason));
        }
        if session.msg_id >= MAX_MESSAGES || session.held.len() > MAX_HELD {
            let reason = "the session does not come to an end".to_owned();
            return self.reply(session, answers, Rest::Abort, End::Over(false, reason));
        }
        let ours_goes_on = session.object.is_some() || !session.held.is_empty();
        if !message.is_final && !(heard.asks_next && (ours_goes_on || !session.was_final)) {
            return self.reply(session, answers, Rest::NextMessage, End::Wait);
        }
        if session.queue.judge() == Some(Verdict::Abort) {
            let reason = "the plan aborts the session after a failure".to_owned();
            return self.reply(session, answers, Rest::Abort, End::Over(false, reason));
        }
        self.drop_what_is_too_large(&mut session);
        let end = if heard.interrupts {
            End::Wait
        } else {
            End::Open
        };
        self.reply(session, answers, Rest::Commands, end);
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
            return self.take_status(session, status);
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
                    self.tell(Event::Alerted(alerted));
                    StatusCode::OK
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

    /// The Status for the client's header, with the nonce for next time where it is due.
    fn header_answer(&mut self, session: &mut Session, hdr: &SyncHdr, was_proven: bool) -> Command {
        let client = &self.accounts[session.account].client;
        let auth_type = auth::required(client);
        let for_session = auth_type != AuthType::Mac && !client.name.is_empty();
        let code = if for_session && (!was_proven || session.chal_due) {
            StatusCode::AUTHENTICATED
        } else {
            StatusCode::OK
        };
        let mut answer = header_status_for(hdr, code);
        if std::mem::take(&mut session.chal_due) {
            answer.chal = Chal::of(&auth_type, session.client_nonce());
        }
        Command::Status(answer)
    }

    /// What the client says to our credentials.
    fn take_header_status(
        &mut self,
        session: &mut Session,
        message: &Message,
    ) -> Result<(), String> {
        let Some(status) = header_status(message, session.msg_id) else {
            return Ok(());
        };
        let chal = status.chal.as_ref();
        if status.code.is_success() {
            // Proof of one message is no proof of the next.
            if status.code == StatusCode::AUTHENTICATED && session.own_type != AuthType::Mac {
                session.server_proven = true;
            }
            let nonce = chal
                .filter(|chal| chal.auth_type() == session.own_type)
                .and_then(Chal::nonce);
            if let Some(nonce) = nonce {
                let server = &mut self.accounts[session.account].server;
                server.nonce.clone_from(&nonce);
                session.server_nonce.clone_from(&nonce);
                self.tell(Event::NonceRenewed {
                    client: false,
                    nonce,
                });
            }
            return Ok(());
        }
        if !is_challenge(status.code) {
            let code = status.code;
            return Err(format!(
                "the client refused our message: {code} {}",
                code.meaning()
            ));
        }
        // Nothing of the last message was done.
        session.queue.unsent();
        session.object = None;
        session.server_proven = false;
        session.server_failures = session.server_failures.saturating_add(1);
        // It keeps no nonce of a peer that has not proved itself, so it is told again.
        let server = &self.accounts[session.account].server;
        let client = &self.accounts[session.account].client;
        session.chal_due = !client.name.is_empty() && auth::required(client) != AuthType::Basic;
        if session.server_failures > FORGIVEN {
            return Err("the client refused our credentials again".to_owned());
        }
        let asked = chal.map(Chal::auth_type);
        let nonce = chal.and_then(Chal::nonce);
        match (asked, nonce) {
            _ if server.name.is_empty() => Err(other_kind()),
            // The secret itself is given only where the account says so.
            (Some(AuthType::Basic), _) if auth::required(server) == AuthType::Basic => {
                session.own_type = AuthType::Basic;
                Ok(())
            }
            (Some(kind @ (AuthType::Md5 | AuthType::Mac)), Some(nonce)) => {
                if kind == session.own_type && nonce == session.server_nonce {
                    return Err("the client repeats its challenge".to_owned());
                }
                session.own_type = kind;
                session.server_nonce = nonce;
                Ok(())
            }
            _ => Err(other_kind()),
        }
    }

    /// A Status for one of our commands.
    fn take_status(&mut self, session: &mut Session, status: &Status) {
        let Some(at) = session.find(&status.msg_ref, &status.cmd_ref) else {
            return;
        };
        let code = status.code;
        if is_challenge(code) || code == StatusCode::CHUNK_ACCEPTED {
            // The one was said of the header already, the other is no outcome.
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
            if !code.is_success() && code != StatusCode::NOT_EXECUTED {
                session.refused = Some(code);
            }
            self.tell(Event::UserAnswered {
                step: id_of(session, at),
                code,
                answers,
            });
        }
        if !is_group {
            self.tell(Event::ReceiptStored(Receipt {
                step: id_of(session, at),
                command: status.cmd.clone(),
                uri,
                code,
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
            let is_group = matches!(command, Command::Sequence(_) | Command::Atomic(_));
            let octets = commands::octets(&command);
            let too_large = session
                .peer_max_obj_size
                .is_some_and(|limit| octets > limit);
            let code = if too_long(session, command, &terms) {
                // A group goes in one message or not at all.
                if is_group {
                    StatusCode::TOO_LARGE
                } else {
                    StatusCode::URI_TOO_LONG
                }
            } else if too_large {
                StatusCode::TOO_LARGE
            } else {
                continue;
            };
            let uri = session.queue.get(at).map(|f| f.step.operation.target());
            let receipt = Receipt {
                step: id_of(session, at),
                command: session.queue.name(at).to_owned(),
                uri: uri.unwrap_or_default().to_owned(),
                code,
            };
            session.queue.refused(at, code);
            self.tell(Event::ReceiptStored(receipt));
        }
        // What was refused may have consequences of its own.
        session.queue.judge();
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

/// NoResp: the sender wants no Status.
fn wants_no_status(command: &Command) -> bool {
    match command {
        Command::Add(c)
        | Command::Replace(c)
        | Command::Delete(c)
        | Command::Copy(c)
        | Command::Get(c)
        | Command::Exec(c) => c.no_resp,
        Command::Alert(alert) => alert.no_resp,
        Command::Sequence(g) | Command::Atomic(g) => g.no_resp,
        Command::Status(_) | Command::Results(_) | Command::Unknown(_) => false,
    }
}

fn other_kind() -> String {
    "the client wants credentials of a kind we do not give".to_owned()
}

fn id_of(session: &Session, at: usize) -> String {
    let flat = session.queue.get(at);
    flat.map(|flat| flat.step.id.clone()).unwrap_or_default()
}

/// The same Status for the header and every command of a message.
pub(super) fn refused(message: &Message, code: StatusCode) -> Vec<Command> {
    let mut answers = vec![Command::Status(header_status_for(&message.hdr, code))];
    answers.extend(
        message
            .commands
            .iter()
            .filter(|c| !matches!(c, Command::Status(_) | Command::Results(_)))
            .map(|c| status(&message.hdr.msg_id, c, code)),
    );
    answers
}

fn header_status_for(hdr: &SyncHdr, code: StatusCode) -> Status {
    Status {
        msg_ref: hdr.msg_id.clone(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.target.uri.clone()],
        source_refs: vec![hdr.source.uri.clone()],
        code,
        ..Status::default()
    }
}

fn status(msg_ref: &str, command: &Command, code: StatusCode) -> Command {
    let source_refs = match command {
        Command::Replace(ItemCommand { items, .. }) if items.len() == 1 => sources(items),
        Command::Results(Results { items, .. }) => sources(items),
        _ => Vec::new(),
    };
    Command::Status(Status {
        msg_ref: msg_ref.to_owned(),
        cmd_ref: command.cmd_id().to_owned(),
        cmd: command.name().to_owned(),
        source_refs,
        code,
        ..Status::default()
    })
}

fn sources(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .filter_map(|i| i.source.as_ref())
        .map(|s| s.uri.clone())
        .collect()
}

/// The client's Status for the header of our last message.
pub(super) fn header_status(message: &Message, our_msg_id: u32) -> Option<&Status> {
    let msg_ref = our_msg_id.to_string();
    message.commands.iter().find_map(|c| match c {
        Command::Status(status) if status.cmd_ref == "0" && status.msg_ref == msg_ref => {
            Some(status)
        }
        _ => None,
    })
}

fn is_challenge(code: StatusCode) -> bool {
    matches!(
        code,
        StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED
    )
}
