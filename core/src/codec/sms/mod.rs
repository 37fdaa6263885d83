//! Short messages: SMS-DELIVER with its report and SMS-SUBMIT with user data of every alphabet, headers and all
//! (3GPP TS 23.040 §9.2; for the card TS 31.115 §4).
//!
//! Knows no network; parts of one long message are made here and put together by whoever keeps
//! them.

mod address;
mod deliver;
mod report;
mod submit;
mod user_data;

pub use super::vocabulary::sms::{
    COMMAND_PACKET, CONCATENATION, CONCATENATION_16, DATA_DOWNLOAD, PORTS, PORTS_8, RESPONSE_PACKET,
};
pub use address::{Number, address_text};
pub use deliver::{Concatenation, Deliver, Reference};
pub use report::{DeliverReport, ReportData};
pub use submit::{Submit, Validity, submit_text, submit_to_port};
pub use user_data::{Element, MAX_USER_DATA};

#[cfg(test)]
mod tests;
