//! The PIN: how many tries are left, the user's answer, and VERIFY with it
//! (ETSI TS 102 221 §11.1.9).
//!
//! Sends nothing the user did not give, and tells the tries left before each time. The last try
//! is taken only when the user says that it may be.

use super::fcp;
use crate::codec::apdu::{CommandApdu, StatusWord};
use crate::terminal::Output;
use std::collections::VecDeque;

/// VERIFY.
const VERIFY: u8 = 0x20;

/// The PIN of the application, or CHV1.
const REFERENCE: u8 = 0x01;

/// Octets of a PIN in a command.
const LENGTH: usize = 8;

/// What the user answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinReply {
    /// Four to eight digits; not taken when only one try is left.
    Pin(String),
    /// Four to eight digits, taken even as the last try.
    LastTry(String),
    /// Go on without.
    Skip,
}

/// Whether the card wants a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It wants one; the card is to be asked how many tries are left.
    Yes,
    /// It wants one and told how many tries are left.
    Tries(u8),
    /// It wants none.
    No,
}

/// From the FCP template of the application.
pub(super) fn state(template: &[u8]) -> Asked {
    match fcp::pin_is_enabled(template, REFERENCE) {
        Some(true) => Asked::Yes,
        Some(false) | None => Asked::No,
    }
}

/// From the response to SELECT of GSM 11.11 §9.2.1: CHV1 is enabled when a bit is clear, and
/// its status has the tries left.
pub(super) fn gsm_state(response: &[u8]) -> Asked {
    match (response.get(13), response.get(18)) {
        (Some(characteristics), Some(status)) if characteristics & 0x80 == 0 => {
            Asked::Tries(status & 0x0F)
        }
        _ => Asked::No,
    }
}

/// How far the question is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pin {
    step: Step,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Step {
    /// An empty VERIFY asks for the tries left.
    #[default]
    Count,
    /// The user has the word; tries left.
    Ask(u8),
    /// The user's PIN is on its way.
    Verify(Vec<u8>),
}

impl Pin {
    /// A question; the user is asked at once when the tries left are known.
    pub(super) fn new(tries: Option<u8>, outputs: &mut VecDeque<Output>) -> Self {
        let step = match tries {
            Some(tries) => {
                let reference = REFERENCE;
                outputs.push_back(Output::AskPin { reference, tries });
                Step::Ask(tries)
            }
            None => Step::Count,
        };
        Pin { step }
    }

    pub(super) fn command(&self, class: u8) -> Option<CommandApdu> {
        let verify = CommandApdu::new(class, VERIFY, 0x00, REFERENCE);
        match &self.step {
            Step::Count => Some(verify),
            Step::Ask(_) => None,
            Step::Verify(pin) => Some(verify.with_data(pin.clone())),
        }
    }

    /// True when the PIN is to be sent, false when the user goes on without, `None` when the
    /// answer does not fit.
    pub(super) fn handle_reply(&mut self, reply: &PinReply) -> Option<bool> {
        let Step::Ask(tries) = self.step else {
            return None;
        };
        let pin = match reply {
            PinReply::Skip => return Some(false),
            PinReply::Pin(_) if tries < 2 => return None,
            PinReply::Pin(pin) | PinReply::LastTry(pin) => pin,
        };
        let digits = pin.bytes().all(|c| c.is_ascii_digit());
        if !digits || !(4..=LENGTH).contains(&pin.len()) {
            return None;
        }
        let mut octets = pin.clone().into_bytes();
        octets.resize(LENGTH, 0xFF);
        self.step = Step::Verify(octets);
        Some(true)
    }

    /// Whether the PIN is verified, once that is known.
    pub(super) fn handle_response(
        &mut self,
        sw: StatusWord,
        outputs: &mut VecDeque<Output>,
    ) -> Option<bool> {
        let reference = REFERENCE;
        match (sw.sw1(), sw.sw2()) {
            _ if sw.is_normal() => Some(true),
            (0x63, tries @ 0xC1..=0xCF) => {
                let tries = tries & 0x0F;
                self.step = Step::Ask(tries);
                outputs.push_back(Output::AskPin { reference, tries });
                None
            }
            // GSM 11.11 tells no number: a wrong CHV is asked for once more by nobody.
            (0x63, 0xC0) | (0x69, 0x83) | (0x98, 0x40) => {
                outputs.push_back(Output::PinBlocked { reference });
                Some(false)
            }
            _ => Some(false),
        }
    }
}
