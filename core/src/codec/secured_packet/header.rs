//! Codes of a packet's header and of its receipt: security parameters, response status
//! (ETSI TS 102 225 §5.1.1, §5.2).

use std::fmt;

/// How a packet is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// 00
    #[default]
    None,
    /// 01: redundancy check; finds accidents only.
    Redundancy,
    /// 10: cryptographic checksum.
    Cryptographic,
    /// 11: digital signature; none is defined.
    Signature,
}

impl Check {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Check::None,
            1 => Check::Redundancy,
            2 => Check::Cryptographic,
            _ => Check::Signature,
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Check::None => "no check",
            Check::Redundancy => "redundancy check",
            Check::Cryptographic => "cryptographic checksum",
            Check::Signature => "digital signature",
        }
    }
}

/// What is done with the counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CounterMode {
    /// 00: there is none.
    #[default]
    None,
    /// 01: not checked.
    Unchecked,
    /// 10: higher than the last.
    Higher,
    /// 11: higher by one.
    HigherByOne,
}

impl CounterMode {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => CounterMode::None,
            1 => CounterMode::Unchecked,
            2 => CounterMode::Higher,
            _ => CounterMode::HigherByOne,
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            CounterMode::None => "no counter",
            CounterMode::Unchecked => "counter not checked",
            CounterMode::Higher => "counter higher than the last",
            CounterMode::HigherByOne => "counter higher by one",
        }
    }
}

/// When a receipt is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Receipt {
    /// 00; 11 is reserved and read as this.
    #[default]
    Never,
    /// 01
    Always,
    /// 10
    OnError,
}

/// Security parameter indication, both octets (TS 102 225 §5.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spi {
    /// How the command is checked.
    pub check: Check,
    /// The command is ciphered.
    pub ciphered: bool,
    /// What its counter means.
    pub counter: CounterMode,
    /// When a receipt is wanted.
    pub receipt: Receipt,
    /// How the receipt is checked.
    pub receipt_check: Check,
    /// The receipt is ciphered.
    pub receipt_ciphered: bool,
    /// The receipt goes in a message of its own instead of the delivery report.
    pub receipt_by_submit: bool,
}

impl Spi {
    /// Octets to value; spare bits are ignored.
    pub fn from_octets([first, second]: [u8; 2]) -> Self {
        Spi {
            check: Check::from_bits(first),
            ciphered: first & 0x04 != 0,
            counter: CounterMode::from_bits(first >> 3),
            receipt: match second & 3 {
                1 => Receipt::Always,
                2 => Receipt::OnError,
                _ => Receipt::Never,
            },
            receipt_check: Check::from_bits(second >> 2),
            receipt_ciphered: second & 0x10 != 0,
            receipt_by_submit: second & 0x20 != 0,
        }
    }

    /// Value to octets.
    pub fn to_octets(self) -> [u8; 2] {
        [
            self.check as u8 | u8::from(self.ciphered) << 2 | (self.counter as u8) << 3,
            self.receipt as u8
                | (self.receipt_check as u8) << 2
                | u8::from(self.receipt_ciphered) << 4
                | u8::from(self.receipt_by_submit) << 5,
        ]
    }
}

/// Response status codes (TS 102 225 §5.2, table 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketStatus {
    /// 00
    Ok,
    /// 01: RC, CC or DS failed.
    CheckFailed,
    /// 02: the counter is not higher.
    CounterLow,
    /// 03: the counter is higher by more than one.
    CounterHigh,
    /// 04: the counter has reached its end.
    CounterBlocked,
    /// 05: ciphering failed.
    CipheringError,
    /// 06
    SecurityError,
    /// 07
    InsufficientMemory,
    /// 08: more time is needed.
    MoreTime,
    /// 09: no application has this TAR.
    TarUnknown,
    /// 0A: the application wants more security than the packet has.
    InsufficientSecurity,
    /// 0B: the answer follows in an SMS-SUBMIT.
    AnswerBySubmit,
    /// 0C: the answer follows by USSD.
    AnswerByUssd,
    /// Any other.
    Unknown(u8),
}

impl PacketStatus {
    /// From its octet.
    pub fn from_octet(octet: u8) -> Self {
        match octet {
            0x00 => PacketStatus::Ok,
            0x01 => PacketStatus::CheckFailed,
            0x02 => PacketStatus::CounterLow,
            0x03 => PacketStatus::CounterHigh,
            0x04 => PacketStatus::CounterBlocked,
            0x05 => PacketStatus::CipheringError,
            0x06 => PacketStatus::SecurityError,
            0x07 => PacketStatus::InsufficientMemory,
            0x08 => PacketStatus::MoreTime,
            0x09 => PacketStatus::TarUnknown,
            0x0A => PacketStatus::InsufficientSecurity,
            0x0B => PacketStatus::AnswerBySubmit,
            0x0C => PacketStatus::AnswerByUssd,
            other => PacketStatus::Unknown(other),
        }
    }

    /// To its octet.
    pub fn to_octet(self) -> u8 {
        match self {
            PacketStatus::Ok => 0x00,
            PacketStatus::CheckFailed => 0x01,
            PacketStatus::CounterLow => 0x02,
            PacketStatus::CounterHigh => 0x03,
            PacketStatus::CounterBlocked => 0x04,
            PacketStatus::CipheringError => 0x05,
            PacketStatus::SecurityError => 0x06,
            PacketStatus::InsufficientMemory => 0x07,
            PacketStatus::MoreTime => 0x08,
            PacketStatus::TarUnknown => 0x09,
            PacketStatus::InsufficientSecurity => 0x0A,
            PacketStatus::AnswerBySubmit => 0x0B,
            PacketStatus::AnswerByUssd => 0x0C,
            PacketStatus::Unknown(other) => other,
        }
    }
}

impl fmt::Display for PacketStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PacketStatus::Ok => "PoR OK",
            PacketStatus::CheckFailed => "RC/CC/DS failed",
            PacketStatus::CounterLow => "CNTR low",
            PacketStatus::CounterHigh => "CNTR high",
            PacketStatus::CounterBlocked => "CNTR blocked",
            PacketStatus::CipheringError => "ciphering error",
            PacketStatus::SecurityError => "unidentified security error",
            PacketStatus::InsufficientMemory => "insufficient memory",
            PacketStatus::MoreTime => "more time needed",
            PacketStatus::TarUnknown => "TAR unknown",
            PacketStatus::InsufficientSecurity => "insufficient security level",
            PacketStatus::AnswerBySubmit => "answer by SMS-SUBMIT",
            PacketStatus::AnswerByUssd => "answer by USSD",
            PacketStatus::Unknown(other) => return write!(f, "status {other:02X}"),
        })
    }
}
