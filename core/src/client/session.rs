//! One management session, from the first message of the server to the last
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9).

use super::DmClient;
use super::address::Address;
use super::auth::{Check, Proof, Theirs};
use super::commands::{Scene, Wait, Work};
use super::large_object::LargeObject;
use super::notification::Accepted;
use super::output::Outgoing;
use super::own_proof::Ours;
use super::package::{self, Outbox, Terms};
use super::replies::refuse_all;
use crate::codec::auth::{Account, AuthType, HmacHeader};
use crate::codec::syncml::{Alert, AlertCode, Command, Message, Status, StatusCode, SyncHdr};

/// Octets of a message when the server names no limit.
const DEFAULT_MAX_MSG_SIZE: usize = 65_536;

/// Times a message of ours is sent again because the server repeats its own.
const MAX_REPEATS: u8 = 3;

/// What both sides know while a session runs.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) account: Account,
    pub(super) session_id: String,
    pub(super) number: u16,
    /// 1200 or 1201.
    pub(super) code: AlertCode,
    /// Where the next message goes.
    pub(super) address: Address,
    /// Where the last one went; `None` before the first.
    pub(super) connected: Option<Address>,
    /// The last one, to be sent again.
    pub(super) last: Option<Outgoing>,
    repeats: u8,
    /// Redirects followed.
    pub(super) redirects: u8,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the server's last message.
    peer_msg_id: u32,
    /// 1 until the server has taken our credentials.
    pub(super) package: u8,
    pub(super) outbox: Outbox,
    /// The server's last message ended its package, and no object is half received.
    pub(super) last_of_package: bool,
    /// The next message refuses the server's and says nothing else.
    pub(super) refusing: bool,
    pub(super) peer_max_msg_size: usize,
    peer_max_obj_size: Option<u64>,
    pub(super) large_object: Option<LargeObject>,
    /// Work that waits for something from outside.
    pub(super) work: Option<Work>,
    /// The device gives the session up, and why.
    pub(super) given_up: Option<String>,
    pub(super) ours: Ours,
    pub(super) theirs: Theirs,
}

/// A message of the server, and what came with it.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) message: Message,
    /// Its octets.
    pub(super) body: Vec<u8>,
    /// The `x-syncml-hmac` header of the response.
    pub(super) hmac: Option<HmacHeader>,
}

/// What is to be done after a message of the server.
pub(super) enum Next {
    /// Answer.
    Send,
    /// Send the last message again.
    Repeat,
    /// Ask for something from outside, then answer.
    Wait(Wait),
    /// The session is over.
    End {
        /// In good order.
        complete: bool,
        /// For people.
        reason: String,
    },
    /// Say Alert 1223 and end.
    Abort(String),
}

impl Session {
    pub(super) fn new(accepted: Accepted, address: Address, ours: Ours, theirs: Theirs) -> Self {
        Session {
            account: accepted.account,
            session_id: accepted.session_id,
            number: accepted.number,
            code: accepted.code,
            address,
            connected: None,
            last: None,
            repeats: 0,
            redirects: 0,
            msg_id: 0,
            peer_msg_id: 0,
            package: 1,
            outbox: Outbox::default(),
            last_of_package: true,
            refusing: false,
            peer_max_msg_size: DEFAULT_MAX_MSG_SIZE,
            peer_max_obj_size: None,
            large_object: None,
            work: None,
            given_up: None,
            ours,
            theirs,
        }
    }

    fn take_limits(&mut self, hdr: &SyncHdr) {
        if let Some(size) = hdr.meta.max_msg_size {
            self.peer_max_msg_size = usize::try_from(size).unwrap_or(usize::MAX);
        }
        if hdr.meta.max_obj_size.is_some() {
            self.peer_max_obj_size = hdr.meta.max_obj_size;
        }
    }

    /// Where the server wants the next messages.
    fn take_resp_uri(&mut self, hdr: &SyncHdr, check: Check) -> Result<(), &'static str> {
        let Some(uri) = &hdr.resp_uri else {
            return Ok(());
        };
        let address = Address::parse(uri).ok_or("RespURI is no address")?;
        // The secret itself goes to no peer but the account's unless that one says so.
        let in_clear = self.ours.kind == AuthType::Basic && self.ours.is_due();
        if in_clear && check != Check::Right && !address.same_peer(&self.address) {
            return Err("RespURI leads away from a server that has not proved itself");
        }
        self.address = address;
        Ok(())
    }
}

impl DmClient {
    /// Works a message of the server through.
    pub(super) fn receive(
        &mut self,
        session: &mut Session,
        received: Received,
        now_s: u64,
    ) -> Next {
        let Received {
            message,
            body,
            hmac,
        } = received;
        let hdr = &message.hdr;
        if hdr.session_id != session.session_id {
            return Next::Abort(format!("SessionID {} is not ours", hdr.session_id));
        }
        match hdr.msg_id.parse::<u32>().ok() {
            // The transport brought it twice: it is not worked through again.
            Some(id) if id == session.peer_msg_id && session.repeats < MAX_REPEATS => {
                session.repeats += 1;
                return Next::Repeat;
            }
            Some(id) if Some(id) == session.peer_msg_id.checked_add(1) => {}
            _ => return Next::Abort(format!("MsgID {} is not the next", hdr.msg_id)),
        }
        session.peer_msg_id += 1;
        session.repeats = 0;
        if let Some(reason) = session.given_up.take() {
            return Next::Abort(reason);
        }
        let proof = Proof {
            cred: hdr.cred.as_ref(),
            header: hmac.as_ref(),
            body: &body,
        };
        let check = self.check_server(session, &proof, now_s);
        session.take_limits(hdr);
        if let Err(reason) = session.take_resp_uri(hdr, check) {
            return Next::Abort(reason.to_owned());
        }
        let too_large = body.len() as u64 > self.config.max_msg_size;
        self.answer_message(session, message, check, too_large, now_s)
    }

    fn answer_message(
        &mut self,
        session: &mut Session,
        message: Message,
        check: Check,
        too_large: bool,
        now_s: u64,
    ) -> Next {
        let Message {
            hdr,
            commands,
            is_final,
        } = message;
        let (answers, commands): (Vec<Command>, Vec<Command>) = commands
            .into_iter()
            .partition(|c| matches!(c, Command::Status(_) | Command::Results(_)));
        if !session.outbox.is_empty() && !is_next_message(&commands) {
            // What was left to say is not asked for: the server goes on without it.
            session.outbox.clear();
        }
        let answers: Vec<Status> = answers
            .into_iter()
            .filter_map(|c| match c {
                Command::Status(status) => Some(status),
                _ => None,
            })
            .collect();
        let again = match self.take_status(session, &answers, check, now_s) {
            Ok(again) => again,
            Err(reason) => {
                return Next::End {
                    complete: false,
                    reason,
                };
            }
        };
        self.take_alert_answers(&answers);
        let unwanted = |s: &Status| s.cmd == "Results" && !s.code.is_success();
        if answers.iter().any(unwanted) || has_alert(&commands, AlertCode::NO_END_OF_DATA) {
            session.outbox.drop_begun();
        }
        let end = |complete, reason: &str| Next::End {
            complete,
            reason: reason.to_owned(),
        };
        if has_alert(&commands, AlertCode::SESSION_ABORT) {
            return end(false, "the server aborted the session");
        }
        let has_commands = !commands.is_empty();
        let is_wrong = matches!(check, Check::Wrong | Check::OtherType);
        if (check != Check::Right && has_commands || is_wrong && again)
            && let Err(reason) = session.theirs.failed(check)
        {
            self.tell(super::Event::ServerAuthenticated {
                code: check.refusal(),
            });
            return end(false, reason);
        }
        let broken = (!has_commands)
            .then(|| session.large_object.take())
            .flatten();
        let nothing_to_say = session.outbox.is_empty() && broken.is_none();
        if !again && is_final && !has_commands && nothing_to_say {
            // Only the Status for the header could be answered, and that is not sent.
            return end(true, "the server has no more commands");
        }
        let own = self.status_of_header(session, &hdr, check, has_commands, again, now_s);
        let refused = version_refused(&hdr)
            .or((check != Check::Right && has_commands).then(|| check.refusal()))
            .or(too_large.then_some(StatusCode::TOO_LARGE));
        let msg_ref = hdr.msg_id.clone();
        let mut replies = vec![Command::Status(Status {
            code: refused.unwrap_or(own.code),
            ..own
        })];
        replies.extend(broken.map(LargeObject::broken));
        // A server that asks for the rest of our answers has not begun another package.
        if session.outbox.is_empty() {
            session.last_of_package = is_final;
        }
        session.refusing = refused.is_some() && !again;
        if again {
            // The whole of Package #1 again, with the new nonce.
            session.outbox.clear();
            session.large_object = None;
            session.last_of_package = true;
            self.renew_alerts();
            let code = refused.unwrap_or(StatusCode::NOT_EXECUTED);
            replies.extend(refuse_all(&msg_ref, &commands, code, &mut self.outputs));
            replies.extend(package::opening(&self.tree, session.code));
            session.outbox.put_first(replies);
            return Next::Send;
        }
        session.package = 3;
        if let Some(code) = refused {
            session.large_object = None;
            replies.extend(refuse_all(&msg_ref, &commands, code, &mut self.outputs));
            session.outbox.put_first(replies);
            return Next::Send;
        }
        session.outbox.put_first(replies);
        self.work_on(session, Work::new(&msg_ref, commands), now_s)
    }

    /// Goes on with commands until they are done or something must come from outside.
    pub(super) fn work_on(&mut self, session: &mut Session, mut work: Work, now_s: u64) -> Next {
        let wait = self.scene(session, now_s, |scene| work.run(scene));
        if let Some(wait) = wait {
            session.work = Some(work);
            return Next::Wait(wait);
        }
        // Behind the Status for the header, before what is left of earlier messages.
        session
            .outbox
            .put_after_header(work.into_replies().collect());
        if session.large_object.is_some() {
            session.last_of_package = false;
        }
        match session.given_up.take() {
            Some(reason) => Next::Abort(reason),
            None => Next::Send,
        }
    }

    /// What commands act upon.
    pub(super) fn scene<R>(
        &mut self,
        session: &mut Session,
        now_s: u64,
        act: impl FnOnce(&mut Scene<'_>) -> R,
    ) -> R {
        let sparse = package::sparse(session, &self.terms());
        let chunks = self.tree.lookup("./DevDetail/LrgObj");
        act(&mut Scene {
            takes_chunks: chunks.is_none_or(|node| node.state().value != b"false"),
            tree: &mut self.tree,
            server_id: &session.account.server_id,
            encoding: self.config.encoding,
            sparse,
            max_msg_size: session.peer_max_msg_size,
            max_obj_size: self.config.max_obj_size,
            peer_max_obj_size: session.peer_max_obj_size,
            large_object: &mut session.large_object,
            outputs: &mut self.outputs,
            now_s,
        })
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            device_id: &self.config.device_id,
            encoding: self.config.encoding,
            max_msg_size: self.config.max_msg_size,
            max_obj_size: self.config.max_obj_size,
        }
    }
}

fn version_refused(hdr: &SyncHdr) -> Option<StatusCode> {
    if hdr.ver_proto != "DM/1.2" {
        Some(StatusCode::PROTOCOL_NOT_SUPPORTED)
    } else if hdr.ver_dtd != "1.2" {
        Some(StatusCode::DTD_NOT_SUPPORTED)
    } else {
        None
    }
}

fn has_alert(commands: &[Command], code: AlertCode) -> bool {
    let is = |c: &Command| matches!(c, Command::Alert(Alert { code: c, .. }) if *c == code);
    commands.iter().any(is)
}

/// Whether the server only asks for what is left of our answers.
fn is_next_message(commands: &[Command]) -> bool {
    has_alert(commands, AlertCode::NEXT_MESSAGE)
}
