//! One file: identifier, life cycle, access rule and what it holds (ETSI TS 102 221 §8).

use crate::codec::ber::{Header, Tag};

/// What a file is and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Body {
    /// MF, DF or ADF.
    Directory(Directory),
    /// Octets.
    Transparent(Vec<u8>),
    /// Records in fixed places.
    Linear(Records),
    /// Records in a ring; number 1 is the newest.
    Cyclic(Records),
    /// BER-TLV objects.
    Objects(Objects),
}

/// BER-TLV objects of a file (TS 102 221 §8.2.2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Objects {
    /// Octets that all objects may take together.
    pub(in crate::card) room: usize,
    /// The objects, one behind the other, each with a tag of its own.
    pub(in crate::card) octets: Vec<u8>,
}

impl Objects {
    /// Each object with its header.
    pub(in crate::card) fn iter(&self) -> impl Iterator<Item = (Header, &[u8])> {
        let mut rest = &self.octets[..];
        std::iter::from_fn(move || {
            let header = Header::decode(rest).ok()?;
            let (object, behind) = rest.split_at_checked(header.whole())?;
            rest = behind;
            Some((header, object))
        })
    }

    /// The object with a tag.
    pub(in crate::card) fn get(&self, tag: Tag) -> Option<&[u8]> {
        self.iter()
            .find(|(header, _)| header.tag == tag)
            .map(|(_, object)| object)
    }

    /// All octets but those of the object with a tag.
    pub(in crate::card) fn without(&self, tag: Tag) -> Vec<u8> {
        let others = self.iter().filter(|(header, _)| header.tag != tag);
        others.flat_map(|(_, object)| object).copied().collect()
    }
}

/// MF, DF or ADF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::card) struct Directory {
    /// Name of the application, 5 to 16 octets.
    pub(in crate::card) aid: Option<Vec<u8>>,
    /// Indices of what lies directly in it.
    pub(in crate::card) children: Vec<usize>,
}

/// Records of one length, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Records {
    /// Octets of each, 1 to 255.
    pub(in crate::card) length: u8,
    /// All of them.
    pub(in crate::card) octets: Vec<u8>,
    /// Place of record 1, from 0; always 0 in a linear file.
    pub(in crate::card) newest: u8,
}

impl Records {
    /// How many there are, 1 to 254.
    pub(in crate::card) fn count(&self) -> u8 {
        (self.octets.len() / usize::from(self.length.max(1))) as u8
    }

    /// Where a record begins, by its number from 1.
    pub(in crate::card) fn place(&self, number: u8) -> Option<usize> {
        let count = self.count();
        if number == 0 || number > count {
            return None;
        }
        let place = (usize::from(self.newest) + usize::from(number) - 1) % usize::from(count);
        Some(place * usize::from(self.length))
    }

    /// A record by its number from 1.
    pub(in crate::card) fn get(&self, number: u8) -> Option<&[u8]> {
        let place = self.place(number)?;
        self.octets.get(place..place + usize::from(self.length))
    }

    /// All records in the order of their numbers.
    pub(in crate::card) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (1..=self.count()).filter_map(|number| self.get(number))
    }
}

/// Where the access rule of a file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) enum Rule {
    /// A record of an EF_ARR, found from the file's directory upwards.
    Record {
        /// Identifier of the EF_ARR.
        fid: u16,
        /// From 1.
        number: u8,
    },
    /// With the file, in expanded format.
    Expanded(Vec<u8>),
}

/// Life cycle (TS 102 221 §11.1.1.4.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::card) enum LifeCycle {
    /// Operational, activated.
    #[default]
    Activated,
    /// Operational, deactivated.
    Deactivated,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct File {
    /// File identifier.
    pub(in crate::card) fid: u16,
    /// Index of the directory it lies in; the MF lies in itself.
    pub(in crate::card) parent: usize,
    /// For people, such as `EF_IMSI`; may be empty.
    pub(in crate::card) name: String,
    /// Short identifier, 1 to 30.
    pub(in crate::card) sfi: Option<u8>,
    /// Who may do what.
    pub(in crate::card) rule: Rule,
    /// May it be used.
    pub(in crate::card) state: LifeCycle,
    /// Contents.
    pub(in crate::card) body: Body,
    /// Number of the change that touched it last, see `Memory::changes`.
    pub(in crate::card) changed: u64,
}

impl File {
    /// MF, DF or ADF.
    pub(in crate::card) fn is_directory(&self) -> bool {
        matches!(self.body, Body::Directory(_))
    }

    /// Name of the application, of an ADF or a DF with a name.
    pub(in crate::card) fn aid(&self) -> Option<&[u8]> {
        match &self.body {
            Body::Directory(directory) => directory.aid.as_deref(),
            _ => None,
        }
    }

    /// What a body holds, without structure; nothing for a directory.
    pub(in crate::card) fn octets(&self) -> &[u8] {
        match &self.body {
            Body::Directory(_) => &[],
            Body::Transparent(octets) => octets,
            Body::Linear(records) | Body::Cyclic(records) => &records.octets,
            Body::Objects(objects) => &objects.octets,
        }
    }

    /// Octets that are set aside for the body.
    pub(in crate::card) fn size(&self) -> usize {
        match &self.body {
            Body::Objects(objects) => objects.room,
            _ => self.octets().len(),
        }
    }

    /// Records of a linear or cyclic file.
    pub(in crate::card) fn records(&self) -> Option<&Records> {
        match &self.body {
            Body::Linear(records) | Body::Cyclic(records) => Some(records),
            _ => None,
        }
    }
}
