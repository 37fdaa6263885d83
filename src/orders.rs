//! What a click asks for, as the text of an attribute: `data-order="seek 64"`.
//!
//! The page has one listener that reads it, instead of a listener for each thing that can be
//! clicked. Pure; knows no browser.

use crate::route::{field_path, read_field_path};
use crate::state::{Action, Pane, Panel, Tab, TreeScope};
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
}

const PANES: [Pane; 4] = [Pane::Ladder, Pane::Tree, Pane::Card, Pane::Inspector];
const PANELS: [Panel; 2] = [Panel::Settings, Panel::Help];
const SCOPES: [TreeScope; 2] = [TreeScope::Step, TreeScope::Run];

fn at<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(0)
}

/// The text of an action that can be clicked; empty for others.
pub fn text(action: &Action) -> String {
    match action {
        Action::Seek(id) => format!("seek {id}"),
        Action::SeekSection(id) => format!("section {id}"),
        Action::Move(by) => format!("move {by}"),
        Action::Home => "home".to_owned(),
        Action::End => "end".to_owned(),
        Action::TogglePlay => "play".to_owned(),
        Action::SetDepth(depth) => format!("depth {}", depth.id()),
        Action::ToggleRow(id) => format!("row {id}"),
        Action::Inspect(id) => format!("inspect {id}"),
        Action::SelectField(path) => format!("field {}", field_path(path)),
        Action::ToggleField(path) => format!("parts {}", field_path(path)),
        Action::PickByte(byte) => format!("byte {byte}"),
        Action::SetTab(tab) => format!("tab {}", at(&Tab::ALL, tab)),
        Action::SetTreeScope(scope) => format!("scope {}", at(&SCOPES, scope)),
        Action::SetBranch(uri, true) => format!("open {uri}"),
        Action::SetBranch(uri, false) => format!("shut {uri}"),
        Action::SelectNode(Some(uri)) => format!("node {uri}"),
        Action::SelectNode(None) => "no-node".to_owned(),
        Action::SelectFile(Some(path)) => format!("file {path}"),
        Action::SelectFile(None) => "no-file".to_owned(),
        Action::SetPane(pane) => format!("pane {}", at(&PANES, pane)),
        Action::TogglePanel(panel) => format!("panel {}", at(&PANELS, panel)),
        Action::Close => "close".to_owned(),
        Action::Notify(_) => "quiet".to_owned(),
        Action::NextTheme => "theme".to_owned(),
        Action::ToggleLarge => "large".to_owned(),
        _ => String::new(),
    }
}

/// Reads an order; `None` for what is none.
pub fn read(text: &str) -> Option<Order> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let id = || rest.parse::<u32>().ok();
    let index = || rest.parse::<usize>().ok();
    Some(Order::Act(match word {
        "seek" => Action::Seek(id()?),
        "section" => Action::SeekSection(id()?),
        "move" => Action::Move(rest.parse().ok()?),
        "home" => Action::Home,
        "end" => Action::End,
        "play" => Action::TogglePlay,
        "depth" => Action::SetDepth(Layer::from_id(rest)?),
        "row" => Action::ToggleRow(id()?),
        "inspect" => Action::Inspect(id()?),
        "field" => Action::SelectField(read_field_path(rest)?),
        "parts" => Action::ToggleField(read_field_path(rest)?),
        "byte" => Action::PickByte(index()?),
        "tab" => Action::SetTab(*Tab::ALL.get(index()?)?),
        "scope" => Action::SetTreeScope(*SCOPES.get(index()?)?),
        "open" => Action::SetBranch(rest.to_owned(), true),
        "shut" => Action::SetBranch(rest.to_owned(), false),
        "node" => Action::SelectNode(Some(rest.to_owned())),
        "no-node" => Action::SelectNode(None),
        "file" => Action::SelectFile(Some(rest.to_owned())),
        "no-file" => Action::SelectFile(None),
        "pane" => Action::SetPane(*PANES.get(index()?)?),
        "panel" => Action::TogglePanel(*PANELS.get(index()?)?),
        "close" => Action::Close,
        "quiet" => Action::Notify(Vec::new()),
        "theme" => Action::NextTheme,
        "large" => Action::ToggleLarge,
        "answer" => return Some(Order::Answer("answer", rest.to_owned())),
        "dialog" => return Some(Order::Answer("dialog", rest.to_owned())),
        "copy-link" => return Some(Order::CopyLink),
        "built-in" => return Some(Order::Provision(None)),
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for action in [
            Action::Seek(64),
            Action::SeekSection(3),
            Action::Move(-1),
            Action::Home,
            Action::End,
            Action::TogglePlay,
            Action::SetDepth(Layer::Apdu),
            Action::ToggleRow(0),
            Action::Inspect(u32::MAX),
            Action::SelectField(vec![0, 3, 1]),
            Action::SelectField(Vec::new()),
            Action::ToggleField(vec![2]),
            Action::PickByte(1023),
            Action::SetTab(Tab::Xml),
            Action::SetTreeScope(TreeScope::Run),
            Action::SetTreeScope(TreeScope::Step),
            Action::SetBranch("./A b/C".into(), true),
            Action::SetBranch(".".into(), false),
            Action::SelectNode(Some("./A b/C".into())),
            Action::SelectNode(None),
            Action::SelectFile(Some("3F00/7FFF/6F07".into())),
            Action::SelectFile(None),
            Action::SetPane(Pane::Tree),
            Action::SetPane(Pane::Card),
            Action::TogglePanel(Panel::Help),
            Action::Close,
            Action::Notify(Vec::new()),
            Action::NextTheme,
            Action::ToggleLarge,
        ] {
            assert_eq!(read(&text(&action)), Some(Order::Act(action)));
        }
        for key in ["answer", "dialog"] {
            let order = Some(Order::Answer(key, "none".into()));
            assert_eq!(read(&format!("{key} none")), order);
        }
        for wrong in ["", "seek", "seek x", "seek -1", "tab 9", "fly", "field a"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
