//! The External Card Management System: the trigger from outside (OMA-AD-DM_SC-V1_0 §5.4.1.1).
//!
//! It shares the account's secret with the card and knows, or does not know, the nonce the DM
//! Client uses now. What it pushes goes by a [`Carrier`]. Knows nothing of cards and trees.

mod carrier;

pub use carrier::Carrier;

use crate::codec::auth::{self, Account};
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::wsp;
use std::collections::VecDeque;

/// Order of the ECMS to its carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Push this PDU to port 2948 of the device.
    Push {
        /// The WSP push PDU with the Package #0.
        bytes: Vec<u8>,
        /// Session id as it will stand in SyncHdr.
        session_id: String,
        /// Signed with the resynchronisation nonce.
        resync: bool,
    },
}

/// External Card Management System, which calls for sessions by notifications.
#[derive(Clone, Debug)]
pub struct Ecms {
    account: Account,
    nonce: Option<Vec<u8>>,
    seed: u64,
    orders: u32,
    queue: VecDeque<Output>,
}

impl Ecms {
    /// An ECMS that signs with `nonce`, or with the resynchronisation nonce when it knows none
    /// (DM Security §5.2).
    pub fn new(account: Account, nonce: Option<Vec<u8>>, seed: u64) -> Self {
        Ecms {
            account,
            nonce,
            seed,
            orders: 0,
            queue: VecDeque::new(),
        }
    }

    /// Takes the order that the card of this account shall provision its device.
    pub fn handle_order(&mut self, ui_mode: UiMode, initiator: Initiator) {
        self.orders = self.orders.wrapping_add(1);
        let session_id = self.session_id();
        // Each session renews the nonce, and nobody tells the ECMS: it knows it once.
        let known = self.nonce.take();
        let resync = known.is_none();
        let nonce = known.unwrap_or_else(|| auth::RESYNC_NONCE.to_vec());
        let package = Package0::new(&*self.account.server_id, session_id, ui_mode, initiator)
            .signed(&self.account.server.secret, &nonce);
        self.queue.push_back(Output::Push {
            bytes: wsp::encode_notification(1, &package),
            session_id: package.session_id_text(),
            resync,
        });
    }

    /// What is to be done next.
    pub fn poll(&mut self) -> Option<Output> {
        self.queue.pop_front()
    }

    /// 8000 to FFFF, so that it never meets one of the card's own.
    fn session_id(&self) -> u16 {
        let drawn = auth::nonce(self.seed, self.orders);
        u16::from_be_bytes([drawn[0], drawn[1]]) | 0x8000
    }
}
