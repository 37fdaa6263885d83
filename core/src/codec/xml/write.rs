//! Elements to text (XML 1.0): escaping, names, namespaces.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::characters::is_xml;
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::markup::{Content, Element};

/// Appends text with the characters escaped that would be markup or lost; what XML cannot
/// carry becomes U+FFFD.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\r' => out.push_str("&#13;"),
            c if is_xml(c) => out.push(c),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// Appends an attribute value with its quotes.
pub(crate) fn quote(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => escape(c.encode_utf8(&mut [0; 4]), out),
        }
    }
    out.push('"');
}

/// The namespace of a code page of SyncML 1.2 documents; other pages have none.
pub(crate) fn namespace(page: u8) -> &'static str {
    match page {
        0 => "SYNCML:SYNCML1.2",
        1 => "syncml:metinf",
        2 => "syncml:dmddf1.2",
        _ => "",
    }
}

/// Appends an element with all below it; `page` is that of the element around it, whose
/// namespace is in force. Opaque bytes become base64 text.
pub(crate) fn write_element(element: &Element, page: Option<u8>, out: &mut String) {
    write_nested(element, page, &mut Vec::new(), 0, out);
}

/// `prefixes` are those that elements around this one declare.
fn write_nested<'e>(
    element: &'e Element,
    page: Option<u8>,
    prefixes: &mut Vec<&'e str>,
    depth: usize,
    out: &mut String,
) {
    let outer = prefixes.len();
    let attributes = element.attributes.iter();
    prefixes.extend(attributes.filter_map(|(name, value)| declared_prefix(name, value)));
    let name = name_within(&element.name, prefixes);
    let _ = write!(out, "<{name}");
    let has_own = element.attributes.iter().any(|(name, _)| name == "xmlns");
    if page != Some(element.page) && !has_own {
        let _ = write!(out, " xmlns='{}'", namespace(element.page));
    }
    for (name, value) in &element.attributes {
        let name = match declared_prefix(name, value) {
            Some(_) => Cow::Borrowed(name.as_str()),
            None => name_within(name, prefixes),
        };
        let _ = write!(out, " {name}=");
        quote(value, out);
    }
    if element.content.is_empty() || depth >= MAX_DEPTH {
        out.push_str("/>");
    } else {
        out.push('>');
        for content in &element.content {
            match content {
                Content::Element(child) => {
                    write_nested(child, Some(element.page), prefixes, depth + 1, out);
                }
                Content::Text(text) => escape(text, out),
                Content::Opaque(bytes) => out.push_str(&base64(bytes)),
            }
        }
        let _ = write!(out, "</{name}>");
    }
    prefixes.truncate(outer);
}

/// The prefix that an attribute declares, if it may.
fn declared_prefix<'n>(name: &'n str, value: &str) -> Option<&'n str> {
    let prefix = name.strip_prefix("xmlns:")?;
    let is_name = matches!(xml_name(prefix), Cow::Borrowed(_));
    (is_name && !prefix.starts_with("xml") && !value.is_empty()).then_some(prefix)
}

/// A name that XML can carry, with its prefix when that is declared.
fn name_within<'n>(name: &'n str, prefixes: &[&str]) -> Cow<'n, str> {
    match name.split_once(':') {
        Some((prefix, local))
            if prefixes.contains(&prefix) && matches!(xml_name(local), Cow::Borrowed(_)) =>
        {
            Cow::Borrowed(name)
        }
        _ => xml_name(name),
    }
}

/// A name without prefix that XML can carry; what it cannot becomes `_`.
pub(crate) fn xml_name(name: &str) -> Cow<'_, str> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts_well && name.chars().all(good) {
        return Cow::Borrowed(name);
    }
    let mut fixed: String = name
        .chars()
        .map(|c| if good(c) { c } else { '_' })
        .collect();
    if !starts_well {
        fixed.insert(0, '_');
    }
    Cow::Owned(fixed)
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
