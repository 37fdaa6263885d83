//! The External Card Management System: the trigger from outside (OMA-AD-DM_SC-V1_0 §5.4.1.1).
//!
//! It shares the account's secret with the card and knows, or does not know, the nonce the DM
//! Client uses now. What it pushes goes by a [`Carrier`]. It updates the card by secured packets,
//! and keeps what customer care signed and reads. Knows no tree, and of the card its keys and one
//! file.

mod carrier;
mod update;

pub use carrier::Carrier;
pub use update::{CardKeys, Flaw, Update, UpdateReceipt};

mod care;
mod reading;

pub use care::CareDesk;
pub use reading::ManagementKeys;

use crate::codec::auth::{self, Account};
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::wsp;
use std::collections::VecDeque;

/// Order of the ECMS to its carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Customer care has signed an order; it goes with the push that follows.
    OrderSigned {
        /// The order as COSE_Sign1.
        signed: Vec<u8>,
        /// What was ordered.
        text: String,
    },
    /// Send this secured packet to the card: it asks for a receipt.
    ReceiptAsked {
        /// Number in the chain.
        seq: u64,
        /// The packet.
        packet: Vec<u8>,
    },
    /// A receipt of the card has come, and was checked.
    ReceiptRead {
        /// Number in the chain.
        seq: u64,
        /// The receipt as COSE_Sign1; empty when there is none.
        signed: Vec<u8>,
        /// What does not hold; `None` when all does.
        problem: Option<String>,
    },
    /// Push this PDU to port 2948 of the device.
    Push {
        /// The WSP push PDU with the Package #0.
        bytes: Vec<u8>,
        /// Session id as it will stand in SyncHdr.
        session_id: String,
        /// Signed with the resynchronisation nonce.
        resync: bool,
    },
    /// Bring this secured packet to the card.
    Packet {
        /// The command packet.
        bytes: Vec<u8>,
        /// Counter of the packet.
        counter: u64,
    },
    /// What a receipt of the card proved; nothing to do.
    UpdateAnswered(UpdateReceipt),
    /// No receipt came in time; nothing to do.
    UpdateMissed {
        /// Seconds it waited.
        after_s: u32,
    },
}

/// External Card Management System, which calls for sessions by notifications.
#[derive(Clone, Debug)]
pub struct Ecms {
    account: Account,
    nonce: Option<Vec<u8>>,
    seed: u64,
    orders: u32,
    care: Option<CareDesk>,
    update: Option<Update>,
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
            care: None,
            update: None,
            queue: VecDeque::new(),
        }
    }

    /// Adds a desk of customer care, which signs what users order.
    #[must_use]
    pub fn with_care(mut self, care: CareDesk) -> Self {
        self.care = Some(care);
        self
    }

    /// Desk of customer care, if there is one.
    pub fn care(&self) -> Option<&CareDesk> {
        self.care.as_ref()
    }

    /// Takes the order that the card of this account shall provision its device. What a user
    /// orders, customer care signs.
    pub fn handle_order(&mut self, ui_mode: UiMode, initiator: Initiator, now_s: u64) {
        self.orders = self.orders.wrapping_add(1);
        let session_id = self.session_id();
        // Each session renews the nonce, and nobody tells the ECMS: it knows it once.
        let known = self.nonce.take();
        let resync = known.is_none();
        let nonce = known.unwrap_or_else(|| auth::RESYNC_NONCE.to_vec());
        let server_id = &*self.account.server_id;
        let mut package = Package0::new(server_id, session_id, ui_mode, initiator);
        if let (Initiator::User, Some(care)) = (initiator, &mut self.care)
            && care.signs
        {
            package.body = care.sign(server_id, session_id, now_s);
            self.queue.push_back(Output::OrderSigned {
                signed: package.body.clone(),
                text: care.text.clone(),
            });
        }
        let package = package.signed(&self.account.server.secret, &nonce);
        self.queue.push_back(Output::Push {
            bytes: wsp::encode_notification(1, &package),
            session_id: package.session_id_text(),
            resync,
        });
    }

    /// Lets customer care ask the card for the receipt after the last it has.
    pub fn handle_receipt_wanted(&mut self) {
        let Some(care) = &mut self.care else {
            return;
        };
        let seq = care.chain.seq.saturating_add(1);
        let packet = care.reading.as_mut().and_then(|reading| reading.ask(seq));
        if let Some(packet) = packet {
            self.queue.push_back(Output::ReceiptAsked { seq, packet });
        }
    }

    /// Takes a short message that the card sent.
    pub fn handle_short_message(&mut self, tpdu: &[u8]) {
        let Some(care) = &mut self.care else {
            return;
        };
        let read = care.reading.as_mut().and_then(|reading| reading.take(tpdu));
        let Some((seq, answer)) = read else {
            return;
        };
        let (signed, problem) = match answer {
            Ok(signed) => {
                let problem = care.take(&signed).err();
                (signed, problem)
            }
            Err(problem) => (Vec::new(), Some(problem)),
        };
        self.queue.push_back(Output::ReceiptRead {
            seq,
            signed,
            problem,
        });
    }

    /// Lets the ECMS update the card.
    pub fn with_update(mut self, update: Update) -> Self {
        self.update = Some(update);
        self
    }

    /// Takes the order to bring the card its new document.
    pub fn handle_update_order(&mut self, now_ms: u64) {
        let packet = self.update.as_mut().and_then(|u| u.packet(now_ms));
        if let Some((bytes, counter)) = packet {
            self.queue.push_back(Output::Packet { bytes, counter });
        }
    }

    /// Takes a response packet of the card, with its header; others are passed over.
    pub fn handle_response_packet(&mut self, answer: &[u8]) {
        let receipt = self.update.as_mut().and_then(|u| u.receipt(answer));
        self.queue.extend(receipt.map(Output::UpdateAnswered));
    }

    /// Time goes on: a receipt may be overdue.
    pub fn handle_time(&mut self, now_ms: u64) {
        if self.update.as_mut().is_some_and(|u| u.missed(now_ms)) {
            let after_s = Update::waits_s();
            self.queue.push_back(Output::UpdateMissed { after_s });
        }
    }

    /// Until when the ECMS waits for a receipt.
    pub fn waits_until_ms(&self) -> Option<u64> {
        self.update.as_ref().and_then(Update::waits_until_ms)
    }

    /// Whether the card proved that it has the document.
    pub fn is_update_taken(&self) -> bool {
        self.update.as_ref().is_some_and(Update::is_taken)
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
