//! TPDUs at the card: makes a card that answers APDUs answer TPDUs.
//!
//! No TPDU is carried out twice: when its response has another length than P3 says, the response
//! is kept for the TPDU that names the right one, and data in answer to data are kept for
//! GET RESPONSE. A card that says `61XX` and `6CXX` itself is left to do so.

use super::{HEADER, available, is_reserved, length, sends_data};
use crate::codec::apdu::{GET_RESPONSE, ResponseApdu, StatusWord};

/// What the end wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardEndOutput {
    /// A C-APDU for the card; give its answer to `CardEnd::handle_response`.
    Command(Vec<u8>),
    /// The TPDU's response: data and status word.
    Response(Vec<u8>),
}

/// A response nobody has taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    /// CLA, INS, P1, P2 it is kept for; GET RESPONSE has any class.
    header: [u8; 4],
    response: ResponseApdu,
}

impl Kept {
    fn is_for(&self, header: [u8; 4]) -> bool {
        self.header == header || (self.header[1] == GET_RESPONSE && self.header[1..] == header[1..])
    }
}

/// How the command the card works at came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// Header alone, for data of the card; P3 as it was.
    Asking([u8; 4], u8),
    /// With data for the card, or without any either way.
    Bringing(u8),
    /// Not as a TPDU, but as an APDU that wants its answer whole, or as nothing.
    Otherwise,
}

/// The card's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardEnd {
    kept: Option<Kept>,
    came: Option<Came>,
}

impl CardEnd {
    /// One TPDU: header, and after it P3 octets if the instruction brings data. Whatever else
    /// comes is left to the card, which has a status word for it.
    pub fn handle_tpdu(&mut self, bytes: &[u8]) -> CardEndOutput {
        let kept = self.kept.take();
        let (came, command) = match *bytes {
            [_, ins, ..] if is_reserved(ins) => {
                self.came = None;
                let sw = ResponseApdu::status(StatusWord::WRONG_INS);
                return CardEndOutput::Response(sw.encode());
            }
            // A header alone that counts something asks for it, whatever the instruction.
            [cla, ins, p1, p2, p3] if sends_data(ins) || p3 > 0 => {
                let header = [cla, ins, p1, p2];
                if let Some(kept) = kept.filter(|kept| kept.is_for(header)) {
                    self.came = None;
                    return CardEndOutput::Response(self.release(kept, p3));
                }
                (Came::Asking(header, p3), bytes)
            }
            // P3 is 00 where there are no data: case 1.
            [cla, _, _, _, 0] => (Came::Bringing(cla), &bytes[..HEADER - 1]),
            [cla, _, _, _] => (Came::Bringing(cla), bytes),
            [cla, _, _, _, p3, ref data @ ..] if data.len() == usize::from(p3) => {
                (Came::Bringing(cla), bytes)
            }
            _ => (Came::Otherwise, bytes),
        };
        self.came = Some(came);
        CardEndOutput::Command(command.to_vec())
    }

    /// The card's answer to the last command; without a command there is none.
    pub fn handle_response(&mut self, bytes: &[u8]) -> Option<CardEndOutput> {
        let came = self.came.take()?;
        let response = ResponseApdu::decode(bytes)
            .unwrap_or_else(|_| ResponseApdu::status(StatusWord::TECHNICAL));
        let answer = match came {
            _ if response.data.is_empty() => response.encode(),
            Came::Asking(header, p3) => self.release(Kept { header, response }, p3),
            Came::Bringing(cla) => {
                let sw = available(cla, response.data.len());
                self.kept = Some(Kept {
                    header: [cla, GET_RESPONSE, 0, 0],
                    response,
                });
                ResponseApdu::status(sw).encode()
            }
            Came::Otherwise => response.encode(),
        };
        Some(CardEndOutput::Response(answer))
    }

    /// Gives a response to a TPDU that names its length, else says the length and keeps it.
    fn release(&mut self, kept: Kept, p3: u8) -> Vec<u8> {
        let there = kept.response.data.len();
        if length(p3) == there {
            return kept.response.encode();
        }
        self.kept = Some(kept);
        ResponseApdu::status(StatusWord::wrong_le(there)).encode()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    fn command(text: &str) -> CardEndOutput {
        CardEndOutput::Command(bytes(text))
    }

    fn response(text: &str) -> CardEndOutput {
        CardEndOutput::Response(bytes(text))
    }

    /// Shows TPDU-3.
    #[test]
    fn data_in_answer_to_data_wait_for_get_response() {
        let mut end = CardEnd::default();
        assert_eq!(
            end.handle_tpdu(&bytes("00A40004023F00")),
            command("00A40004023F00")
        );
        assert_eq!(
            end.handle_response(&bytes("6202AABB9000")),
            Some(response("6104"))
        );
        assert_eq!(end.handle_tpdu(&bytes("00C0000002")), response("6C04"));
        assert_eq!(
            end.handle_tpdu(&bytes("00C0000004")),
            response("6202AABB9000")
        );
        // It is there once.
        assert_eq!(end.handle_tpdu(&bytes("00C0000004")), command("00C0000004"));
    }

    /// Shows TPDU-3.
    #[test]
    fn a_wrong_length_is_told_and_the_command_not_done_again() {
        let mut end = CardEnd::default();
        assert_eq!(end.handle_tpdu(&bytes("8012000000")), command("8012000000"));
        assert_eq!(
            end.handle_response(&bytes("D003AABBCC910F")),
            Some(response("6C05"))
        );
        assert_eq!(
            end.handle_tpdu(&bytes("8012000005")),
            response("D003AABBCC910F")
        );
    }

    #[test]
    fn another_command_discards_what_was_kept() {
        let mut end = CardEnd::default();
        end.handle_tpdu(&bytes("80C2000002D600"));
        assert_eq!(
            end.handle_response(&bytes("AA9000")),
            Some(response("6101"))
        );
        assert_eq!(end.handle_tpdu(&bytes("80F2000C00")), command("80F2000C00"));
        assert_eq!(end.handle_response(&bytes("9000")), Some(response("9000")));
        assert_eq!(end.handle_tpdu(&bytes("80C0000001")), command("80C0000001"));
    }

    #[test]
    fn the_class_of_gsm_says_9f() {
        let mut end = CardEnd::default();
        end.handle_tpdu(&bytes("A0A40000023F00"));
        assert_eq!(
            end.handle_response(&bytes("01029000")),
            Some(response("9F02"))
        );
    }

    #[test]
    fn a_card_that_speaks_t_0_itself_is_left_alone() {
        let mut end = CardEnd::default();
        end.handle_tpdu(&bytes("00A40004023F00"));
        assert_eq!(end.handle_response(&bytes("612E")), Some(response("612E")));
        assert_eq!(end.handle_tpdu(&bytes("00C000002E")), command("00C000002E"));
        end.handle_tpdu(&bytes("00B0000000"));
        assert_eq!(end.handle_response(&bytes("6C0A")), Some(response("6C0A")));
    }

    #[test]
    fn whatever_comes_is_answered() {
        let mut end = CardEnd::default();
        assert_eq!(end.handle_tpdu(&bytes("00600000")), response("6D00"));
        assert_eq!(end.handle_response(&bytes("9000")), None);
        // No data: case 1.
        assert_eq!(end.handle_tpdu(&bytes("0020000100")), command("00200001"));
        // Nothing, too little, too much.
        for odd in ["", "00", "00A40004023F", "00A40004013F00", "00B000000101"] {
            assert_eq!(end.handle_tpdu(&bytes(odd)), command(odd));
        }
        assert_eq!(end.handle_response(&bytes("67")), Some(response("6F00")));
    }
}
