//! The normal flow: the ECMS triggers from outside (OMA-AD-DM_SC-V1_0 §5.4.1.1).

use crate::codec::notification::Initiator;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "remote-trigger",
    title: "Remote trigger: the normal flow",
    clause: "OMA-AD-DM_SC-V1_0 §5.4.1.1",
    plot: Plot::Provisioning,
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
            title: |_| "The smart card sends the provisioning data to the DM Client",
            begins: Begins::Provisions,
        },
        StepDef {
            number: "4",
            title: |_| "The DM Client asks the user to confirm",
            begins: Begins::Asks,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client integrates the provisioning data into its management tree",
            begins: Begins::Applies,
        },
        StepDef {
            number: "6",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
    ],
    settings: &[
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Encoding,
        SettingKey::Auth,
        SettingKey::EcmsNonce,
        SettingKey::MaxMsgSize,
        SettingKey::Provisioning,
        SettingKey::SmsParts,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |_| &[Act::Boot, Act::Order(Initiator::Server)],
};

fn whole_cast(setup: &Setup) -> World {
    cast::world(setup, cast::module(), cast::card(setup))
}
