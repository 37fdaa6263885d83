//! What a document says that another form of it does not: elements, attributes and loose text that
//! a conversion left out.
//!
//! Compares names and places, not values: those the codecs bring over or refuse.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::remarks::Remarks;
use crate::codec::markup::document::{Document, Kind};

/// Places of a document and how often it has each.
type Places = BTreeMap<u64, usize>;

/// Remarks on all that a document has and its other form has not, by the place where it begins.
/// What is in an element that is left out is not told again.
pub fn left_out(document: &Document<'_>, written: &Document<'_>) -> Remarks {
    let mut places = Places::new();
    walk(written, false, &mut |place, _, _| {
        *places.entry(place).or_default() += 1;
        true
    });
    let mut remarks = Remarks::new();
    walk(document, true, &mut |place, offset, what| {
        if let Some(count) = places.get_mut(&place)
            && *count > 0
        {
            *count -= 1;
            return true;
        }
        remarks.insert(offset, Cow::Owned(format!("{} is left out.", what())));
        false
    });
    remarks
}

/// Tells every element, attribute and text: what is equal in name and place has one number. The
/// text of an element without elements is its value, and not told where only `loose` text is
/// asked for. An element of which `tell` says false is not entered.
fn walk(
    document: &Document<'_>,
    loose: bool,
    tell: &mut impl FnMut(u64, usize, &dyn Fn() -> String) -> bool,
) {
    // Elements around a node: where each ends, and its place.
    let mut around: Vec<(usize, u64, bool)> = Vec::new();
    let mut at = 0;
    while at < document.nodes.len() {
        while around.last().is_some_and(|(end, ..)| *end <= at) {
            around.pop();
        }
        let (parent, mixed) = around.last().map_or((0, false), |(_, p, m)| (*p, *m));
        let next = (document.nodes[at].next as usize).max(at + 1);
        match document.nodes[at].kind {
            Kind::Element(_) => {
                let name = document.name(at);
                let place = place(parent, "element", &name);
                if !tell(place, document.offset(at), &|| name.clone().into_owned()) {
                    at = next;
                    continue;
                }
                for attribute in document.attributes(at) {
                    let (of, value) = document.attribute(attribute);
                    // A declaration that only such an attribute needed says nothing itself.
                    if of.starts_with("xmlns") && document.tag(at).is_some() {
                        continue;
                    }
                    let what = || format!("{of} of {name}");
                    let inner = self::place(place, &of, &value);
                    tell(inner, attribute.span.start as usize, &what);
                }
                let mixed = document.elements(at).next().is_some();
                around.push((next, place, mixed));
            }
            Kind::Text(span) if mixed || !loose => {
                let text = document.lossy(span);
                let text = text.trim_ascii();
                if !text.is_empty() {
                    let place = place(parent, "text", text);
                    tell(place, document.offset(at), &|| {
                        "Text between elements".to_owned()
                    });
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn place(parent: u64, kind: &str, name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (parent, kind, name).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::xml::parse;

    #[test]
    fn what_is_missing_is_told_once_with_its_place() {
        let of = |text: &'static str| parse(text.as_bytes()).document;
        let whole = of("<a><b x='1' y='2'><c/>t</b><b x='1'/><v:d xmlns:v='n'><e/></v:d></a>");
        assert!(left_out(&whole, &whole).is_empty());
        let told = |written: &'static str| -> Vec<String> {
            let remarks = left_out(&whole, &of(written));
            remarks
                .into_iter()
                .map(|(at, words)| format!("{at} {words}"))
                .collect()
        };
        assert_eq!(
            told("<a><b x='1'><c/></b><b x='1'/></a>"),
            [
                "12 y of b is left out.",
                "22 Text between elements is left out.",
                "37 v:d is left out."
            ]
        );
        // The order is no matter, nor what is more than there was.
        assert_eq!(
            told("<a><v:d xmlns:v='n'><e/></v:d><b y='2' x='1'>t<c/><f/></b><b x='1'/><g/></a>"),
            [""; 0]
        );
        assert_eq!(told("<a/>").len(), 3);
        // What stood beside an element may be all there is.
        let around = of("<a>text<b/></a>");
        let remarks = left_out(&around, &of("<a>text</a>"));
        assert_eq!(remarks.into_keys().collect::<Vec<_>>(), [7]);
    }
}
