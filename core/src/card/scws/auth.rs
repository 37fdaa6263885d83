//! Who asks: basic and digest access authentication (RFC 7617; RFC 7616 with MD5, and its
//! older forms of RFC 2617).
//!
//! Nonces come from a seed and a count. Each use of one must count up, so that what was heard
//! on the way is of no use a second time.

use super::site::{Scheme, Site};
use crate::codec::auth::{from_base64, md5};
use crate::codec::hex;
use crate::codec::http::Request;
use crate::codec::secret::same;
use std::collections::VecDeque;

/// Nonces that may be used at a time.
const MAX_NONCES: usize = 8;

/// How often one nonce may be used.
const MAX_USES: u32 = 1024;

/// Nonces given out, and how far each is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Authenticator {
    seed: u64,
    count: u64,
    nonces: VecDeque<(String, u32)>,
}

/// What credentials are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The user's name.
    User(String),
    /// None were given.
    Missing,
    /// They prove nothing.
    Wrong,
    /// They would be good with another nonce.
    Stale,
}

impl Authenticator {
    pub(super) fn new(seed: u64) -> Self {
        Authenticator {
            seed,
            ..Authenticator::default()
        }
    }

    /// The value of WWW-Authenticate.
    pub(super) fn challenge(&mut self, scheme: Scheme, realm: &str, stale: bool) -> String {
        let realm = realm.replace(['"', '\\', '\r', '\n'], "");
        match scheme {
            Scheme::Basic => format!("Basic realm=\"{realm}\", charset=\"UTF-8\""),
            Scheme::Digest => {
                let nonce = self.issue();
                let stale = if stale { ", stale=true" } else { "" };
                format!(
                    "Digest realm=\"{realm}\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"{nonce}\"{stale}"
                )
            }
        }
    }

    fn issue(&mut self) -> String {
        self.count += 1;
        let text = format!("{:016X}:{:016X}", self.seed, self.count);
        let nonce = lower(&md5(text.as_bytes()));
        if self.nonces.len() == MAX_NONCES {
            self.nonces.pop_front();
        }
        self.nonces.push_back((nonce.clone(), 0));
        nonce
    }

    /// Looks at the credentials of a request.
    pub(super) fn check(&mut self, scheme: Scheme, site: &Site, request: &Request) -> Proof {
        let Some(value) = request.header("Authorization") else {
            return Proof::Missing;
        };
        let Some((name, rest)) = value.trim().split_once(' ') else {
            return Proof::Wrong;
        };
        match scheme {
            Scheme::Basic if name.eq_ignore_ascii_case("Basic") => basic(site, rest),
            Scheme::Digest if name.eq_ignore_ascii_case("Digest") => {
                self.digest(site, request, &parameters(rest))
            }
            _ => Proof::Missing,
        }
    }

    fn digest(&mut self, site: &Site, request: &Request, given: &[(String, String)]) -> Proof {
        let value = |name: &str| {
            let found = given.iter().find(|(of, _)| of.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        let (Some(user), Some(nonce), Some(uri), Some(response)) = (
            value("username"),
            value("nonce"),
            value("uri"),
            value("response"),
        ) else {
            return Proof::Wrong;
        };
        let algorithm = value("algorithm").unwrap_or("MD5");
        if value("realm") != Some(&site.realm)
            || uri != request.target
            || !algorithm.eq_ignore_ascii_case("MD5")
        {
            return Proof::Wrong;
        }
        let Some(password) = site.password(user) else {
            return Proof::Wrong;
        };
        let ha1 = digest(&[user, &site.realm, password]);
        let ha2 = match value("qop") {
            Some("auth-int") => digest(&[&request.method, uri, &lower(&md5(&request.body))]),
            _ => digest(&[&request.method, uri]),
        };
        let (count, wanted) = match (value("qop"), value("nc"), value("cnonce")) {
            (Some(qop @ ("auth" | "auth-int")), Some(nc), Some(cnonce)) => {
                let Some(count) = (nc.len() == 8)
                    .then(|| u32::from_str_radix(nc, 16).ok())
                    .flatten()
                else {
                    return Proof::Wrong;
                };
                (Some(count), digest(&[&ha1, nonce, nc, cnonce, qop, &ha2]))
            }
            // The form of RFC 2069, which counts nothing: good for one use.
            (None, None, _) => (None, digest(&[&ha1, nonce, &ha2])),
            _ => return Proof::Wrong,
        };
        if !same(response.to_ascii_lowercase().as_bytes(), wanted.as_bytes()) {
            return Proof::Wrong;
        }
        let Some((_, used)) = self.nonces.iter_mut().find(|(of, _)| of == nonce) else {
            return Proof::Stale;
        };
        match count {
            Some(count) if count > *used && count <= MAX_USES => *used = count,
            None if *used == 0 => *used = MAX_USES,
            _ => return Proof::Stale,
        }
        Proof::User(user.to_owned())
    }
}

fn basic(site: &Site, credentials: &str) -> Proof {
    let decoded = from_base64(credentials.trim()).unwrap_or_default();
    let text = String::from_utf8(decoded).unwrap_or_default();
    match text.split_once(':') {
        Some((user, password))
            if site
                .password(user)
                .is_some_and(|own| same(own.as_bytes(), password.as_bytes())) =>
        {
            Proof::User(user.to_owned())
        }
        _ => Proof::Wrong,
    }
}

/// MD5 over parts with colons between, as lower-case digits.
fn digest(parts: &[&str]) -> String {
    lower(&md5(parts.join(":").as_bytes()))
}

fn lower(octets: &[u8]) -> String {
    hex::encode(octets).to_ascii_lowercase()
}

/// `name=value` and `name="value"`, with commas between (RFC 9110 §11.4).
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']).to_owned();
        let after = after.trim_start();
        let mut value = String::new();
        if let Some(quoted) = after.strip_prefix('"') {
            let mut end = quoted.len();
            let mut escaped = false;
            for (at, c) in quoted.char_indices() {
                match c {
                    _ if escaped => {
                        value.push(c);
                        escaped = false;
                    }
                    '\\' => escaped = true,
                    '"' => {
                        end = at + 1;
                        break;
                    }
                    _ => value.push(c),
                }
            }
            rest = &quoted[end..];
        } else {
            let end = after.find(',').unwrap_or(after.len());
            value.push_str(after[..end].trim());
            rest = &after[end..];
        }
        found.push((name, value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::scws::site::User;

    /// The example of RFC 7616 §3.9.1, and that of RFC 2617 §3.5 with its errata.
    /// Shows SCWS-4.
    #[test]
    fn the_examples_of_the_standard_hold() {
        for (uri, realm, user, password, nonce, cnonce, response) in [
            (
                "/dir/index.html",
                "http-auth@example.org",
                "Mufasa",
                "Circle of Life",
                "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                "8ca523f5e9506fed4657c9700eebdbec",
            ),
            (
                "/dir/index.html",
                "testrealm@host.com",
                "Mufasa",
                "Circle Of Life",
                "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                "0a4f113b",
                "6629fae49393a05397450978507c4ef1",
            ),
        ] {
            let site = Site {
                realm: realm.to_owned(),
                users: vec![User {
                    name: user.to_owned(),
                    password: password.to_owned(),
                }],
                ..Site::default()
            };
            let mut authenticator = Authenticator::new(1);
            authenticator.nonces.push_back((nonce.to_owned(), 0));
            let header = format!(
                "Digest username=\"{user}\", realm=\"{realm}\", uri=\"{uri}\", algorithm=MD5, nonce=\"{nonce}\", nc=00000001, cnonce=\"{cnonce}\", qop=auth, response=\"{response}\""
            );
            let request = |method: &str| Request {
                method: method.to_owned(),
                target: uri.to_owned(),
                headers: vec![("Authorization".to_owned(), header.clone())],
                body: Vec::new(),
            };
            let mut check =
                |method: &str| authenticator.check(Scheme::Digest, &site, &request(method));
            assert_eq!(check("PUT"), Proof::Wrong);
            assert_eq!(check("GET"), Proof::User(user.to_owned()));
            // What was heard on the way proves nothing again.
            assert_eq!(check("GET"), Proof::Stale);
        }
    }

    #[test]
    fn parameters_are_taken_apart() {
        let found = parameters(r#"a="x, \"y\"", b = 2 ,c=, d="open"#);
        let found: Vec<_> = found.iter().map(|(n, v)| (&n[..], &v[..])).collect();
        assert_eq!(
            found,
            [("a", "x, \"y\""), ("b", "2"), ("c", ""), ("d", "open")]
        );
    }

    #[test]
    fn nonces_follow_from_the_seed() {
        let (mut one, mut same, mut other) = (
            Authenticator::new(1),
            Authenticator::new(1),
            Authenticator::new(2),
        );
        let first = one.challenge(Scheme::Digest, "r", false);
        assert_eq!(first, same.challenge(Scheme::Digest, "r", false));
        assert_ne!(first, other.challenge(Scheme::Digest, "r", false));
        assert_ne!(first, one.challenge(Scheme::Digest, "r", false));
    }
}
