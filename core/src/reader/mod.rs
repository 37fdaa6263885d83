//! Readers: what stands between a terminal and a card, seen from both ends
//! (ISO/IEC 7816-3, ETSI TS 102 221 §7).
//!
//! After the answer to reset and the protocol and parameters selection, commands travel as TPDUs
//! of T=0 or as blocks of T=1. [`CardSide`] makes a card that knows only APDUs speak both,
//! [`ReaderSide`] gives whoever drives a card an exchange of whole APDUs. Sans-IO: knows neither
//! the card nor the line; whoever owns the line says when a time is over.

mod card_side;
mod reader_side;
pub mod t0;
pub mod t1;

pub use crate::codec::pps::Pps;
pub use card_side::{CardOutput, CardSide};
pub use reader_side::{ReaderConfig, ReaderOutput, ReaderSide};

/// Why an exchange came to no end; nothing but a reset of the card helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The card never said anything that could be read.
    Mute,
    /// T=0: a procedure byte that says nothing.
    ProcedureByte(u8),
    /// T=1: blocks were lost or damaged again and again, and resynchronisation did not help.
    NotSynchronised,
    /// T=1: the card gave up a chain.
    Aborted,
    /// The card sends more than any response holds.
    TooLong,
    /// The card goes on asking for time or sizes without ever answering.
    NoProgress,
    /// The answer to reset, or that to the selection of a protocol, cannot be worked with.
    Unsuitable,
}

impl Failure {
    /// In words for people.
    pub fn reason(self) -> &'static str {
        match self {
            Failure::Mute => "the card does not answer",
            Failure::ProcedureByte(_) => "the card sent a procedure byte without meaning",
            Failure::NotSynchronised => "the line is too bad",
            Failure::Aborted => "the card gave the exchange up",
            Failure::TooLong => "the card sends more than a response holds",
            Failure::NoProgress => "the card asks for time without end",
            Failure::Unsuitable => "the card offers no protocol this reader knows",
        }
    }
}
