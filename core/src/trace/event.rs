//! Facts a trace can hold, with their values.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// A fact, in the past tense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// One of the enabler's steps began; title and number lie in the trace's titles.
    EnablerStepBegan,
    /// A Package #0 was pushed.
    NotificationSent {
        /// SessionID as in SyncHdr.
        session_id: String,
        /// Made with the resynchronisation nonce.
        resync: bool,
    },
    /// The DM Client accepted a notification.
    NotificationAccepted {
        /// ServerID of the account.
        server_id: String,
        /// SessionID as in SyncHdr.
        session_id: String,
        /// Made with the resynchronisation nonce.
        resync: bool,
    },
    /// The DM Client ignored a notification.
    NotificationRefused {
        /// Check that failed, and why.
        reason: String,
    },
    /// A DM message left.
    MessageSent {
        /// 1 to 4.
        package: u8,
        /// SessionID as in SyncHdr.
        session_id: String,
        /// MsgID as in SyncHdr.
        msg_id: u32,
        /// WBXML, else XML.
        wbxml: bool,
        /// Last message of its package.
        last: bool,
        /// What it carries, in its order.
        carries: Vec<Carried>,
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
        /// What the user chooses from, numbered from 1 (1103, 1104).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<String>,
        /// What the user may write, for people (1102); empty where nothing is written.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        input: String,
    },
    /// The DM Client told its user that a session begins; no answer is waited for.
    UserInformed {
        /// The text shown.
        text: String,
    },
    /// The user answered.
    UserAnswered {
        /// `accept`, `reject`, `cancel`, `none`, `abort`, or the input.
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
    /// A DM Server stored the Status of one of its commands.
    ReceiptStored {
        /// `Add`, `Replace` …
        command: String,
        /// Target.
        uri: String,
        /// The Status.
        code: u16,
        /// Whether the server takes the Status for no failure, though it says no success.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        accepted: bool,
    },
    /// The card stored what a Get returned.
    ResultsStored {
        /// Node that was read.
        uri: String,
        /// Value or child list.
        value: String,
    },
    /// Customer care signed what a user ordered.
    OrderSigned {
        /// What was ordered.
        text: String,
    },
    /// The card checked the signature of an order, and what it is for.
    OrderChecked {
        /// Status of the alert that brought it: 200, 401.
        code: u16,
        /// What was ordered, or why it is refused.
        text: String,
    },
    /// The card signed a receipt, and stored it.
    ReceiptIssued {
        /// Number in the chain.
        seq: u64,
    },
    /// A receipt left in a message of the card.
    ReceiptSent {
        /// Number in the chain.
        seq: String,
    },
    /// Customer care asked the card for a receipt, by a secured packet.
    ReceiptAsked {
        /// Number in the chain.
        seq: u64,
    },
    /// The signature of a receipt was checked, its place in the chain, and what it tells.
    ReceiptChecked {
        /// Number by which it came.
        seq: String,
        /// What does not hold; `None` when all does.
        problem: Option<String>,
    },
    /// A denial of what was done, with what is signed and held against it.
    ClaimWeighed {
        /// What is claimed.
        claim: String,
        /// What is held against it.
        answer: String,
        /// Whether the claim is refuted.
        refuted: bool,
    },
    /// One side knows that the session is over.
    SessionEnded {
        /// In good order.
        complete: bool,
        /// Reason, for people.
        reason: String,
    },
    /// Bytes that cannot be read reached an actor.
    MalformedReceived {
        /// Offset, expectation, finding.
        error: String,
    },
    /// A short message left for the terminal.
    SmsSent {
        /// Number among the parts of a long message, from 1.
        part: u8,
        /// Parts of the message.
        parts: u8,
    },
    /// The terminal answered a short message.
    SmsReportSent {
        /// Whether it took the message.
        taken: bool,
    },
    /// A short message reached the terminal, which gave it to nobody.
    SmsDropped {
        /// Reason, for people.
        reason: String,
    },
    /// The terminal waited in vain for the other parts of a long message, and forgot it.
    SmsPartsForgotten {
        /// Parts that came.
        came: u8,
        /// Parts of the message.
        parts: u8,
    },
    /// A secured packet left for the card.
    PacketSent {
        /// Counter of the packet.
        counter: u64,
    },
    /// The card answered a secured packet with a proof of receipt.
    PacketAnswered,
    /// The ECMS learned from a proof of receipt what the card did.
    UpdateAnswered {
        /// The card has the new document, as far as the receipt proves it.
        taken: bool,
        /// Status of the packet (TS 102 225 §5.2).
        status: u8,
        /// Whether a checksum proves that the card wrote it.
        proven: bool,
        /// Commands that were carried out.
        done: u8,
        /// Commands of the script.
        commands: u8,
        /// Status word of the last of them; 0 when there was none.
        sw: u16,
    },
    /// The card has a new document to provision.
    DocumentActivated {
        /// Slot of the file, `A` or `B`.
        slot: String,
        /// Bytes of the document.
        length: u32,
        /// Commands that lead the device to it.
        commands: u32,
    },
    /// The card was powered and answered.
    CardStarted,
    /// The card's web server began to listen.
    WebServerOpened {
        /// TCP port of the terminal.
        port: u16,
    },
    /// The card has no channel for a web server: its standard knows none.
    WebServerMissing,
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
        /// Reason, for people.
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
    /// A record of TLS left.
    TlsRecordSent {
        /// What it is, in the standard's words: `ClientHello`, `application_data` …
        content: String,
    },
    /// One end has seen a TLS handshake to its end.
    TlsEstablished,
    /// One end knows by close_notify that nothing is missing.
    TlsClosed,
    /// A TLS connection ended otherwise.
    TlsBroken {
        /// Alert, or what else ended it.
        reason: String,
    },
    /// The terminal told the card what it can do.
    TerminalProfileSent,
    /// The card gave a proactive command.
    ProactiveCommandSent,
    /// The terminal told the result of a proactive command.
    TerminalResponseSent,
    /// The terminal told the card of an event.
    EnvelopeSent,
    /// A command APDU crossed.
    CommandApduSent,
    /// A response APDU crossed.
    ResponseApduSent,
    /// The card was taken out of the terminal.
    CardRemoved,
    /// The card was put into the terminal.
    CardInserted,
    /// The card loses its power after some more writes of its memory.
    CardPowerCut {
        /// Writes that still take effect; `None` when it goes at once.
        writes: Option<u32>,
    },
    /// The card answered nothing, and the terminal gave it up.
    CardMute,
    /// An answer did not come in time, and its receiver gave up waiting.
    AnswerMissed {
        /// Seconds it waited.
        after_s: u32,
    },
    /// The run was ended because it does not come to an end by itself.
    LimitReached {
        /// Things done until then.
        outputs: u32,
    },
    /// The terminal asks its user for a PIN.
    PinAsked {
        /// Key reference (TS 102 221 §9.5.1).
        reference: u8,
        /// Tries left.
        tries: u8,
    },
    /// A PIN of the card is blocked.
    PinBlocked {
        /// Key reference (TS 102 221 §9.5.1).
        reference: u8,
    },
    /// The terminal read the bootstrap files of the card.
    BootstrapRead {
        /// Files that were read.
        files: u32,
        /// What could not be read, and why.
        problems: Vec<String>,
    },
    /// The terminal handed a bootstrap document of the card to the DM Client.
    BootstrapSent {
        /// Path of the file, such as `7F50/6435`.
        file: String,
        /// Name of the file.
        label: String,
    },
    /// The DM Client took a bootstrap document.
    BootstrapTaken {
        /// ServerIDs of the accounts it brought.
        servers: Vec<String>,
    },
    /// A bootstrap document was taken before, and changed nothing.
    BootstrapKept,
    /// The DM Client refused a bootstrap document.
    BootstrapRefused {
        /// Rule it breaks, and where.
        reason: String,
    },
    /// The DM Client began a session of its own will.
    SessionStarted {
        /// ServerID of the account.
        server_id: String,
        /// SessionID as in SyncHdr.
        session_id: String,
    },
    /// The card asked for a connection to a host of a network that is not there.
    HostRefused {
        /// Port of the host.
        port: u16,
    },
    /// The card or its terminal sent a short message.
    ShortMessageSent,
    /// The card asked for a browser.
    BrowserAsked {
        /// Where to; empty for its start page.
        url: String,
    },
    /// The card said that files of it changed.
    FilesChanged {
        /// How many; 0 for all.
        files: u32,
    },
    /// A question of the card ended without an answer.
    DialogEnded,
    /// A datagram reached a port where nobody listens.
    DatagramDropped {
        /// Port of the terminal.
        port: u16,
    },
    /// A process was asked for that the device does not have.
    ProcessRefused {
        /// Node that stands for the process.
        uri: String,
    },
    /// The device with its card loses its power and starts again.
    DevicePowerCut,
    /// The management tree has room for nothing more.
    TreeFilled,
    /// The card's memory has room for no more files.
    CardFilled,
    /// The network is gone.
    NetworkLost,
    /// The network is there again.
    NetworkFound,
    /// A rogue changed a message on its way.
    MessageTampered {
        /// Part of a value, as it was sent.
        from: String,
        /// What took its place.
        to: String,
    },
    /// An attack was stopped.
    AttackStopped {
        /// `forged`, `replayed` …
        attack: String,
        /// Check that stopped it.
        check: String,
        /// Clause that wants the check; empty where none did.
        clause: String,
    },
    /// An attack came to what it was for, because nothing stopped it.
    AttackSucceeded {
        /// `forged`, `replayed` …
        attack: String,
        /// Effect, for people.
        effect: String,
    },
}

/// What a DM message carries, as values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Carried {
    /// An Alert with this code.
    Alert(u16),
    /// A command on a node, or on none.
    Command {
        /// `Add`, `Replace` …
        name: String,
        /// The first target, else the first source; empty for none.
        uri: String,
    },
    /// Results of a Get.
    Results,
    /// An element that is no known command.
    Unknown(String),
    /// Number of Statuses.
    Statuses(u32),
    /// Credentials in the header.
    Credentials,
    /// A challenge with the next nonce.
    NextNonce,
}

super::kind::events! {
    EnablerStepBegan: "enabler-step-began", Steps, None, Plain;
    NotificationSent: "notification-sent", Packages, WapPush, Plain;
    NotificationAccepted: "notification-accepted", Packages, None, Check;
    NotificationRefused: "notification-refused", Packages, None, Check;
    MessageSent: "message-sent", Packages, SyncmlWbxml, Plain;
    CredentialsChecked: "credentials-checked", Packages, None, Check;
    NonceRenewed: "nonce-renewed", Packages, None, Plain;
    UserAsked: "user-asked", Packages, None, Question;
    UserInformed: "user-informed", Packages, None, Plain;
    UserAnswered: "user-answered", Packages, None, Question;
    MenuChosen: "menu-chosen", Packages, None, Question;
    DialogShown: "dialog-shown", Packages, None, Question;
    DialogAnswered: "dialog-answered", Packages, None, Question;
    CommandApplied: "command-applied", Packages, None, Check;
    ChunkStored: "chunk-stored", Packages, None, Plain;
    ReceiptStored: "receipt-stored", Packages, None, Check;
    ResultsStored: "results-stored", Packages, None, Plain;
    OrderSigned: "order-signed", Packages, Cose, Plain;
    OrderChecked: "order-checked", Packages, None, Check;
    ReceiptIssued: "receipt-issued", Packages, Cose, Plain;
    ReceiptSent: "receipt-sent", Http, Cose, Plain;
    ReceiptAsked: "receipt-asked", Packages, CommandPacket, Plain;
    ReceiptChecked: "receipt-checked", Packages, Cose, Check;
    ClaimWeighed: "claim-weighed", Packages, None, Check;
    SessionEnded: "session-ended", Packages, None, Check;
    MalformedReceived: "malformed-received", Packages, None, Trouble;
    SmsSent: "sms-sent", Http, SmsDeliver, Plain;
    SmsReportSent: "sms-report-sent", Http, SmsReport, Plain;
    SmsDropped: "sms-dropped", Packages, None, Trouble;
    SmsPartsForgotten: "sms-parts-forgotten", Packages, None, Trouble;
    PacketSent: "packet-sent", Packages, CommandPacket, Plain;
    PacketAnswered: "packet-answered", Packages, ResponsePacket, Plain;
    UpdateAnswered: "update-answered", Packages, None, Check;
    DocumentActivated: "document-activated", Packages, None, Plain;
    CardStarted: "card-started", Packages, Atr, Plain;
    WebServerOpened: "web-server-opened", Packages, None, Plain;
    WebServerMissing: "web-server-missing", Packages, None, Trouble;
    TimerStarted: "timer-started", Packages, None, Plain;
    TimerExpired: "timer-expired", Packages, None, Plain;
    ConnectionOpened: "connection-opened", Http, None, Plain;
    ConnectionClosed: "connection-closed", Http, None, Plain;
    ConnectionRefused: "connection-refused", Packages, None, Trouble;
    HttpRequestSent: "http-request-sent", Http, HttpRequest, Plain;
    HttpResponseSent: "http-response-sent", Http, HttpResponse, Plain;
    TlsRecordSent: "tls-record-sent", Http, TlsRecords, Plain;
    TlsEstablished: "tls-established", Packages, None, Check;
    TlsClosed: "tls-closed", Http, None, Plain;
    TlsBroken: "tls-broken", Packages, None, Trouble;
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
    BootstrapSent: "bootstrap-sent", Packages, Wbxml, Plain;
    BootstrapTaken: "bootstrap-taken", Packages, None, Check;
    BootstrapKept: "bootstrap-kept", Packages, None, Check;
    BootstrapRefused: "bootstrap-refused", Packages, None, Check;
    SessionStarted: "session-started", Packages, None, Plain;
    HostRefused: "host-refused", Packages, None, Trouble;
    ShortMessageSent: "short-message-sent", Packages, SmsSubmit, Plain;
    BrowserAsked: "browser-asked", Packages, None, Plain;
    FilesChanged: "files-changed", Packages, None, Plain;
    DialogEnded: "dialog-ended", Packages, None, Question;
    DatagramDropped: "datagram-dropped", Packages, None, Trouble;
    ProcessRefused: "process-refused", Packages, None, Check;
    DevicePowerCut: "device-power-cut", Packages, None, Trouble;
    TreeFilled: "tree-filled", Packages, None, Trouble;
    CardFilled: "card-filled", Packages, None, Trouble;
    NetworkLost: "network-lost", Packages, None, Trouble;
    NetworkFound: "network-found", Packages, None, Plain;
    MessageTampered: "message-tampered", Packages, None, Trouble;
    AttackStopped: "attack-stopped", Packages, None, Check;
    AttackSucceeded: "attack-succeeded", Packages, None, Trouble;
}
