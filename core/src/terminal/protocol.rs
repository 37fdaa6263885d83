//! How to speak to a card after its answer to reset: protocol, speed, and whether to ask for
//! them (ISO/IEC 7816-3 §8, §9; ETSI TS 102 221 §6.4).

/// Fi and Di of a card that says nothing: 372 clock cycles for each bit.
const DEFAULT_SPEED: u8 = 0x11;

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
    /// The decision on an ATR: the first protocol the card names, T=0 before T=1 by their order
    /// there, at the speed of TA1; `None` when the ATR names no protocol a UICC may have.
    pub fn of(atr: &[u8]) -> Option<Self> {
        let interface = Interface::read(atr)?;
        let speed = interface.speed.unwrap_or(DEFAULT_SPEED);
        let first = interface.protocols.first().copied().unwrap_or(0);
        if let Some(mode) = interface.specific {
            // A card in specific mode is spoken to as it says, without asking; with implicit
            // parameters the speed of TA1 does not hold.
            let t = mode & 0x0F;
            let implicit = mode & 0x10 != 0;
            return (t < 2).then_some(Protocol {
                t,
                speed: if implicit { DEFAULT_SPEED } else { speed },
                pps: None,
            });
        }
        if first > 1 {
            return None;
        }
        Some(Protocol {
            t: first,
            speed,
            pps: (speed != DEFAULT_SPEED).then(|| request(first, speed)),
        })
    }
}

/// A request for a protocol at a speed (ISO/IEC 7816-3 §9.2).
fn request(t: u8, speed: u8) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0x10 | t, speed];
    bytes.push(bytes.iter().fold(0, |sum, byte| sum ^ byte));
    bytes
}

/// The interface bytes that decide.
struct Interface {
    /// TA1.
    speed: Option<u8>,
    /// TA2.
    specific: Option<u8>,
    /// T of each TD but the global one.
    protocols: Vec<u8>,
}

impl Interface {
    fn read(atr: &[u8]) -> Option<Self> {
        let mut bytes = atr.iter().copied();
        let convention = bytes.next()?;
        if convention != 0x3B && convention != 0x3F {
            return None;
        }
        let mut found = Interface {
            speed: None,
            specific: None,
            protocols: Vec::new(),
        };
        let mut follow = bytes.next()? >> 4;
        // An ATR has at most 32 bytes after TS.
        for index in 1..=8 {
            if follow & 1 != 0 {
                let byte = bytes.next()?;
                match index {
                    1 => found.speed = Some(byte),
                    2 => found.specific = Some(byte),
                    _ => {}
                }
            }
            for _ in 0..(follow >> 1 & 3).count_ones() {
                bytes.next()?;
            }
            if follow & 8 == 0 {
                break;
            }
            let td = bytes.next()?;
            if td & 0x0F != 0x0F {
                found.protocols.push(td & 0x0F);
            }
            follow = td >> 4;
        }
        Some(found)
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
            ("3B1F967931", Some((0, 0x96, "FF109679"))),
            ("3B00", Some((0, 0x11, ""))),
            ("3B8101", Some((1, 0x11, ""))),
            ("3B919581", None),
            ("3B91951101", Some((1, 0x95, ""))),
            ("3B91951010", Some((0, 0x11, ""))),
            ("3B919501", Some((1, 0x95, "FF11957B"))),
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
