//! Directories of a PKCS#15 application: which files hold data objects, and where provisioning
//! documents lie among them (PKCS #15 v1.1 §6; OMA-WAP-PROVSC §6; OMA-TS-DM_Bootstrap §5).
//!
//! Reads both forms of data objects and every place of a path that cards have been seen to use;
//! stops at padding.

use super::{DecodeError, ber};

/// Application identifier of PKCS#15.
pub const AID: [u8; 12] = *b"\xA0\x00\x00\x00\x63PKCS-15";

/// File identifier of EF_ODF.
pub const EF_ODF: u16 = 0x5031;

/// Object identifiers of provisioning documents, as DER values: arc 2.23.43.
const ARC: [u8; 2] = [0x67, 0x2B];

/// Entries read of one directory at most.
const MAX_ENTRIES: usize = 32;

/// A document by its object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// 2.23.43.7.1: DM profile.
    DmBootstrap,
    /// 2.23.43.5.1: EF_Bootstrap of the CP profile.
    Bootstrap,
    /// 2.23.43.5.2: EF_Config1.
    Config1,
    /// 2.23.43.5.3: EF_Config2.
    Config2,
}

impl Document {
    /// From the DER value of an object identifier; `None` for others.
    pub fn from_oid(oid: &[u8]) -> Option<Self> {
        match oid.strip_prefix(&ARC)? {
            [7, 1] => Some(Document::DmBootstrap),
            [5, 1] => Some(Document::Bootstrap),
            [5, 2] => Some(Document::Config1),
            [5, 3] => Some(Document::Config2),
            _ => None,
        }
    }
}

/// A data object of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataObject {
    /// Free text for people.
    pub label: String,
    /// Object identifier as DER value; empty without one.
    pub oid: Vec<u8>,
    /// Reading wants a PIN.
    pub private: bool,
    /// It may be updated.
    pub modifiable: bool,
    /// File identifiers: from 3F00, or one inside the application.
    pub path: Vec<u16>,
}

/// Paths of the data object directories in EF_ODF, the first first.
pub fn odf(bytes: &[u8]) -> Result<Vec<Vec<u16>>, DecodeError> {
    const DATA_OBJECTS: u8 = 0xA7;
    let entries = entries(bytes)?;
    Ok(entries
        .iter()
        .filter(|entry| entry.tag == DATA_OBJECTS)
        .filter_map(|entry| path(entry.value))
        .collect())
}

/// Data objects of an EF_DODF in their order; those that name no file are left out.
pub fn dodf(bytes: &[u8]) -> Result<Vec<DataObject>, DecodeError> {
    Ok(entries(bytes)?.iter().filter_map(object).collect())
}

/// Entries up to the padding.
fn entries(bytes: &[u8]) -> Result<Vec<ber::Tlv<'_>>, DecodeError> {
    let mut entries = Vec::new();
    let mut at = 0;
    while bytes.get(at).is_some_and(|tag| !matches!(tag, 0x00 | 0xFF))
        && entries.len() < MAX_ENTRIES
    {
        let entry = ber::read(bytes, at).map_err(|e| e.clause("PKCS #15 §6"))?;
        at = entry.range.end;
        entries.push(entry);
    }
    Ok(entries)
}

fn object(entry: &ber::Tlv<'_>) -> Option<DataObject> {
    const SEQUENCE: u8 = 0x30;
    const OID_DO: u8 = 0xA1;
    if !matches!(entry.tag, SEQUENCE | OID_DO) {
        return None;
    }
    let parts = ber::read_all(entry.value).ok()?;
    let [common, class, .., kind] = &parts[..] else {
        return None;
    };
    let mut found = DataObject::default();
    for part in ber::read_all(common.value).ok()? {
        match (part.tag, part.value) {
            (0x0C, label) => found.label = String::from_utf8_lossy(label).into_owned(),
            (0x03, [_, flags, ..]) => {
                found.private = flags & 0x80 != 0;
                found.modifiable = flags & 0x40 != 0;
            }
            _ => {}
        }
    }
    for part in ber::read_all(class.value).ok()? {
        if part.tag == 0x06 {
            found.oid = bare_oid(part.value).to_vec();
        }
    }
    if entry.tag == OID_DO {
        let value = ber::read(kind.value, 0).ok()?;
        for part in ber::read_all(value.value).ok()? {
            if part.tag == 0x06 {
                found.oid = bare_oid(part.value).to_vec();
            }
        }
    }
    found.path = path(kind.value)?;
    Some(found)
}

/// Some cards wrap the identifier twice.
fn bare_oid(value: &[u8]) -> &[u8] {
    match value {
        [0x06, length, rest @ ..] if rest.len() == usize::from(*length) => rest,
        other => other,
    }
}

/// The first path in a value: an octet string of file identifiers, however deep it lies.
fn path(value: &[u8]) -> Option<Vec<u16>> {
    path_within(value, 4)
}

fn path_within(value: &[u8], depth: u8) -> Option<Vec<u16>> {
    for part in ber::read_all(value).ok()? {
        match part.tag {
            0x04 if !part.value.is_empty() && part.value.len().is_multiple_of(2) => {
                let ids = part.value.chunks(2);
                return Some(ids.map(|id| u16::from_be_bytes([id[0], id[1]])).collect());
            }
            0x30 | 0xA1 if depth > 0 => {
                if let Some(path) = path_within(part.value, depth - 1) {
                    return Some(path);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn bytes(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// Shows PROF-1.
    #[test]
    fn directories_of_every_form_are_read() {
        let dodf_path = vec![0x3F00, 0x7F50, 0x6430];
        assert_eq!(odf(&bytes("A706300404026430")).unwrap(), [vec![0x6430]]);
        assert_eq!(
            odf(&bytes(
                "A70A300804063F007F506430 A50A300804063F007F506434 000000"
            ))
            .unwrap(),
            [dodf_path]
        );
        for (entry, private, modifiable, path) in [
            (
                "3028300E0C0C444D5F426F6F747374726170300A0C02444D0604672B0701A10A300804063F007F506435",
                false,
                false,
                vec![0x3F00, 0x7F50, 0x6435],
            ),
            (
                "302C30120C0C444D5F426F6F74737472617003020640300A0C02444D0604672B0701A10A300804063F007F506435",
                false,
                true,
                vec![0x3F00, 0x7F50, 0x6435],
            ),
            (
                "3020300E0C0C444D5F426F6F74737472617030060604672B0701A106300404026435",
                false,
                false,
                vec![0x6435],
            ),
            (
                "A122300E0C0C444D5F426F6F7473747261703000A10E300C0604672B0701300404026435",
                false,
                false,
                vec![0x6435],
            ),
            (
                "3022300E0C0C444D5F426F6F747374726170300806060604672B0701A106300404026435",
                false,
                false,
                vec![0x6435],
            ),
        ] {
            let padded = [bytes(entry), vec![0xFF; 9]].concat();
            let objects = dodf(&padded).unwrap();
            let wanted = DataObject {
                label: "DM_Bootstrap".into(),
                oid: vec![0x67, 0x2B, 7, 1],
                private,
                modifiable,
                path,
            };
            assert_eq!(objects, [wanted], "{entry}");
            assert_eq!(
                Document::from_oid(&objects[0].oid),
                Some(Document::DmBootstrap)
            );
        }
    }

    #[test]
    fn a_private_object_says_so() {
        let entry = bytes(
            "302A30100C07436F6E66696732030206C0040101300A0C0243500604672B0503A10A300804063F007F506433",
        );
        let object = &dodf(&entry).unwrap()[0];
        assert!(object.private && object.modifiable);
        assert_eq!(Document::from_oid(&object.oid), Some(Document::Config2));
        assert_eq!(Document::from_oid(&[0x67, 0x2B, 9, 1]), None);
    }

    #[test]
    fn what_is_cut_off_is_said_with_its_place() {
        assert_eq!(odf(&bytes("A70630")).unwrap_err().offset, 2);
        assert_eq!(dodf(&[0x00; 4]).unwrap(), []);
    }
}
