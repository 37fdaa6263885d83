//! What outlives a session: the tree, what the device has to say, what is agreed with servers.
//!
//! Stands beside the session and knows none.

use super::alerts::Alerts;
use super::config::Config;
use super::output::{Event, Output};
use super::receipts::Records;
use crate::codec::auth::{AuthType, nonce};
use crate::tree::ManagementTree;
use std::collections::VecDeque;

/// Servers of which the last type is remembered.
const MAX_NEGOTIATED: usize = 64;

/// The device of a DM Client, whether a session runs or not.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) config: Config,
    pub(super) tree: ManagementTree,
    /// What no server has answered yet.
    pub(super) alerts: Alerts,
    /// What was said in its last sessions.
    pub(super) records: Records,
    pub(super) outputs: VecDeque<Output>,
    /// Nonces made so far.
    nonces: u32,
    /// The authentication type each server took last.
    negotiated: Vec<(String, AuthType)>,
}

impl Device {
    pub(super) fn new(config: Config, tree: ManagementTree) -> Self {
        Device {
            config,
            tree,
            alerts: Alerts::default(),
            records: Records::default(),
            outputs: VecDeque::new(),
            nonces: 0,
            negotiated: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.put(Output::Event(event));
    }

    /// A nonce of our own. The upper half of the counter keeps it apart from what a server makes
    /// of the same seed.
    pub(super) fn new_nonce(&mut self) -> Vec<u8> {
        self.nonces = self.nonces.wrapping_add(1);
        nonce(self.config.seed, 0x8000_0000 | self.nonces).to_vec()
    }

    /// Writes a nonce into the account of a server.
    pub(super) fn keep_nonce(&mut self, server_id: &str, ours: bool, nonce: Vec<u8>, now_s: u64) {
        let changes = self.tree.store_nonce(server_id, ours, &nonce, now_s);
        self.tell(Event::NonceRenewed {
            ours,
            nonce,
            changes,
        });
    }

    /// The type a server took last is shown first when its AAuthPref is empty.
    pub(super) fn remember_type(&mut self, server_id: &str, kind: AuthType) {
        self.negotiated.retain(|(id, _)| id != server_id);
        if self.negotiated.len() < MAX_NEGOTIATED {
            self.negotiated.push((server_id.to_owned(), kind));
        }
    }

    /// What is shown unasked: AAuthPref, or the type negotiated last when that is empty.
    pub(super) fn preferred_type(&self, server_id: &str) -> Option<AuthType> {
        let negotiated = || {
            let mut all = self.negotiated.iter();
            all.find(|(id, _)| id == server_id)
                .map(|(_, kind)| kind.clone())
        };
        self.tree.preferred_auth_type(server_id).or_else(negotiated)
    }
}
