//! A DevInf document as fields, in either form (OMA-TS-DS_DevInf-V1_2).

use super::{wbxml, xml};
use crate::codec::Field;
use crate::codec::markup::Form;
use crate::codec::vocabulary::wbxml::Vocabulary;

/// Fields of a document, XML when it begins as text; reads as far as it can and never fails.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    match Form::of(bytes) {
        Some(Form::Wbxml) => wbxml::fields_as(bytes, Vocabulary::DevInf12),
        _ => xml::fields(bytes),
    }
}
