//! Accounts as they lie in the tree (OMA-TS-DM_StdObj-V1_2_1 §5, DMAcc).
//!
//! The tree is where names, secrets and nonces are kept; nothing else remembers them.

use super::change::{Change, NodeState};
use super::commands::touch;
use super::name::Name;
use super::node::{INTERIOR, Node};
use super::standard::{ACCOUNTS, OCTETS};
use super::uri::NodeUri;
use super::{Caller, ManagementTree, NewValue};
use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::vocabulary::cose::RECEIPT_KEY;
use std::sync::Arc;

impl ManagementTree {
    /// ServerIDs of all accounts.
    pub fn server_ids(&self) -> Vec<String> {
        self.account_nodes()
            .filter_map(|(_, node)| text(node, "ServerID"))
            .collect()
    }

    /// The account of a server.
    pub fn account(&self, server_id: &str) -> Option<Account> {
        let (_, node) = self.account_node(server_id)?;
        let address = node
            .child("AppAddr")?
            .children()
            .find_map(|(_, address)| text(address, "Addr"))?;
        Some(Account {
            server_id: server_id.to_owned(),
            address,
            client: credentials(node, CLIENT).unwrap_or_default(),
            server: credentials(node, SERVER).unwrap_or_default(),
        })
    }

    /// AAuthPref of an account: the authentication type the client shows unasked. `None` when it
    /// is absent or empty, so that the type used last counts (OMA-TS-DM_StdObj-V1_2_1 §5).
    pub fn preferred_auth_type(&self, server_id: &str) -> Option<AuthType> {
        let (_, account) = self.account_node(server_id)?;
        text(account, "AAuthPref")
            .filter(|name| !name.is_empty())
            .map(|name| AuthType::from_account(&name))
    }

    /// Public key of the receipts of a server: a leaf of the account's Ext, where a vendor keeps
    /// what no standard names (OMA-TS-DM_StdObj-V1_2_1 §5).
    pub fn receipt_key(&self, server_id: &str) -> Option<&[u8]> {
        let (_, account) = self.account_node(server_id)?;
        let key = account.child("Ext")?.child(RECEIPT_KEY)?;
        Some(&key.state().value)
    }

    /// Identity and key that an account has for TLS with its server (RFC 4279): below its Ext,
    /// since no standard has a place for them.
    pub fn pre_shared_key(&self, server_id: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        let (_, account) = self.account_node(server_id)?;
        let psk = account.child("Ext")?.child("PSK")?;
        let value = |name| Some(psk.child(name)?.state().value.clone());
        Some((value("Identity")?, value("Key")?))
    }

    /// Keeps identity and key for TLS in an account. Nobody may read the key by a Get.
    pub fn keep_pre_shared_key(&mut self, server_id: &str, identity: &str, key: &[u8], now_s: u64) {
        let Some((name, account)) = self.account_node(server_id) else {
            return;
        };
        let ext = account.child("Ext").cloned();
        let place = [ACCOUNTS, name, "Ext"].into_iter();
        let place = place.fold(NodeUri::root(), |uri, name| uri.child(name));
        let node = |format: &str, value: &[u8], acl: &str| {
            Node::new(NodeState {
                format: format.to_owned(),
                value: value.to_vec(),
                acl: acl.to_owned(),
                tstamp_s: now_s,
                ..NodeState::default()
            })
        };
        // The list of a node counts as a whole: without Get in it there is none.
        let unread = ["Replace=", server_id].concat();
        let mut psk = node(INTERIOR, b"", "");
        for (name, leaf) in [
            ("Identity", node("chr", identity.as_bytes(), "")),
            ("Key", node("bin", key, &unread)),
        ] {
            psk.children.insert(Name::from(name), Arc::new(leaf));
        }
        let mut ext = ext.unwrap_or_else(|| node(INTERIOR, b"", ""));
        ext.children.insert(Name::from("PSK"), Arc::new(psk));
        self.snapshot.insert(&place, Arc::new(ext));
    }

    /// Keeps a new nonce in an account: the client's own (`ours`) or the server's.
    pub fn store_nonce(
        &mut self,
        server_id: &str,
        ours: bool,
        nonce: &[u8],
        now_s: u64,
    ) -> Vec<Change> {
        let level = if ours { CLIENT } else { SERVER };
        let found = self.account_node(server_id).and_then(|(name, account)| {
            let (entry, node) = entry(account, level)?;
            let uri = [ACCOUNTS, name, "AppAuth", entry, "AAuthData"]
                .into_iter()
                .fold(NodeUri::root(), |uri, name| uri.child(name));
            Some((uri, node.child("AAuthData").is_some()))
        });
        let Some((uri, exists)) = found else {
            return Vec::new();
        };
        let changes = if exists {
            self.alter(&uri, |state: &mut NodeState| {
                state.value = nonce.to_vec();
                touch(state, now_s);
            })
        } else {
            let new = NewValue {
                format: Some("bin"),
                media_type: Some(OCTETS),
                value: nonce,
            };
            self.add(&uri, new, Caller::Device, now_s)
        };
        changes.unwrap_or_default()
    }

    fn account_nodes(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.snapshot
            .root()
            .child(ACCOUNTS)
            .into_iter()
            .flat_map(Node::children)
    }

    fn account_node(&self, server_id: &str) -> Option<(&str, &Node)> {
        self.account_nodes().find(|(_, node)| {
            node.child("ServerID")
                .is_some_and(|id| id.state().value == server_id.as_bytes())
        })
    }
}

/// AAuthLevel of what the client shows to the server.
pub(super) const CLIENT: &str = "CLCRED";

/// AAuthLevel of what the server shows to the client.
pub(super) const SERVER: &str = "SRVCRED";

fn entry<'n>(account: &'n Node, level: &str) -> Option<(&'n str, &'n Node)> {
    account.child("AppAuth")?.children().find(|(_, node)| {
        node.child("AAuthLevel")
            .is_some_and(|l| l.state().value == level.as_bytes())
    })
}

fn credentials(account: &Node, level: &str) -> Option<Credentials> {
    let (_, node) = entry(account, level)?;
    Some(Credentials {
        auth_type: text(node, "AAuthType")
            .map_or_else(AuthType::default, |name| AuthType::from_account(&name)),
        name: text(node, "AAuthName").unwrap_or_default(),
        secret: text(node, "AAuthSecret").unwrap_or_default(),
        nonce: node
            .child("AAuthData")
            .map(|data| data.state().value.clone())
            .unwrap_or_default(),
    })
}

fn text(node: &Node, name: &str) -> Option<String> {
    let value = &node.child(name)?.state().value;
    String::from_utf8(value.clone()).ok()
}
