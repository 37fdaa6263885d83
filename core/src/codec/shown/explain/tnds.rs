//! What the elements of a document are for, for people who look at bytes.

use crate::codec::vocabulary::wbxml::{Tag, ddf as tags};

/// Clause and purpose of an element of page 2.
pub(super) fn explain(tag: Tag) -> (&'static str, &'static str) {
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
        tags::SIZE => "Octets of the value.",
        tags::TITLE => "A name for people.",
        tags::T_STAMP => "Time of the last change.",
        tags::VER_NO => "Counts the changes.",
        _ => return description(tag),
    };
    ("DM TNDS §5", note)
}

/// The elements that only a DDF has, and those that need no words.
fn description(tag: Tag) -> (&'static str, &'static str) {
    let note = match tag {
        tags::DF_PROPERTIES => "What the device says of the node, whoever asks.",
        tags::ACCESS_TYPE => "The commands the node supports at all, whatever its ACL says.",
        tags::DEFAULT_VALUE => "The value of a node that is made without one.",
        tags::DESCRIPTION => "What the node is for, for people.",
        tags::DF_FORMAT => "The formats the node may have.",
        tags::OCCURRENCE => "How many nodes of this description may stand beside each other.",
        tags::SCOPE => "Whether the node is built in, or made and deleted by servers.",
        tags::DF_TITLE => "A name of the description, for people.",
        tags::DF_TYPE => "Media types of a leaf, management object identifier of an interior node.",
        tags::CASE_SENSE => "Whether names below differ by case.",
        tags::PERMANENT => "Built in: no server makes, deletes or renames it.",
        tags::DYNAMIC => "Made and deleted at run time.",
        _ => return ("DM TNDS §5", ""),
    };
    ("DM TND §9", note)
}

/// Elements whose first one of these inside names the element for people.
pub(super) fn key(tag: Tag) -> &'static [Tag] {
    match tag {
        tags::MGMT_TREE => &[tags::VER_DTD],
        tags::NODE => &[tags::NODE_NAME],
        tags::TYPE | tags::DF_TYPE => &[tags::MIME, tags::DDF_NAME],
        tags::RT_PROPERTIES => &[tags::FORMAT],
        _ => &[],
    }
}
