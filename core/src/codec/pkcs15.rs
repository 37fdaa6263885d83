//! Directories of a PKCS#15 application: which files hold data objects, and where provisioning
//! documents lie among them (PKCS #15 v1.1 §6; OMA-WAP-PROVSC §6; OMA-TS-DM_Bootstrap §5).
//!
//! Reads both forms of data objects and every place of a path that cards have been seen to use;
//! stops at padding. Writes the plain form.

use super::DecodeError;
use super::ber::{self, Tlv};
use super::input::{Input, all, pair, prefix, whole};

/// Application identifier of PKCS#15.
pub const AID: [u8; 12] = *b"\xA0\x00\x00\x00\x63PKCS-15";

/// File identifier of EF_ODF.
pub const EF_ODF: u16 = 0x5031;

/// Object identifiers of provisioning documents, as DER values: arc 2.23.43.
const ARC: [u8; 2] = [0x67, 0x2B];

/// Entries read of one directory at most.
const MAX_ENTRIES: usize = 32;

/// Where the directories are defined.
const CLAUSE: &str = "PKCS #15 §6";

/// Sequences inside sequences in which a path is looked for.
const MAX_DEPTH: u8 = 4;

const DATA_OBJECTS: u8 = 0xA7;
const SEQUENCE: u8 = 0x30;
const ATTRIBUTES: u8 = 0xA1;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0C;

/// Flags of an object.
const PRIVATE: u8 = 0x80;
const MODIFIABLE: u8 = 0x40;

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
pub fn decode_odf(bytes: &[u8]) -> Result<Vec<Vec<u16>>, DecodeError> {
    let entries = entries(bytes)?;
    Ok(entries
        .iter()
        .filter(|entry| entry.tag == DATA_OBJECTS)
        .filter_map(|entry| path_within(entry.value, MAX_DEPTH))
        .collect())
}

/// The contents of an EF_ODF with these data object directories.
pub fn encode_odf(paths: &[Vec<u16>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for path in paths {
        ber::write(&mut bytes, DATA_OBJECTS, &encode_path(path));
    }
    bytes
}

/// Data objects of an EF_DODF in their order; those that name no file are left out.
pub fn decode_dodf(bytes: &[u8]) -> Result<Vec<DataObject>, DecodeError> {
    Ok(entries(bytes)?.iter().filter_map(object).collect())
}

/// The contents of an EF_DODF with these data objects.
pub fn encode_dodf(objects: &[DataObject]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for object in objects {
        ber::write(&mut bytes, SEQUENCE, &encode_object(object));
    }
    bytes
}

/// Label and flags, object identifier, path.
fn encode_object(object: &DataObject) -> Vec<u8> {
    let mut common = Vec::new();
    if !object.label.is_empty() {
        ber::write(&mut common, UTF8_STRING, object.label.as_bytes());
    }
    let private = if object.private { PRIVATE } else { 0 };
    let modifiable = if object.modifiable { MODIFIABLE } else { 0 };
    if private | modifiable != 0 {
        // Six bits of the byte are not used.
        ber::write(&mut common, BIT_STRING, &[0x06, private | modifiable]);
    }
    let mut class = Vec::new();
    if !object.oid.is_empty() {
        ber::write(&mut class, OBJECT_IDENTIFIER, &object.oid);
    }
    let mut bytes = Vec::new();
    ber::write(&mut bytes, SEQUENCE, &common);
    ber::write(&mut bytes, SEQUENCE, &class);
    ber::write(&mut bytes, ATTRIBUTES, &encode_path(&object.path));
    bytes
}

/// A sequence with the identifiers in an octet string.
fn encode_path(path: &[u16]) -> Vec<u8> {
    let ids: Vec<u8> = path.iter().flat_map(|id| id.to_be_bytes()).collect();
    let mut string = Vec::new();
    ber::write(&mut string, OCTET_STRING, &ids);
    let mut bytes = Vec::new();
    ber::write(&mut bytes, SEQUENCE, &string);
    bytes
}

/// Entries up to the padding.
fn entries(bytes: &[u8]) -> Result<Vec<Tlv<'_>>, DecodeError> {
    let mut entries = Vec::new();
    let mut rest = Input::new(bytes);
    while !is_padding(rest) && entries.len() < MAX_ENTRIES {
        let entry;
        (entry, rest) = prefix(rest, ber::object).map_err(|error| error.clause(CLAUSE))?;
        entries.push(entry);
    }
    Ok(entries)
}

/// Nothing, or a tag that no entry has.
fn is_padding(rest: Input<'_>) -> bool {
    matches!(rest.bytes().first(), None | Some(0x00 | 0xFF))
}

/// A data object with a path; `None` for any other entry.
fn object(entry: &Tlv<'_>) -> Option<DataObject> {
    if !matches!(entry.tag, SEQUENCE | ATTRIBUTES) {
        return None;
    }
    let parts = ber::read_all(entry.value).ok()?;
    let [common, class, .., kind] = &parts[..] else {
        return None;
    };
    let mut found = DataObject::default();
    for part in ber::read_all(common.value).ok()? {
        match (part.tag, part.value) {
            (UTF8_STRING, label) => found.label = String::from_utf8_lossy(label).into_owned(),
            (BIT_STRING, [_, flags, ..]) => {
                found.private = flags & PRIVATE != 0;
                found.modifiable = flags & MODIFIABLE != 0;
            }
            _ => {}
        }
    }
    let mut named = ber::read_all(class.value).ok()?;
    // The form with an own object identifier has it beside the path.
    if entry.tag == ATTRIBUTES {
        let value = ber::read(kind.value, 0).ok()?;
        named.extend(ber::read_all(value.value).ok()?);
    }
    let mut oids = named.iter().filter(|part| part.tag == OBJECT_IDENTIFIER);
    if let Some(oid) = oids.next_back() {
        found.oid = bare_oid(oid.value).to_vec();
    }
    found.path = path_within(kind.value, MAX_DEPTH)?;
    Some(found)
}

/// Some cards wrap the identifier twice.
fn bare_oid(mut value: &[u8]) -> &[u8] {
    while let [OBJECT_IDENTIFIER, length, rest @ ..] = value
        && rest.len() == usize::from(*length)
    {
        value = rest;
    }
    value
}

/// The first path in a value: an octet string of file identifiers, however deep it lies.
fn path_within(value: &[u8], depth: u8) -> Option<Vec<u16>> {
    ber::read_all(value)
        .ok()?
        .iter()
        .find_map(|part| match part.tag {
            OCTET_STRING => path(part.value),
            SEQUENCE | ATTRIBUTES if depth > 0 => path_within(part.value, depth - 1),
            _ => None,
        })
}

/// File identifiers, at least one.
fn path(value: &[u8]) -> Option<Vec<u16>> {
    let ids = whole(value, all(pair("a file identifier"))).ok()?;
    (!ids.is_empty()).then_some(ids)
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
        assert_eq!(
            decode_odf(&bytes("A706300404026430")).unwrap(),
            [vec![0x6430]]
        );
        assert_eq!(
            decode_odf(&bytes(
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
            let objects = decode_dodf(&padded).unwrap();
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
    fn directories_come_back() {
        let paths = vec![vec![0x3F00, 0x7F50, 0x6430], vec![0x6431]];
        let written = encode_odf(&paths);
        assert_eq!(
            hex::encode(&written),
            "A70A300804063F007F506430A706300404026431"
        );
        assert_eq!(decode_odf(&written), Ok(paths));
        let object = DataObject {
            label: "DM_Bootstrap".into(),
            oid: vec![0x67, 0x2B, 7, 1],
            private: false,
            modifiable: true,
            path: vec![0x6435],
        };
        let written = encode_dodf(std::slice::from_ref(&object));
        assert_eq!(
            hex::encode(&written),
            "302430120C0C444D5F426F6F7473747261700302064030060604672B0701A106300404026435"
        );
        assert_eq!(decode_dodf(&written), Ok(vec![object]));
    }

    #[test]
    fn an_identifier_wrapped_again_and_again_is_bare() {
        assert_eq!(
            bare_oid(&[6, 6, 6, 4, 0x67, 0x2B, 7, 1]),
            [0x67, 0x2B, 7, 1]
        );
        assert_eq!(bare_oid(&[6, 0]), [0u8; 0]);
    }

    #[test]
    fn a_private_object_says_so() {
        let entry = bytes(
            "302A30100C07436F6E66696732030206C0040101300A0C0243500604672B0503A10A300804063F007F506433",
        );
        let object = &decode_dodf(&entry).unwrap()[0];
        assert!(object.private && object.modifiable);
        assert_eq!(Document::from_oid(&object.oid), Some(Document::Config2));
        assert_eq!(Document::from_oid(&[0x67, 0x2B, 9, 1]), None);
    }

    #[test]
    fn what_is_cut_off_is_said_with_its_place() {
        assert_eq!(decode_odf(&bytes("A70630")).unwrap_err().offset, 2);
        assert_eq!(decode_dodf(&[0x00; 4]).unwrap(), []);
    }
}
