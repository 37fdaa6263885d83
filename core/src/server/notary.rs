//! What makes a session undeniable: the order is checked before anything is done, and a receipt is
//! signed over all that was said (OMA-AD-DM_SC-V1_0 §4.2, threat 4).
//!
//! Knows neither where receipts are kept nor what time it is: who holds the server stores what
//! [`Event::ReceiptIssued`] brings before anything else leaves.

use super::DmServer;
use super::output::Event;
use super::plan::{Object, Operation, Payload, Step};
use super::session::Session;
use crate::codec::cose::{Chain, MEDIA_TYPE, Order, PrivateKey, PublicKey, Receipt, sha256};
use crate::codec::syncml::StatusCode;
use crate::codec::vocabulary::cose::RECEIPTS;

/// Octets of a receipt that there is room for: those of a record, less the client's Status.
const MAX_RECEIPT: usize = 253;

/// Keys and chain of a DM Server that signs receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notary {
    /// Key that signs receipts.
    pub key: PrivateKey,
    /// Key of customer care, by which orders are checked; without one no order is looked at.
    pub care: Option<PublicKey>,
    /// Whether nothing is done without an order that is right.
    pub needs_order: bool,
    /// End of the chain of receipts.
    pub chain: Chain,
}

impl DmServer {
    /// Lets the server sign receipts, or goes on from another end of the chain.
    pub fn handle_notary(&mut self, notary: Notary) {
        self.notary = Some(notary);
    }

    /// End of the chain of receipts; `None` when the server signs none.
    pub fn receipts(&self) -> Option<Chain> {
        self.notary.as_ref().map(|notary| notary.chain)
    }

    /// Takes an order of customer care: 200, or 401 when it is not right.
    pub(super) fn take_order(&mut self, session: &mut Session, signed: &[u8]) -> StatusCode {
        let Some(care) = self.notary.as_ref().and_then(|n| n.care.as_ref()) else {
            return StatusCode::OK;
        };
        let server_id = &self.accounts[session.account].server_id;
        let checked = match Order::open(signed, care) {
            Err(refusal) => Err(refusal.to_string()),
            Ok(order) if order.server_id != *server_id => {
                Err(format!("it is for server {}", order.server_id))
            }
            Ok(order) if Some(order.session_id) != number(&session.id) => {
                Err(format!("it is for session {:X}", order.session_id))
            }
            Ok(order) if order.device != session.device => {
                Err(format!("it is for {}", order.device))
            }
            Ok(order) => Ok(order.text),
        };
        let (code, text) = match checked {
            Ok(text) => {
                session.evidence.order = Some(sha256(signed));
                (StatusCode::OK, text)
            }
            Err(reason) => {
                session.evidence.refused = Some(reason.clone());
                (StatusCode::INVALID_CREDENTIALS, reason)
            }
        };
        self.tell(Event::OrderChecked { code, text });
        code
    }

    /// Why nothing may be done in a session, after its first package.
    pub(super) fn lacks_order(&self, session: &Session) -> Option<String> {
        if let Some(reason) = &session.evidence.refused {
            return Some(format!("the order is refused: {reason}"));
        }
        let needed = self.notary.as_ref().is_some_and(|n| n.needs_order);
        let missing = needed && session.evidence.order.is_none();
        missing.then(|| "no order was shown".to_owned())
    }

    /// Signs the receipt of a session in which nothing is left to be sent, once, and puts it into
    /// the queue of what is to be sent. A SessionID that is no number has no place in a receipt.
    pub(super) fn issue_receipt(&mut self, session: &mut Session) {
        let Some(notary) = &mut self.notary else {
            return;
        };
        let is_over =
            session.queue.ready().is_empty() && session.object.is_none() && session.held.is_empty();
        let evidence = &mut session.evidence;
        let (true, Some(session_id)) = (is_over, number(&session.id)) else {
            return;
        };
        if evidence.issued || evidence.is_empty() {
            return;
        }
        let receipt = Receipt {
            seq: notary.chain.seq.saturating_add(1),
            previous: notary.chain.hash,
            session_id,
            device: session.device.clone(),
            transcript: evidence.transcript.hash(),
            order: evidence.order,
            consent: evidence.consent,
            statuses: evidence.statuses.clone(),
            time_s: self.now_s,
        };
        let signed = receipt.sign(&notary.key);
        if signed.len() > MAX_RECEIPT {
            return;
        }
        evidence.issued = true;
        notary.chain = Chain::behind(&receipt, &signed);
        let seq = receipt.seq;
        session.queue.append_receipt(seq, step(seq, signed.clone()));
        self.tell(Event::ReceiptIssued { seq, signed });
    }
}

/// SessionID as a number.
fn number(session_id: &str) -> Option<u64> {
    u64::from_str_radix(session_id, 16).ok()
}

/// The command that brings a receipt to the device.
fn step(seq: u64, signed: Vec<u8>) -> Step {
    Step {
        operation: Operation::Add {
            target: format!("{RECEIPTS}/{seq}"),
            object: Object {
                format: Some("bin".to_owned()),
                media_type: Some(MEDIA_TYPE.to_owned()),
                data: Payload::Octets(signed),
            },
        },
        ..Step::default()
    }
}
