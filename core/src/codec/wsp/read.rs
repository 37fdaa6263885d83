//! Parsers of a push and of the values of its headers (WAP-230-WSP §8.1.2, §8.2.4, §8.4).

use super::token::{Parameter, Token};
use crate::codec::input::{
    Input, Parsed, all, byte, byte_that, bytes, clause, ending, placed, prefix, rest, utf8,
};
use nom::Parser;
use nom::bytes::complete::{take_till, take_while_m_n};
use std::ops::RangeInclusive;

const CLAUSE: &str = "WAP-230-WSP §8.2.4";
const HEADERS: &str = "WAP-230-WSP §8.4";

/// PDU type Push.
pub(super) const PUSH: u8 = 0x06;

/// First bytes of values that are texts.
const TEXT: RangeInclusive<u8> = 0x20..=0x7F;

/// Where the length of a value is a uintvar.
const LENGTH_QUOTE: u8 = 31;

/// Where the parts of a push lie.
pub(crate) struct PushParts<'a> {
    pub(crate) push_id: u8,
    pub(crate) content_type: Input<'a>,
    pub(crate) headers: Vec<HeaderParts<'a>>,
    pub(crate) body: Input<'a>,
}

/// Where a header lies.
pub(crate) struct HeaderParts<'a> {
    pub(crate) name: Token,
    /// Start of the name.
    pub(crate) at: usize,
    pub(crate) value: Input<'a>,
}

/// A push to the end of its body.
pub(crate) fn push(input: Input<'_>) -> Parsed<'_, PushParts<'_>> {
    clause(CLAUSE, |input| {
        let (left, (push_id, _, length)) = (
            byte("a push PDU"),
            byte_that("PDU type 06 (Push)", |pdu| pdu == PUSH),
            uintvar,
        )
            .parse(input)?;
        let headers = clause(HEADERS, ending((value, all(header))));
        let (left, (content_type, headers)) =
            bytes(length, "headers").and_then(headers).parse(left)?;
        let (left, body) = rest(left)?;
        let parts = PushParts {
            push_id,
            content_type,
            headers,
            body,
        };
        Ok((left, parts))
    })(input)
}

fn header(input: Input<'_>) -> Parsed<'_, HeaderParts<'_>> {
    let (left, first) = byte_that("a header name", |first| first >= 0x20 && first != 0x7F)(input)?;
    let (left, name) = match first {
        0x80.. => (left, Token::Code((first & 0x7F).into())),
        _ => {
            // A name that is no UTF-8 could not be written back.
            let (left, text) = utf8(text)(input)?;
            (left, Token::Text(text.to_owned()))
        }
    };
    let (left, value) = value(left)?;
    let at = input.offset();
    Ok((left, HeaderParts { name, at, value }))
}

/// A header value of any form, as encoded (§8.4.1.2).
fn value(input: Input<'_>) -> Parsed<'_, Input<'_>> {
    let (left, first) = byte("a header value")(input)?;
    let (left, _) = match first {
        0..=30 => bytes(usize::from(first), "a header value")(left)?,
        LENGTH_QUOTE => {
            let (left, length) = uintvar(left)?;
            bytes(length, "a header value")(left)?
        }
        0x20..=0x7F => text(input)?,
        _ => (left, left),
    };
    bytes(left.offset() - input.offset(), "a header value")(input)
}

/// A text with its NUL; the text alone.
fn text(input: Input<'_>) -> Parsed<'_, Input<'_>> {
    let (left, text) = take_till(|byte| byte == 0)(input)?;
    let (left, _) = byte("the NUL behind a text")(left)?;
    Ok((left, text))
}

/// A number or a text (§8.4.2.1).
pub(super) fn token(input: Input<'_>) -> Parsed<'_, Token> {
    let (left, first) = byte_that("a number or a text", |first| {
        first >= 0x20 || (1..=4).contains(&first)
    })(input)?;
    if TEXT.contains(&first) {
        let (left, text) = text(input)?;
        // A quote lets a text begin with an octet that would mean something else.
        let text = text.bytes().strip_prefix(&[0x7F]).unwrap_or(text.bytes());
        return Ok((
            left,
            Token::Text(String::from_utf8_lossy(text).into_owned()),
        ));
    }
    match first {
        0x80.. => Ok((left, Token::Code((first & 0x7F).into()))),
        _ => bytes(usize::from(first), "a long integer")
            .map(|octets| {
                let octets = octets.bytes().iter();
                Token::Code(octets.fold(0, |all, b| all << 8 | u32::from(*b)))
            })
            .parse(left),
    }
}

/// What a value holds: itself, or in the general form what stands behind its length.
fn contents(value: Input<'_>) -> Parsed<'_, Input<'_>> {
    let (left, first) = byte("a value")(value)?;
    match first {
        0..=30 => bytes(usize::from(first), "a value")(left),
        LENGTH_QUOTE => {
            let (left, length) = uintvar(left)?;
            bytes(length, "a value")(left)
        }
        _ => rest(value),
    }
}

/// The media type of a Content-Type value: alone, or first in the general form (§8.4.2.24).
pub(crate) fn media_type(value: Input<'_>) -> Option<Token> {
    let (inside, _) = prefix(value, contents).ok()?;
    Some(prefix(inside, token).ok()?.0)
}

/// The parameters of a Content-Type value, as far as they can be read (§8.4.2.4).
pub(crate) fn parameters(value: Input<'_>) -> Vec<Parameter> {
    let mut found = Vec::new();
    // Only the general form has room for any.
    if value
        .bytes()
        .first()
        .is_none_or(|first| *first > LENGTH_QUOTE)
    {
        return found;
    }
    let Ok((inside, _)) = prefix(value, contents) else {
        return found;
    };
    let Ok((_, mut left)) = prefix(inside, token) else {
        return found;
    };
    while !left.is_empty()
        && let Ok((parameter, behind)) = prefix(left, parameter)
    {
        left = behind;
        found.push(parameter);
    }
    found
}

fn parameter(input: Input<'_>) -> Parsed<'_, Parameter> {
    placed(name_and_value)
        .map(|(range, (name, value))| Parameter { name, value, range })
        .parse(input)
}

fn name_and_value(input: Input<'_>) -> Parsed<'_, (Token, Option<Token>)> {
    let (left, name) = token(input)?;
    let (left, value) = match (&name, left.bytes().first()) {
        // No-value.
        (_, Some(0)) => byte("no value").map(|_| None).parse(left)?,
        // Q is the one number that is a uintvar.
        (Token::Code(0), _) => uintvar.map(|q| Some(Token::Code(q as u32))).parse(left)?,
        _ => token.map(Some).parse(left)?,
    };
    Ok((left, (name, value)))
}

/// A uintvar of at most five octets and 32 bits (§8.1.2).
pub(super) fn uintvar(input: Input<'_>) -> Parsed<'_, usize> {
    let more = |byte| byte & 0x80 != 0;
    let (left, groups) = take_while_m_n(0, 4, more)(input)?;
    let (left, last) = byte_that("a number of at most five octets", |last| !more(last))(left)?;
    let groups = groups.bytes().iter().chain(std::iter::once(&last));
    let number = groups.copied().try_fold(0u32, |number, group| {
        Some(number.checked_mul(128)? | u32::from(group & 0x7F))
    });
    match number {
        Some(number) => Ok((left, number as usize)),
        None => Err(input.wrong("a number of 32 bits")),
    }
}
