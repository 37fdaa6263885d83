//! TERMINAL RESPONSE: how a proactive command went (TS 102 223 §6.8, §8.12).

use super::object::decode_all;
use super::{ChannelStatus, Object, Text, device, names, tag};
use crate::codec::{DecodeError, ber};
use std::fmt;

/// General results (TS 102 223 §8.12).
pub mod result {
    /// Command performed successfully.
    pub const OK: u8 = 0x00;
    /// Performed with partial comprehension.
    pub const PARTIAL: u8 = 0x01;
    /// Performed with missing information.
    pub const MISSING_INFORMATION: u8 = 0x02;
    /// REFRESH performed with additional EFs read.
    pub const EFS_READ: u8 = 0x03;
    /// Performed, but the requested icon could not be shown.
    pub const NO_ICON: u8 = 0x04;
    /// Performed with modification.
    pub const MODIFIED: u8 = 0x07;
    /// REFRESH performed, the application was not active.
    pub const NOT_ACTIVE: u8 = 0x08;
    /// Proactive session ended by the user.
    pub const ENDED_BY_USER: u8 = 0x10;
    /// Backward move requested by the user.
    pub const BACKWARD: u8 = 0x11;
    /// No response from the user.
    pub const NO_RESPONSE: u8 = 0x12;
    /// Help requested by the user.
    pub const HELP: u8 = 0x13;
    /// Terminal currently unable to process command.
    pub const TERMINAL_BUSY: u8 = 0x20;
    /// Network currently unable to process command.
    pub const NETWORK_BUSY: u8 = 0x21;
    /// User did not accept the command.
    pub const USER_REFUSED: u8 = 0x22;
    /// Call cleared before connection or network release.
    pub const CLEARED: u8 = 0x23;
    /// Action in contradiction with the current timer state.
    pub const TIMER_STATE: u8 = 0x24;
    /// Command beyond terminal's capabilities.
    pub const BEYOND_CAPABILITIES: u8 = 0x30;
    /// Command type not understood by terminal.
    pub const TYPE_NOT_UNDERSTOOD: u8 = 0x31;
    /// Command data not understood by terminal.
    pub const DATA_NOT_UNDERSTOOD: u8 = 0x32;
    /// Command number not known by terminal.
    pub const NUMBER_NOT_KNOWN: u8 = 0x33;
    /// Required values are missing.
    pub const VALUES_MISSING: u8 = 0x36;
    /// Bearer independent protocol error; additional information tells which.
    pub const BIP_ERROR: u8 = 0x3A;
}

/// Additional information of a BIP error (TS 102 223 §8.12.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BipError {
    /// 00
    NoCause,
    /// 01
    NoChannelAvailable,
    /// 02
    ChannelClosed,
    /// 03
    ChannelIdentifierInvalid,
    /// 04
    BufferSizeNotAvailable,
    /// 05
    SecurityError,
    /// 06
    TransportLevelNotAvailable,
    /// 07
    DeviceNotReachable,
    /// 08
    ServiceError,
    /// 09
    ServiceUnknown,
    /// 10
    PortNotAvailable,
    /// 11
    LaunchParameters,
    /// 12
    LaunchFailed,
    /// Any other.
    Unknown(u8),
}

impl BipError {
    /// The byte.
    pub fn code(self) -> u8 {
        match self {
            BipError::NoCause => 0x00,
            BipError::NoChannelAvailable => 0x01,
            BipError::ChannelClosed => 0x02,
            BipError::ChannelIdentifierInvalid => 0x03,
            BipError::BufferSizeNotAvailable => 0x04,
            BipError::SecurityError => 0x05,
            BipError::TransportLevelNotAvailable => 0x06,
            BipError::DeviceNotReachable => 0x07,
            BipError::ServiceError => 0x08,
            BipError::ServiceUnknown => 0x09,
            BipError::PortNotAvailable => 0x10,
            BipError::LaunchParameters => 0x11,
            BipError::LaunchFailed => 0x12,
            BipError::Unknown(code) => code,
        }
    }

    /// From the byte.
    pub fn from_code(code: u8) -> Self {
        [
            BipError::NoCause,
            BipError::NoChannelAvailable,
            BipError::ChannelClosed,
            BipError::ChannelIdentifierInvalid,
            BipError::BufferSizeNotAvailable,
            BipError::SecurityError,
            BipError::TransportLevelNotAvailable,
            BipError::DeviceNotReachable,
            BipError::ServiceError,
            BipError::ServiceUnknown,
            BipError::PortNotAvailable,
            BipError::LaunchParameters,
            BipError::LaunchFailed,
        ]
        .into_iter()
        .find(|e| e.code() == code)
        .unwrap_or(BipError::Unknown(code))
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            BipError::NoCause => "no specific cause",
            BipError::NoChannelAvailable => "no channel available",
            BipError::ChannelClosed => "channel closed",
            BipError::ChannelIdentifierInvalid => "channel identifier not valid",
            BipError::BufferSizeNotAvailable => "requested buffer size not available",
            BipError::SecurityError => "security error",
            BipError::TransportLevelNotAvailable => "requested transport level not available",
            BipError::DeviceNotReachable => "remote device not reachable",
            BipError::ServiceError => "service error",
            BipError::ServiceUnknown => "service identifier unknown",
            BipError::PortNotAvailable => "port not available",
            BipError::LaunchParameters => "launch parameters missing or incorrect",
            BipError::LaunchFailed => "application launch failed",
            BipError::Unknown(_) => "unknown cause",
        }
    }
}

/// The answer to one proactive command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalResponse {
    /// Command details as the card gave them: number.
    pub number: u8,
    /// Type of command.
    pub kind: u8,
    /// Qualifier.
    pub qualifier: u8,
    /// General result, see [`result`].
    pub result: u8,
    /// Additional information on the result.
    pub additional: Vec<u8>,
    /// Objects after the result.
    pub objects: Vec<Object>,
}

impl TerminalResponse {
    /// Reads the objects of a TERMINAL RESPONSE's data.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let tlvs = ber::read_all(bytes)?;
        let wrong = |at: usize, expected: &'static str| {
            DecodeError::new(at, expected, "something else").clause("TS 102 223 §6.8")
        };
        let mut tlvs = tlvs.iter().peekable();
        let (number, kind, qualifier) = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::COMMAND_DETAILS => match t.value {
                [number, kind, qualifier] => (*number, *kind, *qualifier),
                _ => return Err(wrong(t.range.start, "command details of 3 bytes")),
            },
            _ => return Err(wrong(0, "command details first")),
        };
        let _ = tlvs.next_if(|t| t.tag & 0x7F == tag::DEVICE_IDENTITIES);
        let (result, additional) = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::RESULT => match t.value {
                [result, additional @ ..] => (*result, additional.to_vec()),
                [] => return Err(wrong(t.range.start, "a result of at least 1 byte")),
            },
            Some(t) => return Err(wrong(t.range.start, "a result")),
            None => return Err(wrong(bytes.len(), "a result")),
        };
        let from = tlvs.peek().map_or(bytes.len(), |t| t.range.start);
        let objects = decode_all(&bytes[from..])?;
        Ok(TerminalResponse {
            number,
            kind,
            qualifier,
            result,
            additional,
            objects,
        })
    }

    /// The data of a TERMINAL RESPONSE.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![
            tag::COMMAND_DETAILS | 0x80,
            3,
            self.number,
            self.kind,
            self.qualifier,
            tag::DEVICE_IDENTITIES | 0x80,
            2,
            device::TERMINAL,
            device::UICC,
        ];
        let mut value = vec![self.result];
        value.extend_from_slice(&self.additional);
        ber::write(&mut bytes, tag::RESULT | 0x80, &value);
        for object in &self.objects {
            object.encode(&mut bytes);
        }
        bytes
    }

    /// Results 00 to 09: performed, wholly or in part.
    pub fn is_success(&self) -> bool {
        self.result < 0x10
    }

    /// Channel data, if there is any.
    pub fn channel_data(&self) -> Option<&[u8]> {
        self.objects.iter().find_map(|o| match o {
            Object::ChannelData(data) => Some(&data[..]),
            _ => None,
        })
    }

    /// Channel data length, if there is any.
    pub fn channel_data_length(&self) -> Option<u8> {
        self.objects.iter().find_map(|o| match o {
            Object::ChannelDataLength(n) => Some(*n),
            _ => None,
        })
    }

    /// The first channel status, if there is any.
    pub fn channel_status(&self) -> Option<ChannelStatus> {
        self.objects.iter().find_map(|o| match o {
            Object::ChannelStatus(status) => Some(*status),
            _ => None,
        })
    }

    /// Buffer size, if there is one.
    pub fn buffer_size(&self) -> Option<u16> {
        self.objects.iter().find_map(|o| match o {
            Object::BufferSize(n) => Some(*n),
            _ => None,
        })
    }

    /// Text of the user, if there is any.
    pub fn text(&self) -> Option<&Text> {
        self.objects.iter().find_map(|o| match o {
            Object::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The item chosen, if there is one.
    pub fn item(&self) -> Option<u8> {
        self.objects.iter().find_map(|o| match o {
            Object::ItemId(item) => Some(*item),
            _ => None,
        })
    }

    /// The seconds left of a timer, if they are there.
    pub fn timer_value(&self) -> Option<u32> {
        self.objects.iter().find_map(|o| match o {
            Object::TimerValue(seconds) => Some(*seconds),
            _ => None,
        })
    }

    /// The value of the first object of a kind that is kept as it came.
    pub fn value(&self, tag: u8) -> Option<&[u8]> {
        self.objects.iter().find_map(|o| match o {
            Object::Other { tag: of, value } if *of == tag => Some(&value[..]),
            _ => None,
        })
    }

    /// The terminal or the network is busy: the command may be sent again.
    pub fn is_busy(&self) -> bool {
        matches!(self.result, result::TERMINAL_BUSY | result::NETWORK_BUSY)
    }

    /// The cause of a BIP error.
    pub fn bip_error(&self) -> Option<BipError> {
        (self.result == result::BIP_ERROR).then(|| {
            self.additional
                .first()
                .map_or(BipError::NoCause, |c| BipError::from_code(*c))
        })
    }
}

impl fmt::Display for TerminalResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "to {}: {}",
            names::command(self.kind),
            names::result(self.result)
        )?;
        if let Some(error) = self.bip_error() {
            write!(f, ", {}", error.name())?;
        }
        for object in &self.objects {
            match object {
                Object::ChannelData(data) => write!(f, ", {} B", data.len())?,
                Object::ChannelDataLength(n) => {
                    let more = if *n == 0xFF { " or more" } else { "" };
                    // In a response to SEND DATA the length is space, else octets waiting.
                    let what = if self.kind == 0x43 { "free" } else { "waiting" };
                    write!(f, ", {n}{more} B {what}")?;
                }
                Object::ChannelStatus(status) => write!(f, ", {status}")?,
                Object::TimerId(n) => write!(f, ", timer {n}")?,
                Object::TimerValue(n) => write!(f, ", {n} s")?,
                Object::ItemId(n) => write!(f, ", item {n}")?,
                _ => {}
            }
        }
        Ok(())
    }
}
