//! The panes of the page, and the screens made of them: two tables. A pane is a folder here and
//! a line in [`PANES`]; header, tabs, keys, help and addresses read the table.

pub mod architecture;
pub mod card;
pub mod help;
pub mod inspector;
pub mod ladder;
pub mod menu;
pub mod settings;
pub mod tree;

use crate::hooks::Scene;
use crate::state::State;
use yew::Html;

/// Names a pane, in addresses and orders too.
pub type PaneId = &'static str;

/// Row of the table of panes. What it is called stands in the words under `pane.` and its id,
/// and what its key does under `pane-key.`.
pub struct Pane {
    /// Its name in addresses, orders and words.
    pub id: PaneId,
    /// The key that brings it to the front or opens it; empty for none.
    pub key: &'static str,
    /// Where it stands on a wide page.
    pub stands: Stand,
    /// Draws it.
    pub view: fn(&Scene, &State) -> Html,
}

/// Where a pane stands on a wide page. Panes with the same stand share one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Upper left: where things happen.
    Stage,
    /// Lower left: when they happen.
    Story,
    /// Upper right: what they did.
    Side,
    /// Lower right: why.
    Why,
    /// Above the page, while it is open.
    Above,
}

/// Every pane. Of those that share a place the first is in front by itself.
pub const PANES: &[Pane] = &[
    architecture::PANE,
    ladder::PANE,
    tree::PANE,
    card::PANE,
    inspector::PANE,
    settings::PANE,
    help::PANE,
    menu::PANE,
];

/// A screen: which panes stand where, at each width.
pub struct Screen {
    /// Its name in addresses and words.
    pub id: &'static str,
    /// Columns of a wide page.
    pub wide: &'static [&'static [Slot]],
    /// Columns of a page of middle width.
    pub medium: &'static [&'static [Slot]],
    /// The one column of a narrow page.
    pub narrow: &'static [&'static [Slot]],
}

/// A place on the page and the panes that can stand there, one at a time.
pub struct Slot {
    /// The panes.
    pub panes: &'static [PaneId],
    /// The one that stands there by itself.
    pub first: PaneId,
    /// Tabs above the place choose; without tabs the panes' own heads do.
    pub tabs: bool,
}

const fn one(panes: &'static [PaneId]) -> Slot {
    Slot {
        panes,
        first: panes[0],
        tabs: false,
    }
}

const fn tabs(panes: &'static [PaneId], first: PaneId) -> Slot {
    Slot {
        panes,
        first,
        tabs: true,
    }
}

const LEFT: &[Slot] = &[one(&[architecture::ID]), one(&[ladder::ID])];

/// Every screen; the first is the one of an address that names none.
pub const SCREENS: &[Screen] = &[Screen {
    id: "play",
    wide: &[LEFT, &[one(&[tree::ID, card::ID]), one(&[inspector::ID])]],
    medium: &[
        LEFT,
        &[tabs(&[tree::ID, card::ID, inspector::ID], tree::ID)],
    ],
    narrow: &[&[tabs(
        &[
            architecture::ID,
            ladder::ID,
            tree::ID,
            card::ID,
            inspector::ID,
        ],
        ladder::ID,
    )]],
}];

/// The row of a pane.
pub fn find(id: &str) -> Option<&'static Pane> {
    PANES.iter().find(|row| row.id == id)
}

/// Where a pane stands on a wide page.
pub fn place(id: PaneId) -> Option<Stand> {
    find(id).map(|row| row.stands)
}

/// The pane that is in front of a place by itself.
pub fn first_in(place: Option<Stand>) -> Option<PaneId> {
    let first = PANES.iter().find(|row| Some(row.stands) == place)?;
    Some(first.id)
}

impl Slot {
    /// The pane that stands here, when these were brought to the front.
    pub fn shown(&self, front: &[PaneId]) -> PaneId {
        let last = front.iter().rev().find(|pane| self.panes.contains(pane));
        last.copied().unwrap_or(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn each_pane_is_named_once_and_has_its_words() {
        let keyed = PANES.iter().filter(|row| !row.key.is_empty());
        let keys = PANES.iter().map(|row| format!("pane.{}", row.id));
        let keys = keys.chain(keyed.map(|row| format!("pane-key.{}", row.id)));
        let keys = keys.chain(SCREENS.iter().map(|screen| format!("screen.{}", screen.id)));
        let missing: Vec<String> = keys.filter(|key| words::find(key).is_none()).collect();
        assert!(missing.is_empty(), "not in static/words/en.md: {missing:?}");
        for (at, row) in PANES.iter().enumerate() {
            assert!(
                PANES[..at].iter().all(|other| other.id != row.id),
                "{}",
                row.id
            );
            let same_key = |other: &&Pane| other.key == row.key && !row.key.is_empty();
            assert_eq!(
                PANES.iter().filter(same_key).count(),
                usize::from(!row.key.is_empty())
            );
        }
    }

    #[test]
    fn every_pane_stands_somewhere_at_every_width() {
        let mut bad = Vec::new();
        for screen in SCREENS {
            let widths = [
                ("wide", screen.wide),
                ("medium", screen.medium),
                ("narrow", screen.narrow),
            ];
            for (width, columns) in widths {
                let slots: Vec<&Slot> = columns.iter().flat_map(|column| column.iter()).collect();
                for slot in &slots {
                    assert!(slot.panes.contains(&slot.first));
                    assert!(slot.panes.iter().all(|pane| find(pane).is_some()));
                }
                for row in PANES.iter().filter(|row| row.stands != Stand::Above) {
                    let places = slots.iter().filter(|slot| slot.panes.contains(&row.id));
                    let count = places.count();
                    if count != 1 {
                        let screen = screen.id;
                        bad.push(format!("{} has {count} places in {screen}.{width}", row.id));
                    }
                }
            }
        }
        assert!(bad.is_empty(), "{bad:#?}");
    }

    #[test]
    fn the_last_pane_brought_to_the_front_stands_in_front() {
        let all = &SCREENS[0].narrow[0][0];
        assert_eq!(all.shown(&[]), "ladder");
        assert_eq!(all.shown(&["card", "inspector"]), "inspector");
        let side = &SCREENS[0].wide[1][0];
        assert_eq!(side.shown(&["card", "inspector"]), "card");
        assert_eq!(side.shown(&["inspector"]), "tree");
    }
}
