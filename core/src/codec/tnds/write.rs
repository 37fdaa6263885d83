//! Nodes to bytes, optional properties in the order of the DTD (OMA-TS-DM_TNDS-V1_2_1 §5).

use super::Node;
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree;
use crate::codec::vocabulary::wbxml::ddf as tags;

pub(super) fn node<S: Sink>(node: &Node, depth: usize, out: &mut S) {
    out.open(tags::NODE);
    out.leaf(tags::NODE_NAME, &node.name);
    out.optional(tags::PATH, node.path.as_deref());
    properties(node, out);
    if let Some(value) = &node.value {
        mgmt_tree::value(value, node.is_binary(), out);
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
        mgmt_tree::format(tags::FORMAT, &[name], out);
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
