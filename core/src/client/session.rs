//! One management session, from the first message of the server to the last
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::DmClient;
use super::address::Address;
use super::auth::{self, Check};
use super::commands::{Scene, Work, refuse_all};
use super::large_object::LargeObject;
use super::notification::Accepted;
use super::output::{Event, Question};
use super::package::{self, Outbox};
use crate::codec::auth::{Account, RESYNC_NONCE};
use crate::codec::syncml::{
    Alert, AlertCode, Chal, Command, Encoding, Message, Status, StatusCode, SyncHdr,
};

/// Octets of a message when the server names no limit.
const DEFAULT_MAX_MSG_SIZE: usize = 65_536;

/// Failures of either side's credentials that are forgiven with one more challenge: a stale
/// nonce is no attack.
const FORGIVEN: u8 = 1;

/// What both sides know while a session runs.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) account: Account,
    pub(super) session_id: String,
    pub(super) number: u16,
    /// Where the next message goes.
    pub(super) address: Address,
    /// Where the last one went; `None` before the first.
    pub(super) connected: Option<Address>,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the server's last message.
    peer_msg_id: u32,
    /// 1 until the server has taken our credentials.
    pub(super) package: u8,
    pub(super) outbox: Outbox,
    /// The server's last message ended its package, and no object is half received.
    pub(super) last_of_package: bool,
    pub(super) peer_max_msg_size: usize,
    peer_max_obj_size: Option<u64>,
    /// How the server writes.
    encoding: Encoding,
    pub(super) large_object: Option<LargeObject>,
    /// Work that waits for the user.
    pub(super) work: Option<Work>,
    /// For our Cred.
    client_nonce: Vec<u8>,
    /// For the server's Cred.
    server_nonce: Vec<u8>,
    /// The server took our credentials for the session: no more Cred.
    proven: bool,
    /// The server's credentials were right.
    server_proven: bool,
    /// The server's nonce for next time is chosen.
    server_renewed: bool,
    /// It is not sent yet; with the time it was chosen.
    untold: Option<u64>,
    failures: u8,
    server_failures: u8,
}

/// What is to be done after a message of the server.
pub(super) enum Next {
    /// Answer.
    Send,
    /// Ask the user, then answer.
    Ask(Question),
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
    pub(super) fn new(accepted: Accepted, address: Address, encoding: Encoding) -> Self {
        let account = accepted.account;
        // Peers that found each other by the resynchronisation nonce use it for both
        // directions until new ones are agreed.
        let nonce = |stored: &Vec<u8>| {
            if accepted.resync {
                RESYNC_NONCE.to_vec()
            } else {
                stored.clone()
            }
        };
        Session {
            client_nonce: nonce(&account.client.nonce),
            server_nonce: nonce(&account.server.nonce),
            account,
            session_id: accepted.session_id,
            number: accepted.number,
            address,
            connected: None,
            msg_id: 0,
            peer_msg_id: 0,
            package: 1,
            outbox: Outbox::default(),
            last_of_package: true,
            peer_max_msg_size: DEFAULT_MAX_MSG_SIZE,
            peer_max_obj_size: None,
            encoding,
            large_object: None,
            work: None,
            proven: false,
            server_proven: false,
            server_renewed: false,
            untold: None,
            failures: 0,
            server_failures: 0,
        }
    }

    /// The nonce for a Cred, when one is to be sent. Without any nonce the server is let ask.
    pub(super) fn cred_nonce(&self) -> Option<&[u8]> {
        (!self.proven && !self.client_nonce.is_empty()).then_some(&*self.client_nonce)
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

impl DmClient {
    /// Works a message of the server through.
    pub(super) fn receive(
        &mut self,
        session: &mut Session,
        message: Message,
        encoding: Encoding,
        now_s: u64,
    ) -> Next {
        let hdr = &message.hdr;
        if hdr.session_id != session.session_id {
            return Next::Abort(format!("SessionID {} is not ours", hdr.session_id));
        }
        if hdr.msg_id.parse::<u32>().ok() != session.peer_msg_id.checked_add(1) {
            return Next::Abort(format!("MsgID {} is not the next", hdr.msg_id));
        }
        session.peer_msg_id += 1;
        session.encoding = encoding;
        session.take_limits(hdr);
        if let Some(uri) = &hdr.resp_uri {
            match Address::parse(uri) {
                Some(address) => session.address = address,
                None => return Next::Abort("RespURI is no address".to_owned()),
            }
        }
        let Message {
            hdr,
            commands,
            is_final,
        } = message;
        let (answers, commands): (Vec<Command>, Vec<Command>) = commands
            .into_iter()
            .partition(|c| matches!(c, Command::Status(_) | Command::Results(_)));
        let commands = if session.outbox.is_empty() || is_next_message(&commands) {
            commands
        } else {
            // What was left to say is not asked for: the server goes on without it.
            session.outbox.clear();
            commands
        };
        let answers: Vec<Status> = answers
            .into_iter()
            .filter_map(|c| match c {
                Command::Status(status) => Some(status),
                _ => None,
            })
            .collect();

        let check = self.check_server(session, &hdr);
        let answered = match self.take_status(session, &answers, now_s) {
            Ok(answered) => answered,
            Err(end) => return end,
        };
        if commands
            .iter()
            .any(|c| is_alert(c, AlertCode::SESSION_ABORT))
        {
            return Next::End {
                complete: false,
                reason: "the server aborted the session".to_owned(),
            };
        }
        if check != Check::Right && !commands.is_empty() || check == Check::Wrong && answered.again
        {
            session.server_failures += 1;
            if session.server_failures > FORGIVEN {
                self.tell(Event::ServerAuthenticated { code: check.code() });
                return Next::End {
                    complete: false,
                    reason: "the server's credentials are wrong again".to_owned(),
                };
            }
        }
        if !answered.again && is_final && commands.is_empty() && session.outbox.is_empty() {
            // Only the Status for the header could be answered, and that is not sent.
            return Next::End {
                complete: true,
                reason: "the server has no more commands".to_owned(),
            };
        }
        let has_commands = !commands.is_empty();
        let own = self.status_of_header(session, &hdr, check, has_commands, &answered, now_s);
        let refused = version_refused(&hdr);
        let msg_ref = hdr.msg_id.clone();
        let mut replies = vec![Command::Status(Status {
            code: refused.unwrap_or(own.code),
            ..own
        })];
        // A server that asks for the rest of our answers has not begun another package.
        if session.outbox.is_empty() {
            session.last_of_package = is_final;
        }
        if answered.again {
            // The whole of Package #1 again, with the new nonce.
            session.outbox.clear();
            session.last_of_package = true;
            replies.extend(refuse_all(
                &msg_ref,
                &commands,
                check_code(check),
                &mut self.outputs,
            ));
            replies.extend(package::opening(&self.tree));
            session.outbox.put_first(replies);
            return Next::Send;
        }
        session.package = 3;
        if let Some(code) = refused.or((check != Check::Right).then(|| check.code())) {
            replies.extend(refuse_all(&msg_ref, &commands, code, &mut self.outputs));
            session.outbox.put_first(replies);
            return Next::Send;
        }
        session.outbox.put_first(replies);
        self.work_on(session, Work::new(&msg_ref, commands), now_s)
    }

    /// Goes on with commands until they are done or the user must be asked.
    pub(super) fn work_on(&mut self, session: &mut Session, mut work: Work, now_s: u64) -> Next {
        let question = self.scene(session, now_s, |scene| work.run(scene));
        if let Some(question) = question {
            session.work = Some(work);
            return Next::Ask(question);
        }
        // Behind the Status for the header, before what is left of earlier messages.
        session
            .outbox
            .put_after_header(work.into_replies().collect());
        if session.large_object.is_some() {
            session.last_of_package = false;
        }
        Next::Send
    }

    /// What commands act upon.
    pub(super) fn scene<R>(
        &mut self,
        session: &mut Session,
        now_s: u64,
        act: impl FnOnce(&mut Scene<'_>) -> R,
    ) -> R {
        act(&mut Scene {
            tree: &mut self.tree,
            server_id: &session.account.server_id,
            encoding: session.encoding,
            max_obj_size: self.config.max_obj_size,
            peer_max_obj_size: session.peer_max_obj_size,
            large_object: &mut session.large_object,
            outputs: &mut self.outputs,
            now_s,
        })
    }

    /// Looks at the server's Cred, unless it has proved itself already.
    fn check_server(&mut self, session: &mut Session, hdr: &SyncHdr) -> Check {
        if session.server_proven {
            return Check::Right;
        }
        let check = auth::check(
            hdr.cred.as_ref(),
            &session.account.server,
            &session.server_nonce,
        );
        if check == Check::Right {
            session.server_proven = true;
            self.tell(Event::ServerAuthenticated { code: check.code() });
        }
        check
    }

    /// The Status for the SyncHdr of this message.
    fn status_of_header(
        &mut self,
        session: &mut Session,
        hdr: &SyncHdr,
        check: Check,
        has_commands: bool,
        answered: &Answered,
        now_s: u64,
    ) -> Status {
        let (code, nonce) = match check {
            Check::Right if hdr.cred.is_some() => {
                // The nonce for next time is ours to choose. It counts from when it is sent:
                // the user may be asked before that, and the session end meanwhile.
                if !session.server_renewed {
                    session.server_renewed = true;
                    session.server_nonce = self.new_nonce();
                    session.untold = Some(now_s);
                }
                (check.code(), Some(session.server_nonce.clone()))
            }
            Check::Right => (StatusCode::OK, None),
            // A server that wants nothing need not prove itself.
            Check::Missing if !has_commands => (StatusCode::OK, None),
            Check::Wrong | Check::Missing if has_commands || answered.again => {
                session.server_nonce = self.new_nonce();
                self.tell(Event::ServerAuthenticated { code: check.code() });
                (check.code(), Some(session.server_nonce.clone()))
            }
            _ => (check.code(), None),
        };
        Status {
            msg_ref: hdr.msg_id.clone(),
            cmd_ref: "0".to_owned(),
            cmd: "SyncHdr".to_owned(),
            target_refs: vec![hdr.target.uri.clone()],
            source_refs: vec![hdr.source.uri.clone()],
            chal: nonce.map(|nonce| Chal::md5(&nonce)),
            code,
            ..Status::default()
        }
    }

    /// Looks at the server's answers to our last message.
    fn take_status(
        &mut self,
        session: &mut Session,
        answers: &[Status],
        now_s: u64,
    ) -> Result<Answered, Next> {
        let ours = session.msg_id.to_string();
        if answers
            .iter()
            .any(|s| s.cmd == "Results" && !s.code.is_success())
        {
            session.outbox.drop_begun();
        }
        let Some(status) = answers
            .iter()
            .find(|s| s.cmd_ref == "0" && s.msg_ref == ours)
        else {
            return Ok(Answered { again: false });
        };
        let code = status.code;
        if session.package == 1 || !code.is_success() {
            self.tell(Event::CredentialsAnswered { code });
        }
        match code {
            StatusCode::INVALID_CREDENTIALS | StatusCode::AUTHENTICATION_REQUIRED => {
                self.challenged(session, code, status.chal.as_ref())
            }
            code if code.is_success() => {
                if code == StatusCode::AUTHENTICATED {
                    session.proven = true;
                }
                if let Some(nonce) = status.chal.as_ref().and_then(Chal::md5_nonce) {
                    session.client_nonce.clone_from(&nonce);
                    // A nonce of a peer that has not proved itself counts for this session only.
                    if session.server_proven {
                        self.keep_nonce(session, true, nonce, now_s);
                    }
                }
                Ok(Answered { again: false })
            }
            code => Err(Next::End {
                complete: false,
                reason: format!("the server refused our message: {code} {}", code.meaning()),
            }),
        }
    }

    /// The server does not take our credentials: once more with its nonce.
    fn challenged(
        &mut self,
        session: &mut Session,
        code: StatusCode,
        chal: Option<&Chal>,
    ) -> Result<Answered, Next> {
        let end = |reason: &str| {
            Err(Next::End {
                complete: false,
                reason: reason.to_owned(),
            })
        };
        session.failures += 1;
        // To be asked for credentials that were not sent is no failure.
        let first_asked = code == StatusCode::AUTHENTICATION_REQUIRED
            && session.failures == 1
            && session.client_nonce.is_empty();
        if session.failures > FORGIVEN && !first_asked {
            return end("the server refused our credentials again");
        }
        let Some(nonce) = chal.and_then(Chal::md5_nonce) else {
            return end("the server wants credentials of a kind we do not give");
        };
        if nonce == session.client_nonce {
            return end("the server repeats its challenge");
        }
        session.client_nonce = nonce;
        session.proven = false;
        session.package = 1;
        Ok(Answered { again: true })
    }

    /// The next message tells the server its nonce for next time.
    pub(super) fn tell_nonce(&mut self, session: &mut Session) {
        if let Some(now_s) = session.untold.take() {
            self.keep_nonce(session, false, session.server_nonce.clone(), now_s);
        }
    }

    /// Writes a nonce into the account.
    fn keep_nonce(&mut self, session: &Session, ours: bool, nonce: Vec<u8>, now_s: u64) {
        let id = &session.account.server_id;
        let changes = self.tree.store_nonce(id, ours, &nonce, now_s);
        self.tell(Event::NonceRenewed {
            ours,
            nonce,
            changes,
        });
    }
}

/// What the server's Status for our header comes to.
struct Answered {
    /// Package #1 is to be sent again.
    again: bool,
}

fn check_code(check: Check) -> StatusCode {
    match check {
        // Commands in a message that does not take ours are not worked through.
        Check::Right => StatusCode::NOT_EXECUTED,
        other => other.code(),
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

fn is_alert(command: &Command, code: AlertCode) -> bool {
    matches!(command, Command::Alert(Alert { code: c, .. }) if *c == code)
}

/// Whether the server only asks for what is left of our answers.
fn is_next_message(commands: &[Command]) -> bool {
    commands
        .iter()
        .any(|c| is_alert(c, AlertCode::NEXT_MESSAGE))
}
