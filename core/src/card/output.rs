//! What the card wants done: it answers every command, and its applications ask for help.

use crate::codec::http;
use crate::tls;

/// Taken with `Uicc::poll` after a command, until the response is among them; a card always
/// answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A request for a card application; give the answer to `Uicc::handle_applet_response`.
    AppletRequest {
        /// BIP channel it came over, 1–7.
        channel: u8,
        /// The request; its target is the path.
        request: http::Request,
    },
    /// The client of a BIP server channel went away.
    ClientGone {
        /// BIP channel, 1–7.
        channel: u8,
    },
    /// A timer of the card ended, the user asked for a session in the menu, or a program of the
    /// card wants one; the Trigger wants
    /// a notification (`Uicc::handle_notification`).
    TriggerDue {
        /// Toolkit timer, 1–8; 0 for none.
        timer: u8,
    },
    /// What TLS below the web server wants or tells: a record to be sent, which goes to
    /// `Uicc::handle_record`, or a fact.
    Tls(tls::Output),
    /// The R-APDU: data and status word.
    Response(Vec<u8>),
}
