//! Who may do what: PINs and what is verified of them, and the network's authentication
//! (ETSI TS 102 221 §9, 3GPP TS 33.102).

mod authentication;
mod milenage;
mod pin;
mod rights;

pub(super) use authentication::{Answer, Keys, gsm, umts};
pub(super) use pin::{Pin, Secret, UNIVERSAL, change, disable, enable, find, unblock, verify};
pub(super) use rights::{Verified, allowed};
