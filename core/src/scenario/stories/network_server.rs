//! The card's DM Server is not the only one: DM-1 and DM-2 with a server in the network, after a
//! bootstrap, and the access control lists between the two (OMA-AD-DM_SC-V1_0 §5.3, appendices
//! B.1 and B.2.3; OMA-TS-DM_TND-V1_2_1 §7.7.1).

use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::notification::Initiator;
use crate::codec::syncml::StatusCode;
use crate::codec::tnds::{Document, Node};
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{Bearer, Network, NetworkServer, SettingKey, Settings, Setup, World, cast};
use crate::server::{self, DmServer, Object, Operation, Payload, Plan, Step};

const HOST: &str = "dm.operator.example";
const PATH: &str = "/dm";

/// The same once the network's server may change it too.
const GRANTED: &str = "Get=*&Replace=dmsc.card+dm.operator.example&Delete=dmsc.card";

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "network-server",
    title: "Two servers: the card's and the network's",
    clause: "OMA-AD-DM_SC-V1_0 B.1, B.2.3",
    plot: Plot::Network,
    steps: &[
        StepDef {
            number: "",
            title: |_| "The device starts; it has accounts of the card and of the network",
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The network's DM Server sends a notification to the DM Client",
            begins: Begins::Called,
        },
        StepDef {
            number: "2",
            title: |_| "The DM Client opens a session with the network's DM Server",
            begins: Begins::Reaches,
        },
        StepDef {
            number: "3",
            title: |_| "The tree lets that server read, add its own, and change nothing of the card",
            begins: Begins::Applies,
        },
        StepDef {
            number: "4",
            title: |_| "The External Card Management System calls for a session with the card",
            begins: Begins::Pushed,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client opens a session with the smart card",
            begins: Begins::Connects,
        },
        StepDef {
            number: "6",
            title: |_| "The smart card lets the network's DM Server change its access point",
            begins: Begins::Applies,
        },
        StepDef {
            number: "7",
            title: |_| "The network's DM Server calls again",
            begins: Begins::Called,
        },
        StepDef {
            number: "8",
            title: |_| "The DM Client opens another session with the network's DM Server",
            begins: Begins::Reaches,
        },
        StepDef {
            number: "9",
            title: |setup| match setup.settings.is_on(SettingKey::Grant) {
                true => "Now that server may change the access point, and still not the account",
                false => "That server may still change nothing of the card",
            },
            begins: Begins::Applies,
        },
    ],
    settings: &[
        SettingKey::NetAuth,
        SettingKey::Grant,
        SettingKey::Network,
        SettingKey::Encoding,
        SettingKey::MaxMsgSize,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |setup| match setup.settings.is_on(SettingKey::Grant) {
        true => &[Act::Boot, FIRST, Act::Order(Initiator::Server), SECOND],
        false => &[Act::Boot, FIRST, SECOND],
    },
};

const FIRST: Act = Act::Call { server: 0, plan: 0 };
const SECOND: Act = Act::Call { server: 0, plan: 1 };

fn whole_cast(setup: &Setup) -> World {
    let account = account(&setup.settings);
    let config = server::Config {
        accounts: vec![account.clone()],
        // Another server draws other nonces.
        seed: !setup.seed,
        ..server::Config::default()
    };
    let server = DmServer::new(config, Plan::default());
    let plans = vec![first(), second(setup.settings.is_on(SettingKey::Grant))];
    let network = Network {
        bearer: match setup.settings.text(SettingKey::Network) {
            "gone" => Bearer::Gone,
            "slow" => Bearer::Gprs,
            _ => Bearer::Lte,
        },
        servers: vec![NetworkServer::new(HOST, 80, PATH, server, plans)],
        ..Network::default()
    };
    cast::networked_world(
        setup,
        ("Net", account),
        &cast::device_has(),
        granting(),
        network,
    )
}

/// The account of the network's server: test values, with secrets that nobody else has.
fn account(settings: &Settings) -> Account {
    let auth_type = match settings.text(SettingKey::NetAuth) {
        "basic" => AuthType::Basic,
        "md5" => AuthType::Md5,
        _ => AuthType::Mac,
    };
    Account {
        server_id: HOST.to_owned(),
        address: format!("http://{HOST}{PATH}"),
        client: Credentials {
            auth_type: auth_type.clone(),
            name: "subscriber".to_owned(),
            secret: "NetClientSecret!".to_owned(),
            nonce: (0x10..=0x1F).collect(),
        },
        server: Credentials {
            auth_type,
            name: HOST.to_owned(),
            secret: "NetServerSecret!".to_owned(),
            nonce: (0xE0..=0xEF).collect(),
        },
    }
}

/// The first session of the network's server: what it may, and what it may not and knows it.
fn first() -> Plan {
    plan(vec![
        get("./DevDetail/SwV"),
        reckoning(replace_address()),
        get("./Connectivity/NAP/Work?prop=ACL"),
        Step {
            either: true,
            ..Step::from(Operation::Add {
                target: "./Connectivity/NAP/Op".to_owned(),
                object: access_point(),
            })
        },
    ])
}

/// Its second session, once the card may have granted it something.
fn second(granted: bool) -> Plan {
    let replace = match granted {
        true => replace_address(),
        false => reckoning(replace_address()),
    };
    let delete = Step::from(Operation::Delete {
        target: "./DMAcc/DMSC".to_owned(),
    });
    plan(vec![replace, reckoning(delete)])
}

/// What the card does between the two: it grants a right.
fn granting() -> Plan {
    plan(vec![replace("./Connectivity/NAP/Work?prop=ACL", GRANTED)])
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan { steps }
}

/// The same step, of which the server reckons that the device may refuse it.
fn reckoning(step: Step) -> Step {
    Step {
        accept: vec![StatusCode::PERMISSION_DENIED],
        ..step
    }
}

fn get(target: &str) -> Step {
    Step::from(Operation::Get {
        target: target.to_owned(),
    })
}

fn replace_address() -> Step {
    replace("./Connectivity/NAP/Work/Addr", "corp.operator.example")
}

fn replace(target: &str, text: &str) -> Step {
    Step::from(Operation::Replace {
        target: target.to_owned(),
        object: Object::text(text),
    })
}

/// An access point that the network's server makes and keeps for itself.
fn access_point() -> Object {
    let leaf = |name: &str, value: &str| Node {
        name: name.to_owned(),
        format: Some("chr".to_owned()),
        media_type: Some("text/plain".to_owned()),
        value: Some(value.as_bytes().to_vec()),
        ..Node::default()
    };
    let leaves = [
        ("NAPID", "op"),
        ("Name", "Operator"),
        ("BearerType", "GSM-GPRS"),
        ("AddrType", "APN"),
        ("Addr", "op.example"),
    ];
    let node = Node {
        name: "Op".to_owned(),
        format: Some("node".to_owned()),
        media_type: Some("urn:oma:mo:oma-connmo-nap:1.0".to_owned()),
        children: leaves.map(|(name, value)| leaf(name, value)).to_vec(),
        ..Node::default()
    };
    Object {
        data: Payload::Nodes(Document {
            ver_dtd: "1.2".to_owned(),
            nodes: vec![node],
            ..Document::default()
        }),
        ..Object::default()
    }
}
