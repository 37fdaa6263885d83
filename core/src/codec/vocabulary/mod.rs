//! Names and tokens as the standards print them; data that codecs and what shows them share.

pub mod cose;
pub mod key_reference;
pub mod notification;
pub mod secured_packet;
pub mod sms;
pub mod syncml;
pub mod toolkit;
pub mod wbxml;
pub mod wsp;
