//! BER-TLV objects that go in blocks (ETSI TS 102 221 §11.3).

use crate::codec::ber::Header;

/// A BER-TLV object on its way between card and terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Transfer {
    /// To the terminal.
    Out {
        /// The whole object.
        octets: Vec<u8>,
        /// Where the last block began.
        last: usize,
        /// Where the next block begins.
        next: usize,
    },
    /// From the terminal.
    In {
        /// What came so far.
        octets: Vec<u8>,
        /// What its header said.
        header: Header,
    },
}
