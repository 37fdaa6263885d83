//! The core of DM_SC Explorer: bytes to messages, messages to changes, and both to a trace.
//!
//! It knows no browser, no clock, no randomness, no threads and no input or output:
//! time, seed and bytes come in by `handle_*`, what it wants done goes out by `poll`.
//! Layers only point down; `ARCHITECTURE.md` names them and a test holds them to it.

pub mod card;
pub mod client;
pub mod codec;
mod dm;
pub mod ecms;
pub mod export;
pub mod reader;
pub mod scenario;
pub mod server;
pub mod terminal;
pub mod timing;
pub mod tls;
pub mod trace;
pub mod tree;
