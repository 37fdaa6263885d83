//! Proactive commands: the BER-TLV around an action (TS 102 223 §6.6).

use super::action::{Action, Extra};
use super::object::{tagged, value};
use super::read::Objects;
use crate::codec::input::{Input, Parsed, all, byte, byte_that, clause, ending, part, whole};
use crate::codec::vocabulary::toolkit::{device, envelope, tag};
use crate::codec::{DecodeError, ber};
use nom::Parser;
use nom::combinator::peek;
use nom::sequence::preceded;

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
        let is_command = peek(byte_that("the tag D0", |tag| {
            tag == envelope::PROACTIVE_COMMAND
        }));
        let outer = clause("TS 101 220 §7.2", preceded(is_command, ber::object));
        let outer = whole(bytes, outer)?;
        let parts = (command_details, destination, all(ber::object));
        let ((number, kind, qualifier), destination, tlvs) =
            part(value(&outer), clause("TS 102 223 §6.6", parts))?;
        let mut objects = Objects::new(tlvs.iter().map(|t| (t.tag, t.value)));
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
        ber::write(&mut bytes, envelope::PROACTIVE_COMMAND, &value);
        bytes
    }

    /// True when one FETCH can bring it.
    pub fn fits(&self) -> bool {
        self.encode().len() <= MAX_LENGTH
    }
}

/// Command details: number, type and qualifier (TS 102 223 §8.6).
pub(super) fn command_details(input: Input<'_>) -> Parsed<'_, (u8, u8, u8)> {
    tagged(tag::COMMAND_DETAILS, "command details first")
        .map(|tlv| value(&tlv))
        .and_then(ending((
            byte("a command number"),
            byte("a type of command"),
            byte("a command qualifier"),
        )))
        .parse(input)
}

/// The second of the device identities (TS 102 223 §8.7).
fn destination(input: Input<'_>) -> Parsed<'_, u8> {
    tagged(tag::DEVICE_IDENTITIES, "device identities second")
        .map(|tlv| value(&tlv))
        .and_then(ending(preceded(
            byte("a source device"),
            byte("a destination device"),
        )))
        .parse(input)
}
