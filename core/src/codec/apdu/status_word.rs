//! Status words: how a command ended (ETSI TS 102 221 §10.2, 3GPP TS 51.011 §9.4).

use std::borrow::Cow;
use std::fmt;

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
    /// More of the object waits for RETRIEVE DATA.
    pub const MORE_TO_READ: StatusWord = StatusWord(0x62F1);
    /// More of the object is expected by SET DATA.
    pub const MORE_TO_WRITE: StatusWord = StatusWord(0x63F1);
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
    /// Not enough memory in the file or on the card.
    pub const NO_ROOM: StatusWord = StatusWord(0x6A84);
    /// A file with this identifier is there already.
    pub const FILE_EXISTS: StatusWord = StatusWord(0x6A89);
    /// An application with this name is there already.
    pub const NAME_EXISTS: StatusWord = StatusWord(0x6A8A);
    /// P1 or P2 wrong.
    pub const WRONG_P1_P2: StatusWord = StatusWord(0x6A86);
    /// Referenced data, such as a PIN, not found.
    pub const REFERENCE_NOT_FOUND: StatusWord = StatusWord(0x6A88);
    /// INCREASE would exceed the greatest value.
    pub const MAXIMUM_REACHED: StatusWord = StatusWord(0x9850);
    /// The network's authentication code is wrong.
    pub const AUTHENTICATION_ERROR: StatusWord = StatusWord(0x9862);
    /// Suspension is refused: the least time asked for is longer than any granted.
    pub const SUSPENSION_TOO_LONG: StatusWord = StatusWord(0x9864);
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

    /// Normal ending: 9000, 91XX, 92XX but 9240.
    pub fn is_normal(self) -> bool {
        matches!(self.sw1(), 0x90..=0x92) && self.0 != 0x9240
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
            (0x92, 0x40) => "memory problem",
            (0x92, _) => "normal ending, with information on the data transfer",
            (0x93, 0x00) => "toolkit busy, try again later",
            (0x61, _) => return Cow::Owned(format!("{length} bytes wait for GET RESPONSE")),
            (0x6C, _) => return Cow::Owned(format!("wrong Le, right is {length}")),
            (0x62, 0x00) => "warning, nothing changed",
            (0x62, 0x81) => "returned data may be corrupted",
            (0x62, 0x82) => "end of file before Le bytes, or search failed",
            (0x62, 0x83) => "selected file is deactivated",
            (0x62, 0xF1) => "more data waits",
            (0x63, 0x00) => "message failed",
            (0x63, 0xF1) => "more data expected",
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
            (0x6A, 0x89) => "file exists already",
            (0x6A, 0x8A) => "name of a DF exists already",
            (0x6B, 0x00) => "wrong parameters, offset outside of the file",
            (0x6D, _) => "instruction not supported",
            (0x6E, _) => "class not supported",
            (0x6F, _) => "technical problem",
            (0x98, 0x50) => "maximum reached",
            (0x98, 0x62) => "authentication error",
            (0x98, 0x64) => {
                "security session or association expired, or the least suspension is too long"
            }
            (0x94, 0x00) => "no EF selected",
            (0x94, 0x02) => "out of range",
            (0x94, 0x04) => "file or pattern not found",
            (0x94, 0x08) => "command does not fit the file",
            (0x98, 0x02) => "no CHV there",
            (0x98, 0x04) => "access condition not fulfilled, or CHV wrong",
            (0x98, 0x08) => "against the CHV's status",
            (0x98, 0x10) => "against the invalidation status",
            (0x98, 0x40) => "CHV blocked",
            (0x9E, _) => {
                return Cow::Owned(format!("a message failed, {length} bytes say why"));
            }
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

#[cfg(test)]
mod tests {
    use super::*;

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
