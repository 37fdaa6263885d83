//! The end of a head, and what no head may hold (RFC 9112 §2, §3, §5).
//!
//! `httparse` reads the lines; here is what it takes and two readers could take for two things.

use super::MAX_HEAD;
use super::refusal::Refusal;

/// Length of the head, or `None` while it is incomplete.
pub(super) fn head(
    parsed: Result<httparse::Status<usize>, httparse::Error>,
    bytes: &[u8],
    skipped: usize,
) -> Result<Option<usize>, Refusal> {
    let too_long = |found: &str| {
        let expected = "a head of at most 8192 octets and 64 fields";
        Refusal::bad(skipped, expected, found, "RFC 6585 §5").with(431)
    };
    let end = match parsed {
        Ok(httparse::Status::Complete(n)) => Some(n),
        Ok(httparse::Status::Partial) => None,
        Err(httparse::Error::TooManyHeaders) => return Err(too_long("more fields")),
        // The parser stops within the name of a version that is another; it may go on.
        Err(httparse::Error::Version) if version_so_far(bytes).is_some_and(|v| v.len() < 8) => None,
        // The parser does not tell where it stopped: the line that cannot be is the best place.
        Err(error) => {
            let at = skipped + bad_line(bytes);
            let refusal = Refusal::bad(at, "a head of HTTP/1.1", error.to_string(), "RFC 9112 §2");
            let other = error == httparse::Error::Version && version_so_far(bytes).is_some();
            return Err(if other { refusal.with(505) } else { refusal });
        }
    };
    let seen = &bytes[..end.unwrap_or(bytes.len())];
    if seen.len() > MAX_HEAD {
        return Err(too_long("a longer one"));
    }
    if let Some(at) = lone_line_feed(seen) {
        return Err(Refusal::bad(
            skipped + at,
            "CR before LF",
            "LF alone",
            "RFC 9112 §2.2",
        ));
    }
    Ok(end)
}

fn lone_line_feed(bytes: &[u8]) -> Option<usize> {
    let ends = |at: &usize| bytes[*at] == b'\n' && (*at == 0 || bytes[*at - 1] != b'\r');
    (0..bytes.len()).find(ends)
}

/// The last word of the start line, if it is the name of a version or the beginning of one.
fn version_so_far(bytes: &[u8]) -> Option<&[u8]> {
    let line = bytes.split(|b| *b == b'\r').next().unwrap_or_default();
    let word = line.rsplit(|b| *b == b' ').next().unwrap_or_default();
    let fits = |(found, wanted): (&u8, &u8)| match wanted {
        b'0' => found.is_ascii_digit(),
        letter => found == letter,
    };
    let is_whole = line.len() < bytes.len();
    let is_one = word.len() <= 8 && word.iter().zip(b"HTTP/0.0").all(fits);
    (is_one && (word.len() == 8 || !is_whole)).then_some(word)
}

/// Start of the first line that is neither a start line nor a header.
fn bad_line(bytes: &[u8]) -> usize {
    let mut at = 0;
    for (n, line) in bytes.split(|b| *b == b'\n').enumerate() {
        let fine = if n == 0 {
            line.windows(7).any(|w| w == b"HTTP/1.")
        } else {
            line.contains(&b':') || line == b"\r"
        };
        if !fine {
            return at.min(bytes.len());
        }
        at += line.len() + 1;
    }
    0
}
