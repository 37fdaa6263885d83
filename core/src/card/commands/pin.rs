//! VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK PIN (TS 102 221 §11.1.9–§11.1.13).

use super::Command;
use crate::card::Uicc;
use crate::card::security::{self, UNIVERSAL, find};
use crate::codec::apdu::{
    CHANGE_PIN, DISABLE_PIN, ENABLE_PIN, ResponseApdu, StatusWord, UNBLOCK_PIN, VERIFY_PIN,
};

/// P1 of DISABLE PIN: the universal PIN takes the place of the one disabled.
const REPLACED: u8 = 0x80 | UNIVERSAL;

impl Uicc {
    pub(super) fn pin(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        match (command.ins, command.p1) {
            (_, 0x00) | (DISABLE_PIN, REPLACED) => {}
            _ => return Err(StatusWord::WRONG_P1_P2),
        }
        let index = self.pin_of(command.channel, command.p2)?;
        self.on_pin(index, command)?;
        Ok(ResponseApdu::status(StatusWord::OK))
    }

    /// The place of the PIN that a reference means on a channel.
    pub(super) fn pin_of(&self, channel: u8, reference: u8) -> Result<usize, StatusWord> {
        let application = self.channels.get(channel).and_then(|selection| {
            let here = self.memory.files().application(selection.directory);
            selection.application.or(here)
        });
        find(self.memory.pins(), application, reference)
            .map(|(index, _)| index)
            .ok_or(StatusWord::REFERENCE_NOT_FOUND)
    }

    /// One of the five commands on the PIN at a place.
    pub(super) fn on_pin(&mut self, index: usize, command: &Command) -> Result<(), StatusWord> {
        let (memory, verified) = (&mut self.memory, &mut self.verified);
        match command.ins {
            VERIFY_PIN => security::verify(memory, verified, index, command.data),
            CHANGE_PIN => security::change(memory, verified, index, command.data),
            DISABLE_PIN => {
                let replaced = command.p1 == REPLACED;
                if replaced && find(memory.pins(), None, UNIVERSAL).is_none() {
                    return Err(StatusWord::REFERENCE_NOT_FOUND);
                }
                security::disable(memory, verified, index, command.data, replaced)
            }
            ENABLE_PIN => security::enable(memory, verified, index, command.data),
            UNBLOCK_PIN => security::unblock(memory, verified, index, command.data),
            _ => Err(StatusWord::WRONG_INS),
        }
    }
}
