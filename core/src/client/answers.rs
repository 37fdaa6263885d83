//! What a message of the server brings, and what is to be done about it
//! (OMA-TS-DM_Protocol-V1_2_1 §6–§9).
//!
//! The commands themselves are the business of `work`.

use super::auth::Check;
use super::device::Device;
use super::output::Event;
use super::package;
use super::session::{Ending, Session};
use super::work::{LargeObject, Scene, Wait, Work, refuse_all};
use crate::codec::auth::HmacHeader;
use crate::codec::syncml::{AlertCode, Command, Message, Status, StatusCode, SyncHdr};
use crate::dm::{Proof, has_alert, header_status, version_refused};
use crate::tree::Caller;

/// Times a message of ours is sent again because the server repeats its own.
const MAX_REPEATS: u8 = 3;

/// Why nothing was done for a server that was asked for a proof and gave none.
const NO_CREDENTIALS: &str = "the server showed no credentials";

/// A message of the server, and what came with it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) message: Message,
    /// The message as it came.
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
    /// End the session.
    End(Ending),
}

impl Session {
    /// Works a message of the server through.
    pub(super) fn receive(&mut self, device: &mut Device, received: Received, now_s: u64) -> Next {
        let Received {
            message,
            body,
            hmac,
        } = received;
        let hdr = &message.hdr;
        if hdr.session_id != self.session_id {
            let reason = format!("SessionID {} is not ours", hdr.session_id);
            return self.abort_after(hdr, StatusCode::BAD_REQUEST, reason);
        }
        match hdr.msg_id.parse::<u32>().ok() {
            // The transport brought it twice: it is not worked through again.
            Some(id) if id == self.peer_msg_id && self.repeats < MAX_REPEATS => {
                self.repeats += 1;
                return Next::Repeat;
            }
            Some(id) if Some(id) == self.peer_msg_id.checked_add(1) => {}
            _ => {
                let reason = format!("MsgID {} is not the next", hdr.msg_id);
                return self.abort_after(hdr, StatusCode::BAD_REQUEST, reason);
            }
        }
        self.peer_msg_id += 1;
        device.records.taken(&body);
        self.repeats = 0;
        if let Some(reason) = self.given_up.take() {
            return self.abort_after(hdr, StatusCode::CANCELLED, reason);
        }
        let proof = Proof {
            cred: hdr.cred.as_ref(),
            hmac: hmac.as_ref(),
            body: &body,
        };
        let check = self.check_server(device, &proof, now_s);
        self.peer.take(hdr);
        if let Err(reason) = self.take_resp_uri(hdr, check) {
            return self.abort_after(hdr, StatusCode::BAD_REQUEST, reason.to_owned());
        }
        let too_large = body.len() as u64 > device.config.max_msg_size;
        self.answer_message(device, message, check, too_large, now_s)
    }

    fn answer_message(
        &mut self,
        device: &mut Device,
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
        if !self.outbox.is_empty() && !is_next_message(&commands) {
            // What was left to say is not asked for: the server goes on without it.
            self.outbox.clear();
        }
        let answers: Vec<Status> = answers
            .into_iter()
            .filter_map(|c| match c {
                Command::Status(status) => Some(status),
                _ => None,
            })
            .collect();
        let again = match self.take_header_status(device, &answers, check, now_s) {
            Ok(again) => again,
            Err(reason) => return Next::End(Ending::Refused(reason)),
        };
        for (alert, code) in device.alerts.take_answered(&answers) {
            device.tell(Event::AlertAnswered { alert, code });
        }
        let unwanted = |s: &Status| s.cmd == "Results" && !s.code.is_success();
        if answers.iter().any(unwanted) || has_alert(&commands, AlertCode::NO_END_OF_DATA) {
            self.outbox.drop_begun();
        }
        if has_alert(&commands, AlertCode::SESSION_ABORT) {
            let reason = "the server aborted the session".to_owned();
            return Next::End(Ending::Aborted(reason));
        }
        let has_commands = !commands.is_empty();
        let is_wrong = matches!(check, Check::Wrong | Check::OtherType);
        if (!check.is_enough() && has_commands || is_wrong && again)
            && let Err(reason) = self.theirs.failed(check)
        {
            device.tell(Event::ServerAuthenticated {
                code: check.refusal(),
            });
            return Next::End(Ending::Refused(match check {
                Check::Missing => NO_CREDENTIALS.to_owned(),
                _ => reason.to_owned(),
            }));
        }
        let broken = (!has_commands).then(|| self.large_object.take()).flatten();
        let nothing_to_say = self.outbox.is_empty() && broken.is_none();
        if !again && is_final && !has_commands && nothing_to_say {
            // Only the Status for the header could be answered, and that is not sent.
            return Next::End(match self.nothing_done.take() {
                Some(reason) => Ending::Refused(reason),
                None => Ending::Complete("the server has no more commands".to_owned()),
            });
        }
        let own = self.header_answer(device, &hdr, check, has_commands, again, now_s);
        let refused = version_refused(&hdr)
            .or((!check.is_enough() && has_commands).then(|| check.refusal()))
            .or(too_large.then_some(StatusCode::TOO_LARGE));
        let msg_ref = hdr.msg_id.clone();
        let mut replies = vec![Command::Status(Status {
            code: refused.unwrap_or(own.code),
            ..own
        })];
        replies.extend(broken.map(LargeObject::broken));
        // A server that asks for the rest of our answers has not begun another package.
        if self.outbox.is_empty() {
            self.last_of_package = is_final;
        }
        self.refusing = refused.is_some() && !again;
        if again {
            // The whole of Package #1 again, with the new nonce.
            self.outbox.clear();
            self.large_object = None;
            self.last_of_package = true;
            device.alerts.renew();
            let code = refused.unwrap_or(StatusCode::NOT_EXECUTED);
            replies.extend(refuse_all(&msg_ref, &commands, code, &mut device.outputs));
            replies.extend(package::opening(device, self));
            self.outbox.put_first(replies);
            return Next::Send;
        }
        self.package = 3;
        if has_commands {
            self.nothing_done = refused.map(|code| match check {
                Check::Missing => NO_CREDENTIALS.to_owned(),
                _ => format!("nothing was done for the server: {code} {}", code.meaning()),
            });
        }
        if let Some(code) = refused {
            self.large_object = None;
            replies.extend(refuse_all(&msg_ref, &commands, code, &mut device.outputs));
            self.outbox.put_first(replies);
            return Next::Send;
        }
        self.outbox.put_first(replies);
        self.work = Some(Work::new(&msg_ref, commands));
        self.work_on(device, now_s)
    }

    /// Goes on with the work that waited for something from outside; `None` when there is none.
    pub(super) fn resume(
        &mut self,
        device: &mut Device,
        now_s: u64,
        act: impl FnOnce(&mut Work, &mut Scene<'_>),
    ) -> Option<Next> {
        let (work, mut scene) = self.stage(device, now_s);
        act(work?, &mut scene);
        Some(self.work_on(device, now_s))
    }

    /// Goes on with commands until they are done or something must come from outside.
    fn work_on(&mut self, device: &mut Device, now_s: u64) -> Next {
        let (work, mut scene) = self.stage(device, now_s);
        if let Some(wait) = work.and_then(|work| work.run(&mut scene)) {
            return Next::Wait(wait);
        }
        // Behind the Status for the header, before what is left of earlier messages.
        let replies = self.work.take().map(Work::into_replies);
        self.outbox
            .put_after_header(replies.into_iter().flatten().collect());
        if self.large_object.is_some() {
            self.last_of_package = false;
        }
        match self.given_up.take() {
            Some(reason) => abort(reason),
            None => Next::Send,
        }
    }

    /// Gives up over a message that is not worked through: what its header gets stands before
    /// the abort, as in every answer (DM Protocol §8).
    fn abort_after(&mut self, hdr: &SyncHdr, code: StatusCode, reason: String) -> Next {
        let status = Command::Status(header_status(hdr, code));
        self.outbox.put_first(vec![status]);
        abort(reason)
    }

    /// The work in hand, and what it acts upon.
    fn stage<'a>(
        &'a mut self,
        device: &'a mut Device,
        now_s: u64,
    ) -> (Option<&'a mut Work>, Scene<'a>) {
        let sparse = package::sparse(self, &device.config);
        let chunks = device.tree.lookup("./DevDetail/LrgObj");
        let scene = Scene {
            takes_chunks: chunks.is_none_or(|node| node.state().value != b"false"),
            tree: &mut device.tree,
            records: &device.records,
            device_id: &device.config.device_id,
            server_id: &self.account.server_id,
            policy: &device.config.policy,
            caller: match device.config.unprotected.acl {
                true => Caller::Device,
                false => Caller::Server(&self.account.server_id),
            },
            agreed: &mut self.agreed,
            encoding: device.config.encoding,
            sparse,
            max_msg_size: self.peer.max_msg_size,
            max_obj_size: device.config.max_obj_size,
            peer_max_obj_size: self.peer.max_obj_size,
            large_object: &mut self.large_object,
            outputs: &mut device.outputs,
            now_s,
        };
        (self.work.as_mut(), scene)
    }
}

fn abort(reason: String) -> Next {
    Next::End(Ending::GivenUp(reason))
}

/// Whether the server only asks for what is left of our answers.
fn is_next_message(commands: &[Command]) -> bool {
    has_alert(commands, AlertCode::NEXT_MESSAGE)
}
