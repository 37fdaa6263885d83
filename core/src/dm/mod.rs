//! What both ends of a DM session share: limits, versions, proofs, the pieces of large objects,
//! and the Status and alerts that either end writes and reads (OMA-TS-DM_Protocol-V1_2_1,
//! OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Knows no tree, no plan and no transport, and keeps no session: the DM Client and the DM Server
//! do, each on its own side.

mod alerts;
mod chunks;
mod limits;
mod nonce;
mod proof;
mod status;
mod version;

pub use limits::MAX_MESSAGES;

pub(crate) use alerts::{MARKS, bare_alert, has_alert};
pub(crate) use chunks::{append, empty_like};
pub(crate) use limits::{DEFAULT_MAX_OBJ_SIZE, FORGIVEN, LONG_ID, OBLIGATORY, PeerLimits};
pub(crate) use nonce::{is_sound, sound_nonce};
pub(crate) use proof::{Proof, spoken};
pub(crate) use status::{find_header_status, header_status, is_challenge, wants_no_status};
pub(crate) use version::{VER_DTD, VER_PROTO, version_refused};
