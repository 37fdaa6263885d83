//! Cards as data: what a card is made with, read from a file and written to one.
//!
//! A [`Profile`] is always a card that can be made: whatever is wrong in a file is refused with
//! the place where it stands. The form is told in `docs/profile.md`.

mod contents;
mod place;
mod read;
mod write;

use super::files::{Body, Directory, File, Files, LifeCycle, MF, MF_ID, Rule};
use super::memory::Memory;
use super::remote::{KeySet, Target};
use super::security::{Keys, Pin};
use crate::codec::cose::PrivateKey;
use std::fmt;
use std::sync::LazyLock;

/// A card that can be made: files with contents, PINs, keys, answer to reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub(super) head: Head,
    pub(super) files: Files,
    pub(super) pins: Vec<Pin>,
    /// Highest sequence number accepted.
    pub(super) sequence: u64,
    /// Keys of remote management with their counters.
    pub(super) key_sets: Vec<KeySet>,
}

/// What of a card no command changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) atr: Vec<u8>,
    /// Speaks the classes of TS 102 221.
    pub(super) uicc: bool,
    /// Speaks class A0.
    pub(super) gsm: bool,
    pub(super) keys: Option<Keys>,
    /// What remote management reaches.
    pub(super) targets: Vec<Target>,
    /// Signs receipts; no command tells it.
    pub(super) receipt_key: Option<PrivateKey>,
}

/// Why a profile is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// Where in the file, such as `mf.files[3].records[0]`; empty for the file as a whole.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.path, self.reason)
        }
    }
}

impl std::error::Error for ProfileError {}

impl Profile {
    /// Names of the built-in profiles and what they hold.
    pub const BUILT_IN: [(&'static str, &'static str); 4] = [
        ("usim", include_str!("../../../data/profiles/usim.json")),
        ("sim", include_str!("../../../data/profiles/sim.json")),
        ("csim", include_str!("../../../data/profiles/csim.json")),
        ("ruim", include_str!("../../../data/profiles/ruim.json")),
    ];

    /// A built-in profile: `usim`, `sim`, `csim` or `ruim`.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = Profile::BUILT_IN.iter().find(|(known, _)| *known == name)?;
        let profile = Profile::from_json(text);
        debug_assert!(
            profile.is_ok(),
            "Invariant: a built-in profile can be read: {profile:?}"
        );
        profile.ok()
    }

    /// A card with nothing but an MF.
    fn bare() -> Self {
        Profile {
            head: Head {
                name: String::new(),
                atr: vec![0x3B, 0x00],
                uicc: true,
                gsm: false,
                keys: None,
                targets: Vec::new(),
                receipt_key: None,
            },
            files: Files::new(File {
                fid: MF_ID,
                parent: MF,
                name: String::new(),
                sfi: None,
                rule: Rule::Expanded(Vec::new()),
                state: LifeCycle::Activated,
                body: Body::Directory(Directory::default()),
                changed: 0,
            }),
            pins: Vec::new(),
            sequence: 0,
            key_sets: Vec::new(),
        }
    }

    /// What a memory holds now. A ring begins with its newest record, and nothing counts as
    /// changed.
    pub(super) fn of(head: Head, memory: &Memory) -> Self {
        let (mut files, places) = memory.files().ordered();
        for place in places.iter().flatten() {
            let Some(file) = files.file_mut(*place) else {
                continue;
            };
            file.changed = 0;
            if let Body::Cyclic(records) = &mut file.body {
                let octets = records.iter().flatten().copied().collect();
                records.octets = octets;
                records.newest = 0;
            }
        }
        let mut pins = memory.pins().to_vec();
        for pin in &mut pins {
            let place = |application: usize| places.get(application).copied().flatten();
            pin.application = pin.application.and_then(place);
        }
        Profile {
            head,
            files,
            pins,
            sequence: memory.sequence(),
            key_sets: memory.key_sets().to_vec(),
        }
    }

    /// Octets of the transparent file at a path from the MF, such as `[0x7F50, 0x6435]`.
    pub fn contents(&self, path: &[u16]) -> Option<&[u8]> {
        self.files.contents(path)
    }

    /// Replaces what is in the transparent file at a path from the MF, filled up
    /// with FF. Errors say when there is no such file, or it is too small.
    pub fn with_contents(mut self, path: &[u16], octets: &[u8]) -> Result<Self, ProfileError> {
        let refused = |reason: String| ProfileError {
            path: path.iter().map(|fid| format!("/{fid:04X}")).collect(),
            reason,
        };
        let file = self
            .files
            .at(path)
            .and_then(|index| self.files.file_mut(index));
        let Some(Body::Transparent(old)) = file.map(|file| &mut file.body) else {
            return Err(refused("the card has no such transparent file".to_owned()));
        };
        if octets.len() > old.len() {
            let (size, length) = (old.len(), octets.len());
            return Err(refused(format!("{length} octets do not fit into {size}")));
        }
        old.fill(0xFF);
        old[..octets.len()].copy_from_slice(octets);
        Ok(self)
    }

    /// Adds a key that signs receipts.
    #[must_use]
    pub fn with_receipt_key(mut self, key: PrivateKey) -> Self {
        self.head.receipt_key = Some(key);
        self
    }

    /// Puts these octets in the place of the transparent file at a path from the MF, which then
    /// has as many; a profile without such a file stays as it is.
    pub fn with_whole_contents(mut self, path: &[u16], octets: Vec<u8>) -> Self {
        let file = self
            .files
            .at(path)
            .and_then(|index| self.files.file_mut(index));
        if let Some(Body::Transparent(old)) = file.map(|file| &mut file.body) {
            *old = octets;
        }
        self
    }

    /// Name for people, such as `USIM on UICC`.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// The answer to reset.
    pub fn atr(&self) -> &[u8] {
        &self.head.atr
    }

    /// Octets that all files hold together.
    pub fn size(&self) -> usize {
        self.files.size()
    }
}

/// Cards are made of the built-in USIM again and again; it is read once.
static USIM: LazyLock<Profile> =
    LazyLock::new(|| Profile::built_in("usim").unwrap_or_else(Profile::bare));

impl Default for Profile {
    /// The built-in USIM.
    fn default() -> Self {
        USIM.clone()
    }
}
