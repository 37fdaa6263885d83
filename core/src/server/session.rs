//! One management session as the DM Server holds it: what both sides know of each other, what was
//! sent and not answered (OMA-TS-DM_Protocol-V1_2_1 §6–§9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::door::{Door, Way};
use super::evidence::Evidence;
use super::large_object::Incoming;
use super::output::Answer;
use super::queue::Queue;
use crate::codec::auth::{AuthType, HmacHeader, md5};
use crate::codec::syncml::{Command, Data, Encoding, Message, StatusCode};
use crate::dm::{PeerLimits, Proof};
use std::collections::{BTreeMap, VecDeque};

/// Commands of earlier messages whose Status is still taken: more than the largest document there
/// is room for comes to, with every one of them sent in each of its forms.
const MAX_SENT: usize = 16_384;

/// A message as it arrived.
pub(super) struct Request<'a> {
    pub(super) message: Message,
    pub(super) encoding: Encoding,
    pub(super) hmac: Option<HmacHeader>,
    pub(super) body: &'a [u8],
    pub(super) door: Door<'a>,
}

impl Request<'_> {
    /// What it shows of its sender.
    pub(super) fn proof(&self) -> Proof<'_> {
        Proof {
            cred: self.message.hdr.cred.as_ref(),
            hmac: self.hmac.as_ref(),
            body: self.body,
        }
    }

    /// What tells it from every other message: its bytes, and the proof beside them.
    pub(super) fn digest(&self) -> [u8; 16] {
        match &self.hmac {
            Some(header) => md5(&[self.body, header.to_string().as_bytes()].concat()),
            None => md5(self.body),
        }
    }
}

/// A session that runs.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: String,
    /// Source of the client's messages.
    pub(super) device: String,
    /// Number of the peer that opened it.
    pub(super) origin: u64,
    pub(super) encoding: Encoding,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the client's last message, and what it was.
    pub(super) peer_msg_id: u32,
    pub(super) peer_digest: [u8; 16],
    /// When the last message came.
    pub(super) heard_s: u64,
    pub(super) peer: PeerLimits,
    pub(super) package: u8,
    /// Whose it is: certain once the client is proven.
    pub(super) account: usize,
    /// The client's credentials were right.
    pub(super) proven: bool,
    pub(super) way: Way,
    /// What the client and this server have agreed on in earlier sessions.
    pub(super) stored_nonce: Vec<u8>,
    /// What the client is asked with; the stored one until the first challenge.
    pub(super) client_nonce: Option<Vec<u8>>,
    /// What the client proved itself by in this session.
    pub(super) proved_by: Vec<u8>,
    /// How the session would go on with a peer that was asked for a proof in the midst of it.
    pub(super) doubted: Option<Box<Session>>,
    /// The client has not been told yet, or has not kept, the nonce for next time.
    pub(super) chal_due: bool,
    /// For our credentials.
    pub(super) server_nonce: Vec<u8>,
    /// How we prove ourselves: as the account says, or as the client asks.
    pub(super) own_type: AuthType,
    /// Our last message was shown with a proof.
    pub(super) own_shown: bool,
    /// The client took our credentials: no more Cred.
    pub(super) server_proven: bool,
    /// The client may use the resynchronisation nonce.
    pub(super) resync_allowed: bool,
    /// The client was asked to prove itself.
    pub(super) asked: bool,
    pub(super) failures: u8,
    pub(super) server_failures: u8,
    /// What is to be done; empty until the client is proven.
    pub(super) queue: Queue,
    /// What the user said when it was no yes.
    pub(super) refused: Option<StatusCode>,
    /// Commands whose Status is to come: MsgID and CmdID, and what they were.
    pub(super) sent: BTreeMap<(u32, u32), Sent>,
    /// An object of which not all chunks are sent.
    pub(super) object: Option<Sending>,
    /// Messages a command has waited for one with room.
    pub(super) put_off: u8,
    /// An object of which not all chunks have come.
    pub(super) incoming: Option<Incoming>,
    /// Answers that found no room.
    pub(super) held: VecDeque<Command>,
    /// Our last message left nothing of its package for the next.
    pub(super) was_final: bool,
    /// For a client that repeats itself.
    pub(super) last_answer: Option<Answer>,
    /// What its receipt will tell.
    pub(super) evidence: Evidence,
}

/// A command that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) step: usize,
    /// Element name.
    pub(super) name: &'static str,
    /// Its final Status came.
    answered: bool,
}

/// A large object on its way to the client.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    pub(super) step: usize,
    pub(super) command: Command,
    /// What is left.
    pub(super) data: Data,
    /// Told with the first chunk.
    pub(super) size: Option<u64>,
}

/// The last answer of a session that is over.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    pub(super) id: String,
    pub(super) device: String,
    pub(super) digest: [u8; 16],
    pub(super) way: Way,
    pub(super) answer: Answer,
}

impl Session {
    /// The client may have chosen a server nonce that did not reach us.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.proven && !self.server_proven
    }

    /// The session as one sees it that was asked for a proof in the midst of it: so far the same,
    /// and with nothing to do.
    pub(super) fn branch(&mut self) -> Session {
        let work = std::mem::take(&mut self.queue);
        let (sent, held) = (
            std::mem::take(&mut self.sent),
            std::mem::take(&mut self.held),
        );
        let branch = Session {
            doubted: None,
            object: None,
            incoming: None,
            last_answer: None,
            proven: false,
            asked: false,
            failures: 0,
            ..self.clone()
        };
        (self.queue, self.sent, self.held) = (work, sent, held);
        branch
    }

    /// Goes on where the branch stands, whose peer has proved itself.
    pub(super) fn take_branch(&mut self) {
        if let Some(branch) = self.doubted.take() {
            self.msg_id = branch.msg_id;
            self.peer_msg_id = branch.peer_msg_id;
            self.client_nonce = branch.client_nonce;
            self.evidence.transcript = branch.evidence.transcript;
        }
    }

    /// How many messages ahead a MsgID is; none is far behind.
    pub(super) fn ahead(&self, msg_id: Option<u32>) -> i64 {
        msg_id.map_or(-1, |id| i64::from(id) - i64::from(self.peer_msg_id))
    }

    /// What was done, and for whom; nothing when the client did not prove itself.
    pub(super) fn into_work(self) -> Option<(String, usize, Queue)> {
        self.proven
            .then_some((self.device, self.account, self.queue))
    }

    /// Another plan in place of the one in hand.
    pub(super) fn set_plan(&mut self, queue: Queue) {
        if self.proven {
            self.queue = queue;
            self.sent.clear();
            self.object = None;
        }
    }

    /// Remembers a command of the message that is being made.
    pub(super) fn expect(&mut self, cmd_id: u32, step: usize) {
        if self.sent.len() >= MAX_SENT {
            self.sent.pop_first();
        }
        let sent = Sent {
            step,
            name: self.queue.name(step),
            answered: false,
        };
        self.sent.insert((self.msg_id, cmd_id), sent);
    }

    /// The step a Status or Results answers.
    pub(super) fn find(&self, msg_ref: &str, cmd_ref: &str) -> Option<usize> {
        let key = (msg_ref.parse().ok()?, cmd_ref.parse().ok()?);
        self.sent.get(&key).map(|sent| sent.step)
    }

    /// What a final Status answers, once. The entry stays: Results may come behind.
    pub(super) fn close(&mut self, msg_ref: &str, cmd_ref: &str) -> Option<Sent> {
        let key = (msg_ref.parse().ok()?, cmd_ref.parse().ok()?);
        let sent = self.sent.get_mut(&key)?;
        (!std::mem::replace(&mut sent.answered, true)).then_some(*sent)
    }

    /// The nonce the client's next proof is to be made with.
    pub(super) fn due_nonce(&self) -> &[u8] {
        self.client_nonce.as_ref().unwrap_or(&self.stored_nonce)
    }

    /// The nonce the client is told to use next.
    pub(super) fn client_nonce(&self) -> &[u8] {
        self.client_nonce.as_deref().unwrap_or_default()
    }
}

/// How a session goes on after a message.
pub(super) enum Course {
    /// It waits when something was asked for, else it is over.
    Open,
    /// It waits for the client.
    Wait,
    /// It is over, whatever was asked for.
    Over(Ending),
}

/// How a session ends, with the reason for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Every command got its final Status, or there was none.
    Complete(String),
    /// Commands are left, because the user or the client would not have them.
    Unfinished(String),
    /// What the client sends cannot be gone on with, be it unreadable, refused or without end.
    Refused(String),
    /// The client said Alert 1223.
    Aborted(String),
    /// The connection is gone, or the client says nothing more in this session.
    Lost(String),
    /// The server says Alert 1223.
    GivenUp(String),
}

impl Ending {
    /// The reason, for people.
    pub(super) fn into_reason(self) -> String {
        match self {
            Ending::Complete(reason)
            | Ending::Unfinished(reason)
            | Ending::Refused(reason)
            | Ending::Aborted(reason)
            | Ending::Lost(reason)
            | Ending::GivenUp(reason) => reason,
        }
    }
}
