//! The peers sessions are fuzzed between: accounts, trees, plans.

use dmsc_core::client;
use dmsc_core::codec::auth::{Account, AuthType, Credentials};
use dmsc_core::codec::syncml::{Cred, Encoding};
use dmsc_core::codec::tnds::Document;
use dmsc_core::server::{Plan, samples};
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, ManagementTree, NewValue, NodeUri};
use std::sync::{LazyLock, Mutex};

/// Where commands are aimed.
pub(crate) const TARGETS: [&str; 40] = [
    "./Connectivity/NAP/A",
    "./Connectivity/NAP/B",
    "./Connectivity/NAP/A?prop=ACL",
    "./Connectivity/NAP/A?prop=Name",
    "./Connectivity/NAP/A?prop=Title",
    "./Connectivity/NAP",
    "./Connectivity/NAP?prop=ACL",
    "./Connectivity/NAP?list=TNDS",
    "./Connectivity/NAP?list=StructData",
    "./Connectivity/NAP/Work",
    "./Connectivity/NAP/Work/Addr",
    "./Connectivity/NAP/Home",
    "./Connectivity/NAP/Home/AuthInfo",
    "./Connectivity/Proxy",
    "./Connectivity",
    "./Inbox",
    "./Inbox/X",
    "./DMAcc",
    "./DMAcc?list=TNDS",
    "./DMAcc?list=Struct",
    "./DMAcc/DMSC",
    "./DMAcc/DMSC?prop=Name",
    "./DMAcc/DMSC?prop=ACL",
    "./DMAcc/DMSC/ServerID",
    "./DMAcc/DMSC/AppAuth",
    "./DMAcc/DMSC/AppAuth/CLCRED",
    "./DMAcc/DMSC/AppAuth/CLCRED/AAuthSecret",
    "./DMAcc/DMSC/AppAuth/CLCRED/AAuthSecret?prop=Name",
    "./DMAcc/DMSC/AppAuth/CLCRED/AAuthData",
    "./DMAcc/DMSC/AppAuth/SRVCRED/AAuthSecret",
    "./DMAcc/DMSC/AppAuth/SRVCRED/AAuthLevel",
    "./DMAcc/DMSC/AppAuth/SRVCRED/AAuthName",
    "./DMAcc/Other/AppAuth/CLCRED/AAuthSecret",
    "./DMAcc/Other",
    "./DevInfo",
    "./DevInfo/DevId",
    "./DevDetail/LrgObj",
    "./Vendor",
    ".",
    "./?prop=ACL",
];

/// A description of one object.
const SMALL: &str = "<MgmtTree xmlns=\"syncml:dmddf1.2\"><VerDTD>1.2</VerDTD>\
    <Node><NodeName>A</NodeName><RTProperties><Format><node/></Format></RTProperties>\
    <Node><NodeName>B</NodeName><RTProperties><Format><chr/></Format><Type><MIME>text/plain\
    </MIME></Type></RTProperties><Value>v</Value></Node></Node></MgmtTree>";

/// Plans: one of each kind of command, one with groups and conditions, one with large objects, one
/// that fails at first.
const PLANS: [&str; 4] = [
    r#"{"command": "Replace", "target": "./Connectivity/NAP/A", "text": "new", "either": true},
       {"command": "Add", "target": "./Connectivity/NAP/B", "text": "b"},
       {"command": "Copy", "source": "./Connectivity/NAP/A", "target": "./Connectivity/NAP/C"},
       {"id": "get", "command": "Get", "target": "./Connectivity/NAP?list=StructData"},
       {"command": "Exec", "target": "./Vendor/Process", "correlator": "c"},
       {"command": "Delete", "target": "./Connectivity/NAP/B"},
       {"command": "Get", "target": "./DevInfo/DevId"}"#,
    r#"{"command": "Sequence", "commands": [
         {"id": "ask", "command": "Alert", "code": 1101, "text": "Well?", "options": {"MAXDT": 30}},
         {"command": "Replace", "target": "./Connectivity/NAP/A", "text": "new"},
         {"command": "Atomic", "commands": [
           {"command": "Add", "target": "./Connectivity/NAP/D", "text": "d"},
           {"command": "Delete", "target": "./Connectivity/NAP/A"}]}]},
       {"command": "Atomic", "on-failure": "go-on", "commands": [
         {"command": "Delete", "target": "./Connectivity/NAP/D"},
         {"command": "Delete", "target": "./Nowhere"}]},
       {"command": "Delete", "target": "./Connectivity/NAP/D", "accept": [404],
        "when": [{"of": "ask", "is": {"status": [200]}}]}"#,
    "",
    r#"{"id": "get", "command": "Get", "target": "./Nowhere"},
       {"command": "Add", "target": "./Connectivity/NAP/E", "text": "e",
        "when": [{"of": "get", "is": {"status": [404]}}]},
       {"command": "Alert", "code": 1104, "text": "Which?", "choices": ["one", "two"]}"#,
];

/// A plan by its number.
pub(crate) fn plan(at: u8) -> Plan {
    static MADE: LazyLock<Vec<Plan>> = LazyLock::new(|| (0..5).map(new_plan).collect());
    MADE[usize::from(at) % MADE.len()].clone()
}

fn new_plan(at: u8) -> Plan {
    match at {
        4 => samples::plan().unwrap().asking("Well?", 30),
        2 => {
            let large = "large text ".repeat(300);
            commands(&format!(
                r#"{{"command": "Add", "target": "./Connectivity/NAP/L", "text": "{large}"}},
                   {{"command": "Get", "target": "./Connectivity/NAP/L"}}"#
            ))
        }
        at => commands(PLANS[usize::from(at)]),
    }
}

fn commands(text: &str) -> Plan {
    Plan::from_json(&format!("{{\"commands\": [{text}]}}")).unwrap()
}

/// How a peer proves itself.
pub(crate) fn auth_type(at: u8) -> AuthType {
    match at % 4 {
        0 | 3 => AuthType::Md5,
        1 => AuthType::Basic,
        _ => AuthType::Mac,
    }
}

fn credentials(auth_type: AuthType, name: &str, secret: &str, nonce: &str) -> Credentials {
    Credentials {
        auth_type,
        name: name.into(),
        secret: secret.into(),
        nonce: nonce.into(),
    }
}

/// The account sessions are for.
pub(crate) fn account(client: AuthType, server: AuthType) -> Account {
    Account {
        server_id: "dmsc.card".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        client: credentials(client, "dmclient", "ClientSecret16!!", "ClientNonce16..!"),
        server: credentials(server, "dmsc.card", "ServerSecret16!!", "ServerNonce16..!"),
    }
}

/// The account of another server.
pub(crate) fn other() -> Account {
    Account {
        server_id: "other".into(),
        address: "https://dm.example/x?y=z".into(),
        client: credentials(
            AuthType::Basic,
            "elsewhere",
            "OtherClSecret16!",
            "OtherClNonce16..",
        ),
        server: credentials(
            AuthType::Md5,
            "other",
            "OtherSvSecret16!",
            "OtherSvNonce16..",
        ),
    }
}

/// What nobody may read.
pub(crate) fn secrets(accounts: &[Account]) -> Vec<Vec<u8>> {
    let of = |c: &Credentials| [c.secret.clone().into_bytes(), c.nonce.clone()];
    accounts
        .iter()
        .flat_map(|a| [of(&a.client), of(&a.server)])
        .flatten()
        .collect()
}

static BEFORE: LazyLock<Document> = LazyLock::new(|| samples::before().unwrap());
static AFTER: LazyLock<Document> = LazyLock::new(|| samples::after().unwrap());
static OBJECT: LazyLock<Document> =
    LazyLock::new(|| Document::decode_xml(SMALL.as_bytes()).unwrap());

/// Descriptions a peer may send.
pub(crate) fn document(at: u8) -> &'static Document {
    match at % 3 {
        0 => &BEFORE,
        1 => &AFTER,
        _ => &OBJECT,
    }
}

/// The standard tree with what a card provisioned before, and a process.
pub(crate) fn tree(account: &Account, two: bool, free: bool) -> ManagementTree {
    type Made = (Account, bool, bool, ManagementTree);
    static TREES: Mutex<Vec<Made>> = Mutex::new(Vec::new());
    let mut trees = TREES.lock().unwrap();
    let is_it = |m: &&Made| m.0 == *account && m.1 == two && m.2 == free;
    if let Some(made) = trees.iter().find(is_it) {
        return made.3.clone();
    }
    let tree = new_tree(account, two, free);
    trees.push((account.clone(), two, free, tree.clone()));
    tree
}

fn new_tree(account: &Account, two: bool, free: bool) -> ManagementTree {
    let mut accounts = vec![("DMSC", account.clone())];
    if two {
        accounts.push(("Other", other()));
    }
    let mut tree = device_tree(&Device::default(), &accounts);
    tree.load(document(0), 0).unwrap();
    if free {
        tree.undescribe(&NodeUri::parse("./Connectivity/NAP").unwrap());
    }
    let mut add = |uri: &str, value: NewValue<'_>| {
        let uri = NodeUri::parse(uri).unwrap();
        let _ = tree.add(&uri, value, Caller::Device, 0);
    };
    add("./Connectivity/NAP/A", NewValue::text("old"));
    add("./Vendor", NewValue::default());
    add("./Vendor/Process", NewValue::text(""));
    tree
}

/// A client with limits a script chooses.
pub(crate) fn client_config(encoding: Encoding, small: bool) -> client::Config {
    client::Config {
        max_msg_size: if small { 1500 } else { 16_384 },
        max_obj_size: if small { 4000 } else { 65_535 },
        encoding,
        seed: 1,
        ..client::Config::default()
    }
}

/// What a peer with these credentials puts into its header and beside it.
pub(crate) fn cred(credentials: &Credentials, nonce: &[u8]) -> Option<Cred> {
    match credentials.auth_type {
        AuthType::Basic => Some(Cred::basic(credentials)),
        AuthType::Mac => None,
        _ => Some(Cred::md5(credentials, nonce)),
    }
}
