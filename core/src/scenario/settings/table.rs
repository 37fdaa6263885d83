//! Table of settings: one row for each. What reads settings (links, command line, page) reads
//! this table; a new setting is a key and its row.

/// Key of a setting.
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
    /// Nonce that the ECMS signs its notification with.
    EcmsNonce,
    /// Largest message the DM Client takes, octets.
    MaxMsgSize,
    /// The card's timer, seconds.
    Timer,
    /// The provisioning document in the card (TNDS XML).
    Provisioning,
    /// Form of the bootstrap document in the card.
    Form,
    /// What kind of card it is.
    Profile,
    /// What the card wants to do that the user may mind.
    Operation,
    /// What the device does with the user's consent alone.
    ClientPolicy,
    /// How much the user is to notice of a session (ui-mode of its notification).
    UiMode,
    /// Alerts that the card sends.
    Alert,
    /// Whether the card's changes are one Atomic, and not a Sequence.
    Atomic,
    /// Whether the card may change the user's contacts.
    ContactsRight,
    /// Whether one notification after the other asks the user.
    Pestering,
    /// Whether a server may ask the user only so often.
    AskLimit,
    /// What the rogue tries.
    Attack,
    /// Whether what meets the rogue's attack is there.
    Protection,
    /// Who knows another secret than the account says.
    Secrets,
    /// Short messages that a push takes at least.
    SmsParts,
    /// Whether customer care signs what users order.
    Order,
    /// Whether the card signs receipts.
    Receipts,
    /// How both ends of a DM session prove themselves.
    Auth,
    /// How the network's DM Server and the DM Client prove themselves to each other.
    NetAuth,
    /// Whether the card gives the network's DM Server a right on one of its own nodes.
    Grant,
    /// How the device reaches the network.
    Network,
    /// Whether the session between DM Client and card is ciphered.
    Tls,
    /// Whether the device has the card's key.
    Psk,
    /// What is wrong with the first packet for the card.
    Packet,
    /// Who calls for the session after an update of the card.
    After,
}

/// Values a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number.
    Number {
        /// Least.
        min: u32,
        /// Most.
        max: u32,
        /// What it counts: `octets`, `seconds`.
        unit: &'static str,
    },
    /// `on` or `off`.
    Switch,
    /// A file of the user.
    File {
        /// What it is to be.
        what: &'static str,
    },
}

/// Row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// Key of the setting.
    pub key: SettingKey,
    /// Word used in links and on the command line.
    pub id: &'static str,
    /// What it does, for people.
    pub title: &'static str,
    /// Values it takes.
    pub kind: SettingKind,
    /// Value of the first load; empty for the built-in file.
    pub default: &'static str,
    /// What else is to be known; may be empty.
    pub note: &'static str,
}

/// Table of settings, in the order of [`SettingKey`].
pub const SETTINGS: &[SettingRow] = &[
    SettingRow {
        key: SettingKey::Answer,
        id: "answer",
        title: "The user's answer",
        kind: SettingKind::Choice(&["accept", "reject", "cancel", "none", "abort"]),
        default: "accept",
        note: "",
    },
    SettingRow {
        key: SettingKey::Confirm,
        id: "confirm",
        title: "Ask the user to confirm",
        kind: SettingKind::Switch,
        default: "on",
        note: "",
    },
    SettingRow {
        key: SettingKey::Event,
        id: "event",
        title: "What happens in the card",
        kind: SettingKind::Choice(&["timer", "menu"]),
        default: "timer",
        note: "",
    },
    SettingRow {
        key: SettingKey::Dialog,
        id: "dialog",
        title: "The user's answer to the card's menu",
        kind: SettingKind::Choice(&["accept", "reject", "cancel", "none"]),
        default: "accept",
        note: "",
    },
    SettingRow {
        key: SettingKey::Encoding,
        id: "encoding",
        title: "Encoding of DM messages",
        kind: SettingKind::Choice(&["wbxml", "xml"]),
        default: "wbxml",
        note: "",
    },
    SettingRow {
        key: SettingKey::EcmsNonce,
        id: "ecms-nonce",
        title: "Nonce of the notification",
        kind: SettingKind::Choice(&["known", "resync"]),
        default: "known",
        note: "",
    },
    SettingRow {
        key: SettingKey::MaxMsgSize,
        id: "max-msg-size",
        title: "Largest message the DM Client takes",
        kind: SettingKind::Number {
            min: 1024,
            max: 65_535,
            unit: "octets",
        },
        default: "4096",
        note: "in XML 2048 at least count",
    },
    SettingRow {
        key: SettingKey::Timer,
        id: "timer",
        title: "Timer in the card",
        kind: SettingKind::Number {
            min: 1,
            max: 86_399,
            unit: "seconds",
        },
        default: "600",
        note: "",
    },
    SettingRow {
        key: SettingKey::Provisioning,
        id: "provisioning",
        title: "Provisioning document",
        kind: SettingKind::File {
            what: "a TNDS XML file",
        },
        default: "",
        note: "",
    },
    SettingRow {
        key: SettingKey::Form,
        id: "form",
        title: "Form of the bootstrap document",
        kind: SettingKind::Choice(&["message", "tnds"]),
        default: "message",
        note: "",
    },
    SettingRow {
        key: SettingKey::Profile,
        id: "profile",
        title: "Kind of card",
        kind: SettingKind::Choice(&["usim", "sim", "csim", "ruim"]),
        default: "usim",
        note: "",
    },
    SettingRow {
        key: SettingKey::Operation,
        id: "operation",
        title: "What the card wants to do",
        kind: SettingKind::Choice(&["both", "costs", "data"]),
        default: "both",
        note: "",
    },
    SettingRow {
        key: SettingKey::ClientPolicy,
        id: "client-policy",
        title: "What the device does with consent alone",
        kind: SettingKind::Choice(&["both", "costs", "data", "always", "never"]),
        default: "both",
        note: "never is for teaching",
    },
    SettingRow {
        key: SettingKey::UiMode,
        id: "ui-mode",
        title: "What the user notices of a session",
        kind: SettingKind::Choice(&["unspecified", "background", "informative", "ask"]),
        default: "unspecified",
        note: "",
    },
    SettingRow {
        key: SettingKey::Alert,
        id: "alert",
        title: "What the card asks",
        kind: SettingKind::Choice(&["confirm", "message", "text", "choice", "choices", "all"]),
        default: "confirm",
        note: "",
    },
    SettingRow {
        key: SettingKey::Atomic,
        id: "atomic",
        title: "All changes or none",
        kind: SettingKind::Switch,
        default: "off",
        note: "",
    },
    SettingRow {
        key: SettingKey::ContactsRight,
        id: "contacts-right",
        title: "The card may change contacts",
        kind: SettingKind::Switch,
        default: "on",
        note: "",
    },
    SettingRow {
        key: SettingKey::Pestering,
        id: "pestering",
        title: "One notification after the other",
        kind: SettingKind::Switch,
        default: "off",
        note: "with ui-mode ask each of them asks the user",
    },
    SettingRow {
        key: SettingKey::AskLimit,
        id: "ask-limit",
        title: "A server asks three times in ten minutes at most",
        kind: SettingKind::Switch,
        default: "on",
        note: "off is for teaching",
    },
    SettingRow {
        key: SettingKey::Attack,
        id: "attack",
        title: "What the rogue tries",
        kind: SettingKind::Choice(&[
            "all",
            "forged",
            "replayed",
            "resync-replayed",
            "zero-nonce",
            "foreign",
            "version",
            "taken-over",
            "false-data",
            "rights",
            "second-session",
        ]),
        default: "all",
        note: "",
    },
    SettingRow {
        key: SettingKey::Protection,
        id: "protection",
        title: "What stops the attack is there",
        kind: SettingKind::Switch,
        default: "on",
        note: "off is for teaching",
    },
    SettingRow {
        key: SettingKey::Secrets,
        id: "secrets",
        title: "Who knows the right secrets",
        kind: SettingKind::Choice(&["right", "device-differs", "card-differs"]),
        default: "right",
        note: "",
    },
    SettingRow {
        key: SettingKey::SmsParts,
        id: "sms-parts",
        title: "Short messages for the notification",
        kind: SettingKind::Choice(&["1", "2"]),
        default: "1",
        note: "",
    },
    SettingRow {
        key: SettingKey::Order,
        id: "order",
        title: "Customer care signs the order",
        kind: SettingKind::Switch,
        default: "on",
        note: "off for teaching: nobody can be held to it",
    },
    SettingRow {
        key: SettingKey::Receipts,
        id: "receipts",
        title: "The card signs receipts",
        kind: SettingKind::Switch,
        default: "on",
        note: "off for teaching: a MAC could be from either side",
    },
    SettingRow {
        key: SettingKey::Auth,
        id: "auth",
        title: "Credentials in the session",
        kind: SettingKind::Choice(&["basic", "md5", "mac"]),
        default: "md5",
        note: "",
    },
    SettingRow {
        key: SettingKey::NetAuth,
        id: "net-auth",
        title: "Credentials with the network's DM Server",
        kind: SettingKind::Choice(&["mac", "md5", "basic"]),
        default: "mac",
        note: "",
    },
    SettingRow {
        key: SettingKey::Grant,
        id: "grant",
        title: "The card lets the network's DM Server change its access point",
        kind: SettingKind::Switch,
        default: "on",
        note: "",
    },
    SettingRow {
        key: SettingKey::Network,
        id: "network",
        title: "The data network",
        kind: SettingKind::Choice(&["up", "slow", "gone"]),
        default: "up",
        note: "",
    },
    SettingRow {
        key: SettingKey::Tls,
        id: "tls",
        title: "Cipher the session with the card",
        kind: SettingKind::Switch,
        default: "on",
        note: "off is for teaching",
    },
    SettingRow {
        key: SettingKey::Psk,
        id: "psk",
        title: "The device's key",
        kind: SettingKind::Choice(&["right", "wrong"]),
        default: "right",
        note: "",
    },
    SettingRow {
        key: SettingKey::Packet,
        id: "packet",
        title: "The first packet for the card",
        kind: SettingKind::Choice(&[
            "good",
            "wrong-key",
            "unknown-key",
            "old-counter",
            "altered",
            "no-security",
            "wrong-tar",
            "foreign-file",
            "beyond-file",
        ]),
        default: "good",
        note: "",
    },
    SettingRow {
        key: SettingKey::After,
        id: "after",
        title: "Who calls for the session",
        kind: SettingKind::Choice(&["card", "push"]),
        default: "card",
        note: "",
    },
];

impl SettingKey {
    /// Row of the setting in the table.
    pub fn row(self) -> &'static SettingRow {
        &SETTINGS[self as usize]
    }

    /// Key with that word.
    pub fn from_id(id: &str) -> Option<SettingKey> {
        SETTINGS.iter().find(|row| row.id == id).map(|row| row.key)
    }

    /// Word used in links and on the command line.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// What it does, for people.
    pub fn title(self) -> &'static str {
        self.row().title
    }
}

impl SettingKind {
    /// Whether the text is a value of this kind.
    pub fn takes(self, value: &str) -> bool {
        match self {
            SettingKind::Choice(words) => words.contains(&value),
            SettingKind::Switch => matches!(value, "on" | "off"),
            // Digits alone: `+4` and `04` would be other texts for the same run.
            SettingKind::Number { min, max, .. } => value
                .parse::<u32>()
                .is_ok_and(|n| (min..=max).contains(&n) && n.to_string() == value),
            SettingKind::File { .. } => false,
        }
    }

    /// Values as words, or a description of them in angle brackets.
    pub fn words(self, note: &str) -> Vec<String> {
        let described = |text: String| match note {
            "" => vec![format!("<{text}>")],
            note => vec![format!("<{text}; {note}>")],
        };
        match self {
            SettingKind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            SettingKind::Switch => vec!["on".to_owned(), "off".to_owned()],
            SettingKind::Number { min, max, unit } => described(format!("{min} to {max} {unit}")),
            SettingKind::File { what } => described(what.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_at_their_keys_and_defaults_fit() {
        for (index, row) in SETTINGS.iter().enumerate() {
            assert_eq!(row.key as usize, index, "{}", row.id);
            assert_eq!(SettingKey::from_id(row.id), Some(row.key));
            let fits = row.kind.takes(row.default);
            let file = matches!(row.kind, SettingKind::File { .. });
            assert!(fits != file, "{}: {:?}", row.id, row.default);
        }
    }

    #[test]
    fn numbers_have_one_form() {
        let kind = SettingKey::Timer.row().kind;
        assert!(kind.takes("1") && kind.takes("86399"));
        for bad in ["0", "86400", "+4", "04", "4 ", "", "-1", "4294967296"] {
            assert!(!kind.takes(bad), "{bad}");
        }
    }
}
