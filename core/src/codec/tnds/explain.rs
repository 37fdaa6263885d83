//! What the elements of a document are for, for people who look at bytes.

use crate::codec::wbxml::tokens::{Tag, ddf as tags};

/// Clause and purpose of an element of page 2.
pub(crate) fn explain(tag: Tag) -> (&'static str, &'static str) {
    let note = match tag {
        tags::MGMT_TREE => "A set of nodes in one piece.",
        tags::VER_DTD => "Version of the element set.",
        tags::NODE => "One node of the management tree.",
        tags::NODE_NAME => {
            "Last segment of the URI; when empty, the receiver chooses or the target names it."
        }
        tags::PATH => "URI of the parent, only directly under MgmtTree.",
        tags::RT_PROPERTIES => "What the node is and who may do what with it.",
        tags::ACL => "Which servers may do what with the node.",
        tags::FORMAT => "How the value is to be understood; node for an interior node.",
        tags::TYPE => "Media type of a leaf, management object identifier of an interior node.",
        tags::MIME => "Media type of the value.",
        tags::DDF_NAME => "Identifier of the management object; may be empty.",
        tags::VALUE => "The value of a leaf; a bin value is OPAQUE in WBXML and base64 in XML.",
        tags::TITLE => "A name for people.",
        tags::T_STAMP => "Time of the last change.",
        tags::VER_NO => "Counts the changes.",
        _ => "",
    };
    ("DM TNDS §5", note)
}

/// Elements whose first one of these inside names the element for people.
pub(crate) fn key(tag: Tag) -> &'static [Tag] {
    match tag {
        tags::MGMT_TREE => &[tags::VER_DTD],
        tags::NODE => &[tags::NODE_NAME],
        tags::TYPE => &[tags::MIME, tags::DDF_NAME],
        tags::RT_PROPERTIES => &[tags::FORMAT],
        _ => &[],
    }
}
