//! What a click asks for, as the text of an attribute: `data-order="seek 64"`.
//!
//! The page has one listener that reads it, instead of a listener for each thing that can be
//! clicked. Pure; knows no browser.

use crate::address::{field_path, read_field_path};
use crate::panes;
use crate::state::{Action, InspectAction, ShellAction, SideAction, Tab, TimeAction, TreeScope};
use dmsc_core::trace::Layer;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Change the state.
    Act(Action),
    /// Answer the question: a setting and its value.
    Answer(&'static str, String),
    /// Copy the address of the moment.
    CopyLink,
    /// Set something to a value and make another run: a setting, `scenario`, `seed`.
    Set(String, String),
    /// Put the person's own provisioning document into the card; `None` for the built-in one.
    Provision(Option<(String, Vec<u8>)>),
    /// Take back the edit with this index.
    Unedit(usize),
    /// Stop the engine.
    Stop,
    /// Try to start the engine again.
    Revive,
}

/// The text of an action that can be clicked; empty for others.
pub fn text(action: &Action) -> String {
    match action {
        Action::Time(action) => match action {
            TimeAction::Seek(id) => format!("seek {id}"),
            TimeAction::SeekSection(id) => format!("section {id}"),
            TimeAction::Move(by) => format!("move {by}"),
            TimeAction::Home => "home".to_owned(),
            TimeAction::End => "end".to_owned(),
            TimeAction::TogglePlay => "play".to_owned(),
            TimeAction::SetDepth(depth) => format!("depth {}", depth.id()),
            TimeAction::ToggleRow(id) => format!("row {id}"),
            _ => String::new(),
        },
        Action::Inspect(action) => match action {
            InspectAction::Look(id) => format!("inspect {id}"),
            InspectAction::SelectField(path) => format!("field {}", field_path(path)),
            InspectAction::ToggleField(path) => format!("parts {}", field_path(path)),
            InspectAction::PickByte(byte) => format!("byte {byte}"),
            InspectAction::SetTab(tab) => format!("tab {}", tab.id()),
            _ => String::new(),
        },
        Action::Side(action) => match action {
            SideAction::SetScope(scope) => format!("changes {}", scope.id()),
            SideAction::SetBranch(uri, true) => format!("open {uri}"),
            SideAction::SetBranch(uri, false) => format!("shut {uri}"),
            SideAction::SelectNode(Some(uri)) => format!("node {uri}"),
            SideAction::SelectNode(None) => "no-node".to_owned(),
            SideAction::SelectFile(Some(path)) => format!("file {path}"),
            SideAction::SelectFile(None) => "no-file".to_owned(),
            _ => String::new(),
        },
        Action::Shell(action) => match action {
            ShellAction::Front(pane) => format!("pane {pane}"),
            ShellAction::ToggleAbove(pane) => format!("above {pane}"),
            ShellAction::Notify(_) => "quiet".to_owned(),
            ShellAction::NextTheme => "theme".to_owned(),
            ShellAction::ToggleLarge => "large".to_owned(),
            _ => String::new(),
        },
        Action::Close => "close".to_owned(),
        _ => String::new(),
    }
}

/// Reads an order; `None` for what is none.
pub fn read(text: &str) -> Option<Order> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let id = || rest.parse::<u32>().ok();
    let index = || rest.parse::<usize>().ok();
    let path = || read_field_path(rest);
    let pane = || panes::find(rest).map(|row| row.id);
    let text = || rest.to_owned();
    Some(Order::Act(match word {
        "seek" => TimeAction::Seek(id()?).into(),
        "section" => TimeAction::SeekSection(id()?).into(),
        "move" => TimeAction::Move(rest.parse().ok()?).into(),
        "home" => TimeAction::Home.into(),
        "end" => TimeAction::End.into(),
        "play" => TimeAction::TogglePlay.into(),
        "depth" => TimeAction::SetDepth(Layer::from_id(rest)?).into(),
        "row" => TimeAction::ToggleRow(id()?).into(),
        "inspect" => InspectAction::Look(id()?).into(),
        "field" => InspectAction::SelectField(path()?).into(),
        "parts" => InspectAction::ToggleField(path()?).into(),
        "byte" => InspectAction::PickByte(index()?).into(),
        "tab" => InspectAction::SetTab(Tab::from_id(rest)?).into(),
        "changes" => SideAction::SetScope(TreeScope::from_id(rest)?).into(),
        "open" => SideAction::SetBranch(text(), true).into(),
        "shut" => SideAction::SetBranch(text(), false).into(),
        "node" => SideAction::SelectNode(Some(text())).into(),
        "no-node" => SideAction::SelectNode(None).into(),
        "file" => SideAction::SelectFile(Some(text())).into(),
        "no-file" => SideAction::SelectFile(None).into(),
        "pane" => ShellAction::Front(pane()?).into(),
        "above" => ShellAction::ToggleAbove(pane()?).into(),
        "quiet" => ShellAction::Notify(Vec::new()).into(),
        "theme" => ShellAction::NextTheme.into(),
        "large" => ShellAction::ToggleLarge.into(),
        "close" => Action::Close,
        "answer" => return Some(Order::Answer("answer", text())),
        "dialog" => return Some(Order::Answer("dialog", text())),
        "copy-link" => return Some(Order::CopyLink),
        "built-in" => return Some(Order::Provision(None)),
        "unedit" => return Some(Order::Unedit(index()?)),
        "stop" => return Some(Order::Stop),
        "revive" => return Some(Order::Revive),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let actions: &[Action] = &[
            TimeAction::Seek(64).into(),
            TimeAction::SeekSection(3).into(),
            TimeAction::Move(-1).into(),
            TimeAction::Home.into(),
            TimeAction::End.into(),
            TimeAction::TogglePlay.into(),
            TimeAction::SetDepth(Layer::Apdu).into(),
            TimeAction::ToggleRow(0).into(),
            InspectAction::Look(u32::MAX).into(),
            InspectAction::SelectField(vec![0, 3, 1]).into(),
            InspectAction::SelectField(Vec::new()).into(),
            InspectAction::ToggleField(vec![2]).into(),
            InspectAction::PickByte(1023).into(),
            InspectAction::SetTab(Tab::Xml).into(),
            SideAction::SetScope(TreeScope::Run).into(),
            SideAction::SetScope(TreeScope::Step).into(),
            SideAction::SetBranch("./A b/C".into(), true).into(),
            SideAction::SetBranch(".".into(), false).into(),
            SideAction::SelectNode(Some("./A b/C".into())).into(),
            SideAction::SelectNode(None).into(),
            SideAction::SelectFile(Some("3F00/7FFF/6F07".into())).into(),
            SideAction::SelectFile(None).into(),
            ShellAction::Front("tree").into(),
            ShellAction::Front("card").into(),
            ShellAction::ToggleAbove("help").into(),
            Action::Close,
            ShellAction::Notify(Vec::new()).into(),
            ShellAction::NextTheme.into(),
            ShellAction::ToggleLarge.into(),
        ];
        for action in actions {
            assert_eq!(read(&text(action)), Some(Order::Act(action.clone())));
        }
        for key in ["answer", "dialog"] {
            let order = Some(Order::Answer(key, "none".into()));
            assert_eq!(read(&format!("{key} none")), order);
        }
        assert_eq!(read("unedit 1"), Some(Order::Unedit(1)));
        for wrong in [
            "",
            "seek",
            "seek x",
            "seek -1",
            "tab 9",
            "fly",
            "field a",
            "pane moon",
            "unedit",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
