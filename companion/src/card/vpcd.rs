//! The protocol between vpcd, which has the reader, and a virtual card: frames of a length in
//! two bytes and a body, over TCP; a body of one byte is an order, a longer one a TPDU.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long vpcd may take to accept, and to take a frame.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long one look for bytes takes.
const LOOK: Duration = Duration::from_millis(100);

/// What the reader wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// No answer is wanted.
    PowerOff,
    /// No answer is wanted.
    PowerOn,
    /// No answer is wanted.
    Reset,
    /// The answer to reset is wanted, with or without power.
    Atr,
    /// A response is wanted.
    Tpdu(Vec<u8>),
}

/// Bytes as they come, put together to frames.
#[derive(Debug, Default)]
struct Frames(Vec<u8>);

impl Frames {
    /// The next whole body.
    fn next(&mut self) -> Option<Vec<u8>> {
        let [high, low, ..] = self.0[..] else {
            return None;
        };
        let end = 2 + usize::from(u16::from_be_bytes([high, low]));
        if self.0.len() < end {
            return None;
        }
        let rest = self.0.split_off(end);
        let frame = std::mem::replace(&mut self.0, rest);
        Some(frame[2..].to_vec())
    }

    /// The next order; those nobody knows, and empty frames, are passed over.
    fn next_message(&mut self) -> Option<Message> {
        loop {
            return Some(match self.next()?[..] {
                [0x00] => Message::PowerOff,
                [0x01] => Message::PowerOn,
                [0x02] => Message::Reset,
                [0x04] => Message::Atr,
                [] | [_] => continue,
                ref tpdu => Message::Tpdu(tpdu.to_vec()),
            });
        }
    }
}

/// A reader there is.
pub(super) struct Reader {
    stream: TcpStream,
    frames: Frames,
    /// It has said something.
    heard: bool,
}

impl Reader {
    pub(super) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Reader {
            stream,
            frames: Frames::default(),
            heard: false,
        })
    }

    /// The reader has wanted something at least once.
    pub(super) fn was_heard(&self) -> bool {
        self.heard
    }

    /// What the reader wants next; `None` when it wants nothing for the moment.
    pub(super) fn receive(&mut self) -> io::Result<Option<Message>> {
        loop {
            if let Some(message) = self.frames.next_message() {
                return Ok(Some(message));
            }
            self.acknowledge_at_once()?;
            let mut octets = [0; 4096];
            match self.stream.read(&mut octets) {
                Ok(0) => {
                    return Err(io::Error::new(
                        ErrorKind::ConnectionAborted,
                        "vpcd closed the connection",
                    ));
                }
                Ok(count) => {
                    self.heard = true;
                    self.frames.0.extend_from_slice(&octets[..count]);
                }
                Err(error) => {
                    return match error.kind() {
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {
                            Ok(None)
                        }
                        _ => Err(error),
                    };
                }
            }
        }
    }

    /// vpcd writes length and body apart and sends the body only when the length was
    /// acknowledged, which would take 40 ms each time. The system forgets the wish.
    #[cfg(target_os = "linux")]
    fn acknowledge_at_once(&self) -> io::Result<()> {
        std::os::linux::net::TcpStreamExt::set_quickack(&self.stream, true)
    }

    #[cfg(not(target_os = "linux"))]
    fn acknowledge_at_once(&self) -> io::Result<()> {
        Ok(())
    }

    /// Sends an answer to reset or a response.
    pub(super) fn send(&mut self, body: &[u8]) -> io::Result<()> {
        let length = u16::try_from(body.len())
            .map_err(|_| io::Error::new(ErrorKind::InvalidInput, "more than a frame holds"))?;
        let mut frame = length.to_be_bytes().to_vec();
        frame.extend_from_slice(body);
        self.stream.write_all(&frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows PCSC-3.
    #[test]
    fn frames_are_put_together_however_they_come() {
        let octets = [
            0, 1, 1, 0, 1, 4, 0, 0, 0, 1, 9, 0, 7, 0, 0xA4, 0, 4, 2, 0x3F, 0, 0, 1, 2, 0, 1, 0,
        ];
        let wanted = [
            Message::PowerOn,
            Message::Atr,
            Message::Tpdu(vec![0, 0xA4, 0, 4, 2, 0x3F, 0]),
            Message::Reset,
            Message::PowerOff,
        ];
        for size in 1..=octets.len() {
            let mut frames = Frames::default();
            let mut found = Vec::new();
            for piece in octets.chunks(size) {
                frames.0.extend_from_slice(piece);
                while let Some(message) = frames.next_message() {
                    found.push(message);
                }
            }
            assert_eq!(found, wanted, "in pieces of {size}");
        }
    }
}
