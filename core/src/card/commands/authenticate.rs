//! AUTHENTICATE (TS 102 221 §11.1.16, 3GPP TS 31.102 §7.1.2).

use super::Command;
use crate::card::Uicc;
use crate::card::security::{self, Answer, find};
use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::ber;

const GSM_CONTEXT: u8 = 0x80;
const UMTS_CONTEXT: u8 = 0x81;

const SUCCESS: u8 = 0xDB;
const SYNCHRONISATION_FAILURE: u8 = 0xDC;

/// RID of 3GPP with the applications that authenticate: USIM and ISIM.
const USIM: [u8; 7] = [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02];
const ISIM: [u8; 7] = [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x04];

/// Reference of the application's PIN.
const PIN1: u8 = 0x01;

impl Uicc {
    pub(super) fn authenticate(&mut self, command: &Command) -> Result<ResponseApdu, StatusWord> {
        if command.p1 != 0x00 || !matches!(command.p2, GSM_CONTEXT | UMTS_CONTEXT) {
            return Err(StatusWord::WRONG_P1_P2);
        }
        let application = self
            .channels
            .get(command.channel)
            .and_then(|s| s.application);
        let authenticates = application
            .and_then(|index| self.memory.files().file(index)?.aid())
            .is_some_and(|aid| aid.starts_with(&USIM) || aid.starts_with(&ISIM));
        let (Some(keys), true) = (self.head().keys.clone(), authenticates) else {
            return Err(StatusWord::CONDITIONS_OF_USE);
        };
        if let Some((place, pin)) = find(self.memory.pins(), application, PIN1)
            && pin.enabled
            && !self.verified.has(place)
        {
            return Err(StatusWord::SECURITY_STATUS);
        }
        let data = if command.p2 == GSM_CONTEXT {
            let (rand, rest) = challenge(command.data)?;
            if !rest.is_empty() {
                return Err(StatusWord::WRONG_LENGTH);
            }
            let (sres, kc) = security::gsm(&keys, rand);
            [&[4][..], &sres, &[8], &kc].concat()
        } else {
            let (rand, rest) = challenge(command.data)?;
            let (autn, rest) = challenge(rest)?;
            if !rest.is_empty() {
                return Err(StatusWord::WRONG_LENGTH);
            }
            let mut data = Vec::new();
            match security::umts(&mut self.memory, &keys, rand, autn)? {
                Answer::Success { res, ck, ik, kc } => {
                    data.push(SUCCESS);
                    for part in [&res[..], &ck, &ik, &kc] {
                        data.push(part.len() as u8);
                        data.extend(part);
                    }
                }
                Answer::Resynchronise(auts) => {
                    ber::write(&mut data, SYNCHRONISATION_FAILURE, &auts);
                }
            }
            data
        };
        Ok(self.fetched(command, data))
    }
}

/// Sixteen octets after their length, and what follows.
fn challenge(data: &[u8]) -> Result<([u8; 16], &[u8]), StatusWord> {
    let [length, rest @ ..] = data else {
        return Err(StatusWord::WRONG_LENGTH);
    };
    if *length != 16 {
        return Err(StatusWord::WRONG_DATA);
    }
    let (value, rest) = rest.split_first_chunk().ok_or(StatusWord::WRONG_LENGTH)?;
    Ok((*value, rest))
}
