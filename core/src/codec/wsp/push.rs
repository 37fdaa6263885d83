//! The push PDU as a value, and the one that carries a Package #0 (WAP-230-WSP §8.2.4;
//! OMA-TS-DM_Notification-V1_2_1 §7).

use super::read::{self, PUSH, media_type, parameters};
use super::token::{Parameter, Token};
use crate::codec::DecodeError;
use crate::codec::input::{Input, prefix, whole};
use crate::codec::notification::Package0;
use crate::codec::vocabulary::wsp::{APPLICATION_ID, NOTIFICATION, SYNCML_DM};
use std::borrow::Cow;
use std::fmt;

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

impl Push {
    /// A Package #0 in the form every DM client must know: content type and application id as
    /// codes, nothing else.
    pub fn of_notification(push_id: u8, package: &Package0) -> Self {
        Push {
            push_id,
            content_type: vec![NOTIFICATION as u8 | 0x80],
            headers: vec![Header {
                name: Token::Code(APPLICATION_ID),
                value: vec![SYNCML_DM as u8 | 0x80],
            }],
            body: package.encode(),
        }
    }

    /// The media type, without parameters.
    pub fn media_type(&self) -> Option<Token> {
        media_type(Input::new(&self.content_type))
    }

    /// The media type in full, without parameters; `None` where its number has no name.
    pub fn media_type_name(&self) -> Option<Cow<'static, str>> {
        self.media_type()?.media_type_name()
    }

    /// The parameters of the content type, as far as they can be read.
    pub fn parameters(&self) -> Vec<Parameter> {
        parameters(Input::new(&self.content_type))
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
        let by_type = self
            .media_type_name()
            .is_some_and(|name| name.eq_ignore_ascii_case("application/vnd.syncml.notification"));
        let by_id = match self.application_id() {
            Some(Token::Code(code)) => code == SYNCML_DM,
            Some(Token::Text(text)) => {
                text.eq_ignore_ascii_case("x-wap-application:syncml.dm") || text == "7"
            }
            None => true,
        };
        by_type && by_id
    }

    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let parts = whole(bytes, read::push)?;
        let headers = parts.headers.into_iter().map(|header| Header {
            name: header.name,
            value: header.value.bytes().to_vec(),
        });
        Ok(Push {
            push_id: parts.push_id,
            content_type: parts.content_type.bytes().to_vec(),
            headers: headers.collect(),
            body: parts.body.bytes().to_vec(),
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
        match (self.media_type_name(), self.media_type()) {
            (Some(name), _) => f.write_str(&name)?,
            (None, Some(token)) => write!(f, "content type {token}")?,
            (None, None) => f.write_str("content type unknown")?,
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

pub(super) fn put_uintvar(bytes: &mut Vec<u8>, value: usize) {
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

/// Whether a name is that of X-Wap-Application-Id, by number or in full.
pub(crate) fn is_application_id(name: &Token) -> bool {
    match name {
        Token::Code(code) => *code == APPLICATION_ID,
        Token::Text(text) => text.eq_ignore_ascii_case("X-Wap-Application-Id"),
    }
}

/// A number or a text at the start of a header value.
pub(crate) fn token(value: &[u8]) -> Option<Token> {
    Some(prefix(Input::new(value), read::token).ok()?.0)
}
