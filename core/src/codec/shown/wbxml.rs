//! A WBXML document as fields: the header first, then what the arena has, then what is left.

use super::markup;
use crate::codec::markup::document::Charset;
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::wbxml::{Header, PublicId, parse_as};
use crate::codec::{Field, hex};

/// Fields of any WBXML document, SyncML, TNDS or provisioning: reads as far as it can, and
/// ends with a field `unreadable` when that is not to the end.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    nested_fields(bytes, 0)
}

/// The same, of a document that is told to be of a kind, in case its header says nothing.
pub(super) fn fields_as(bytes: &[u8], told: Vocabulary) -> Vec<Field> {
    told_fields(bytes, told, 0)
}

/// Fields of a document that lies in so many others.
pub(super) fn nested_fields(bytes: &[u8], nesting: usize) -> Vec<Field> {
    told_fields(bytes, Vocabulary::Unknown, nesting)
}

fn told_fields(bytes: &[u8], told: Vocabulary, nesting: usize) -> Vec<Field> {
    let parsed = parse_as(bytes, told);
    let mut fields = Vec::new();
    if let Some(header) = &parsed.header {
        header_fields(header, bytes, &mut fields);
    }
    fields.extend(markup::fields(&parsed.document, nesting, nested_fields));
    match &parsed.error {
        Some(error) => fields.push(markup::unreadable(bytes, error)),
        None => {
            let used = parsed.document.used;
            if let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
                fields.push(padding(used, rest));
            }
        }
    }
    fields
}

fn padding(used: usize, rest: &[u8]) -> Field {
    let note = if rest.iter().all(|byte| matches!(byte, 0 | 0xFF)) {
        "Padding of the file; the document ends with its root element."
    } else {
        "Follows the root element and is no part of the document."
    };
    Field::new("trailing", used..used + rest.len(), markup::shown(rest)).note(note)
}

fn header_fields(header: &Header, bytes: &[u8], out: &mut Vec<Field>) {
    out.push(
        Field::new(
            "version",
            0..1,
            format!("1.{} ({:02X})", header.version & 0x0F, header.version),
        )
        .clause("WBXML §5.4")
        .note("Receivers take every 1.x."),
    );
    let vocabulary = header.vocabulary(bytes);
    let public_id = match header.public_id {
        PublicId::Number(number) => format!("{number:X} {}", vocabulary.fpi()),
        PublicId::Text(offset) => match header.fpi(bytes) {
            Some(fpi) => format!("string {offset}: {fpi}"),
            None => format!("string {offset}, which the table does not have"),
        },
    };
    let note = match vocabulary {
        Vocabulary::Unknown if header.is_unknown() => {
            "Says that the kind is unknown; what carries the document must tell, or its root tag."
        }
        Vocabulary::Unknown => "Names no known kind of document; the root tag must tell.",
        _ => "Tells which tables give the tokens their names.",
    };
    out.push(
        Field::new(
            "public identifier",
            header.public_id_span.range(),
            public_id.trim(),
        )
        .clause("WBXML §5.5")
        .note(note),
    );
    if !header.charset_span.range().is_empty() {
        out.push(
            Field::new(
                "character set",
                header.charset_span.range(),
                format!("{} {}", header.charset, charset_name(header.charset)).trim(),
            )
            .clause("WBXML §5.6")
            .note(match Charset::of_number(header.charset) {
                Some(Charset::Other(_)) => {
                    "A number of the IANA registry; of this set only what is US-ASCII is read."
                }
                _ => "A number of the IANA registry.",
            }),
        );
    }
    let table = header.string_table;
    let charset = Charset::of_number(header.charset).unwrap_or_default();
    let mut children = Vec::new();
    let mut start = table.start as usize;
    while let Some(rest) = bytes
        .get(start..table.end as usize)
        .filter(|r| !r.is_empty())
    {
        let (len, taken, note) = match charset.string_len(rest) {
            Some(len) => (len, len + charset.unit(), ""),
            None => (
                rest.len(),
                rest.len(),
                "The last string lacks its 00, as some toolkits write it.",
            ),
        };
        let text = &rest[..len];
        let value = match charset.strict(text, 0) {
            Ok(text) => text.into_owned(),
            Err(_) => hex::spaced(text),
        };
        children.push(Field::new("string", start..start + taken, value).note(note));
        start += taken;
    }
    let from = header.table_len_span.start as usize;
    out.push(
        Field::new(
            "string table",
            from..table.end as usize,
            format!("{} bytes", table.range().len()),
        )
        .clause("WBXML §5.7")
        .note("Strings that the document refers to by their place.")
        .children(children),
    );
}

fn charset_name(charset: u32) -> &'static str {
    match charset {
        0 => "unknown",
        3 => "US-ASCII",
        4 => "ISO-8859-1",
        106 => "UTF-8",
        1000 => "UCS-2",
        1013 => "UTF-16BE",
        1014 => "UTF-16LE",
        1015 => "UTF-16",
        _ => "",
    }
}
