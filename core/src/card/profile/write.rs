//! A profile to its file: contents in hex, all else as it is read.

use super::Profile;
use super::read::FORMAT;
use crate::card::files::{Body, File, Files, LifeCycle, MF, Records, Rule};
use crate::card::security::{Pin, Secret};
use crate::codec::hex;
use crate::codec::secured_packet::{Algorithm, Check, CounterMode};
use serde::Serialize;

#[derive(Serialize)]
struct Document {
    format: u64,
    name: String,
    atr: String,
    classes: Vec<&'static str>,
    pins: Vec<PinEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<KeysEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote: Option<RemoteEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipts: Option<ReceiptsEntry>,
    mf: Entry,
}

#[derive(Serialize)]
struct ReceiptsEntry {
    key: String,
}

#[derive(Serialize)]
struct KeysEntry {
    k: String,
    opc: String,
    sequence: u64,
}

#[derive(Serialize)]
struct RemoteEntry {
    keys: Vec<KeySetEntry>,
    targets: Vec<TargetEntry>,
}

#[derive(Serialize)]
struct KeySetEntry {
    index: u8,
    algorithm: &'static str,
    kic: String,
    kid: String,
    counter: u64,
}

#[derive(Serialize)]
struct TargetEntry {
    tar: String,
    check: &'static str,
    ciphered: bool,
    counter: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Vec<String>>,
}

#[derive(Serialize)]
struct PinEntry {
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    aid: Option<String>,
    enabled: bool,
    replaced: bool,
    #[serde(flatten)]
    pin: SecretEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    unblock: Option<SecretEntry>,
}

#[derive(Serialize)]
struct SecretEntry {
    value: String,
    tries: u8,
    limit: u8,
}

#[derive(Serialize, Default)]
struct Entry {
    fid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    structure: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sfi: Option<u8>,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pad: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contents: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<Entry>>,
}

impl Profile {
    /// The profile as a file, which [`Profile::from_json`] reads as the same profile.
    pub fn to_json(&self) -> String {
        let head = &self.head;
        let classes = [("uicc", head.uicc), ("gsm", head.gsm)];
        let document = Document {
            format: FORMAT,
            name: head.name.clone(),
            atr: hex::encode(&head.atr),
            classes: classes
                .into_iter()
                .filter_map(|(name, on)| on.then_some(name))
                .collect(),
            pins: self
                .pins
                .iter()
                .map(|pin| entry_of_pin(pin, &self.files))
                .collect(),
            keys: head.keys.as_ref().map(|keys| KeysEntry {
                k: hex::encode(&keys.k),
                opc: hex::encode(&keys.opc),
                sequence: self.sequence,
            }),
            remote: self.remote_entry(),
            receipts: head.receipt_key.as_ref().map(|key| ReceiptsEntry {
                key: hex::encode(&key.to_bytes()),
            }),
            mf: entry(&self.files, MF),
        };
        // Texts and numbers can always be written.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    fn remote_entry(&self) -> Option<RemoteEntry> {
        let targets = &self.head.targets;
        let any = !self.key_sets.is_empty() || !targets.is_empty();
        any.then(|| RemoteEntry {
            keys: self
                .key_sets
                .iter()
                .map(|set| KeySetEntry {
                    index: set.index,
                    algorithm: match set.algorithm {
                        Algorithm::Des => "des",
                        Algorithm::TripleDes2 => "3des",
                        _ => "aes",
                    },
                    kic: hex::encode(&set.kic),
                    kid: hex::encode(&set.kid),
                    counter: set.counter,
                })
                .collect(),
            targets: targets
                .iter()
                .map(|target| TargetEntry {
                    tar: hex::encode(&target.tar),
                    check: match target.check {
                        Check::None => "none",
                        Check::Redundancy => "redundancy",
                        Check::Cryptographic | Check::Signature => "cryptographic",
                    },
                    ciphered: target.ciphered,
                    counter: match target.counter {
                        CounterMode::None => "none",
                        CounterMode::Unchecked => "unchecked",
                        CounterMode::Higher => "higher",
                        CounterMode::HigherByOne => "higher by one",
                    },
                    aid: target.aid.as_deref().map(hex::encode),
                    access: target.access.as_ref().map(|references| {
                        references.iter().map(|of| hex::encode(&[*of])).collect()
                    }),
                })
                .collect(),
        })
    }
}

fn entry_of_pin(pin: &Pin, files: &Files) -> PinEntry {
    let secret = |secret: &Secret| SecretEntry {
        value: hex::encode(&secret.value),
        tries: secret.tries,
        limit: secret.limit,
    };
    let aid = pin.application.and_then(|index| files.file(index)?.aid());
    PinEntry {
        reference: hex::encode(&[pin.reference]),
        aid: aid.map(hex::encode),
        enabled: pin.enabled,
        replaced: pin.replaced,
        pin: secret(&pin.pin),
        unblock: pin.unblock.as_ref().map(secret),
    }
}

fn entry(files: &Files, index: usize) -> Entry {
    let Some(file) = files.file(index) else {
        return Entry::default();
    };
    let mut entry = Entry {
        fid: format!("{:04X}", file.fid),
        name: file.name.clone(),
        aid: file.aid().map(hex::encode),
        sfi: file.sfi,
        rule: rule(file),
        active: (file.state == LifeCycle::Deactivated).then_some(false),
        ..Entry::default()
    };
    match &file.body {
        Body::Directory(directory) => {
            entry.structure = "directory";
            entry.files = Some(
                directory
                    .children
                    .iter()
                    .map(|at| self::entry(files, *at))
                    .collect(),
            );
        }
        Body::Transparent(octets) => {
            entry.structure = "transparent";
            entry.size = Some(octets.len());
            let pad = *octets.last().unwrap_or(&0xFF);
            entry.pad = Some(hex::encode(&[pad]));
            entry.contents = Some(hex::encode(trimmed(octets, pad)));
        }
        Body::Linear(records) => {
            entry.structure = "linear";
            write_records(&mut entry, records);
        }
        Body::Cyclic(records) => {
            entry.structure = "cyclic";
            write_records(&mut entry, records);
        }
        Body::Objects(objects) => {
            entry.structure = "ber_tlv";
            entry.size = Some(objects.room);
            entry.contents = Some(hex::encode(&objects.octets));
        }
    }
    entry
}

fn rule(file: &File) -> String {
    match &file.rule {
        Rule::Record { fid, number } => format!("{fid:04X}/{number}"),
        Rule::Expanded(rule) => hex::encode(rule),
    }
}

fn trimmed(octets: &[u8], pad: u8) -> &[u8] {
    let end = octets.iter().rposition(|octet| *octet != pad);
    octets
        .get(..end.map_or(0, |end| end + 1))
        .unwrap_or_default()
}

fn write_records(entry: &mut Entry, records: &Records) {
    entry.length = Some(records.length);
    entry.count = Some(records.count());
    let pad = 0xFF;
    let mut texts: Vec<_> = records
        .iter()
        .map(|record| hex::encode(trimmed(record, pad)))
        .collect();
    while texts.last().is_some_and(String::is_empty) {
        texts.pop();
    }
    entry.records = Some(texts);
}
