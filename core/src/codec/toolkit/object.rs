//! COMPREHENSION-TLV objects (TS 102 223 §8; coding TS 101 220 §7.1.1).

use super::channel::{ChannelStatus, Transport};
use super::text::Text;
use crate::codec::ber::{self, Tlv};
use crate::codec::input::{Input, Parsed, all, array, byte, byte_that, pair, whole};
use crate::codec::vocabulary::toolkit::tag;
use nom::Parser;
use nom::combinator::peek;
use nom::sequence::preceded;

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
        let known = match tag {
            tag::CHANNEL_DATA => Some(Object::ChannelData(value.to_vec())),
            tag::TEXT => Some(Object::Text(Text::decode(value))),
            _ => whole(value, |input| known(tag, input)).ok(),
        };
        known.unwrap_or_else(|| Object::Other {
            tag,
            value: value.to_vec(),
        })
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

/// The value of an object of a kind that has a form of its own.
fn known(tag: u8, input: Input<'_>) -> Parsed<'_, Object> {
    match tag {
        tag::CHANNEL_DATA_LENGTH => byte("a length").map(Object::ChannelDataLength).parse(input),
        tag::CHANNEL_STATUS => array("a channel status")
            .map(|status| Object::ChannelStatus(ChannelStatus::decode(status)))
            .parse(input),
        tag::BUFFER_SIZE => pair("a size").map(Object::BufferSize).parse(input),
        tag::TRANSPORT => array("a transport level")
            .map(|transport| Object::Transport(Transport::decode(transport)))
            .parse(input),
        tag::TIMER_ID => byte("a timer").map(Object::TimerId).parse(input),
        tag::TIMER_VALUE => bcd::value.map(Object::TimerValue).parse(input),
        tag::ITEM_ID => byte("an item").map(Object::ItemId).parse(input),
        tag::DURATION => (byte("a unit"), byte("a count"))
            .map(|(unit, count)| Object::Duration { unit, count })
            .parse(input),
        _ => Err(input.wrong("an object with a form of its own")),
    }
}

/// The next object, whose tag must be this one, whatever its comprehension bit.
pub(super) fn tagged<'a>(
    tag: u8,
    expected: &'static str,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Tlv<'a>> {
    move |input| {
        preceded(
            peek(byte_that(expected, |of| of & 0x7F == tag)),
            ber::object,
        )
        .parse(input)
    }
}

/// The value of an object, with its place.
pub(super) fn value<'a>(tlv: &Tlv<'a>) -> Input<'a> {
    Input::at(tlv.value, tlv.value_range.start)
}

/// All objects to the end.
pub(super) fn objects(input: Input<'_>) -> Parsed<'_, Vec<Object>> {
    all(ber::object.map(|tlv| Object::decode(tlv.tag, tlv.value))).parse(input)
}

/// Hours, minutes and seconds as digits with swapped nibbles (TS 102 223 §8.38).
pub mod bcd {
    use crate::codec::input::{Input, Parsed, array};

    /// The three bytes, which must be a time.
    pub(in crate::codec::toolkit) fn value(input: Input<'_>) -> Parsed<'_, u32> {
        let (rest, bytes) = array("hours, minutes and seconds")(input)?;
        match seconds(bytes) {
            Some(seconds) => Ok((rest, seconds)),
            None => Err(input.wrong("hours, minutes and seconds in digits")),
        }
    }

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
