//! Somebody tries to slip false settings into a device, and each try meets a check: threat 1
//! (OMA-AD-DM_SC-V1_0 §4.2; OMA-TS-DM_Security-V1_2_1 §5; OMA-TS-DM_TND-V1_2_1 §7.7.1).
//!
//! First two honest sessions, in which he listens, then what he tries, then an honest session
//! again. With the protection off, which is for teaching, what meets the chosen attack is left out.

use crate::client::{DmClient, Unprotected, account_object};
use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::notification::Initiator;
use crate::codec::syncml::StatusCode;
use crate::scenario::rogue::{RIVAL, STRANGER};
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{
    Attack, Network, NetworkServer, Rogue, SettingKey, Settings, Setup, World, cast,
};
use crate::server::{self, DmServer, Object, Operation, Plan, Step};

const ADDRESS: &str = "./Connectivity/NAP/Work/Addr";

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "rogue-server",
    title: "A rogue server tries what it can",
    clause: "OMA-AD-DM_SC-V1_0 §4.2",
    plot: Plot::Rogue,
    steps: &[
        StepDef {
            number: "",
            title: |_| "The device starts; somebody listens",
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "An honest session, which the rogue listens to",
            begins: Begins::Pushed,
        },
        StepDef {
            number: "2",
            title: |_| "Another, called for by the resynchronisation nonce",
            begins: Begins::Pushed,
        },
        StepDef {
            number: "3",
            title: |_| "A notification with a digest that is made up",
            begins: Begins::Attacks(Attack::Forged),
        },
        StepDef {
            number: "4",
            title: |_| "The notification of the first session, once more",
            begins: Begins::Attacks(Attack::Replayed),
        },
        StepDef {
            number: "5",
            title: |_| "The notification with the resynchronisation nonce, once more",
            begins: Begins::Attacks(Attack::ResyncReplayed),
        },
        StepDef {
            number: "6",
            title: |_| "A challenge with a nonce that is the same for everybody",
            begins: Begins::Attacks(Attack::ZeroNonce),
        },
        StepDef {
            number: "7",
            title: |_| "A notification of a server that the device does not know",
            begins: Begins::Attacks(Attack::Foreign),
        },
        StepDef {
            number: "8",
            title: |_| "A notification of another version",
            begins: Begins::Attacks(Attack::Version),
        },
        StepDef {
            number: "9",
            title: |_| "A message in the session of another",
            begins: Begins::Attacks(Attack::TakenOver),
        },
        StepDef {
            number: "10",
            title: |_| "Another value on the way",
            begins: Begins::Attacks(Attack::FalseData),
        },
        StepDef {
            number: "11",
            title: |_| "A second session beside the one that runs",
            begins: Begins::Attacks(Attack::SecondSession),
        },
        StepDef {
            number: "12",
            title: |_| "Commands of a server that has an account and no rights",
            begins: Begins::Attacks(Attack::Rights),
        },
        StepDef {
            number: "13",
            title: |_| "An honest session",
            begins: Begins::Pushed,
        },
    ],
    settings: &[
        SettingKey::Attack,
        SettingKey::Protection,
        SettingKey::Secrets,
        SettingKey::Profile,
        SettingKey::Encoding,
        SettingKey::MaxMsgSize,
    ],
    cast: whole_cast,
    acts: |setup| match chosen(&setup.settings) {
        None => &ALL,
        Some(Attack::Forged) => &FORGED,
        Some(Attack::Replayed) => &REPLAYED,
        Some(Attack::ResyncReplayed) => &RESYNC_REPLAYED,
        Some(Attack::ZeroNonce) => &ZERO_NONCE,
        Some(Attack::Foreign) => &FOREIGN,
        Some(Attack::Version) => &VERSION,
        Some(Attack::TakenOver) => &TAKEN_OVER,
        Some(Attack::FalseData) => &FALSE_DATA,
        Some(Attack::Rights) => &RIGHTS,
        Some(Attack::SecondSession) => &SECOND_SESSION,
    },
};

const HONEST: Act = Act::Order(Initiator::Server);

const fn alone(attack: Attack) -> [Act; 5] {
    [Act::Boot, HONEST, HONEST, Act::Attack(attack), HONEST]
}

const FORGED: [Act; 5] = alone(Attack::Forged);
const REPLAYED: [Act; 5] = alone(Attack::Replayed);
const RESYNC_REPLAYED: [Act; 5] = alone(Attack::ResyncReplayed);
const ZERO_NONCE: [Act; 5] = alone(Attack::ZeroNonce);
const FOREIGN: [Act; 5] = alone(Attack::Foreign);
const VERSION: [Act; 5] = alone(Attack::Version);
const TAKEN_OVER: [Act; 5] = alone(Attack::TakenOver);
const FALSE_DATA: [Act; 5] = alone(Attack::FalseData);
const RIGHTS: [Act; 5] = alone(Attack::Rights);
const SECOND_SESSION: [Act; 5] = alone(Attack::SecondSession);

/// All in a row. What takes the card's account away comes last.
const ALL: [Act; 14] = {
    let mut acts = [HONEST; 14];
    acts[0] = Act::Boot;
    let mut at = 0;
    while at < Attack::ROW.len() {
        acts[at + 3] = Act::Attack(Attack::ROW[at]);
        at += 1;
    }
    acts
};

/// The one attack that is chosen; `None` for all.
fn chosen(settings: &Settings) -> Option<Attack> {
    Attack::from_id(settings.text(SettingKey::Attack))
}

/// Attacks that nothing is to meet.
fn unmet(settings: &Settings) -> Vec<Attack> {
    match (settings.is_on(SettingKey::Protection), chosen(settings)) {
        (true, _) => Vec::new(),
        (false, Some(attack)) => vec![attack],
        (false, None) => Attack::ROW.to_vec(),
    }
}

fn whole_cast(setup: &Setup) -> World {
    let unmet = unmet(&setup.settings);
    let account = proved_by(&unmet, cast::account());
    let known = [("DMSC", of_device(setup, &account))];
    let mut tree = cast::provisioned_with(&known, &cast::device_has());
    // Loaded behind, so that the tree grants it nothing.
    let loaded = tree.load(&account_object(&rival()), crate::trace::EPOCH_S);
    debug_assert!(
        loaded.is_ok(),
        "Invariant: the account fits the standard tree: {loaded:?}"
    );
    let mut config = cast::client_config(setup);
    let unprotected = Unprotected::default();
    config.unprotected = unmet
        .iter()
        .fold(unprotected, |off, attack| attack.met_by(off));
    let client = DmClient::new(config, tree);
    let server = DmServer::new(
        server::Config {
            repeat_plan: true,
            always_resyncs: unmet.iter().any(|attack| attack.is_met_by_resync_limit()),
            ..cast::server_config(setup, of_card(setup, account))
        },
        plan(vec![replace(ADDRESS, "corp.example"), get(ADDRESS)]),
    );
    let card = cast::card(setup);
    World {
        rogue: Rogue::new(setup.seed),
        network: network(setup),
        ..cast::whole(setup, cast::module(), card, client, server)
    }
}

/// The account with proof of each message, or of a session where that is what is left out.
fn proved_by(unmet: &[Attack], mut account: Account) -> Account {
    let kind = match unmet.iter().any(|attack| attack.is_met_by_mac()) {
        true => AuthType::Md5,
        false => AuthType::Mac,
    };
    account.client.auth_type = kind.clone();
    account.server.auth_type = kind;
    account
}

/// The account as the device knows it.
fn of_device(setup: &Setup, account: &Account) -> Account {
    let mut account = account.clone();
    if setup.settings.text(SettingKey::Secrets) == "device-differs" {
        account.client.secret = "another secret".to_owned();
    }
    account
}

/// The account as the card knows it.
fn of_card(setup: &Setup, mut account: Account) -> Account {
    if setup.settings.text(SettingKey::Secrets) == "card-differs" {
        account.server.secret = "another secret".to_owned();
    }
    account
}

/// Account of a server that the device was bootstrapped for, and that is the rogue's: test values.
fn rival() -> Account {
    let credentials = |name: &str, first: u8| Credentials {
        auth_type: AuthType::Mac,
        name: name.to_owned(),
        secret: format!("{name}'s own"),
        nonce: (first..first + 16).collect(),
    };
    Account {
        server_id: RIVAL.to_owned(),
        address: format!("http://{RIVAL}/dm"),
        client: credentials("subscriber", 0x20),
        server: credentials(RIVAL, 0xC0),
    }
}

/// The rogue's servers: one that the device has an account of, one that it has not.
fn network(setup: &Setup) -> Network {
    let server = |account: Account, plan: Plan| {
        let host = account.server_id.clone();
        let config = server::Config {
            accounts: vec![account],
            seed: !setup.seed,
            repeat_plan: true,
            ..server::Config::default()
        };
        let server = DmServer::new(config, plan.clone());
        NetworkServer::new(&host, 80, "/dm", server, vec![plan])
    };
    let stranger = Account {
        server_id: STRANGER.to_owned(),
        ..Account::default()
    };
    Network {
        servers: vec![
            server(
                rival(),
                plan(vec![
                    replace(ADDRESS, "evil.example"),
                    delete("./DMAcc/DMSC"),
                    delete("./DevInfo"),
                ]),
            ),
            server(stranger, plan(vec![replace(ADDRESS, "evil.example")])),
        ],
        is_rogue: true,
        ..Network::default()
    }
}

/// Steps, of which their server reckons that the device may refuse them.
fn plan(operations: Vec<Operation>) -> Plan {
    let step = |operation| Step {
        accept: vec![StatusCode::PERMISSION_DENIED, StatusCode::NOT_ALLOWED],
        ..Step::from(operation)
    };
    Plan {
        steps: operations.into_iter().map(step).collect(),
    }
}

fn get(target: &str) -> Operation {
    Operation::Get {
        target: target.to_owned(),
    }
}

fn delete(target: &str) -> Operation {
    Operation::Delete {
        target: target.to_owned(),
    }
}

fn replace(target: &str, text: &str) -> Operation {
    Operation::Replace {
        target: target.to_owned(),
        object: Object::text(text),
    }
}
