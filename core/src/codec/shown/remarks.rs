//! What a document says that its value will not keep, or that its DTD has otherwise. Reading goes
//! on; who converts a document is to know what comes out is not all that went in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::codec::markup::document::{Document, Kind, Name};
use crate::codec::vocabulary::wbxml::{Vocabulary, ddf, prov};

/// Sentences by the place they are about, counted in the bytes of the document.
pub type Remarks = BTreeMap<usize, Cow<'static, str>>;

/// Remarks on a document, in one pass over its nodes.
pub fn remarks(document: &Document<'_>) -> Remarks {
    let mut remarks = Remarks::new();
    for index in 0..document.nodes.len() {
        match document.nodes[index].kind {
            Kind::Element(Name::Tag(_)) => {}
            _ => continue,
        }
        match document.vocabulary {
            Vocabulary::Prov => order(document, index, &mut remarks),
            Vocabulary::DmDdf => foreign(document, index, &mut remarks),
            Vocabulary::SyncMl11 | Vocabulary::SyncMl12 => {}
            _ => continue,
        }
        if document.vocabulary != Vocabulary::Prov {
            attributes(document, index, &mut remarks);
        }
    }
    remarks
}

/// The DTD wants the parameters of a characteristic before those inside it, and so they are
/// written (OMA ProvCont: `parm*, characteristic*`).
fn order(document: &Document<'_>, index: usize, remarks: &mut Remarks) {
    let mut behind = false;
    for (child, tag) in document.elements(index) {
        match tag.map(|tag| tag.token) {
            Some(token) if token == prov::CHARACTERISTIC.token => behind = true,
            Some(token) if token == prov::PARM.token && behind => {
                let words = "The DTD wants parm before characteristic; when this is written again \
                             it will be.";
                remarks.insert(document.offset(child), Cow::Borrowed(words));
            }
            _ => {}
        }
    }
}

/// Elements of other namespaces in a description (DM TND §9).
fn foreign(document: &Document<'_>, index: usize, remarks: &mut Remarks) {
    if document.tag(index) == Some(ddf::VALUE) {
        return;
    }
    for (child, _) in document.elements(index) {
        if document.is_foreign(child) {
            let words = "An element of another namespace; it is passed over and not kept.";
            remarks.insert(document.offset(child), Cow::Borrowed(words));
        }
    }
}

/// Elements of messages and descriptions have no attributes (DM RepPro §6, DM TND §9).
fn attributes(document: &Document<'_>, index: usize, remarks: &mut Remarks) {
    for attribute in document.attributes(index) {
        let (name, _) = document.attribute(attribute);
        if name.starts_with("xmlns") {
            continue;
        }
        let element = document.name(index);
        let words = format!("{element} has no attributes; {name} is passed over and not kept.");
        remarks.insert(attribute.span.start as usize, Cow::Owned(words));
    }
}
