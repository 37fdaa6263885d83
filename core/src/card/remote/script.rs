//! What the commands of a packet are and what is answered to them (ETSI TS 102 226 §5.1, §5.2).

use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::ber;

/// Commands of one packet.
const MAX_COMMANDS: u8 = u8::MAX;

/// Octets of answers after which an expanded script ends.
const MAX_ANSWER: usize = 16 * 1024;

/// Length octet of an object that ends with two octets 00 (ISO/IEC 8825-1 §8.1.3.6).
const INDEFINITE: u8 = 0x80;
const END_OF_CONTENTS: [u8; 2] = [0x00, 0x00];

/// Carries out the commands of a packet until one fails; the application's answer
/// (TS 102 226 §5.1, §5.2).
pub(in crate::card) fn script(data: &[u8], execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    if is_expanded(data) {
        expanded(data, execute)
    } else {
        compact(data, execute)
    }
}

/// Template of a command script of definite length, and one that ends with two octets 00.
const COMMAND_SCRIPT: u8 = 0xAA;
const COMMAND_SCRIPT_INDEFINITE: u8 = 0xAE;

/// Is a script one of TLVs?
pub(in crate::card) fn is_expanded(data: &[u8]) -> bool {
    matches!(
        data.first(),
        Some(&(COMMAND_SCRIPT | COMMAND_SCRIPT_INDEFINITE))
    )
}

fn succeeded(sw: StatusWord) -> bool {
    // Tries that are left are a refusal.
    matches!(sw.sw1(), 0x90..=0x92 | 0x61 | 0x62 | 0x63 | 0x9F) && sw.0 & 0xFFF0 != 0x63C0
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

/// Commands as TLVs of a template; the answer: how many, and what each said. A script without a
/// length has its answer in the same form, without the count (TS 102 226 §5.2.1).
fn expanded(data: &[u8], mut execute: impl FnMut(&[u8]) -> ResponseApdu) -> Vec<u8> {
    const RESPONSE_SCRIPT: u8 = 0xAB;
    const RESPONSE_SCRIPT_INDEFINITE: u8 = 0xAF;
    const EXECUTED: u8 = 0x80;
    const RESPONSE: u8 = 0x23;
    /// A script that cannot be read, and why (TS 102 226 §5.2.2).
    const BAD_FORMAT: u8 = 0x90;
    let indefinite = data.first() == Some(&COMMAND_SCRIPT_INDEFINITE);
    let mut executed = 0;
    let mut responses = Vec::new();
    match commands(data, indefinite) {
        Ok(commands) => {
            for command in commands.into_iter().take(usize::from(MAX_COMMANDS)) {
                let response = execute(command);
                let mut value = response.data;
                value.extend([response.sw.sw1(), response.sw.sw2()]);
                ber::write(&mut responses, RESPONSE, &value);
                executed += 1;
                if !succeeded(response.sw) || responses.len() > MAX_ANSWER {
                    break;
                }
            }
        }
        Err(why) => ber::write(&mut responses, BAD_FORMAT, &[why]),
    }
    let mut answer = Vec::new();
    if indefinite {
        answer.extend([RESPONSE_SCRIPT_INDEFINITE, INDEFINITE]);
        answer.extend(responses);
        answer.extend(END_OF_CONTENTS);
    } else {
        let mut inner = Vec::new();
        ber::write(&mut inner, EXECUTED, &[executed]);
        inner.extend(responses);
        ber::write(&mut answer, RESPONSE_SCRIPT, &inner);
    }
    answer
}

/// The commands of an expanded script, or the code of what is wrong with it.
fn commands(data: &[u8], indefinite: bool) -> Result<Vec<&[u8]>, u8> {
    const COMMAND: u8 = 0x22;
    const UNKNOWN_TAG: u8 = 0x01;
    const WRONG_LENGTH: u8 = 0x02;
    const LENGTH_NOT_FOUND: u8 = 0x03;
    let inner = if indefinite {
        let behind = data.get(1..).unwrap_or_default();
        behind
            .strip_prefix(&[INDEFINITE][..])
            .ok_or(LENGTH_NOT_FOUND)?
            .strip_suffix(&END_OF_CONTENTS[..])
            .ok_or(WRONG_LENGTH)?
    } else {
        let outer = ber::read(data, 0).ok();
        let outer = outer.filter(|outer| outer.range.end == data.len());
        outer.ok_or(WRONG_LENGTH)?.value
    };
    let tlvs = ber::read_all(inner).map_err(|_| WRONG_LENGTH)?;
    if tlvs.iter().any(|tlv| tlv.tag != COMMAND) {
        return Err(UNKNOWN_TAG);
    }
    Ok(tlvs.into_iter().map(|tlv| tlv.value).collect())
}
