//! PIN status template: which PINs count in a directory (ETSI TS 102 221 §9.5.2, §11.1.1.4.10).

use crate::codec::DecodeError;
use crate::codec::ber;
use crate::codec::input::{Fault, Input, Parsed, byte, clause, part, whole};

/// Tag of the bits that say which PINs are enabled.
const ENABLED: u8 = 0x90;
/// Tag of a usage qualifier, which is that of the PIN behind it.
const USAGE: u8 = 0x95;
/// Tag of a key reference.
const REFERENCE: u8 = 0x83;

/// One PIN of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinState {
    /// Usage qualifier; the universal PIN has one.
    pub usage: Option<u8>,
    /// Key reference.
    pub reference: u8,
    /// It has to be verified.
    pub enabled: bool,
}

/// The value of the template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinStatus {
    /// The PINs in their order.
    pub pins: Vec<PinState>,
}

impl PinStatus {
    /// Reads the value of a template.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause("TS 102 221 §9.5.2", pin_status))
    }

    /// The value of a template.
    pub fn encode(&self) -> Vec<u8> {
        let mut bits = vec![0; self.pins.len().div_ceil(8).max(1)];
        for (place, pin) in self.pins.iter().enumerate() {
            if let Some(byte) = bits.get_mut(place / 8) {
                *byte |= u8::from(pin.enabled) << (7 - place % 8);
            }
        }
        let mut value = Vec::with_capacity(24);
        ber::write(&mut value, ENABLED, &bits);
        for pin in &self.pins {
            if let Some(usage) = pin.usage {
                value.extend([USAGE, 0x01, usage]);
            }
            value.extend([REFERENCE, 0x01, pin.reference]);
        }
        value
    }
}

fn pin_status(input: Input<'_>) -> Parsed<'_, PinStatus> {
    let (following, bits) = ber::object(input)?;
    if bits.tag != ENABLED {
        return Err(input.wrong("the bits of what is enabled, 90"));
    }
    let mut pins = Vec::new();
    let mut usage = None;
    let mut following = following;
    while !following.is_empty() {
        let (end, tlv) = ber::object(following)?;
        let value = Input::at(tlv.value, tlv.value_range.start);
        let one = |expected| part(value, byte(expected)).map_err(Fault::of);
        match tlv.tag {
            USAGE if usage.is_none() => usage = Some(one("a usage qualifier")?),
            REFERENCE => {
                let place = pins.len();
                let enabled = bits.value.get(place / 8);
                let enabled = enabled.ok_or_else(|| following.wrong("no PIN without its bit"))?;
                pins.push(PinState {
                    usage: usage.take(),
                    reference: one("a key reference")?,
                    enabled: enabled << (place % 8) & 0x80 != 0,
                });
            }
            _ => return Err(following.wrong("a key reference, 83")),
        }
        following = end;
    }
    if usage.is_some() {
        return Err(following.wrong("the key reference of a usage qualifier"));
    }
    Ok((following, PinStatus { pins }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn a_template_comes_back() {
        let bytes =
            hex::decode("9001A0830101950108830111 83010A".replace(' ', "").as_str()).unwrap();
        let status = PinStatus::decode(&bytes).unwrap();
        let pin = |reference, usage, enabled| PinState {
            usage,
            reference,
            enabled,
        };
        assert_eq!(
            status.pins,
            [
                pin(0x01, None, true),
                pin(0x11, Some(0x08), false),
                pin(0x0A, None, true)
            ]
        );
        assert_eq!(status.encode(), bytes);
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("830101", 0),
            ("9000830101", 2),
            ("900180830102950108", 9),
            ("9001808302", 5),
            ("90018083020102", 6),
            ("900180840101", 3),
        ] {
            let bytes = hex::decode(text).unwrap();
            assert_eq!(
                PinStatus::decode(&bytes).unwrap_err().offset,
                offset,
                "{text}"
            );
        }
    }
}
