//! The terminal: boots the card, runs the toolkit loop, serves BIP channels
//! (ETSI TS 102 221 §14, TS 102 223).
//!
//! Sans-IO: it drives the virtual card in memory and a real one through any link alike.

mod output;

pub use output::Output;
