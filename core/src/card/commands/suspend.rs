//! SUSPEND UICC (TS 102 221 §11.1.22): a terminal that does not need its card for a while takes
//! the power away, and later goes on where it was without booting it anew.
//!
//! A card has no clock, so how long it was without power is not looked at; the terminal keeps to
//! the time that was granted. What is kept is lost at any command but RESUME and the TERMINAL
//! CAPABILITY that may go before it.

use super::Command;
use crate::card::Uicc;
use crate::card::application::Application;
use crate::card::channels::Channels;
use crate::card::security::Verified;
use crate::codec::apdu::{ResponseApdu, StatusWord};

/// Longest time granted, seconds: twelve hours.
const LONGEST_S: u64 = 12 * 3600;

/// That time as the card writes it: hours, 12.
const LONGEST: [u8; 2] = [0x02, 12];

/// Shortest time a terminal may ask for, seconds.
const SHORTEST_S: u64 = 60;

/// Octets of the token.
const TOKEN: usize = 8;

/// A session that waits for its terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Suspended {
    token: [u8; TOKEN],
    channels: Channels,
    verified: Verified,
    app: Application,
}

impl Uicc {
    pub(super) fn suspend(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        if command.channel != 0 {
            return Err(StatusWord::CHANNEL_NOT_SUPPORTED);
        }
        match command.parameters() {
            (0x00, 0x00) => self.suspended(command),
            (0x01, 0x00) => self.resume(command),
            _ => Err(StatusWord::WRONG_P1_P2),
        }
    }

    fn suspended(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        let [least_unit, least, most_unit, most] = *command.data else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        let least_s = seconds(least_unit, least)?;
        let most_s = seconds(most_unit, most)?;
        if least_s < SHORTEST_S || most_s < least_s {
            return Err(StatusWord::WRONG_DATA);
        }
        if least_s > LONGEST_S {
            return Err(StatusWord::SUSPENSION_TOO_LONG);
        }
        let granted = match most_s <= LONGEST_S {
            true => [most_unit, most],
            false => LONGEST,
        };
        let token = self.draw().to_be_bytes();
        self.suspended = Some(Box::new(Suspended {
            token,
            channels: self.channels.clone(),
            verified: self.verified,
            app: self.app.clone(),
        }));
        let answer = [&granted[..], &token].concat();
        Ok(self.fetched(command, answer))
    }

    fn resume(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        if command.data.len() != TOKEN {
            return Err(StatusWord::WRONG_LENGTH);
        }
        // A wrong token has its one try.
        let Some(suspended) = self.suspended.take() else {
            return Err(StatusWord::CONDITIONS_OF_USE);
        };
        if suspended.token != command.data {
            return Err(StatusWord::SECURITY_STATUS);
        }
        self.channels = suspended.channels;
        self.verified = suspended.verified;
        self.app = suspended.app;
        Ok(ResponseApdu::status(StatusWord::OK))
    }
}

/// A duration: unit, then count.
fn seconds(unit: u8, count: u8) -> Result<u64, StatusWord> {
    let of_unit = match unit {
        0x00 => 1,
        0x01 => 60,
        0x02 => 3600,
        0x03 => 24 * 3600,
        0x04 => 10 * 24 * 3600,
        _ => return Err(StatusWord::WRONG_DATA),
    };
    Ok(of_unit * u64::from(count))
}
