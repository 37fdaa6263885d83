//! The list of stories.

use super::stories;
use super::story::Scenario;

/// Every story there is.
pub const CATALOGUE: &[Scenario] = &[
    stories::remote_trigger::SCENARIO,
    stories::local_trigger::SCENARIO,
];

impl Scenario {
    /// Story with that id.
    pub fn find(id: &str) -> Option<&'static Scenario> {
        CATALOGUE.iter().find(|scenario| scenario.id == id)
    }
}
