//! Command and response APDUs of the short form (ISO/IEC 7816-4 §5, ETSI TS 102 221 §10).
//!
//! Knows the shape and the names; what a command does is the card's business.

use super::{DecodeError, Field, hex, parameters, shown};
use std::borrow::Cow;
use std::fmt;

/// DEACTIVATE FILE; INVALIDATE of GSM 11.11.
pub const DEACTIVATE_FILE: u8 = 0x04;
/// TERMINAL PROFILE.
pub const TERMINAL_PROFILE: u8 = 0x10;
/// FETCH.
pub const FETCH: u8 = 0x12;
/// TERMINAL RESPONSE.
pub const TERMINAL_RESPONSE: u8 = 0x14;
/// VERIFY PIN.
pub const VERIFY_PIN: u8 = 0x20;
/// CHANGE PIN.
pub const CHANGE_PIN: u8 = 0x24;
/// DISABLE PIN.
pub const DISABLE_PIN: u8 = 0x26;
/// ENABLE PIN.
pub const ENABLE_PIN: u8 = 0x28;
/// UNBLOCK PIN.
pub const UNBLOCK_PIN: u8 = 0x2C;
/// INCREASE.
pub const INCREASE: u8 = 0x32;
/// ACTIVATE FILE; REHABILITATE of GSM 11.11.
pub const ACTIVATE_FILE: u8 = 0x44;
/// MANAGE CHANNEL.
pub const MANAGE_CHANNEL: u8 = 0x70;
/// GET CHALLENGE.
pub const GET_CHALLENGE: u8 = 0x84;
/// AUTHENTICATE; RUN GSM ALGORITHM of GSM 11.11.
pub const AUTHENTICATE: u8 = 0x88;
/// SEARCH RECORD; SEEK of GSM 11.11.
pub const SEARCH_RECORD: u8 = 0xA2;
/// SELECT.
pub const SELECT: u8 = 0xA4;
/// TERMINAL CAPABILITY.
pub const TERMINAL_CAPABILITY: u8 = 0xAA;
/// READ BINARY.
pub const READ_BINARY: u8 = 0xB0;
/// READ RECORD.
pub const READ_RECORD: u8 = 0xB2;
/// GET RESPONSE.
pub const GET_RESPONSE: u8 = 0xC0;
/// ENVELOPE.
pub const ENVELOPE: u8 = 0xC2;
/// UPDATE BINARY.
pub const UPDATE_BINARY: u8 = 0xD6;
/// UPDATE RECORD.
pub const UPDATE_RECORD: u8 = 0xDC;
/// STATUS.
pub const STATUS: u8 = 0xF2;
/// SLEEP of GSM 11.11.
pub const SLEEP: u8 = 0xFA;

/// Name of an instruction (TS 102 221 §10.1.2), or `INS 5A`.
pub fn instruction_name(ins: u8) -> Cow<'static, str> {
    Cow::Borrowed(match ins {
        DEACTIVATE_FILE => "DEACTIVATE FILE",
        TERMINAL_PROFILE => "TERMINAL PROFILE",
        FETCH => "FETCH",
        TERMINAL_RESPONSE => "TERMINAL RESPONSE",
        VERIFY_PIN => "VERIFY PIN",
        CHANGE_PIN => "CHANGE PIN",
        DISABLE_PIN => "DISABLE PIN",
        ENABLE_PIN => "ENABLE PIN",
        UNBLOCK_PIN => "UNBLOCK PIN",
        INCREASE => "INCREASE",
        ACTIVATE_FILE => "ACTIVATE FILE",
        MANAGE_CHANNEL => "MANAGE CHANNEL",
        GET_CHALLENGE => "GET CHALLENGE",
        AUTHENTICATE => "AUTHENTICATE",
        SEARCH_RECORD => "SEARCH RECORD",
        SELECT => "SELECT",
        TERMINAL_CAPABILITY => "TERMINAL CAPABILITY",
        READ_BINARY => "READ BINARY",
        READ_RECORD => "READ RECORD",
        GET_RESPONSE => "GET RESPONSE",
        ENVELOPE => "ENVELOPE",
        UPDATE_BINARY => "UPDATE BINARY",
        UPDATE_RECORD => "UPDATE RECORD",
        STATUS => "STATUS",
        SLEEP => "SLEEP",
        0xCB => "RETRIEVE DATA",
        0xDB => "SET DATA",
        other => return Cow::Owned(format!("INS {other:02X}")),
    })
}

/// What a terminal sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandApdu {
    /// Class: standard and logical channel.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Up to 255 bytes; empty in cases 1 and 2.
    pub data: Vec<u8>,
    /// Bytes wanted, 1 to 256; `None` in cases 1 and 3.
    pub le: Option<u16>,
}

impl CommandApdu {
    /// A command without data and without wish for any.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        CommandApdu {
            cla,
            ins,
            p1,
            p2,
            data: Vec::new(),
            le: None,
        }
    }

    /// The same with data.
    #[must_use]
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// The same with a number of bytes wanted, 1 to 256.
    #[must_use]
    pub fn with_le(mut self, le: u16) -> Self {
        self.le = Some(le);
        self
    }

    /// Reads a short command of case 1 to 4 (ISO/IEC 7816-4 §5.1).
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let [cla, ins, p1, p2, rest @ ..] = bytes else {
            return Err(DecodeError::new(
                bytes.len(),
                "a header of 4 bytes",
                format!("{} bytes", bytes.len()),
            )
            .clause("ISO/IEC 7816-4 §5.1"));
        };
        let (data, le) = body(rest)?;
        let mut apdu = CommandApdu::new(*cla, *ins, *p1, *p2).with_data(data);
        apdu.le = le;
        Ok(apdu)
    }

    /// The bytes; data over 255 bytes cannot travel in one short command and are cut.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.cla, self.ins, self.p1, self.p2];
        if !self.data.is_empty() {
            let data = &self.data[..self.data.len().min(255)];
            bytes.push(data.len() as u8);
            bytes.extend_from_slice(data);
        }
        // 256 is written 00, which is its low byte.
        bytes.extend(self.le.map(|le| le as u8));
        bytes
    }
}

/// Data and Le of what follows the header of a short command (ISO/IEC 7816-4 §5.1).
pub fn body(rest: &[u8]) -> Result<(&[u8], Option<u16>), DecodeError> {
    match rest {
        [] => Ok((&[], None)),
        [le] => Ok((&[], Some(le_value(*le)))),
        [lc, rest @ ..] => {
            let length = usize::from(*lc);
            if length == 0 || !(rest.len() == length || rest.len() == length + 1) {
                return Err(DecodeError::new(
                    4,
                    format!("Lc for the {} bytes that follow", rest.len()),
                    format!("{lc:02X}"),
                )
                .clause("ISO/IEC 7816-4 §5.1"));
            }
            let (data, le) = rest.split_at(length);
            Ok((data, le.first().map(|le| le_value(*le))))
        }
    }
}

fn le_value(byte: u8) -> u16 {
    if byte == 0 { 256 } else { u16::from(byte) }
}

impl fmt::Display for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&instruction_name(self.ins))?;
        match (self.ins, self.data.len()) {
            (SELECT, 1..) => write!(f, " {}", hex::encode(&self.data)),
            (_, 0) => Ok(()),
            (_, n) => write!(f, ", {n} B"),
        }
    }
}

/// SW1 and SW2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Normal ending.
    pub const OK: StatusWord = StatusWord(0x9000);
    /// Wrong length.
    pub const WRONG_LENGTH: StatusWord = StatusWord(0x6700);
    /// Logical channel not open.
    pub const CHANNEL_NOT_SUPPORTED: StatusWord = StatusWord(0x6881);
    /// Search found nothing.
    pub const NOTHING_FOUND: StatusWord = StatusWord(0x6282);
    /// The selected file is deactivated.
    pub const FILE_DEACTIVATED: StatusWord = StatusWord(0x6283);
    /// Secure messaging asked for.
    pub const SECURE_MESSAGING_NOT_SUPPORTED: StatusWord = StatusWord(0x6882);
    /// File structure does not fit the command.
    pub const WRONG_STRUCTURE: StatusWord = StatusWord(0x6981);
    /// Access condition not met.
    pub const SECURITY_STATUS: StatusWord = StatusWord(0x6982);
    /// PIN blocked.
    pub const BLOCKED: StatusWord = StatusWord(0x6983);
    /// Referenced data not usable: the PIN is disabled.
    pub const NOT_USABLE: StatusWord = StatusWord(0x6984);
    /// Conditions of use not satisfied.
    pub const CONDITIONS_OF_USE: StatusWord = StatusWord(0x6985);
    /// No EF selected.
    pub const NO_EF: StatusWord = StatusWord(0x6986);
    /// Incorrect data field.
    pub const WRONG_DATA: StatusWord = StatusWord(0x6A80);
    /// Function not supported; no logical channel is free.
    pub const NOT_SUPPORTED: StatusWord = StatusWord(0x6A81);
    /// File not found.
    pub const FILE_NOT_FOUND: StatusWord = StatusWord(0x6A82);
    /// Record not found.
    pub const RECORD_NOT_FOUND: StatusWord = StatusWord(0x6A83);
    /// P1 or P2 wrong.
    pub const WRONG_P1_P2: StatusWord = StatusWord(0x6A86);
    /// Referenced data, such as a PIN, not found.
    pub const REFERENCE_NOT_FOUND: StatusWord = StatusWord(0x6A88);
    /// INCREASE would exceed the greatest value.
    pub const MAXIMUM_REACHED: StatusWord = StatusWord(0x9850);
    /// The network's authentication code is wrong.
    pub const AUTHENTICATION_ERROR: StatusWord = StatusWord(0x9862);
    /// Offset outside of the file.
    pub const WRONG_OFFSET: StatusWord = StatusWord(0x6B00);
    /// Instruction not supported.
    pub const WRONG_INS: StatusWord = StatusWord(0x6D00);
    /// Class not supported.
    pub const WRONG_CLA: StatusWord = StatusWord(0x6E00);
    /// Toolkit busy, the terminal may ask again (TS 102 221 §10.2.1.3).
    pub const TOOLKIT_BUSY: StatusWord = StatusWord(0x9300);
    /// A short message failed; what follows is for the RP-ERROR (TS 31.111 §7.1.1).
    pub const MESSAGE_FAILED: StatusWord = StatusWord(0x6300);
    /// No precise diagnosis.
    pub const TECHNICAL: StatusWord = StatusWord(0x6F00);

    /// `91XX`: normal ending, a proactive command of `length` bytes (256 is 00) waits.
    pub fn proactive(length: usize) -> Self {
        StatusWord(0x9100 | (length as u16 & 0xFF))
    }

    /// `63CX`: `tries` are left, at most 15.
    pub fn tries_left(tries: u8) -> Self {
        StatusWord(0x63C0 | u16::from(tries.min(15)))
    }

    /// `61XX`: `length` bytes (256 and more are 00) wait for GET RESPONSE.
    pub fn response_available(length: usize) -> Self {
        StatusWord(0x6100 | (length.min(256) as u16 & 0xFF))
    }

    /// `9FXX` of class A0: `length` bytes (256 and more are 00) wait for GET RESPONSE.
    pub fn gsm_response_available(length: usize) -> Self {
        StatusWord(0x9F00 | (length.min(256) as u16 & 0xFF))
    }

    /// `9EXX` of class A0: a message failed, `length` bytes (256 and more are 00) say why.
    pub fn gsm_failed(length: usize) -> Self {
        StatusWord(0x9E00 | (length.min(256) as u16 & 0xFF))
    }

    /// `6CXX`: the right Le is `length` (256 is 00).
    pub fn wrong_le(length: usize) -> Self {
        StatusWord(0x6C00 | (length as u16 & 0xFF))
    }

    /// SW1.
    pub fn sw1(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// SW2.
    pub fn sw2(self) -> u8 {
        self.0 as u8
    }

    /// Normal ending: 9000, 91XX, 92XX.
    pub fn is_normal(self) -> bool {
        matches!(self.sw1(), 0x90..=0x92)
    }

    /// What it says (TS 102 221 §10.2).
    pub fn meaning(self) -> Cow<'static, str> {
        let length = if self.sw2() == 0 {
            256
        } else {
            u16::from(self.sw2())
        };
        Cow::Borrowed(match (self.sw1(), self.sw2()) {
            (0x90, 0x00) => "normal ending",
            (0x91, _) => {
                return Cow::Owned(format!("normal ending, a command of {length} bytes waits"));
            }
            (0x92, _) => "normal ending, with information on the data transfer",
            (0x93, 0x00) => "toolkit busy, try again later",
            (0x61, _) => return Cow::Owned(format!("{length} bytes wait for GET RESPONSE")),
            (0x6C, _) => return Cow::Owned(format!("wrong Le, right is {length}")),
            (0x62, 0x00) => "warning, nothing changed",
            (0x62, 0x81) => "returned data may be corrupted",
            (0x62, 0x82) => "end of file before Le bytes, or search failed",
            (0x62, 0x83) => "selected file is deactivated",
            (0x63, n) if n & 0xF0 == 0xC0 => {
                return Cow::Owned(format!("{} tries left", n & 0x0F));
            }
            (0x64, 0x00) => "execution error, nothing changed",
            (0x65, 0x81) => "memory problem",
            (0x67, 0x00) => "wrong length",
            (0x68, 0x81) => "logical channel not supported",
            (0x68, 0x82) => "secure messaging not supported",
            (0x69, 0x81) => "command does not fit the file structure",
            (0x69, 0x82) => "security status not satisfied",
            (0x69, 0x83) => "authentication method blocked",
            (0x69, 0x84) => "referenced data invalidated",
            (0x69, 0x85) => "conditions of use not satisfied",
            (0x69, 0x86) => "no EF selected",
            (0x6A, 0x80) => "wrong data field",
            (0x6A, 0x81) => "function not supported",
            (0x6A, 0x82) => "file not found",
            (0x6A, 0x83) => "record not found",
            (0x6A, 0x84) => "not enough memory",
            (0x6A, 0x86) => "wrong P1 or P2",
            (0x6A, 0x87) => "Lc does not fit P1 and P2",
            (0x6A, 0x88) => "referenced data not found",
            (0x6B, 0x00) => "wrong parameters, offset outside of the file",
            (0x6D, _) => "instruction not supported",
            (0x6E, _) => "class not supported",
            (0x6F, _) => "technical problem",
            (0x98, 0x50) => "maximum reached",
            (0x98, 0x62) => "authentication error",
            (0x94, 0x00) => "no EF selected",
            (0x94, 0x02) => "out of range",
            (0x94, 0x04) => "file or pattern not found",
            (0x94, 0x08) => "command does not fit the file",
            (0x98, 0x02) => "no CHV there",
            (0x98, 0x04) => "access condition not fulfilled, or CHV wrong",
            (0x98, 0x08) => "against the CHV's status",
            (0x98, 0x10) => "against the invalidation status",
            (0x98, 0x40) => "CHV blocked",
            (0x9F, _) => return Cow::Owned(format!("{length} bytes wait for GET RESPONSE")),
            _ => "",
        })
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

/// What a card answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseApdu {
    /// Up to 256 bytes.
    pub data: Vec<u8>,
    /// The status word.
    pub sw: StatusWord,
}

impl ResponseApdu {
    /// A response without data.
    pub fn status(sw: StatusWord) -> Self {
        ResponseApdu {
            data: Vec::new(),
            sw,
        }
    }

    /// Reads a response: data, then two bytes of status.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes {
            [data @ .., sw1, sw2] => Ok(ResponseApdu {
                data: data.to_vec(),
                sw: StatusWord(u16::from_be_bytes([*sw1, *sw2])),
            }),
            _ => Err(DecodeError::new(
                bytes.len(),
                "a status word of 2 bytes",
                format!("{} bytes", bytes.len()),
            )
            .clause("ISO/IEC 7816-4 §5.1")),
        }
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.clone().into_bytes()
    }

    /// The bytes, in the place of the data.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.data;
        bytes.extend(self.sw.0.to_be_bytes());
        bytes
    }
}

/// A command taken apart; the data of toolkit commands into their objects.
pub fn command_fields(bytes: &[u8]) -> Vec<Field> {
    const CLAUSE: &str = "ISO/IEC 7816-4 §5.1";
    let byte = |at: usize, name: &'static str, value: String, note: String| {
        (at < bytes.len()).then(|| {
            Field::new(name, at..at + 1, value)
                .clause(CLAUSE)
                .note(note)
        })
    };
    let at = |n: usize| bytes.get(n).copied().unwrap_or_default();
    let (first, second) = parameters::words([at(0), at(1), at(2), at(3)]);
    let mut fields: Vec<Field> = [
        byte(
            0,
            "CLA",
            format!("{:02X}", at(0)),
            class_note(at(0)).to_owned(),
        ),
        byte(
            1,
            "INS",
            format!("{:02X} {}", at(1), instruction_name(at(1))),
            String::new(),
        ),
        byte(2, "P1", format!("{:02X}", at(2)), first),
        byte(3, "P2", format!("{:02X}", at(3)), second),
    ]
    .into_iter()
    .flatten()
    .collect();
    match CommandApdu::decode(bytes) {
        Ok(apdu) => {
            let n = apdu.data.len();
            if n > 0 {
                fields.push(Field::new("Lc", 4..5, n.to_string()).clause(CLAUSE));
                let data = Field::new("Data", 5..5 + n, format!("{n} B"));
                let children = match apdu.ins {
                    TERMINAL_PROFILE => shown::toolkit::profile_fields(&apdu.data),
                    TERMINAL_RESPONSE => shown::toolkit::object_fields(&apdu.data),
                    ENVELOPE => shown::toolkit::fields(&apdu.data),
                    _ => parameters::data_fields(apdu.cla, apdu.ins, apdu.p1, &apdu.data),
                };
                let children = children.into_iter().map(|c| c.shifted(5)).collect();
                fields.push(data.children(children));
            }
            if let Some(le) = apdu.le {
                let end = bytes.len();
                fields.push(
                    Field::new("Le", end - 1..end, le.to_string())
                        .clause(CLAUSE)
                        .note("Bytes the terminal wants; 00 stands for 256."),
                );
            }
        }
        Err(error) => {
            let from = bytes.len().min(4);
            fields.push(
                Field::new("unreadable", from..bytes.len(), hex::spaced(&bytes[from..]))
                    .note(error.to_string()),
            );
        }
    }
    fields
}

fn class_note(cla: u8) -> &'static str {
    match cla {
        0x80 => "Commands of ETSI TS 102 221, such as those of the toolkit, on the basic channel.",
        0x00..=0x03 => "Commands of ISO/IEC 7816-4; the low bits name the logical channel.",
        0x81..=0x83 => "Commands of ETSI TS 102 221; the low bits name the logical channel.",
        0x40..=0x4F => "Commands of ISO/IEC 7816-4 on the logical channels 4 to 19.",
        0xC0..=0xCF => "Commands of ETSI TS 102 221 on the logical channels 4 to 19.",
        0xA0 => "Commands of GSM 11.11.",
        _ => "",
    }
}

/// A response taken apart; a proactive command in it into its objects.
pub fn response_fields(bytes: &[u8]) -> Vec<Field> {
    let response = match ResponseApdu::decode(bytes) {
        Ok(response) => response,
        Err(error) => {
            return vec![
                Field::new("unreadable", 0..bytes.len(), hex::spaced(bytes))
                    .note(error.to_string()),
            ];
        }
    };
    let n = response.data.len();
    let mut fields = Vec::new();
    if n > 0 {
        let children = match response.data[0] {
            0xD0 => shown::toolkit::fields(&response.data),
            0x62 => super::fcp::fields(&response.data),
            _ => vec![Field::new("Octets", 0..n, hex::spaced(&response.data))],
        };
        fields.push(Field::new("Data", 0..n, format!("{n} B")).children(children));
    }
    fields.push(
        Field::new("SW1 SW2", n..n + 2, response.sw.to_string())
            .clause("TS 102 221 §10.2")
            .note(response.sw.meaning()),
    );
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_cases_come_back() {
        for bytes in [
            &[0x00, 0xA4, 0x00, 0x04][..],
            &[0x80, 0x12, 0x00, 0x00, 0x0F],
            &[0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00],
            &[0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00, 0x00],
        ] {
            assert_eq!(CommandApdu::decode(bytes).unwrap().encode(), bytes);
        }
    }

    #[test]
    fn le_00_is_256() {
        assert_eq!(
            CommandApdu::decode(&[0x80, 0x12, 0, 0, 0]).unwrap().le,
            Some(256)
        );
    }

    #[test]
    fn a_wrong_lc_is_refused_with_its_place() {
        for bytes in [
            &[0, 0, 0][..],
            &[0, 0, 0, 0, 0, 1],
            &[0, 0, 0, 0, 3, 1],
            &[0, 0, 0, 0, 1, 1, 1, 1],
        ] {
            let error = CommandApdu::decode(bytes).unwrap_err();
            assert!(error.offset <= bytes.len());
            assert_eq!(command_fields(bytes).last().unwrap().name, "unreadable");
        }
    }

    #[test]
    fn status_words_say_what_they_mean() {
        assert_eq!(StatusWord::proactive(256), StatusWord(0x9100));
        assert_eq!(StatusWord(0x63C2).meaning(), "2 tries left");
        assert_eq!(
            StatusWord(0x9100).meaning(),
            "normal ending, a command of 256 bytes waits"
        );
        assert!(StatusWord(0x910F).is_normal() && !StatusWord(0x6F00).is_normal());
    }
}
