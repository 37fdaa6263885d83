//! COMPREHENSION-TLV objects (TS 102 223 §8; coding TS 101 220 §7.1.1).

use super::{ChannelStatus, Text, Transport};
use crate::codec::{DecodeError, ber};

/// Tags without the comprehension bit.
pub mod tag {
    /// Command details.
    pub const COMMAND_DETAILS: u8 = 0x01;
    /// Device identities.
    pub const DEVICE_IDENTITIES: u8 = 0x02;
    /// Result.
    pub const RESULT: u8 = 0x03;
    /// Duration.
    pub const DURATION: u8 = 0x04;
    /// Alpha identifier.
    pub const ALPHA: u8 = 0x05;
    /// Address.
    pub const ADDRESS: u8 = 0x06;
    /// SMS TPDU.
    pub const SMS_TPDU: u8 = 0x0B;
    /// Text string.
    pub const TEXT: u8 = 0x0D;
    /// Item.
    pub const ITEM: u8 = 0x0F;
    /// Item identifier.
    pub const ITEM_ID: u8 = 0x10;
    /// Response length.
    pub const RESPONSE_LENGTH: u8 = 0x11;
    /// File list.
    pub const FILE_LIST: u8 = 0x12;
    /// Location information.
    pub const LOCATION: u8 = 0x13;
    /// IMEI.
    pub const IMEI: u8 = 0x14;
    /// Help request.
    pub const HELP: u8 = 0x15;
    /// Default text.
    pub const DEFAULT_TEXT: u8 = 0x17;
    /// Event list.
    pub const EVENT_LIST: u8 = 0x19;
    /// Location status.
    pub const LOCATION_STATUS: u8 = 0x1B;
    /// Timer identifier.
    pub const TIMER_ID: u8 = 0x24;
    /// Timer value.
    pub const TIMER_VALUE: u8 = 0x25;
    /// Date, time and time zone.
    pub const DATE_TIME: u8 = 0x26;
    /// Immediate response.
    pub const IMMEDIATE_RESPONSE: u8 = 0x2B;
    /// Language.
    pub const LANGUAGE: u8 = 0x2D;
    /// Application identifier.
    pub const AID: u8 = 0x2F;
    /// URL.
    pub const URL: u8 = 0x31;
    /// Browser termination cause.
    pub const BROWSER_TERMINATION: u8 = 0x34;
    /// Bearer description.
    pub const BEARER: u8 = 0x35;
    /// Channel data.
    pub const CHANNEL_DATA: u8 = 0x36;
    /// Channel data length.
    pub const CHANNEL_DATA_LENGTH: u8 = 0x37;
    /// Channel status.
    pub const CHANNEL_STATUS: u8 = 0x38;
    /// Buffer size.
    pub const BUFFER_SIZE: u8 = 0x39;
    /// UICC/terminal interface transport level.
    pub const TRANSPORT: u8 = 0x3C;
    /// Other address.
    pub const OTHER_ADDRESS: u8 = 0x3E;
    /// Access technology.
    pub const ACCESS_TECHNOLOGY: u8 = 0x3F;
    /// Network access name.
    pub const NETWORK_ACCESS_NAME: u8 = 0x47;
}

/// One object; tags are without the comprehension bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// Channel data (TS 102 223 §8.53).
    ChannelData(Vec<u8>),
    /// Octets waiting or space left; FF stands for 255 or more (§8.54).
    ChannelDataLength(u8),
    /// State of a channel (§8.56).
    ChannelStatus(ChannelStatus),
    /// Octets (§8.55).
    BufferSize(u16),
    /// Protocol, role and port (§8.59).
    Transport(Transport),
    /// Timer 1 to 8 (§8.37).
    TimerId(u8),
    /// Seconds (§8.38).
    TimerValue(u32),
    /// Text in its data coding scheme (§8.15).
    Text(Text),
    /// Item chosen (§8.10).
    ItemId(u8),
    /// Unit (00 minutes, 01 seconds, 02 tenths) and count (§8.8).
    Duration {
        /// Unit.
        unit: u8,
        /// Count.
        count: u8,
    },
    /// Any other object, or one of a known kind whose value has not the form it should have.
    Other {
        /// Without the comprehension bit.
        tag: u8,
        /// As it came.
        value: Vec<u8>,
    },
}

impl Object {
    /// The tag without the comprehension bit.
    pub fn tag(&self) -> u8 {
        match self {
            Object::ChannelData(_) => tag::CHANNEL_DATA,
            Object::ChannelDataLength(_) => tag::CHANNEL_DATA_LENGTH,
            Object::ChannelStatus(_) => tag::CHANNEL_STATUS,
            Object::BufferSize(_) => tag::BUFFER_SIZE,
            Object::Transport(_) => tag::TRANSPORT,
            Object::TimerId(_) => tag::TIMER_ID,
            Object::TimerValue(_) => tag::TIMER_VALUE,
            Object::Text(_) => tag::TEXT,
            Object::ItemId(_) => tag::ITEM_ID,
            Object::Duration { .. } => tag::DURATION,
            Object::Other { tag, .. } => *tag,
        }
    }

    /// From a tag (the comprehension bit is ignored) and a value.
    pub fn decode(tag: u8, value: &[u8]) -> Self {
        let tag = tag & 0x7F;
        match (tag, value) {
            (tag::CHANNEL_DATA, data) => Object::ChannelData(data.to_vec()),
            (tag::CHANNEL_DATA_LENGTH, [n]) => Object::ChannelDataLength(*n),
            (tag::CHANNEL_STATUS, [a, b]) => Object::ChannelStatus(ChannelStatus::decode([*a, *b])),
            (tag::BUFFER_SIZE, [a, b]) => Object::BufferSize(u16::from_be_bytes([*a, *b])),
            (tag::TRANSPORT, [a, b, c]) => Object::Transport(Transport::decode([*a, *b, *c])),
            (tag::TIMER_ID, [n]) => Object::TimerId(*n),
            (tag::TIMER_VALUE, [h, m, s]) => match bcd::seconds([*h, *m, *s]) {
                Some(seconds) => Object::TimerValue(seconds),
                None => Object::Other {
                    tag,
                    value: value.to_vec(),
                },
            },
            (tag::TEXT, value) => Object::Text(Text::decode(value)),
            (tag::ITEM_ID, [n]) => Object::ItemId(*n),
            (tag::DURATION, [unit, count]) => Object::Duration {
                unit: *unit,
                count: *count,
            },
            _ => Object::Other {
                tag,
                value: value.to_vec(),
            },
        }
    }

    /// Appends the object, with the comprehension bit set.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let tag = self.tag() | 0x80;
        match self {
            Object::ChannelData(data) => ber::write(out, tag, data),
            Object::ChannelDataLength(n) | Object::TimerId(n) | Object::ItemId(n) => {
                ber::write(out, tag, &[*n])
            }
            Object::ChannelStatus(status) => ber::write(out, tag, &status.encode()),
            Object::BufferSize(n) => ber::write(out, tag, &n.to_be_bytes()),
            Object::Transport(transport) => ber::write(out, tag, &transport.encode()),
            Object::TimerValue(seconds) => ber::write(out, tag, &bcd::from_seconds(*seconds)),
            Object::Text(text) => ber::write(out, tag, &text.encode()),
            Object::Duration { unit, count } => ber::write(out, tag, &[*unit, *count]),
            Object::Other { value, .. } => ber::write(out, tag, value),
        }
    }
}

/// Reads a string of objects.
pub(super) fn decode_all(bytes: &[u8]) -> Result<Vec<Object>, DecodeError> {
    Ok(ber::read_all(bytes)?
        .iter()
        .map(|tlv| Object::decode(tlv.tag, tlv.value))
        .collect())
}

/// Hours, minutes and seconds as digits with swapped nibbles (TS 102 223 §8.38).
pub mod bcd {
    /// The longest timer: 23:59:59.
    pub const MAX_S: u32 = 24 * 3600 - 1;

    /// Seconds, or `None` when a nibble is no digit or a part is out of range.
    pub fn seconds(bytes: [u8; 3]) -> Option<u32> {
        let mut parts = [0u32; 3];
        for (part, byte) in parts.iter_mut().zip(bytes) {
            let (tens, units) = (u32::from(byte & 0x0F), u32::from(byte >> 4));
            if tens > 9 || units > 9 {
                return None;
            }
            *part = tens * 10 + units;
        }
        let [h, m, s] = parts;
        (h < 24 && m < 60 && s < 60).then_some((h * 60 + m) * 60 + s)
    }

    /// The three bytes; more than [`MAX_S`] becomes [`MAX_S`].
    pub fn from_seconds(seconds: u32) -> [u8; 3] {
        let seconds = seconds.min(MAX_S);
        [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map(|part| (((part % 10) << 4) | (part / 10)) as u8)
    }
}
