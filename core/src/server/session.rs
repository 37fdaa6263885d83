//! One management session as the DM Server holds it: what both sides know of each other, what was
//! sent and not answered (OMA-TS-DM_Protocol-V1_2_1 §6–§9; OMA-TS-DM_Security-V1_2_1 §5.3).

use super::large_object::Incoming;
use super::output::Answer;
use super::queue::Queue;
use crate::codec::auth::{AuthType, HmacHeader};
use crate::codec::syncml::{Command, Data, Encoding, Message, StatusCode};
use crate::dm::PeerLimits;
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
    /// Number of the peer it came from.
    pub(super) origin: u64,
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
    /// What the client is asked with; that of the account until the first challenge.
    pub(super) client_nonce: Option<Vec<u8>>,
    /// The client has not been told yet, or has not kept, the nonce for next time.
    pub(super) chal_due: bool,
    /// For our credentials.
    pub(super) server_nonce: Vec<u8>,
    /// How we prove ourselves: as the account says, or as the client asks.
    pub(super) own_type: AuthType,
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
    pub(super) answer: Answer,
}

impl Session {
    /// The client may have chosen a server nonce that did not reach us.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.proven && !self.server_proven
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
