//! The same by the older kind of document: CP-1 (OMA-AD-DM_SC-V1_0 §5.3 and appendix B.2.2;
//! OMA-TS-DM_Bootstrap-V1_2_1 §5).

use super::bootstrap_dm::DM_BOOTSTRAP;
use crate::card;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "bootstrap-cp",
    title: "Bootstrap by the card's CP profile",
    clause: "OMA-AD-DM_SC-V1_0 B.2.2",
    plot: Plot::Bootstrap,
    steps: &[
        StepDef {
            number: "",
            title: |_| "The device starts for the first time and reads the card's bootstrap files",
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The DM Client turns the provisioning document into objects of its tree",
            begins: Begins::Bootstraps,
        },
        StepDef {
            number: "2",
            title: |_| "The DM Client opens its first session with the smart card",
            begins: Begins::Connects,
        },
    ],
    settings: &[
        SettingKey::Encoding,
        SettingKey::MaxMsgSize,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |_| &[Act::Boot, Act::Greet],
};

/// The card has no DM profile, which would go first.
fn whole_cast(setup: &Setup) -> World {
    let card = cast::card(setup);
    let without = card.profile.clone().with_contents(&DM_BOOTSTRAP, &[]);
    debug_assert!(
        without.is_ok(),
        "Invariant: the built-in card has the file: {without:?}"
    );
    let card = card::Config {
        profile: without.unwrap_or_default(),
        ..card
    };
    cast::fresh_world(setup, cast::reading_module(), card)
}
