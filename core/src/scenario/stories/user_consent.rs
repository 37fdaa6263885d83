//! What costs money or touches the user's own is asked first: threat 2
//! (OMA-AD-DM_SC-V1_0 §4.2; OMA-TS-DM_Protocol-V1_2_1 §10).
//!
//! The card asks, and the device holds it to that: its policy answers 403 to what wants the user's
//! consent and has none. With the policy off, what the card does not ask for is done unasked.

use crate::client::{Consent, DmClient, Policy, Unprotected};
use crate::codec::DecodeError;
use crate::codec::notification::Initiator;
use crate::codec::syncml::AlertCode;
use crate::codec::tnds::Document;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Settings, Setup, World, cast};
use crate::server::{DmServer, Interaction, Object, Operation, Options, Plan, Step};
use crate::trace::EPOCH_S;

/// What the user keeps in the device.
const PERSONAL: &str = include_str!("../../../data/personal.xml");

/// A contact of the user.
const PHONE: &str = "./Contacts/Anna/Phone";

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "user-consent",
    title: "The user is asked first",
    clause: "OMA-AD-DM_SC-V1_0 §4.2",
    plot: Plot::Consent,
    steps: &[
        StepDef {
            number: "",
            title: cast::starts,
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The External Card Management System sends a notification to the DM Client",
            begins: Begins::Pushed,
        },
        StepDef {
            number: "2",
            title: |_| "The DM Client opens a device management session with the smart card",
            begins: Begins::Connects,
        },
        StepDef {
            number: "3",
            title: |setup| match asks(&setup.settings) {
                true => "The smart card asks, and sends what may be done with consent alone",
                false => {
                    "The smart card sends what may be done with consent alone, and does not ask"
                }
            },
            begins: Begins::Provisions,
        },
        StepDef {
            number: "4",
            title: |_| "The DM Client asks the user",
            begins: Begins::Asks,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client does what the user has agreed to, and nothing else",
            begins: Begins::Applies,
        },
        StepDef {
            number: "6",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
    ],
    settings: &[
        SettingKey::Operation,
        SettingKey::ClientPolicy,
        SettingKey::Confirm,
        SettingKey::Answer,
        SettingKey::UiMode,
        SettingKey::Alert,
        SettingKey::Atomic,
        SettingKey::ContactsRight,
        SettingKey::Pestering,
        SettingKey::AskLimit,
        SettingKey::Encoding,
        SettingKey::EcmsNonce,
        SettingKey::MaxMsgSize,
        SettingKey::Provisioning,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |setup| match setup.settings.is_on(SettingKey::Pestering) {
        true => &PESTERING,
        false => &PESTERING[..2],
    },
};

/// One notification after the other: more than the user may be asked, and than he has patience.
const PESTERING: [Act; 6] = {
    let order = Act::Order(Initiator::Server);
    [Act::Boot, order, order, order, order, order]
};

/// Whether the card asks in the session. A user who is asked before it has agreed to all of it.
fn asks(settings: &Settings) -> bool {
    settings.is_on(SettingKey::Confirm) && settings.text(SettingKey::UiMode) != "ask"
}

fn whole_cast(setup: &Setup) -> World {
    let account = cast::account();
    let mut tree = cast::provisioned(&[("DMSC", account.clone())]);
    let personal = cast::built_in(personal(&setup.settings));
    let loaded = tree.load(&personal, EPOCH_S);
    debug_assert!(
        loaded.is_ok(),
        "Invariant: the sample fits the standard tree: {loaded:?}"
    );
    let mut config = cast::client_config(setup);
    config.policy = Policy {
        consent: match setup.settings.text(SettingKey::ClientPolicy) {
            "never" => Consent::Never,
            "costs" => Consent::Costs,
            "data" => Consent::Data,
            "always" => Consent::Always,
            _ => Consent::Both,
        },
        ..Policy::default()
    };
    config.unprotected = Unprotected {
        ask_limit: !setup.settings.is_on(SettingKey::AskLimit),
        ..Unprotected::default()
    };
    let server = DmServer::new(cast::server_config(setup, account), plan(setup));
    let client = DmClient::new(config, tree);
    let card = cast::card(setup);
    cast::whole(setup, cast::module(), card, client, server)
}

/// The contacts, which the card may change where the setting says so.
fn personal(settings: &Settings) -> Result<Document, DecodeError> {
    let text = match settings.is_on(SettingKey::ContactsRight) {
        true => PERSONAL.to_owned(),
        false => PERSONAL.replace("&amp;Replace=dmsc.card", ""),
    };
    Document::decode_xml(text.as_bytes())
}

/// The card's plan: what it shows the user and asks him, then what it wants to do, in a group
/// that a "no" keeps from being done.
fn plan(setup: &Setup) -> Plan {
    let settings = &setup.settings;
    let operation = settings.text(SettingKey::Operation);
    let is_atomic = settings.is_on(SettingKey::Atomic);
    let mut group = Vec::new();
    let mut behind = Vec::new();
    if operation != "data" {
        for step in cast::plan(setup).steps {
            match step.operation {
                Operation::Sequence(steps) => group.extend(steps),
                _ => behind.push(step),
            }
        }
    }
    if operation != "costs" {
        // An Atomic has no Get in it (DM RepPro §6.6).
        if !is_atomic {
            let target = PHONE.to_owned();
            group.push(Operation::Get { target }.into());
        }
        group.push(
            Operation::Replace {
                target: PHONE.to_owned(),
                object: Object::text("+491719876543"),
            }
            .into(),
        );
    }
    let question = settings.text(SettingKey::Alert);
    let shown = |interaction: &&Interaction| question == "all" || word(interaction) == question;
    let mut steps: Vec<Step> = interactions()
        .iter()
        .filter(shown)
        .map(|interaction| Operation::Alert(interaction.clone()).into())
        .collect();
    if asks(settings) {
        group.insert(0, Operation::Alert(confirmation()).into());
    }
    steps.push(match is_atomic {
        true => Operation::Atomic(group).into(),
        false => Operation::Sequence(group).into(),
    });
    steps.extend(behind);
    Plan { steps }
}

fn confirmation() -> Interaction {
    Interaction {
        code: AlertCode::CONFIRM_OR_REJECT,
        options: Options {
            min_display_s: Some(5),
            max_display_s: Some(cast::QUESTION_S),
            default_response: Some("0".to_owned()),
            ..Options::default()
        },
        text: cast::QUESTION.to_owned(),
        choices: Vec::new(),
    }
}

/// An alert of each other form (DM Protocol §10.1).
fn interactions() -> [Interaction; 4] {
    let options = Options {
        max_display_s: Some(cast::QUESTION_S),
        ..Options::default()
    };
    let choices = || vec!["Work".to_owned(), "Home".to_owned()];
    [
        Interaction {
            code: AlertCode::DISPLAY,
            options: options.clone(),
            text: "Your operator renews your settings.".to_owned(),
            choices: Vec::new(),
        },
        Interaction {
            code: AlertCode::TEXT_INPUT,
            options: Options {
                max_length: Some(4),
                input_type: Some('N'),
                echo_type: Some('P'),
                ..options.clone()
            },
            text: "The number your operator gave you?".to_owned(),
            choices: Vec::new(),
        },
        Interaction {
            code: AlertCode::SINGLE_CHOICE,
            options: Options {
                default_response: Some("2".to_owned()),
                ..options.clone()
            },
            text: "Which access point do you use most?".to_owned(),
            choices: choices(),
        },
        Interaction {
            code: AlertCode::MULTIPLE_CHOICE,
            options: Options {
                default_response: Some("1-2".to_owned()),
                ..options
            },
            text: "Which access points may be changed?".to_owned(),
            choices: choices(),
        },
    ]
}

/// Word of the setting for an alert.
fn word(interaction: &Interaction) -> &'static str {
    match interaction.code {
        AlertCode::DISPLAY => "message",
        AlertCode::TEXT_INPUT => "text",
        AlertCode::SINGLE_CHOICE => "choice",
        AlertCode::MULTIPLE_CHOICE => "choices",
        _ => "confirm",
    }
}
