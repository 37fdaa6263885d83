//! What the engine writes down: steps, the card's moments beside them, and how it ended.

mod card_watch;
mod carried;
pub(super) mod facts;
pub(super) mod outcome;
mod recorder;
mod toolkit_watch;

pub(super) use card_watch::CardWatch;
pub(super) use carried::has_work;
pub(super) use recorder::{Leg, Recorder, Within};
pub(super) use toolkit_watch::ToolkitWatch;
