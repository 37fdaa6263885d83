//! One management session as the DM Client holds it: where it is, what both sides know of each
//! other, what waits to be said (OMA-TS-DM_Protocol-V1_2_1 §6–§9).

use super::address::Address;
use super::auth::{Check, Theirs};
use super::notification::Accepted;
use super::outbox::Outbox;
use super::output::Outgoing;
use super::own_proof::Ours;
use super::work::{LargeObject, Work};
use crate::codec::auth::{Account, AuthType};
use crate::codec::syncml::{AlertCode, SyncHdr};
use crate::dm::PeerLimits;

/// A session that runs.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) account: Account,
    pub(super) session_id: String,
    pub(super) number: u16,
    /// 1200 or 1201.
    pub(super) code: AlertCode,
    /// Signed order for the server.
    pub(super) order: Option<Vec<u8>>,
    /// Where the next message goes.
    pub(super) address: Address,
    /// Where the last one went; `None` before the first.
    pub(super) connected: Option<Address>,
    /// The last one, to be sent again.
    pub(super) last: Option<Outgoing>,
    /// Times the last one was sent again.
    pub(super) repeats: u8,
    /// Redirects followed.
    pub(super) redirects: u8,
    /// MsgID of our last message.
    pub(super) msg_id: u32,
    /// MsgID of the server's last message.
    pub(super) peer_msg_id: u32,
    /// 1 until the server has taken our credentials.
    pub(super) package: u8,
    pub(super) outbox: Outbox,
    /// The server's last message ended its package, and no object is half received.
    pub(super) last_of_package: bool,
    /// The next message refuses the server's and says nothing else.
    pub(super) refusing: bool,
    /// Why the last message with commands was refused as a whole; `None` when one was worked
    /// through since.
    pub(super) nothing_done: Option<String>,
    pub(super) peer: PeerLimits,
    pub(super) large_object: Option<LargeObject>,
    /// Work that waits for something from outside.
    pub(super) work: Option<Work>,
    /// The device gives the session up, and why.
    pub(super) given_up: Option<String>,
    /// The user has agreed to the session, or in it to what the server does.
    pub(super) agreed: bool,
    pub(super) ours: Ours,
    pub(super) theirs: Theirs,
}

/// How a session ends, with the reason for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// In good order: the server has no more commands.
    Complete(String),
    /// What the server sends cannot be gone on with, be it unreadable, refused or without end.
    Refused(String),
    /// The server said Alert 1223.
    Aborted(String),
    /// The device wants no session before one has begun to be heard.
    Withdrawn(String),
    /// The connection is gone, or is not to be had.
    Lost(String),
    /// The client says Alert 1223 and waits for the answer.
    GivenUp(String),
}

impl Ending {
    /// The reason, for people.
    pub(super) fn reason(&self) -> &str {
        match self {
            Ending::Complete(reason)
            | Ending::Refused(reason)
            | Ending::Aborted(reason)
            | Ending::Withdrawn(reason)
            | Ending::Lost(reason)
            | Ending::GivenUp(reason) => reason,
        }
    }
}

impl Session {
    pub(super) fn new(accepted: Accepted, address: Address, ours: Ours, theirs: Theirs) -> Self {
        Session {
            agreed: accepted.ask,
            account: accepted.account,
            session_id: accepted.session_id,
            number: accepted.number,
            code: accepted.code,
            order: accepted.order,
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
            nothing_done: None,
            peer: PeerLimits::default(),
            large_object: None,
            work: None,
            given_up: None,
            ours,
            theirs,
        }
    }

    /// Where the server wants the next messages.
    pub(super) fn take_resp_uri(
        &mut self,
        hdr: &SyncHdr,
        check: Check,
    ) -> Result<(), &'static str> {
        let Some(uri) = &hdr.resp_uri else {
            return Ok(());
        };
        let address = Address::parse(uri).ok_or("RespURI is no address")?;
        // Whatever the server has proved: what TLS hid would go in clear.
        if self.address.secure && !address.secure {
            return Err("RespURI leads from https to http");
        }
        // A session, and the secret itself, go to no peer but the account's unless that one says so.
        let in_clear = self.ours.kind == AuthType::Basic && self.ours.is_due();
        let proves = check == Check::Right || check == Check::NotAsked && !in_clear;
        if !proves && !address.same_peer(&self.address) {
            return Err("RespURI leads away from a server that has not proved itself");
        }
        self.address = address;
        Ok(())
    }
}
