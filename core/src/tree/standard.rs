//! The standard objects of a device: DevInfo, DevDetail, DMAcc, Inbox, and the places of
//! connectivity objects (OMA-TS-DM_StdObj-V1_2_1 §5).

use super::account::{CLIENT, SERVER};
use super::change::NodeState;
use super::descriptor::Descriptor;
use super::name::Name;
use super::node::{INTERIOR, Node};
use super::uri::{Limits, NodeUri};
use super::{Acl, ManagementTree, Right};
use crate::codec::auth::{Account, Credentials};
use crate::codec::ddf;
use std::sync::{Arc, LazyLock};

/// Node that holds the accounts.
pub const ACCOUNTS: &str = "DMAcc";

/// Node whose objects the device files itself.
pub const INBOX: &str = "Inbox";

/// Identifier of an account object.
pub const MO_DMACC: &str = "urn:oma:mo:oma-dm-dmacc:1.0";
/// Identifier of the DevInfo object.
pub const MO_DEVINFO: &str = "urn:oma:mo:oma-dm-devinfo:1.0";
/// Identifier of the DevDetail object.
pub const MO_DEVDETAIL: &str = "urn:oma:mo:oma-dm-devdetail:1.0";
/// Identifier of the Inbox object.
pub const MO_INBOX: &str = "urn:oma:mo:oma-dm-inbox:1.0";
/// Identifier of a network access point object.
pub const MO_NAP: &str = "urn:oma:mo:oma-connmo-nap:1.0";
/// Identifier of a proxy object.
pub const MO_PROXY: &str = "urn:oma:mo:oma-connmo-proxy:1.0";

/// Type of leaves without a type of their own.
pub(super) const OCTETS: &str = "application/octet-stream";

/// What a device tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// DevInfo/DevId.
    pub device_id: String,
    /// DevInfo/Man and DevDetail/OEM.
    pub manufacturer: String,
    /// DevInfo/Mod.
    pub model: String,
    /// DevInfo/Lang.
    pub language: String,
    /// DevDetail/FwV.
    pub firmware: String,
    /// DevDetail/SwV.
    pub software: String,
    /// DevDetail/HwV.
    pub hardware: String,
    /// DevDetail/URI.
    pub limits: Limits,
    /// Time the tree is made.
    pub now_s: u64,
}

impl Default for Device {
    fn default() -> Self {
        Device {
            device_id: "IMEI:493005100592800".to_owned(),
            manufacturer: "DM_SC Explorer".to_owned(),
            model: "Simulated handset".to_owned(),
            language: "en".to_owned(),
            firmware: "1.0".to_owned(),
            software: "1.0".to_owned(),
            hardware: "1.0".to_owned(),
            limits: Limits::default(),
            now_s: 0,
        }
    }
}

/// The tree of a device with its accounts, each under the name given with it. The connectivity
/// objects may be managed by every server that has an account.
pub fn device_tree(device: &Device, accounts: &[(&str, Account)]) -> ManagementTree {
    let mut tree = ManagementTree::new(device.limits);
    tree.descriptor = Arc::clone(&DESCRIBED);
    let mut managed = Acl::default();
    for (_, account) in accounts {
        for right in [Right::Add, Right::Delete, Right::Replace] {
            managed.grant(right, &account.server_id);
        }
    }
    // Joined with everyone's Get, because the list counts as a whole.
    let managed = match managed.to_string() {
        none if none.is_empty() => "Get=*".to_owned(),
        acl => Acl::parse(&format!("{acl}&Get=*"))
            .unwrap_or_default()
            .to_string(),
    };
    let build = Build {
        now_s: device.now_s,
    };
    let account_nodes = accounts
        .iter()
        .map(|(name, account)| (*name, build.account(account)))
        .collect();
    let limit = |value: u16| build.fixed(&value.to_string());
    let children = vec![
        (
            "DevInfo",
            build.object(
                MO_DEVINFO,
                vec![
                    ("DevId", build.fixed(&device.device_id)),
                    ("Man", build.fixed(&device.manufacturer)),
                    ("Mod", build.fixed(&device.model)),
                    ("DmV", build.fixed("1.2")),
                    ("Lang", build.fixed(&device.language)),
                ],
            ),
        ),
        (
            "DevDetail",
            build.object(
                MO_DEVDETAIL,
                vec![
                    (
                        "URI",
                        build.object(
                            "",
                            vec![
                                ("MaxDepth", limit(device.limits.max_depth)),
                                ("MaxTotLen", limit(device.limits.max_tot_len)),
                                ("MaxSegLen", limit(device.limits.max_seg_len)),
                            ],
                        ),
                    ),
                    ("DevTyp", build.fixed("phone")),
                    ("OEM", build.fixed(&device.manufacturer)),
                    ("FwV", build.fixed(&device.firmware)),
                    ("SwV", build.fixed(&device.software)),
                    ("HwV", build.fixed(&device.hardware)),
                    ("LrgObj", build.boolean(true)),
                ],
            ),
        ),
        (ACCOUNTS, build.object("", account_nodes)),
        (INBOX, build.object(MO_INBOX, Vec::new())),
        (
            "Connectivity",
            build.with_acl(
                build.object(
                    "",
                    vec![
                        ("NAP", build.object("", Vec::new())),
                        ("Proxy", build.object("", Vec::new())),
                    ],
                ),
                &managed,
            ),
        ),
    ];
    for (name, node) in children {
        tree.snapshot
            .insert(&NodeUri::root().child(name), Arc::new(node));
    }
    tree
}

/// The descriptions of the standard objects, each a DDF document by the name of its object.
pub const DESCRIPTIONS: [(&str, &str); 5] = [
    ("DevInfo", include_str!("../../data/ddf/devinfo.xml")),
    ("DevDetail", include_str!("../../data/ddf/devdetail.xml")),
    ("DMAcc", include_str!("../../data/ddf/dmacc.xml")),
    ("Inbox", include_str!("../../data/ddf/inbox.xml")),
    ("ConnMO", include_str!("../../data/ddf/connmo.xml")),
];

/// Read once, since every device has the same.
static DESCRIBED: LazyLock<Arc<Descriptor>> = LazyLock::new(|| {
    let mut descriptor = Descriptor::default();
    for (name, text) in DESCRIPTIONS {
        let read = ddf::Document::decode_xml(text.as_bytes());
        let joined = read.map(|document| descriptor.join(&document));
        debug_assert!(
            matches!(joined, Ok(Ok(()))),
            "Invariant: the description of {name} can be read: {joined:?}"
        );
    }
    Arc::new(descriptor)
});

/// Whether a URI is the Inbox or below it.
pub(super) fn is_inbox(uri: &NodeUri) -> bool {
    uri.segments().next() == Some(INBOX)
}

/// Makes nodes of one time.
struct Build {
    now_s: u64,
}

impl Build {
    fn state(&self, format: &str, media_type: &str, value: &[u8], permanent: bool) -> NodeState {
        NodeState {
            format: format.to_owned(),
            media_type: media_type.to_owned(),
            value: value.to_vec(),
            tstamp_s: self.now_s,
            permanent,
            ..NodeState::default()
        }
    }

    fn interior(&self, state: NodeState, children: Vec<(&str, Node)>) -> Node {
        let mut node = Node::new(state);
        node.children = children
            .into_iter()
            .map(|(name, child)| (Name::from(name), Arc::new(child)))
            .collect();
        node
    }

    /// A permanent interior node.
    fn object(&self, kind: &str, children: Vec<(&str, Node)>) -> Node {
        self.interior(self.state(INTERIOR, kind, b"", true), children)
    }

    /// A permanent leaf.
    fn fixed(&self, text: &str) -> Node {
        Node::new(self.state("chr", "text/plain", text.as_bytes(), true))
    }

    fn boolean(&self, value: bool) -> Node {
        let text = value.to_string();
        Node::new(self.state("bool", "text/plain", text.as_bytes(), true))
    }

    fn group(&self, kind: &str, children: Vec<(&str, Node)>) -> Node {
        self.interior(self.state(INTERIOR, kind, b"", false), children)
    }

    fn text(&self, text: &str) -> Node {
        Node::new(self.state("chr", "text/plain", text.as_bytes(), false))
    }

    fn with_acl(&self, mut node: Node, acl: &str) -> Node {
        acl.clone_into(&mut node.state_mut().acl);
        node
    }

    fn account(&self, account: &Account) -> Node {
        let id = &account.server_id;
        let node = self.group(
            MO_DMACC,
            vec![
                ("AppID", self.text("w7")),
                ("ServerID", self.text(id)),
                ("Name", self.text(id)),
                (
                    "AppAddr",
                    self.group(
                        "",
                        vec![(
                            "1",
                            self.group(
                                "",
                                vec![
                                    ("Addr", self.text(&account.address)),
                                    ("AddrType", self.text("URI")),
                                ],
                            ),
                        )],
                    ),
                ),
                (
                    "AAuthPref",
                    self.text(account.client.auth_type.as_account()),
                ),
                (
                    "AppAuth",
                    self.group(
                        "",
                        vec![
                            ("Client", self.credentials(CLIENT, &account.client)),
                            ("Server", self.credentials(SERVER, &account.server)),
                        ],
                    ),
                ),
            ],
        );
        let mut acl = Acl::default();
        for right in [Right::Delete, Right::Get, Right::Replace] {
            acl.grant(right, id);
        }
        self.with_acl(node, &acl.to_string())
    }

    fn credentials(&self, level: &str, credentials: &Credentials) -> Node {
        self.group(
            "",
            vec![
                ("AAuthLevel", self.text(level)),
                ("AAuthType", self.text(credentials.auth_type.as_account())),
                ("AAuthName", self.text(&credentials.name)),
                ("AAuthSecret", self.text(&credentials.secret)),
                (
                    "AAuthData",
                    Node::new(self.state("bin", OCTETS, &credentials.nonce, false)),
                ),
            ],
        )
    }
}
