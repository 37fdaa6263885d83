//! Addresses of sessions: where a message came to, and where a client is to send the next
//! (OMA-TS-DM_RepPro-V1_2_1 §6, RespURI).
//!
//! A session whose client proves itself once is later known by SessionID and Source alone, which
//! anybody can say who has seen or guessed them. Where a server can be reached by more than one
//! connection, each session therefore has an address of its own that nobody can guess. The core
//! has no randomness: names of sessions come from outside.

use crate::codec::secret::same;

/// Parameter of an address that names its session.
pub const SESSION_PARAMETER: &str = "session";

/// Bytes of the longest Target that a RespURI is made of.
const MAX_TARGET: usize = 1024;

/// Door by which a message came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Door<'a> {
    /// Name of a session, as the address tells it; `None` for the address all clients know.
    pub session: Option<&'a str>,
    /// Name for the session that the message may open: one that nobody can guess. `None` where
    /// the transport keeps sessions apart, as a single connection does.
    pub fresh: Option<&'a str>,
    /// Address all clients know, for a client whose Target is none.
    pub base: &'a str,
    /// Number of the peer, such as one for its address in a network.
    pub origin: u64,
}

/// Address of one session.
#[derive(Clone, Debug)]
pub(super) struct Own {
    name: String,
    /// The whole address.
    pub(super) resp_uri: String,
}

impl Own {
    /// The address of a session that a message to this Target opens.
    pub(super) fn new(door: &Door<'_>, target: &str) -> Option<Self> {
        let name = door.fresh?.to_owned();
        let scheme = target.split("://").next().unwrap_or_default();
        let is_address = target.len() <= MAX_TARGET
            && target.contains("://")
            && ["http", "https"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s));
        let known = if is_address { target } else { door.base };
        let known = known.split('#').next().unwrap_or_default();
        let (path, query) = known.split_once('?').unwrap_or((known, ""));
        let mut resp_uri = format!("{path}?");
        for parameter in query.split('&').filter(|p| !p.is_empty()) {
            let is_name = parameter.split('=').next() == Some(SESSION_PARAMETER);
            if !is_name {
                resp_uri.push_str(parameter);
                resp_uri.push('&');
            }
        }
        resp_uri.push_str(&format!("{SESSION_PARAMETER}={name}"));
        Some(Own { name, resp_uri })
    }
}

/// How the last message of a session came in.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// Address of the session, where the transport does not keep sessions apart.
    pub(super) own: Option<Own>,
    /// It came to another address than that of its session, such as the one all clients know.
    pub(super) openly: bool,
    /// It had a right proof with it.
    pub(super) shown: bool,
}

impl Way {
    /// Whether a message that came in by this door is of this session by its address alone. Where
    /// sessions have no addresses, each message comes by the right one.
    pub(super) fn is_behind(&self, door: &Door<'_>) -> bool {
        match (&self.own, door.session) {
            (None, _) => true,
            (Some(own), Some(name)) => same(own.name.as_bytes(), name.as_bytes()),
            (Some(_), None) => false,
        }
    }

    /// Whether the last message may be answered again when it comes by this door. At any address
    /// but that of its session, only what nobody else can say is: a message with a right proof.
    pub(super) fn may_repeat(&self, door: &Door<'_>) -> bool {
        self.is_behind(door) || self.openly && self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_session_is_the_one_its_client_knows() {
        let door = Door {
            fresh: Some("n1"),
            base: "http://base/dm",
            ..Door::default()
        };
        for (target, wanted) in [
            ("http://h:81/dm", "http://h:81/dm?session=n1"),
            ("HTTPS://h/dm?a=b", "HTTPS://h/dm?a=b&session=n1"),
            (
                "https://h/dm?session=old&a=b#c",
                "https://h/dm?a=b&session=n1",
            ),
            ("server", "http://base/dm?session=n1"),
            ("ftp://h/", "http://base/dm?session=n1"),
        ] {
            let own = Own::new(&door, target).unwrap();
            assert_eq!(own.resp_uri, wanted, "{target}");
        }
        let long = format!("http://h/{}", "x".repeat(MAX_TARGET));
        assert_eq!(
            Own::new(&door, &long).unwrap().resp_uri,
            "http://base/dm?session=n1"
        );
        assert!(Own::new(&Door::default(), "http://h/dm").is_none());
    }
}
