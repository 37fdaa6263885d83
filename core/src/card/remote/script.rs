//! What the commands of a packet are and what is answered to them (ETSI TS 102 226 §5.1, §5.2).

use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::ber;

/// Commands of one packet.
const MAX_COMMANDS: u8 = u8::MAX;

/// Carries out the commands of a packet until one fails; the application's answer
/// (TS 102 226 §5.1, §5.2).
pub(in crate::card) fn script(data: &[u8], execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    const COMMAND_SCRIPT: u8 = 0xAA;
    match data.first() {
        Some(&COMMAND_SCRIPT) => expanded(data, execute),
        _ => compact(data, execute),
    }
}

fn succeeded(sw: StatusWord) -> bool {
    matches!(sw.sw1(), 0x90 | 0x91 | 0x61 | 0x62 | 0x63 | 0x9F)
}

/// Commands one behind the other; the answer: how many, the last status word, the last data.
fn compact(data: &[u8], mut execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    let mut rest = data;
    let mut executed = 0;
    let mut last = ResponseApdu {
        data: Vec::new(),
        sw: StatusWord::OK,
    };
    while !rest.is_empty() && executed < MAX_COMMANDS {
        let length = match rest {
            // What only reads has no data; P3 is what it expects.
            [_, 0xB0 | 0xB2 | 0xC0 | 0xF2, _, _, _, ..] => 5,
            [_, _, _, _, p3, ..] => 5 + usize::from(*p3),
            short => short.len().max(5),
        };
        let Some((command, behind)) = rest.split_at_checked(length) else {
            last = ResponseApdu {
                data: Vec::new(),
                sw: StatusWord::WRONG_LENGTH,
            };
            break;
        };
        last = execute(command);
        executed += 1;
        rest = behind;
        if !succeeded(last.sw) {
            break;
        }
    }
    let mut answer = vec![executed];
    answer.extend([last.sw.sw1(), last.sw.sw2()]);
    answer.extend(last.data);
    answer
}

/// Commands as TLVs of a template; the answer: how many, and what each said.
fn expanded(data: &[u8], mut execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    const COMMAND: u8 = 0x22;
    const RESPONSE_SCRIPT: u8 = 0xAB;
    const EXECUTED: u8 = 0x80;
    const RESPONSE: u8 = 0x23;
    /// A script that cannot be read, and why (TS 102 226 §5.2.2).
    const BAD_FORMAT: u8 = 0x90;
    const UNKNOWN_TAG: u8 = 0x01;
    const WRONG_LENGTH: u8 = 0x02;
    let commands = ber::read(data, 0)
        .ok()
        .filter(|outer| outer.range.end == data.len())
        .and_then(|outer| ber::read_all(outer.value).ok())
        .ok_or(WRONG_LENGTH)
        .and_then(|tlvs| match tlvs.iter().all(|tlv| tlv.tag == COMMAND) {
            true => Ok(tlvs),
            false => Err(UNKNOWN_TAG),
        });
    let mut inner = Vec::new();
    match commands {
        Ok(commands) => {
            let mut executed = 0;
            let mut responses = Vec::new();
            for command in commands.iter().take(usize::from(MAX_COMMANDS)) {
                let response = execute(command.value);
                let mut value = response.data;
                value.extend([response.sw.sw1(), response.sw.sw2()]);
                ber::write(&mut responses, RESPONSE, &value);
                executed += 1;
                if !succeeded(response.sw) {
                    break;
                }
            }
            ber::write(&mut inner, EXECUTED, &[executed]);
            inner.extend(responses);
        }
        Err(why) => {
            ber::write(&mut inner, EXECUTED, &[0]);
            ber::write(&mut inner, BAD_FORMAT, &[why]);
        }
    }
    let mut answer = Vec::new();
    ber::write(&mut answer, RESPONSE_SCRIPT, &inner);
    answer
}
