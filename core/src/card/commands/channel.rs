//! MANAGE CHANNEL, TERMINAL CAPABILITY and GET CHALLENGE (TS 102 221 §11.1.17, §11.1.19,
//! §11.1.18).

use super::{Command, with_data};
use crate::card::Uicc;
use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::ber;

/// Template of the terminal's capabilities, and the object for extended logical channels.
const CAPABILITIES: u8 = 0xA9;
const EXTENDED_CHANNELS: u8 = 0x81;

impl Uicc {
    pub(super) fn manage_channel(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_data()?;
        match command.parameters() {
            (0x00, 0x00) => match command.le {
                Some(1..) => {
                    if command.le != Some(1) {
                        return Err(StatusWord::wrong_le(1));
                    }
                    let number = self.channels.open(command.channel, None)?;
                    Ok(with_data(vec![number]))
                }
                _ => Err(StatusWord::wrong_le(1)),
            },
            (0x00, number) => {
                self.channels.open(command.channel, Some(number))?;
                Ok(ResponseApdu::status(StatusWord::OK))
            }
            (0x80, number) => {
                let application = self.channels.get(number).and_then(|s| s.application);
                self.channels.close(number)?;
                self.leave(application);
                Ok(ResponseApdu::status(StatusWord::OK))
            }
            _ => Err(StatusWord::WRONG_P1_P2),
        }
    }

    pub(super) fn terminal_capability(
        &mut self,
        command: &Command,
    ) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        if command.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let template = ber::read(command.data, 0).map_err(|_| StatusWord::WRONG_DATA)?;
        let objects = ber::read_all(template.value).map_err(|_| StatusWord::WRONG_DATA)?;
        if template.tag != CAPABILITIES || template.range.end != command.data.len() {
            return Err(StatusWord::WRONG_DATA);
        }
        self.channels.extended = objects.iter().any(|o| o.tag == EXTENDED_CHANNELS);
        Ok(ResponseApdu::status(StatusWord::OK))
    }

    /// Octets that follow from the seed: the same card gives the same ones.
    pub(super) fn get_challenge(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        command.without_parameters()?;
        command.without_data()?;
        let length = usize::from(command.le.unwrap_or(256));
        let mut data = Vec::with_capacity(length + 8);
        while data.len() < length {
            data.extend(self.draw().to_be_bytes());
        }
        data.truncate(length);
        Ok(with_data(data))
    }

    /// SplitMix64: every state gives another number.
    pub(super) fn draw(&mut self) -> u64 {
        self.challenge = self.challenge.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.challenge;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
