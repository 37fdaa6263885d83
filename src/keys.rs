//! Which key does what: one table for the keyboard and for the help. Keys of panes stand in the
//! table of panes.
//!
//! Pure; knows no events of a browser, only the names it gives to keys.

use crate::panes::{PANES, Stand};
use crate::state::{Action, InspectAction, ShellAction, SideAction, TimeAction};
use crate::words::say_of;
use dmsc_core::trace::Layer;

/// Keys for people that belong to no pane; what they do stands in the words under `key.` and
/// the name.
const KEYS: &[(&str, &str)] = &[
    ("Space", "play"),
    ("→ ←", "move"),
    ("Shift → ←", "section"),
    ("Home End", "ends"),
    ("+ −", "speed"),
    ("1 … 5", "depth"),
    ("Enter", "row"),
    ("T", "changes"),
    ("I", "tab"),
    ("F6", "panes"),
    ("D", "theme"),
    ("P", "large"),
];

/// All keys for people, and what they do.
pub fn help() -> Vec<(&'static str, &'static str)> {
    let keys = KEYS.iter().map(|(keys, name)| (*keys, say_of("key", name)));
    let panes = PANES.iter().filter(|row| !row.key.is_empty());
    let panes = panes.map(|row| (row.key, say_of("pane-key", row.id)));
    let close = std::iter::once(("Esc", say_of("key", "close")));
    keys.chain(panes).chain(close).collect()
}

/// What a key asks for at the present row `cursor`.
pub fn action(key: &str, shift: bool, cursor: u32) -> Option<Action> {
    if let Some(row) = PANES.iter().find(|row| row.key.eq_ignore_ascii_case(key)) {
        let action = match row.stands {
            Stand::Above => ShellAction::ToggleAbove(row.id),
            _ => ShellAction::Toggle(row.id),
        };
        return (!key.is_empty()).then_some(action.into());
    }
    Some(match key {
        " " => TimeAction::TogglePlay.into(),
        "ArrowRight" if shift => TimeAction::MoveSection(true).into(),
        "ArrowLeft" if shift => TimeAction::MoveSection(false).into(),
        "ArrowRight" => TimeAction::Move(1).into(),
        "ArrowLeft" => TimeAction::Move(-1).into(),
        "Home" => TimeAction::Home.into(),
        "End" => TimeAction::End.into(),
        "+" | "=" | ">" => TimeAction::Faster(true).into(),
        "-" | "−" | "<" => TimeAction::Faster(false).into(),
        "1" | "2" | "3" | "4" | "5" => {
            let at = usize::from(key.as_bytes()[0] - b'1');
            TimeAction::SetDepth(Layer::ALL[at]).into()
        }
        "Enter" => TimeAction::ToggleRow(cursor).into(),
        "t" | "T" => SideAction::ToggleScope.into(),
        "i" | "I" => InspectAction::NextTab.into(),
        "d" | "D" => ShellAction::NextTheme.into(),
        "p" | "P" => ShellAction::ToggleLarge.into(),
        "Escape" => Action::Close,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_what_the_help_says() {
        let cases: [(&str, bool, Action); 8] = [
            (" ", false, TimeAction::TogglePlay.into()),
            ("ArrowRight", false, TimeAction::Move(1).into()),
            ("ArrowLeft", true, TimeAction::MoveSection(false).into()),
            ("5", false, TimeAction::SetDepth(Layer::Apdu).into()),
            ("Enter", false, TimeAction::ToggleRow(7).into()),
            ("c", false, ShellAction::Toggle("card").into()),
            ("S", true, ShellAction::ToggleAbove("settings").into()),
            ("?", true, ShellAction::ToggleAbove("help").into()),
        ];
        for (key, shift, wanted) in cases {
            assert_eq!(action(key, shift, 7), Some(wanted), "{key}");
        }
        assert_eq!(action("x", false, 0), None);
        assert_eq!(action("", false, 0), None);
        for (keys, what) in help() {
            assert!(!what.is_empty(), "{keys}");
        }
    }
}
