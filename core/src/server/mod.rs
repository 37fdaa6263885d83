//! The card's DM Server: sessions from the other side, led by a plan made from provisioning data
//! (OMA-TS-DM_Protocol-V1_2_1; OMA-AD-DM_SC-V1_0 §5.3).
//!
//! Knows no tree, no card and no transport: messages in, messages out.

mod output;

pub use output::{Answer, Event, Output, Receipt};
