//! The connectionless WSP push PDU, as far as a DM notification needs it
//! (WAP-230-WSP §8.2.4, §8.4; OMA-TS-DM_Notification-V1_2_1 §7).
//!
//! Values of headers stay as they came; only the media type and the application id are
//! understood. Knows no SMS and no UDP: that is the carrier's.

use super::notification::Package0;
use super::{DecodeError, Field, hex};
use std::fmt;
use std::ops::Range;

const CLAUSE: &str = "WAP-230-WSP §8.2.4";
const HEADERS: &str = "WAP-230-WSP §8.4";

/// UDP port of WAP push, not secured.
pub const PUSH_PORT: u16 = 2948;

/// PDU type Push.
const PUSH: u8 = 0x06;

/// Assigned number of `application/vnd.syncml.notification`.
const NOTIFICATION_TYPE: u8 = 0x44;

/// Assigned number of the field X-Wap-Application-Id.
const APPLICATION_ID: u8 = 0x2F;

/// Assigned number of `x-wap-application:syncml.dm`.
const SYNCML_DM: u8 = 0x07;

/// A push PDU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Transaction or push id; any value.
    pub push_id: u8,
    /// Content-Type as encoded.
    pub content_type: Vec<u8>,
    /// The other headers, in order.
    pub headers: Vec<Header>,
    /// What is pushed.
    pub body: Vec<u8>,
}

/// One header; the value stays as encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Field name.
    pub name: Token,
    /// Value as encoded.
    pub value: Vec<u8>,
}

/// An assigned number or a name in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Assigned number, without the top bit.
    Code(u32),
    /// In full.
    Text(String),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Code(code) => write!(f, "{code:02X}"),
            Token::Text(text) => f.write_str(text),
        }
    }
}

impl Push {
    /// A Package #0 in the form every DM client must know: content type and application id as
    /// codes, nothing else.
    pub fn of_notification(push_id: u8, package: &Package0) -> Self {
        Push {
            push_id,
            content_type: vec![NOTIFICATION_TYPE | 0x80],
            headers: vec![Header {
                name: Token::Code(APPLICATION_ID.into()),
                value: vec![SYNCML_DM | 0x80],
            }],
            body: package.encode(),
        }
    }

    /// The media type, without parameters.
    pub fn media_type(&self) -> Option<Token> {
        media_type(&self.content_type)
    }

    /// The X-Wap-Application-Id.
    pub fn application_id(&self) -> Option<Token> {
        self.headers
            .iter()
            .find(|h| is_application_id(&h.name))
            .and_then(|h| token(&h.value))
    }

    /// Whether it is for the DM client: by content type, and by application id where there is
    /// one; codes and names in full are both taken.
    pub fn is_notification(&self) -> bool {
        let by_type = match self.media_type() {
            Some(Token::Code(code)) => code == u32::from(NOTIFICATION_TYPE),
            Some(Token::Text(text)) => {
                text.eq_ignore_ascii_case("application/vnd.syncml.notification")
            }
            None => false,
        };
        let by_id = match self.application_id() {
            Some(Token::Code(code)) => code == u32::from(SYNCML_DM),
            Some(Token::Text(text)) => {
                text.eq_ignore_ascii_case("x-wap-application:syncml.dm") || text == "7"
            }
            None => true,
        };
        by_type && by_id
    }

    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let layout = Layout::of(bytes)?;
        Ok(Push {
            push_id: bytes[0],
            content_type: bytes[layout.content_type].to_vec(),
            headers: layout
                .headers
                .into_iter()
                .map(|(name, _, value)| Header {
                    name,
                    value: bytes[value].to_vec(),
                })
                .collect(),
            body: bytes[layout.body..].to_vec(),
        })
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut headers = self.content_type.clone();
        for header in &self.headers {
            match &header.name {
                Token::Code(code) => headers.push(*code as u8 | 0x80),
                Token::Text(text) => {
                    headers.extend(text.bytes());
                    headers.push(0);
                }
            }
            headers.extend_from_slice(&header.value);
        }
        let mut bytes = vec![self.push_id, PUSH];
        put_uintvar(&mut bytes, headers.len());
        bytes.extend(headers);
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl fmt::Display for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WSP push {:02X}, ", self.push_id)?;
        match self.media_type() {
            Some(Token::Code(code)) if code == u32::from(NOTIFICATION_TYPE) => {
                f.write_str("application/vnd.syncml.notification")?
            }
            Some(token) => write!(f, "content type {token}")?,
            None => f.write_str("content type unknown")?,
        }
        write!(f, ", {} octets", self.body.len())
    }
}

/// A WSP push that carries a Package #0: both values.
pub fn decode_notification(bytes: &[u8]) -> Result<(Push, Package0), DecodeError> {
    let push = Push::decode(bytes)?;
    if !push.is_notification() {
        return Err(DecodeError::new(
            3.min(bytes.len()),
            "content type application/vnd.syncml.notification for application syncml.dm",
            push.to_string(),
        )
        .clause("DM Notification §7"));
    }
    let start = bytes.len() - push.body.len();
    let package = Package0::decode(&push.body).map_err(|e| e.shifted(start))?;
    Ok((push, package))
}

/// A Package #0 as a WSP push.
pub fn encode_notification(push_id: u8, package: &Package0) -> Vec<u8> {
    Push::of_notification(push_id, package).encode()
}

/// Parts of a push for showing, with the parts of the Package #0 in it; reads as far as it can.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    if let Some(id) = bytes.first() {
        found.push(
            Field::new("transaction id", 0..1, format!("{id:02X}"))
                .clause(CLAUSE)
                .note("any value"),
        );
    }
    if let Some(pdu) = bytes.get(1) {
        let name = if *pdu == PUSH { "Push" } else { "unknown" };
        found.push(Field::new("PDU type", 1..2, format!("{pdu:02X} {name}")).clause(CLAUSE));
    }
    let layout = match Layout::of(bytes) {
        Ok(layout) => layout,
        Err(error) => {
            let from = bytes.len().min(2);
            found.push(
                Field::new("unreadable", from..bytes.len(), hex::spaced(&bytes[from..]))
                    .clause(error.clause.clone())
                    .note(error.to_string()),
            );
            return found;
        }
    };
    found.push(
        Field::new(
            "headers length",
            2..layout.content_type.start,
            (layout.body - layout.content_type.start).to_string(),
        )
        .clause(CLAUSE),
    );
    let is_dm = media_type(&bytes[layout.content_type.clone()])
        == Some(Token::Code(NOTIFICATION_TYPE.into()));
    found.push(
        Field::new(
            "Content-Type",
            layout.content_type.clone(),
            match media_type(&bytes[layout.content_type]) {
                Some(_) if is_dm => "application/vnd.syncml.notification".to_owned(),
                Some(token) => token.to_string(),
                None => "unreadable".to_owned(),
            },
        )
        .clause(HEADERS),
    );
    for (name, at, value) in layout.headers {
        let is_id = is_application_id(&name);
        let shown = match token(&bytes[value.clone()]) {
            Some(Token::Code(code)) if is_id && code == u32::from(SYNCML_DM) => {
                "x-wap-application:syncml.dm".to_owned()
            }
            Some(token) => token.to_string(),
            None => hex::spaced(&bytes[value.clone()]),
        };
        let name = if is_id {
            "X-Wap-Application-Id".to_owned()
        } else {
            name.to_string()
        };
        found.push(Field::new(name, at..value.end, shown).clause(HEADERS));
    }
    let body = &bytes[layout.body..];
    found.push(
        Field::new(
            "Package #0",
            layout.body..bytes.len(),
            format!("{} octets", body.len()),
        )
        .clause("DM Notification §6")
        .children(
            crate::codec::shown::notification::fields(body)
                .into_iter()
                .map(|f| f.shifted(layout.body))
                .collect(),
        ),
    );
    found
}

/// Where the parts of a push lie.
struct Layout {
    content_type: Range<usize>,
    /// Name, start of the name, range of the value.
    headers: Vec<(Token, usize, Range<usize>)>,
    body: usize,
}

impl Layout {
    fn of(bytes: &[u8]) -> Result<Self, DecodeError> {
        let end = || DecodeError::new(bytes.len(), "a push PDU", "end of data").clause(CLAUSE);
        let pdu = *bytes.get(1).ok_or_else(end)?;
        if pdu != PUSH {
            return Err(
                DecodeError::new(1, "PDU type 06 (Push)", format!("{pdu:02X}")).clause(CLAUSE),
            );
        }
        let (length, start) = uintvar(bytes, 2).ok_or_else(|| {
            DecodeError::new(2, "the length of the headers", "no such number").clause(CLAUSE)
        })?;
        let body = start
            .checked_add(length)
            .filter(|b| *b <= bytes.len())
            .ok_or_else(|| {
                DecodeError::new(
                    2,
                    format!("at most {} octets of headers", bytes.len() - start),
                    length.to_string(),
                )
                .clause(CLAUSE)
            })?;
        let head = &bytes[..body];
        let broken = |at: usize, what: &'static str| {
            DecodeError::new(
                at,
                what,
                match head.get(at) {
                    Some(octet) => format!("{octet:02X}"),
                    None => "end of headers".to_owned(),
                },
            )
            .clause(HEADERS)
        };
        let mut at = value_end(head, start).ok_or_else(|| broken(start, "a content type"))?;
        let content_type = start..at;
        let mut headers = Vec::new();
        while at < body {
            let name_at = at;
            let name = match head[at] {
                code @ 0x80.. => {
                    at += 1;
                    Token::Code((code & 0x7F).into())
                }
                0x20..=0x7E => {
                    let stop = text_end(head, at).ok_or_else(|| broken(at, "a header name"))?;
                    let text = String::from_utf8_lossy(&head[at..stop - 1]).into_owned();
                    // A name that is no UTF-8 could not be written back.
                    if text.len() != stop - 1 - at {
                        return Err(broken(at, "a header name in ASCII"));
                    }
                    at = stop;
                    Token::Text(text)
                }
                _ => return Err(broken(at, "a header name")),
            };
            let stop = value_end(head, at).ok_or_else(|| broken(at, "a header value"))?;
            headers.push((name, name_at, at..stop));
            at = stop;
        }
        Ok(Layout {
            content_type,
            headers,
            body,
        })
    }
}

fn is_application_id(name: &Token) -> bool {
    match name {
        Token::Code(code) => *code == u32::from(APPLICATION_ID),
        Token::Text(text) => text.eq_ignore_ascii_case("X-Wap-Application-Id"),
    }
}

/// The media type of a Content-Type value: alone, or first in the general form.
fn media_type(value: &[u8]) -> Option<Token> {
    match *value.first()? {
        n @ 0..=30 => token(value.get(1..=usize::from(n))?),
        31 => {
            let (length, start) = uintvar(value, 1)?;
            token(value.get(start..start.checked_add(length)?)?)
        }
        _ => token(value),
    }
}

/// A number or a text at the start of a value (WSP §8.4.2.1).
fn token(value: &[u8]) -> Option<Token> {
    match *value.first()? {
        code @ 0x80.. => Some(Token::Code((code & 0x7F).into())),
        n @ 1..=4 => {
            let octets = value.get(1..=usize::from(n))?;
            Some(Token::Code(
                octets.iter().fold(0, |all, b| all << 8 | u32::from(*b)),
            ))
        }
        0x20..=0x7F => {
            let text = value.split(|b| *b == 0).next()?;
            // A quote lets a text begin with an octet that would mean something else.
            let text = text.strip_prefix(&[0x7F]).unwrap_or(text);
            Some(Token::Text(String::from_utf8_lossy(text).into_owned()))
        }
        _ => None,
    }
}

/// Where the header value that begins at `at` ends (WSP §8.4.1.2).
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    let end = match *bytes.get(at)? {
        n @ 0..=30 => at + 1 + usize::from(n),
        31 => {
            let (length, start) = uintvar(bytes, at + 1)?;
            start.checked_add(length)?
        }
        0x20..=0x7F => text_end(bytes, at)?,
        _ => at + 1,
    };
    (end <= bytes.len()).then_some(end)
}

/// Behind the NUL of the text that begins at `at`.
fn text_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes.get(at..)?.iter().position(|b| *b == 0)?;
    Some(at + length + 1)
}

/// A uintvar of at most five octets, and where it ends (WSP §8.1.2).
fn uintvar(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value: u32 = 0;
    for (i, octet) in bytes.get(at..)?.iter().take(5).enumerate() {
        value = value.checked_mul(128)? | u32::from(octet & 0x7F);
        if octet & 0x80 == 0 {
            return Some((value as usize, at + i + 1));
        }
    }
    None
}

fn put_uintvar(bytes: &mut Vec<u8>, value: usize) {
    let mut groups = [0u8; 10];
    let mut first = groups.len() - 1;
    let mut rest = value;
    groups[first] = (rest & 0x7F) as u8;
    rest >>= 7;
    while rest > 0 && first > 0 {
        first -= 1;
        groups[first] = (rest & 0x7F) as u8 | 0x80;
        rest >>= 7;
    }
    bytes.extend_from_slice(&groups[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::notification::{Initiator, UiMode};

    const VECTOR_A: &str = "01 06 03 C4 AF 87 E6 50 C4 15 3F 0F 22 46 70 81 33 A0 CE 9E 92 5F
        02 D8 00 00 00 0A 1F 09 64 6D 73 63 2E 63 61 72 64";

    fn package() -> Package0 {
        let nonce: Vec<u8> = (0xF0..=0xFF).collect();
        Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
            .signed("ServerSecret16!!", &nonce)
    }

    /// Shows NOT-6.
    #[test]
    fn vector_a_in_39_octets() {
        let bytes = hex::decode(VECTOR_A).unwrap();
        assert_eq!(bytes.len(), 39);
        assert_eq!(encode_notification(1, &package()), bytes);
        let (push, read) = decode_notification(&bytes).unwrap();
        assert_eq!(read, package());
        assert_eq!(push.media_type(), Some(Token::Code(0x44)));
        assert_eq!(push.application_id(), Some(Token::Code(7)));
    }

    /// Shows NOT-6.
    #[test]
    fn lenient_forms_are_taken_and_written_back() {
        let long = package().encode();
        let heads: [&[u8]; 7] = [
            // Media type in full, application id by code.
            b"application/vnd.syncml.notification\0\xAF\x87",
            // General form with a parameter.
            b"\x03\xC4\x81\xEA\xAF\x87",
            b"\x1F\x03\xC4\x81\xEA\xAF\x87",
            // Application id as long integer, as URN, by name.
            b"\xC4\xAF\x01\x07",
            b"\xC4\xAFx-wap-application:syncml.dm\0",
            b"\xC4X-Wap-Application-Id\x007\0",
            // Another header before, and no application id at all.
            b"\xC4\xB4\x02\x01\x02X-Other\0yes\0",
        ];
        for head in heads {
            let mut bytes = vec![9, 6];
            put_uintvar(&mut bytes, head.len());
            bytes.extend_from_slice(head);
            bytes.extend_from_slice(&long);
            let (push, read) = decode_notification(&bytes).unwrap();
            assert_eq!(read, package());
            assert_eq!(push.encode(), bytes);
        }
    }

    /// Shows NOT-6.
    #[test]
    fn others_are_refused() {
        let good = hex::decode(VECTOR_A).unwrap();
        for (at, octet) in [(1, 7), (3, 0xCE), (3, 0x42), (5, 0x85), (2, 0x7F), (2, 2)] {
            let mut bytes = good.clone();
            bytes[at] = octet;
            assert!(decode_notification(&bytes).is_err(), "{at} {octet:02X}");
        }
        let shifted = decode_notification(&good[..20]).unwrap_err();
        assert_eq!(shifted.offset, 20);
    }

    #[test]
    fn no_input_panics() {
        let good = hex::decode(VECTOR_A).unwrap();
        for at in 0..good.len() {
            for octet in 0..=255u8 {
                let mut bytes = good.clone();
                bytes[at] = octet;
                if let Ok(push) = Push::decode(&bytes) {
                    assert_eq!(Push::decode(&push.encode()).as_ref(), Ok(&push));
                }
                let all = fields(&bytes);
                assert!(all.iter().all(|f| f.range.end <= bytes.len()));
            }
            let _ = decode_notification(&good[..at]);
            let _ = fields(&good[..at]);
        }
    }

    #[test]
    fn uintvar_has_five_octets_at_most() {
        assert_eq!(uintvar(&[0x88, 0x15], 0), Some((1045, 2)));
        assert_eq!(uintvar(&[0x80; 6], 0), None);
        assert_eq!(uintvar(&[0xFF, 0xFF, 0xFF, 0xFF, 0x7F], 0), None);
        for n in [0, 1, 127, 128, 1045, 16_384, 268_435_455] {
            let mut bytes = Vec::new();
            put_uintvar(&mut bytes, n);
            assert_eq!(uintvar(&bytes, 0), Some((n, bytes.len())));
        }
    }

    #[test]
    fn fields_nest_the_package() {
        let bytes = hex::decode(VECTOR_A).unwrap();
        let all = fields(&bytes);
        let names: Vec<&str> = all.iter().map(|f| f.name.as_ref()).collect();
        assert_eq!(
            names,
            [
                "transaction id",
                "PDU type",
                "headers length",
                "Content-Type",
                "X-Wap-Application-Id",
                "Package #0"
            ]
        );
        assert_eq!(all[5].children[0].range, 6..22);
    }
}
