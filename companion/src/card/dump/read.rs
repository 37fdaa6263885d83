//! The two forms of a dump: JSON by `fsdump`, a script by `export`.

use dmsc_core::codec::hex;
use serde_json::Value;

/// What a dump says of one file.
#[derive(Debug)]
pub(super) struct Dumped {
    pub(super) fcp: Vec<u8>,
    pub(super) body: Body,
}

#[derive(Debug, Default)]
pub(super) enum Body {
    /// Not in the dump.
    #[default]
    Unknown,
    Octets(String),
    Records(Vec<String>),
    /// Values by their tags, both in hex.
    Objects(Vec<(String, String)>),
}

/// Files by the names on the way from the MF, in the dump's order.
pub(super) type Files = Vec<(Vec<String>, Dumped)>;

/// `fsdump`: an object `files` with an object for each path.
pub(super) fn of_json(text: &str) -> Result<(Option<String>, Files), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let all = value["files"].as_object();
    let all = all.ok_or("no \"files\": not what fsdump of pySim-shell writes")?;
    let mut files = Files::new();
    for (path, file) in all {
        let bytes = |text: &Value| text.as_str().map(str::to_owned);
        let body = match &file["body"] {
            Value::Null => Body::Unknown,
            Value::String(octets) => Body::Octets(octets.clone()),
            Value::Array(records) if records.iter().all(Value::is_string) => {
                Body::Records(records.iter().filter_map(bytes).collect())
            }
            Value::Object(objects) if objects.values().all(Value::is_string) => {
                let objects = objects.iter();
                Body::Objects(
                    objects
                        .filter_map(|(tag, v)| Some((tag.clone(), bytes(v)?)))
                        .collect(),
                )
            }
            _ => {
                return Err(format!(
                    "{path}: contents without bytes; dump without --json"
                ));
            }
        };
        if let Some(fcp) = file["fcp_raw"].as_str() {
            let fcp = decoded(fcp).ok_or_else(|| format!("{path}: fcp_raw is not hex"))?;
            files.push((names(path), Dumped { fcp, body }));
        }
    }
    Ok((value["atr"].as_str().map(str::to_owned), files))
}

/// `export`: the FCP in a remark, then how the file is selected and written.
pub(super) fn of_script(text: &str) -> Result<Files, String> {
    let mut files = Files::new();
    let mut fcp: Option<Vec<u8>> = None;
    let mut is_known = false;
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", number + 1);
        let line = line.trim();
        if let Some(template) = line.strip_prefix("# RAW FCP Template:") {
            fcp = decoded(template.trim());
            continue;
        }
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or("#");
        let mut word = || words.next().ok_or_else(|| wrong("an argument is missing"));
        if verb.starts_with('#') {
            continue;
        }
        if verb == "select" {
            // A file without FCP, such as an application that has no files.
            is_known = fcp.is_some();
            if let Some(fcp) = fcp.take() {
                let body = Body::Unknown;
                files.push((names(word()?), Dumped { fcp, body }));
            }
            continue;
        }
        let Some((_, file)) = files.last_mut().filter(|_| is_known) else {
            continue;
        };
        match (verb, &mut file.body) {
            ("update_binary", body @ Body::Unknown) => *body = Body::Octets(word()?.to_owned()),
            ("update_record", body @ (Body::Unknown | Body::Records(_))) => {
                let place: usize = word()?.parse().map_err(|_| wrong("no record number"))?;
                let record = word()?.to_owned();
                let mut records = match std::mem::take(body) {
                    Body::Records(records) => records,
                    _ => Vec::new(),
                };
                if place != records.len() + 1 {
                    return Err(wrong("records come one after the other"));
                }
                records.push(record);
                *body = Body::Records(records);
            }
            ("set_data", body @ (Body::Unknown | Body::Objects(_))) => {
                let tag = word()?.trim_start_matches("0x").to_owned();
                let value = word()?.to_owned();
                let mut objects = match std::mem::take(body) {
                    Body::Objects(objects) => objects,
                    _ => Vec::new(),
                };
                objects.push((tag, value));
                *body = Body::Objects(objects);
            }
            // All objects go before they are set.
            ("delete_all", _) => {}
            _ => return Err(wrong(&format!("{verb} here is nothing that export writes"))),
        }
    }
    if files.is_empty() {
        return Err(
            "no file: neither what fsdump nor what export of pySim-shell writes".to_owned(),
        );
    }
    Ok(files)
}

fn names(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).filter(|bytes| !bytes.is_empty())
}
