//! Which key does what: one table for the keyboard and for the help.
//!
//! Pure; knows no events of a browser, only the names it gives to keys.

use crate::state::{Action, Panel};
use dmsc_core::trace::Layer;

/// Keys for people, and what they do.
pub const HELP: &[(&str, &str)] = &[
    ("Space", "play or pause"),
    ("→ ←", "next or previous row"),
    ("Shift → ←", "next or previous step of the enabler"),
    ("Home End", "first or last row"),
    ("+ −", "faster or slower, 0.25 to 4 times"),
    ("1 … 5", "depth: steps, packages, HTTP, toolkit, APDU"),
    ("Enter", "open the present row in place, or close it"),
    ("C", "the card in the place of the tree, or back"),
    (
        "T",
        "tree and card: changes of this step or of the whole run",
    ),
    ("I", "inspector: fields, XML, bytes"),
    ("D", "colours: system, light, dark"),
    ("P", "presenter's size"),
    ("S", "settings of the run"),
    ("?", "this list"),
    ("Esc", "close, or give up a choice"),
];

/// What a key asks for at the present row `cursor`.
pub fn action(key: &str, shift: bool, cursor: u32) -> Option<Action> {
    Some(match key {
        " " => Action::TogglePlay,
        "ArrowRight" if shift => Action::MoveSection(true),
        "ArrowLeft" if shift => Action::MoveSection(false),
        "ArrowRight" => Action::Move(1),
        "ArrowLeft" => Action::Move(-1),
        "Home" => Action::Home,
        "End" => Action::End,
        "+" | "=" | ">" => Action::Faster(true),
        "-" | "−" | "<" => Action::Faster(false),
        "1" | "2" | "3" | "4" | "5" => {
            let at = usize::from(key.as_bytes()[0] - b'1');
            Action::SetDepth(Layer::ALL[at])
        }
        "Enter" => Action::ToggleRow(cursor),
        "c" | "C" => Action::ToggleCard,
        "t" | "T" => Action::ToggleTreeScope,
        "i" | "I" => Action::NextTab,
        "d" | "D" => Action::NextTheme,
        "p" | "P" => Action::ToggleLarge,
        "s" | "S" => Action::TogglePanel(Panel::Settings),
        "?" => Action::TogglePanel(Panel::Help),
        "Escape" => Action::Close,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_what_the_help_says() {
        assert_eq!(action(" ", false, 0), Some(Action::TogglePlay));
        assert_eq!(action("ArrowRight", false, 0), Some(Action::Move(1)));
        assert_eq!(
            action("ArrowLeft", true, 0),
            Some(Action::MoveSection(false))
        );
        assert_eq!(action("5", false, 0), Some(Action::SetDepth(Layer::Apdu)));
        assert_eq!(action("Enter", false, 7), Some(Action::ToggleRow(7)));
        assert_eq!(action("c", false, 0), Some(Action::ToggleCard));
        assert_eq!(action("x", false, 0), None);
    }
}
