//! Data of commands and of Results: from Meta and Data to values, and back
//! (OMA-TS-DM_RepPro-V1_2_1 §6.6, OMA-TS-DM_TND-V1_2_1 §7.7.2).
//!
//! What the wire calls text or bytes says nothing of the value: only Format and Type do.

use crate::codec::auth;
use crate::codec::syncml::{Data, Encoding, Item, Location, Meta, StatusCode};
use crate::codec::tnds;
use crate::tree::{INTERIOR, NewValue, Reading};

/// What an Item brings.
#[derive(Clone, Debug)]
pub(in crate::client) enum Payload {
    /// Nodes of a TNDS document.
    Document(tnds::Document),
    /// One value.
    Value {
        /// Format told, if any.
        format: Option<String>,
        /// Type told, if any.
        media_type: Option<String>,
        /// The bytes.
        value: Vec<u8>,
    },
}

impl Payload {
    /// For the tree, when it is a value.
    pub(super) fn as_new<'a>(
        format: &'a Option<String>,
        media_type: &'a Option<String>,
        value: &'a [u8],
    ) -> NewValue<'a> {
        NewValue {
            format: format.as_deref(),
            media_type: media_type.as_deref(),
            value,
        }
    }
}

/// Reads an Item; what its Meta leaves out, the command's tells. `kept` is the format of the
/// node that is to be replaced.
pub(in crate::client) fn payload(
    item: &Item,
    defaults: &Meta,
    kept: Option<&str>,
) -> Result<Payload, StatusCode> {
    let told = |of: fn(&Meta) -> &Option<String>| {
        of(&item.meta)
            .clone()
            .or_else(|| of(defaults).clone())
            .filter(|text| !text.is_empty())
    };
    let format = told(|m| &m.format);
    let media_type = told(|m| &m.media_type);
    let bare = media_type
        .as_deref()
        .map(|t| t.split(';').next().unwrap_or_default().trim());
    if matches!(bare, Some(tnds::MEDIA_TYPE_XML | tnds::MEDIA_TYPE_WBXML)) {
        return document(item.data.as_ref(), format.as_deref()).map(Payload::Document);
    }
    let (format, value) = match (&item.data, format.as_deref()) {
        (None, _) => (format, Vec::new()),
        (Some(Data::Markup(element)), _) if element.name() == "MgmtTree" => {
            return document(item.data.as_ref(), None).map(Payload::Document);
        }
        (Some(Data::Markup(_)), _) => return Err(StatusCode::UNSUPPORTED_TYPE),
        // A node that holds base64 text keeps it; all others hold the bytes themselves.
        (Some(data), Some("b64")) if kept != Some("b64") => {
            let octets = std::str::from_utf8(data.bytes())
                .ok()
                .and_then(auth::from_base64)
                .ok_or(StatusCode::BAD_REQUEST)?;
            (Some("bin".to_owned()), octets)
        }
        (Some(data), _) => (format, data.bytes().to_vec()),
    };
    Ok(Payload::Value {
        format,
        media_type,
        value,
    })
}

fn document(data: Option<&Data>, format: Option<&str>) -> Result<tnds::Document, StatusCode> {
    let read = |bytes: &[u8]| {
        // By what it is, since both types are seen with either content.
        if looks_like_xml(bytes) {
            tnds::Document::decode_xml(bytes)
        } else {
            tnds::Document::decode_wbxml(bytes)
        }
        .map_err(|_| StatusCode::BAD_REQUEST)
    };
    match data {
        None => Err(StatusCode::BAD_REQUEST),
        Some(Data::Markup(element)) => {
            tnds::Document::from_element(element).map_err(|_| StatusCode::BAD_REQUEST)
        }
        Some(Data::Text(text)) if format == Some("b64") || !looks_like_xml(text.as_bytes()) => {
            let octets = auth::from_base64(text).ok_or(StatusCode::BAD_REQUEST)?;
            read(&octets)
        }
        Some(data) => read(data.bytes()),
    }
}

fn looks_like_xml(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'<')
}

/// The Items of Results, each for a Results of its own, so that they can be spread over messages.
pub(super) fn results(uri: &str, reading: Reading, encoding: Encoding) -> Vec<Item> {
    match reading {
        Reading::Value {
            format,
            media_type,
            value,
        } => vec![item(uri, &format, &media_type, Some(value), encoding)],
        Reading::List(nodes) => nodes
            .into_iter()
            .map(|n| item(&n.uri, &n.format, &n.media_type, n.value, encoding))
            .collect(),
        Reading::Document(document) => {
            let (format, media_type, data) = Data::of_document(&document, encoding);
            vec![Item {
                source: Some(Location::new(uri)),
                meta: Meta {
                    format: Some(format.to_owned()),
                    media_type: Some(media_type.to_owned()),
                    ..Meta::default()
                },
                data: Some(data),
                ..Item::default()
            }]
        }
    }
}

fn item(
    uri: &str,
    format: &str,
    media_type: &str,
    value: Option<Vec<u8>>,
    encoding: Encoding,
) -> Item {
    let (format, data) = match (value, format, encoding) {
        (None, _, _) => (format, None),
        // XML has no bytes; cut into chunks, base64 must be of the whole.
        (Some(value), "bin", Encoding::Xml) => ("b64", Some(Data::Text(auth::base64(&value)))),
        (Some(value), "bin", Encoding::Wbxml) => ("bin", Some(Data::Opaque(value))),
        (Some(value), _, _) => (
            format,
            Some(match String::from_utf8(value) {
                Ok(text) => Data::Text(text),
                Err(error) => Data::Opaque(error.into_bytes()),
            }),
        ),
    };
    // Both have a default that goes without saying.
    let unless = |text: &str, default: &str| (text != default).then(|| text.to_owned());
    Item {
        source: Some(Location::new(uri)),
        meta: Meta {
            format: unless(format, "chr"),
            media_type: unless(media_type, "text/plain")
                .filter(|t| !(t.is_empty() && format == INTERIOR)),
            ..Meta::default()
        },
        data,
        ..Item::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(format: &str, data: Data) -> Item {
        Item {
            meta: Meta {
                format: Some(format.into()),
                ..Meta::default()
            },
            data: Some(data),
            ..Item::default()
        }
    }

    fn value(item: &Item, kept: Option<&str>) -> (Option<String>, Vec<u8>) {
        match payload(item, &Meta::default(), kept).unwrap() {
            Payload::Value { format, value, .. } => (format, value),
            Payload::Document(_) => panic!("a value"),
        }
    }

    /// Shows REP-13.
    #[test]
    fn base64_becomes_octets_unless_the_node_holds_it() {
        let item = with("b64", Data::Text("AAEC".into()));
        assert_eq!(value(&item, None), (Some("bin".into()), vec![0, 1, 2]));
        assert_eq!(value(&item, Some("bin")).1, [0, 1, 2]);
        assert_eq!(value(&item, Some("b64")).1, b"AAEC");
        assert_eq!(
            payload(&with("b64", Data::Text("*".into())), &Meta::default(), None).unwrap_err(),
            StatusCode::BAD_REQUEST
        );
        let raw = with("bin", Data::Opaque(vec![0xFF]));
        assert_eq!(value(&raw, None), (Some("bin".into()), vec![0xFF]));
    }

    /// Shows TNDS-1.
    #[test]
    fn documents_in_all_forms() {
        let document = tnds::Document {
            ver_dtd: "1.2".into(),
            nodes: vec![tnds::Node {
                name: "A".into(),
                format: Some("chr".into()),
                media_type: Some("text/plain".into()),
                value: Some(b"hi".to_vec()),
                ..tnds::Node::default()
            }],
            ..tnds::Document::default()
        };
        let wbxml = document.encode_wbxml();
        for (format, kind, data) in [
            ("bin", tnds::MEDIA_TYPE_WBXML, Data::Opaque(wbxml.clone())),
            (
                "b64",
                tnds::MEDIA_TYPE_WBXML,
                Data::Text(auth::base64(&wbxml)),
            ),
            (
                "xml",
                tnds::MEDIA_TYPE_XML,
                Data::Text(document.encode_xml()),
            ),
            (
                "xml",
                tnds::MEDIA_TYPE_XML,
                Data::Opaque(document.encode_xml().into_bytes()),
            ),
            (
                "xml",
                tnds::MEDIA_TYPE_XML,
                Data::Markup(document.to_element()),
            ),
        ] {
            let mut item = with(format, data);
            item.meta.media_type = Some(kind.into());
            match payload(&item, &Meta::default(), None).unwrap() {
                Payload::Document(found) => assert_eq!(found, document),
                Payload::Value { .. } => panic!("a document"),
            }
        }
    }
}
