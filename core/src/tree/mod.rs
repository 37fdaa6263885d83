//! The management tree: nodes, properties, rights, changes, snapshots
//! (OMA-TS-DM_TND-V1_2_1, OMA-TS-DM_StdObj-V1_2_1).
//!
//! Knows no protocol: who asks and what came of it is the client's business.

mod change;
mod snapshot;

pub use change::{Change, ChangeKind, NodeState};
pub use snapshot::Snapshot;
