//! `dmsc card --from-dump`: a profile of what pySim-shell read from a card, by `fsdump` (JSON) or
//! `export` (a script with the FCP of each file in a remark).
//!
//! A dump has files and their rules. It has no PINs, no keys, and nothing of files that could not
//! be read: what takes their place is told. Files of a SIM without FCP (class A0) are not known.

mod read;
#[cfg(test)]
mod tests;

use dmsc_core::card::Profile;
use dmsc_core::codec::fcp::{Fcp, Kind, LifeCycle, Object, PinStatus};
use dmsc_core::codec::hex;
use read::{Body, Dumped, Files, decoded, of_json, of_script};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// PINs of the card, by reference, as the built-in USIM has them; the last for all others.
const VALUES: [(u8, &str); 3] = [(0x01, "1234"), (0x81, "5678"), (0x0A, "ADM00001")];
const OTHER_VALUE: &str = "12345678";

/// Unblocking code of all PINs of users.
const UNBLOCK: &str = "12345678";

/// Answer to reset where the dump has none.
const ATR: &str = "3B9F95801FC78031E073FE2113674F4D41444D534381";

/// The DF of a SIM in a UICC.
const DF_GSM: u16 = 0x7F20;

/// A profile and what is not as on the card that was read.
pub(super) struct Made {
    pub(super) profile: Profile,
    pub(super) remarks: Vec<String>,
}

/// Makes a profile of a dump.
pub(super) fn profile(text: &str) -> Result<Made, String> {
    let (atr, files) = if text.trim_start().starts_with('{') {
        of_json(text)?
    } else {
        (None, of_script(text)?)
    };
    let mut maker = Maker::default();
    let mf = maker.mf(files)?;
    let mut classes = vec!["uicc"];
    if maker.has_gsm {
        classes.push("gsm");
    }
    maker.pin(0x0A, true, None);
    let pins: Vec<Value> = std::mem::take(&mut maker.pins).into_values().collect();
    maker.remarks.push(format!(
        "no dump has PINs: 01 is 1234, 81 is 5678, 0A is ADM00001, others and all that unblocks {OTHER_VALUE}; nor keys: the card does not authenticate"
    ));
    let document = json!({
        "format": 1, "name": "from a dump", "atr": atr.as_deref().unwrap_or(ATR),
        "classes": classes, "pins": pins, "mf": mf,
    });
    let profile = Profile::from_json(&document.to_string()).map_err(|error| error.to_string())?;
    Ok(Made {
        profile,
        remarks: maker.remarks,
    })
}

/// A file that is in the profile, with those in it.
struct Placed {
    entry: Map<String, Value>,
    children: Vec<usize>,
    is_directory: bool,
}

/// Files, PINs and remarks of a profile in the making.
#[derive(Default)]
struct Maker {
    placed: Vec<Placed>,
    /// Places by path.
    places: BTreeMap<Vec<String>, usize>,
    /// By reference and application.
    pins: BTreeMap<(u8, Option<String>), Value>,
    has_gsm: bool,
    remarks: Vec<String>,
}

impl Maker {
    fn mf(&mut self, mut files: Files) -> Result<Value, String> {
        // Directories come before what is in them.
        files.sort_by_key(|(path, _)| path.len());
        if files.first().is_none_or(|(path, _)| path.len() != 1) {
            return Err("the MF is not in the dump".to_owned());
        }
        for (path, file) in files {
            let shown = path.join("/");
            match self.place(&path, &file) {
                Ok(placed) => {
                    let place = self.placed.len();
                    let above = path
                        .get(..path.len() - 1)
                        .and_then(|above| self.places.get(above));
                    if let Some(above) = above.and_then(|above| self.placed.get_mut(*above)) {
                        above.children.push(place);
                    }
                    self.placed.push(placed);
                    self.places.insert(path, place);
                }
                Err(reason) if path.len() == 1 => return Err(format!("{shown}: {reason}")),
                Err(reason) => self.remarks.push(format!("{shown} is left out: {reason}")),
            }
        }
        self.repair_rules();
        Ok(self.entry(0))
    }

    /// A rule of a record that is not there would be none.
    fn repair_rules(&mut self) {
        let mut repaired = Vec::new();
        for (path, place) in &self.places {
            let rule = self
                .placed
                .get(*place)
                .and_then(|file| file.entry["rule"].as_str());
            let Some((fid, number)) = rule.and_then(|rule| rule.split_once('/')) else {
                continue;
            };
            let number: usize = number.parse().unwrap_or_default();
            let is_directory = self
                .placed
                .get(*place)
                .is_some_and(|file| file.is_directory);
            let from = if is_directory {
                path.len()
            } else {
                path.len() - 1
            };
            let above = (1..=from).rev().filter_map(|length| path.get(..length));
            let arr = above
                .filter_map(|above| self.places.get(above))
                .filter_map(|above| self.placed.get(*above))
                .flat_map(|above| &above.children)
                .filter_map(|child| self.placed.get(*child))
                .find(|child| child.entry["fid"] == fid && !child.is_directory);
            let record = arr.and_then(|arr| arr.entry["records"].get(number.wrapping_sub(1)));
            let is_rule = |record: &Value| {
                record
                    .as_str()
                    .is_some_and(|record| !record.starts_with("FF") && !record.is_empty())
            };
            if !record.is_some_and(is_rule) {
                repaired.push((path.join("/"), *place));
            }
        }
        for (path, place) in repaired {
            self.remarks.push(format!(
                "{path}: its rule is not in the dump; anybody reads, 0A updates"
            ));
            if let Some(file) = self.placed.get_mut(place) {
                file.entry["rule"] = free_rule();
            }
        }
    }

    fn entry(&self, place: usize) -> Value {
        let Some(file) = self.placed.get(place) else {
            return Value::Null;
        };
        let mut entry = file.entry.clone();
        if file.is_directory {
            let children = file.children.iter();
            let children = children.map(|child| self.entry(*child)).collect();
            entry.insert("files".to_owned(), Value::Array(children));
        }
        Value::Object(entry)
    }

    /// The file as a profile has it, or why it cannot be there.
    fn place(&mut self, path: &[String], file: &Dumped) -> Result<Placed, String> {
        let fcp = Fcp::decode(&file.fcp).map_err(|error| format!("its FCP: {error}"))?;
        let template = Template::of(&fcp);
        let name = path.last().map_or("", String::as_str);
        let above = match path.split_last() {
            Some((_, [])) | None => None,
            Some((_, above)) => {
                let above = self
                    .places
                    .get(above)
                    .and_then(|above| self.placed.get(*above));
                let above = above.filter(|above| above.is_directory);
                Some(above.ok_or("its directory is not there")?)
            }
        };
        let is_directory = template.kind == Some(Kind::Directory);
        let fid = match template.aid {
            Some(_) if name.starts_with("ADF") => 0x7FFF,
            _ => template.fid.ok_or("no file identifier")?,
        };
        let beside = || {
            let children = above.iter().flat_map(|above| &above.children);
            children.filter_map(|child| self.placed.get(*child))
        };
        let fid_text = format!("{fid:04X}");
        if fid != 0x7FFF && beside().any(|other| other.entry["fid"] == fid_text.as_str()) {
            return Err(format!("{fid_text} is there already"));
        }
        let mut entry = Map::new();
        let mut put = |key: &str, value: Value| {
            entry.insert(key.to_owned(), value);
        };
        put("fid", json!(fid_text));
        put("name", json!(name.replace('.', "_")));
        put("rule", template.rule.clone().unwrap_or_else(free_rule));
        if matches!(template.state, Some(LifeCycle::Deactivated)) {
            put("active", json!(false));
        }
        let mut remarks = Vec::new();
        if template.rule.is_none() {
            remarks.push("its rule cannot be read; anybody reads, 0A updates");
        }
        match template.sfi {
            Some(sfi) if beside().any(|other| other.entry.get("sfi") == Some(&json!(sfi))) => {
                remarks.push("its short identifier is that of another file");
            }
            Some(sfi) => put("sfi", json!(sfi)),
            None => {}
        }
        let aid = template.aid.map(hex::encode);
        if let Some(aid) = aid.as_ref().filter(|_| is_directory) {
            put("aid", json!(aid));
        }
        if !is_directory && matches!(file.body, Body::Unknown) {
            remarks.push("its contents are not in the dump");
        }
        body(&template, &file.body, &mut put)?;
        for remark in remarks {
            self.remarks.push(format!("{}: {remark}", path.join("/")));
        }
        self.has_gsm |= is_directory && fid == DF_GSM;
        for pin in template.pins {
            self.pin(pin.reference, pin.enabled, aid.as_deref());
        }
        Ok(Placed {
            entry,
            children: Vec::new(),
            is_directory,
        })
    }

    /// A PIN that a directory names: of the card, or else of its application.
    fn pin(&mut self, reference: u8, enabled: bool, aid: Option<&str>) {
        let is_known = matches!(reference & 0x7F, 0x01..=0x08 | 0x0A..=0x0E) || reference == 0x11;
        if !is_known || self.pins.contains_key(&(reference, None)) {
            return;
        }
        let values = VALUES.iter().find(|(known, _)| *known == reference);
        let value = values.map_or(OTHER_VALUE, |(_, value)| *value);
        let mut pin = json!({
            "reference": format!("{reference:02X}"), "value": value, "enabled": enabled,
        });
        if reference & 0x7F < 0x0A || reference == 0x11 {
            pin["unblock"] = json!({"value": UNBLOCK});
        }
        if let Some(aid) = aid {
            pin["aid"] = json!(aid);
        }
        self.pins.insert((reference, aid.map(str::to_owned)), pin);
    }
}

fn free_rule() -> Value {
    json!([["read", "always"], ["update", "adm1"]])
}

/// What an FCP says that a profile has too.
#[derive(Default)]
struct Template<'a> {
    kind: Option<Kind>,
    records: Option<(u16, u8)>,
    fid: Option<u16>,
    aid: Option<&'a [u8]>,
    state: Option<LifeCycle>,
    rule: Option<Value>,
    size: Option<u32>,
    sfi: Option<u8>,
    pins: Vec<dmsc_core::codec::fcp::PinState>,
}

impl<'a> Template<'a> {
    fn of(fcp: &Fcp<'a>) -> Self {
        let mut template = Template::default();
        for object in &fcp.objects {
            match *object {
                Object::FileSize(size) => template.size = Some(size),
                Object::FileDescriptor(descriptor) => {
                    template.kind = Some(descriptor.kind);
                    template.records = descriptor.records.map(|r| (r.length, r.count));
                }
                Object::FileIdentifier(fid) => template.fid = Some(fid),
                Object::DfName(aid) => template.aid = Some(aid),
                Object::LifeCycle(state) => template.state = Some(state),
                Object::SecurityReferenced {
                    fid,
                    // Of several environments the first.
                    records: [number] | [_, number, ..],
                } => template.rule = Some(json!(format!("{fid:04X}/{number}"))),
                Object::SecurityExpanded(rule) if !rule.is_empty() => {
                    template.rule = Some(json!(hex::encode(rule)));
                }
                Object::PinStatus(status) => {
                    if let Ok(status) = PinStatus::decode(status) {
                        template.pins = status.pins;
                    }
                }
                Object::ShortFileIdentifier(sfi) => {
                    template.sfi = sfi.filter(|s| (1..=30).contains(s))
                }
                _ => {}
            }
        }
        template
    }
}

/// Structure, size and contents.
fn body(template: &Template, body: &Body, put: &mut impl FnMut(&str, Value)) -> Result<(), String> {
    let size = template.size.unwrap_or_default();
    match (template.kind, body) {
        (Some(Kind::Directory), _) => put("structure", json!("directory")),
        (Some(Kind::Transparent), Body::Unknown | Body::Octets(_)) => {
            put("structure", json!("transparent"));
            if let Body::Octets(octets) = body {
                put("contents", json!(octets));
                put("size", json!((octets.len() as u32 / 2).max(size)));
            } else {
                put("size", json!(size));
            }
            if size == 0 && !matches!(body, Body::Octets(octets) if !octets.is_empty()) {
                return Err("it is empty".to_owned());
            }
        }
        (Some(kind @ (Kind::LinearFixed | Kind::Cyclic)), Body::Unknown | Body::Records(_)) => {
            let structure = if kind == Kind::Cyclic {
                "cyclic"
            } else {
                "linear"
            };
            put("structure", json!(structure));
            let records: &[String] = match body {
                Body::Records(records) => records,
                _ => &[],
            };
            let (length, count) = template.records.ok_or("no record length")?;
            let count = usize::from(count).max(records.len());
            if !(1..=255).contains(&length) || !(1..=254).contains(&count) {
                return Err(format!("{count} records of {length} bytes"));
            }
            put("length", json!(length));
            put("count", json!(count));
            put(
                "records",
                json!(
                    records
                        .iter()
                        .map(|r| r.to_ascii_uppercase())
                        .collect::<Vec<_>>()
                ),
            );
        }
        (Some(Kind::BerTlv), Body::Unknown | Body::Objects(_)) => {
            put("structure", json!("ber_tlv"));
            let mut octets = Vec::new();
            if let Body::Objects(objects) = body {
                for (tag, value) in objects {
                    let (tag, value) = decoded(tag).zip(hex::decode(value)).ok_or("no hex")?;
                    octets.extend(tag);
                    match value.len() {
                        length @ 0..=0x7F => octets.push(length as u8),
                        length @ 0x80..=0xFF => octets.extend([0x81, length as u8]),
                        length => {
                            octets.push(0x82);
                            let length =
                                u16::try_from(length).map_err(|_| "an object is too long")?;
                            octets.extend(length.to_be_bytes());
                        }
                    }
                    octets.extend(value);
                }
            }
            put("size", json!(size.max(octets.len() as u32).max(1)));
            put("contents", json!(hex::encode(&octets)));
        }
        _ => return Err("structure and contents do not fit".to_owned()),
    }
    Ok(())
}
