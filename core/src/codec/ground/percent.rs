//! Percent-encoding read strictly (RFC 3986 §2.1), where a stray percent sign is a fault of the
//! sender and not a character.

use percent_encoding::percent_decode_str;

/// The bytes that a text with escapes stands for; `None` when a percent sign is not followed by
/// two hex digits.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let whole = text.split('%').skip(1).all(|escape| {
        let digits = escape.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    whole.then(|| percent_decode_str(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_whole_or_nothing() {
        for (text, bytes) in [
            ("a%20b", Some(&b"a b"[..])),
            ("%C3%a4", Some(&[0xC3, 0xA4])),
            ("", Some(b"")),
            ("%", None),
            ("a%2", None),
            ("%2G", None),
            ("%%41", None),
        ] {
            assert_eq!(decoded(text).as_deref(), bytes, "{text}");
        }
    }
}
