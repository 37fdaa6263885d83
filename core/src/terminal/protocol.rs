//! How to speak to a card after its answer to reset: protocol, speed, and whether to ask for
//! them (ISO/IEC 7816-3 §8, §9; ETSI TS 102 221 §6.4).

use crate::codec::atr::Atr;
use crate::codec::pps::Pps;

/// What the link is to use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// 0 or 1.
    pub t: u8,
    /// Indices of Fi and Di.
    pub speed: u8,
    /// The request for it, to be sent before anything else; `None` when the card has it already.
    pub pps: Option<Vec<u8>>,
}

impl Protocol {
    /// The decision on an ATR: the first protocol the card names, at the speed of TA1; `None`
    /// when the ATR cannot be read or names no protocol a UICC may have.
    pub fn of(atr: &[u8]) -> Option<Self> {
        let atr = Atr::decode(atr).ok()?;
        if let Some(t) = atr.specific() {
            // A card in specific mode is spoken to as it says, without asking; with implicit
            // parameters the speed of TA1 does not hold.
            return (t < 2).then_some(Protocol {
                t,
                speed: if atr.implicit() {
                    Atr::DEFAULT_TA1
                } else {
                    atr.ta1()
                },
                pps: None,
            });
        }
        let t = atr.protocols().first().copied().unwrap_or(0);
        let asks = atr.ta1() != Atr::DEFAULT_TA1;
        (t < 2).then(|| Protocol {
            t,
            speed: atr.ta1(),
            pps: asks.then(|| Pps::new(t, Some(atr.ta1())).encode()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn decision(atr: &str) -> Option<(u8, u8, String)> {
        let protocol = Protocol::of(&hex::decode(atr).unwrap())?;
        let pps = protocol.pps.map(|pps| hex::encode(&pps));
        Some((protocol.t, protocol.speed, pps.unwrap_or_default()))
    }

    /// Shows TPDU-1, TPDU-2, TERM-1.
    #[test]
    fn the_request_follows_from_the_answer_to_reset() {
        for (atr, wanted) in [
            (
                "3B9F95801FC78031E073FE2113674F4D41444D534381",
                Some((0, 0x95, "FF10957A")),
            ),
            (
                "3B9F9580B1FE451FC78031E073FE2113674F4D41444D53438B",
                Some((0, 0x95, "FF10957A")),
            ),
            ("3B12967931", Some((0, 0x96, "FF109679"))),
            ("3B00", Some((0, 0x11, ""))),
            ("3B800181", Some((1, 0x11, ""))),
            ("3B909581", None),
            ("3B9095110115", Some((1, 0x95, ""))),
            ("3B90951010", Some((0, 0x11, ""))),
            ("3B90950104", Some((1, 0x95, "FF11957B"))),
            ("3B804E", None),
            ("FF10", None),
            ("3B", None),
            ("", None),
        ] {
            let wanted = wanted.map(|(t, speed, pps)| (t, speed, pps.to_owned()));
            assert_eq!(decision(atr), wanted, "{atr}");
        }
    }
}
