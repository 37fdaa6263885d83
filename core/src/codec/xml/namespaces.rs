//! Namespaces as they stand in force at an element (Namespaces in XML 1.0 §6).
//!
//! Only what matters here is kept: whether a name is of one of our code pages or foreign.

use quick_xml::events::BytesStart;

use crate::codec::DecodeError;

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
    /// Depth, prefix (empty for the default namespace), what it stands for.
    declared: Vec<(usize, Box<[u8]>, Space)>,
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
        while self.declared.last().is_some_and(|one| one.0 >= depth) {
            self.declared.pop();
        }
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
            self.declared.push((depth, prefix.into(), space));
        }
        let prefix = tag.name().prefix().map_or(&[][..], |p| p.into_inner());
        let mut inner_first = self.declared.iter().rev();
        let found = inner_first.find(|one| *one.1 == *prefix).map(|one| one.2);
        Ok(match found {
            Some(Space::Page(_)) if prefix.is_empty() => own,
            Some(space) => space,
            None => Space::Unsaid,
        })
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
