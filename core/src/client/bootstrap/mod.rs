//! Bootstrap: a document that makes a device trust a DM Server (OMA-TS-DM_Bootstrap-V1_2_1 §5;
//! OMA-AD-DM_SC-V1_0 §5.3, DM-3 and CP-1).
//!
//! Documents of a card are taken whole or not at all, with the device's own rights and without
//! any answer to the card. A card may file objects and bring accounts; nothing else of the tree
//! is its own. Knows no files: who reads them hands over bytes.

mod document;
mod provisioning;

use super::DmClient;
use super::output::Event;
use crate::tree::{Caller, ManagementTree, NodeUri, standard};
use std::collections::BTreeSet;

/// Documents remembered at most; a card has four.
const MAX_ORIGINS: usize = 16;

/// A bootstrap document and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootstrapDocument<'a> {
    /// Card and file, in any form that tells one from the other.
    pub origin: &'a str,
    /// The document; what follows its root element is padding.
    pub bytes: &'a [u8],
}

/// What a document brought, kept so that the same one does nothing twice and a changed one takes
/// its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Taken {
    origin: String,
    bytes: Vec<u8>,
    /// Roots of the objects it made.
    objects: Vec<NodeUri>,
}

/// Documents that were taken, and servers that wait for their first session.
#[derive(Clone, Debug, Default)]
pub(super) struct Bootstraps {
    taken: Vec<Taken>,
    waiting: Vec<String>,
}

impl Bootstraps {
    /// A session with that server is complete: it waits no longer.
    pub(super) fn greeted(&mut self, server_id: &str) {
        self.waiting.retain(|id| id != server_id);
    }
}

impl DmClient {
    /// Takes a bootstrap document, with no answer but events. The same document of the same
    /// origin changes nothing, so that nonces and secrets that a server renewed stay; another
    /// one of that origin replaces what the first brought.
    pub fn handle_bootstrap(&mut self, document: BootstrapDocument<'_>, now_s: u64) {
        let before = self.bootstraps.taken.iter();
        let known = before
            .into_iter()
            .position(|taken| taken.origin == document.origin);
        let same = |at: usize| self.bootstraps.taken[at].bytes == document.bytes;
        if known.is_some_and(same) {
            return self.device.tell(Event::BootstrapKept);
        }
        match self.bootstrapped(document, known, now_s) {
            Ok(event) => self.device.tell(event),
            Err(reason) => self.device.tell(Event::BootstrapRefused { reason }),
        }
    }

    /// ServerIDs of bootstrapped accounts without a complete session yet: the device should
    /// open one with each as soon as it can (Alert 1201, OMA-TS-DM_Bootstrap-V1_2_1 §5).
    pub fn to_greet(&self) -> &[String] {
        &self.bootstraps.waiting
    }

    fn bootstrapped(
        &mut self,
        document: BootstrapDocument<'_>,
        known: Option<usize>,
        now_s: u64,
    ) -> Result<Event, String> {
        if known.is_none() && self.bootstraps.taken.len() >= MAX_ORIGINS {
            return Err(format!("{MAX_ORIGINS} documents were taken already"));
        }
        let objects = document::read(document.bytes)?;
        // On a second tree, which takes the place of the first when nothing failed.
        let mut tree = self.device.tree.clone();
        let mut changes = Vec::new();
        for uri in known.map_or(&[][..], |at| &self.bootstraps.taken[at].objects) {
            // A server may have deleted it since.
            changes.extend(tree.delete(uri, Caller::Device).unwrap_or_default());
        }
        let before = tree.server_ids();
        let inbox = NodeUri::root().child(standard::INBOX);
        let mut made = Vec::new();
        for tnds in objects {
            let added = tree
                .add_document(&inbox, &tnds, Caller::Device, now_s)
                .map_err(|refusal| refusal.to_string())?;
            made.extend(added);
        }
        let (servers, all) = new_accounts(&tree, &before)?;
        let taken = Taken {
            origin: document.origin.to_owned(),
            bytes: document.bytes.to_vec(),
            objects: roots(made.iter().map(|change| change.uri.as_str())),
        };
        match known {
            Some(at) => self.bootstraps.taken[at] = taken,
            None => self.bootstraps.taken.push(taken),
        }
        changes.append(&mut made);
        self.device.tree = tree;
        let waiting = &mut self.bootstraps.waiting;
        waiting.retain(|id| all.contains(id));
        for server in &servers {
            if !waiting.contains(server) {
                waiting.push(server.clone());
            }
        }
        Ok(Event::Bootstrapped { servers, changes })
    }
}

/// The servers that joined, and all there are now; refused when a server has two accounts, since
/// a card may not change one that comes from elsewhere.
fn new_accounts(
    tree: &ManagementTree,
    before: &[String],
) -> Result<(Vec<String>, BTreeSet<String>), String> {
    let mut all = BTreeSet::new();
    for id in tree.server_ids() {
        if all.contains(&id) {
            return Err(format!("{id} has an account from elsewhere"));
        }
        all.insert(id);
    }
    let new: Vec<String> = all
        .iter()
        .filter(|id| !before.contains(id))
        .cloned()
        .collect();
    if new.is_empty() {
        return Err("the document brings no account".to_owned());
    }
    Ok((new, all))
}

/// The nodes of which none lies below another.
fn roots<'a>(uris: impl Iterator<Item = &'a str>) -> Vec<NodeUri> {
    let mut roots: Vec<NodeUri> = Vec::new();
    for uri in uris.filter_map(|uri| NodeUri::parse(uri).ok()) {
        let is_below = |root: &NodeUri| {
            root.depth() <= uri.depth() && root.segments().eq(uri.segments().take(root.depth()))
        };
        if !roots.iter().any(is_below) {
            roots.push(uri);
        }
    }
    roots
}

#[cfg(test)]
mod tests;
