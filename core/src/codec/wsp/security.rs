//! Proof of provisioning data in a push: the parameters SEC and MAC of its content type
//! (OMA-WAP-ProvBoot 1.1 §5.2; WAP-230-WSP §8.4.2.4).
//!
//! Knows no card and no user: who asks for a PIN gives it.

use super::push::Push;
use super::token::Token;
use crate::codec::hex;
use crate::codec::vocabulary::wsp::{MAC, SEC};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use std::fmt;

/// What the key of a MAC is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityMethod {
    /// 0: a secret of the network, such as the IMSI.
    NetworkPin,
    /// 1: a PIN that the user was told.
    UserPin,
    /// 2: both, the network's first.
    UserNetworkPin,
    /// 3: the user is told the MAC itself, as part of the PIN.
    UserPinMac,
    /// Any other.
    Unknown(u32),
}

impl SecurityMethod {
    /// From the value of SEC.
    pub fn from_code(code: u32) -> Self {
        match code {
            0 => SecurityMethod::NetworkPin,
            1 => SecurityMethod::UserPin,
            2 => SecurityMethod::UserNetworkPin,
            3 => SecurityMethod::UserPinMac,
            other => SecurityMethod::Unknown(other),
        }
    }

    /// The value of SEC.
    pub fn code(self) -> u32 {
        match self {
            SecurityMethod::NetworkPin => 0,
            SecurityMethod::UserPin => 1,
            SecurityMethod::UserNetworkPin => 2,
            SecurityMethod::UserPinMac => 3,
            SecurityMethod::Unknown(other) => other,
        }
    }

    /// The key of the MAC: semi-octets of the IMSI as in EF_IMSI without its length for the
    /// network, ASCII digits for the user. `None` where no key is agreed.
    pub fn key(self, network_pin: &[u8], user_pin: &str) -> Option<Vec<u8>> {
        match self {
            SecurityMethod::NetworkPin => Some(network_pin.to_vec()),
            SecurityMethod::UserPin => Some(user_pin.as_bytes().to_vec()),
            SecurityMethod::UserNetworkPin => Some([network_pin, user_pin.as_bytes()].concat()),
            SecurityMethod::UserPinMac | SecurityMethod::Unknown(_) => None,
        }
    }
}

impl fmt::Display for SecurityMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SecurityMethod::NetworkPin => "NETWPIN",
            SecurityMethod::UserPin => "USERPIN",
            SecurityMethod::UserNetworkPin => "USERNETWPIN",
            SecurityMethod::UserPinMac => "USERPINMAC",
            SecurityMethod::Unknown(other) => return write!(f, "method {other}"),
        })
    }
}

/// SEC and MAC of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Security {
    /// SEC.
    pub method: SecurityMethod,
    /// MAC; `None` when it is not there, or not of forty hex digits.
    pub mac: Option<[u8; 20]>,
}

impl Push {
    /// SEC and MAC of the content type; `None` for a push without SEC.
    pub fn security(&self) -> Option<Security> {
        let parameters = self.parameters();
        let value = |code: u32, name: &str| {
            let parameter = parameters.iter().find(|p| match &p.name {
                Token::Code(of) => *of == code,
                Token::Text(of) => of.eq_ignore_ascii_case(name),
            });
            parameter.and_then(|p| p.value.clone())
        };
        let method = match value(SEC, "SEC")? {
            Token::Code(code) => SecurityMethod::from_code(code),
            Token::Text(_) => return None,
        };
        let mac = match value(MAC, "MAC") {
            Some(Token::Text(digits)) => hex::decode(&digits).and_then(|mac| mac.try_into().ok()),
            _ => None,
        };
        Some(Security { method, mac })
    }

    /// Whether the MAC is that of the body with these PINs; `None` when there is no MAC, or its
    /// method has no key that is agreed on.
    pub fn is_proved_by(&self, network_pin: &[u8], user_pin: &str) -> Option<bool> {
        let Security { method, mac } = self.security()?;
        let key = method.key(network_pin, user_pin)?;
        Some(mac_of(&key, &self.body)? == mac?)
    }
}

/// HMAC-SHA1 of a document.
fn mac_of(key: &[u8], document: &[u8]) -> Option<[u8; 20]> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(document);
    Some(mac.finalize().into_bytes().into())
}
