//! What the terminal wants done: towards the card, the user, the network and programs of the
//! device.

use super::boot::BootstrapFile;
use super::dialog::Dialog;
use super::protocol::Protocol;
use crate::codec::toolkit::{HostAddress, TransportKind};

/// Taken with `Terminal::poll`, in order, until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Power the card up and give its ATR to `Terminal::handle_atr`.
    PowerOn,
    /// How the card wants to be spoken to; the link sees to it.
    Protocol(Protocol),
    /// Send a C-APDU and give the R-APDU to `Terminal::handle_response`.
    Command(Vec<u8>),
    /// Ask the user for a PIN and give it to `Terminal::handle_pin`.
    AskPin {
        /// Key reference (TS 102 221 §9.5.1), 01 for the PIN of the application.
        reference: u8,
        /// Tries left before the card blocks it.
        tries: u8,
    },
    /// The card blocked a PIN, or it was blocked before: only its PUK helps.
    PinBlocked {
        /// Key reference.
        reference: u8,
    },
    /// The provisioning files of the card, as found at boot or after a REFRESH.
    Bootstrap {
        /// In the order of the card's directory, the first first.
        files: Vec<BootstrapFile>,
        /// What could not be read, and why.
        problems: Vec<String>,
    },
    /// The card listens: a local program's connection to `port` is established.
    Connected {
        /// TCP port of the card's server channel.
        port: u16,
    },
    /// Nothing listens on the port, or it is taken.
    ConnectionRefused {
        /// TCP port asked for.
        port: u16,
        /// Reason, for people.
        reason: String,
    },
    /// Octets from the card for the connected local program.
    Data(Vec<u8>),
    /// The card or the terminal closed the connection.
    Closed,
    /// A datagram from the card to a local UDP port (terminal server mode).
    Datagram {
        /// Destination port, 2948 for push.
        port: u16,
        /// Payload.
        bytes: Vec<u8>,
    },
    /// The card wants a connection to a host of the network; the outcome goes to
    /// `Terminal::handle_host_connected` or `Terminal::handle_host_refused`.
    HostConnect {
        /// BIP channel, 1–7.
        channel: u8,
        /// `UdpRemote` or `TcpRemote`.
        kind: TransportKind,
        /// The host.
        address: HostAddress,
        /// Port of the host.
        port: u16,
    },
    /// Octets from the card for the host of a channel.
    HostData {
        /// BIP channel, 1–7.
        channel: u8,
        /// One datagram of UDP, a piece of the stream of TCP.
        bytes: Vec<u8>,
    },
    /// The card closed the channel to a host.
    HostClosed {
        /// BIP channel, 1–7.
        channel: u8,
    },
    /// Show this; unless it is a text that does not wait, the answer goes to
    /// `Terminal::handle_reply`.
    Dialog(Dialog),
    /// The dialog shown is over without an answer.
    DialogEnded,
    /// The card's menu; without items there is none any more. A choice goes to
    /// `Terminal::handle_menu_selection`.
    Menu {
        /// Title.
        title: String,
        /// Identifiers and texts.
        items: Vec<(u8, String)>,
    },
    /// Send a short message.
    ShortMessage {
        /// Service centre as kind and digits; empty for the usual one.
        service_centre: Vec<u8>,
        /// An SMS-SUBMIT.
        tpdu: Vec<u8>,
    },
    /// A short message for a local port came in, whole.
    Delivered {
        /// Destination port, 2948 for push.
        port: u16,
        /// What it carries, without any header.
        bytes: Vec<u8>,
    },
    /// Answer a short message that came in.
    Report {
        /// An SMS-DELIVER-REPORT.
        tpdu: Vec<u8>,
    },
    /// A short message that came in goes to nobody.
    MessageDropped {
        /// Reason, for people.
        reason: String,
    },
    /// Parts of a long message are forgotten, as the others did not come in time.
    PartsForgotten {
        /// Parts that came.
        came: u8,
        /// Parts of the message.
        parts: u8,
    },
    /// Open a browser.
    Browse {
        /// Empty for its start page.
        url: String,
    },
    /// The card says that files changed; no paths stand for all of them.
    FilesChanged {
        /// Paths from the MF.
        paths: Vec<Vec<u16>>,
    },
}
