//! The alternate flow: an event in the card triggers (OMA-AD-DM_SC-V1_0 §5.4.1.2).

use crate::card::{self, Menu, MenuItem};
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};
use crate::terminal;

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "local-trigger",
    title: "Local trigger: the alternate flow",
    clause: "OMA-AD-DM_SC-V1_0 §5.4.1.2",
    plot: Plot::Provisioning,
    steps: &[
        StepDef {
            number: "",
            title: |setup| match begins_in_menu(setup) {
                true => "The device starts and the card sets up a menu",
                false => "The device starts and the card sets a timer",
            },
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |setup| match begins_in_menu(setup) {
                true => "An event occurs in the smart card: the user chooses from its menu",
                false => "An event occurs in the smart card: its timer expires",
            },
            begins: Begins::CardEvent,
        },
        StepDef {
            number: "2",
            title: |_| "The smart card informs the DM Client that a session is needed",
            begins: Begins::Triggered,
        },
        StepDef {
            number: "3.2",
            title: |_| "The DM Client opens a device management session with the smart card",
            begins: Begins::Connects,
        },
        StepDef {
            number: "3.3",
            title: |_| "The smart card sends the provisioning data to the DM Client",
            begins: Begins::Provisions,
        },
        StepDef {
            number: "3.4",
            title: |_| "The DM Client asks the user to confirm",
            begins: Begins::Asks,
        },
        StepDef {
            number: "3.5",
            title: |_| "The DM Client integrates the provisioning data into its management tree",
            begins: Begins::Applies,
        },
        StepDef {
            number: "3.6",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
    ],
    settings: &[
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Encoding,
        SettingKey::Auth,
        SettingKey::Event,
        SettingKey::Dialog,
        SettingKey::Timer,
        SettingKey::MaxMsgSize,
        SettingKey::Provisioning,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |setup| match begins_in_menu(setup) {
        true => &[Act::Boot, Act::Choose],
        false => &[Act::Boot, Act::Wait],
    },
};

/// Whether the user brings the session about, in the card's menu.
fn begins_in_menu(setup: &Setup) -> bool {
    setup.settings.text(SettingKey::Event) == "menu"
}

/// A menu needs a phone, which does not ask for a PIN here; a timer needs only a module.
fn whole_cast(setup: &Setup) -> World {
    if begins_in_menu(setup) {
        let phone = terminal::Config {
            ask_pin: false,
            read_bootstrap: false,
            tell_capability: false,
            ..terminal::Config::phone()
        };
        let card = card::Config {
            menu: Some(menu()),
            ..cast::card(setup)
        };
        cast::world(setup, phone, card)
    } else {
        let card = card::Config {
            trigger_timer_s: Some(setup.settings.number(SettingKey::Timer)),
            ..cast::card(setup)
        };
        cast::world(setup, cast::module(), card)
    }
}

fn menu() -> Menu {
    Menu {
        title: "Card services".to_owned(),
        items: vec![MenuItem {
            label: "Update settings".to_owned(),
            help: "Gets new connection settings from the card.".to_owned(),
            steps: vec![
                card::Step::Confirm {
                    question: "Get new settings from your card now?".to_owned(),
                },
                card::Step::StartSession,
            ],
        }],
    }
}
