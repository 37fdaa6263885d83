//! One session with a device: what both sides know, and what an arriving message means
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::auth::{self, Check};
use super::output::{Answer, Event, Receipt};
use super::package::{Rest, build, too_long};
use super::{DmServer, MAX_MESSAGES};
use crate::codec::auth::{RESYNC_NONCE, from_base64};
use crate::codec::syncml::{
    Alert, AlertCode, Chal, Command, Data, Encoding, Item, ItemCommand, Message, Results, Status,
    StatusCode, SyncHdr,
};

/// Octets of a message when the client names no limit.
const DEFAULT_MAX_MSG_SIZE: usize = 65_536;

/// Failures of credentials that are forgiven with one more challenge: a stale nonce is no attack.
const FORGIVEN: u8 = 1;

/// Commands of earlier messages whose Status is still taken: more than the largest document there
/// is room for comes to, with every one of them sent in each of its forms.
const REMEMBERED: usize = 16_384;

/// A session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: String,
    /// Source of the client's messages.
    pub(super) device: String,
    pub(super) encoding: Encoding,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the client's last message.
    peer_msg_id: u32,
    pub(super) peer_max_msg_size: usize,
    peer_max_obj_size: Option<u64>,
    package: u8,
    /// The client's credentials were right.
    proven: bool,
    /// For the client's Cred.
    client_nonce: Vec<u8>,
    /// The client has not been told yet, or has not kept, the nonce for next time.
    chal_due: bool,
    /// For our Cred.
    pub(super) server_nonce: Vec<u8>,
    /// The client took our credentials: no more Cred.
    pub(super) server_proven: bool,
    /// The client may use the resynchronisation nonce.
    resync_allowed: bool,
    failures: u8,
    server_failures: u8,
    pub(super) consent: Consent,
    sent: Vec<Sent>,
    /// An object of which not all chunks are sent.
    pub(super) object: Option<Sending>,
    /// Results of which not all chunks have come.
    incoming: Option<Incoming>,
    /// For a client that repeats itself.
    last_answer: Option<Answer>,
}

/// What the user said to the question before all changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    NotAsked,
    Asked,
    Granted,
    /// With the Status that says how.
    Refused(StatusCode),
}

/// A command whose Status is to come.
#[derive(Debug)]
struct Sent {
    msg_id: u32,
    cmd_id: u32,
    what: What,
}

/// What a command was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The Sequence around commands.
    Group,
    /// Alert 1101.
    Question,
    /// An operation of the plan.
    Task(usize),
}

/// A large object on its way to the client.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) task: usize,
    pub(super) command: Command,
    /// What is left.
    pub(super) data: Data,
    /// Told with the first chunk.
    pub(super) size: Option<u64>,
}

/// A large object on its way from the client.
#[derive(Debug)]
struct Incoming {
    uri: String,
    data: Vec<u8>,
    base64: bool,
}

/// How a message relates to the session that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Opens a session.
    First,
    /// The next of the session.
    Next,
    /// The last one again: the transport repeated it.
    Repeated,
    /// Of this session, but not the next.
    OutOfOrder,
    /// Of another session while one runs.
    Busy,
    /// Of no session.
    Stray,
}

/// The table behind [`Arrival`]: whether a session runs, whether the message is of it, how many
/// messages it is ahead, and whether it could open one.
pub(super) fn arrival(running: bool, same: bool, ahead: i64, opens: bool) -> Arrival {
    match (running, same, ahead, opens) {
        (true, false, _, _) => Arrival::Busy,
        (true, true, 1, _) => Arrival::Next,
        (true, true, 0, _) => Arrival::Repeated,
        (true, true, _, _) => Arrival::OutOfOrder,
        (false, _, _, true) => Arrival::First,
        (false, _, _, false) => Arrival::Stray,
    }
}

impl Session {
    /// The client may have chosen a server nonce that did not reach us.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.proven && !self.server_proven
    }

    /// Remembers a command of the message that is being made.
    pub(super) fn expect(&mut self, cmd_id: u32, what: What) {
        if self.sent.len() < REMEMBERED {
            self.sent.push(Sent {
                msg_id: self.msg_id,
                cmd_id,
                what,
            });
        }
    }

    /// Whether a message has no command yet.
    pub(super) fn awaits_nothing_of(&self, msg_id: u32) -> bool {
        self.sent.iter().all(|s| s.msg_id != msg_id)
    }

    /// What a Status answers; the entry stays, since chunks of one object share it.
    fn find(&self, msg_ref: &str, cmd_ref: &str) -> Option<What> {
        let msg_id: u32 = msg_ref.parse().ok()?;
        let cmd_id: u32 = cmd_ref.parse().ok()?;
        self.sent
            .iter()
            .find(|s| s.msg_id == msg_id && s.cmd_id == cmd_id)
            .map(|s| s.what)
    }

    fn take_limits(&mut self, hdr: &SyncHdr) {
        if let Some(size) = hdr.meta.max_msg_size {
            self.peer_max_msg_size = usize::try_from(size).unwrap_or(usize::MAX);
        }
        if hdr.meta.max_obj_size.is_some() {
            self.peer_max_obj_size = hdr.meta.max_obj_size;
        }
    }
}

/// How a session goes on after a message.
enum End {
    No,
    /// In good order, or not, and why.
    Yes(bool, String),
}

impl DmServer {
    /// Finds out what a message is, and answers it.
    pub(super) fn take(&mut self, message: Message, encoding: Encoding) {
        let hdr = &message.hdr;
        let msg_id = hdr.msg_id.parse::<u32>().ok();
        let opens = msg_id == Some(1)
            && message.commands.iter().any(|c| {
                is_alert(c, AlertCode::SERVER_INITIATED) || is_alert(c, AlertCode::CLIENT_INITIATED)
            });
        let (running, same, ahead) = match &self.session {
            None => (false, false, 0),
            Some(session) => (
                true,
                session.id == hdr.session_id,
                msg_id.map_or(-1, |id| i64::from(id) - i64::from(session.peer_msg_id)),
            ),
        };
        match arrival(running, same, ahead, opens) {
            Arrival::First => {
                self.session = Some(self.open(hdr, encoding));
                self.work(message, encoding);
            }
            Arrival::Next => self.work(message, encoding),
            Arrival::Repeated => {
                let stored = self.session.as_ref().and_then(|s| s.last_answer.clone());
                match stored {
                    Some(answer) => self.answer(answer),
                    None => self.refuse_http(400),
                }
            }
            Arrival::OutOfOrder => {
                let reason = format!("MsgID {} is not the next", hdr.msg_id);
                if let Some(session) = self.session.take() {
                    self.reply(session, Vec::new(), Rest::Abort, End::Yes(false, reason));
                }
            }
            Arrival::Busy => self.refuse_http(503),
            Arrival::Stray => self.refuse_http(400),
        }
    }

    fn open(&self, hdr: &SyncHdr, encoding: Encoding) -> Session {
        Session {
            id: hdr.session_id.clone(),
            device: hdr.source.uri.clone(),
            encoding,
            msg_id: 0,
            peer_msg_id: 0,
            peer_max_msg_size: DEFAULT_MAX_MSG_SIZE,
            peer_max_obj_size: None,
            package: 2,
            proven: false,
            client_nonce: self.account.client.nonce.clone(),
            chal_due: false,
            server_nonce: self.account.server.nonce.clone(),
            server_proven: false,
            resync_allowed: self.may_resync(&hdr.session_id),
            failures: 0,
            server_failures: 0,
            consent: Consent::NotAsked,
            sent: Vec::new(),
            object: None,
            incoming: None,
            last_answer: None,
        }
    }

    fn work(&mut self, message: Message, encoding: Encoding) {
        let Some(mut session) = self.session.take() else {
            return;
        };
        session.peer_msg_id += 1;
        session.encoding = encoding;
        session.take_limits(&message.hdr);
        let wrong_version = if message.hdr.ver_proto != "DM/1.2" {
            Some(StatusCode::PROTOCOL_NOT_SUPPORTED)
        } else if message.hdr.ver_dtd != "1.2" {
            Some(StatusCode::DTD_NOT_SUPPORTED)
        } else {
            None
        };
        if let Some(code) = wrong_version {
            let answers = refused(&message, code);
            let end = End::Yes(false, format!("{code} {}", code.meaning()));
            return self.reply(session, answers, Rest::Nothing, end);
        }
        let was_proven = session.proven;
        if !was_proven {
            let check = auth::check(
                message.hdr.cred.as_ref(),
                &self.account.client,
                &session.client_nonce,
                session.resync_allowed,
            );
            self.tell(Event::ClientAuthenticated { code: check.code() });
            match check {
                Check::Right | Check::Resync => self.client_proven(&mut session, check),
                Check::Wrong | Check::Missing => {
                    return self.challenge(session, &message, check);
                }
            }
        }
        self.work_on(session, message, was_proven);
    }

    /// The client proved itself: the nonce for next time is chosen and kept now.
    fn client_proven(&mut self, session: &mut Session, check: Check) {
        session.proven = true;
        session.chal_due = true;
        if check == Check::Resync {
            session.server_nonce = RESYNC_NONCE.to_vec();
        }
        let nonce = self.new_nonce();
        self.account.client.nonce.clone_from(&nonce);
        session.client_nonce.clone_from(&nonce);
        self.tell(Event::NonceRenewed {
            client: true,
            nonce,
        });
        if self.device.as_ref() != Some(&session.device) {
            // Another device has nothing of what an earlier one was given.
            if self.device.is_some() {
                self.queue.again();
            }
            self.device = Some(session.device.clone());
        }
    }

    /// The client did not prove itself: nothing is done but asking for it.
    fn challenge(&mut self, mut session: Session, message: &Message, check: Check) {
        session.failures += 1;
        session.client_nonce = self.new_nonce();
        let mut answers = refused(message, check.code());
        if let Some(Command::Status(status)) = answers.first_mut() {
            status.chal = Some(Chal::md5(&session.client_nonce));
        }
        // Its answer to our credentials may come in the same message.
        if let Some(status) = header_status(message, session.msg_id)
            && is_challenge(status.code)
            && let Some(nonce) = status.chal.as_ref().and_then(Chal::md5_nonce)
        {
            session.server_nonce = nonce;
        }
        let end = if session.failures > FORGIVEN {
            End::Yes(false, "the client's credentials are wrong again".to_owned())
        } else {
            End::No
        };
        self.reply(session, answers, Rest::Nothing, end);
    }

    fn work_on(&mut self, mut session: Session, message: Message, was_proven: bool) {
        let answered = self.take_header_status(&mut session, &message);
        let mut answers = Vec::new();
        let mut asks_next = false;
        let mut aborted = false;
        let mut opens = false;
        let msg_ref = message.hdr.msg_id.clone();
        for command in &message.commands {
            let code = match command {
                Command::Status(status) => {
                    self.take_status(&mut session, status);
                    continue;
                }
                Command::Results(results) => {
                    match self.take_results(&mut session, results) {
                        // Results in good order are not answered.
                        StatusCode::OK => continue,
                        code => code,
                    }
                }
                Command::Alert(alert) => match alert.code {
                    AlertCode::SERVER_INITIATED | AlertCode::CLIENT_INITIATED => {
                        opens = true;
                        StatusCode::OK
                    }
                    AlertCode::NEXT_MESSAGE => {
                        asks_next = true;
                        StatusCode::OK
                    }
                    AlertCode::SESSION_ABORT => {
                        aborted = true;
                        StatusCode::OK
                    }
                    AlertCode::NO_END_OF_DATA => {
                        if let Some(object) = session.object.take() {
                            self.queue
                                .interrupted(object.task, StatusCode::SIZE_MISMATCH);
                        }
                        StatusCode::OK
                    }
                    AlertCode::CLIENT_EVENT | AlertCode::GENERIC => StatusCode::OK,
                    _ => StatusCode::NOT_SUPPORTED,
                },
                // Device information is taken as it comes.
                Command::Replace(_) => StatusCode::OK,
                _ => StatusCode::NOT_SUPPORTED,
            };
            answers.push(status(&msg_ref, command, code));
        }
        if !opens {
            session.package = 4;
        }
        answers.insert(
            0,
            self.header_answer(&mut session, &message.hdr, was_proven),
        );
        if aborted {
            let end = End::Yes(false, "the client aborted the session".to_owned());
            return self.reply(session, answers, Rest::Nothing, end);
        }
        if let Err(reason) = answered {
            return self.reply(session, answers, Rest::Nothing, End::Yes(false, reason));
        }
        if session.msg_id >= MAX_MESSAGES {
            let reason = "the session does not come to an end".to_owned();
            return self.reply(session, answers, Rest::Abort, End::Yes(false, reason));
        }
        let rest = if message.is_final || asks_next {
            Rest::Commands
        } else {
            Rest::NextMessage
        };
        self.drop_what_is_too_large(&session);
        self.reply(session, answers, rest, End::No);
    }

    /// The Status for the client's header, with the nonce for next time where it is due.
    fn header_answer(&mut self, session: &mut Session, hdr: &SyncHdr, was_proven: bool) -> Command {
        let mut answer = header_status_for(
            hdr,
            if was_proven && !session.chal_due {
                StatusCode::OK
            } else {
                StatusCode::AUTHENTICATED
            },
        );
        if std::mem::take(&mut session.chal_due) {
            answer.chal = Some(Chal::md5(&session.client_nonce));
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
        let nonce = status.chal.as_ref().and_then(Chal::md5_nonce);
        if status.code.is_success() {
            if status.code == StatusCode::AUTHENTICATED {
                session.server_proven = true;
            }
            if let Some(nonce) = nonce {
                self.account.server.nonce.clone_from(&nonce);
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
        self.queue.unsent();
        session.object = None;
        if session.consent == Consent::Asked {
            session.consent = Consent::NotAsked;
        }
        session.server_proven = false;
        session.server_failures += 1;
        // It keeps no nonce of a peer that has not proved itself, so it is told again.
        session.chal_due = true;
        match nonce {
            _ if session.server_failures > FORGIVEN => {
                Err("the client refused our credentials again".to_owned())
            }
            None => Err("the client wants credentials of a kind we do not give".to_owned()),
            Some(nonce) if nonce == session.server_nonce => {
                Err("the client repeats its challenge".to_owned())
            }
            Some(nonce) => {
                session.server_nonce = nonce;
                Ok(())
            }
        }
    }

    /// A Status for one of our commands.
    fn take_status(&mut self, session: &mut Session, status: &Status) {
        let Some(what) = session.find(&status.msg_ref, &status.cmd_ref) else {
            return;
        };
        let code = status.code;
        if is_challenge(code) {
            // Said of the header already.
            return;
        }
        match what {
            What::Group => {}
            What::Question => {
                session.consent = if code == StatusCode::OK {
                    Consent::Granted
                } else {
                    Consent::Refused(code)
                };
                self.store(&status.cmd, "", code);
            }
            What::Task(index) => {
                if code == StatusCode::CHUNK_ACCEPTED {
                    return;
                }
                if session.object.as_ref().is_some_and(|o| o.task == index) {
                    session.object = None;
                }
                let uri = self.queue.get(index).map(|t| t.operation.uri.clone());
                self.store(&status.cmd, &uri.unwrap_or_default(), code);
                self.queue.answered(index, code);
            }
        }
    }

    fn store(&mut self, command: &str, uri: &str, code: StatusCode) {
        self.tell(Event::ReceiptStored(Receipt {
            command: command.to_owned(),
            uri: uri.to_owned(),
            code,
        }));
    }

    /// Results of a Get, whole or in chunks; the Status they get unless it is 200.
    fn take_results(&mut self, session: &mut Session, results: &Results) -> StatusCode {
        for item in &results.items {
            let uri = item.source.as_ref().map_or("", |s| &s.uri);
            let format = item.meta.format.as_ref().or(results.meta.format.as_ref());
            let base64 = format.is_some_and(|f| f == "b64");
            let bytes = item.data.as_ref().map(Data::bytes).unwrap_or_default();
            let mut whole = match session.incoming.take() {
                Some(held) if held.uri == uri => held,
                _ => Incoming {
                    uri: uri.to_owned(),
                    data: Vec::new(),
                    base64,
                },
            };
            if (whole.data.len() + bytes.len()) as u64 > self.config.max_obj_size {
                return StatusCode::TOO_LARGE;
            }
            whole.data.extend_from_slice(bytes);
            if item.more_data {
                session.incoming = Some(whole);
                return StatusCode::CHUNK_ACCEPTED;
            }
            let value = if whole.base64 {
                let text = String::from_utf8_lossy(&whole.data);
                from_base64(&text).unwrap_or(whole.data)
            } else {
                whole.data
            };
            self.tell(Event::ResultsStored {
                uri: whole.uri,
                value,
            });
        }
        StatusCode::OK
    }

    /// Operations the client could never take, be it for their object or for their URI, are
    /// refused in its name.
    fn drop_what_is_too_large(&mut self, session: &Session) {
        for index in self.queue.next() {
            let Some(task) = self.queue.get(index) else {
                continue;
            };
            let operation = &task.operation;
            let terms = super::Terms {
                config: &self.config,
                account: &self.account,
            };
            let code = if too_long(session, operation, &terms) {
                StatusCode::URI_TOO_LONG
            } else if session
                .peer_max_obj_size
                .is_some_and(|limit| operation.octets(session.encoding) > limit)
            {
                StatusCode::TOO_LARGE
            } else {
                continue;
            };
            let (kind, uri) = (operation.kind, operation.uri.clone());
            self.queue.refused(index, code);
            self.store(kind.name(), &uri, code);
        }
    }

    /// Makes the answer; a message without commands is the last.
    fn reply(&mut self, mut session: Session, answers: Vec<Command>, rest: Rest, end: End) {
        let terms = super::Terms {
            config: &self.config,
            account: &self.account,
        };
        let built = build(&mut session, &mut self.queue, answers, rest, &terms);
        let answer = Answer {
            http_status: 200,
            content_type: session.encoding.media_type().to_owned(),
            body: built.message.encode(session.encoding),
            package: session.package,
            msg_id: session.msg_id,
        };
        session.last_answer = Some(answer.clone());
        self.answer(answer);
        let waits = built.has_commands || !session.proven;
        match end {
            End::No if waits => self.session = Some(session),
            End::No => {
                let (complete, reason) = self.outcome(&session);
                self.over(complete, reason);
            }
            End::Yes(complete, reason) => self.over(complete, reason),
        }
    }

    fn outcome(&self, session: &Session) -> (bool, String) {
        if let Consent::Refused(code) = session.consent {
            let reason = match code {
                StatusCode::NOT_MODIFIED => "the user said no",
                StatusCode::CANCELLED_BY_USER => "the user cancelled",
                StatusCode::TIMED_OUT => "the user did not answer",
                _ => "the user could not be asked",
            };
            // An answer of the user is a result like any other: nothing is left to be done.
            return (code != StatusCode::CANNOT_DISPLAY, reason.to_owned());
        }
        if !self.queue.is_done() {
            return (false, "some commands were not executed".to_owned());
        }
        let reason = match self.queue.count() {
            (0, _) => "there was nothing to do".to_owned(),
            (all, 0) => format!("{all} commands done"),
            (all, refused) => format!("{refused} of {all} commands refused"),
        };
        (true, reason)
    }
}

/// The same Status for the header and every command of a message.
fn refused(message: &Message, code: StatusCode) -> Vec<Command> {
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
fn header_status(message: &Message, our_msg_id: u32) -> Option<&Status> {
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

fn is_alert(command: &Command, code: AlertCode) -> bool {
    matches!(command, Command::Alert(Alert { code: c, .. }) if *c == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_arrivals() {
        for (running, same, ahead, opens, wanted) in [
            (false, false, 0, true, Arrival::First),
            (false, false, 0, false, Arrival::Stray),
            (true, true, 1, false, Arrival::Next),
            (true, true, 1, true, Arrival::Next),
            (true, true, 0, true, Arrival::Repeated),
            (true, true, -1, false, Arrival::OutOfOrder),
            (true, true, 2, true, Arrival::OutOfOrder),
            (true, false, 1, true, Arrival::Busy),
        ] {
            assert_eq!(arrival(running, same, ahead, opens), wanted);
        }
    }
}
