//! Checks that a DM Client can be made to leave out, so that one sees what an attack does where
//! nothing stops it (OMA-AD-DM_SC-V1_0 §4.2). For teaching: no device is to be made so.

use crate::codec::auth::{Account, Credentials};
use crate::codec::tnds::{Document, Node};
use crate::tree::standard::{ACCOUNTS, MO_DMACC};

/// Checks that a DM Client leaves out, for teaching; none by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unprotected {
    /// Any digest of a notification counts (DM Security §5.2).
    pub digest: bool,
    /// Notifications of other versions are read as those of this one (DM Notification §6.2).
    pub version: bool,
    /// A server without an account gets one by calling (DM Notification §6).
    pub account: bool,
    /// A session that was called for once may be called for again (DM Notification §6.2.10).
    pub served_memory: bool,
    /// The nonce of the server stays as it is from session to session (DM Security §5.3).
    pub nonce_renewal: bool,
    /// Any nonce is proved by, be it short or the same for everybody (DM Security §5.3).
    pub nonce_minimum: bool,
    /// The rights of servers in the tree count for nothing (DM TND §7.7.1).
    pub acl: bool,
    /// The user may be asked by notifications without end (DM Notification §6.2.7).
    pub ask_limit: bool,
}

/// An account for a server of which nothing is known but the name that it gives itself.
pub(super) fn account_of_stranger(server_id: &str) -> Account {
    Account {
        server_id: server_id.to_owned(),
        address: format!("http://{server_id}/dm"),
        client: Credentials::default(),
        server: Credentials::default(),
    }
}

/// The object of an account in the tree (DM StdObj §5), for `ManagementTree::load`.
pub fn account_object(account: &Account) -> Document {
    let leaf = |name: &str, value: &str| Node {
        name: name.to_owned(),
        format: Some("chr".to_owned()),
        media_type: Some("text/plain".to_owned()),
        value: Some(value.as_bytes().to_vec()),
        ..Node::default()
    };
    let group = |name: &str, children: Vec<Node>| Node {
        name: name.to_owned(),
        format: Some("node".to_owned()),
        children,
        ..Node::default()
    };
    let credentials = |name: &str, level: &str, of: &Credentials| {
        let nonce = Node {
            name: "AAuthData".to_owned(),
            format: Some("bin".to_owned()),
            media_type: Some("application/octet-stream".to_owned()),
            value: Some(of.nonce.clone()),
            ..Node::default()
        };
        let leaves = vec![
            leaf("AAuthLevel", level),
            leaf("AAuthType", of.auth_type.as_account()),
            leaf("AAuthName", &of.name),
            leaf("AAuthSecret", &of.secret),
            nonce,
        ];
        group(name, leaves)
    };
    let address = vec![leaf("Addr", &account.address), leaf("AddrType", "URI")];
    let mut children = vec![
        leaf("AppID", "w7"),
        leaf("ServerID", &account.server_id),
        leaf("Name", &account.server_id),
        leaf("AAuthPref", account.client.auth_type.as_account()),
        group("AppAddr", vec![group("1", address)]),
    ];
    if !account.client.name.is_empty() {
        let both = vec![
            credentials("Client", "CLCRED", &account.client),
            credentials("Server", "SRVCRED", &account.server),
        ];
        children.push(group("AppAuth", both));
    }
    let object = Node {
        path: Some(format!("./{ACCOUNTS}")),
        media_type: Some(MO_DMACC.to_owned()),
        ..group(&account.server_id, children)
    };
    Document {
        ver_dtd: "1.2".to_owned(),
        nodes: vec![object],
        ..Document::default()
    }
}
