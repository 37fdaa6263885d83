//! All files of a card and the ways from one to another (ETSI TS 102 221 §8.1, §8.4).
//!
//! Knows no selection, no rights and no commands.

use super::file::{Body, File, Rule};

/// Index of the MF.
pub(in crate::card) const MF: usize = 0;

/// File identifier by which the ADF of the active application is reached.
pub(in crate::card) const ADF: u16 = 0x7FFF;

/// File identifier of the MF.
pub(in crate::card) const MF_ID: u16 = 0x3F00;

/// All files, each after the directory it lies in; the MF first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Files {
    files: Vec<File>,
    /// Directories with a name, in their order.
    named: Vec<usize>,
}

impl Files {
    /// A card with nothing but this MF, which must be a directory.
    pub(in crate::card) fn new(mf: File) -> Self {
        let mut files = Files {
            files: Vec::new(),
            named: Vec::new(),
        };
        files.push(mf);
        files
    }

    /// Adds a file behind all others; its directory must be there already.
    pub(in crate::card) fn push(&mut self, file: File) -> usize {
        let index = self.files.len();
        if file.aid().is_some() {
            self.named.push(index);
        }
        let parent = file.parent;
        self.files.push(file);
        if index != MF
            && let Some(Body::Directory(directory)) =
                self.files.get_mut(parent).map(|file| &mut file.body)
        {
            directory.children.push(index);
        }
        index
    }

    /// The file with an index; files never go, so an index once given stays good.
    pub(in crate::card) fn file(&self, index: usize) -> Option<&File> {
        self.files.get(index)
    }

    pub(in crate::card) fn file_mut(&mut self, index: usize) -> Option<&mut File> {
        self.files.get_mut(index)
    }

    /// How many files there are.
    pub(in crate::card) fn len(&self) -> usize {
        self.files.len()
    }

    /// All files with their indices.
    pub(in crate::card) fn iter(&self) -> impl Iterator<Item = (usize, &File)> {
        self.files.iter().enumerate()
    }

    /// Directories with a name, in their order.
    pub(in crate::card) fn named(&self) -> &[usize] {
        &self.named
    }

    /// Indices of what lies directly in a directory.
    pub(in crate::card) fn children(&self, index: usize) -> &[usize] {
        match self.file(index).map(|file| &file.body) {
            Some(Body::Directory(directory)) => &directory.children,
            _ => &[],
        }
    }

    /// A file directly in a directory; ADFs are reached by their names alone.
    pub(in crate::card) fn child(&self, directory: usize, fid: u16) -> Option<usize> {
        let is = |index: &usize| self.files.get(*index).is_some_and(|file| file.fid == fid);
        self.children(directory)
            .iter()
            .copied()
            .find(is)
            .filter(|_| fid != ADF)
    }

    /// A file directly in a directory by its short identifier.
    pub(in crate::card) fn child_by_sfi(&self, directory: usize, sfi: u8) -> Option<usize> {
        let is = |index: &usize| {
            let file = self.files.get(*index);
            file.is_some_and(|file| file.sfi == Some(sfi))
        };
        self.children(directory).iter().copied().find(is)
    }

    /// True for MF, DF and ADF.
    pub(in crate::card) fn is_directory(&self, index: usize) -> bool {
        self.file(index).is_some_and(File::is_directory)
    }

    /// The directory a file lies in.
    pub(in crate::card) fn parent(&self, index: usize) -> usize {
        self.file(index).map_or(MF, |file| file.parent)
    }

    /// Indices from a file up to the MF, the file first.
    pub(in crate::card) fn upwards(&self, index: usize) -> impl Iterator<Item = usize> {
        // Every directory stands before its files, so this ends.
        std::iter::successors(Some(index), |at| {
            let parent = self.parent(*at);
            (parent < *at).then_some(parent)
        })
    }

    /// The ADF or DF with a name that a file lies in.
    pub(in crate::card) fn application(&self, index: usize) -> Option<usize> {
        self.upwards(index)
            .find(|at| self.file(*at).is_some_and(|file| file.aid().is_some()))
    }

    /// Identifiers from the MF down to a file.
    pub(in crate::card) fn path(&self, index: usize) -> Vec<u16> {
        let mut path: Vec<_> = self
            .upwards(index)
            .filter_map(|at| Some(self.file(at)?.fid))
            .collect();
        path.reverse();
        path
    }

    /// The access rule of a file; empty, which allows nothing, when there is none. An EF_ARR is
    /// looked for from the file's own directory upwards (TS 102 221 §9.2.7).
    pub(in crate::card) fn rule(&self, index: usize) -> &[u8] {
        let Some(file) = self.file(index) else {
            return &[];
        };
        match &file.rule {
            Rule::Expanded(rule) => rule,
            Rule::Record { fid, number } => {
                let from = if file.is_directory() {
                    index
                } else {
                    file.parent
                };
                self.upwards(from)
                    .find_map(|at| self.child(at, *fid))
                    .and_then(|arr| self.file(arr)?.records()?.get(*number))
                    .unwrap_or_default()
            }
        }
    }
}
