//! TERMINAL RESPONSE: how a proactive command went (TS 102 223 §6.8, §8.12).

use super::channel::ChannelStatus;
use super::command::command_details;
use super::object::{Object, objects, tagged, value};
use super::text::Text;
use crate::codec::input::{byte, clause, ending, rest, whole};
use crate::codec::vocabulary::toolkit::{
    additional_name, command, command_name, device, result, result_name, tag,
};
use crate::codec::{DecodeError, ber};
use nom::Parser;
use nom::combinator::opt;
use std::borrow::Cow;
use std::fmt;

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
        let result = tagged(tag::RESULT, "a result")
            .map(|tlv| value(&tlv))
            .and_then(ending((byte("a general result"), rest)));
        let devices = opt(tagged(tag::DEVICE_IDENTITIES, "device identities"));
        let parts = (command_details, devices, result, objects);
        let ((number, kind, qualifier), _, (result, additional), objects) =
            whole(bytes, clause("TS 102 223 §6.8", parts))?;
        Ok(TerminalResponse {
            number,
            kind,
            qualifier,
            result,
            additional: additional.bytes().to_vec(),
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

/// Additional information on a result in words; `None` when there is none, or the result defines
/// none (TS 102 223 §8.12.2 to §8.12.12).
pub fn additional_text(result: u8, additional: &[u8]) -> Option<Cow<'static, str>> {
    let first = additional.first();
    match (result, first) {
        (result::BIP_ERROR, None) => Some(BipError::NoCause.name().into()),
        (result::BIP_ERROR, Some(code)) => Some(BipError::from_code(*code).name().into()),
        (_, code) => additional_name(result, *code?),
    }
}

impl fmt::Display for TerminalResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "to {}: {}",
            command_name(self.kind),
            result_name(self.result)
        )?;
        if let Some(additional) = additional_text(self.result, &self.additional) {
            write!(f, ", {additional}")?;
        }
        for object in &self.objects {
            match object {
                Object::ChannelData(data) => write!(f, ", {} B", data.len())?,
                Object::ChannelDataLength(n) => {
                    let more = if *n == 0xFF { " or more" } else { "" };
                    // In a response to SEND DATA the length is space, else octets waiting.
                    let what = if self.kind == command::SEND_DATA {
                        "free"
                    } else {
                        "waiting"
                    };
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
