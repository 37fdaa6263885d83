//! Checks that a DM Client can be made to leave out, so that one sees what an attack does where
//! nothing stops it (OMA-AD-DM_SC-V1_0 §4.2). For teaching: no device is to be made so.

/// Checks that a DM Client leaves out, for teaching; none by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unprotected {
    /// The user may be asked by notifications without end (DM Notification §6.2.7).
    pub ask_limit: bool,
}
