//! What a provisioning document must be beyond TNDS: a set of places in a tree, each named once.

use crate::codec::DecodeError;
use crate::codec::tnds::{Document, Node};
use crate::tree::{NodeUri, UriError};
use std::collections::BTreeSet;

const CLAUSE: &str = "DM TND §5, DM TNDS §5";

/// Checks the places of all nodes; `text` is the document as it was read, for the offset.
pub(super) fn check(document: &Document, text: &str) -> Result<(), DecodeError> {
    let mut seen = BTreeSet::new();
    for node in &document.nodes {
        let path = node.path.as_deref().unwrap_or(".");
        if node.name.is_empty() {
            return Err(wrong(
                text,
                path,
                "a NodeName on each top node",
                "an empty one",
            ));
        }
        let uri = place(path, &node.name, text)?;
        if !seen.insert(uri.clone()) {
            return Err(wrong(
                text,
                &node.name,
                "each place once",
                &format!("{} a second time", shortened(&uri)),
            ));
        }
        for child in &node.children {
            below(&uri, child, text)?;
        }
    }
    Ok(())
}

/// The codec bounds how deep nodes lie.
fn below(parent: &str, node: &Node, text: &str) -> Result<(), DecodeError> {
    let uri = place(parent, &node.name, text)?;
    node.children
        .iter()
        .try_for_each(|child| below(&uri, child, text))
}

/// The URI of a node, in the one form that can be compared.
fn place(path: &str, name: &str, text: &str) -> Result<String, DecodeError> {
    let expected = "a Path and a NodeName that make a URI of a node below the root";
    let uri = format!("{path}/{name}");
    let refused = |found: &str| wrong(text, name, expected, found);
    if path.starts_with('/') {
        return Err(wrong(
            text,
            path,
            expected,
            &format!("the absolute Path {}", shortened(path)),
        ));
    }
    if uri.chars().any(char::is_control) {
        return Err(refused("a control character"));
    }
    match NodeUri::parse(&uri) {
        Ok(parsed) if parsed.suffix().is_none() && !parsed.is_root() => Ok(parsed.to_string()),
        Ok(_) => Err(refused(&shortened(&uri))),
        // The device answers it with 414: worth seeing, not worth refusing.
        Err(UriError::TooLong(_)) => Ok(uri),
        Err(error) => Err(refused(&format!("{} ({error})", shortened(&uri)))),
    }
}

/// Enough of a URI to know it again.
fn shortened(uri: &str) -> String {
    match uri.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &uri[..end]),
        None => uri.to_owned(),
    }
}

/// An error at the first place where the words stand; at the start when they stand there only
/// in another form, such as with entities.
fn wrong(text: &str, words: &str, expected: &'static str, found: &str) -> DecodeError {
    let offset = text.find(&format!(">{words}<")).map_or(0, |at| at + 1);
    DecodeError::new(offset, expected, found.to_owned()).clause(CLAUSE)
}
