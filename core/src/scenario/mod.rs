//! The flow engine: joins the actors, moves the bytes, writes the trace.
//!
//! The only module that knows all actors and the only one that writes a trace. A run is
//! settings, seed and edits: the same three give the same trace, byte for byte, on every
//! machine.

mod cast;
mod claims;
mod clock;
mod crossing;
mod edit;
mod engine;
mod failures;
mod lone;
mod network;
mod provisioner;
mod record;
mod rogue;
mod settings;
mod simulation;
mod smart_card;
mod stories;
mod story;
mod world;

pub use cast::account as sample_account;
pub use edit::{Change, Edit, EditError, MAX_EDITS, Place, UserReply};
pub use engine::{CardKind, Engine, Question, Said, Wanted};
pub use failures::{FAILURE_GROUPS, Failure, Group as FailureGroup, Heals, TreeEnds};
pub use lone::Lone;
pub use network::{Bearer, Network, NetworkServer, ServerOutput};
pub use provisioner::{Activated, Consent, Provisioner};
pub use rogue::{Attack, Rogue};
pub use settings::{
    MAX_PROVISIONING, SETTINGS, SettingError, SettingKey, SettingKind, SettingRow, Settings,
    UserAnswer, UserFile,
};
pub use simulation::run;
pub use smart_card::{CardOutput, SmartCard};
pub use stories::CATALOGUE;
pub use story::{Act, Begins, Plot, Scenario, StepDef};
pub use world::World;

/// All that makes a run: two equal setups give two equal traces.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// What is played.
    pub scenario: &'static Scenario,
    /// How.
    pub settings: Settings,
    /// Seed of nonces and session ids.
    pub seed: u64,
    /// What is done to the run, in this order.
    pub edits: Vec<Edit>,
}

/// The seed of the first load.
pub const DEFAULT_SEED: u64 = 1;
