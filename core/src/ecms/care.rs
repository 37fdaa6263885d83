//! Customer care: signs what a user has ordered, and reads the card's receipts
//! (OMA-AD-DM_SC-V1_0 §4.2, threat 4).
//!
//! Knows the card's public key, and no secret of it.

use super::reading::{ManagementKeys, Reading};
use crate::codec::cose::{Chain, Order, PrivateKey, PublicKey, Receipt, sha256};

/// Desk of customer care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareDesk {
    /// Key that signs orders.
    pub key: PrivateKey,
    /// Key of the card's receipts; `None` while the card signs none.
    pub card: Option<PublicKey>,
    /// DevId of the device that orders are for.
    pub device: String,
    /// What was ordered, for people.
    pub text: String,
    /// The order signed last.
    pub(super) order: Option<Vec<u8>>,
    /// Receipts that held, each as COSE_Sign1.
    pub(super) receipts: Vec<Vec<u8>>,
    pub(super) chain: Chain,
    pub(super) reading: Option<Reading>,
    /// Orders are signed.
    pub(super) signs: bool,
}

impl CareDesk {
    /// A desk that has signed nothing yet.
    pub fn new(key: PrivateKey, card: Option<PublicKey>, device: &str, text: &str) -> Self {
        CareDesk {
            key,
            card,
            device: device.to_owned(),
            text: text.to_owned(),
            order: None,
            receipts: Vec::new(),
            chain: Chain::default(),
            reading: None,
            signs: true,
        }
    }

    /// Leaves orders unsigned, for teaching.
    #[must_use]
    pub fn signing_nothing(mut self) -> Self {
        self.signs = false;
        self
    }

    /// Adds keys by which it reads the card's memory.
    #[must_use]
    pub fn with_keys(mut self, keys: ManagementKeys) -> Self {
        self.reading = Some(Reading::new(keys));
        self
    }

    /// The order signed last.
    pub fn order(&self) -> Option<&[u8]> {
        self.order.as_deref()
    }

    /// Receipts that held, the oldest first.
    pub fn receipts(&self) -> &[Vec<u8>] {
        &self.receipts
    }

    /// Signs an order for a session.
    pub(super) fn sign(&mut self, server_id: &str, session_id: u16, now_s: u64) -> Vec<u8> {
        let order = Order {
            server_id: server_id.to_owned(),
            session_id: u64::from(session_id),
            device: self.device.clone(),
            time_s: now_s,
            text: self.text.clone(),
        };
        let signed = order.sign(&self.key);
        self.order = Some(signed.clone());
        signed
    }

    /// Checks a receipt of the card, and keeps it when it holds; the error says what does not.
    pub(super) fn take(&mut self, signed: &[u8]) -> Result<Receipt, String> {
        let key = self
            .card
            .as_ref()
            .ok_or("the card has no key for receipts")?;
        let receipt = Receipt::open(signed, key).map_err(|refusal| refusal.to_string())?;
        self.chain.goes_on_with(&receipt)?;
        if receipt.device != self.device {
            return Err(format!("it is for {}", receipt.device));
        }
        if receipt.order.is_some() && receipt.order != self.order.as_deref().map(sha256) {
            return Err("it is about another order".to_owned());
        }
        self.chain = Chain::behind(&receipt, signed);
        self.receipts.push(signed.to_vec());
        Ok(receipt)
    }
}
