//! What a run can be told, by key and value, and what is refused with reason.

use super::provisioning;
use crate::codec::syncml::Encoding;
use crate::codec::{DecodeError, tnds, xml};
use std::collections::BTreeMap;
use std::fmt;

/// Octets of the largest provisioning document: what the card has room for.
pub const MAX_PROVISIONING: usize = 65_535;

/// A setting's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingKey {
    /// What the user answers when asked to confirm.
    Answer,
    /// Whether the card asks for confirmation at all.
    Confirm,
    /// What happens in the card that brings a session about.
    Event,
    /// What the user answers when the card asks by its toolkit.
    Dialog,
    /// How DM messages are written.
    Encoding,
    /// Which nonce the ECMS signs its notification with.
    EcmsNonce,
    /// Largest message the DM Client takes, octets.
    MaxMsgSize,
    /// The card's timer, seconds.
    Timer,
    /// The provisioning document in the card (TNDS XML).
    Provisioning,
}

impl SettingKey {
    /// Every key.
    pub const ALL: [SettingKey; 9] = [
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Event,
        SettingKey::Dialog,
        SettingKey::Encoding,
        SettingKey::EcmsNonce,
        SettingKey::MaxMsgSize,
        SettingKey::Timer,
        SettingKey::Provisioning,
    ];

    /// The word used in links and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            SettingKey::Answer => "answer",
            SettingKey::Confirm => "confirm",
            SettingKey::Event => "event",
            SettingKey::Dialog => "dialog",
            SettingKey::Encoding => "encoding",
            SettingKey::EcmsNonce => "ecms-nonce",
            SettingKey::MaxMsgSize => "max-msg-size",
            SettingKey::Timer => "timer",
            SettingKey::Provisioning => "provisioning",
        }
    }

    /// What it does, for people.
    pub fn title(self) -> &'static str {
        match self {
            SettingKey::Answer => "The user's answer",
            SettingKey::Confirm => "Ask the user to confirm",
            SettingKey::Event => "What happens in the card",
            SettingKey::Dialog => "The user's answer to the card's menu",
            SettingKey::Encoding => "Encoding of DM messages",
            SettingKey::EcmsNonce => "Nonce of the notification",
            SettingKey::MaxMsgSize => "Largest message the DM Client takes",
            SettingKey::Timer => "Timer in the card",
            SettingKey::Provisioning => "Provisioning document",
        }
    }

    /// The values it takes, or a description of them in angle brackets.
    pub fn values(self) -> &'static [&'static str] {
        match self {
            SettingKey::Answer | SettingKey::Dialog => &["accept", "reject", "cancel", "none"],
            SettingKey::Event => &["timer", "menu"],
            SettingKey::Confirm => &["on", "off"],
            SettingKey::Encoding => &["wbxml", "xml"],
            SettingKey::EcmsNonce => &["known", "resync"],
            SettingKey::MaxMsgSize => &["<1024 to 65535 octets; in XML 2048 at least count>"],
            SettingKey::Timer => &["<1 to 86399 seconds>"],
            SettingKey::Provisioning => &["<a TNDS XML file>"],
        }
    }
}

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
}

impl UserAnswer {
    /// From the value of a setting.
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "accept" => UserAnswer::Accept,
            "reject" => UserAnswer::Reject,
            "cancel" => UserAnswer::Cancel,
            "none" => UserAnswer::None,
            _ => return None,
        })
    }

    /// The value of a setting, and the word of a trace.
    pub(super) fn id(self) -> &'static str {
        match self {
            UserAnswer::Accept => "accept",
            UserAnswer::Reject => "reject",
            UserAnswer::Cancel => "cancel",
            UserAnswer::None => "none",
        }
    }
}

/// What happens in the card that brings a session about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardEvent {
    /// Its timer expires.
    #[default]
    Timer,
    /// The user chooses from its menu.
    Menu,
}

/// Which nonce the ECMS signs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EcmsNonce {
    /// The one the card and the client use.
    #[default]
    Known,
    /// Four zero octets: the ECMS does not know the other (DM Security §5.2).
    Resync,
}

/// A file of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFile {
    /// Name for people; no path.
    pub name: String,
    /// As it was read.
    pub text: String,
    /// As it was understood.
    pub document: tnds::Document,
}

/// All settings of a run; `default()` is the run of the first load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The user's answer.
    pub answer: UserAnswer,
    /// Whether there is a question.
    pub confirm: bool,
    /// What happens in the card.
    pub event: CardEvent,
    /// The user's answer to the card's menu.
    pub dialog: UserAnswer,
    /// How DM messages are written.
    pub encoding: Encoding,
    /// Which nonce the ECMS signs with.
    pub ecms_nonce: EcmsNonce,
    /// Octets, 1024 to 65535.
    pub max_msg_size: u32,
    /// Seconds, 1 to 86399.
    pub timer_s: u32,
    /// The user's provisioning document; `None` for the built-in one.
    pub provisioning: Option<UserFile>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            answer: UserAnswer::default(),
            confirm: true,
            event: CardEvent::default(),
            dialog: UserAnswer::default(),
            encoding: Encoding::default(),
            ecms_nonce: EcmsNonce::default(),
            max_msg_size: 4096,
            timer_s: 600,
            provisioning: None,
        }
    }
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingError {
    /// There is no such key.
    UnknownKey {
        /// As given.
        key: String,
    },
    /// The key does not take the value.
    BadValue {
        /// The key.
        key: SettingKey,
        /// As given.
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
                let known: Vec<_> = SettingKey::ALL.iter().map(|k| k.id()).collect();
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
                key.values().join(", ")
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
        let Some(known) = SettingKey::ALL.into_iter().find(|k| k.id() == key) else {
            return Err(SettingError::UnknownKey {
                key: key.to_owned(),
            });
        };
        let bad = || SettingError::BadValue {
            key: known,
            value: value.to_owned(),
        };
        let number = |min: u32, max: u32| match value.parse::<u32>() {
            Ok(n) if (min..=max).contains(&n) => Ok(n),
            _ => Err(bad()),
        };
        match known {
            SettingKey::Answer => self.answer = UserAnswer::from_id(value).ok_or_else(bad)?,
            SettingKey::Dialog => self.dialog = UserAnswer::from_id(value).ok_or_else(bad)?,
            SettingKey::Event => {
                self.event = match value {
                    "timer" => CardEvent::Timer,
                    "menu" => CardEvent::Menu,
                    _ => return Err(bad()),
                }
            }
            SettingKey::Confirm => {
                self.confirm = match value {
                    "on" => true,
                    "off" => false,
                    _ => return Err(bad()),
                }
            }
            SettingKey::Encoding => {
                self.encoding = match value {
                    "wbxml" => Encoding::Wbxml,
                    "xml" => Encoding::Xml,
                    _ => return Err(bad()),
                }
            }
            SettingKey::EcmsNonce => {
                self.ecms_nonce = match value {
                    "known" => EcmsNonce::Known,
                    "resync" => EcmsNonce::Resync,
                    _ => return Err(bad()),
                }
            }
            SettingKey::MaxMsgSize => self.max_msg_size = number(1024, 65535)?,
            SettingKey::Timer => self.timer_s = number(1, 86_399)?,
            SettingKey::Provisioning => return Err(bad()),
        }
        Ok(())
    }

    /// Octets of the largest message the DM Client takes in this encoding: a Package #2 with its
    /// answers and credentials alone does not go into less than 2048 octets of XML.
    pub fn effective_max_msg_size(&self) -> u32 {
        match self.encoding {
            Encoding::Wbxml => self.max_msg_size,
            Encoding::Xml => self.max_msg_size.max(2048),
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
        let mut entries = BTreeMap::new();
        for key in SettingKey::ALL {
            let value = match key {
                SettingKey::Answer => self.answer.id().to_owned(),
                SettingKey::Dialog => self.dialog.id().to_owned(),
                SettingKey::Event => match self.event {
                    CardEvent::Timer => "timer",
                    CardEvent::Menu => "menu",
                }
                .to_owned(),
                SettingKey::Confirm => if self.confirm { "on" } else { "off" }.to_owned(),
                SettingKey::Encoding => match self.encoding {
                    Encoding::Wbxml => "wbxml",
                    Encoding::Xml => "xml",
                }
                .to_owned(),
                SettingKey::EcmsNonce => match self.ecms_nonce {
                    EcmsNonce::Known => "known",
                    EcmsNonce::Resync => "resync",
                }
                .to_owned(),
                SettingKey::MaxMsgSize => self.max_msg_size.to_string(),
                SettingKey::Timer => self.timer_s.to_string(),
                SettingKey::Provisioning => continue,
            };
            entries.insert(key.id().to_owned(), value);
        }
        entries
    }
}
