//! One part of a message with another value, or left out: an element of a document, a header of
//! an HTTP message, a field of other bytes.
//!
//! What depends on the part, such as a length around it or a digest over it, stays as it was
//! sent, but for the tokens of a document and the Content-Length of an HTTP message that a
//! changed document lies in, which are not touched here.

use crate::codec::markup::document::Document;
use crate::codec::markup::{Content as Piece, Element, Form};
use crate::codec::{Field, hex, wbxml, xml};
use crate::trace::Content;

/// The message with the part at `path` of this text, or without it.
pub(super) fn with(
    sent: &[u8],
    content: Content,
    path: &str,
    text: Option<&str>,
) -> Result<Vec<u8>, String> {
    match content {
        Content::SyncmlWbxml | Content::SyncmlXml | Content::Wbxml => {
            with_element(sent, path, text)
        }
        Content::HttpRequest | Content::HttpResponse => with_header(sent, path, text),
        other => with_field(sent, &other.fields(sent), path, text),
    }
}

/// The document that the XML is, in the form of the one that was sent.
pub(super) fn encoded_like(sent: &[u8], text: &str) -> Result<Vec<u8>, String> {
    match Form::of(sent) {
        Some(Form::Wbxml) => {
            let document = xml::document(text.as_bytes()).map_err(|error| error.to_string())?;
            let root = document.root().ok_or("the XML has no element")?;
            Ok(wbxml::encode(
                &document.to_element(root),
                document.vocabulary,
            ))
        }
        _ => Ok(text.as_bytes().to_vec()),
    }
}

/// Names of a path, and which of the parts that end so is meant, from 0.
fn names(path: &str) -> Result<(Vec<&str>, usize), String> {
    let (path, number) = match path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['))
    {
        Some((path, number)) => (path, number.parse().ok().filter(|n| *n > 0)),
        None => (path, Some(1_usize)),
    };
    let number = number.ok_or_else(|| "the number of a part counts from 1".to_owned())?;
    Ok((path.split('/').collect(), number - 1))
}

fn with_element(sent: &[u8], path: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let is_xml = Form::of(sent) == Some(Form::Xml);
    let document: Document<'_> = match is_xml {
        true => xml::document(sent),
        false => wbxml::document(sent),
    }
    .map_err(|error| format!("the document cannot be read {error}"))?;
    let root = document.root().ok_or("the document has no element")?;
    let mut element = document.to_element(root);
    let (names, mut left) = names(path)?;
    let mut above = vec![element.name.clone()];
    if !change(&mut element, &mut above, &names, &mut left, text) {
        return Err(format!("the document has no {path}"));
    }
    Ok(match is_xml {
        true => {
            let mut out = String::new();
            xml::write_element(&element, None, &mut out);
            out.into_bytes()
        }
        false => wbxml::encode(&element, document.vocabulary),
    })
}

/// Changes the part below `element`, whose own names are `above`; false when it is not there.
fn change(
    element: &mut Element,
    above: &mut Vec<String>,
    names: &[&str],
    left: &mut usize,
    text: Option<&str>,
) -> bool {
    let mut index = 0;
    while index < element.content.len() {
        let Piece::Element(child) = &mut element.content[index] else {
            index += 1;
            continue;
        };
        above.push(child.name.clone());
        let ends = above.len() >= names.len()
            && above[above.len() - names.len()..].iter().eq(names.iter());
        let done = match (ends, *left) {
            (true, 0) => {
                match text {
                    Some(text) => {
                        child.content.clear();
                        if !text.is_empty() {
                            child.push_text(text);
                        }
                    }
                    None => {
                        element.content.remove(index);
                    }
                }
                true
            }
            (ends, _) => {
                *left -= usize::from(ends);
                change(child, above, names, left, text)
            }
        };
        above.pop();
        if done {
            return true;
        }
        index += 1;
    }
    false
}

/// A header is compared without regard to case (RFC 9110 §5.1); one that is not there is added
/// as the last.
fn with_header(sent: &[u8], name: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let end = sent.windows(4).position(|end| end == b"\r\n\r\n");
    let end = end.ok_or("the message has no end of its head")?;
    let (head, rest) = sent.split_at(end);
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
    for line in &mut lines {
        *line = line.strip_suffix(b"\r").unwrap_or(line);
    }
    let found = lines.iter().skip(1).position(|line| {
        let own = line.split(|byte| *byte == b':').next().unwrap_or_default();
        own.eq_ignore_ascii_case(name.as_bytes())
    });
    let new = text.map(|text| format!("{name}: {text}"));
    match (found, &new) {
        (Some(at), Some(new)) => lines[at + 1] = new.as_bytes(),
        (Some(at), None) => {
            lines.remove(at + 1);
        }
        (None, Some(new)) => lines.push(new.as_bytes()),
        (None, None) => return Err(format!("the message has no header {name}")),
    }
    let mut bytes = lines.join(&b"\r\n"[..]);
    bytes.extend_from_slice(rest);
    Ok(bytes)
}

fn with_field(
    sent: &[u8],
    fields: &[Field],
    path: &str,
    text: Option<&str>,
) -> Result<Vec<u8>, String> {
    let bytes = match text {
        Some(text) => hex::decode(text).ok_or("the value of a field is bytes in hex")?,
        None => Vec::new(),
    };
    let (names, mut left) = names(path)?;
    let field = find(fields, &mut Vec::new(), &names, &mut left);
    let range = field.map(|field| field.range.clone());
    let range = range.filter(|range| range.end <= sent.len() && range.start <= range.end);
    let range = range.ok_or_else(|| format!("the bytes have no field {path}"))?;
    let mut altered = sent.to_vec();
    altered.splice(range, bytes);
    Ok(altered)
}

fn find<'a>(
    fields: &'a [Field],
    above: &mut Vec<&'a str>,
    names: &[&str],
    left: &mut usize,
) -> Option<&'a Field> {
    for field in fields {
        above.push(&field.name);
        let ends = above.len() >= names.len() && above[above.len() - names.len()..] == *names;
        if ends && *left == 0 {
            return Some(field);
        }
        *left -= usize::from(ends);
        let found = find(&field.children, above, names, left);
        if found.is_some() {
            return found;
        }
        above.pop();
    }
    None
}
