//! Which of two forms a document has, by how it begins (WBXML 1.3 §5.4, XML 1.0 appendix F).

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Tokens.
    Wbxml,
    /// Text.
    Xml,
}

impl Form {
    /// The form that bytes begin in: text begins with `<`, in UTF-8 or UTF-16, WBXML with its
    /// version, which is no character of text. `None` for all else.
    pub fn of(bytes: &[u8]) -> Option<Form> {
        let is_xml = match bytes {
            [0xFE, 0xFF, rest @ ..] => {
                is_markup(rest.as_chunks().0.iter().copied().map(u16::from_be_bytes))
            }
            [0xFF, 0xFE, rest @ ..] => {
                is_markup(rest.as_chunks().0.iter().copied().map(u16::from_le_bytes))
            }
            [0, b'<', ..] | [b'<', 0, ..] => true,
            _ => {
                let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
                is_markup(text.iter().copied().map(u16::from))
            }
        };
        match bytes.first() {
            _ if is_xml => Some(Form::Xml),
            Some(0..=3) => Some(Form::Wbxml),
            _ => None,
        }
    }
}

/// True for text whose first character that is no white space is `<`.
fn is_markup(mut text: impl Iterator<Item = u16>) -> bool {
    let space = [0x20, 0x09, 0x0D, 0x0A];
    text.find(|unit| !space.contains(unit)) == Some(u16::from(b'<'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_their_beginning() {
        let le =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let be =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
        for text in ["<a/>", "\u{feff} \r\n<a/>"] {
            for bytes in [text.as_bytes().to_vec(), le(text), be(text)] {
                assert_eq!(Form::of(&bytes), Some(Form::Xml), "{bytes:X?}");
            }
        }
        assert_eq!(Form::of(b" <a/>"), Some(Form::Xml));
        assert_eq!(Form::of(&[0x03, 0x01, 0x6A, 0x00]), Some(Form::Wbxml));
        assert_eq!(Form::of(&[0x00, 0x04, 0x00]), Some(Form::Wbxml));
        for bytes in [
            &b""[..],
            b"abc",
            b"\xFF\xFE",
            b"\xFF\xFE\x3C",
            b"\xFE\xFFab",
        ] {
            assert_eq!(Form::of(bytes), None, "{bytes:X?}");
        }
    }
}
