//! The files as there are to see: where they lie, who may use them, what they hold.

use crate::card::Uicc;
use crate::card::files::{self, Body, File, LifeCycle};
use crate::codec::ef::Home;
use crate::codec::{Field, shown};

/// How a file holds its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// MF, DF or ADF.
    Directory,
    /// Octets.
    Transparent,
    /// Records in fixed places.
    LinearFixed,
    /// Records in a ring, the newest first.
    Cyclic,
    /// BER-TLV objects.
    BerTlv,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Place of the file among all, from 0; stays the same as long as the card lives.
    pub index: usize,
    /// Place of the directory it lies in; the MF lies in itself.
    pub parent: usize,
    /// Identifiers from the MF on, such as `3F00/7FFF/6F07`.
    pub path: String,
    /// Name, such as `EF_IMSI`; may be empty.
    pub name: String,
    /// Name of the application, of an ADF or a DF with one.
    pub aid: Option<Vec<u8>>,
    /// How the file holds its bytes.
    pub structure: Structure,
    /// Short identifier.
    pub sfi: Option<u8>,
    /// Whether the file is activated.
    pub active: bool,
    /// What SELECT returns (TS 102 221 §11.1.1.3).
    pub fcp: Vec<u8>,
    /// The access rule in its expanded form (TS 102 221 §9.2.4).
    pub rule: Vec<u8>,
    /// The records or BER-TLV objects in their order; one of a transparent file, none of a
    /// directory.
    pub contents: Vec<Vec<u8>>,
    /// Standard that says what the records mean.
    pub home: Option<Home>,
    /// Number of the change that touched the file last; 0 when none has.
    pub changed: u64,
}

impl FileView {
    /// Operations and the condition for them, in words.
    pub fn rule_words(&self) -> Vec<(String, String)> {
        shown::access::words(&self.rule, self.structure == Structure::Directory)
    }

    /// What the records mean, one list for each; empty where nothing is known.
    pub fn fields(&self) -> Vec<Vec<Field>> {
        let fid = self.path.rsplit('/').next().unwrap_or_default();
        let fid = u16::from_str_radix(fid, 16).unwrap_or_default();
        let fields = |octets: &Vec<u8>| self.home.map(|home| shown::ef::fields(home, fid, octets));
        let all = self.contents.iter().map(fields);
        all.map(Option::unwrap_or_default).collect()
    }
}

impl Uicc {
    /// All files, each after the directory it lies in.
    pub fn files(&self) -> Vec<FileView> {
        self.files_changed_since(None)
    }

    /// Places of all files, in the order of [`Uicc::files`].
    pub fn file_places(&self) -> impl Iterator<Item = usize> {
        self.memory.files().iter().map(|(index, _)| index)
    }

    /// How many changes of files there were; each marks the file it touched.
    pub fn changes(&self) -> u64 {
        self.memory.changes()
    }

    /// The files that a change touched after that number of changes; all with `None`.
    pub fn files_changed_since(&self, changes: Option<u64>) -> Vec<FileView> {
        self.memory
            .files()
            .iter()
            .filter(|(_, file)| changes.is_none_or(|changes| file.changed > changes))
            .map(|(index, file)| self.file_view(index, file))
            .collect()
    }

    fn file_view(&self, index: usize, file: &File) -> FileView {
        let all = self.memory.files();
        let contents: Vec<Vec<u8>> = match &file.body {
            Body::Directory(_) => Vec::new(),
            Body::Transparent(octets) => vec![octets.clone()],
            Body::Linear(records) | Body::Cyclic(records) => {
                records.iter().map(<[u8]>::to_vec).collect()
            }
            Body::Objects(objects) => objects.iter().map(|(_, object)| object.to_vec()).collect(),
        };
        let home = all
            .file(file.parent)
            .and_then(|home| Home::of(home.fid, home.aid()));
        FileView {
            index,
            parent: file.parent,
            path: super::path(&all.path(index)),
            name: file.name.clone(),
            aid: file.aid().map(<[u8]>::to_vec),
            structure: match file.body {
                Body::Directory(_) => Structure::Directory,
                Body::Transparent(_) => Structure::Transparent,
                Body::Linear(_) => Structure::LinearFixed,
                Body::Cyclic(_) => Structure::Cyclic,
                Body::Objects(_) => Structure::BerTlv,
            },
            sfi: file.sfi,
            active: file.state == LifeCycle::Activated,
            fcp: files::template(&self.memory, index),
            rule: all.rule(index).to_vec(),
            contents,
            home,
            changed: file.changed,
        }
    }
}
