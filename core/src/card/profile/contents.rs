//! Contents of files as a profile writes them: hex, or a form that people can read.

use super::ProfileError;
use super::place::Place;
use crate::codec::access::Rule;
use crate::codec::ef::{
    Application, DiallingNumber, Iccid, Imsi, ImsiM, Plmn, ServiceCentre, ServiceProviderName,
    Services,
};

/// Octets that contents stand for: hex, one of the readable forms, or a list of both, one after
/// the other. `room` is how many the file or record has; some forms are made for that length.
pub(super) fn octets(place: &Place, room: usize) -> Result<Vec<u8>, ProfileError> {
    let octets = if place.is_list() {
        let mut all = Vec::new();
        for part in place.list()? {
            all.extend(octets(&part, room.saturating_sub(all.len()))?);
        }
        all
    } else if place.is_text() {
        place.hex()?
    } else {
        form(place, room)?
    };
    if octets.len() > room {
        return Err(place.wrong(format!("{} octets, but room for {room}", octets.len())));
    }
    Ok(octets)
}

const FORMS: [&str; 13] = [
    "text",
    "iccid",
    "imsi",
    "imsi_m",
    "display",
    "spn",
    "services",
    "gsm_services",
    "plmn",
    "application",
    "number",
    "centre",
    "rule",
];

fn form(place: &Place, room: usize) -> Result<Vec<u8>, ProfileError> {
    let mut known = FORMS.to_vec();
    known.extend(["name", "label", "path"]);
    place.only(&known)?;
    let short = |at: &Place, value: Option<Vec<u8>>| {
        value.ok_or_else(|| at.wrong("cannot be written in the form of this file"))
    };
    let text = |key: &str| {
        place
            .member(key)
            .map(|at| at.text().map(|t| (at, t)))
            .transpose()
    };
    if let Some((at, text)) = text("text")? {
        return if text.is_ascii() {
            Ok(text.as_bytes().to_vec())
        } else {
            Err(at.wrong("only ASCII"))
        };
    }
    if let Some((at, digits)) = text("iccid")? {
        return short(&at, Iccid::new(digits).map(|value| value.encode()));
    }
    if let Some((at, digits)) = text("imsi")? {
        return short(&at, Imsi::new(digits).map(|value| value.encode()));
    }
    if let Some((at, digits)) = text("imsi_m")? {
        return short(&at, ImsiM::new(digits).map(|value| value.encode()));
    }
    if let Some((at, name)) = text("spn")? {
        let display = place
            .member("display")
            .map_or(Ok(0), |at| at.number(0..=255))?;
        let name = ServiceProviderName::new(display as u8, name, room);
        return short(&at, name.map(|name| name.encode(room.min(17))));
    }
    for (key, bits) in [("services", 1), ("gsm_services", 2)] {
        if let Some(at) = place.member(key) {
            let mut numbers = Vec::new();
            for number in at.list()? {
                numbers.push(number.number(1..=(room as u64) * 8 / u64::from(bits))? as usize);
            }
            return Ok(Services::new(&numbers, bits).bytes);
        }
    }
    if let Some((at, plmn)) = text("plmn")? {
        return short(&at, Plmn::new(plmn).map(|plmn| plmn.0.to_vec()));
    }
    if let Some(at) = place.member("application") {
        let label = place.member("label").map_or(Ok(""), |at| at.text())?;
        let path = place.member("path").map_or(Ok(Vec::new()), |at| at.hex())?;
        let application = Application::new(&at.hex()?, label, &path);
        return short(&at, application.map(|value| value.encode()));
    }
    if let Some((at, number)) = text("number")? {
        let name = place.member("name").map_or(Ok(""), |at| at.text())?;
        let number = DiallingNumber::new(name, number, room);
        return short(&at, number.map(|value| value.encode(room)));
    }
    if let Some((at, number)) = text("centre")? {
        let centre = ServiceCentre::new(number, room);
        return short(&at, centre.map(|value| value.encode(room)));
    }
    if let Some(at) = place.member("rule") {
        return rule(&at);
    }
    Err(place.wrong(format!("expected one of {}", FORMS.join(", "))))
}

/// An access rule: pairs of operations and a condition in words.
pub(super) fn rule(place: &Place) -> Result<Vec<u8>, ProfileError> {
    let mut rule = Vec::new();
    for pair in place.list()? {
        let parts = pair.list()?;
        let [operations, condition] = parts.as_slice() else {
            return Err(pair.wrong("expected operations and a condition"));
        };
        let words = (operations.text()?, condition.text()?);
        let entry = Rule::from_words(&[words])
            .ok_or_else(|| pair.wrong("no such operation or condition"))?;
        rule.extend(entry.encode());
    }
    Ok(rule)
}
