//! Provisioning data of a made-up operator, as a card would keep them: what it provisioned last
//! time and what it is to provision now.

use super::Plan;
use crate::codec::DecodeError;
use crate::codec::tnds::Document;

/// TNDS in XML: what the device has from the last session.
pub const BEFORE: &str = include_str!("../../data/provisioned-before.xml");

/// TNDS in XML: what the device is to have.
pub const AFTER: &str = include_str!("../../data/provisioning.xml");

/// Document of what the device has from the last session.
pub fn before() -> Result<Document, DecodeError> {
    Document::decode_xml(BEFORE.as_bytes())
}

/// Document of what the device is to have.
pub fn after() -> Result<Document, DecodeError> {
    Document::decode_xml(AFTER.as_bytes())
}

/// Plan that leads from what the device has to what it is to have.
pub fn plan() -> Result<Plan, DecodeError> {
    Ok(Plan::from_documents(&before()?, &after()?))
}
