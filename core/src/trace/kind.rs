//! What is the same for all facts of a kind: key, layer, what the bytes are, tone. The rows stand
//! below the facts, in `event`.

use super::content::Content;
use super::event::{EVENTS, Event, EventKind};
use serde::{Deserialize, Serialize};

/// Depth of zoom, from the story to the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The enabler's steps.
    Steps,
    /// Notifications, DM packages, user interaction, tree changes.
    Packages,
    /// What carries packages: HTTP messages, short messages.
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

/// Makes [`EventKind`] and the table of events of its rows.
macro_rules! events {
    ($($variant:ident: $key:literal, $layer:ident, $content:ident, $tone:ident;)*) => {
        /// Kind of a fact, without its values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each is documented as a variant of Event")]
        pub enum EventKind {
            $($variant,)*
        }

        /// Table of events: one row for each kind, in the order of [`EventKind`].
        pub const EVENTS: &[$crate::trace::EventRow] = &[$($crate::trace::EventRow {
            kind: EventKind::$variant,
            key: $key,
            layer: $crate::trace::Layer::$layer,
            content: $crate::trace::Content::$content,
            tone: $crate::trace::Tone::$tone,
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
pub(super) use events;

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
