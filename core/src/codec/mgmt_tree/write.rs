//! What both kinds of document have in common, written in the order of the DTD.

use super::MgmtTree;
use crate::codec::markup::sink::Sink;
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary, ddf as tags};

/// The root and what stands directly in it.
pub(super) fn envelope<S: Sink, N>(tree: &MgmtTree<N>, node: impl Fn(&N, &mut S), out: &mut S) {
    out.open(tags::MGMT_TREE);
    out.leaf(tags::VER_DTD, &tree.ver_dtd);
    out.optional(tags::MAN, tree.man.as_deref());
    out.optional(tags::MOD, tree.model.as_deref());
    for one in &tree.nodes {
        node(one, out);
    }
    out.close();
}

/// An element of formats, each an element of its own.
pub(crate) fn format<S: Sink, T: AsRef<str>>(element: Tag, names: &[T], out: &mut S) {
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
pub(crate) fn value<S: Sink>(value: &[u8], binary: bool, out: &mut S) {
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
