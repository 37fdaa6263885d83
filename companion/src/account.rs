//! Accounts as the command line names them: who proves himself to whom, and how.

use clap::{Args, ValueEnum};
use dmsc_core::codec::auth::{Account, AuthType, Credentials};

/// How both sides prove themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Auth {
    /// Name and secret in base64: to be used over TLS alone.
    Basic,
    /// A digest with a nonce.
    Md5,
    /// A digest of each message, in an HTTP header.
    Mac,
}

impl From<Auth> for AuthType {
    fn from(auth: Auth) -> AuthType {
        match auth {
            Auth::Basic => AuthType::Basic,
            Auth::Md5 => AuthType::Md5,
            Auth::Mac => AuthType::Mac,
        }
    }
}

/// A name and its secret, `user:secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) secret: String,
}

impl std::str::FromStr for User {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((name, secret)) if !name.is_empty() => Ok(User {
                name: name.to_owned(),
                secret: secret.to_owned(),
            }),
            _ => Err("an account is USER:SECRET".to_owned()),
        }
    }
}

/// Name and secret of the client unless told otherwise; test values.
pub(crate) const TEST_USER: (&str, &str) = ("dmclient", "ClientSecret16!!");

/// The server's side, and how both sides authenticate.
#[derive(Args, Clone, Debug)]
pub(crate) struct ServerArguments {
    /// ServerID: the server's name in accounts, ACLs and notifications.
    #[arg(long, value_name = "ID", default_value = "dmsc.card")]
    pub(crate) server_id: String,
    /// What the server proves itself by.
    #[arg(long, value_name = "SECRET", default_value = "ServerSecret16!!")]
    pub(crate) server_secret: String,
    /// How client and server prove themselves.
    #[arg(long, value_enum, default_value_t = Auth::Md5)]
    pub(crate) auth: Auth,
}

impl ServerArguments {
    /// The same server, which proves itself by another secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        ServerArguments {
            server_secret: secret.to_owned(),
            ..self.clone()
        }
    }

    /// The account of a user; nonces are not agreed on yet.
    pub(crate) fn account(&self, user: &User, address: &str) -> Account {
        let credentials = |name: &str, secret: &str| Credentials {
            auth_type: self.auth.into(),
            name: name.to_owned(),
            secret: secret.to_owned(),
            nonce: Vec::new(),
        };
        Account {
            server_id: self.server_id.clone(),
            address: address.to_owned(),
            client: credentials(&user.name, &user.secret),
            server: credentials(&self.server_id, &self.server_secret),
        }
    }
}

/// Bytes for nonces, from the operating system unless a run is to be repeated.
pub(crate) fn seed(asked: Option<u64>) -> Result<u64, String> {
    match asked {
        Some(seed) => Ok(seed),
        None => getrandom::u64().map_err(|e| format!("the system gives no random octets: {e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_hold_colons() {
        let user: User = "me:a:b".parse().unwrap_or_else(|e| unreachable!("{e}"));
        assert_eq!((user.name.as_str(), user.secret.as_str()), ("me", "a:b"));
        assert!("me".parse::<User>().is_err());
        assert!(":secret".parse::<User>().is_err());
    }
}
