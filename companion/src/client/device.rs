//! The device of `dmsc client`: its tree from a file, its account, what a session changed, and
//! the tree back to a file (OMA-TS-DM_TNDS-V1_2_1).

use super::called;
use crate::decode;
use crate::ladder::{octets, plain};
use crate::{input, keep};
use dmsc_core::client::{Called, DmClient};
use dmsc_core::codec::auth::{Account, AuthType, Credentials};
use dmsc_core::codec::hex;
use dmsc_core::codec::tnds::Document;
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{
    Caller, Change, ChangeKind, INTERIOR, ManagementTree, NewValue, NodeState, NodeUri, Reading,
};
use std::path::{Path, PathBuf};

/// Where the account of the command line stands when the tree has none for the server.
const ACCOUNT: &str = "DMSC";

/// What the command line says of the account; a tree may say the rest.
pub(super) struct Told {
    pub(super) account: Account,
    /// Whether name, secrets and type go before those of the tree.
    pub(super) overrides: bool,
    /// Whether TLS proves the server, whatever a tree says.
    pub(super) by_tls: bool,
}

/// The standard tree of a device under further descriptions, with the document of a file on top,
/// and an account for the server; beside it the sessions that notifications had called for.
pub(super) fn tree(
    device: &Device,
    descriptions: &[PathBuf],
    file: Option<&PathBuf>,
    told: Told,
) -> Result<(ManagementTree, Vec<Called>), String> {
    let mut described = Vec::new();
    for file in descriptions {
        described.push((file, decode::description(file, &input::read(Some(file))?)?));
    }
    let mut document = match file {
        Some(file) => Some(decode::document(file, &input::read(Some(file))?)?),
        None => None,
    };
    let called = document.as_mut().map(called::take).unwrap_or_default();
    let load = |tree: &mut ManagementTree| {
        for (file, description) in &described {
            tree.describe(description, device.now_s)
                .map_err(|e| format!("{} does not fit the tree: {e}", file.display()))?;
        }
        match (&document, file) {
            (Some(document), Some(file)) => tree
                .load(document, device.now_s)
                .map(drop)
                .map_err(|e| format!("{} does not fit the tree: {e}", file.display())),
            _ => Ok(()),
        }
    };
    // What the document alone makes of the tree tells whether it brings the account.
    let mut alone = device_tree(device, &[]);
    load(&mut alone)?;
    let by_tls = told.by_tls;
    let (name, mut account) = match (account_name(&alone, &told.account.server_id), told) {
        (Some(name), told) => {
            let found = alone.account(&told.account.server_id).unwrap_or_default();
            (name, joined(found, told))
        }
        (None, told) => (ACCOUNT.to_owned(), told.account),
    };
    if by_tls {
        account.server.auth_type = AuthType::Transport;
    }
    let mut tree = device_tree(device, &[(&name, account.clone())]);
    load(&mut tree)?;
    settle(&mut tree, &name, &account, device.now_s)?;
    Ok((tree, called))
}

/// The account of the tree, with what the command line says of it.
fn joined(found: Account, told: Told) -> Account {
    let part = |found: Credentials, said: Credentials| {
        if !told.overrides {
            return found;
        }
        Credentials {
            nonce: if said.nonce.is_empty() {
                found.nonce
            } else {
                said.nonce
            },
            ..said
        }
    };
    Account {
        client: part(found.client, told.account.client),
        server: part(found.server, told.account.server),
        ..told.account
    }
}

/// Name of the node that holds the account of a server.
fn account_name(tree: &ManagementTree, server_id: &str) -> Option<String> {
    let accounts = tree.lookup("./DMAcc")?;
    accounts
        .children()
        .find(|(_, node)| {
            node.child("ServerID")
                .is_some_and(|id| id.state().value == server_id.as_bytes())
        })
        .map(|(name, _)| name.to_owned())
}

/// The document may have put its own account over the one that is to be used.
fn settle(
    tree: &mut ManagementTree,
    name: &str,
    account: &Account,
    now_s: u64,
) -> Result<(), String> {
    let Some(node) = tree.lookup(&format!("./DMAcc/{name}")) else {
        return Err(format!(
            "the tree has no place for an account ./DMAcc/{name}"
        ));
    };
    let mut values: Vec<(String, String, Vec<u8>)> = Vec::new();
    let mut put = |place: String, name: &str, value: &[u8]| {
        values.push((place, name.to_owned(), value.to_vec()));
    };
    for (entry, _) in node.child("AppAddr").into_iter().flat_map(|n| n.children()) {
        put(
            format!("AppAddr/{entry}"),
            "Addr",
            account.address.as_bytes(),
        );
    }
    for (entry, node) in node.child("AppAuth").into_iter().flat_map(|n| n.children()) {
        let level = node.child("AAuthLevel").map(|l| l.state().value.as_slice());
        let credentials = match level {
            Some(b"CLCRED") => &account.client,
            Some(b"SRVCRED") => &account.server,
            _ => continue,
        };
        let place = format!("AppAuth/{entry}");
        let kind = credentials.auth_type.as_account();
        put(place.clone(), "AAuthType", kind.as_bytes());
        put(place.clone(), "AAuthName", credentials.name.as_bytes());
        put(place.clone(), "AAuthSecret", credentials.secret.as_bytes());
        put(place, "AAuthData", &credentials.nonce);
    }
    for (place, leaf, value) in values {
        let shown = format!("./DMAcc/{name}/{place}/{leaf}");
        let Ok(uri) = NodeUri::parse(&shown) else {
            continue;
        };
        let Some(node) = tree.node(&uri) else {
            continue;
        };
        if node.state().value == value {
            continue;
        }
        let (format, media_type) = (node.state().format.clone(), node.state().media_type.clone());
        let new = NewValue {
            format: Some(&format),
            media_type: Some(&media_type)
                .filter(|t| !t.is_empty())
                .map(String::as_str),
            value: &value,
        };
        tree.replace(&uri, new, Caller::Device, now_s)
            .map_err(|e| format!("{shown} cannot be set: {e}"))?;
    }
    match tree.account(&account.server_id) {
        Some(_) => Ok(()),
        None => Err(format!(
            "./DMAcc/{name} is no whole account: ServerID and AppAddr are needed"
        )),
    }
}

/// The whole tree as a document that `tree` takes again, in WBXML for a file of that name.
/// With it go the sessions that notifications have called for.
pub(super) fn save(client: &DmClient, file: &Path) -> Result<(), String> {
    let tree = client.tree();
    let mut document = Document {
        ver_dtd: "1.2".to_owned(),
        ..Document::default()
    };
    let root = NodeUri::root();
    let names = tree.node(&root).into_iter().flat_map(|n| n.children());
    for (name, _) in names {
        let uri = NodeUri::parse(&format!("{}?list=TNDS", root.child(name)));
        let reading = uri.map(|uri| tree.get(&uri, Caller::Device));
        if let Ok(Ok(Reading::Document(part))) = reading {
            document.nodes.extend(part.nodes);
        }
    }
    called::put(&mut document, client.called());
    let bytes = match file.extension() {
        Some(extension) if extension == "wbxml" => document.encode_wbxml(),
        _ => document.encode_xml().into_bytes(),
    };
    keep::write(file, &bytes).map_err(|e| format!("{} cannot be written: {e}", file.display()))
}

/// A line for each changed node, before and after.
pub(super) fn changes(changes: &[Change]) -> String {
    let mut text = match changes.len() {
        0 => "The tree is as it was.\n".to_owned(),
        1 => "1 change of the tree:\n".to_owned(),
        n => format!("{n} changes of the tree:\n"),
    };
    for change in changes {
        let uri = plain(&change.uri);
        let state = |state: &Option<NodeState>| state.as_ref().map(value).unwrap_or_default();
        let (before, after) = (state(&change.before), state(&change.after));
        let line = match change.kind {
            ChangeKind::Added => format!("added     {uri}  {after}"),
            ChangeKind::Deleted => format!("deleted   {uri}  {before}"),
            ChangeKind::Replaced if before == after => format!("replaced  {uri}  {after} again"),
            ChangeKind::Replaced => format!("replaced  {uri}  {before} → {after}"),
            ChangeKind::PropertyReplaced => {
                let both = change.before.as_ref().zip(change.after.as_ref());
                format!(
                    "property  {uri}  {}",
                    both.map(properties).unwrap_or_default()
                )
            }
            ChangeKind::Renamed => {
                let new = change.new_uri.as_deref().unwrap_or_default();
                format!("renamed   {uri} → {}", plain(new))
            }
        };
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn value(state: &NodeState) -> String {
    match state.format.as_str() {
        INTERIOR => format!("node {}", plain(&state.media_type)),
        "bin" | "b64" if state.value.len() <= 32 => {
            format!("{} {}", state.format, hex::spaced(&state.value))
        }
        format => format!("{} {}", plain(format), plain(&octets(&state.value))),
    }
}

fn properties((before, after): (&NodeState, &NodeState)) -> String {
    let mut parts = Vec::new();
    for (name, before, after) in [
        ("ACL", &before.acl, &after.acl),
        ("Title", &before.title, &after.title),
    ] {
        if before != after {
            parts.push(format!(
                "{name} \"{}\" → \"{}\"",
                plain(before),
                plain(after)
            ));
        }
    }
    parts.join(", ")
}
