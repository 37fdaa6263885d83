//! The files a card is made with, as data (contents: 3GPP TS 31.102 §4.2; rules: TS 102 221
//! §9.2.7).
//!
//! A small USIM of the test network 001/01. Knows no selection and no commands.

/// Index of the MF.
pub(in crate::card) const MF: usize = 0;

/// File identifier of the ADF of the active application.
pub(in crate::card) const ADF: u16 = 0x7FFF;

const RECORD: u8 = 48;

/// RID of 3GPP, application USIM (TS 101 220 annex E).
const USIM: [u8; 16] = [
    0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0x03, 0x02, 0x00, 0x00,
];

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Kind {
    /// MF, DF or, with a name, ADF.
    Directory {
        /// AID.
        name: Option<Vec<u8>>,
    },
    /// Octets.
    Transparent(Vec<u8>),
    /// Linear fixed: records of one length.
    Records {
        /// Octets of each.
        length: u8,
        /// From number 1.
        records: Vec<Vec<u8>>,
    },
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct File {
    /// File identifier.
    pub(in crate::card) fid: u16,
    /// Index of the directory it lies in; the MF lies in itself.
    pub(in crate::card) parent: usize,
    /// Short identifier.
    pub(in crate::card) sfi: Option<u8>,
    /// Record of EF_ARR.
    pub(in crate::card) rule: u8,
    /// Contents.
    pub(in crate::card) kind: Kind,
}

impl File {
    /// MF, DF or ADF.
    pub(in crate::card) fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory { .. })
    }
}

/// All files, each after the directory it lies in; the MF first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Profile {
    files: Vec<File>,
}

impl Profile {
    /// The card of this enabler.
    pub(in crate::card) fn usim() -> Self {
        let mut profile = Profile { files: Vec::new() };
        let directory = |name: Option<&[u8]>| Kind::Directory {
            name: name.map(<[u8]>::to_vec),
        };
        profile.add(0x3F00, MF, None, 5, directory(None));
        profile.add(0x2F00, MF, Some(0x1E), 1, records(vec![dir_entry()], 3));
        let iccid = [0x98, 0x44, 0, 0, 0, 0, 0, 0x53, 0x61, 0x11];
        profile.octets(0x2FE2, MF, Some(0x02), 6, &iccid);
        profile.octets(0x2F05, MF, Some(0x05), 4, b"enfr\xFF\xFF");
        profile.add(0x2F06, MF, Some(0x06), 6, records(access_rules(), 6));
        profile.add(0x7F10, MF, None, 5, directory(None));
        let usim = profile.add(ADF, MF, None, 5, directory(Some(&USIM)));
        profile.octets(0x6F05, usim, Some(0x02), 4, b"en\xFF\xFF");
        // IMSI 001010123456789, an odd number of digits.
        let imsi = [0x08, 0x09, 0x10, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98];
        profile.octets(0x6F07, usim, Some(0x07), 2, &imsi);
        // Services 10, 12, 19, 21, 27, 28, 33, 38, 43, 71, 85.
        let services = [
            0x00, 0x0A, 0x14, 0x0C, 0x21, 0x04, 0, 0, 0x40, 0, 0x10, 0, 0, 0, 0, 0, 0,
        ];
        profile.octets(0x6F38, usim, Some(0x04), 2, &services);
        let mut spn = b"\x01DM_SC".to_vec();
        spn.resize(17, 0xFF);
        profile.octets(0x6F46, usim, None, 1, &spn);
        profile.octets(0x6FAD, usim, Some(0x03), 1, &[0, 0, 0, 2]);
        profile
    }

    fn add(&mut self, fid: u16, parent: usize, sfi: Option<u8>, rule: u8, kind: Kind) -> usize {
        self.files.push(File {
            fid,
            parent,
            sfi,
            rule,
            kind,
        });
        self.files.len() - 1
    }

    fn octets(&mut self, fid: u16, parent: usize, sfi: Option<u8>, rule: u8, octets: &[u8]) {
        self.add(fid, parent, sfi, rule, Kind::Transparent(octets.to_vec()));
    }

    /// The file with an index; the profile never shrinks, so an index once given stays good.
    pub(in crate::card) fn file(&self, index: usize) -> Option<&File> {
        self.files.get(index)
    }

    /// Index of the first file that fits.
    pub(in crate::card) fn find(&self, fits: impl Fn(&File) -> bool) -> Option<usize> {
        self.files.iter().position(fits)
    }

    /// A file directly in a directory; ADFs are reached by their names alone.
    pub(in crate::card) fn child(&self, directory: usize, fid: u16) -> Option<usize> {
        let found = |f: &File| f.parent == directory && f.fid == fid && fid != ADF;
        self.find(found).filter(|index| *index != MF)
    }

    /// The directory a file lies in.
    pub(in crate::card) fn parent(&self, index: usize) -> usize {
        self.file(index).map_or(MF, |file| file.parent)
    }

    /// Identifiers from the MF down to a file.
    pub(in crate::card) fn path(&self, index: usize) -> Vec<u16> {
        let mut path = Vec::new();
        let mut at = index;
        while let Some(file) = self.file(at) {
            path.insert(0, file.fid);
            // Every directory stands before its files, so this ends.
            if file.parent >= at {
                break;
            }
            at = file.parent;
        }
        path
    }
}

fn records(mut records: Vec<Vec<u8>>, count: usize) -> Kind {
    records.resize(count, Vec::new());
    for record in &mut records {
        record.resize(usize::from(RECORD), 0xFF);
    }
    Kind::Records {
        length: RECORD,
        records,
    }
}

/// Application template of EF_DIR (TS 102 221 §13.1): AID and label.
fn dir_entry() -> Vec<u8> {
    let mut entry = vec![0x61, 0x18, 0x4F, 0x10];
    entry.extend(USIM);
    entry.extend(b"\x50\x04USIM");
    entry
}

/// Who may do something.
#[derive(Clone, Copy)]
enum Who {
    Always,
    Never,
    Pin1,
    Adm1,
}

/// The six rules of EF_ARR: pairs of access mode and condition (TS 102 221 §9.2.4).
fn access_rules() -> Vec<Vec<u8>> {
    use Who::{Adm1, Always, Never, Pin1};
    const READ: u8 = 0x01;
    const UPDATE: u8 = 0x02;
    const ACTIVATE: u8 = 0x18;
    const DIRECTORY: u8 = 0x7F;
    let rules: [&[(u8, Who)]; 6] = [
        &[(READ, Always), (UPDATE, Adm1), (ACTIVATE, Adm1)],
        &[(READ, Pin1), (UPDATE, Adm1), (ACTIVATE, Adm1)],
        &[(READ, Pin1), (UPDATE, Pin1), (ACTIVATE, Adm1)],
        &[(READ, Always), (UPDATE, Pin1), (ACTIVATE, Adm1)],
        &[(DIRECTORY, Adm1)],
        &[(READ, Always), (UPDATE, Never), (ACTIVATE, Adm1)],
    ];
    rules
        .iter()
        .map(|rule| {
            let mut record = Vec::new();
            for (mode, who) in *rule {
                record.extend([0x80, 0x01, *mode]);
                match who {
                    Always => record.extend([0x90, 0x00]),
                    Never => record.extend([0x97, 0x00]),
                    Pin1 => record.extend([0xA4, 0x06, 0x83, 0x01, 0x01, 0x95, 0x01, 0x08]),
                    Adm1 => record.extend([0xA4, 0x06, 0x83, 0x01, 0x0A, 0x95, 0x01, 0x08]),
                }
            }
            record
        })
        .collect()
}
