//! The DM Client: notifications in, sessions out, the tree in between
//! (OMA-TS-DM_Protocol-V1_2_1, OMA-TS-DM_Notification-V1_2_1).
//!
//! Knows no card and no terminal: it sees a push, a byte stream, a user and a clock that others
//! hold for it.

mod output;

pub use output::{Answer, Event, Outgoing, Output, Question};
