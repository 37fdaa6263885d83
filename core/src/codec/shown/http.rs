//! HTTP messages for showing: start line, headers, body, and the DM message in it (RFC 9112 §2;
//! OMA-TS-SyncML_HTTPBinding-V1_2_1).

use crate::codec::{Field, syncml};

/// A request or a response taken apart: start line, headers, body, and the DM message in it.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let mut fields = Vec::new();
    let mut at = 0;
    let mut media_type = String::new();
    for line in bytes[..end].split_inclusive(|b| *b == b'\n') {
        let range = at..at + line.len();
        at += line.len();
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        if fields.is_empty() {
            fields.push(Field::new("Start line", range, text).clause("RFC 9112 §2.1"));
        } else if let Some((name, value)) = text.split_once(':') {
            let value = value.trim();
            if name.eq_ignore_ascii_case("Content-Type") {
                media_type = value.to_owned();
            }
            fields.push(
                Field::new(name.to_owned(), range, value)
                    .clause("RFC 9112 §5")
                    .note(note(name)),
            );
        } else if text.is_empty() {
            fields.push(Field::new("End of head", range, "").clause("RFC 9112 §2.1"));
        } else {
            fields
                .push(Field::new("unreadable", range, text).note("Neither a header nor the end."));
        }
    }
    if end < bytes.len() {
        let body = &bytes[end..];
        let children = match syncml::Encoding::from_media_type(&media_type) {
            Some(encoding) => super::syncml::fields(body, encoding),
            None => Vec::new(),
        };
        let children = children.into_iter().map(|c| c.shifted(end)).collect();
        fields.push(
            Field::new("Body", end..bytes.len(), format!("{} B", body.len()))
                .clause("RFC 9112 §6")
                .children(children),
        );
    }
    fields
}

fn note(name: &str) -> &'static str {
    match name.to_ascii_lowercase().as_str() {
        "host" => "The address the card web server has inside the terminal.",
        "content-type" => "Says that the body is a DM message, and in which encoding.",
        "content-length" => "Octets of the body, so that the receiver knows where it ends.",
        "accept" => "Encodings the DM Client reads; the answer comes in that of the request.",
        "accept-charset" => "Character sets of XML the DM Client reads.",
        "cache-control" => "A DM message is good once and must not be kept.",
        "x-syncml-hmac" => "Proof of the sender over the whole body (DM Security §5.4).",
        _ => "",
    }
}
