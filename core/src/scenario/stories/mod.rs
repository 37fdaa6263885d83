//! The stories, one file each, and the list of them.

mod bootstrap_cp;
mod bootstrap_dm;
mod card_update;
mod ciphered;
mod local_trigger;
mod network_server;
mod non_repudiation;
mod remote_trigger;
mod rogue_server;
mod user_consent;

use super::story::Scenario;

/// Every story there is, the first of which a page begins with.
pub const CATALOGUE: &[Scenario] = &[
    remote_trigger::SCENARIO,
    local_trigger::SCENARIO,
    bootstrap_dm::SCENARIO,
    bootstrap_cp::SCENARIO,
    card_update::SCENARIO,
    user_consent::SCENARIO,
    non_repudiation::SCENARIO,
    network_server::SCENARIO,
    rogue_server::SCENARIO,
    ciphered::SCENARIO,
];

impl Scenario {
    /// Story with that id.
    pub fn find(id: &str) -> Option<&'static Scenario> {
        CATALOGUE.iter().find(|scenario| scenario.id == id)
    }
}
