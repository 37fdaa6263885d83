//! The kinds of facts a trace can hold, who takes part, and at which layer they lie.

use crate::codec::{Field, apdu, atr, http, syncml, toolkit, wsp};
use serde::{Deserialize, Serialize};

/// Who sends and receives (OMA-AD-DM_SC-V1_0, figure 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// External Card Management System.
    Ecms,
    /// The network's DM Server.
    NetworkDmServer,
    /// The person who holds the device.
    User,
    /// The device's DM Client, which owns the tree.
    DmClient,
    /// The device's terminal: toolkit and BIP.
    Terminal,
    /// The card as a whole: UICC, toolkit, card web server.
    Card,
    /// The DM Server in the card.
    CardDmServer,
    /// The DM_SC Trigger in the card.
    CardTrigger,
}

impl Actor {
    /// The ladder lane the actor belongs to: the card's parts share the card's, the user stands
    /// at the DM Client's.
    pub fn lane(self) -> Actor {
        match self {
            Actor::CardDmServer | Actor::CardTrigger => Actor::Card,
            Actor::User => Actor::DmClient,
            other => other,
        }
    }

    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Actor::Ecms => "ECMS",
            Actor::NetworkDmServer => "DM Server",
            Actor::User => "User",
            Actor::DmClient => "DM Client",
            Actor::Terminal => "Terminal",
            Actor::Card => "Card",
            Actor::CardDmServer => "Card DM Server",
            Actor::CardTrigger => "Trigger",
        }
    }
}

/// The enabler's interfaces (OMA-AD-DM_SC-V1_0 §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interface {
    /// DM notification from outside.
    Dm1,
    /// DM client/server protocol.
    Dm2,
    /// Bootstrap by DM profile.
    Dm3,
    /// Bootstrap by client provisioning profile.
    Cp1,
    /// The card's trigger to the DM Client.
    DmSc1,
    /// Update of the provisioning data in the card.
    Update,
    /// Inside a device or a card: no interface of the enabler.
    Internal,
}

impl Interface {
    /// Name as the enabler prints it.
    pub fn name(self) -> &'static str {
        match self {
            Interface::Dm1 => "DM-1",
            Interface::Dm2 => "DM-2",
            Interface::Dm3 => "DM-3",
            Interface::Cp1 => "CP-1",
            Interface::DmSc1 => "DM-SC-1",
            Interface::Update => "update",
            Interface::Internal => "",
        }
    }
}

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

/// What the bytes of a step are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// No bytes.
    None,
    /// A WSP push PDU carrying Package #0.
    WapPush,
    /// A SyncML message in WBXML.
    SyncmlWbxml,
    /// A SyncML message in XML.
    SyncmlXml,
    /// An HTTP request.
    HttpRequest,
    /// An HTTP response.
    HttpResponse,
    /// A proactive command (BER-TLV D0).
    ProactiveCommand,
    /// The objects of a TERMINAL RESPONSE.
    TerminalResponse,
    /// The BER-TLV of an ENVELOPE.
    Envelope,
    /// The octets of a TERMINAL PROFILE.
    TerminalProfile,
    /// A command APDU.
    CommandApdu,
    /// A response APDU.
    ResponseApdu,
    /// An answer to reset.
    Atr,
}

/// A fact, in the past tense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Event {
    /// One of the enabler's steps began; title and number lie in the trace's titles.
    EnablerStepBegan,
    /// A Package #0 was pushed.
    NotificationSent {
        /// As in SyncHdr.
        session_id: String,
        /// Made with the resynchronisation nonce.
        resync: bool,
    },
    /// The DM Client accepted a notification.
    NotificationAccepted {
        /// ServerID of the account.
        server_id: String,
        /// As in SyncHdr.
        session_id: String,
        /// Made with the resynchronisation nonce.
        resync: bool,
    },
    /// The DM Client ignored a notification.
    NotificationRefused {
        /// Which check failed.
        reason: String,
    },
    /// A DM message left.
    MessageSent {
        /// 1 to 4.
        package: u8,
        /// As in SyncHdr.
        session_id: String,
        /// As in SyncHdr.
        msg_id: u32,
        /// WBXML, else XML.
        wbxml: bool,
        /// What it says, in a few words: `Alert 1200, DevInfo, credentials`.
        contents: String,
    },
    /// A side checked the other's credentials.
    CredentialsChecked {
        /// Status for the SyncHdr: 212, 200, 401, 407.
        code: u16,
    },
    /// A side stored a nonce for next time.
    NonceRenewed {
        /// `client` or `server`: whose credential it serves.
        credential: String,
    },
    /// The DM Client asked the user.
    UserAsked {
        /// 1100–1104.
        alert: u16,
        /// The text shown.
        text: String,
        /// Seconds until no answer counts as one.
        max_display_s: Option<u32>,
    },
    /// The user answered.
    UserAnswered {
        /// `accept`, `reject`, `cancel`, `none`, or the input.
        answer: String,
    },
    /// The user chose from the card's menu.
    MenuChosen {
        /// What stands there.
        label: String,
    },
    /// The terminal shows what the card asks its user.
    DialogShown {
        /// The toolkit command: `GET INKEY` …
        command: String,
        /// The text shown.
        text: String,
    },
    /// The user answered the card.
    DialogAnswered {
        /// `accept`, `reject`, `cancel`, `none`.
        answer: String,
    },
    /// The DM Client worked through a command.
    CommandApplied {
        /// `Add`, `Replace` …
        command: String,
        /// CmdID.
        cmd_id: String,
        /// Target.
        uri: String,
        /// The Status.
        code: u16,
    },
    /// The DM Client kept a chunk of a large object.
    ChunkStored {
        /// Target of the object.
        uri: String,
        /// Octets so far.
        received: u64,
        /// Octets announced.
        total: Option<u64>,
    },
    /// The card stored the Status of one of its commands.
    ReceiptStored {
        /// `Add`, `Replace` …
        command: String,
        /// Target.
        uri: String,
        /// The Status.
        code: u16,
    },
    /// The card stored what a Get returned.
    ResultsStored {
        /// Node that was read.
        uri: String,
        /// Value or child list.
        value: String,
    },
    /// One side knows that the session is over.
    SessionEnded {
        /// In good order.
        complete: bool,
        /// For people.
        reason: String,
    },
    /// Bytes that cannot be read reached an actor.
    MalformedReceived {
        /// Offset, expectation, finding.
        error: String,
    },
    /// The card was powered and answered.
    CardStarted,
    /// The card's web server began to listen.
    WebServerOpened {
        /// TCP port of the terminal.
        port: u16,
    },
    /// A timer of the card was started.
    TimerStarted {
        /// Toolkit timer.
        timer: u8,
        /// Seconds.
        duration_s: u32,
    },
    /// A timer of the card ended.
    TimerExpired {
        /// Toolkit timer.
        timer: u8,
    },
    /// A connection to the card's web server was opened.
    ConnectionOpened {
        /// TCP port.
        port: u16,
    },
    /// The connection was closed.
    ConnectionClosed,
    /// A connection could not be opened.
    ConnectionRefused {
        /// Why.
        reason: String,
    },
    /// An HTTP request left.
    HttpRequestSent {
        /// `POST`.
        method: String,
        /// Path.
        target: String,
    },
    /// An HTTP response left.
    HttpResponseSent {
        /// 200.
        status: u16,
    },
    /// The terminal told the card what it can do.
    TerminalProfileSent,
    /// The card gave a proactive command.
    ProactiveCommandSent {
        /// Name and what matters of it: `SEND DATA, 237 B, immediate`.
        command: String,
    },
    /// The terminal told the result of a proactive command.
    TerminalResponseSent {
        /// Result and what matters: `performed, 197 B waiting`.
        result: String,
    },
    /// The terminal told the card of an event.
    EnvelopeSent {
        /// Event and what matters: `data available, channel 1`.
        envelope: String,
    },
    /// A command APDU crossed.
    CommandApduSent {
        /// Instruction name.
        command: String,
    },
    /// A response APDU crossed.
    ResponseApduSent {
        /// SW1 SW2 as four hex digits.
        status_word: String,
    },
}

impl Event {
    /// The layer the fact belongs to.
    pub fn layer(&self) -> Layer {
        match self {
            Event::EnablerStepBegan => Layer::Steps,
            Event::NotificationSent { .. }
            | Event::NotificationAccepted { .. }
            | Event::NotificationRefused { .. }
            | Event::MessageSent { .. }
            | Event::CredentialsChecked { .. }
            | Event::NonceRenewed { .. }
            | Event::UserAsked { .. }
            | Event::UserAnswered { .. }
            | Event::MenuChosen { .. }
            | Event::DialogShown { .. }
            | Event::DialogAnswered { .. }
            | Event::CommandApplied { .. }
            | Event::ChunkStored { .. }
            | Event::ReceiptStored { .. }
            | Event::ResultsStored { .. }
            | Event::SessionEnded { .. }
            | Event::MalformedReceived { .. }
            | Event::CardStarted
            | Event::WebServerOpened { .. }
            | Event::TimerStarted { .. }
            | Event::TimerExpired { .. }
            | Event::ConnectionRefused { .. } => Layer::Packages,
            Event::ConnectionOpened { .. }
            | Event::ConnectionClosed
            | Event::HttpRequestSent { .. }
            | Event::HttpResponseSent { .. } => Layer::Http,
            Event::TerminalProfileSent
            | Event::ProactiveCommandSent { .. }
            | Event::TerminalResponseSent { .. }
            | Event::EnvelopeSent { .. } => Layer::Toolkit,
            Event::CommandApduSent { .. } | Event::ResponseApduSent { .. } => Layer::Apdu,
        }
    }

    /// Whether the user is to answer.
    pub fn asks_user(&self) -> bool {
        matches!(self, Event::UserAsked { .. } | Event::DialogShown { .. })
    }

    /// What the step's bytes are.
    pub fn content(&self) -> Content {
        match self {
            Event::NotificationSent { .. } => Content::WapPush,
            Event::MessageSent { wbxml: true, .. } => Content::SyncmlWbxml,
            Event::MessageSent { wbxml: false, .. } => Content::SyncmlXml,
            Event::HttpRequestSent { .. } => Content::HttpRequest,
            Event::HttpResponseSent { .. } => Content::HttpResponse,
            Event::ProactiveCommandSent { .. } => Content::ProactiveCommand,
            Event::TerminalResponseSent { .. } => Content::TerminalResponse,
            Event::EnvelopeSent { .. } => Content::Envelope,
            Event::TerminalProfileSent => Content::TerminalProfile,
            Event::CommandApduSent { .. } => Content::CommandApdu,
            Event::ResponseApduSent { .. } => Content::ResponseApdu,
            Event::CardStarted => Content::Atr,
            _ => Content::None,
        }
    }

    /// A short stable word for the kind of fact, used by guide texts and tests:
    /// `message-sent`, `user-asked` …
    pub fn key(&self) -> &'static str {
        match self {
            Event::EnablerStepBegan => "enabler-step-began",
            Event::NotificationSent { .. } => "notification-sent",
            Event::NotificationAccepted { .. } => "notification-accepted",
            Event::NotificationRefused { .. } => "notification-refused",
            Event::MessageSent { .. } => "message-sent",
            Event::CredentialsChecked { .. } => "credentials-checked",
            Event::NonceRenewed { .. } => "nonce-renewed",
            Event::UserAsked { .. } => "user-asked",
            Event::UserAnswered { .. } => "user-answered",
            Event::MenuChosen { .. } => "menu-chosen",
            Event::DialogShown { .. } => "dialog-shown",
            Event::DialogAnswered { .. } => "dialog-answered",
            Event::CommandApplied { .. } => "command-applied",
            Event::ChunkStored { .. } => "chunk-stored",
            Event::ReceiptStored { .. } => "receipt-stored",
            Event::ResultsStored { .. } => "results-stored",
            Event::SessionEnded { .. } => "session-ended",
            Event::MalformedReceived { .. } => "malformed-received",
            Event::CardStarted => "card-started",
            Event::WebServerOpened { .. } => "web-server-opened",
            Event::TimerStarted { .. } => "timer-started",
            Event::TimerExpired { .. } => "timer-expired",
            Event::ConnectionOpened { .. } => "connection-opened",
            Event::ConnectionClosed => "connection-closed",
            Event::ConnectionRefused { .. } => "connection-refused",
            Event::HttpRequestSent { .. } => "http-request-sent",
            Event::HttpResponseSent { .. } => "http-response-sent",
            Event::TerminalProfileSent => "terminal-profile-sent",
            Event::ProactiveCommandSent { .. } => "proactive-command-sent",
            Event::TerminalResponseSent { .. } => "terminal-response-sent",
            Event::EnvelopeSent { .. } => "envelope-sent",
            Event::CommandApduSent { .. } => "command-apdu-sent",
            Event::ResponseApduSent { .. } => "response-apdu-sent",
        }
    }
}

impl Content {
    /// The bytes taken apart, each part with its clause.
    pub fn fields(self, bytes: &[u8]) -> Vec<Field> {
        match self {
            Content::None => Vec::new(),
            Content::WapPush => wsp::fields(bytes),
            Content::SyncmlWbxml => syncml::fields(bytes, syncml::Encoding::Wbxml),
            Content::SyncmlXml => syncml::fields(bytes, syncml::Encoding::Xml),
            Content::HttpRequest | Content::HttpResponse => http::fields(bytes),
            Content::ProactiveCommand | Content::Envelope => toolkit::fields(bytes),
            Content::TerminalResponse => toolkit::object_fields(bytes),
            Content::TerminalProfile => toolkit::profile::fields(bytes),
            Content::CommandApdu => apdu::command_fields(bytes),
            Content::ResponseApdu => apdu::response_fields(bytes),
            Content::Atr => atr::fields(bytes),
        }
    }
}
