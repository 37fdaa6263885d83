//! The record layer: what every byte on the wire lies in (RFC 5246 §6.2).

use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, byte, bytes, clause, pair, whole};
use nom::Parser;

/// Bytes of a fragment in clear at most (RFC 5246 §6.2.1).
pub const MAX_PLAINTEXT: usize = 1 << 14;

/// Bytes of a ciphered fragment at most (RFC 5246 §6.2.3).
pub const MAX_CIPHERTEXT: usize = MAX_PLAINTEXT + 2048;

/// Type, version and length.
const HEADER: usize = 5;

const CLAUSE: &str = "RFC 5246 §6.2.1";

/// What a record carries (RFC 5246 §6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// The sender goes over to the new keys.
    ChangeCipherSpec,
    /// An alert.
    Alert,
    /// Handshake messages, several or a piece of one.
    Handshake,
    /// Data of what stands above.
    ApplicationData,
    /// A type that TLS 1.2 does not have.
    Unknown(u8),
}

impl ContentType {
    /// From its code.
    pub fn from_code(code: u8) -> Self {
        match code {
            20 => ContentType::ChangeCipherSpec,
            21 => ContentType::Alert,
            22 => ContentType::Handshake,
            23 => ContentType::ApplicationData,
            code => ContentType::Unknown(code),
        }
    }

    /// Code on the wire.
    pub fn code(self) -> u8 {
        match self {
            ContentType::ChangeCipherSpec => 20,
            ContentType::Alert => 21,
            ContentType::Handshake => 22,
            ContentType::ApplicationData => 23,
            ContentType::Unknown(code) => code,
        }
    }

    /// Name of the standard.
    pub fn name(self) -> &'static str {
        match self {
            ContentType::ChangeCipherSpec => "change_cipher_spec",
            ContentType::Alert => "alert",
            ContentType::Handshake => "handshake",
            ContentType::ApplicationData => "application_data",
            ContentType::Unknown(_) => "unknown type",
        }
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it carries.
    pub content: ContentType,
    /// Version; 0301 in the first record of some clients (RFC 5246 App. E.1).
    pub version: u16,
    /// Fragment: in clear, or ciphered when its sender has changed over.
    pub fragment: Vec<u8>,
}

impl Record {
    /// A record of TLS 1.2.
    pub fn new(content: ContentType, fragment: Vec<u8>) -> Self {
        Record {
            content,
            version: super::VERSION,
            fragment,
        }
    }

    /// Reads one whole record.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        whole(octets, clause(CLAUSE, record))
    }

    /// Reads the record at the beginning of a stream, and how many bytes it takes; `None` while
    /// it is not whole. The error is told as soon as its header shows it.
    pub fn read(octets: &[u8]) -> Result<Option<(Self, usize)>, DecodeError> {
        let Some((front, _)) = octets.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let (_, _, length) = whole(front, clause(CLAUSE, header))?;
        match octets.get(..HEADER + length) {
            None => Ok(None),
            Some(octets) => Record::decode(octets).map(|record| Some((record, octets.len()))),
        }
    }

    /// The bytes; a fragment over [`MAX_CIPHERTEXT`] cannot travel and is cut.
    pub fn encode(&self) -> Vec<u8> {
        let fragment = &self.fragment[..self.fragment.len().min(MAX_CIPHERTEXT)];
        let mut octets = vec![self.content.code()];
        octets.extend(self.version.to_be_bytes());
        octets.extend((fragment.len() as u16).to_be_bytes());
        octets.extend_from_slice(fragment);
        octets
    }
}

fn header(input: Input<'_>) -> Parsed<'_, (ContentType, u16, usize)> {
    let (version_at, content) = byte("a content type").parse(input)?;
    let (length_at, version) = pair("a version").parse(version_at)?;
    if version >> 8 != 3 {
        return Err(version_at.wrong("a version of TLS, 03 and a minor number"));
    }
    let (rest, length) = pair("a length").parse(length_at)?;
    if usize::from(length) > MAX_CIPHERTEXT {
        return Err(length_at.wrong("a length of at most 2^14 + 2048"));
    }
    let content = ContentType::from_code(content);
    Ok((rest, (content, version, usize::from(length))))
}

fn record(input: Input<'_>) -> Parsed<'_, Record> {
    let (rest, (content, version, length)) = header(input)?;
    let (rest, fragment) = bytes(length, "a fragment").parse(rest)?;
    let fragment = fragment.bytes().to_vec();
    let record = Record {
        content,
        version,
        fragment,
    };
    Ok((rest, record))
}
