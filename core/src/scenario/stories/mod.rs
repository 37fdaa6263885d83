//! The stories, one file each.

pub(super) mod local_trigger;
pub(super) mod remote_trigger;
