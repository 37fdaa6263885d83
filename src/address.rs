//! The grammar of addresses: `#/scenario/step/field?key=value&…`, and `#/~screen/scenario/…` for
//! another screen than the first.
//!
//! | key | what | written by |
//! |---|---|---|
//! | `depth` `at` `rows` | time | `state::time` |
//! | `tab` `folded` | what is looked into | `state::inspect` |
//! | `changes` `node` `card` `file` `open` `shut` | tree and card | `state::side` |
//! | `pane` | panes in front and above | `state::shell` |
//! | `seed` `edit` | the run | `state::runs` |
//! | any other | a setting of the run | `state::runs` |
//!
//! `open`, `shut` and `edit` may stand several times. Older forms are read: `card=3F00/2FE2`.
//!
//! Pure text; knows neither the address bar nor which scenarios, settings and files there are.
//! Never fails: what it cannot read it names.

use crate::panes;
use crate::state::inspect::InspectText;
use crate::state::runs::RunText;
use crate::state::shell::ShellText;
use crate::state::side::SideText;
use crate::state::time::TimeText;
use crate::words::fill;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt::Write;

/// The longest address that is read; what comes after is cut.
pub const LONGEST: usize = 4096;

/// What an address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Screen; `None` for the first one.
    pub screen: Option<String>,
    /// The run.
    pub run: RunText,
    /// Time within it.
    pub time: TimeText,
    /// What is looked into.
    pub inspect: InspectText,
    /// Tree and card.
    pub side: SideText,
    /// All around.
    pub shell: ShellText,
    /// What could not be read, one sentence each; never written.
    pub problems: Vec<String>,
}

impl Address {
    /// Reads the part of an address from `#` on.
    pub fn parse(hash: &str) -> Address {
        let mut address = Address::default();
        let mut problems = Vec::new();
        let mut end = hash.len().min(LONGEST);
        while !hash.is_char_boundary(end) {
            end -= 1;
        }
        let text = hash[..end].trim_start_matches('#').trim_start_matches('/');
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
        if let Some(screen) = parts.next_if(|part| part.starts_with('~')) {
            let screen = decoded(&screen[1..]);
            if screen != panes::SCREENS[0].id {
                if panes::SCREENS.iter().any(|one| one.id == screen) {
                    address.screen = Some(screen);
                } else {
                    let known = panes::SCREENS.iter().map(|one| one.id);
                    let known = known.collect::<Vec<_>>().join(", ");
                    problems.push(fill(
                        "address.no-screen",
                        &[("screen", screen), ("known", known)],
                    ));
                }
            }
        }
        let scenario = parts.next().map(decoded);
        let step = parts.next();
        let field = parts.next();
        if let Some(rest) = parts.next() {
            problems.push(fill("address.rest", &[("rest", decoded(rest))]));
        }
        let mut query = Query::parse(query);
        address.time = TimeText::read(&mut query, &mut problems);
        address.inspect = InspectText::read(&mut query, &mut problems);
        address.side = SideText::read(&mut query, &mut problems);
        address.shell = ShellText::read(&mut query);
        address.run = RunText::read(&mut query, &mut problems);
        address.run.scenario = scenario;
        if let Some(step) = step {
            match step.parse() {
                Ok(id) => address.time.step = Some(id),
                Err(_) => {
                    problems.push(fill("address.step-is-number", &[("step", decoded(step))]));
                }
            }
        }
        if let Some(field) = field {
            match read_field_path(field) {
                Some(path) => address.inspect.field = path,
                None => problems.push(fill("address.no-place", &[("place", decoded(field))])),
            }
        }
        address.problems = problems;
        address
    }

    /// The address as text, beginning with `#`. Problems are not written.
    pub fn format(&self) -> String {
        let mut text = String::from("#/");
        if let Some(screen) = &self.screen {
            let _ = write!(text, "~{}/", utf8_percent_encode(screen, &ESCAPED));
        }
        let scenario = self.run.scenario.as_deref().unwrap_or_default();
        text.extend(utf8_percent_encode(scenario, &ESCAPED));
        if let Some(step) = self.time.step {
            let _ = write!(text, "/{step}");
            if !self.inspect.field.is_empty() {
                text.push('/');
                text.push_str(&field_path(&self.inspect.field));
            }
        }
        let mut query = Query::default();
        self.time.write(&mut query);
        self.side.write(&mut query, self.shell.shows_card());
        self.inspect.write(&mut query);
        self.shell.write(&mut query);
        self.run.write(&mut query);
        query.format(&mut text);
        text
    }
}

/// Keys and values after the question mark, in their order.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    fn parse(text: &str) -> Query {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Query(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(key, value)| (decoded(key), decoded(value)))
                // What has no name is nothing.
                .filter(|(key, _)| !key.is_empty())
                .collect(),
        )
    }

    fn format(&self, text: &mut String) {
        for (at, (key, value)) in self.0.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.extend(utf8_percent_encode(key, &ESCAPED));
            if !value.is_empty() {
                text.push('=');
                text.extend(utf8_percent_encode(value, &ESCAPED_IN_VALUE));
            }
        }
    }

    /// Writes a key with its value.
    pub(crate) fn push(&mut self, key: &str, value: impl Into<String>) {
        self.0.push((key.to_owned(), value.into()));
    }

    /// The last value of a key, which is not there any more afterwards.
    pub(crate) fn take(&mut self, key: &str) -> Option<String> {
        self.take_all(key).pop()
    }

    /// All values of a key, which is not there any more afterwards.
    pub(crate) fn take_all(&mut self, key: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(other, _)| other == key);
        taken.map(|(_, value)| value).collect()
    }

    /// The last value of a key, which stays.
    pub(crate) fn peek(&self, key: &str) -> Option<String> {
        let found = self.0.iter().rfind(|(other, _)| other == key);
        found.map(|(_, value)| value.clone())
    }

    /// All that nobody took.
    pub(crate) fn rest(&mut self) -> impl Iterator<Item = (String, String)> {
        std::mem::take(&mut self.0).into_iter()
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

/// Letters, digits and these stand for themselves in an address.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b',');

/// In a value these have no meaning either, and paths and edits read better with them.
const ESCAPED_IN_VALUE: AsciiSet = ESCAPED.remove(b'/').remove(b':').remove(b'=');

/// Percent signs followed by two digits become bytes; others stay, and so do bytes that are no
/// text, as replacement characters.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Ordered;
    use crate::state::{Tab, TreeScope};
    use dmsc_core::trace::Layer;
    use proptest::prelude::*;

    /// Keys that are no settings.
    const KEYS: [&str; 14] = [
        "depth", "at", "rows", "tab", "folded", "changes", "node", "card", "file", "open", "shut",
        "pane", "seed", "edit",
    ];

    fn full() -> Address {
        let hash = "#/remote-trigger/57/0.3.1?depth=apdu&at=3&rows=12,-40&card=3F00/7FFF/6F07\
                    &changes=step&node=./A%20b&open=x&shut=y&tab=xml&folded=0.1,2\
                    &pane=inspector,settings&seed=2&answer=reject&odd%20key=%C3%A4%25%3F\
                    &edit=message-sent.2:drop&edit=41:set=3.00FF\
                    &edit=message-sent:value=VerProto=DM/2.0\
                    &edit=2:replace-xml=%3Ca%3E%26amp%3B%3C/a%3E";
        let address = Address::parse(hash);
        assert_eq!(address.problems, [""; 0]);
        assert_eq!(address.format(), hash);
        address
    }

    #[test]
    fn an_address_reads_as_documented() {
        let address = full();
        assert_eq!(address.run.scenario.as_deref(), Some("remote-trigger"));
        assert_eq!(address.time.step, Some(57));
        assert_eq!(address.time.at, Some(3));
        assert_eq!(address.time.depth, Some(Layer::Apdu));
        assert_eq!(address.time.rows, Ordered::from([(12, true), (40, false)]));
        assert_eq!(address.inspect.field, [0, 3, 1]);
        assert_eq!(address.inspect.tab, Tab::Xml);
        assert_eq!(
            address.inspect.folded,
            Ordered::from([(vec![0, 1], ()), (vec![2], ())])
        );
        assert_eq!(address.side.scope, TreeScope::Step);
        assert_eq!(address.side.file.as_deref(), Some("3F00/7FFF/6F07"));
        assert_eq!(address.side.node.as_deref(), Some("./A b"));
        assert_eq!(address.shell.panes, ["card", "inspector", "settings"]);
        assert_eq!(address.run.seed, Some(2));
        assert_eq!(address.run.settings["odd key"], "ä%?");
        assert_eq!(
            address.run.edits,
            [
                "message-sent.2:drop",
                "41:set=3.00FF",
                "message-sent:value=VerProto=DM/2.0",
                "2:replace-xml=<a>&amp;</a>"
            ]
        );
    }

    #[test]
    fn older_addresses_and_the_name_of_the_first_screen_are_read() {
        let old = Address::parse("#/local-trigger/12?card=3F00/2FE2&depth=packages");
        assert_eq!(old.shell.panes, ["card"]);
        assert_eq!(old.side.file.as_deref(), Some("3F00/2FE2"));
        assert_eq!(old.format(), "#/local-trigger/12?card=3F00/2FE2");
        let card = Address::parse("#/local-trigger?card");
        assert_eq!((card.shell.panes.len(), &card.side.file), (1, &None));
        assert_eq!(card.format(), "#/local-trigger?card");
        let play = Address::parse("#/~play/local-trigger/3");
        assert_eq!(play.format(), "#/local-trigger/3");
        assert_eq!(play.problems, [""; 0]);
    }

    #[test]
    fn nothing_is_no_problem() {
        for text in ["", "#", "#/", "#//", "#/?", "#?&&"] {
            assert_eq!(Address::parse(text), Address::default(), "{text}");
        }
    }

    #[test]
    fn hostile_addresses_are_named_not_followed() {
        let address = Address::parse("#/~moon/x/-1/a.b/c?depth=core&seed=-9&tab=9&at=z&%zz=%F0%28");
        assert_eq!((address.time.step, address.time.at), (None, None));
        assert_eq!(address.inspect.field, Vec::<usize>::new());
        assert_eq!(address.problems.len(), 8, "{:?}", address.problems);
        assert_eq!(address.run.settings.len(), 1);
        for text in [
            "#/99999999999999999999",
            "#/a/99999999999999999999/1",
            "#/a/1/99999999999999999999999",
            "#/%",
            "#/~%",
            "#/\u{0}<script>",
            "?????",
            "#/ä/1?ö=%C3",
        ] {
            let _ = Address::parse(text).format();
        }
        let long = format!("#/{}", "ä".repeat(10_000));
        assert!(Address::parse(&long).run.scenario.unwrap_or_default().len() <= LONGEST);
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z./0-9-]{1,12}", "[ä%&=?#~+ /\u{1F600}]{1,6}"]
    }

    fn any_address() -> impl Strategy<Value = Address> {
        let path = (
            any_text(),
            any::<u32>(),
            prop::collection::vec(0usize..99, 0..4),
        );
        let time = (
            prop::option::of(any::<u32>()),
            prop::option::of(prop::sample::select(vec![
                Layer::Steps,
                Layer::Http,
                Layer::Apdu,
            ])),
            prop::collection::btree_map(any::<u32>(), any::<bool>(), 0..4),
        );
        let inspect = (
            prop::sample::select(Tab::ALL.to_vec()),
            prop::collection::btree_set(prop::collection::vec(0usize..9, 1..3), 0..3),
        );
        let side = (
            any::<bool>(),
            prop::option::of(any_text()),
            prop::option::of(any_text()),
            prop::collection::btree_map(any_text(), any::<bool>(), 0..3),
            prop::sample::subsequence(vec!["card", "inspector", "help", "x"], 0..4),
        );
        let run = (
            prop::option::of(any::<u64>()),
            prop::collection::btree_map(any_text(), any_text(), 0..4),
            prop::collection::vec(any_text(), 0..4),
        );
        (path, time, inspect, side, run).prop_map(|(path, time, inspect, side, run)| {
            let mut address = Address::default();
            address.run.scenario = Some(path.0.replace('~', "-"));
            address.time.step = Some(path.1);
            address.inspect.field = path.2;
            (address.time.at, address.time.depth) = (time.0, time.1);
            address.time.rows = time.2.into_iter().collect();
            address.inspect.tab = inspect.0;
            address.inspect.folded = inspect.1.into_iter().map(|path| (path, ())).collect();
            address.side.scope = if side.0 {
                TreeScope::Step
            } else {
                TreeScope::Run
            };
            (address.side.node, address.side.file) = (side.1, side.2);
            address.side.branches = side.3.into_iter().collect();
            address.shell.panes = side.4.into_iter().map(str::to_owned).collect();
            (address.run.seed, address.run.settings, address.run.edits) = run;
            address
                .run
                .settings
                .retain(|key, _| !KEYS.contains(&key.as_str()));
            address
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(address in any_address()) {
            let text = address.format();
            prop_assume!(text.len() <= LONGEST);
            prop_assert_eq!(Address::parse(&text), address);
        }

        #[test]
        fn what_is_read_is_written_and_read_alike(text in "[#/~a-z0-9?&=.,%ä-]{0,60}") {
            let mut read = Address::parse(&text);
            read.problems.clear();
            // A field is of a step; without one it is not written.
            if read.time.step.is_none() {
                read.inspect.field.clear();
            }
            prop_assert_eq!(Address::parse(&read.format()), read);
        }
    }
}
