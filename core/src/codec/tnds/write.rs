//! Document to bytes, optional properties in the order of the DTD (OMA-TS-DM_TNDS-V1_2_1 §5).

use super::{Document, Node};
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::wbxml::tokens::{Tag, ddf as tags};
use crate::codec::wbxml::{Sink, Vocabulary};

pub(super) fn document<S: Sink>(document: &Document, out: &mut S) {
    out.open(tags::MGMT_TREE);
    out.leaf(tags::VER_DTD, &document.ver_dtd);
    out.optional(tags::MAN, document.man.as_deref());
    out.optional(tags::MOD, document.model.as_deref());
    for one in &document.nodes {
        node(one, 0, out);
    }
    out.close();
}

fn node<S: Sink>(node: &Node, depth: usize, out: &mut S) {
    out.open(tags::NODE);
    out.leaf(tags::NODE_NAME, &node.name);
    out.optional(tags::PATH, node.path.as_deref());
    properties(node, out);
    if let Some(value) = &node.value {
        self::value(value, node.is_binary(), out);
    }
    // Nothing that was decoded is deeper; a built one is cut, not trusted.
    if depth < MAX_DEPTH {
        for child in &node.children {
            self::node(child, depth + 1, out);
        }
    }
    out.close();
}

fn properties<S: Sink>(node: &Node, out: &mut S) {
    let none = node.acl.is_none()
        && node.format.is_none()
        && node.media_type.is_none()
        && node.size.is_none()
        && node.title.is_none()
        && node.tstamp.is_none()
        && node.ver_no.is_none();
    if none {
        return;
    }
    out.open(tags::RT_PROPERTIES);
    out.optional(tags::ACL, node.acl.as_deref());
    if let Some(name) = node.format.as_deref() {
        format(tags::FORMAT, &[name], out);
    }
    out.optional(tags::SIZE, node.size.as_deref());
    out.optional(tags::TITLE, node.title.as_deref());
    out.optional(tags::T_STAMP, node.tstamp.as_deref());
    if let Some(media_type) = node.media_type.as_deref() {
        let interior = node.is_interior();
        out.open(tags::TYPE);
        out.leaf(
            if interior { tags::DDF_NAME } else { tags::MIME },
            media_type,
        );
        out.close();
    }
    out.optional(tags::VER_NO, node.ver_no.as_deref());
    out.close();
}

/// An element of formats, each an element of its own.
pub(in crate::codec) fn format<S: Sink, T: AsRef<str>>(element: Tag, names: &[T], out: &mut S) {
    out.open(element);
    for name in names {
        match Vocabulary::DmDdf.tag(2, name.as_ref()) {
            Some(tag) => out.empty(tag),
            None => out.text(name.as_ref()),
        }
    }
    out.close();
}

/// The value of a leaf: binary data is OPAQUE or base64 text.
pub(in crate::codec) fn value<S: Sink>(value: &[u8], binary: bool, out: &mut S) {
    if value.is_empty() {
        return out.empty(tags::VALUE);
    }
    out.open(tags::VALUE);
    match std::str::from_utf8(value) {
        Ok(text) if !binary => out.text(text),
        _ => out.opaque(value),
    }
    out.close();
}
