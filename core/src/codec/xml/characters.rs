//! Characters of a document: which XML can carry, and references to them (XML 1.0 §2.2, §4.1).

use crate::codec::DecodeError;

/// True for the characters XML 1.0 can carry (§2.2).
pub(crate) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// The place of the first character in UTF-8 text that XML cannot carry.
pub(super) fn first_wrong(text: &[u8]) -> Option<usize> {
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let is_wrong = |at: usize| match text[at] {
        b'\t' | b'\n' | b'\r' => false,
        0..0x20 => true,
        0xBE | 0xBF => at >= 2 && text[at - 2..at] == [0xEF, 0xBF],
        _ => false,
    };
    let at = (0..text.len()).find(|at| is_wrong(*at))?;
    Some(if text[at] < 0x20 { at } else { at - 2 })
}

/// The error of a character that XML cannot carry.
pub(super) fn wrong(text: &[u8], at: usize) -> DecodeError {
    let found = match text.get(at) {
        Some(byte @ 0..0x20) => format!("the control character {byte:02X}"),
        _ => "U+FFFE or U+FFFF".to_owned(),
    };
    DecodeError::new(at, "a character of XML", found).clause("XML 1.0 §2.2")
}

/// The error of a reference that is not resolved.
pub(super) fn unknown_entity(offset: usize) -> DecodeError {
    DecodeError::new(
        offset,
        "&lt; &gt; &amp; &apos; &quot; or a character reference",
        "another entity",
    )
}

/// The code point of a predefined entity or a character reference, without `&` and `;`.
pub(super) fn character_of(name: &[u8]) -> Option<u32> {
    let code = match name {
        b"lt" => u32::from(b'<'),
        b"gt" => u32::from(b'>'),
        b"amp" => u32::from(b'&'),
        b"apos" => u32::from(b'\''),
        b"quot" => u32::from(b'"'),
        _ => {
            let digits = std::str::from_utf8(name).ok()?.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            }
        }
    };
    char::from_u32(code).filter(|c| is_xml(*c)).map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_is_found() {
        for (text, at) in [
            ("a\tb\r\nc", None),
            ("ab\u{1}", Some(2)),
            ("\u{1f}", Some(0)),
            ("a\u{fffe}", Some(1)),
            ("\u{ffff}b", Some(0)),
            ("a\u{fffd}\u{10ffff}\u{3f}\u{7bf}", None),
        ] {
            assert_eq!(first_wrong(text.as_bytes()), at, "{text:?}");
            let one_by_one = text.char_indices().find(|(_, c)| !is_xml(*c));
            assert_eq!(one_by_one.map(|(at, _)| at), at, "{text:?}");
        }
    }
}
