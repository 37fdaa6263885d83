//! The page of DM_SC Explorer: a picture of a trace.

pub mod app;
pub mod components;
pub mod guide;
pub mod hooks;
pub mod keys;
pub mod layout;
pub mod orders;
pub mod playback;
pub mod route;
pub mod state;
