//! The built-in provisioning documents, as files in the repository.

use crate::codec::tnds;

/// What the card provisioned before, as text.
pub const PROVISIONED_BEFORE: &str = include_str!("../../data/provisioned-before.xml");

/// What it is to provision now, as text.
pub const PROVISIONING: &str = include_str!("../../data/provisioning.xml");

/// What the card provisioned before.
pub(super) fn before() -> tnds::Document {
    built_in(PROVISIONED_BEFORE)
}

/// What it is to provision now.
pub(super) fn after() -> tnds::Document {
    built_in(PROVISIONING)
}

fn built_in(text: &str) -> tnds::Document {
    let document = tnds::Document::decode_xml(text.as_bytes());
    debug_assert!(
        document.is_ok(),
        "Invariant: a built-in document is TNDS: {document:?}"
    );
    document.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_documents_are_read() {
        assert_eq!(before().nodes.len(), 2);
        assert_eq!(after().nodes.len(), 2);
    }
}
