//! Kinds of facts as a table: key, layer, what the bytes are, tone. One row for each variant of
//! [`Event`].

use super::content::Content;
use super::event::Event;
use serde::{Deserialize, Serialize};

/// Depth of zoom, from the story to the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The enabler's steps.
    Steps,
    /// Notifications, DM packages, user interaction, tree changes.
    Packages,
    /// HTTP messages.
    Http,
    /// Proactive commands, terminal responses, envelopes.
    Toolkit,
    /// Command and response APDUs, ATR.
    Apdu,
}

impl Layer {
    /// All, shallow to deep.
    pub const ALL: [Layer; 5] = [
        Layer::Steps,
        Layer::Packages,
        Layer::Http,
        Layer::Toolkit,
        Layer::Apdu,
    ];

    /// The word used in links and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Layer::Steps => "steps",
            Layer::Packages => "packages",
            Layer::Http => "http",
            Layer::Toolkit => "toolkit",
            Layer::Apdu => "apdu",
        }
    }

    /// The layer with that id.
    pub fn from_id(id: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.id() == id)
    }
}

/// Row of the table of events: everything about a kind of fact that is the same for all facts
/// of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Kind of fact.
    pub kind: EventKind,
    /// Short stable word, used by guide texts, edits and tests: `message-sent`, `user-asked` …
    pub key: &'static str,
    /// Layer the fact belongs to.
    pub layer: Layer,
    /// What the step's bytes are.
    pub content: Content,
    /// How the fact is to be taken.
    pub tone: Tone,
}

/// How a fact is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something crossed or happened.
    Plain,
    /// A check, whose outcome the event says.
    Check,
    /// A question, or its answer.
    Question,
    /// A disturbance: something was lost, broken or given up.
    Trouble,
}

macro_rules! events {
    ($($variant:ident: $key:literal, $layer:ident, $content:ident, $tone:ident;)*) => {
        /// Kind of a fact, without its values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each is documented as a variant of Event")]
        pub enum EventKind {
            $($variant,)*
        }

        /// Table of events: one row for each kind, in the order of [`EventKind`].
        pub const EVENTS: &[EventRow] = &[$(EventRow {
            kind: EventKind::$variant,
            key: $key,
            layer: Layer::$layer,
            content: Content::$content,
            tone: Tone::$tone,
        },)*];

        impl Event {
            /// Kind of the fact.
            pub fn kind(&self) -> EventKind {
                match self {
                    $(Event::$variant { .. } => EventKind::$variant,)*
                }
            }
        }
    };
}

events! {
    EnablerStepBegan: "enabler-step-began", Steps, None, Plain;
    NotificationSent: "notification-sent", Packages, WapPush, Plain;
    NotificationAccepted: "notification-accepted", Packages, None, Check;
    NotificationRefused: "notification-refused", Packages, None, Check;
    MessageSent: "message-sent", Packages, SyncmlWbxml, Plain;
    CredentialsChecked: "credentials-checked", Packages, None, Check;
    NonceRenewed: "nonce-renewed", Packages, None, Plain;
    UserAsked: "user-asked", Packages, None, Question;
    UserAnswered: "user-answered", Packages, None, Question;
    MenuChosen: "menu-chosen", Packages, None, Question;
    DialogShown: "dialog-shown", Packages, None, Question;
    DialogAnswered: "dialog-answered", Packages, None, Question;
    CommandApplied: "command-applied", Packages, None, Check;
    ChunkStored: "chunk-stored", Packages, None, Plain;
    ReceiptStored: "receipt-stored", Packages, None, Check;
    ResultsStored: "results-stored", Packages, None, Plain;
    SessionEnded: "session-ended", Packages, None, Check;
    MalformedReceived: "malformed-received", Packages, None, Trouble;
    CardStarted: "card-started", Packages, Atr, Plain;
    WebServerOpened: "web-server-opened", Packages, None, Plain;
    TimerStarted: "timer-started", Packages, None, Plain;
    TimerExpired: "timer-expired", Packages, None, Plain;
    ConnectionOpened: "connection-opened", Http, None, Plain;
    ConnectionClosed: "connection-closed", Http, None, Plain;
    ConnectionRefused: "connection-refused", Packages, None, Trouble;
    HttpRequestSent: "http-request-sent", Http, HttpRequest, Plain;
    HttpResponseSent: "http-response-sent", Http, HttpResponse, Plain;
    TerminalProfileSent: "terminal-profile-sent", Toolkit, TerminalProfile, Plain;
    ProactiveCommandSent: "proactive-command-sent", Toolkit, ProactiveCommand, Plain;
    TerminalResponseSent: "terminal-response-sent", Toolkit, TerminalResponse, Plain;
    EnvelopeSent: "envelope-sent", Toolkit, Envelope, Plain;
    CommandApduSent: "command-apdu-sent", Apdu, CommandApdu, Plain;
    ResponseApduSent: "response-apdu-sent", Apdu, ResponseApdu, Plain;
    CardRemoved: "card-removed", Packages, None, Trouble;
    CardInserted: "card-inserted", Packages, None, Plain;
    CardPowerCut: "card-power-cut", Packages, None, Trouble;
    CardMute: "card-mute", Packages, None, Trouble;
    AnswerMissed: "answer-missed", Packages, None, Trouble;
    LimitReached: "limit-reached", Packages, None, Trouble;
    PinAsked: "pin-asked", Packages, None, Question;
    PinBlocked: "pin-blocked", Packages, None, Trouble;
    BootstrapRead: "bootstrap-read", Packages, None, Plain;
    HostRefused: "host-refused", Packages, None, Trouble;
    ShortMessageSent: "short-message-sent", Packages, SmsSubmit, Plain;
    BrowserAsked: "browser-asked", Packages, None, Plain;
    FilesChanged: "files-changed", Packages, None, Plain;
    DialogEnded: "dialog-ended", Packages, None, Question;
    DatagramDropped: "datagram-dropped", Packages, None, Trouble;
    ProcessRefused: "process-refused", Packages, None, Check;
}

impl EventKind {
    /// Row of the kind in the table of events.
    pub fn row(self) -> &'static EventRow {
        &EVENTS[self as usize]
    }

    /// Kind with that key.
    pub fn from_key(key: &str) -> Option<EventKind> {
        EVENTS.iter().find(|row| row.key == key).map(|row| row.kind)
    }
}

impl Event {
    /// Layer the fact belongs to.
    pub fn layer(&self) -> Layer {
        self.kind().row().layer
    }

    /// True for a fact after which the user is to answer.
    pub fn asks_user(&self) -> bool {
        matches!(self, Event::UserAsked { .. } | Event::DialogShown { .. })
    }

    /// What the step's bytes are.
    pub fn content(&self) -> Content {
        match self {
            Event::MessageSent { wbxml: false, .. } => Content::SyncmlXml,
            event => event.kind().row().content,
        }
    }

    /// Short stable word for the kind of fact, used by guide texts, edits and tests:
    /// `message-sent`, `user-asked` …
    pub fn key(&self) -> &'static str {
        self.kind().row().key
    }
}
