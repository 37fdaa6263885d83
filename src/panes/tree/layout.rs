//! The management tree as rows, with what became of each node between two moments.
//!
//! The only place of the page that asks a snapshot for its nodes. Knows no protocol.

use crate::playback::Run;
use crate::state::Ordered;
use crate::state::side::Branches;
use dmsc_core::tree::{Node, NodeState};
use std::cmp::Ordering;

/// What became of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// It is as it was.
    Same,
    /// It was not there before.
    Added,
    /// Its value or one of its properties is another.
    Replaced,
    /// It is no longer there.
    Deleted,
}

impl Sign {
    /// As drawn.
    pub fn mark(self) -> &'static str {
        match self {
            Sign::Same => "",
            Sign::Added => "+",
            Sign::Replaced => "~",
            Sign::Deleted => "−",
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Sign::Same => "",
            Sign::Added => "added",
            Sign::Replaced => "replaced",
            Sign::Deleted => "deleted",
        }
    }
}

/// One visible node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    /// URI from the root.
    pub uri: String,
    /// Last segment of the URI.
    pub name: String,
    /// How many ancestors.
    pub level: usize,
    /// It can have children.
    pub interior: bool,
    /// It has children, now or before.
    pub openable: bool,
    /// They are shown.
    pub open: bool,
    /// What became of it.
    pub sign: Sign,
    /// What became of the nodes hidden below it: the strongest.
    pub below: Sign,
    /// Its value as text; empty for interior nodes.
    pub value: String,
    /// Its value before, when that was another.
    pub old: Option<String>,
    /// Its Format.
    pub format: String,
    /// The present step changed it.
    pub fresh: bool,
}

/// The tree at one moment, compared with another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// From top to bottom.
    pub rows: Vec<TreeRow>,
    /// How many nodes were added.
    pub added: usize,
    /// How many nodes were replaced.
    pub replaced: usize,
    /// How many nodes were deleted.
    pub deleted: usize,
}

/// What shall be laid out.
pub struct Question<'a> {
    /// The run.
    pub run: &'a Run,
    /// Compare with the tree after this step; `None` is the tree before all steps.
    pub before: Option<u32>,
    /// The tree after this step; `None` is the tree before all steps.
    pub now: Option<u32>,
    /// Nodes changed so far and their ancestors: their branches are open by themselves.
    pub touched: &'a Ordered<String>,
    /// URIs that the present row changed.
    pub fresh: &'a Ordered<String>,
    /// Branches opened and closed by hand.
    pub branches: &'a Branches,
}

impl Tree {
    /// Lays out the tree.
    pub fn new(question: &Question<'_>) -> Self {
        let old = question.run.trace().tree_after(question.before);
        let new = question.run.trace().tree_after(question.now);
        let mut tree = Tree::default();
        let root = Place {
            uri: ".",
            name: ".",
            level: 0,
            visible: true,
        };
        tree.node(question, Some(old.root()), Some(new.root()), &root);
        tree
    }

    /// Lays out one node with all below it; gives the strongest sign among them.
    fn node(
        &mut self,
        question: &Question<'_>,
        before: Option<&Node>,
        after: Option<&Node>,
        place: &Place<'_>,
    ) -> Sign {
        let Some(node) = after.or(before) else {
            return Sign::Same;
        };
        let same = match (before, after) {
            (Some(before), Some(after)) => before.is_same(after),
            _ => false,
        };
        if same && !place.visible {
            return Sign::Same;
        }
        let state = node.state();
        let sign = sign(before.map(Node::state), after.map(Node::state));
        match sign {
            Sign::Same => {}
            Sign::Added => self.added += 1,
            Sign::Replaced => self.replaced += 1,
            Sign::Deleted => self.deleted += 1,
        }
        let children = children(before, after);
        let open = !children.is_empty()
            && question
                .branches
                .get(place.uri)
                .copied()
                .unwrap_or_else(|| place.level == 0 || question.touched.contains(place.uri));
        let row = self.rows.len();
        if place.visible {
            let old_value = match (before, after) {
                (Some(before), Some(after)) if before.state().value != after.state().value => {
                    Some(shown_value(before.state()))
                }
                _ => None,
            };
            self.rows.push(TreeRow {
                uri: place.uri.to_owned(),
                name: place.name.to_owned(),
                level: place.level,
                interior: node.is_interior(),
                openable: !children.is_empty(),
                open,
                sign,
                below: Sign::Same,
                value: shown_value(state),
                old: old_value,
                format: state.format.clone(),
                fresh: question.fresh.contains(place.uri),
            });
        }
        if same && !open {
            return Sign::Same;
        }
        let mut below = Sign::Same;
        for (name, (old, new)) in children {
            let uri = format!("{}/{name}", place.uri);
            let child = Place {
                uri: &uri,
                name,
                level: place.level + 1,
                visible: place.visible && open,
            };
            below = below.max(self.node(question, old, new, &child));
        }
        if place.visible && !open {
            self.rows[row].below = below;
        }
        sign.max(below)
    }
}

/// Where a node stands in the drawing.
struct Place<'a> {
    uri: &'a str,
    name: &'a str,
    level: usize,
    visible: bool,
}

type Pair<'a> = (Option<&'a Node>, Option<&'a Node>);

/// The children before and after, by name; what is gone stays where it was.
fn children<'a>(before: Option<&'a Node>, after: Option<&'a Node>) -> Vec<(&'a str, Pair<'a>)> {
    let mut old = before.into_iter().flat_map(Node::children).peekable();
    let mut new = after.into_iter().flat_map(Node::children).peekable();
    let mut pairs = Vec::new();
    loop {
        // Both come in the order of their names.
        let order = match (old.peek(), new.peek()) {
            (Some((old, _)), Some((new, _))) => old.cmp(new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return pairs,
        };
        let gone = (order != Ordering::Greater).then(|| old.next()).flatten();
        let there = (order != Ordering::Less).then(|| new.next()).flatten();
        if let Some((name, _)) = gone.or(there) {
            pairs.push((
                name,
                (gone.map(|(_, node)| node), there.map(|(_, node)| node)),
            ));
        }
    }
}

fn sign(before: Option<&NodeState>, after: Option<&NodeState>) -> Sign {
    match (before, after) {
        (None, Some(_)) => Sign::Added,
        (Some(_), None) => Sign::Deleted,
        (Some(before), Some(after)) => {
            let same = before.format == after.format
                && before.media_type == after.media_type
                && before.value == after.value
                && before.acl == after.acl
                && before.title == after.title;
            if same { Sign::Same } else { Sign::Replaced }
        }
        (None, None) => Sign::Same,
    }
}

/// A leaf's value for people: text in quotation marks, octets as hex.
pub fn shown_value(state: &NodeState) -> String {
    const LONGEST: usize = 400;
    if state.format == "node" {
        return String::new();
    }
    let text = std::str::from_utf8(&state.value).ok().filter(|text| {
        !matches!(state.format.as_str(), "bin" | "b64")
            && !text.chars().any(|c| c.is_control() && !c.is_whitespace())
    });
    match text {
        Some(text) => {
            let shown: String = text.chars().take(LONGEST).collect();
            match state.format.as_str() {
                "int" | "bool" | "float" | "null" | "date" | "time" => shown,
                _ => format!("\"{shown}\""),
            }
        }
        None => {
            let shown = &state.value[..state.value.len().min(LONGEST / 3)];
            dmsc_core::codec::hex::spaced(shown)
        }
    }
}

/// Everything about one node at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCard {
    /// The node now, or as it last was.
    pub state: NodeState,
    /// It is there now.
    pub exists: bool,
    /// The node whose ACL counts, and that ACL.
    pub acl: (String, String),
    /// The steps that changed it, up to now.
    pub changed_by: Vec<u32>,
}

impl NodeCard {
    /// The node `uri` after the step `now`; `None` when it is neither there nor was before.
    pub fn new(run: &Run, now: u32, uri: &str) -> Option<Self> {
        let tree = run.trace().tree_after(Some(now));
        let mut changed_by = Vec::new();
        let mut last = None;
        for id in run.changing_until(now) {
            for change in run.step(*id).map_or(&[][..], |step| &step.changes) {
                if change.uri == uri || change.new_uri.as_deref() == Some(uri) {
                    changed_by.push(*id);
                    last = change.after.as_ref().or(change.before.as_ref()).or(last);
                }
            }
        }
        changed_by.dedup();
        let present = tree.lookup(uri).map(Node::state);
        let first = run.trace().tree.lookup(uri).map(Node::state);
        let state = present.or(last).or(first)?.clone();
        let mut at = uri;
        let acl = loop {
            let own = if at == uri {
                Some(state.acl.as_str())
            } else {
                tree.lookup(at).map(|node| node.state().acl.as_str())
            };
            match own {
                Some(own) if !own.is_empty() => break (at.to_owned(), own.to_owned()),
                _ => match at.rsplit_once('/') {
                    Some((parent, _)) => at = parent,
                    None => break (at.to_owned(), String::new()),
                },
            }
        };
        Some(NodeCard {
            exists: present.is_some(),
            state,
            acl,
            changed_by,
        })
    }
}

/// Seconds since 1970 as date and time, `2026-10-06 14:32:40`.
pub fn shown_time(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a date in the calendar that counts from March, so that leap days come last.
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = year_of_era + era * 400 + carry;
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_calendar() {
        assert_eq!(shown_time(0), "1970-01-01 00:00:00");
        assert_eq!(shown_time(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(shown_time(1_791_297_160), "2026-10-06 14:32:40");
    }

    #[test]
    fn values_read_as_people_write_them() {
        let leaf = |format: &str, value: &[u8]| NodeState {
            format: format.into(),
            value: value.into(),
            ..NodeState::default()
        };
        assert_eq!(shown_value(&leaf("chr", b"internet")), "\"internet\"");
        assert_eq!(shown_value(&leaf("int", b"42")), "42");
        assert_eq!(shown_value(&leaf("bin", b"42")), "34 32");
        assert_eq!(shown_value(&leaf("chr", b"\x00\xFF")), "00 FF");
        assert_eq!(shown_value(&leaf("node", b"")), "");
    }
}
