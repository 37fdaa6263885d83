//! What codecs stand on and what is no codec itself: reading with a place, hex, digests,
//! secrets, alphabets.

pub(crate) mod alphabet;
pub mod auth;
pub(crate) mod check;
pub mod hex;
pub(crate) mod input;
pub(crate) mod percent;
pub(crate) mod secret;
