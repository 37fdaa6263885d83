//! Finds the explanation of an element with the model that knows it; explains provisioning
//! documents itself, since they have no model here.

mod syncml;
mod tnds;

use std::borrow::Cow;

use crate::codec::markup::document::{Document, Kind};
use crate::codec::vocabulary::syncml::{AlertCode, StatusCode};
use crate::codec::vocabulary::wbxml::{Tag, Vocabulary, syncml as tags};

/// Clause and purpose of the element at `index`.
pub(super) fn explain(
    document: &Document<'_>,
    index: usize,
    parent: Option<usize>,
) -> (&'static str, Cow<'static, str>) {
    let Some(tag) = document.tag(index) else {
        return ("", Cow::Borrowed("A name that no token table has."));
    };
    if document.vocabulary.tag_name(tag).is_empty() {
        return ("", Cow::Borrowed("A token that no table has."));
    }
    match document.vocabulary {
        Vocabulary::SyncMl11 | Vocabulary::SyncMl12 | Vocabulary::DmDdf => {
            if tag.page == 2 {
                let (clause, note) = tnds::explain(tag);
                return (clause, Cow::Borrowed(note));
            }
            let parent = parent.and_then(|parent| document.tag(parent));
            if tag == tags::DATA
                && let Some(found) = code(document, index, parent)
            {
                return found;
            }
            let (clause, note) = syncml::explain(tag, parent);
            (clause, Cow::Borrowed(note))
        }
        Vocabulary::Prov => {
            let note = match tag.token {
                0x05 => "Provisioning of a device outside a session.",
                0x06 => "A group of parameters, such as an account or an access point.",
                _ => "",
            };
            ("OMA ProvCont", Cow::Borrowed(note))
        }
        Vocabulary::ServiceIndication => ("WAP-167-ServiceInd §8", Cow::Borrowed("")),
        Vocabulary::ServiceLoading => ("WAP-168-ServiceLoad §8", Cow::Borrowed("")),
        Vocabulary::DevInf11 | Vocabulary::DevInf12 => ("SyncML DevInf", Cow::Borrowed("")),
        Vocabulary::Unknown => ("", Cow::Borrowed("")),
    }
}

/// The meaning of a status or alert code.
fn code(
    document: &Document<'_>,
    index: usize,
    parent: Option<Tag>,
) -> Option<(&'static str, Cow<'static, str>)> {
    let code: u16 = document.text(index).ok()?.trim().parse().ok()?;
    let (clause, meaning) = match parent? {
        tags::STATUS => ("DM RepPro §6", StatusCode(code).meaning()),
        tags::ALERT => ("DM RepPro §7", AlertCode(code).meaning()),
        _ => return None,
    };
    Some(match meaning {
        "" => (clause, Cow::Borrowed("A code that DM 1.2 does not name.")),
        meaning => (clause, Cow::Owned(format!("Means: {meaning}."))),
    })
}

/// The child that names an element for people.
pub(super) fn key_child(document: &Document<'_>, index: usize) -> Option<usize> {
    let tag = document.tag(index)?;
    let keys = match (document.vocabulary, tag.page) {
        (Vocabulary::SyncMl11 | Vocabulary::SyncMl12 | Vocabulary::DmDdf, 2) => tnds::key(tag),
        (Vocabulary::SyncMl11 | Vocabulary::SyncMl12, _) => syncml::key(tag),
        _ => return None,
    };
    let first = |key: &Tag| {
        let mut elements = document.elements(index);
        elements.find(|(_, tag)| *tag == Some(*key))
    };
    keys.iter().find_map(first).map(|(child, _)| child)
}

/// True when the element holds other elements.
pub(super) fn has_elements(document: &Document<'_>, index: usize) -> bool {
    document
        .children(index)
        .any(|child| matches!(document.nodes[child].kind, Kind::Element(_)))
}
