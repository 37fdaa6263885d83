//! Answer to reset: interface bytes and historical bytes (ISO/IEC 7816-3 §8.2,
//! ETSI TS 102 221 §6.3).

use super::DecodeError;
use super::check::exclusive_or;
use super::input::{Input, Parsed, byte, byte_that, bytes, clause, whole};
use nom::Parser;
use nom::combinator::cond;
use nom::multi::count;

/// Where the bytes are defined.
pub(super) const CLAUSE: &str = "ISO/IEC 7816-3 §8.2";

/// TS and what follows it (ISO/IEC 7816-3 §8.2.1).
const MAX_LENGTH: usize = 33;

/// An answer to reset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Atr {
    /// TS says the inverse convention.
    pub inverse: bool,
    /// TA1, TB1 and TC1.
    pub first: Interface,
    /// What each TD names, TD1 first: the protocols rise.
    pub offers: Vec<Offer>,
    /// Historical bytes, at most 15.
    pub historical: Vec<u8>,
}

/// Interface bytes of one index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// TA.
    pub ta: Option<u8>,
    /// TB.
    pub tb: Option<u8>,
    /// TC.
    pub tc: Option<u8>,
}

/// A TD, and the interface bytes that follow it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The protocol, 0 to 14; 15 for bytes that hold for all.
    pub protocol: u8,
    /// The bytes of the next index.
    pub interface: Interface,
}

impl Atr {
    /// TA1 of a card that names none: 372 clocks for each bit.
    pub const DEFAULT_TA1: u8 = 0x11;

    /// Reads a whole answer to reset; TCK must be right.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, answer))
    }

    /// The bytes, with TCK where a protocol wants it; more than 15 historical bytes are cut.
    pub fn encode(&self) -> Vec<u8> {
        let historical = &self.historical[..self.historical.len().min(15)];
        let ts = if self.inverse { 0x3F } else { 0x3B };
        let mut bytes = vec![ts, historical.len() as u8];
        // The byte that says which follow: T0, then each TD.
        let mut says = 1;
        let indices = [(&self.first, None)].into_iter();
        let offers = self.offers.iter();
        for (interface, protocol) in
            indices.chain(offers.map(|offer| (&offer.interface, Some(offer.protocol))))
        {
            if let Some(protocol) = protocol {
                bytes[says] |= 0x80;
                says = bytes.len();
                bytes.push(protocol & 0x0F);
            }
            for (bit, byte) in [interface.ta, interface.tb, interface.tc]
                .iter()
                .enumerate()
            {
                if let Some(byte) = byte {
                    bytes[says] |= 0x10 << bit;
                    bytes.push(*byte);
                }
            }
        }
        bytes.extend_from_slice(historical);
        if self.offers.iter().any(|offer| offer.protocol & 0x0F != 0) {
            bytes.push(exclusive_or(&bytes[1..]));
        }
        bytes
    }

    /// TA1: F and D at most.
    pub fn ta1(&self) -> u8 {
        self.first.ta.unwrap_or(Atr::DEFAULT_TA1)
    }

    /// TC1: extra guard time.
    pub fn guard(&self) -> u8 {
        self.first.tc.unwrap_or(0)
    }

    /// TA2: the one protocol of a card in specific mode, which takes no selection.
    pub fn specific(&self) -> Option<u8> {
        self.ta2().map(|ta2| ta2 & 0x0F)
    }

    /// TA2 says that the speed is agreed otherwise: TA1 does not hold.
    pub fn implicit(&self) -> bool {
        self.ta2().is_some_and(|ta2| ta2 & 0x10 != 0)
    }

    fn ta2(&self) -> Option<u8> {
        self.offers.first()?.interface.ta
    }

    /// The protocols in the order they are offered; the first is used without a selection.
    pub fn protocols(&self) -> Vec<u8> {
        let mut protocols: Vec<u8> = self.offers.iter().map(|offer| offer.protocol).collect();
        // They rise, so that equal ones are neighbours.
        protocols.dedup();
        protocols.retain(|protocol| *protocol != 15);
        if protocols.is_empty() {
            protocols.push(0);
        }
        protocols
    }

    /// TC2: waiting time integer of T=0.
    pub fn waiting(&self) -> u8 {
        let second = self.offers.first();
        second.and_then(|offer| offer.interface.tc).unwrap_or(10)
    }

    /// First TA for T=1: octets the card takes in one block, 1 to 254.
    pub fn ifsc(&self) -> u8 {
        self.t1().ta.unwrap_or(32)
    }

    /// First TB for T=1: block and character waiting time integers.
    pub fn bwi_cwi(&self) -> u8 {
        self.t1().tb.unwrap_or(0x4D)
    }

    /// First TC for T=1: blocks end in a CRC, else in an LRC.
    pub fn crc(&self) -> bool {
        self.t1().tc.is_some_and(|tc| tc & 1 == 1)
    }

    /// The first bytes for T=1, which stand behind the second TD or later.
    fn t1(&self) -> Interface {
        let mut specific = self.offers.iter().skip(1);
        let t1 = specific.find(|offer| offer.protocol == 1);
        t1.map(|offer| offer.interface).unwrap_or_default()
    }
}

fn answer(input: Input<'_>) -> Parsed<'_, Atr> {
    let ts = byte_that("TS, which is 3B or 3F", |ts| matches!(ts, 0x3B | 0x3F));
    let (following, (ts, t0)) = (ts, byte("T0")).parse(input)?;
    let (mut following, (first, mut td)) = interface_bytes(t0 >> 4, 0, false)(following)?;
    let mut offers: Vec<Offer> = Vec::new();
    while let Some(byte) = td {
        let protocol = byte & 0x0F;
        let has_t1 = offers.iter().skip(1).any(|offer| offer.protocol == 1);
        let is_first_t1 = protocol == 1 && !offers.is_empty() && !has_t1;
        let parsed = interface_bytes(byte >> 4, protocol, is_first_t1)(following)?;
        let interface;
        (following, (interface, td)) = parsed;
        offers.push(Offer {
            protocol,
            interface,
        });
    }
    let mut historical = count(byte("a historical byte"), usize::from(t0 & 0x0F));
    let (mut end, historical) = historical.parse(following)?;
    let has_check = offers.iter().any(|offer| offer.protocol != 0);
    if end.offset() + usize::from(has_check) > MAX_LENGTH {
        let (at, _) = bytes(MAX_LENGTH.min(input.len()), "")(input)?;
        return Err(at.wrong("at most 33 bytes"));
    }
    if has_check {
        let before = input.bytes().get(1..end.offset());
        let sum = exclusive_or(before.unwrap_or_default());
        (end, _) = byte_that("a TCK that makes the exclusive or zero", |tck| tck == sum)(end)?;
    }
    let atr = Atr {
        inverse: ts == 0x3F,
        first,
        offers,
        historical,
    };
    Ok((end, atr))
}

/// TA, TB, TC and TD of one index, those that `present` names, low bit first. The protocol of
/// TD is not below the one before it; the first TA for T=1 is a size.
fn interface_bytes<'a>(
    present: u8,
    before: u8,
    is_first_t1: bool,
) -> impl FnMut(Input<'a>) -> Parsed<'a, (Interface, Option<u8>)> {
    let (words, is_size) = if is_first_t1 {
        ("an information field size, 01 to FE", true)
    } else {
        ("TA", false)
    };
    let ta = byte_that(words, move |ta| !is_size || (0x01..=0xFE).contains(&ta));
    let td = byte_that("TD, with protocols in rising order", move |td| {
        td & 0x0F >= before
    });
    let mut bytes = (
        cond(present & 1 != 0, ta),
        cond(present & 2 != 0, byte("TB")),
        cond(present & 4 != 0, byte("TC")),
        cond(present & 8 != 0, td),
    );
    move |input| {
        let (rest, (ta, tb, tc, td)) = bytes.parse(input)?;
        Ok((rest, (Interface { ta, tb, tc }, td)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// Shows TPDU-1.
    #[test]
    fn a_card_says_what_it_offers() {
        let decode = |text: &str| Atr::decode(&hex::decode(text).unwrap());
        let only_t0 = decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        assert_eq!(only_t0.protocols(), [0]);
        assert_eq!((only_t0.ta1(), only_t0.specific()), (0x95, None));
        assert_eq!(only_t0.historical.len(), 15);
        let both = decode("3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B").unwrap();
        assert_eq!(both.protocols(), [0, 1]);
        assert_eq!(
            (both.ifsc(), both.bwi_cwi(), both.crc()),
            (0xFE, 0x45, false)
        );
        // Neither TD nor TCK; and specific mode with T=1 and a CRC.
        assert_eq!(decode("3B00").unwrap().protocols(), [0]);
        assert_eq!(decode("3B17944F4D41444D5343").unwrap().ta1(), 0x94);
        let specific = decode("3B9095 91 01 51 FE 01 3B".replace(' ', "").as_str()).unwrap();
        assert_eq!(specific.specific(), Some(1));
        assert_eq!(specific.protocols(), [1]);
        assert!(specific.crc());
    }

    /// Shows TPDU-1.
    #[test]
    fn every_form_comes_back() {
        for text in [
            "3B9F95801FC78031E073FE2113674F4D41444D534381",
            "3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B",
            "3F00",
            "3B909591015 1FE013B",
            "3B80817140450174",
        ] {
            let bytes = hex::decode(&text.replace(' ', "")).unwrap();
            assert_eq!(Atr::decode(&bytes).unwrap().encode(), bytes, "{text}");
        }
    }

    #[test]
    fn what_goes_on_too_long_is_refused() {
        let mut endless = vec![0x3B, 0x80];
        endless.extend([0x80; 40]);
        assert!(Atr::decode(&endless).is_err());
        // 13 indices with TA to TC, all of T=0: 34 bytes.
        let mut long = vec![0x3B, 0xFF];
        for _ in 0..4 {
            long.extend([1, 1, 1, 0xF0]);
        }
        long.extend([1, 1, 1, 0x00]);
        long.extend([0x20; 15]);
        assert_eq!(Atr::decode(&long).unwrap_err().offset, 33);
    }

    /// Shows TPDU-1.
    #[test]
    fn a_damaged_answer_is_refused_with_its_place() {
        let good = hex::decode("3B9F95801FC78031E073FE2113674F4D41444D534381").unwrap();
        for length in 0..good.len() {
            let error = Atr::decode(&good[..length]).unwrap_err();
            assert_eq!(error.offset, length, "{error}");
        }
        let mut wrong = good.clone();
        wrong[10] ^= 1;
        assert_eq!(Atr::decode(&wrong).unwrap_err().offset, good.len() - 1);
        let mut longer = good;
        longer.push(0);
        assert_eq!(Atr::decode(&longer).unwrap_err().offset, longer.len() - 1);
        assert_eq!(
            Atr::decode(&[0x3B, 0x80, 0x81, 0x80]).unwrap_err().offset,
            3
        );
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..40 {
            for byte in [0x00, 0x3B, 0x80, 0xF1, 0xFF] {
                let _ = Atr::decode(&vec![byte; length]);
            }
        }
    }
}
