//! Contents of elementary files: values to bytes and back (3GPP TS 31.102 §4, TS 51.011 §10,
//! ETSI TS 102 221 §13, 3GPP2 C.S0023 §3.4, PKCS #15 §6).
//!
//! Knows what the files of a few homes hold; where the files lie and who may read them is the
//! card's business.

mod application;
mod contents;
mod digits;
mod home;
mod identity;
mod network;
mod number;
mod provisioning;
mod service;
mod text;

pub use application::Application;
pub use contents::{Contents, Form};
pub use digits::Digits;
pub use home::Home;
pub use identity::{Iccid, Imsi, ImsiM};
pub use network::{Location, Network, Plmn};
pub use number::{Address, DiallingNumber, ServiceCentre};
pub use provisioning::{PROVISIONING_HEADER, Provisioning, Slot};
pub use service::{Administrative, LanguageName, Languages, Mode, ServiceProviderName, Services};
pub use text::Text;
