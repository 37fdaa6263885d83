//! Whom a request is for: the authority of its target, or else its one Host field
//! (RFC 9110 §4.2, §7.2; RFC 9112 §3.2).
//!
//! Knows no addresses of its own: whether an authority is served is for the server to say.

use super::refusal::Refusal;
// The form of an address alone: nothing here can reach one.
use core::net::Ipv6Addr;

/// Host and port as a request names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Name or address in lower case, without a dot at its end; an IPv6 address in brackets.
    pub host: String,
    /// The port, when it is said.
    pub port: Option<u16>,
}

impl Authority {
    /// From `host` or `host:port`. `None` when it is neither, such as with user information, a
    /// list, or nothing before the colon.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = if text.starts_with('[') {
            text.split_at_checked(text.find(']')? + 1)?
        } else {
            text.split_at_checked(text.find(':').unwrap_or(text.len()))?
        };
        let port = match port.strip_prefix(':') {
            // A colon alone is the usual port too (RFC 3986 §3.2.3).
            Some("") => None,
            Some(digits) => Some(decimal(digits)?),
            None if port.is_empty() => None,
            None => return None,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_address = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
        let is_name = !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b));
        (is_address || is_name).then_some(Authority { host, port })
    }

    /// Is it one of these hosts with exactly this port? Where none is said it is 80, the port of
    /// http (RFC 9110 §4.2.1).
    pub fn is_one_of(&self, hosts: &[&str], port: u16) -> bool {
        self.port.unwrap_or(80) == port && hosts.contains(&self.host.as_str())
    }
}

fn decimal(digits: &str) -> Option<u16> {
    let only_digits = digits.bytes().all(|b| b.is_ascii_digit());
    only_digits.then(|| digits.parse().ok()).flatten()
}

/// The authority a request is for. `None` in HTTP/1.0 without Host, where there is none.
pub(super) fn of(
    target: &str,
    hosts: &[&[u8]],
    is_old: bool,
) -> Result<Option<Authority>, Refusal> {
    let said = match hosts {
        [] if is_old => None,
        [] => return Err(Refusal::bad(0, "a Host field", "none", "RFC 9112 §3.2")),
        [one] => Some(*one),
        [..] => {
            let many = format!("{} of them", hosts.len());
            return Err(Refusal::bad(0, "one Host field", many, "RFC 9112 §3.2"));
        }
    };
    let parse = |text: &str| {
        Authority::parse(text)
            .ok_or_else(|| Refusal::bad(0, "a host, or a host and a port", text, "RFC 9110 §7.2"))
    };
    let said = said
        .map(|said| parse(&String::from_utf8_lossy(said)))
        .transpose()?;
    // What the target names counts, whatever Host says (RFC 9112 §3.2.2).
    match split(target) {
        Some((scheme, authority, _)) if scheme.eq_ignore_ascii_case("http") => {
            parse(authority).map(Some)
        }
        Some((scheme, ..)) => Err(Refusal::bad(
            0,
            "a target of http",
            scheme,
            "RFC 9112 §3.2.2",
        )),
        None => Ok(said),
    }
}

/// Scheme, authority and the rest of a target in absolute form; `None` in other forms.
pub fn split(target: &str) -> Option<(&str, &str, &str)> {
    if target.starts_with('/') {
        return None;
    }
    let (scheme, rest) = target.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some((scheme, &rest[..end], &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_told_apart() {
        let is = |text: &str, host: &str, port| {
            let found = Authority::parse(text);
            assert_eq!(
                found,
                Some(Authority {
                    host: host.to_owned(),
                    port
                }),
                "{text}"
            );
        };
        is("127.0.0.1:3516", "127.0.0.1", Some(3516));
        is("LocalHost.", "localhost", None);
        is("localhost:", "localhost", None);
        is("[::1]:80", "[::1]", Some(80));
        is("a-b_c.example", "a-b_c.example", None);
        for none in [
            "", ":80", "a b", "a,b", "me@a", "a:b", "a:+1", "a:65536", "a:1:2", "[::1", "[x]",
            "[::1]x", "\u{FFFD}", ".",
        ] {
            assert_eq!(Authority::parse(none), None, "{none}");
        }
    }

    #[test]
    fn the_port_of_http_may_be_left_out() {
        let is = |text: &str, port| {
            Authority::parse(text).is_some_and(|a| a.is_one_of(&["localhost", "[::1]"], port))
        };
        assert!(is("localhost", 80) && is("localhost:80", 80) && is("[::1]:81", 81));
        assert!(!is("localhost", 81) && !is("localhost:80", 81) && !is("other", 80));
    }
}
