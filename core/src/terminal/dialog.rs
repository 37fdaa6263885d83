//! What the card wants to tell or to ask the user (TS 102 223 §6.4.1 to §6.4.3, §6.4.9), and
//! which answers fit.

use crate::codec::toolkit::{Action, Object, Text, result};

/// The qualifier's bit that offers help.
const HELP: u8 = 0x80;

/// A dialog to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// DISPLAY TEXT.
    Text {
        /// The text.
        text: String,
        /// Whether it waits for the user; else it is shown and answered already.
        waits: bool,
    },
    /// GET INKEY.
    Inkey {
        /// The question.
        text: String,
        /// What key.
        key: Key,
        /// The card has help to offer.
        help: bool,
    },
    /// GET INPUT.
    Input {
        /// The question.
        text: String,
        /// Digits, `*`, `#` and `+` only.
        digits: bool,
        /// What is typed is not shown.
        hidden: bool,
        /// Least characters.
        min: u8,
        /// Most characters; 255 for no limit.
        max: u8,
        /// What stands there before.
        default: Option<String>,
        /// The card has help to offer.
        help: bool,
    },
    /// SELECT ITEM.
    Select {
        /// Title.
        title: String,
        /// Identifiers and texts.
        items: Vec<(u8, String)>,
        /// The item marked at first.
        default: Option<u8>,
        /// The card has help to offer.
        help: bool,
    },
}

/// What GET INKEY wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A digit, `*`, `#` or `+`.
    Digit,
    /// Any character.
    Character,
    /// Yes or no.
    YesNo,
}

/// What the user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Saw the text.
    Ok,
    /// Pressed a key or typed a text.
    Text(String),
    /// Said yes or no.
    YesNo(bool),
    /// Chose an item.
    Item(u8),
    /// Went back.
    Back,
    /// Ended the session.
    End,
    /// Asked for help; for a list, on an item.
    Help(Option<u8>),
    /// Did nothing for too long.
    Nothing,
}

impl Dialog {
    /// The dialog of a command, if it is one.
    pub(super) fn of(action: &Action) -> Option<Self> {
        Some(match action {
            Action::DisplayText {
                qualifier,
                text,
                immediate,
                ..
            } => Dialog::Text {
                text: text.to_string(),
                waits: qualifier & 0x80 != 0 && !immediate,
            },
            Action::GetInkey {
                qualifier, text, ..
            } => Dialog::Inkey {
                text: text.to_string(),
                key: match qualifier {
                    q if q & 0x04 != 0 => Key::YesNo,
                    q if q & 0x01 != 0 => Key::Character,
                    _ => Key::Digit,
                },
                help: qualifier & HELP != 0,
            },
            Action::GetInput {
                qualifier,
                text,
                min,
                max,
                default,
            } => Dialog::Input {
                text: text.to_string(),
                digits: qualifier & 0x01 == 0,
                hidden: qualifier & 0x04 != 0,
                min: *min,
                max: *max,
                default: default.as_ref().map(Text::to_string),
                help: qualifier & HELP != 0,
            },
            Action::SelectItem {
                qualifier,
                alpha,
                items,
                default,
            } => Dialog::Select {
                title: alpha.as_ref().map(ToString::to_string).unwrap_or_default(),
                items: items.iter().map(|i| (i.id, i.text.to_string())).collect(),
                default: *default,
                help: qualifier & HELP != 0,
            },
            _ => return None,
        })
    }

    /// True when an answer of the user is needed.
    pub fn waits(&self) -> bool {
        !matches!(self, Dialog::Text { waits: false, .. })
    }

    fn has_help(&self) -> bool {
        match self {
            Dialog::Text { .. } => false,
            Dialog::Inkey { help, .. }
            | Dialog::Input { help, .. }
            | Dialog::Select { help, .. } => *help,
        }
    }

    /// Result and objects of an answer; `None` when it does not fit the dialog.
    pub(super) fn answer(&self, reply: &Reply, qualifier: u8) -> Option<(u8, Vec<Object>)> {
        let none = Vec::new();
        Some(match (self, reply) {
            (_, Reply::Back) => (result::BACKWARD, none),
            (_, Reply::End) => (result::ENDED_BY_USER, none),
            (_, Reply::Nothing) => (result::NO_RESPONSE, none),
            (Dialog::Select { items, .. }, Reply::Help(item)) if self.has_help() => {
                // On a list the card is told which item the help is for.
                let item = item.or(items.first().map(|(id, _)| *id))?;
                let known = items.iter().any(|(id, _)| *id == item);
                known.then(|| (result::HELP, vec![Object::ItemId(item)]))?
            }
            (_, Reply::Help(_)) if self.has_help() => (result::HELP, none),
            (Dialog::Text { .. }, Reply::Ok) => (result::OK, none),
            (
                Dialog::Inkey {
                    key: Key::YesNo, ..
                },
                Reply::YesNo(yes),
            ) => {
                let text = Text {
                    dcs: Text::EIGHT_BIT,
                    bytes: vec![u8::from(*yes)],
                };
                (result::OK, vec![Object::Text(text)])
            }
            (Dialog::Inkey { key, .. }, Reply::Text(text)) if *key != Key::YesNo => {
                let one = text.chars().count() == 1;
                let fits = one && (*key == Key::Character || text.chars().all(is_digit));
                let text = fits.then(|| coded(text, qualifier & 0x02 != 0, false))??;
                (result::OK, vec![Object::Text(text)])
            }
            (
                Dialog::Input {
                    digits, min, max, ..
                },
                Reply::Text(text),
            ) => {
                let length = text.chars().count();
                let fits = length >= usize::from(*min)
                    && (*max == 0xFF || length <= usize::from(*max))
                    && (!digits || text.chars().all(is_digit));
                let (ucs2, packed) = (qualifier & 0x02 != 0, qualifier & 0x08 != 0);
                let text = fits.then(|| coded(text, ucs2, packed))??;
                // The whole answer travels in one command.
                (text.bytes.len() <= MAX_TEXT).then(|| (result::OK, vec![Object::Text(text)]))?
            }
            (Dialog::Select { items, .. }, Reply::Item(item)) => {
                let known = items.iter().any(|(id, _)| id == item);
                known.then(|| (result::OK, vec![Object::ItemId(*item)]))?
            }
            _ => return None,
        })
    }
}

/// Octets of a text in a terminal response of 255 octets.
const MAX_TEXT: usize = 255 - 12 - 4;

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '*' | '#' | '+')
}

/// The answer in the alphabet the card asked for; `None` when that lacks a character.
fn coded(text: &str, ucs2: bool, packed: bool) -> Option<Text> {
    if packed && !ucs2 {
        return Text::packed(text);
    }
    let text = Text::new(text);
    (ucs2 || text.dcs == Text::EIGHT_BIT).then_some(text)
}
