//! Protocol and parameters selection (ISO/IEC 7816-3 §9).
//!
//! The first exchange after a reset, and only with a card whose answer to reset leaves the
//! choice open.

use super::DecodeError;
use super::atr::Atr;
use super::check::exclusive_or;
use super::input::{Input, Parsed, byte, byte_that, clause, whole};
use nom::Parser;
use nom::combinator::cond;

/// First byte of request and response.
pub const PPSS: u8 = 0xFF;

/// Where request and response are defined.
pub(super) const CLAUSE: &str = "ISO/IEC 7816-3 §9.2";

/// A request, or the response to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pps {
    /// The protocol, 0 to 14.
    pub protocol: u8,
    /// PPS1: F and D as in TA1; without it 372 and 1.
    pub pps1: Option<u8>,
    /// PPS2, coded as the first TB for T=15.
    pub pps2: Option<u8>,
    /// PPS3, reserved.
    pub pps3: Option<u8>,
}

impl Pps {
    /// A request for a protocol at a speed as in TA1.
    pub fn new(protocol: u8, pps1: Option<u8>) -> Self {
        Pps {
            protocol,
            pps1,
            pps2: None,
            pps3: None,
        }
    }

    /// Reads a whole request or response.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, selection))
    }

    /// The bytes, PCK included.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![PPSS, self.protocol & 0x0F];
        for (bit, parameter) in [self.pps1, self.pps2, self.pps3].into_iter().enumerate() {
            if let Some(parameter) = parameter {
                bytes[1] |= 1 << (4 + bit);
                bytes.push(parameter);
            }
        }
        bytes.push(exclusive_or(&bytes));
        bytes
    }

    /// What a card with this answer to reset says to the request; `None` is silence, which
    /// refuses it.
    pub fn answer(&self, atr: &Atr) -> Option<Pps> {
        if atr.specific().is_some() || !atr.protocols().contains(&self.protocol) {
            return None;
        }
        Some(Pps {
            // A speed that TA1 does not allow is not taken over; the default remains.
            pps1: self.pps1.filter(|wanted| is_within(*wanted, atr.ta1())),
            pps2: None,
            pps3: None,
            ..*self
        })
    }

    /// True for a response that accepts the request, as it is or without some parameters.
    pub fn accepts(&self, request: &Pps) -> bool {
        let kept = |mine: Option<u8>, asked: Option<u8>| mine.is_none() || mine == asked;
        self.protocol == request.protocol
            && kept(self.pps1, request.pps1)
            && kept(self.pps2, request.pps2)
            && kept(self.pps3, request.pps3)
    }
}

fn selection(input: Input<'_>) -> Parsed<'_, Pps> {
    let ppss = byte_that("PPSS, which is FF", |byte| byte == PPSS);
    let names_protocol = |pps0: u8| pps0 & 0x80 == 0 && pps0 & 0x0F != 15;
    let pps0 = byte_that("a PPS0 that names a protocol", names_protocol);
    let (following, (_, pps0)) = (ppss, pps0).parse(input)?;
    let parameter = |bit: u8| cond(pps0 >> bit & 1 == 1, byte("a parameter"));
    let (end, (pps1, pps2, pps3)) = (parameter(4), parameter(5), parameter(6)).parse(following)?;
    let before = input.bytes().get(..end.offset() - input.offset());
    let sum = exclusive_or(before.unwrap_or_default());
    let (end, _) = byte_that("a PCK that makes the exclusive or zero", |pck| pck == sum)(end)?;
    let pps = Pps {
        protocol: pps0 & 0x0F,
        pps1,
        pps2,
        pps3,
    };
    Ok((end, pps))
}

/// What TA1 names, its F with a lower D, or the default.
fn is_within(wanted: u8, ta1: u8) -> bool {
    /// D by the low half of TA1 (ISO/IEC 7816-3 table 8); 0 is reserved.
    const D: [u8; 16] = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];
    let d = |byte: u8| D[usize::from(byte & 0x0F)];
    wanted == Atr::DEFAULT_TA1 || (wanted >> 4 == ta1 >> 4 && d(wanted) > 0 && d(wanted) <= d(ta1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// T=0 first, then T=1, at 512/16.
    const BOTH: &str = "3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B";

    fn atr(text: &str) -> Atr {
        Atr::decode(&hex::decode(text).unwrap()).unwrap()
    }

    /// Shows TPDU-2.
    #[test]
    fn known_requests_come_back() {
        for (text, protocol, pps1) in [
            ("FF10957A", 0, Some(0x95)),
            ("FF109679", 0, Some(0x96)),
            ("FF11957B", 1, Some(0x95)),
            ("FF00FF", 0, None),
            ("FF01FE", 1, None),
        ] {
            let bytes = hex::decode(text).unwrap();
            let pps = Pps::decode(&bytes).unwrap();
            assert_eq!(pps, Pps::new(protocol, pps1));
            assert_eq!(pps.encode(), bytes);
        }
    }

    /// Shows TPDU-2.
    #[test]
    fn a_card_takes_over_what_its_answer_to_reset_allows() {
        let both = atr(BOTH);
        let answer = |protocol, pps1| Pps::new(protocol, pps1).answer(&both);
        assert_eq!(answer(1, Some(0x95)), Some(Pps::new(1, Some(0x95))));
        assert_eq!(answer(0, Some(0x94)), Some(Pps::new(0, Some(0x94))));
        assert_eq!(answer(0, Some(0x11)), Some(Pps::new(0, Some(0x11))));
        // Too fast: the protocol is taken, the speed is not.
        assert_eq!(answer(0, Some(0x97)), Some(Pps::new(0, None)));
        assert_eq!(answer(2, None), None);
        // Specific mode: nothing is to be selected.
        assert_eq!(Pps::new(0, None).answer(&atr("3B90951000")), None);
    }

    /// Shows TPDU-2.
    #[test]
    fn a_response_accepts_only_what_was_asked() {
        let request = Pps::new(1, Some(0x95));
        assert!(Pps::new(1, None).accepts(&request));
        assert!(request.accepts(&request));
        assert!(!Pps::new(0, Some(0x95)).accepts(&request));
        assert!(!Pps::new(1, Some(0x96)).accepts(&request));
    }

    #[test]
    fn malformed_requests_are_refused_with_their_place() {
        for (text, offset) in [
            ("", 0),
            ("FE", 0),
            ("FF", 1),
            ("FF8F", 1),
            ("FF10", 2),
            ("FF1095", 3),
            ("FF10957B", 3),
            ("FF00FF00", 3),
            ("FF0F", 1),
            ("FF70950102", 5),
        ] {
            let error = Pps::decode(&hex::decode(text).unwrap()).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
    }
}
