//! A profile from its file. Nothing is taken silently: each member must be known, each value in
//! its range, each rule where it is said to be.

use super::contents;
use super::place::Place;
use super::{Head, Profile, ProfileError};
use crate::card::files::{
    ADF, Body, Directory, File, Files, LifeCycle, MAX_BODY, MAX_DEPTH, MAX_FILES, MAX_TOTAL, MF,
    MF_ID, Objects, Records, Rule, is_own_tag,
};
use crate::card::remote::{KeySet, Target};
use crate::card::security::{Keys, Pin, Secret};
use crate::codec::atr::Atr;
use crate::codec::cose::PrivateKey;
use crate::codec::secured_packet::{Algorithm, Check, CounterMode, MAX_COUNTER};
use serde_json::Value;

/// The form that is read and written.
pub(super) const FORMAT: u64 = 1;

/// Characters of the longest file read.
const MAX_TEXT: usize = 4 << 20;

/// PINs and administrative codes.
const MAX_PINS: usize = 32;

type Read<T> = Result<T, ProfileError>;

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// What is wrong, with the place where it stands.
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        let whole = |reason: String| ProfileError {
            path: String::new(),
            reason,
        };
        if text.len() > MAX_TEXT {
            return Err(whole(format!("longer than {MAX_TEXT} characters")));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| whole(format!("not JSON: {error}")))?;
        profile(&Place::root(&value))
    }

    /// Adds a file to the directory at a path from the MF; the file is told as in the list of its
    /// directory.
    ///
    /// # Errors
    ///
    /// What is wrong, with the place where it stands.
    pub fn with_file(mut self, directory: &[u16], text: &str) -> Result<Self, ProfileError> {
        let whole = |reason: String| ProfileError {
            path: String::new(),
            reason,
        };
        let value: Value =
            serde_json::from_str(text).map_err(|error| whole(format!("not JSON: {error}")))?;
        let place = Place::root(&value);
        let parent = self.files.at(directory);
        let parent = parent.filter(|index| self.files.is_directory(*index));
        let parent = parent.ok_or_else(|| whole("the card has no such directory".to_owned()))?;
        let file = file(&place, parent, directory.len() + 1)?;
        let has_room =
            self.files.size() + file.size() <= MAX_TOTAL && self.files.iter().count() < MAX_FILES;
        if !has_room || file.is_directory() {
            return Err(place.wrong("no room for it, or a directory"));
        }
        alone(&place, &self.files, &file)?;
        let index = self.files.push(file);
        if self.files.rule(index).is_empty() {
            return Err(place.wrong("no EF_ARR here or above has this record"));
        }
        Ok(self)
    }
}

fn profile(place: &Place) -> Read<Profile> {
    place.only(&[
        "format", "name", "atr", "classes", "pins", "keys", "remote", "receipts", "mf",
    ])?;
    place.need("format")?.number(FORMAT..=FORMAT)?;
    let answer = place.need("atr")?;
    let octets = answer.hex()?;
    Atr::decode(&octets).map_err(|error| answer.wrong(error.to_string()))?;
    let (mut uicc, mut gsm) = (false, false);
    let classes = place.need("classes")?;
    for class in classes.list()? {
        match class.text()? {
            "uicc" => uicc = true,
            "gsm" => gsm = true,
            _ => return Err(class.wrong("expected \"uicc\" or \"gsm\"")),
        }
    }
    if !uicc && !gsm {
        return Err(classes.wrong("a card speaks one class at least"));
    }
    let files = tree(&place.need("mf")?)?;
    let (keys, sequence) = match place.member("keys") {
        Some(at) => keys(&at)?,
        None => (None, 0),
    };
    let (key_sets, targets) = match place.member("remote") {
        Some(at) => remote(&at, &files)?,
        None => (Vec::new(), Vec::new()),
    };
    let mut pins = Vec::new();
    for at in place
        .member("pins")
        .map_or(Ok(Vec::new()), |at| at.list())?
    {
        let pin = pin(&at, &files)?;
        let same = |p: &Pin| p.reference == pin.reference && p.application == pin.application;
        if pins.iter().any(same) {
            return Err(at.wrong("there is a PIN with this reference already"));
        }
        if pins.len() == MAX_PINS {
            return Err(at.wrong(format!("more than {MAX_PINS} PINs")));
        }
        pins.push(pin);
    }
    Ok(Profile {
        head: Head {
            name: place.need("name")?.text()?.to_owned(),
            atr: octets,
            uicc,
            gsm,
            keys,
            targets,
            receipt_key: match place.member("receipts") {
                Some(at) => Some(receipt_key(&at)?),
                None => None,
            },
        },
        files,
        pins,
        sequence,
        key_sets,
    })
}

fn keys(place: &Place) -> Read<(Option<Keys>, u64)> {
    place.only(&["k", "opc", "sequence"])?;
    let keys = Keys {
        k: place.need("k")?.octets()?,
        opc: place.need("opc")?.octets()?,
    };
    let sequence = place
        .member("sequence")
        .map_or(Ok(0), |at| at.number(0..=(1 << 48) - 1))?;
    Ok((Some(keys), sequence))
}

/// Key that signs receipts.
fn receipt_key(place: &Place) -> Read<PrivateKey> {
    place.only(&["key"])?;
    let at = place.need("key")?;
    let key = PrivateKey::from_bytes(&at.octets::<32>()?);
    key.ok_or_else(|| at.wrong("no private key of P-256"))
}

/// Keys and applications of remote management.
fn remote(place: &Place, files: &Files) -> Read<(Vec<KeySet>, Vec<Target>)> {
    place.only(&["keys", "targets"])?;
    let mut key_sets: Vec<KeySet> = Vec::new();
    for at in place.need("keys")?.list()? {
        at.only(&["index", "algorithm", "kic", "kid", "counter"])?;
        let index = at.need("index")?;
        let number = index.number(0..=15)? as u8;
        if key_sets.iter().any(|set| set.index == number) {
            return Err(index.wrong("there are keys with this index already"));
        }
        let algorithm = match at.member("algorithm") {
            Some(at) => match at.text()? {
                "aes" => Algorithm::Aes,
                "3des" => Algorithm::TripleDes2,
                "des" => Algorithm::Des,
                _ => return Err(at.wrong("expected aes, 3des or des")),
            },
            None => Algorithm::Aes,
        };
        key_sets.push(KeySet {
            index: number,
            algorithm,
            kic: key(&at.need("kic")?, algorithm)?,
            kid: key(&at.need("kid")?, algorithm)?,
            counter: at
                .member("counter")
                .map_or(Ok(0), |at| at.number(0..=MAX_COUNTER))?,
        });
    }
    let mut targets: Vec<Target> = Vec::new();
    for at in place.need("targets")?.list()? {
        at.only(&["tar", "aid", "access", "check", "ciphered", "counter"])?;
        let tar = at.need("tar")?.octets()?;
        if targets.iter().any(|target| target.tar == tar) {
            return Err(at.wrong("another application has this TAR"));
        }
        let check = at.need("check")?;
        targets.push(Target {
            tar,
            check: match check.text()? {
                "none" => Check::None,
                "redundancy" => Check::Redundancy,
                "cryptographic" => Check::Cryptographic,
                _ => return Err(check.wrong("expected none, redundancy or cryptographic")),
            },
            ciphered: at.member("ciphered").map_or(Ok(false), |at| at.boolean())?,
            counter: match at.member("counter") {
                Some(at) => match at.text()? {
                    "none" => CounterMode::None,
                    "unchecked" => CounterMode::Unchecked,
                    "higher" => CounterMode::Higher,
                    "higher by one" => CounterMode::HigherByOne,
                    _ => return Err(at.wrong("expected none, unchecked, higher or higher by one")),
                },
                None => CounterMode::None,
            },
            aid: match at.member("aid") {
                Some(at) => {
                    application(&at, files)?;
                    Some(at.hex()?)
                }
                None => None,
            },
            access: match at.member("access") {
                Some(at) => {
                    let mut references = Vec::new();
                    for reference in at.list()? {
                        let [reference] = reference.octets()?;
                        references.push(reference);
                    }
                    Some(references)
                }
                None => None,
            },
        });
    }
    Ok((key_sets, targets))
}

fn key(place: &Place, algorithm: Algorithm) -> Read<Vec<u8>> {
    let octets = place.hex()?;
    match (algorithm, octets.len()) {
        (Algorithm::Aes, 16 | 24 | 32) | (Algorithm::TripleDes2, 16 | 24) | (Algorithm::Des, 8) => {
            Ok(octets)
        }
        (Algorithm::TripleDes2, _) => Err(place.wrong("a key of triple DES has 16 or 24 octets")),
        (Algorithm::Des, _) => Err(place.wrong("a key of DES has 8 octets")),
        _ => Err(place.wrong("a key of AES has 16, 24 or 32 octets")),
    }
}

/// The directory of the application with a name.
fn application(place: &Place, files: &Files) -> Read<usize> {
    let aid = place.hex()?;
    let is = |index: &&usize| files.file(**index).is_some_and(|f| f.aid() == Some(&aid));
    let found = files.named().iter().find(is);
    found
        .copied()
        .ok_or_else(|| place.wrong("no application has this name"))
}

fn pin(place: &Place, files: &Files) -> Read<Pin> {
    place.only(&[
        "reference",
        "aid",
        "value",
        "enabled",
        "replaced",
        "tries",
        "limit",
        "unblock",
    ])?;
    let reference = place.need("reference")?;
    let [number] = reference.octets()?;
    if !matches!(number & 0x7F, 0x01..=0x08 | 0x0A..=0x0E) && number != 0x11 {
        return Err(reference.wrong("no reference of a PIN"));
    }
    let application = match place.member("aid") {
        None => None,
        Some(at) => Some(application(&at, files)?),
    };
    let flag = |key: &str, default: bool| place.member(key).map_or(Ok(default), |at| at.boolean());
    let pin = Pin {
        reference: number,
        application,
        enabled: flag("enabled", true)?,
        replaced: flag("replaced", false)?,
        pin: secret(place, 3)?,
        unblock: match place.member("unblock") {
            None => None,
            Some(at) => {
                at.only(&["value", "tries", "limit"])?;
                Some(secret(&at, 10)?)
            }
        },
    };
    if !pin.may_be(&pin.pin.value) {
        let at = place.need("value")?;
        return Err(at.wrong("a PIN has four to eight digits, padded with FF (TS 102 221 §9.5.1)"));
    }
    Ok(pin)
}

fn secret(place: &Place, default: u64) -> Read<Secret> {
    let at = place.need("value")?;
    let text = at.text()?;
    let octets = match text.len() {
        1..=8 if text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            let mut octets = [0xFF; 8];
            for (octet, byte) in octets.iter_mut().zip(text.bytes()) {
                *octet = byte;
            }
            octets
        }
        16 => at.octets()?,
        _ => return Err(at.wrong("expected 4 to 8 characters, or 16 hex digits")),
    };
    let limit = place
        .member("limit")
        .map_or(Ok(default), |at| at.number(1..=15))?;
    let tries = place
        .member("tries")
        .map_or(Ok(limit), |at| at.number(0..=limit))?;
    Ok(Secret {
        value: octets,
        tries: tries as u8,
        limit: limit as u8,
    })
}

/// The MF and all below it.
fn tree(place: &Place) -> Read<Files> {
    let mut files = Files::new(file(place, MF, 0)?);
    // Places with the index of the file and how deep it lies; rules are looked up at the end.
    let mut rules = vec![(place.clone(), MF)];
    let mut next = 0;
    let mut depths = vec![0];
    let mut total = 0;
    while let Some((directory, index)) = rules.get(next).cloned() {
        let depth = depths.get(next).copied().unwrap_or_default();
        next += 1;
        if !files.is_directory(index) {
            continue;
        }
        for at in directory
            .member("files")
            .map_or(Ok(Vec::new()), |at| at.list())?
        {
            if depth >= MAX_DEPTH {
                return Err(at.wrong(format!("more than {MAX_DEPTH} directories deep")));
            }
            if rules.len() >= MAX_FILES {
                return Err(at.wrong(format!("more than {MAX_FILES} files")));
            }
            let file = file(&at, index, depth + 1)?;
            total += file.size();
            if total > MAX_TOTAL {
                return Err(at.wrong(format!("all files hold more than {MAX_TOTAL} octets")));
            }
            alone(&at, &files, &file)?;
            let child = files.push(file);
            rules.push((at, child));
            depths.push(depth + 1);
        }
    }
    for (at, index) in rules {
        if files.rule(index).is_empty() {
            let at = at.member("rule").unwrap_or(at);
            return Err(at.wrong("no EF_ARR here or above has this record"));
        }
    }
    Ok(files)
}

/// Identifiers and names are there once.
fn alone(place: &Place, files: &Files, file: &File) -> Read<()> {
    for index in files.children(file.parent) {
        let Some(other) = files.file(*index) else {
            continue;
        };
        if other.fid == file.fid && file.fid != ADF {
            return Err(place.wrong("this directory has the identifier already"));
        }
        if file.sfi.is_some() && other.sfi == file.sfi {
            return Err(place.wrong("this directory has the short identifier already"));
        }
    }
    let same = |index: &usize| files.file(*index).is_some_and(|f| f.aid() == file.aid());
    if file.aid().is_some() && files.named().iter().any(same) {
        return Err(place.wrong("another application has this name"));
    }
    Ok(())
}

fn file(place: &Place, parent: usize, depth: usize) -> Read<File> {
    let structure = place.need("structure")?;
    let (of_kind, body): (&[&str], _) = match structure.text()? {
        "directory" => (&["aid", "files"], directory(place)?),
        "transparent" => (&["sfi", "size", "contents", "pad"], transparent(place)?),
        "linear" => (RECORDS, Body::Linear(records(place)?)),
        "cyclic" => (RECORDS, Body::Cyclic(records(place)?)),
        "ber_tlv" => (&["sfi", "size", "contents"], objects(place)?),
        _ => {
            let known = "expected directory, transparent, linear, cyclic or ber_tlv";
            return Err(structure.wrong(known));
        }
    };
    let mut known = vec!["fid", "name", "structure", "rule", "active"];
    known.extend(of_kind);
    place.only(&known)?;
    let identifier = place.need("fid")?;
    let fid = u16::from_be_bytes(identifier.octets()?);
    let named = matches!(&body, Body::Directory(directory) if directory.aid.is_some());
    match fid {
        MF_ID if depth == 0 && !named => {}
        MF_ID => return Err(identifier.wrong("3F00 is the MF alone")),
        _ if depth == 0 => return Err(identifier.wrong("the MF has 3F00")),
        ADF if !named => return Err(identifier.wrong("7FFF is for directories with an aid")),
        0x3FFF | 0xFFFF => return Err(identifier.wrong("reserved")),
        _ => {}
    }
    if depth == 0 && !matches!(body, Body::Directory(_)) {
        return Err(structure.wrong("the MF is a directory"));
    }
    Ok(File {
        fid,
        parent,
        name: match place.member("name") {
            Some(at) => at.text()?.to_owned(),
            None => String::new(),
        },
        sfi: match place.member("sfi") {
            Some(at) => Some(at.number(1..=30)? as u8),
            None => None,
        },
        rule: rule(&place.need("rule")?)?,
        state: match place.member("active").map_or(Ok(true), |at| at.boolean())? {
            true => LifeCycle::Activated,
            false => LifeCycle::Deactivated,
        },
        body,
        changed: 0,
    })
}

/// `2F06/5`, or pairs of operations and condition, or hex of the expanded format.
fn rule(place: &Place) -> Read<Rule> {
    if place.is_list() {
        return Ok(Rule::Expanded(contents::rule(place)?));
    }
    let text = place.text()?;
    let Some((fid, number)) = text.split_once('/') else {
        return Ok(Rule::Expanded(place.hex()?));
    };
    let fid = Some(fid)
        .filter(|fid| fid.len() == 4)
        .and_then(|fid| u16::from_str_radix(fid, 16).ok());
    let number = number.parse().ok().filter(|number| *number != 0);
    match (fid, number) {
        (Some(fid), Some(number)) => Ok(Rule::Record { fid, number }),
        _ => Err(place.wrong("expected an identifier and a record, such as 2F06/1")),
    }
}

fn directory(place: &Place) -> Read<Body> {
    let aid = match place.member("aid") {
        None => None,
        Some(at) => {
            let aid = at.hex()?;
            if !(5..=16).contains(&aid.len()) {
                return Err(at.wrong("a name has 5 to 16 octets"));
            }
            Some(aid)
        }
    };
    Ok(Body::Directory(Directory {
        aid,
        children: Vec::new(),
    }))
}

fn pad(place: &Place) -> Read<u8> {
    let Some(at) = place.member("pad") else {
        return Ok(0xFF);
    };
    let [pad] = at.octets()?;
    Ok(pad)
}

fn transparent(place: &Place) -> Read<Body> {
    let contents = place.member("contents");
    let size = match place.member("size") {
        Some(at) => Some(at.number(1..=MAX_BODY as u64)? as usize),
        None => None,
    };
    let mut octets = match &contents {
        Some(at) => contents::octets(at, size.unwrap_or(MAX_BODY))?,
        None => Vec::new(),
    };
    octets.resize(size.unwrap_or(octets.len()), pad(place)?);
    if octets.is_empty() {
        return Err(place.wrong("neither \"size\" nor \"contents\""));
    }
    Ok(Body::Transparent(octets))
}

/// BER-TLV objects, each with a tag of its own.
fn objects(place: &Place) -> Read<Body> {
    let room = place.need("size")?.number(1..=MAX_BODY as u64)? as usize;
    let octets = match place.member("contents") {
        Some(at) => contents::octets(&at, room)?,
        None => Vec::new(),
    };
    let objects = Objects { room, octets };
    let mut tags = Vec::new();
    let mut used = 0;
    for (header, object) in objects.iter() {
        used += object.len();
        if !is_own_tag(header.tag) || tags.contains(&header.tag) {
            break;
        }
        tags.push(header.tag);
    }
    let is_whole = used == objects.octets.len() && tags.len() == objects.iter().count();
    match place.member("contents") {
        Some(at) if !is_whole => Err(at.wrong("expected BER-TLV objects, each with its own tag")),
        _ => Ok(Body::Objects(objects)),
    }
}

const RECORDS: &[&str] = &["sfi", "length", "count", "records", "pad"];

fn records(place: &Place) -> Read<Records> {
    let length = place.need("length")?.number(1..=255)? as u8;
    let count = place.need("count")?.number(1..=254)? as usize;
    let room = usize::from(length);
    let pad = pad(place)?;
    let mut octets = Vec::with_capacity(room * count);
    let given = place
        .member("records")
        .map_or(Ok(Vec::new()), |at| at.list())?;
    for (number, at) in given.iter().enumerate() {
        if number == count {
            return Err(at.wrong(format!("more than {count} records")));
        }
        octets.extend(contents::octets(at, room)?);
        octets.resize((number + 1) * room, pad);
    }
    octets.resize(count * room, pad);
    Ok(Records {
        length,
        octets,
        newest: 0,
    })
}
