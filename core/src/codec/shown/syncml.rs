//! A DM message as fields, in either form (OMA-TS-DM_RepPro-V1_2_1 §6).

use super::{wbxml, xml};
use crate::codec::Field;
use crate::codec::syncml::Encoding;
use crate::codec::vocabulary::wbxml::Vocabulary;

/// Fields of a message; reads as far as it can and never fails.
pub fn fields(bytes: &[u8], encoding: Encoding) -> Vec<Field> {
    match encoding {
        Encoding::Wbxml => wbxml::fields_as(bytes, Vocabulary::SyncMl12),
        Encoding::Xml => xml::fields(bytes),
    }
}
