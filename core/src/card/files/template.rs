//! What a terminal wants of a file it creates or resizes: an FCP template, each object once
//! (ETSI TS 102 222 §6.3.2.2, §6.10.2).
//!
//! Knows no other files: whether identifiers are free and rules are there is not looked at.

use super::file::{Body, Directory, LifeCycle, Objects, Records, Rule};
use super::system::MAX_BODY;
use crate::codec::apdu::StatusWord;
use crate::codec::ber::{self, Tlv};
use crate::codec::fcp::{self, Fcp, FileDescriptor, Kind, Object};

/// The objects of a template.
#[derive(Default)]
pub(super) struct Template<'a> {
    descriptor: Option<FileDescriptor>,
    pub(super) fid: Option<u16>,
    /// Name of an application.
    pub(super) aid: Option<&'a [u8]>,
    pub(super) state: Option<LifeCycle>,
    pub(super) rule: Option<Rule>,
    /// Octets of a body.
    pub(super) size: Option<usize>,
    /// Octets of a directory with all in it.
    pub(super) total: Option<usize>,
    /// Short identifier; `Some(None)` says that there is to be none.
    pub(super) sfi: Option<Option<u8>>,
    proprietary: Option<&'a [u8]>,
    pins: Option<()>,
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), StatusWord> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(StatusWord::WRONG_DATA),
    }
}

impl<'a> Template<'a> {
    pub(super) fn decode(data: &'a [u8]) -> Result<Self, StatusWord> {
        let octets = |size: u32| usize::try_from(size).unwrap_or(usize::MAX);
        let fcp = Fcp::decode(data).map_err(|_| StatusWord::WRONG_DATA)?;
        let mut said = Template::default();
        for object in fcp.objects {
            match object {
                Object::FileDescriptor(descriptor) => once(&mut said.descriptor, descriptor)?,
                Object::FileIdentifier(fid) => once(&mut said.fid, fid)?,
                Object::DfName(name) => once(&mut said.aid, name)?,
                Object::LifeCycle(state) => once(&mut said.state, life_cycle(state)?)?,
                Object::SecurityReferenced {
                    fid,
                    records: [number],
                } => {
                    let number = *number;
                    once(&mut said.rule, Rule::Record { fid, number })?;
                }
                Object::SecurityExpanded(rule) => {
                    once(&mut said.rule, Rule::Expanded(rule.to_vec()))?;
                }
                Object::FileSize(size) => once(&mut said.size, octets(size))?,
                Object::TotalFileSize(size) => once(&mut said.total, octets(size))?,
                Object::ShortFileIdentifier(sfi) => once(&mut said.sfi, sfi)?,
                Object::Proprietary(objects) => once(&mut said.proprietary, objects)?,
                // The PINs of a card are those of its profile.
                Object::PinStatus(_) => once(&mut said.pins, ())?,
                Object::SecurityReferenced { .. }
                | Object::SecurityCompact(_)
                | Object::Unknown { .. } => return Err(StatusWord::WRONG_DATA),
            }
        }
        Ok(said)
    }

    fn descriptor(&self) -> Result<&FileDescriptor, StatusWord> {
        self.descriptor.as_ref().ok_or(StatusWord::WRONG_DATA)
    }

    /// Is a directory described?
    pub(super) fn is_of_directory(&self) -> Result<bool, StatusWord> {
        Ok(self.descriptor()?.kind == Kind::Directory)
    }

    /// The body of a new file.
    pub(super) fn body(&self) -> Result<Body, StatusWord> {
        let descriptor = self.descriptor()?;
        if descriptor.kind == Kind::Directory {
            if self.aid.is_some_and(|aid| !(5..=16).contains(&aid.len())) {
                return Err(StatusWord::WRONG_DATA);
            }
            return Ok(Body::Directory(Directory {
                aid: self.aid.map(<[u8]>::to_vec),
                children: Vec::new(),
            }));
        }
        let size = self.size.filter(|size| *size != 0);
        let size = size.filter(|_| self.aid.is_none());
        let size = size.ok_or(StatusWord::WRONG_DATA)?;
        if size > MAX_BODY {
            return Err(StatusWord::NO_ROOM);
        }
        match descriptor.kind {
            Kind::Transparent => Ok(Body::Transparent(self.filled(size)?)),
            Kind::LinearFixed => Ok(Body::Linear(self.records(descriptor, size)?)),
            Kind::Cyclic => Ok(Body::Cyclic(self.records(descriptor, size)?)),
            Kind::BerTlv => Ok(Body::Objects(Objects {
                room: size,
                octets: Vec::new(),
            })),
            Kind::Directory | Kind::Unknown(_) => Err(StatusWord::WRONG_DATA),
        }
    }

    fn records(&self, descriptor: &FileDescriptor, size: usize) -> Result<Records, StatusWord> {
        let said = descriptor.records.ok_or(StatusWord::WRONG_DATA)?;
        let length = u8::try_from(said.length).map_err(|_| StatusWord::WRONG_DATA)?;
        if count(size, length)? != said.count {
            return Err(StatusWord::WRONG_DATA);
        }
        Ok(Records {
            length,
            octets: self.filled(size)?,
            newest: 0,
        })
    }

    /// Objects of A5; those that are not known here are passed over.
    fn proprietary(&self) -> Result<Vec<Tlv<'a>>, StatusWord> {
        ber::read_all(self.proprietary.unwrap_or_default()).map_err(|_| StatusWord::WRONG_DATA)
    }

    /// A new body. C1 is a pattern whose last octet goes on to the end, C2 one that is repeated.
    fn filled(&self, size: usize) -> Result<Vec<u8>, StatusWord> {
        let mut pattern = None;
        for object in self.proprietary()? {
            match (object.tag, object.value) {
                (0xC1 | 0xC2, []) => return Err(StatusWord::WRONG_DATA),
                (0xC1, [.., last]) => {
                    once(&mut pattern, (object.value, std::slice::from_ref(last)))?
                }
                (0xC2, value) => once(&mut pattern, (value, value))?,
                _ => {}
            }
        }
        let (first, more) = pattern.unwrap_or((&[], &[0xFF]));
        let octets = first.iter().chain(more.iter().cycle());
        Ok(octets.take(size).copied().collect())
    }

    /// The maximum size of a file of BER-TLV objects, 86 in A5.
    pub(super) fn maximum(&self) -> Result<Option<usize>, StatusWord> {
        let mut size = None;
        for object in self
            .proprietary()?
            .iter()
            .filter(|object| object.tag == 0x86)
        {
            if object.value.is_empty() || object.value.len() > 4 {
                return Err(StatusWord::WRONG_DATA);
            }
            let number = object.value.iter();
            let number = number.fold(0, |sum, octet| sum << 8 | u64::from(*octet));
            once(&mut size, usize::try_from(number).unwrap_or(usize::MAX))?;
        }
        Ok(size)
    }
}

/// How many records a size is, 1 to 254.
pub(super) fn count(size: usize, length: u8) -> Result<u8, StatusWord> {
    let length = usize::from(length);
    let count = (length != 0 && size.is_multiple_of(length)).then(|| size / length);
    match count {
        Some(count @ 1..=254) => Ok(count as u8),
        _ => Err(StatusWord::WRONG_DATA),
    }
}

/// The state of a new file. One that is still to be filled counts as deactivated.
fn life_cycle(said: fcp::LifeCycle) -> Result<LifeCycle, StatusWord> {
    match said {
        fcp::LifeCycle::Activated => Ok(LifeCycle::Activated),
        fcp::LifeCycle::Creation | fcp::LifeCycle::Initialisation | fcp::LifeCycle::Deactivated => {
            Ok(LifeCycle::Deactivated)
        }
        fcp::LifeCycle::NoInformation | fcp::LifeCycle::Terminated | fcp::LifeCycle::Unknown(_) => {
            Err(StatusWord::WRONG_DATA)
        }
    }
}
