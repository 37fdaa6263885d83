//! Proactive commands: the BER-TLV around an action (TS 102 223 §6.6).

use super::read::Objects;
use super::{Action, device, tag};
use crate::codec::{DecodeError, ber};

/// BER tag of a proactive command (TS 101 220 §7.2).
const PROACTIVE: u8 = 0xD0;

/// Octets of the longest proactive command: what one FETCH can bring.
const MAX_LENGTH: usize = 256;

/// A command of the card to the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProactiveCommand {
    /// Command number, 01 to FE; the terminal response repeats it.
    pub number: u8,
    /// What the terminal shall do.
    pub action: Action,
    /// Objects the action has no place for, such as icons, in order.
    pub extra: Vec<Extra>,
}

/// An object beside those of the action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// A receiver that does not understand it must refuse the command.
    pub required: bool,
    /// Without the comprehension bit.
    pub tag: u8,
    /// As it came.
    pub value: Vec<u8>,
}

impl ProactiveCommand {
    /// A command without further objects.
    pub fn new(number: u8, action: Action) -> Self {
        ProactiveCommand {
            number,
            action,
            extra: Vec::new(),
        }
    }

    /// Reads the BER-TLV `D0 …`.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let outer = ber::read(bytes, 0)?;
        if outer.tag != PROACTIVE {
            return Err(
                DecodeError::new(0, "the tag D0", format!("{:02X}", outer.tag))
                    .clause("TS 101 220 §7.2"),
            );
        }
        if outer.range.end != bytes.len() {
            return Err(DecodeError::new(outer.range.end, "the end", "more bytes"));
        }
        let from = outer.value_range.start;
        let tlvs = ber::read_all(outer.value).map_err(|e| e.shifted(from))?;
        let wrong = |at: usize, expected: &'static str| {
            DecodeError::new(from + at, expected, "something else").clause("TS 102 223 §6.6")
        };
        let mut tlvs = tlvs.iter();
        let (number, kind, qualifier) = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::COMMAND_DETAILS => match t.value {
                [number, kind, qualifier] => (*number, *kind, *qualifier),
                _ => return Err(wrong(t.range.start, "command details of 3 bytes")),
            },
            _ => return Err(wrong(0, "command details first")),
        };
        let destination = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::DEVICE_IDENTITIES => match t.value {
                [_, destination] => *destination,
                _ => return Err(wrong(t.range.start, "device identities of 2 bytes")),
            },
            Some(t) => return Err(wrong(t.range.start, "device identities second")),
            None => return Err(wrong(outer.value.len(), "device identities second")),
        };
        let mut objects = Objects::new(tlvs.map(|t| (t.tag, t.value)));
        match objects.action(kind, qualifier, destination) {
            Ok(action) => Ok(ProactiveCommand {
                number,
                action,
                extra: objects.rest(),
            }),
            Err(why) => {
                let action = Action::Other {
                    kind,
                    qualifier,
                    destination,
                    objects: objects.all(),
                    why,
                };
                Ok(ProactiveCommand::new(number, action))
            }
        }
    }

    /// The BER-TLV `D0 …`.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, qualifier, destination) = self.action.details();
        let mut value = vec![
            tag::COMMAND_DETAILS | 0x80,
            3,
            self.number,
            kind,
            qualifier,
            tag::DEVICE_IDENTITIES | 0x80,
            2,
            device::UICC,
            destination,
        ];
        self.action.write(&mut value);
        for extra in &self.extra {
            let required = if extra.required { 0x80 } else { 0 };
            ber::write(&mut value, extra.tag & 0x7F | required, &extra.value);
        }
        let mut bytes = Vec::new();
        ber::write(&mut bytes, PROACTIVE, &value);
        bytes
    }

    /// True when one FETCH can bring it.
    pub fn fits(&self) -> bool {
        self.encode().len() <= MAX_LENGTH
    }
}
