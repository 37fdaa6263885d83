//! Showing what bytes mean: trees of [`Field`](crate::codec::Field)s with place, value, clause
//! and a sentence. Stands on the codecs, which know nothing of it.
//!
//! One file for each codec, of the same name; its `fields` reads as far as it can and never
//! fails.

pub mod http;
pub mod notification;
pub mod secured_packet;
pub mod sms;
pub mod toolkit;
pub mod wsp;
