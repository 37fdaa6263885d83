//! Directories of PKCS #15: EF_ODF, EF_DODF and EF_TokenInfo as trees of objects (PKCS #15 §6).
//! What stands behind the last object is padding.

use super::tree::tree;
use crate::codec::Field;

/// A directory.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let name = |tag| match tag {
        0x02 => "Number",
        0x03 => "Flags",
        0x04 => "Octets",
        0x06 => "Object identifier",
        0x0C | 0x80 => "Text",
        0x30 => "Sequence",
        0xA1 => "Attributes",
        0xA4 => "Certificates",
        0xA5 => "Trusted certificates",
        0xA7 => "Data objects",
        0xA8 => "Authentication objects",
        _ => "Object",
    };
    tree(bytes, &name, &|tag| tag & 0x20 != 0, "PKCS #15 §6", 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn a_worked_data_object_is_told() {
        let octets = hex::decode("302830 0E0C0C444D5F426F6F747374726170300A0C02444D0604672B0701A10A300804063F007F506435 0000".replace(' ', "").as_str()).unwrap();
        let fields = fields(&octets);
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].range, 0..42);
        let class = &fields[0].children[1];
        assert_eq!(class.children[1].value, "2.23.43.7.1");
        assert_eq!(class.children[1].range, 24..30);
        assert_eq!(fields[0].children[0].children[0].value, "DM_Bootstrap");
    }
}
