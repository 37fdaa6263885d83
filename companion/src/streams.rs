//! Messages of HTTP in the connections of a capture: pieces are put together in their order.
//!
//! A piece that is missing ends what can be read of its side of the connection.

use dmsc_core::codec::http::{MAX_BODY, MAX_HEAD, Request, Response};
use std::collections::BTreeMap;

/// Connections of a capture that are followed at once.
const MAX_STREAMS: usize = 1_000;

/// Bytes of a message that is not whole.
const MAX_WAITING: usize = MAX_HEAD + MAX_BODY;

/// One side of a connection: addresses and ports of both ends.
pub(crate) type Side = (Vec<u8>, u16, Vec<u8>, u16);

/// A packet of a connection.
pub(crate) struct Segment<'a> {
    /// Side of its sender.
    pub(crate) side: Side,
    /// Number of its first byte.
    pub(crate) sequence: u32,
    /// It opens the connection.
    pub(crate) opens: bool,
    /// It is the last of its side.
    pub(crate) ends: bool,
    /// What it carries.
    pub(crate) payload: &'a [u8],
}

/// Connections under way.
#[derive(Default)]
pub(crate) struct Streams(BTreeMap<Side, Stream>);

#[derive(Default)]
struct Stream {
    next: Option<u32>,
    waiting: Vec<u8>,
    is_given_up: bool,
}

impl Streams {
    /// Takes a packet; hands out the messages that are whole with it.
    pub(crate) fn take(&mut self, segment: Segment<'_>) -> Vec<Vec<u8>> {
        if self.0.len() >= MAX_STREAMS && !self.0.contains_key(&segment.side) {
            return Vec::new();
        }
        let (side, ends) = (segment.side.clone(), segment.ends);
        let messages = self.pieced(segment);
        if ends {
            self.0.remove(&side);
        }
        messages
    }

    fn pieced(&mut self, segment: Segment<'_>) -> Vec<Vec<u8>> {
        let stream = self.0.entry(segment.side).or_default();
        if segment.opens {
            *stream = Stream {
                next: Some(segment.sequence.wrapping_add(1)),
                ..Stream::default()
            };
            return Vec::new();
        }
        let follows = stream.next.is_none_or(|next| next == segment.sequence);
        if segment.payload.is_empty() || !follows || stream.is_given_up {
            return Vec::new();
        }
        let length = segment.payload.len() as u32;
        stream.next = Some(segment.sequence.wrapping_add(length));
        if stream.waiting.len() + segment.payload.len() > MAX_WAITING {
            // No message is as long, and behind a hole none could be told.
            stream.waiting.clear();
            stream.is_given_up = true;
            return Vec::new();
        }
        stream.waiting.extend_from_slice(segment.payload);
        let mut messages = Vec::new();
        while let Some(length) = whole(&stream.waiting) {
            messages.push(stream.waiting.drain(..length).collect());
        }
        messages
    }
}

/// Bytes of the message at the start, once it is whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.starts_with(b"HTTP/") {
        true => Response::decode(bytes).ok()?.map(|(_, length)| length),
        false => Request::decode(bytes).ok()?.map(|(_, length)| length),
    };
    length.filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(sequence: u32, payload: &[u8]) -> Segment<'_> {
        Segment {
            side: (vec![1], 1, vec![2], 80),
            sequence,
            opens: payload.is_empty(),
            ends: false,
            payload,
        }
    }

    #[test]
    fn pieces_become_messages_in_their_order() {
        let mut streams = Streams::default();
        assert!(streams.take(piece(9, b"")).is_empty());
        assert!(
            streams
                .take(piece(10, b"POST / HTTP/1.1\r\nHost: a\r\nContent-L"))
                .is_empty()
        );
        // One that was sent again, and one behind a gap.
        assert!(streams.take(piece(10, b"POST")).is_empty());
        assert!(streams.take(piece(99, b"ength: 1\r\n\r\nx")).is_empty());
        let rest = streams.take(piece(
            45,
            b"ength: 1\r\n\r\nxGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ));
        assert_eq!(rest.len(), 2);
        // What is longer than any message gives its side up, and its end forgets it.
        let flood = vec![b'x'; MAX_WAITING + 1];
        let next = streams.0.values().next().unwrap().next.unwrap();
        assert!(streams.take(piece(next, &flood)).is_empty());
        assert!(streams.0.values().all(|stream| stream.waiting.is_empty()));
        let last = Segment {
            ends: true,
            ..piece(0, b"")
        };
        streams.take(last);
        assert!(streams.0.is_empty());
        assert!(rest[0].ends_with(b"\r\n\r\nx") && rest[1].starts_with(b"GET"));
    }
}
