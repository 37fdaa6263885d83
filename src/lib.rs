//! The page of DM_SC Explorer: a picture of a trace, and the engine beside it.

pub mod address;
pub mod app;
pub mod components;
pub mod desk;
pub mod engine;
pub mod guide;
pub mod hooks;
pub mod keys;
pub mod layout;
pub mod orders;
pub mod panes;
pub mod playback;
pub mod sentences;
pub mod state;
pub mod words;
