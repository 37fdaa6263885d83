//! The operator renews what is in the card, then the card renews the device
//! (OMA-AD-DM_SC-V1_0 §5.3, figure 2, and appendix B.2.4).

use crate::codec::notification::Initiator;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "card-update",
    title: "Update of the provisioning data in the card",
    clause: "OMA-AD-DM_SC-V1_0 B.2.4",
    plot: Plot::Update,
    steps: &[
        StepDef {
            number: "",
            title: cast::starts,
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The External Card Management System updates the provisioning data",
            begins: Begins::Updates,
        },
        StepDef {
            number: "2",
            title: |setup| match calls_by_push(setup) {
                true => "The External Card Management System sends a notification to the DM Client",
                false => "The smart card informs the DM Client that a session is needed",
            },
            begins: Begins::Notified,
        },
        StepDef {
            number: "3",
            title: |_| "The DM Client opens a device management session with the smart card",
            begins: Begins::Connects,
        },
        StepDef {
            number: "4",
            title: |_| "The smart card sends the provisioning data to the DM Client",
            begins: Begins::Provisions,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client asks the user to confirm",
            begins: Begins::Asks,
        },
        StepDef {
            number: "6",
            title: |_| "The DM Client integrates the provisioning data into its management tree",
            begins: Begins::Applies,
        },
        StepDef {
            number: "7",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
    ],
    settings: &[
        SettingKey::Packet,
        SettingKey::After,
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Encoding,
        SettingKey::MaxMsgSize,
        SettingKey::Provisioning,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |setup| match calls_by_push(setup) {
        true => &[Act::Boot, Act::Update, Act::OrderUpdated(Initiator::Server)],
        false => &[Act::Boot, Act::Update],
    },
};

/// Whether the ECMS calls for the session, and not the card itself.
fn calls_by_push(setup: &Setup) -> bool {
    setup.settings.text(SettingKey::After) == "push"
}

/// The card holds what it provisioned last time; the ECMS has the new document.
fn whole_cast(setup: &Setup) -> World {
    let by_card = !calls_by_push(setup);
    cast::outdated_world(setup, cast::module(), cast::card(setup), by_card)
}
