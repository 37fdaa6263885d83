//! The files as there are to see: where they lie, who may use them, what they hold.

use crate::card::Uicc;
use crate::card::files::{self, Body, File, LifeCycle};
use crate::codec::ef::{self, Home};
use crate::codec::{Field, access};

/// How a file holds its octets.
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
    /// Such as `EF_IMSI`; may be empty.
    pub name: String,
    /// Name of the application, of an ADF or a DF with one.
    pub aid: Option<Vec<u8>>,
    /// How it holds its octets.
    pub structure: Structure,
    /// Short identifier.
    pub sfi: Option<u8>,
    /// May it be used.
    pub active: bool,
    /// What SELECT returns (TS 102 221 §11.1.1.3).
    pub fcp: Vec<u8>,
    /// Operations and the condition for them, in words.
    pub rule: Vec<(String, String)>,
    /// The records in their order; one of a transparent file, none of a directory.
    pub contents: Vec<Vec<u8>>,
    /// What the records mean, one list for each; empty where nothing is known.
    pub fields: Vec<Vec<Field>>,
    /// Number of the change that touched the file last; 0 when none has.
    pub changed: u64,
}

impl Uicc {
    /// All files, each after the directory it lies in.
    pub fn files(&self) -> Vec<FileView> {
        self.files_changed_since(None)
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
        };
        let home = all
            .file(file.parent)
            .and_then(|home| Home::of(home.fid, home.aid()));
        let fields = contents
            .iter()
            .map(|octets| home.map_or(Vec::new(), |home| ef::fields(home, file.fid, octets)))
            .collect();
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
            },
            sfi: file.sfi,
            active: file.state == LifeCycle::Activated,
            fcp: files::template(&self.memory, index),
            rule: access::words(all.rule(index), file.is_directory()),
            contents,
            fields,
            changed: file.changed,
        }
    }
}
