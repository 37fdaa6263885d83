//! What a run can be told, by key and value, and what is refused with reason.

mod provisioning;
mod table;

pub use table::{SETTINGS, SettingKey, SettingKind, SettingRow};

use crate::codec::syncml::Encoding;
use crate::codec::{DecodeError, tnds, xml};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Octets of the largest provisioning document: what the card has room for.
pub const MAX_PROVISIONING: usize = 65_535;

/// What the user does when asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserAnswer {
    /// Yes.
    #[default]
    Accept,
    /// No.
    Reject,
    /// Cancels.
    Cancel,
    /// Does nothing until the time is up.
    None,
    /// Ends the session.
    Abort,
}

impl UserAnswer {
    /// Answer with that word.
    pub fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "accept" => UserAnswer::Accept,
            "reject" => UserAnswer::Reject,
            "cancel" => UserAnswer::Cancel,
            "none" => UserAnswer::None,
            "abort" => UserAnswer::Abort,
            _ => return None,
        })
    }

    /// Word used in settings, edits and traces.
    pub fn id(self) -> &'static str {
        match self {
            UserAnswer::Accept => "accept",
            UserAnswer::Reject => "reject",
            UserAnswer::Cancel => "cancel",
            UserAnswer::None => "none",
            UserAnswer::Abort => "abort",
        }
    }
}

/// A file of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFile {
    /// Name for people; no path.
    pub name: String,
    /// Text as it was read.
    pub text: String,
    /// Document as it was understood.
    pub document: tnds::Document,
}

/// All settings of a run; `default()` is the run of the first load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Value of each row of the table, as text of its kind.
    values: Vec<Cow<'static, str>>,
    /// The user's provisioning document; `None` for the built-in one.
    provisioning: Option<UserFile>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            values: SETTINGS.iter().map(|row| row.default.into()).collect(),
            provisioning: None,
        }
    }
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingError {
    /// There is no such key.
    UnknownKey {
        /// Key as given.
        key: String,
    },
    /// The key does not take the value.
    BadValue {
        /// The key.
        key: SettingKey,
        /// Value as given.
        value: String,
    },
    /// A file that is not what the setting wants.
    BadFile {
        /// The key.
        key: SettingKey,
        /// Name for people.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        error: DecodeError,
    },
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingError::UnknownKey { key } => {
                let known: Vec<_> = SETTINGS.iter().map(|row| row.id).collect();
                write!(
                    f,
                    "there is no setting \"{key}\"; there are {}",
                    known.join(", ")
                )
            }
            SettingError::BadValue { key, value } => write!(
                f,
                "setting \"{}\" does not take \"{value}\"; it takes {}",
                key.id(),
                key.row().kind.words(key.row().note).join(", ")
            ),
            SettingError::BadFile {
                name,
                line,
                column,
                error,
                ..
            } => write!(
                f,
                "{name} is refused as provisioning data: line {line}, column {column} (byte {}): \
                 expected {}, found {}",
                error.offset, error.expected, error.found
            ),
        }
    }
}

impl std::error::Error for SettingError {}

impl Settings {
    /// Sets `key` to `value` as a link or a command line names them. For `provisioning` use
    /// [`Settings::load_provisioning`]; on any error nothing is changed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), SettingError> {
        let Some(known) = SettingKey::from_id(key) else {
            return Err(SettingError::UnknownKey {
                key: key.to_owned(),
            });
        };
        if !known.row().kind.takes(value) {
            return Err(SettingError::BadValue {
                key: known,
                value: value.to_owned(),
            });
        }
        self.values[known as usize] = Cow::Owned(value.to_owned());
        Ok(())
    }

    /// Value of a setting as text; empty for a file.
    pub fn text(&self, key: SettingKey) -> &str {
        &self.values[key as usize]
    }

    /// Whether a switch is on.
    pub fn is_on(&self, key: SettingKey) -> bool {
        self.text(key) == "on"
    }

    /// Number of a setting that is one, else 0.
    pub fn number(&self, key: SettingKey) -> u32 {
        self.text(key).parse().unwrap_or_default()
    }

    /// What the user does when asked by the DM Client, or by the card.
    pub fn answer(&self, key: SettingKey) -> UserAnswer {
        UserAnswer::from_id(self.text(key)).unwrap_or_default()
    }

    /// How DM messages are written.
    pub fn encoding(&self) -> Encoding {
        match self.text(SettingKey::Encoding) {
            "xml" => Encoding::Xml,
            _ => Encoding::Wbxml,
        }
    }

    /// The user's provisioning document; `None` for the built-in one.
    pub fn provisioning(&self) -> Option<&UserFile> {
        self.provisioning.as_ref()
    }

    /// Octets of the largest message the DM Client takes in this encoding: a Package #2 with its
    /// answers and credentials alone does not go into less than 2048 octets of XML.
    pub fn effective_max_msg_size(&self) -> u32 {
        let told = self.number(SettingKey::MaxMsgSize);
        match self.encoding() {
            Encoding::Wbxml => told,
            Encoding::Xml => told.max(2048),
        }
    }

    /// Takes a provisioning document of the user: TNDS XML of at most [`MAX_PROVISIONING`]
    /// octets, each node of which lies below the root. On any error the one loaded before stays.
    pub fn load_provisioning(&mut self, name: &str, bytes: &[u8]) -> Result<(), SettingError> {
        let refuse = |error: DecodeError| {
            let (line, column) = xml::line_column(bytes, error.offset);
            SettingError::BadFile {
                key: SettingKey::Provisioning,
                name: name.to_owned(),
                line,
                column,
                error,
            }
        };
        if bytes.len() > MAX_PROVISIONING {
            let error = DecodeError::new(
                MAX_PROVISIONING,
                format!("at most {MAX_PROVISIONING} octets"),
                format!("{} octets", bytes.len()),
            );
            return Err(refuse(error));
        }
        let document = tnds::Document::decode_xml(bytes).map_err(refuse)?;
        // What was decoded as XML is UTF-8 or ASCII.
        let text = String::from_utf8_lossy(bytes).into_owned();
        provisioning::check(&document, &text).map_err(refuse)?;
        self.provisioning = Some(UserFile {
            name: name.to_owned(),
            text,
            document,
        });
        Ok(())
    }

    /// Every setting but files, as a link or a command line names them.
    pub fn entries(&self) -> BTreeMap<String, String> {
        SETTINGS
            .iter()
            .zip(&self.values)
            .filter(|(row, _)| !matches!(row.kind, SettingKind::File { .. }))
            .map(|(row, value)| (row.id.to_owned(), value.to_string()))
            .collect()
    }
}
