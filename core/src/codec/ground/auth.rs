//! Credentials, digests and nonces of OMA DM 1.2 (OMA-TS-DM_Security-V1_2_1 §5).
//!
//! Pure functions over names, secrets, nonces and bodies; who may do what is decided elsewhere.

use super::secret::same;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use md5::{Digest, Md5};
use std::fmt;

/// One direction of an account: who proves itself by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// AAuthType: how.
    pub auth_type: AuthType,
    /// AAuthName.
    pub name: String,
    /// AAuthSecret.
    pub secret: String,
    /// AAuthData: the octets of the nonce, never its base64 text.
    pub nonce: Vec<u8>,
}

/// What a DM server and a DM client know of each other (one DMAcc).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// ServerID: name of the server in ACLs and notifications.
    pub server_id: String,
    /// AppAddr/Addr: where the client finds the server.
    pub address: String,
    /// CLCRED: what the client shows to the server.
    pub client: Credentials,
    /// SRVCRED: what the server shows to the client.
    pub server: Credentials,
}

/// The resynchronisation nonce: four zero octets (notification digest and Package #1 when the
/// peers' nonces have come apart; DM Security §5.2).
pub const RESYNC_NONCE: [u8; 4] = [0; 4];

/// Authentication types (DM Security §5.3; the AAuthType values of DM StdObj §5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuthType {
    /// User name and password in base64.
    Basic,
    /// Nested MD5 with a nonce: what every peer must know.
    #[default]
    Md5,
    /// Nested MD5 over the message, in a transport header.
    Mac,
    /// A secure transport, such as TLS, proves who is at the other end; nothing is shown in
    /// messages (DM StdObj §5, AAuthType TRANSPORT).
    Transport,
    /// Any other name, as it was written.
    Unknown(String),
}

impl AuthType {
    /// From Meta Type of a Cred or Chal.
    pub fn from_meta(media_type: &str) -> Self {
        match media_type {
            "syncml:auth-basic" => AuthType::Basic,
            "syncml:auth-md5" => AuthType::Md5,
            "syncml:auth-MAC" => AuthType::Mac,
            other => AuthType::Unknown(other.to_owned()),
        }
    }

    /// As in Meta Type.
    pub fn as_meta(&self) -> &str {
        match self {
            AuthType::Basic => "syncml:auth-basic",
            AuthType::Md5 => "syncml:auth-md5",
            AuthType::Mac => "syncml:auth-MAC",
            // Has no Cred and no Chal, so no Meta Type.
            AuthType::Transport => "TRANSPORT",
            AuthType::Unknown(other) => other,
        }
    }

    /// From AAuthType of a DMAcc.
    pub fn from_account(name: &str) -> Self {
        match name {
            "BASIC" => AuthType::Basic,
            "DIGEST" => AuthType::Md5,
            "HMAC" => AuthType::Mac,
            "TRANSPORT" => AuthType::Transport,
            other => AuthType::Unknown(other.to_owned()),
        }
    }

    /// As in AAuthType of a DMAcc.
    pub fn as_account(&self) -> &str {
        match self {
            AuthType::Basic => "BASIC",
            AuthType::Md5 => "DIGEST",
            AuthType::Mac => "HMAC",
            AuthType::Transport => "TRANSPORT",
            AuthType::Unknown(other) => other,
        }
    }
}

impl fmt::Display for AuthType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_meta())
    }
}

/// MD5 of some bytes (RFC 1321).
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// Base64 with padding and without line breaks (RFC 4648 §4).
pub fn base64(bytes: &[u8]) -> String {
    general_purpose::STANDARD.encode(bytes)
}

/// Padding may be absent and spare bits set, as old encoders write it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads base64; white space is skipped, since XML writers break lines. `None` when it is none.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    LENIENT.decode(packed).ok()
}

/// MD5 over `:`-joined parts: the form all digests here have.
fn joined(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Md5::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            hash.update(b":");
        }
        hash.update(part);
    }
    hash.finalize().into()
}

/// `B64(MD5(name ":" secret))`, the part of a digest that never changes.
fn identity(name: &str, secret: &str) -> String {
    base64(&joined(&[name.as_bytes(), secret.as_bytes()]))
}

/// Cred/Data of `syncml:auth-basic` (DM Security §5.3).
pub fn basic(name: &str, secret: &str) -> String {
    base64(format!("{name}:{secret}").as_bytes())
}

/// Cred/Data of `syncml:auth-md5` (DM Security §5.3).
pub fn md5_cred(name: &str, secret: &str, nonce: &[u8]) -> String {
    base64(&md5_digest(name, secret, nonce))
}

/// The digest of `syncml:auth-md5` as bytes (DM Security §5.3).
pub fn md5_digest(name: &str, secret: &str, nonce: &[u8]) -> [u8; 16] {
    joined(&[identity(name, secret).as_bytes(), nonce])
}

/// The digest of `syncml:auth-MAC` over a message body (DM Security §5.3). The document cites
/// RFC 2104, but its formula is this nested MD5.
pub fn mac(name: &str, secret: &str, nonce: &[u8], body: &[u8]) -> String {
    base64(&over_body(name, secret, nonce, body))
}

/// The digest of a Package #0 over everything behind it (DM Security §5.2; DM Notification §6).
pub fn notification_digest(
    server_id: &str,
    secret: &str,
    nonce: &[u8],
    trigger: &[u8],
) -> [u8; 16] {
    over_body(server_id, secret, nonce, trigger)
}

fn over_body(name: &str, secret: &str, nonce: &[u8], body: &[u8]) -> [u8; 16] {
    let body = base64(&md5(body));
    joined(&[identity(name, secret).as_bytes(), nonce, body.as_bytes()])
}

/// The nonce number `counter` of a run; the same seed gives the same nonces, so that a run can
/// be repeated. A peer that is not simulated would take random octets.
pub fn nonce(seed: u64, counter: u32) -> [u8; 16] {
    let mut hash = Md5::new();
    hash.update(b"dmsc nonce");
    hash.update(seed.to_be_bytes());
    hash.update(counter.to_be_bytes());
    hash.finalize().into()
}

/// Name of the transport header that carries the digest of a message (DM Security §5.3).
pub const HMAC_HEADER: &str = "x-syncml-hmac";

/// Value of the `x-syncml-hmac` transport header (DM Security §5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HmacHeader {
    /// `MD5` when absent.
    pub algorithm: Option<String>,
    /// The AAuthName.
    pub username: String,
    /// Base64 of the digest, or whatever stood in its place.
    pub mac: String,
}

impl HmacHeader {
    /// The header of one side for a nonce and a message: the octets as they are sent.
    pub fn of(credentials: &Credentials, nonce: &[u8], body: &[u8]) -> Self {
        HmacHeader {
            algorithm: Some(ALGORITHM.to_owned()),
            username: credentials.name.clone(),
            mac: mac(&credentials.name, &credentials.secret, nonce, body),
        }
    }

    /// True for a header made with these credentials and this nonce over this message.
    pub fn is_of(&self, credentials: &Credentials, nonce: &[u8], body: &[u8]) -> bool {
        let algorithm = self.algorithm.as_deref().unwrap_or(ALGORITHM);
        let wanted = over_body(&credentials.name, &credentials.secret, nonce, body);
        algorithm.eq_ignore_ascii_case(ALGORITHM)
            && self.username == credentials.name
            && from_base64(&self.mac).is_some_and(|found| same(&found, &wanted))
    }

    /// Reads the comma list; order is free, unknown parameters are skipped, and of one that is
    /// repeated the last counts. `None` without a username or a mac.
    pub fn parse(value: &str) -> Option<Self> {
        let (mut algorithm, mut username, mut mac) = (None, None, None);
        for part in split_unquoted(value) {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let value = unquoted(value.trim());
            match name.trim().to_ascii_lowercase().as_str() {
                "algorithm" => algorithm = Some(value),
                "username" => username = Some(value),
                "mac" => mac = Some(value),
                _ => {}
            }
        }
        Some(HmacHeader {
            algorithm,
            username: username?,
            mac: mac?,
        })
    }
}

/// The only algorithm DM 1.2 knows.
const ALGORITHM: &str = "MD5";

impl fmt::Display for HmacHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(algorithm) = &self.algorithm {
            f.write_str("algorithm=")?;
            bare_or_quoted(f, algorithm)?;
            f.write_str(", ")?;
        }
        f.write_str("username=")?;
        quoted(f, &self.username)?;
        f.write_str(", mac=")?;
        bare_or_quoted(f, &self.mac)
    }
}

/// What base64 and names of algorithms are made of stands bare; all else would be read otherwise
/// than it was meant.
fn bare_or_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_');
    if !text.is_empty() && text.bytes().all(bare) {
        f.write_str(text)
    } else {
        quoted(f, text)
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}

/// Splits at commas outside quotes.
fn split_unquoted(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |c: char| {
        let was_escaped = std::mem::take(&mut escaped);
        match c {
            '\\' if quoted && !was_escaped => escaped = true,
            '"' if !was_escaped => quoted = !quoted,
            _ => {}
        }
        c == ',' && !quoted
    })
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    const NONCE: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    const SECRET: &str = "ClientSecret16!!";

    fn server_nonce() -> Vec<u8> {
        (0xF0..=0xFF).collect()
    }

    /// Shows SEC-3.
    #[test]
    fn basic_of_the_standard() {
        assert_eq!(basic("Bruce2", "OhBehave"), "QnJ1Y2UyOk9oQmVoYXZl");
    }

    /// Shows SEC-5.
    #[test]
    fn md5_of_the_standard() {
        assert_eq!(identity("Bruce2", "OhBehave"), "PtEdr8lBQ45IbT1bZIkrOQ==");
        let nonce = from_base64("Tm9uY2U=").unwrap();
        assert_eq!(nonce, b"Nonce");
        assert_eq!(
            md5_cred("Bruce2", "OhBehave", &nonce),
            "Zz6EivR3yeaaENcRN6lpAQ=="
        );
    }

    /// Shows SEC-5.
    #[test]
    fn md5_of_the_test_account() {
        assert_eq!(identity("dmclient", SECRET), "1/Q6lSad3IyIM1Mwk4KjFw==");
        assert_eq!(base64(&NONCE), "AAECAwQFBgcICQoLDA0ODw==");
        let right = md5_cred("dmclient", SECRET, &NONCE);
        assert_eq!(right, "GL+qkbzBwnQfQT41qQORWw==");
        assert_eq!(
            md5_cred("dmclient", SECRET, &RESYNC_NONCE),
            "YBlhWX4RE44VugoCg5iRow=="
        );
        // The base64 text of the nonce in place of its octets: a known mistake, another digest.
        let undecoded = md5_cred("dmclient", SECRET, base64(&NONCE).as_bytes());
        assert_eq!(undecoded, "+9TkGAscTYyIVfZgZRQBDg==");
        assert_ne!(undecoded, right);
    }

    /// Shows SEC-5.
    #[test]
    fn md5_of_the_server() {
        assert_eq!(
            identity("dmsc.card", "ServerSecret16!!"),
            "BYw3YHnI7mxvlxi18NKiAQ=="
        );
        assert_eq!(
            md5_cred("dmsc.card", "ServerSecret16!!", &server_nonce()),
            "qyXDgk0xN4VKSea/7fgN/w=="
        );
    }

    /// Shows SEC-9.
    #[test]
    fn mac_is_nested_md5_and_not_rfc_2104() {
        let body = b"<SyncML xmlns='SYNCML:SYNCML1.2'></SyncML>";
        assert_eq!(body.len(), 42);
        assert_eq!(base64(&md5(body)), "H3xwy8pX1UqPHmyp+R/yyg==");
        let mac = mac("dmclient", SECRET, &NONCE, body);
        assert_eq!(mac, "tQ2sLor0o7xAILFZwYCjCA==");
        assert_eq!(
            hex::spaced(&from_base64(&mac).unwrap()),
            "B5 0D AC 2E 8A F4 A3 BC 40 20 B1 59 C1 80 A3 08"
        );
        assert_ne!(
            mac, "gxm0YuGqc2Rn63/Cmm3V/A==",
            "RFC 2104 is not the formula"
        );
    }

    #[test]
    fn notification_vectors() {
        let cases: [(&str, &str, Vec<u8>, &str, &str); 4] = [
            (
                "dmsc.card",
                "ServerSecret16!!",
                server_nonce(),
                "02 D8 00 00 00 0A 1F 09 64 6D 73 63 2E 63 61 72 64",
                "E6 50 C4 15 3F 0F 22 46 70 81 33 A0 CE 9E 92 5F",
            ),
            (
                "com.mgmtsrv.manage",
                "secret",
                b"nonce".to_vec(),
                "02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65",
                "7F C6 5A 24 E9 D7 AD 28 DF 28 50 AC 24 65 6F D4",
            ),
            (
                "dmsc.card",
                "ServerSecret16!!",
                server_nonce(),
                "02 F8 00 00 00 FF FF 09 64 6D 73 63 2E 63 61 72 64 DE AD",
                "66 98 D6 71 12 F3 21 5E 88 AF E1 57 1F C1 69 DC",
            ),
            (
                "dmsc.card",
                "ServerSecret16!!",
                RESYNC_NONCE.to_vec(),
                "02 D8 00 00 00 0A 1F 09 64 6D 73 63 2E 63 61 72 64",
                "69 77 D5 9B DE BF 8B 2F C3 B5 FB C9 C4 16 A2 A5",
            ),
        ];
        for (id, secret, nonce, trigger, digest) in cases {
            let trigger = hex::decode(trigger).unwrap();
            let found = notification_digest(id, secret, &nonce, &trigger);
            assert_eq!(hex::spaced(&found), digest);
            // A nonce used as base64 text must not be accepted.
            let text = base64(&nonce);
            assert_ne!(
                found,
                notification_digest(id, secret, text.as_bytes(), &trigger)
            );
        }
    }

    /// Shows SEC-9.
    #[test]
    fn hmac_header_of_the_test_account() {
        let value = "algorithm=MD5, username=\"dmclient\", mac=tQ2sLor0o7xAILFZwYCjCA==";
        let body = b"<SyncML xmlns='SYNCML:SYNCML1.2'></SyncML>";
        let credentials = Credentials {
            auth_type: AuthType::Mac,
            name: "dmclient".into(),
            secret: SECRET.into(),
            nonce: NONCE.to_vec(),
        };
        let header = HmacHeader::of(&credentials, &NONCE, body);
        assert_eq!(header.to_string(), value);
        assert_eq!(HmacHeader::parse(value), Some(header.clone()));
        assert!(header.is_of(&credentials, &NONCE, body));
        assert!(!header.is_of(&credentials, &RESYNC_NONCE, body));
        assert!(!header.is_of(&credentials, &NONCE, &body[1..]));
        for value in [
            "mac=tQ2sLor0o7xAILFZwYCjCA==,username=dmclient",
            "MAC=\"tQ2sLor0o7xAILFZwYCjCA==\" , realm=\"a,b\", UserName=\"dmclient\"",
            "username=\"dmclient\", algorithm=md5, mac=tQ2sLor0o7xAILFZwYCjCA",
        ] {
            let header = HmacHeader::parse(value).unwrap();
            assert!(header.is_of(&credentials, &NONCE, body), "{value}");
        }
        for value in [
            "algorithm=SHA1, username=\"dmclient\", mac=tQ2sLor0o7xAILFZwYCjCA==",
            "username=\"other\", mac=tQ2sLor0o7xAILFZwYCjCA==",
            // RFC 2104 with the same key.
            "username=\"dmclient\", mac=gxm0YuGqc2Rn63/Cmm3V/A==",
            "username=\"dmclient\", mac=*",
            "username=\"dmclient\", mac=\"\"",
        ] {
            let header = HmacHeader::parse(value).unwrap();
            assert!(!header.is_of(&credentials, &NONCE, body), "{value}");
        }
    }

    #[test]
    fn an_hmac_header_comes_back_as_it_was_written() {
        for mac in [
            "AA==", "", "*", " a ", "a,b", "a\"b", "\"", "\\", "\"a\"", "mac=x", "ä",
        ] {
            for algorithm in [None, Some(mac.to_owned())] {
                let header = HmacHeader {
                    algorithm,
                    username: "a\"b,\\c ".into(),
                    mac: mac.into(),
                };
                assert_eq!(HmacHeader::parse(&header.to_string()), Some(header));
            }
        }
        for bad in ["", "mac=AA==", "username=\"x\"", ",,,=,", "\"", "a=\""] {
            assert_eq!(HmacHeader::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_read_leniently() {
        assert_eq!(from_base64(" AAEC\n Aw = ="), Some(vec![0, 1, 2, 3]));
        assert_eq!(from_base64("AAECAw"), Some(vec![0, 1, 2, 3]));
        assert_eq!(from_base64("AAE*"), None);
        assert_eq!(from_base64("="), None);
    }

    #[test]
    fn nonces_repeat_with_the_seed_only() {
        assert_eq!(nonce(7, 1), nonce(7, 1));
        assert_ne!(nonce(7, 1), nonce(7, 2));
        assert_ne!(nonce(7, 1), nonce(8, 1));
    }

    #[test]
    fn auth_type_names() {
        for name in [
            "syncml:auth-basic",
            "syncml:auth-md5",
            "syncml:auth-MAC",
            "x",
        ] {
            assert_eq!(AuthType::from_meta(name).as_meta(), name);
        }
        assert_eq!(AuthType::Md5.as_account(), "DIGEST");
    }
}
