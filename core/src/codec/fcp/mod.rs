//! File control parameters: what SELECT and STATUS return of a file (ETSI TS 102 221 §11.1.1.3).
//!
//! Knows the objects of the template and their values; which of them a file has is the card's
//! business.

mod descriptor;
mod life_cycle;
mod object;
mod pin_status;

pub use descriptor::{FileDescriptor, Kind, Records};
pub use life_cycle::LifeCycle;
pub use object::{Fcp, Object, TEMPLATE, enclose, encode};
pub use pin_status::{PinState, PinStatus};
