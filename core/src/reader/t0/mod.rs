//! T=0, the half-duplex transmission of characters (ISO/IEC 7816-3 §10, §12.2;
//! ETSI TS 102 221 §7.2.2, §7.3.1).
//!
//! A TPDU has a header of five octets and carries data one way only. [`CardEnd`] and
//! [`Exchange`] turn TPDUs into APDUs and back, [`CardLine`] and [`ReaderLine`] turn TPDUs into
//! octets and back, with the procedure bytes between.

mod card_end;
mod card_line;
mod exchange;
mod pairs;
mod reader_line;

pub use card_end::{CardEnd, CardEndOutput};
pub use card_line::{CardLine, CardLineOutput};
pub use exchange::{Exchange, ExchangeStep, Form};
pub use pairs::pairs;
pub use reader_line::{ReaderLine, ReaderLineOutput};

use crate::codec::apdu::{FETCH, GET_RESPONSE, READ_BINARY, READ_RECORD, STATUS, StatusWord};

/// CLA, INS, P1, P2, P3.
pub const HEADER: usize = 5;

/// The procedure byte by which a card asks for more time.
pub const NULL: u8 = 0x60;

/// Class of GSM 11.11, which says `9FXX` where others say `61XX`.
const GSM: u8 = 0xA0;

const GET_DATA: u8 = 0xCA;
const GET_CHALLENGE: u8 = 0x84;
const MANAGE_CHANNEL: u8 = 0x70;

/// True when the card sends data after this instruction and takes none; T=0 leaves it to both
/// ends to know that.
pub fn sends_data(ins: u8) -> bool {
    matches!(
        ins,
        FETCH
            | MANAGE_CHANNEL
            | GET_CHALLENGE
            | READ_BINARY
            | READ_RECORD
            | GET_RESPONSE
            | GET_DATA
            | STATUS
    )
}

/// True for an instruction that cannot be told from a status byte (ISO/IEC 7816-3 §10.3.2).
pub fn is_reserved(ins: u8) -> bool {
    matches!(ins >> 4, 6 | 9)
}

/// A length as P3 and status words have it: 00 stands for 256.
fn length(byte: u8) -> usize {
    if byte == 0 { 256 } else { usize::from(byte) }
}

/// What a card says when `length` octets wait for GET RESPONSE.
fn available(cla: u8, length: usize) -> StatusWord {
    if cla == GSM {
        StatusWord(0x9F00 | (length as u16 & 0xFF))
    } else {
        StatusWord::response_available(length)
    }
}
