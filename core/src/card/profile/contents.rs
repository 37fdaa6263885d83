//! Contents of files as a profile writes them: hex, or a form that people can read.

use super::ProfileError;
use super::place::Place;
use crate::codec::{access, ef};

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
        return short(&at, ef::iccid(digits));
    }
    if let Some((at, digits)) = text("imsi")? {
        return short(&at, ef::imsi(digits));
    }
    if let Some((at, digits)) = text("imsi_m")? {
        return short(&at, ef::imsi_m(digits));
    }
    if let Some((at, name)) = text("spn")? {
        let display = place
            .member("display")
            .map_or(Ok(0), |at| at.number(0..=255))?;
        return short(&at, ef::spn(display as u8, name, room));
    }
    for (key, bits) in [("services", 1), ("gsm_services", 2)] {
        if let Some(at) = place.member(key) {
            let mut numbers = Vec::new();
            for number in at.list()? {
                numbers.push(number.number(1..=(room as u64) * 8 / bits)? as usize);
            }
            return Ok(ef::services(&numbers, bits as usize));
        }
    }
    if let Some((at, plmn)) = text("plmn")? {
        return short(&at, ef::plmn(plmn).map(|plmn| plmn.to_vec()));
    }
    if let Some(at) = place.member("application") {
        let label = place.member("label").map_or(Ok(""), |at| at.text())?;
        let path = place.member("path").map_or(Ok(Vec::new()), |at| at.hex())?;
        return short(&at, ef::application(&at.hex()?, label, &path));
    }
    if let Some((at, number)) = text("number")? {
        let name = place.member("name").map_or(Ok(""), |at| at.text())?;
        return short(&at, ef::dialling_number(name, number, room));
    }
    if let Some((at, number)) = text("centre")? {
        return short(&at, ef::service_centre(number, room));
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
        let encoded =
            access::encode(&[words]).ok_or_else(|| pair.wrong("no such operation or condition"))?;
        rule.extend(encoded);
    }
    Ok(rule)
}
