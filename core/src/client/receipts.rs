//! Receipts of DM Servers: checked against the account's key, the chain that the device keeps and
//! the device's own record of its sessions, then kept where no server can change them.
//!
//! Knows no order: that one is for the server to check.

use crate::codec::cose::{Chain, Hash, PublicKey, Receipt, Transcript, sha256};
use crate::codec::vocabulary::cose::RECEIPTS;
use crate::tree::{ManagementTree, Node, NodeUri};
use std::collections::VecDeque;

/// Sessions that are remembered.
const MAX_SESSIONS: usize = 4;

/// Messages of one session after which a receipt may be made.
const MAX_POINTS: usize = 64;

/// What was said in one session, as far as the device sent and took it.
#[derive(Clone, Debug)]
struct Record {
    server_id: String,
    session_id: String,
    /// Signed order that the notification brought.
    order: Option<Vec<u8>>,
    transcript: Transcript,
    /// The transcript after each message of the device.
    points: VecDeque<Hash>,
}

/// What the device remembers of its last sessions.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    sessions: VecDeque<Record>,
}

impl Records {
    /// A session begins.
    pub(super) fn begin(&mut self, server_id: &str, session_id: &str, order: Option<Vec<u8>>) {
        if self.sessions.len() >= MAX_SESSIONS {
            self.sessions.pop_front();
        }
        self.sessions.push_back(Record {
            server_id: server_id.to_owned(),
            session_id: session_id.to_owned(),
            order,
            transcript: Transcript::default(),
            points: VecDeque::new(),
        });
    }

    /// Orders that notifications have brought, the oldest first.
    pub(super) fn orders(&self) -> impl Iterator<Item = &[u8]> {
        self.sessions
            .iter()
            .filter_map(|record| record.order.as_deref())
    }

    /// The device sends a message in the session that runs.
    pub(super) fn sent(&mut self, message: &[u8]) {
        if let Some(record) = self.sessions.back_mut() {
            record.transcript.add(message);
            if record.points.len() >= MAX_POINTS {
                record.points.pop_front();
            }
            record.points.push_back(record.transcript.hash());
        }
    }

    /// The device takes a message in the session that runs.
    pub(super) fn taken(&mut self, message: &[u8]) {
        if let Some(record) = self.sessions.back_mut() {
            record.transcript.add(message);
        }
    }

    /// Whether a receipt tells of a session as the device remembers it.
    fn knows(&self, server_id: &str, receipt: &Receipt) -> Result<(), String> {
        let of_session = |record: &&Record| {
            record.server_id == server_id
                && u64::from_str_radix(&record.session_id, 16) == Ok(receipt.session_id)
        };
        let mut found = self.sessions.iter().filter(of_session).peekable();
        if found.peek().is_none() {
            return Err(format!("session {:X} is not known", receipt.session_id));
        }
        match found.any(|record| record.points.contains(&receipt.transcript)) {
            true => Ok(()),
            false => Err("other messages were sent than the receipt tells of".to_owned()),
        }
    }
}

/// Whether a URI is that of a receipt.
pub(super) fn is_receipt(uri: &NodeUri) -> bool {
    uri.parent()
        .is_some_and(|parent| parent.to_string() == RECEIPTS)
}

/// Checks a receipt that a server wants to leave at a node; the error says what does not hold.
pub(super) fn check(
    uri: &NodeUri,
    signed: &[u8],
    server_id: &str,
    device_id: &str,
    tree: &ManagementTree,
    records: &Records,
) -> Result<(), String> {
    let key = tree.receipt_key(server_id).and_then(PublicKey::from_bytes);
    let key = key.ok_or("the account has no key for receipts")?;
    let receipt = Receipt::open(signed, &key).map_err(|refusal| refusal.to_string())?;
    if uri.name() != receipt.seq.to_string() {
        return Err(format!("it is receipt {}", receipt.seq));
    }
    kept(tree).goes_on_with(&receipt)?;
    if receipt.device != device_id {
        return Err(format!("it is for {}", receipt.device));
    }
    records.knows(server_id, &receipt)
}

/// End of the chain that the device keeps.
fn kept(tree: &ManagementTree) -> Chain {
    let folder = tree.lookup(RECEIPTS);
    let numbered = |(name, node): (&str, &Node)| {
        let seq = name.parse().ok()?;
        let hash = sha256(&node.state().value);
        Some(Chain { seq, hash })
    };
    let all = folder.into_iter().flat_map(|node| node.children());
    let chains = all.filter_map(|(name, node)| numbered((name, node)));
    chains.max_by_key(|chain| chain.seq).unwrap_or_default()
}
