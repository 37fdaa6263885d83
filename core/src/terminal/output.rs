//! What the terminal wants done, towards the card and towards programs of the device.

/// Taken with `Terminal::poll`, in order, until there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Power the card up and give its ATR to `Terminal::handle_atr`.
    PowerOn,
    /// Send a C-APDU and give the R-APDU to `Terminal::handle_response`.
    Command(Vec<u8>),
    /// The card listens: a local program's connection to `port` is established.
    Connected {
        /// TCP port of the card's server channel.
        port: u16,
    },
    /// Nothing listens on the port, or it is taken.
    ConnectionRefused {
        /// TCP port asked for.
        port: u16,
        /// For people.
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
    /// The card asked for something that does not concern programs: shown, answered already.
    ToolkitText {
        /// Text to show to the user.
        text: String,
    },
}
