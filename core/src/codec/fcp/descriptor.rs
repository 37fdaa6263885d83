//! File descriptor: what kind of file it is, and its records (ETSI TS 102 221 §11.1.1.4.3).

use crate::codec::input::{Input, Parsed, byte, pair};
use nom::Parser;
use nom::combinator::cond;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// MF, DF or ADF.
    Directory,
    /// An EF of bytes.
    Transparent,
    /// An EF with records in fixed places.
    LinearFixed,
    /// An EF with records in a ring.
    Cyclic,
    /// An EF of BER-TLV objects.
    BerTlv,
    /// All bits but the one that says whether the file is shareable.
    Unknown(u8),
}

/// Bit of a file that several applications may use at once.
const SHAREABLE: u8 = 0x40;

impl Kind {
    fn code(self) -> u8 {
        match self {
            Kind::Directory => 0x38,
            Kind::Transparent => 0x01,
            Kind::LinearFixed => 0x02,
            Kind::Cyclic => 0x06,
            Kind::BerTlv => 0x39,
            Kind::Unknown(code) => code & !SHAREABLE,
        }
    }

    fn from_code(code: u8) -> Self {
        match code & !SHAREABLE {
            0x38 => Kind::Directory,
            0x01 => Kind::Transparent,
            0x02 => Kind::LinearFixed,
            0x06 => Kind::Cyclic,
            0x39 => Kind::BerTlv,
            code => Kind::Unknown(code),
        }
    }
}

/// Records of a linear fixed or a cyclic EF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Records {
    /// Bytes of each.
    pub length: u16,
    /// How many there are.
    pub count: u8,
}

/// The value of the file descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDescriptor {
    /// Several applications may use the file at once.
    pub shareable: bool,
    /// What it is.
    pub kind: Kind,
    /// Data coding byte; 21 on cards of TS 102 221.
    pub coding: u8,
    /// Its records, if it has some.
    pub records: Option<Records>,
}

impl FileDescriptor {
    /// A shareable file of a kind.
    pub fn new(kind: Kind, records: Option<Records>) -> Self {
        FileDescriptor {
            shareable: true,
            kind,
            coding: 0x21,
            records,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let shareable = if self.shareable { SHAREABLE } else { 0 };
        out.extend([shareable | self.kind.code(), self.coding]);
        if let Some(records) = self.records {
            out.extend(records.length.to_be_bytes());
            out.push(records.count);
        }
    }
}

/// Two bytes, or five with records.
pub(super) fn descriptor(input: Input<'_>) -> Parsed<'_, FileDescriptor> {
    let (rest, (first, coding)) =
        (byte("a file descriptor byte"), byte("a data coding byte")).parse(input)?;
    let records = (pair("a record length"), byte("a number of records"))
        .map(|(length, count)| Records { length, count });
    let (rest, records) = cond(!rest.is_empty(), records).parse(rest)?;
    let descriptor = FileDescriptor {
        shareable: first & SHAREABLE != 0,
        kind: Kind::from_code(first),
        coding,
        records,
    };
    Ok((rest, descriptor))
}
