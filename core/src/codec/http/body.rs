//! Where the body of a message ends, and what is in it (RFC 9112 §6, §7).
//!
//! A body whose end two readers could see at two places is refused.

use super::MAX_HEADERS;
use super::head::head;
use super::refusal::Refusal;

/// Octets of the longest line with a chunk's size, extensions and all.
const MAX_SIZE_LINE: usize = 256;
/// Digits of the longest chunk size.
const MAX_SIZE_DIGITS: usize = 16;

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Octets(usize),
    Chunks,
}

/// What the fields say of the body's end; `None` where they say nothing.
pub(super) fn framing(
    headers: &[httparse::Header<'_>],
    is_old: bool,
    at: usize,
    most: usize,
) -> Result<Option<Framing>, Refusal> {
    let values = |name: &str| -> Vec<&[u8]> {
        let named = headers.iter().filter(|h| h.name.eq_ignore_ascii_case(name));
        named.map(|h| h.value).collect()
    };
    let shown = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let (codings, lengths) = (values("Transfer-Encoding"), values("Content-Length"));
    match (&codings[..], &lengths[..]) {
        ([], []) => Ok(None),
        ([], [length]) => octets(length, most).map_err(|(status, expected)| {
            let found = format!("Content-Length {}", shown(length));
            Refusal::bad(at, expected, found, "RFC 9112 §6.3").with(status)
        }),
        ([], [..]) => Err(Refusal::bad(
            at,
            "one Content-Length",
            format!("{} of them", lengths.len()),
            "RFC 9112 §6.3",
        )),
        ([..], [_, ..]) => Err(Refusal::bad(
            at,
            "one way to find the end of the body",
            "Transfer-Encoding and Content-Length",
            "RFC 9112 §6.3",
        )),
        ([..], []) if is_old => Err(Refusal::bad(
            at,
            "no Transfer-Encoding in HTTP/1.0",
            "one",
            "RFC 9112 §6.1",
        )),
        ([coding], []) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(Framing::Chunks)),
        ([..], []) => {
            let all = codings.join(&b", "[..]);
            let refusal = Refusal::bad(
                at,
                "the transfer coding chunked alone",
                shown(&all),
                "RFC 9112 §6.1",
            );
            Err(if is_coded_in_chunks(&all) {
                refusal.with(501)
            } else {
                refusal
            })
        }
    }
}

/// Are these codings under one `chunked`, the last of them? Then the end of the body could be
/// found, but not what it is.
fn is_coded_in_chunks(codings: &[u8]) -> bool {
    let mut parts: Vec<&[u8]> = codings
        .split(|b| *b == b',')
        .map(<[u8]>::trim_ascii)
        .collect();
    let is_chunked = |part: &[u8]| part.eq_ignore_ascii_case(b"chunked");
    let last = parts.pop();
    codings.is_ascii()
        && last.is_some_and(is_chunked)
        && !parts.is_empty()
        && parts
            .iter()
            .all(|part| !part.is_empty() && !is_chunked(part))
}

/// A Content-Length of digits alone (RFC 9110 §8.6).
fn octets(value: &[u8], most: usize) -> Result<Option<Framing>, (u16, &'static str)> {
    let digits = std::str::from_utf8(value).unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number = is_number.then(|| digits.parse::<i64>().ok()).flatten();
    let number = number.ok_or((400, "a number of octets"))?;
    match usize::try_from(number) {
        Ok(number) if number <= most => Ok(Some(Framing::Octets(number))),
        _ => Err((413, "a shorter body")),
    }
}

/// The body and where it ends, or `None` while octets are missing.
pub(super) fn body(
    framing: Framing,
    bytes: &[u8],
    start: usize,
    most: usize,
) -> Result<Option<(Vec<u8>, usize)>, Refusal> {
    let length = match framing {
        Framing::Octets(length) => length,
        Framing::Chunks => return chunks(bytes, start, most),
    };
    let body = bytes.get(start..).and_then(|rest| rest.get(..length));
    Ok(body.map(|body| (body.to_vec(), start + length)))
}

/// Chunks to their end, and the trailer fields, which are read and dropped (RFC 9112 §7.1).
fn chunks(bytes: &[u8], start: usize, most: usize) -> Result<Option<(Vec<u8>, usize)>, Refusal> {
    let mut body = Vec::new();
    let mut at = start;
    loop {
        let Some((line, size)) = chunk_size(&bytes[at..], at)? else {
            return Ok(None);
        };
        at += line;
        if size == 0 {
            return Ok(trailers(&bytes[at..], at)?.map(|length| (body, at + length)));
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size > most - body.len() {
            let refusal = Refusal::bad(at, "a shorter body", "a longer one", "RFC 9110 §15.5.14");
            return Err(refusal.with(413));
        }
        let Some(chunk) = bytes[at..].get(..size) else {
            return Ok(None);
        };
        body.extend_from_slice(chunk);
        at += size;
        match &bytes[at..] {
            [b'\r', b'\n', ..] => at += 2,
            [] | [b'\r'] => return Ok(None),
            _ => {
                return Err(Refusal::bad(
                    at,
                    "the end of a chunk",
                    "something else",
                    "RFC 9112 §7.1",
                ));
            }
        }
    }
}

/// Octets of the line with a chunk's size, and the size; extensions are ignored.
fn chunk_size(bytes: &[u8], at: usize) -> Result<Option<(usize, u64)>, Refusal> {
    let wrong = |found: &str| Refusal::bad(at, "a chunk size", found, "RFC 9112 §7.1");
    let seen = &bytes[..bytes.len().min(MAX_SIZE_LINE)];
    let Some(end) = seen.iter().position(|b| *b == b'\n') else {
        let fits = bytes.len() < MAX_SIZE_LINE;
        return if fits {
            Ok(None)
        } else {
            Err(wrong("a longer line"))
        };
    };
    let line = seen[..end]
        .strip_suffix(b"\r")
        .ok_or_else(|| wrong("LF alone"))?;
    let mut parts = line.splitn(2, |b| *b == b';');
    let digits = parts.next().unwrap_or_default();
    let digits = match parts.next() {
        Some(extension)
            if extension
                .iter()
                .any(|b| b.is_ascii_control() && *b != b'\t') =>
        {
            return Err(wrong("an extension of other characters"));
        }
        // Blanks before an extension are bad but to be taken (RFC 9112 §7.1.1).
        Some(_) => digits.trim_ascii_end(),
        None => digits,
    };
    let is_number =
        (1..=MAX_SIZE_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).unwrap_or_default();
    let size = is_number
        .then(|| u64::from_str_radix(text, 16).ok())
        .flatten();
    size.map(|size| Some((end + 1, size)))
        .ok_or_else(|| wrong("something else"))
}

/// Octets of the trailer section with its empty line, or `None` while it has no end.
fn trailers(bytes: &[u8], at: usize) -> Result<Option<usize>, Refusal> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let parsed = httparse::parse_headers(bytes, &mut slots).map(|status| match status {
        httparse::Status::Complete((end, _)) => httparse::Status::Complete(end),
        httparse::Status::Partial => httparse::Status::Partial,
    });
    head(parsed, bytes, at)
}
