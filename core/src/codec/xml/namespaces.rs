//! Namespaces as they stand in force at an element (Namespaces in XML 1.0 §6).
//!
//! What matters here is whether a name is of one of our code pages or foreign; of foreign
//! namespaces the declarations are kept, so that foreign markup comes out as it came in.

use std::borrow::Cow;

use quick_xml::events::BytesStart;
use quick_xml::name::QName;

use crate::codec::DecodeError;
use crate::codec::markup::document::Span;

/// Declarations in force at one place; more is an error, since each name looks through them.
pub(super) const MAX_DECLARATIONS: usize = 64;

/// What a name says of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Nothing: its place in the document must tell.
    Unsaid,
    /// The namespace of a code page, by a prefix or a declaration at the element itself.
    Page(u8),
    /// A namespace of somebody else, by a prefix.
    Foreign,
}

/// The declarations of the elements that are open.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    declared: Vec<Declaration>,
}

#[derive(Debug)]
struct Declaration {
    /// Elements around the one that has it.
    depth: usize,
    /// Empty for the default namespace.
    prefix: Box<[u8]>,
    space: Space,
    /// Its name and value in the document, when the namespace is somebody else's.
    foreign: Option<(Span, Span)>,
}

impl Namespaces {
    /// Takes the declarations of a tag at `depth` and tells what its name says. `offset` is where
    /// the tag begins.
    pub(super) fn enter(
        &mut self,
        tag: &BytesStart<'_>,
        depth: usize,
        offset: usize,
    ) -> Result<Space, DecodeError> {
        while self.declared.last().is_some_and(|one| one.depth >= depth) {
            self.declared.pop();
        }
        let origin = tag.as_ptr() as usize;
        let mut own = Space::Unsaid;
        for attribute in tag.attributes().with_checks(false).flatten() {
            let prefix = match attribute.key.as_ref() {
                b"xmlns" => &[][..],
                key => match key.strip_prefix(b"xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            let mut space = space_of(&attribute.value);
            let place = |part: &[u8]| {
                let start = offset + 1 + (part.as_ptr() as usize).saturating_sub(origin);
                Span::new(start, start + part.len())
            };
            let foreign = match &attribute.value {
                // What a reference stands for might be a namespace of ours after all.
                Cow::Borrowed(value) if space == Space::Foreign && !value.contains(&b'&') => {
                    Some((place(attribute.key.as_ref()), place(value)))
                }
                _ => None,
            };
            if prefix.is_empty() {
                if space == Space::Foreign {
                    // Default declarations are too often absent, odd or misspelt to rule a name
                    // out; a prefix is written on purpose.
                    space = Space::Unsaid;
                }
                own = space;
            }
            if self.declared.len() >= MAX_DECLARATIONS {
                return Err(DecodeError::new(
                    offset,
                    "at most 64 namespaces in force",
                    "one more",
                ));
            }
            self.declared.push(Declaration {
                depth,
                prefix: prefix.into(),
                space,
                foreign,
            });
        }
        let found = self.in_force(tag.name()).map(|one| one.space);
        Ok(match found {
            Some(Space::Page(_)) if tag.name().prefix().is_none() => own,
            Some(space) => space,
            None => Space::Unsaid,
        })
    }

    /// True when a namespace of somebody else is in force.
    pub(super) fn has_foreign(&self) -> bool {
        self.declared.iter().any(|one| one.foreign.is_some())
    }

    /// Name and value of the declaration that makes a name somebody else's.
    pub(super) fn foreign(&self, name: QName<'_>) -> Option<(Span, Span)> {
        self.in_force(name)?.foreign
    }

    /// The declaration of the prefix of a name.
    fn in_force(&self, name: QName<'_>) -> Option<&Declaration> {
        let prefix = name.prefix().map_or(&[][..], |prefix| prefix.into_inner());
        let mut inner_first = self.declared.iter().rev();
        inner_first.find(|one| *one.prefix == *prefix)
    }
}

/// What a namespace name stands for. The versions of a namespace are one: they differ in nothing
/// that a reader must know, and senders mix them up.
fn space_of(name: &[u8]) -> Space {
    let starts = |prefix: &[u8]| {
        let head = name.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if name.is_empty() {
        return Space::Unsaid;
    }
    let versionless = [&b"SYNCML:SYNCML"[..], b"syncml:metinf", b"syncml:dmddf"];
    let known = (0..3u8).find(|page| starts(versionless[usize::from(*page)]));
    match known {
        Some(page) => Space::Page(page),
        None if starts(b"syncml:devinf") || name == DDF_SCHEMA => Space::Unsaid,
        None => Space::Foreign,
    }
}

/// The namespace that the schema of device descriptions was published with.
const DDF_SCHEMA: &[u8] = b"http://tempuri.org/DM_DDF-V1_2";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::xml::namespace;

    #[test]
    fn every_namespace_written_is_known() {
        for page in 0..3 {
            assert_eq!(space_of(namespace(page).as_bytes()), Space::Page(page));
        }
        assert_eq!(space_of(b"SYNCML:SYNCML1.1"), Space::Page(0));
        assert_eq!(space_of(b"urn:example"), Space::Foreign);
        assert_eq!(space_of(b""), Space::Unsaid);
    }
}
