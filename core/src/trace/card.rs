//! The card at the moments of a run, as plain data: what is stored in it, what its toolkit,
//! its channels and its servers are at.
//!
//! Made beside a trace and not part of its file. A moment shares with the one before it all
//! that stayed as it was. What files mean is read from their octets when asked for.

use crate::codec::ef::Home;
use crate::codec::{Field, shown};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

/// The card over a whole run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardHistory {
    pub(super) start: CardMoment,
    /// The step after which each moment begins, in order.
    pub(super) moments: Vec<(u32, CardMoment)>,
}

impl CardHistory {
    /// A card before all steps.
    pub fn new(start: CardMoment) -> Self {
        CardHistory {
            start,
            moments: Vec::new(),
        }
    }

    /// From the step `id` on the card is so. Nothing is kept when it was so before.
    pub fn push(&mut self, id: u32, moment: CardMoment) {
        let last = self.moments.last_mut();
        if last.as_ref().map_or(&self.start, |(_, last)| last) == &moment {
            return;
        }
        match last.filter(|(at, _)| *at >= id) {
            Some((_, last)) => *last = moment,
            None => self.moments.push((id, moment)),
        }
    }

    /// The last moment so far.
    pub fn last(&self) -> &CardMoment {
        self.at(self.moments.len())
    }

    /// Index of the moment that holds after the step `id`: 0 is the one before all steps, for `None`.
    pub fn index(&self, id: Option<u32>) -> usize {
        id.map_or(0, |id| self.moments.partition_point(|(at, _)| *at <= id))
    }

    /// The moment with that index; the last one for an index beyond.
    pub fn at(&self, index: usize) -> &CardMoment {
        let last = index.min(self.moments.len());
        last.checked_sub(1)
            .and_then(|at| self.moments.get(at))
            .map_or(&self.start, |(_, moment)| moment)
    }

    /// True when the card has a file at that path.
    pub fn has_file(&self, path: &str) -> bool {
        self.start.files.iter().any(|file| file.path == path)
    }

    /// How many moments there are; 1 when nothing changed.
    pub fn len(&self) -> usize {
        self.moments.len() + 1
    }

    /// True when nothing is known of the card, as in a trace that was read from a file.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty() && self.start.files.is_empty()
    }
}

/// The card at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardMoment {
    /// All files, each after the directory it lies in; the MF first.
    pub files: Arc<Vec<Arc<CardFile>>>,
    /// PINs and administrative codes.
    pub pins: Arc<Vec<CardPin>>,
    /// What a reset clears.
    pub session: Arc<CardSession>,
    /// What the web server serves.
    pub resources: Arc<Vec<CardResource>>,
    /// What the card's DM Server has to do, in its order.
    pub tasks: Arc<Vec<CardTask>>,
}

/// How a file holds its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum FileKind {
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
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CardFile {
    /// Identifiers from the MF on, such as `3F00/7FFF/6F07`.
    pub path: String,
    /// Name such as `EF_IMSI`; may be empty.
    pub name: String,
    /// Index of the directory it lies in; the MF lies in itself.
    pub parent: usize,
    /// Name of the application, of an ADF or a DF with one.
    pub aid: Option<Vec<u8>>,
    /// How it holds its octets.
    pub kind: FileKind,
    /// Whether the file may be used (TS 102 221 §11.1.1.4.9).
    pub active: bool,
    /// What SELECT returns (TS 102 221 §11.1.1.3).
    pub fcp: Vec<u8>,
    /// The access rule in its expanded form (TS 102 221 §9.2.4).
    pub rule: Vec<u8>,
    /// The records or BER-TLV objects in their order; one of a transparent file, none of a
    /// directory.
    pub contents: Vec<Vec<u8>>,
    /// Standard that says what the bytes mean.
    pub home: Option<Home>,
}

impl CardFile {
    /// The identifier, four digits.
    pub fn fid(&self) -> &str {
        self.path
            .rsplit_once('/')
            .map_or(&self.path, |(_, fid)| fid)
    }

    /// MF, DF or ADF.
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }

    /// What a record means; empty where nothing is known.
    pub fn fields(&self, record: usize) -> Vec<Field> {
        match (self.home, self.contents.get(record)) {
            (Some(home), Some(octets)) => {
                let fid = u16::from_str_radix(self.fid(), 16).unwrap_or_default();
                shown::ef::fields(home, fid, octets)
            }
            _ => Vec::new(),
        }
    }

    /// The file control parameters taken apart.
    pub fn parameters(&self) -> Vec<Field> {
        shown::fcp::fields(&self.fcp)
    }

    /// Operations and the condition for them, in words.
    pub fn rule_words(&self) -> Vec<(String, String)> {
        shown::access::words(&self.rule, self.is_directory())
    }
}

/// One PIN or administrative code, without its value.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CardPin {
    /// Key reference.
    pub reference: u8,
    /// Name such as `PIN1`.
    pub name: String,
    /// Whether it must be verified where a rule names it.
    pub enabled: bool,
    /// While disabled, the universal PIN stands in for it.
    pub replaced: bool,
    /// Verified in this session.
    pub verified: bool,
    /// Tries left; none: it is blocked.
    pub tries: u8,
    /// Tries after a success.
    pub limit: u8,
    /// Tries left of the code that unblocks it, if there is one.
    pub unblock_tries: Option<u8>,
}

/// What a reset clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CardSession {
    /// The terminal told what it can do.
    pub profile: bool,
    /// Codes of the events the terminal reports (TS 102 223 §8.25).
    pub events: Vec<u8>,
    /// Timers that run, 1–8.
    pub timers: Vec<u8>,
    /// Type of the proactive command that waits or is under way (TS 102 223 §9.4).
    pub command: Option<u8>,
    /// Whether the command was fetched and is not answered yet.
    pub outstanding: bool,
    /// Proactive commands that wait, the announced one among them.
    pub queue: usize,
    /// Bearer independent protocol channels.
    pub channels: Vec<BipChannel>,
    /// The web server's channel.
    pub server: ServerLink,
    /// The notification of the Trigger.
    pub trigger: TriggerLink,
    /// Logical channels.
    pub logical: Vec<LogicalChannel>,
}

/// One open channel of the bearer independent protocol.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BipChannel {
    /// 1–7.
    pub number: u8,
    /// Port on the terminal.
    pub port: u16,
    /// What it is for.
    pub use_for: ChannelUse,
}

/// What a channel does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ChannelUse {
    /// The web server's, nobody connected.
    Listening,
    /// The web server's, with a client.
    Connected {
        /// Octets of a request that is not whole yet.
        received: usize,
        /// Octets of an answer still to go.
        to_send: usize,
    },
    /// The Trigger's.
    Trigger,
}

/// Where the web server's channel stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum ServerLink {
    /// Not asked for.
    #[default]
    Off,
    /// OPEN CHANNEL is to be sent or under way.
    Opening,
    /// Open, nobody connected.
    Listening,
    /// A client is connected.
    Connected,
    /// The terminal refused the channel.
    Refused,
}

/// Where the Trigger's notification stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum TriggerLink {
    /// Nothing to do.
    #[default]
    Idle,
    /// On its way.
    Busy,
    /// The terminal took it.
    Done,
    /// The terminal refused, or has no way for it.
    Failed,
}

/// One open logical channel.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LogicalChannel {
    /// 0–19.
    pub number: u8,
    /// Path of the selected file.
    pub selected: String,
    /// Record pointer, from 1.
    pub record: Option<u8>,
}

/// Something the web server serves.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CardResource {
    /// From `/`.
    pub path: String,
    /// What it is, in words.
    pub kind: String,
    /// Who may do what with it, in words.
    pub policy: String,
    /// Octets, where they are known.
    pub size: Option<usize>,
}

/// One command that the card's DM Server has for the DM Client.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CardTask {
    /// Name of the command.
    pub command: String,
    /// Target.
    pub uri: String,
    /// Final Status, once there is one.
    pub code: Option<u16>,
}
