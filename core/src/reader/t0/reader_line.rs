//! The octets of T=0 at the reader: what a procedure byte asks for (ISO/IEC 7816-3 §10.3.3).

use super::exchange::asks_for_data;
use super::{HEADER, NULL, is_reserved, length};
use crate::reader::Failure;
use std::collections::VecDeque;

/// How often a card may ask for time in one TPDU.
const MAX_NULLS: u16 = 10_000;

/// What the line wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderLineOutput {
    /// Octets for the card.
    Send(Vec<u8>),
    /// The TPDU's response: data and status word.
    Response(Vec<u8>),
    /// The TPDU came to no end.
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// A procedure byte is due.
    Procedure,
    /// So many octets of data come.
    Data(usize),
    /// SW2 is due.
    Status,
}

/// The reader's end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderLine {
    state: State,
    ins: u8,
    /// Data the card has yet to be given.
    to_send: VecDeque<u8>,
    /// Octets the card has yet to give.
    to_come: usize,
    received: Vec<u8>,
    nulls: u16,
}

impl Default for ReaderLine {
    fn default() -> Self {
        ReaderLine {
            state: State::Idle,
            ins: 0,
            to_send: VecDeque::new(),
            to_come: 0,
            received: Vec::new(),
            nulls: 0,
        }
    }
}

impl ReaderLine {
    /// A TPDU: header, and P3 octets of data if it brings any. `None` for what is none, and
    /// while another is under way.
    pub fn handle_tpdu(&mut self, tpdu: &[u8]) -> Option<ReaderLineOutput> {
        let [_, ins, _, _, p3, data @ ..] = tpdu else {
            return None;
        };
        let is_whole = data.is_empty() || data.len() == usize::from(*p3);
        if self.state != State::Idle || is_reserved(*ins) || !is_whole {
            return None;
        }
        *self = ReaderLine {
            state: State::Procedure,
            ins: *ins,
            to_send: data.iter().copied().collect(),
            to_come: if asks_for_data(tpdu) { length(*p3) } else { 0 },
            received: Vec::new(),
            nulls: 0,
        };
        Some(ReaderLineOutput::Send(tpdu[..HEADER].to_vec()))
    }

    /// One octet of the card; none is expected between TPDUs.
    pub fn handle_octet(&mut self, octet: u8) -> Option<ReaderLineOutput> {
        match self.state {
            State::Idle => None,
            State::Procedure => self.procedure(octet),
            State::Data(left) => {
                self.received.push(octet);
                self.state = match left {
                    0 | 1 => State::Procedure,
                    more => State::Data(more - 1),
                };
                None
            }
            State::Status => {
                self.received.push(octet);
                self.state = State::Idle;
                Some(ReaderLineOutput::Response(std::mem::take(
                    &mut self.received,
                )))
            }
        }
    }

    /// The work waiting time is over and nothing came.
    pub fn handle_timeout(&mut self) -> Option<ReaderLineOutput> {
        (self.state != State::Idle).then(|| self.fail(Failure::Mute))
    }

    fn procedure(&mut self, octet: u8) -> Option<ReaderLineOutput> {
        if octet == NULL {
            self.nulls += 1;
            return (self.nulls > MAX_NULLS).then(|| self.fail(Failure::NoProgress));
        }
        let count = if octet == self.ins {
            self.to_send.len().max(self.to_come)
        } else if octet == self.ins ^ 0xFF {
            1
        } else if is_reserved(octet) {
            self.received.push(octet);
            self.state = State::Status;
            return None;
        } else {
            return Some(self.fail(Failure::ProcedureByte(octet)));
        };
        if !self.to_send.is_empty() {
            let count = count.min(self.to_send.len());
            return Some(ReaderLineOutput::Send(
                self.to_send.drain(..count).collect(),
            ));
        }
        if self.to_come == 0 {
            return Some(self.fail(Failure::ProcedureByte(octet)));
        }
        self.to_come -= count;
        self.state = State::Data(count);
        None
    }

    fn fail(&mut self, failure: Failure) -> ReaderLineOutput {
        self.state = State::Idle;
        ReaderLineOutput::Failed(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    /// What comes of these octets, all outputs but the header.
    fn play(tpdu: &str, octets: &str) -> Vec<String> {
        let mut line = ReaderLine::default();
        line.handle_tpdu(&hex::decode(tpdu).unwrap()).unwrap();
        hex::decode(octets)
            .unwrap()
            .into_iter()
            .filter_map(|octet| line.handle_octet(octet))
            .map(|output| match output {
                ReaderLineOutput::Send(bytes) => format!("send {}", hex::encode(&bytes)),
                ReaderLineOutput::Response(bytes) => hex::encode(&bytes),
                ReaderLineOutput::Failed(failure) => format!("{failure:?}"),
            })
            .collect()
    }

    /// Shows TPDU-3.
    #[test]
    fn procedure_bytes_are_followed() {
        // All at once, one by one, and with time asked for.
        assert_eq!(play("00A40004023F00", "A4612E"), ["send 3F00", "612E"]);
        assert_eq!(
            play("00A40004023F00", "605B605B9000"),
            ["send 3F", "send 00", "9000"]
        );
        assert_eq!(
            play("00A40004023F00", "5BA49000"),
            ["send 3F", "send 00", "9000"]
        );
        assert_eq!(play("00B0000003", "B0AABBCC9000"), ["AABBCC9000"]);
        assert_eq!(play("00B0000003", "4FAAB0BBCC9000"), ["AABBCC9000"]);
        assert_eq!(play("00B0000003", "6B00"), ["6B00"]);
        assert_eq!(play("0020000100", "63C3"), ["63C3"]);
    }

    #[test]
    fn what_has_no_meaning_ends_it() {
        assert_eq!(play("00B0000003", "A4"), ["ProcedureByte(164)"]);
        assert_eq!(play("00B0000001", "B0AAB0"), ["ProcedureByte(176)"]);
        assert_eq!(play("0020000100", "20"), ["ProcedureByte(32)"]);
        let endless = "60".repeat(usize::from(MAX_NULLS) + 1);
        assert_eq!(play("00B0000003", &endless), ["NoProgress"]);
        let mut line = ReaderLine::default();
        assert_eq!(line.handle_timeout(), None);
        line.handle_tpdu(&[0, 0xB0, 0, 0, 3]);
        assert_eq!(
            line.handle_timeout(),
            Some(ReaderLineOutput::Failed(Failure::Mute))
        );
    }

    #[test]
    fn what_is_no_tpdu_is_not_sent() {
        for odd in ["", "00A40004", "00A40004023F", "0090000000"] {
            let mut line = ReaderLine::default();
            assert_eq!(line.handle_tpdu(&hex::decode(odd).unwrap()), None, "{odd}");
        }
    }
}
