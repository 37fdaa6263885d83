//! Names and values of headers and parameters: an assigned number or a text (WAP-230-WSP §8.4.2).

use crate::codec::vocabulary::wsp::media_type_name;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A parameter of a content type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name.
    pub name: Token,
    /// Value; `None` for a parameter that has none.
    pub value: Option<Token>,
    /// Where it lies in the content type.
    pub range: Range<usize>,
}

/// An assigned number or a name in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Assigned number, without the top bit.
    Code(u32),
    /// In full.
    Text(String),
}

impl Token {
    /// The media type that this is, in full; `None` for a number without a name.
    pub fn media_type_name(&self) -> Option<Cow<'static, str>> {
        match self {
            Token::Code(code) => media_type_name(*code).map(Cow::Borrowed),
            Token::Text(text) => Some(Cow::Owned(text.clone())),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Code(code) => write!(f, "{code:02X}"),
            Token::Text(text) => f.write_str(text),
        }
    }
}
