//! A value of a profile file together with where it stands.

use super::ProfileError;
use crate::codec::hex;
use serde_json::Value;
use std::ops::RangeInclusive;

/// A value and its path.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    value: &'a Value,
    path: String,
}

type Found<T> = Result<T, ProfileError>;

impl<'a> Place<'a> {
    /// The whole file.
    pub(super) fn root(value: &'a Value) -> Self {
        Place {
            value,
            path: String::new(),
        }
    }

    /// An error at this place.
    pub(super) fn wrong(&self, reason: impl Into<String>) -> ProfileError {
        ProfileError {
            path: self.path.clone(),
            reason: reason.into(),
        }
    }

    /// Refuses members that have no meaning here.
    pub(super) fn only(&self, known: &[&str]) -> Found<()> {
        let Value::Object(members) = self.value else {
            return Err(self.wrong("expected an object"));
        };
        match members.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(self.wrong(format!(
                "unknown member \"{}\"; there are {}",
                key.chars().take(40).collect::<String>(),
                known.join(", ")
            ))),
            None => Ok(()),
        }
    }

    /// A member that may be missing.
    pub(super) fn member(&self, key: &str) -> Option<Place<'a>> {
        let value = self.value.get(key)?;
        let dot = if self.path.is_empty() { "" } else { "." };
        Some(Place {
            value,
            path: format!("{}{dot}{key}", self.path),
        })
    }

    /// A member that must be there.
    pub(super) fn need(&self, key: &str) -> Found<Place<'a>> {
        self.member(key)
            .ok_or_else(|| self.wrong(format!("\"{key}\" is missing")))
    }

    /// True for `"…"`.
    pub(super) fn is_text(&self) -> bool {
        self.value.is_string()
    }

    /// True for `[…]`.
    pub(super) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    pub(super) fn text(&self) -> Found<&'a str> {
        let text = self.value.as_str();
        text.ok_or_else(|| self.wrong("expected a text"))
    }

    pub(super) fn boolean(&self) -> Found<bool> {
        let value = self.value.as_bool();
        value.ok_or_else(|| self.wrong("expected true or false"))
    }

    pub(super) fn number(&self, range: RangeInclusive<u64>) -> Found<u64> {
        let number = self.value.as_u64().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            self.wrong(format!(
                "expected a number from {} to {}",
                range.start(),
                range.end()
            ))
        })
    }

    pub(super) fn list(&self) -> Found<Vec<Place<'a>>> {
        let Value::Array(items) = self.value else {
            return Err(self.wrong("expected a list"));
        };
        let item = |(number, value)| Place {
            value,
            path: format!("{}[{number}]", self.path),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub(super) fn hex(&self) -> Found<Vec<u8>> {
        hex::decode(self.text()?).ok_or_else(|| self.wrong("expected pairs of hex digits"))
    }

    /// Hex digits for exactly so many octets.
    pub(super) fn octets<const N: usize>(&self) -> Found<[u8; N]> {
        let octets = self.hex()?;
        octets
            .try_into()
            .map_err(|_| self.wrong(format!("expected {N} octets in hex")))
    }
}
