//! The address of a moment: `#/scenario/step/field?setting=value`, and back.
//!
//! Pure text; knows neither the address bar nor which scenarios and settings there are. Never
//! fails: what it cannot read it names.

use dmsc_core::trace::Layer;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The longest address that is read; what comes after is cut.
const LONGEST: usize = 4096;

/// What an address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Scenario id; `None` when the address names none.
    pub scenario: Option<String>,
    /// Step id.
    pub step: Option<u32>,
    /// Place of a field: the index at each level.
    pub field: Vec<usize>,
    /// Depth of zoom.
    pub depth: Option<Layer>,
    /// The card is shown, with this file open; empty for none.
    pub card: Option<String>,
    /// Seed of the run.
    pub seed: Option<u64>,
    /// Settings by key; not checked.
    pub settings: BTreeMap<String, String>,
    /// What is done to the run, in this order; not checked.
    pub edits: Vec<String>,
    /// What could not be read, one sentence each.
    pub problems: Vec<String>,
}

impl Route {
    /// Reads the part of an address from `#` on.
    pub fn parse(hash: &str) -> Route {
        let mut route = Route::default();
        let mut end = hash.len().min(LONGEST);
        while !hash.is_char_boundary(end) {
            end -= 1;
        }
        let text = hash[..end].trim_start_matches('#').trim_start_matches('/');
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        route.scenario = parts.next().map(decoded);
        if let Some(step) = parts.next() {
            match step.parse() {
                Ok(id) => route.step = Some(id),
                Err(_) => route.problems.push(format!(
                    "\"{}\" is no step: steps are numbers.",
                    decoded(step)
                )),
            }
        }
        if let Some(field) = parts.next() {
            match read_field_path(field) {
                Some(path) => route.field = path,
                None => route.problems.push(format!(
                    "\"{}\" is no place of a field: places look like 0.3.1.",
                    decoded(field)
                )),
            }
        }
        if let Some(rest) = parts.next() {
            route.problems.push(format!(
                "\"{}\" stands after the field and means nothing.",
                decoded(rest)
            ));
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decoded(key), decoded(value));
            match key.as_str() {
                "depth" => match Layer::from_id(&value) {
                    Some(depth) => route.depth = Some(depth),
                    None => route.problems.push(format!(
                        "There is no depth \"{value}\"; there are {}.",
                        Layer::ALL.map(Layer::id).join(", ")
                    )),
                },
                "card" => route.card = Some(value),
                "edit" => route.edits.push(value),
                "seed" => match value.parse() {
                    Ok(seed) => route.seed = Some(seed),
                    Err(_) => route
                        .problems
                        .push(format!("\"{value}\" is no seed: a seed is a whole number.")),
                },
                _ => {
                    route.settings.insert(key, value);
                }
            }
        }
        route
    }

    /// The address, beginning with `#`. Problems are not written.
    pub fn format(&self) -> String {
        let mut text = format!("#/{}", encoded(self.scenario.as_deref().unwrap_or("")));
        if let Some(step) = self.step {
            let _ = write!(text, "/{step}");
            if !self.field.is_empty() {
                text.push('/');
                text.push_str(&field_path(&self.field));
            }
        }
        let mut separator = '?';
        let mut pair = |key: &str, value: &str| {
            let _ = write!(text, "{separator}{}", encoded(key));
            if !value.is_empty() {
                // These have no meaning there, and paths and edits read better with them.
                let value = encoded(value);
                let plain = value.replace("%2F", "/").replace("%3A", ":");
                let _ = write!(text, "={}", plain.replace("%3D", "="));
            }
            separator = '&';
        };
        if let Some(depth) = self.depth {
            pair("depth", depth.id());
        }
        if let Some(path) = &self.card {
            pair("card", path);
        }
        if let Some(seed) = self.seed {
            pair("seed", &seed.to_string());
        }
        for (key, value) in &self.settings {
            pair(key, value);
        }
        for edit in &self.edits {
            pair("edit", edit);
        }
        text
    }
}

/// A field's place as text: `0.3.1`.
pub fn field_path(path: &[usize]) -> String {
    let parts: Vec<String> = path.iter().map(usize::to_string).collect();
    parts.join(".")
}

/// The place that a text names; empty text is no place, `None` is no text of a place.
pub fn read_field_path(text: &str) -> Option<Vec<usize>> {
    let mut path = Vec::new();
    for part in text.split('.').filter(|_| !text.is_empty()) {
        path.push(part.parse().ok()?);
    }
    Some(path)
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent signs followed by two digits become bytes; others stay, and so do bytes that are no
/// text, as replacement characters.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| {
            bytes
                .get(at + offset)
                .and_then(|byte| (*byte as char).to_digit(16))
        };
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Route {
        Route {
            scenario: Some("remote-trigger".into()),
            step: Some(57),
            field: vec![0, 3, 1],
            depth: Some(Layer::Apdu),
            card: Some("3F00/7FFF/6F07".into()),
            seed: Some(2),
            settings: BTreeMap::from([
                ("answer".into(), "reject".into()),
                ("odd key&".into(), "ä=%?#/".into()),
            ]),
            edits: vec!["message-sent.2:drop".into(), "41:set=3.00FF".into()],
            problems: Vec::new(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Route::parse(&full().format()), full());
        assert!(full().format().contains("&card=3F00/7FFF/6F07&"));
        let card = Route {
            card: Some(String::new()),
            ..full()
        };
        assert!(card.format().contains("&card&"));
        assert_eq!(Route::parse(&card.format()), card);
        let bare = Route {
            scenario: Some("local-trigger".into()),
            ..Route::default()
        };
        assert_eq!(bare.format(), "#/local-trigger");
        assert_eq!(Route::parse("#/local-trigger"), bare);
    }

    #[test]
    fn an_address_reads_as_documented() {
        let route = Route::parse("#/remote-trigger/12/0.3.1?depth=apdu&answer=reject&seed=2");
        assert_eq!(route.scenario.as_deref(), Some("remote-trigger"));
        assert_eq!(route.step, Some(12));
        assert_eq!(route.field, [0, 3, 1]);
        assert_eq!(route.depth, Some(Layer::Apdu));
        assert_eq!(route.seed, Some(2));
        assert_eq!(route.settings["answer"], "reject");
        assert!(route.problems.is_empty());
    }

    #[test]
    fn nothing_is_no_problem() {
        for text in ["", "#", "#/", "#//", "#/?", "#?&&"] {
            assert_eq!(Route::parse(text), Route::default(), "{text}");
        }
    }

    #[test]
    fn hostile_addresses_are_named_not_followed() {
        let route = Route::parse("#/x/-1/a.b/c?depth=core&seed=-9&%zz=%F0%28");
        assert_eq!(route.step, None);
        assert_eq!(route.field, Vec::<usize>::new());
        assert_eq!(route.problems.len(), 5, "{:?}", route.problems);
        assert_eq!(route.settings.len(), 1);
        for text in [
            "#/99999999999999999999",
            "#/a/99999999999999999999/1",
            "#/a/1/99999999999999999999999",
            "#/%",
            "#/%f",
            "#/\u{0}<script>",
            "?????",
            "#/ä/1?ö=%C3",
        ] {
            let _ = Route::parse(text).format();
        }
        let long = format!("#/{}", "ä".repeat(10_000));
        assert!(Route::parse(&long).scenario.unwrap_or_default().len() <= LONGEST);
    }
}
