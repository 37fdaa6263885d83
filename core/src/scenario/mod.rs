//! The flow engine: joins the actors, moves the bytes, writes the trace.
//!
//! The only module that knows all actors and the only one that writes a trace. Runs to the end
//! in one call; the same setup gives the same trace, byte for byte, on every machine.

mod card_watch;
mod catalogue;
mod deferred;
mod engine;
mod facts;
mod lone;
mod outcome;
mod parties;
mod provisioning;
mod recorder;
mod settings;
mod summary;
mod toolkit;

pub use catalogue::{CATALOGUE, Scenario};
pub use engine::run;
pub use lone::Lone;
pub use parties::{account as sample_account, http_response};
pub use settings::{
    CardEvent, EcmsNonce, MAX_PROVISIONING, SettingError, SettingKey, Settings, UserAnswer,
    UserFile,
};

/// All that makes a run: two equal setups give two equal traces.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// What is played.
    pub scenario: &'static Scenario,
    /// How.
    pub settings: Settings,
    /// Seed of nonces and session ids.
    pub seed: u64,
}

/// The seed of the first load.
pub const DEFAULT_SEED: u64 = 1;
