//! Why the tree did not do something.

use super::uri::NodeUri;
use crate::codec::syncml::StatusCode;
use std::fmt;

/// A refusal: the Status a server gets, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Status for the command.
    pub code: StatusCode,
    /// Rule that says so, for people.
    pub reason: &'static str,
    /// The node that failed, when it is not the one asked for.
    pub uri: Option<String>,
}

impl Refusal {
    pub(super) fn new(code: StatusCode, reason: &'static str) -> Self {
        Refusal {
            code,
            reason,
            uri: None,
        }
    }

    #[must_use]
    pub(super) fn at(mut self, uri: &NodeUri) -> Self {
        self.uri.get_or_insert_with(|| uri.to_string());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.code.meaning(), self.reason)?;
        if let Some(uri) = &self.uri {
            write!(f, " ({uri})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
