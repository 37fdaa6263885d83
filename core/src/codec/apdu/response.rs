//! Response APDUs: data and a status word (ISO/IEC 7816-4 §5.1, ETSI TS 102 221 §10.2).

use super::status_word::StatusWord;
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, byte, bytes, clause, whole};
use nom::Parser;

/// What a card answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseApdu {
    /// Up to 256 bytes.
    pub data: Vec<u8>,
    /// The status word.
    pub sw: StatusWord,
}

impl ResponseApdu {
    /// A response without data.
    pub fn status(sw: StatusWord) -> Self {
        ResponseApdu {
            data: Vec::new(),
            sw,
        }
    }

    /// Reads a response: data, then two bytes of status.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause("ISO/IEC 7816-4 §5.1", response))
    }

    /// The bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.clone().into_bytes()
    }

    /// The bytes, in the place of the data.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.data;
        bytes.extend(self.sw.0.to_be_bytes());
        bytes
    }
}

fn response(input: Input<'_>) -> Parsed<'_, ResponseApdu> {
    let data = bytes(input.len().saturating_sub(2), "data");
    let (rest, (data, sw1, sw2)) = (data, byte("SW1"), byte("SW2")).parse(input)?;
    let response = ResponseApdu {
        data: data.bytes().to_vec(),
        sw: StatusWord(u16::from_be_bytes([sw1, sw2])),
    };
    Ok((rest, response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_comes_back() {
        for bytes in [&[0x90, 0x00][..], &[1, 2, 3, 0x91, 0x0F]] {
            assert_eq!(ResponseApdu::decode(bytes).unwrap().encode(), bytes);
        }
    }

    #[test]
    fn a_status_word_cut_off_is_refused_with_its_place() {
        assert_eq!(ResponseApdu::decode(&[]).unwrap_err().offset, 0);
        let error = ResponseApdu::decode(&[0x90]).unwrap_err();
        assert_eq!((error.offset, &*error.expected), (1, "SW2"));
    }
}
