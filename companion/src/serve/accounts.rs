//! Accounts of `dmsc serve`: for each client its name, its secret, and the secret by which the
//! server proves itself to this client and no other (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! From options or from a file; knows no server.

use crate::account::{TEST_USER, User};
use crate::input;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

/// Arguments that name accounts.
#[derive(Args)]
pub(super) struct AccountArguments {
    /// A client's name and secret; may be repeated.
    #[arg(long, value_name = "USER:SECRET")]
    account: Vec<User>,
    /// What the server proves itself by to one client alone; may be repeated. Of several clients
    /// each needs its own.
    #[arg(long, value_name = "USER:SECRET")]
    server_secret_of: Vec<User>,
    /// Accounts in JSON, beside those of the options: [{"name": "ann", "secret": "hers",
    /// "server-secret": "the server's for ann"}, …].
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
}

/// An account: a client, and what the server proves itself by to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) client: User,
    pub(super) server_secret: String,
}

impl AccountArguments {
    /// Whether the test account is open, for want of another.
    pub(super) fn is_test(&self) -> bool {
        self.account.is_empty() && self.accounts.is_none()
    }

    /// All accounts. A client without a server secret of its own has the general one, which then
    /// no second client may have.
    pub(super) fn entries(&self, server_secret: &str) -> Result<Vec<Entry>, String> {
        let mut found = match &self.accounts {
            Some(file) => {
                let said = format!("{}: ", file.display());
                let text = input::read(Some(file))?;
                of_file(&text).map_err(|e| said + &e)?
            }
            None => Vec::new(),
        };
        let users = match self.is_test() {
            true => vec![User {
                name: TEST_USER.0.to_owned(),
                secret: TEST_USER.1.to_owned(),
            }],
            false => self.account.clone(),
        };
        for client in users {
            let mut own = self.server_secret_of.iter();
            let own = own.find(|own| own.name == client.name);
            found.push(Entry {
                server_secret: own.map_or(server_secret, |own| &own.secret).to_owned(),
                client,
            });
        }
        for own in &self.server_secret_of {
            if !self.account.iter().any(|user| user.name == own.name) {
                let name = &own.name;
                return Err(format!(
                    "--server-secret-of names {name}, --account does not"
                ));
            }
        }
        each_its_own(&found)?;
        Ok(found)
    }
}

/// Refuses two accounts of one name, and a server secret that two clients know: each of them
/// could pass for the server towards the other.
fn each_its_own(entries: &[Entry]) -> Result<(), String> {
    for (at, one) in entries.iter().enumerate() {
        for other in entries.iter().take(at) {
            let (name, before) = (&one.client.name, &other.client.name);
            if name == before {
                return Err(format!("there are two accounts of the name {name}"));
            }
            if one.server_secret == other.server_secret {
                return Err(format!(
                    "{before} and {name} share a secret of the server, and each could pass for it \
                     towards the other: give each its own by --server-secret-of or --accounts \
                     (DM Security 5.3)"
                ));
            }
        }
    }
    Ok(())
}

fn of_file(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let Value::Array(accounts) = value else {
        return Err("expected a list of accounts".to_owned());
    };
    let entry = |(at, account): (usize, &Value)| {
        let wrong = |e: String| format!("account {}: {e}", at + 1);
        let object = account.as_object();
        let object = object.ok_or_else(|| wrong("expected an object".to_owned()))?;
        const NAMES: [&str; 3] = ["name", "secret", "server-secret"];
        if let Some(other) = object.keys().find(|key| !NAMES.contains(&key.as_str())) {
            return Err(wrong(format!(
                "\"{other}\" is none of {}",
                NAMES.join(", ")
            )));
        }
        let text = |name: &str| match object.get(name).and_then(Value::as_str) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(wrong(format!("\"{name}\" is to be text, and not empty"))),
        };
        Ok(Entry {
            client: User {
                name: text("name")?,
                secret: text("secret")?,
            },
            server_secret: text("server-secret")?,
        })
    };
    accounts.iter().enumerate().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> User {
        text.parse().unwrap_or_else(|e| unreachable!("{e}"))
    }

    fn arguments(accounts: &[&str], own: &[&str]) -> AccountArguments {
        AccountArguments {
            account: accounts.iter().map(|a| user(a)).collect(),
            server_secret_of: own.iter().map(|a| user(a)).collect(),
            accounts: None,
        }
    }

    /// Shows SEC-13.
    #[test]
    fn no_two_clients_share_a_secret_of_the_server() {
        let one = arguments(&["ann:1"], &[]).entries("s").unwrap();
        assert_eq!(one[0].server_secret, "s");
        let two = arguments(&["ann:1", "bob:2"], &["bob:b"])
            .entries("s")
            .unwrap();
        assert_eq!(two[0].server_secret, "s");
        assert_eq!(two[1].server_secret, "b");
        for (accounts, own, why) in [
            (&["ann:1", "bob:2"][..], &[][..], "ann and bob share"),
            (
                &["ann:1", "bob:2"],
                &["ann:x", "bob:x"],
                "ann and bob share",
            ),
            (&["ann:1", "ann:2"], &["ann:x"], "two accounts"),
            (&["ann:1"], &["bob:x"], "names bob"),
        ] {
            let error = arguments(accounts, own).entries("s").unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn a_file_says_all_of_each_account() {
        let text = br#"[{"name": "ann", "secret": "a:1", "server-secret": "s:1"}]"#;
        let wanted = Entry {
            client: user("ann:a:1"),
            server_secret: "s:1".into(),
        };
        assert_eq!(of_file(text), Ok(vec![wanted]));
        for (text, why) in [
            ("{}", "a list"),
            ("[1]", "account 1: expected an object"),
            ("[", "EOF"),
            (
                r#"[{"name": "ann", "secret": "1"}]"#,
                "account 1: \"server-secret\"",
            ),
            (
                r#"[{"name": "", "secret": "1", "server-secret": "2"}]"#,
                "\"name\"",
            ),
            (
                r#"[{"name": "a", "secret": "1", "server_secret": "2"}]"#,
                "is none of",
            ),
        ] {
            let error = of_file(text.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
