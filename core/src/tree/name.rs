//! The name of a node as its parent keeps it: short ones lie in place, so that looking a child
//! up reads no memory but the parent's.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// Bytes of the longest name that lies in place.
const SHORT: usize = 22;

/// A name; compares by its bytes, which is the order of its characters too.
#[derive(Clone)]
pub(super) struct Name(Form);

#[derive(Clone)]
enum Form {
    Short { len: u8, octets: [u8; SHORT] },
    Long(Arc<str>),
}

impl Name {
    fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Short { len, octets } => octets.get(..usize::from(*len)).unwrap_or_default(),
            Form::Long(text) => text.as_bytes(),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match &self.0 {
            // Made of text, so it is text.
            Form::Short { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Form::Long(text) => text,
        }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        let mut octets = [0; SHORT];
        Name(match octets.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Form::Short {
                    len: text.len() as u8,
                    octets,
                }
            }
            None => Form::Long(Arc::from(text)),
        })
    }
}

impl Borrow<[u8]> for Name {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Name::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_length() {
        let long = "x".repeat(200);
        let mut all: Vec<&str> = vec![
            "",
            "a",
            "ab",
            "b",
            "ä",
            &long[..21],
            &long[..22],
            &long[..23],
            &long,
        ];
        all.push("ääääääääääää");
        for text in &all {
            let name = Name::from(*text);
            assert_eq!(name.as_str(), *text);
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(serde_json::from_str::<Name>(&json).unwrap(), name);
            for other in &all {
                assert_eq!(name.cmp(&Name::from(*other)), text.cmp(other));
                assert_eq!(name == Name::from(*other), text == other);
            }
        }
    }
}
