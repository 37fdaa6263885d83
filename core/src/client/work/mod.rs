//! The work at one message of the server: its commands in, changes of the tree, Status and
//! Results out (OMA-TS-DM_RepPro-V1_2_1 §6.6).
//!
//! Knows no session and no transport. [`Work::run`] goes on until all is done or something must
//! come from outside ([`Wait`]); then [`Work::answer`], [`Work::executed`] or [`Work::stop`] says
//! what came, and `run` goes on.

mod commands;
mod data;
mod groups;
mod interaction;
mod items;
mod large_object;
mod progress;
mod replies;
mod tree_commands;

pub(super) use data::{Payload, payload};
pub(super) use large_object::LargeObject;
pub(super) use progress::{Scene, Wait, Work};
pub(super) use replies::refuse_all;
