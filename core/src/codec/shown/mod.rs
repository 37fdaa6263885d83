//! Showing what bytes mean: trees of [`Field`](crate::codec::Field)s with place, value, clause
//! and a sentence. Stands on the codecs, which know nothing of it.
//!
//! One file for each codec, of the same name; its `fields` reads as far as it can and never
//! fails.

pub mod access;
pub mod apdu;
pub mod atr;
pub mod ber;
pub mod cose;
pub mod ddf;
pub mod devinf;
pub mod ef;
mod explain;
pub mod fcp;
pub mod gsmtap;
pub mod http;
pub mod kind;
mod left_out;
mod markup;
pub mod notification;
mod part;
pub mod pkcs15;
pub mod pps;
pub mod prov;
mod remarks;
pub mod secured_packet;
mod sentences;
pub mod sms;
pub mod syncml;
pub mod t1;
pub mod tls;
pub mod tnds;
pub mod toolkit;
mod tree;
pub mod wbxml;
pub mod wsp;
pub mod xml;

pub use left_out::left_out;
pub use remarks::{Remarks, remarks};
pub use sentences::complete;
