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

/// Files, directories among them.
pub(in crate::card) const MAX_FILES: usize = 1000;

/// Directories inside each other.
pub(in crate::card) const MAX_DEPTH: usize = 8;

/// Octets of the longest body: what the offsets of READ BINARY reach.
pub(in crate::card) const MAX_BODY: usize = 0x8000;

/// Octets that all files may hold together.
pub(in crate::card) const MAX_TOTAL: usize = 512 << 10;

/// All files, each after the directory it lies in; the MF first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Files {
    /// The place of a deleted file is empty.
    files: Vec<Option<File>>,
    /// Directories with a name, in their order.
    named: Vec<usize>,
    /// Places of files deleted since the last reset. A selection may still point there.
    deleted: Vec<usize>,
    /// Octets that all may hold together.
    capacity: usize,
}

impl Files {
    /// A card with nothing but this MF, which must be a directory.
    pub(in crate::card) fn new(mf: File) -> Self {
        let mut files = Files {
            files: Vec::new(),
            named: Vec::new(),
            deleted: Vec::new(),
            capacity: MAX_TOTAL,
        };
        files.push(mf);
        files
    }

    /// Octets that all may hold together.
    pub(in crate::card) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Leaves room for nothing beside what is there.
    pub(in crate::card) fn fill(&mut self) {
        self.capacity = self.size();
    }

    /// Adds a file behind all others; its directory must be there already.
    pub(in crate::card) fn push(&mut self, file: File) -> usize {
        let index = self.files.len();
        self.put(index, file);
        index
    }

    /// Puts a file into an empty place, or behind all others; done twice it is done once.
    pub(in crate::card) fn put(&mut self, index: usize, file: File) {
        if self.file(index).is_some() {
            return;
        }
        if file.aid().is_some() {
            let at = self.named.partition_point(|other| *other < index);
            self.named.insert(at, index);
        }
        let parent = file.parent;
        match self.files.get_mut(index) {
            Some(place) => *place = Some(file),
            None => self.files.push(Some(file)),
        }
        if index != MF
            && let Some(Body::Directory(directory)) =
                self.file_mut(parent).map(|file| &mut file.body)
        {
            directory.children.push(index);
        }
    }

    /// Takes a file away, a directory with all in it. Their places stay empty until the next
    /// reset.
    pub(in crate::card) fn delete(&mut self, index: usize) {
        let gone: Vec<usize> = self.below(index).collect();
        if let Some(Body::Directory(directory)) =
            self.file_mut(self.parent(index)).map(|file| &mut file.body)
        {
            directory.children.retain(|child| *child != index);
        }
        self.named.retain(|named| !gone.contains(named));
        for place in gone {
            if let Some(place) = self.files.get_mut(place) {
                *place = None;
            }
            self.deleted.push(place);
        }
    }

    /// After a reset nothing points at what was deleted before: the places are free.
    pub(in crate::card) fn release(&mut self) {
        self.deleted.clear();
    }

    /// Where a new file of a directory can be put; `None` when there are too many.
    pub(in crate::card) fn free(&self, directory: usize) -> Option<usize> {
        let is_free = |index: &usize| self.file(*index).is_none() && !self.deleted.contains(index);
        (directory + 1..MAX_FILES.min(self.files.len() + 1)).find(is_free)
    }

    /// A file and all below it.
    pub(in crate::card) fn below(&self, index: usize) -> impl Iterator<Item = usize> {
        self.iter()
            .map(|(at, _)| at)
            .filter(move |at| self.upwards(*at).any(|above| above == index))
    }

    /// The same files without empty places, directory by directory, and the new index of each.
    pub(in crate::card) fn ordered(&self) -> (Self, Vec<Option<usize>>) {
        let mut places = vec![None; self.files.len()];
        let mut ordered = Files {
            files: Vec::new(),
            named: Vec::new(),
            deleted: Vec::new(),
            capacity: self.capacity,
        };
        let mut queue = std::collections::VecDeque::from([MF]);
        while let Some(index) = queue.pop_front() {
            let Some(file) = self.file(index) else {
                continue;
            };
            queue.extend(self.children(index));
            let mut file = file.clone();
            file.parent = places.get(file.parent).copied().flatten().unwrap_or(MF);
            if let Body::Directory(directory) = &mut file.body {
                directory.children.clear();
            }
            let place = ordered.push(file);
            if let Some(known) = places.get_mut(index) {
                *known = Some(place);
            }
        }
        (ordered, places)
    }

    /// The file with an index; an index once given stays good until its file is deleted.
    pub(in crate::card) fn file(&self, index: usize) -> Option<&File> {
        self.files.get(index)?.as_ref()
    }

    pub(in crate::card) fn file_mut(&mut self, index: usize) -> Option<&mut File> {
        self.files.get_mut(index)?.as_mut()
    }

    /// All files with their indices.
    pub(in crate::card) fn iter(&self) -> impl Iterator<Item = (usize, &File)> {
        let places = self.files.iter().enumerate();
        places.filter_map(|(index, file)| Some((index, file.as_ref()?)))
    }

    /// Octets that are set aside for all files together.
    pub(in crate::card) fn size(&self) -> usize {
        self.iter().map(|(_, file)| file.size()).sum()
    }

    /// Index of the file at a path from the MF, on which `7FFF` is the first application.
    pub(in crate::card) fn at(&self, path: &[u16]) -> Option<usize> {
        path.iter().try_fold(MF, |directory, fid| {
            let mut inside = self.children(directory).iter().copied();
            inside.find(|index| self.file(*index).is_some_and(|file| file.fid == *fid))
        })
    }

    /// Octets of the transparent file at a path from the MF.
    pub(in crate::card) fn contents(&self, path: &[u16]) -> Option<&[u8]> {
        match &self.file(self.at(path)?)?.body {
            Body::Transparent(octets) => Some(octets),
            _ => None,
        }
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
        let is = |index: &usize| self.file(*index).is_some_and(|file| file.fid == fid);
        self.children(directory)
            .iter()
            .copied()
            .find(is)
            .filter(|_| fid != ADF)
    }

    /// A file directly in a directory by its short identifier.
    pub(in crate::card) fn child_by_sfi(&self, directory: usize, sfi: u8) -> Option<usize> {
        let is = |index: &usize| {
            let file = self.file(*index);
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
                self.record_rule(from, *fid, *number)
            }
        }
    }

    /// The rule of a record of an EF_ARR, seen from a directory.
    pub(in crate::card) fn record_rule(&self, from: usize, fid: u16, number: u8) -> &[u8] {
        self.upwards(from)
            .find_map(|at| self.child(at, fid))
            .and_then(|arr| self.file(arr)?.records()?.get(number))
            .unwrap_or_default()
    }
}
