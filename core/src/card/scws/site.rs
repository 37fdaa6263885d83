//! What a card web server serves and to whom: resources, users, rules (OMA SCWS 1.1).
//!
//! Plain data, so that a profile can bring it and administration can change it.

use crate::codec::hex;
use serde::{Deserialize, Serialize};

/// Resources kept at most.
pub const MAX_RESOURCES: usize = 64;
/// Octets of all resources together at most.
pub const MAX_CONTENT: usize = 128 * 1024;
/// Characters of the longest path of a resource.
pub const MAX_PATH: usize = 255;

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<title>Card</title></head><body><h1>Smart card web server</h1>\
<p>Device management is served to the DM Client only.</p></body></html>\n";

/// The content of a web server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What users are told they log in to.
    pub realm: String,
    /// Static content.
    pub resources: Vec<Resource>,
    /// Who may do what where; the rule with the longest path that fits decides.
    pub rules: Vec<Rule>,
    /// Users that can log in.
    pub users: Vec<User>,
}

/// One piece of static content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Path from `/`, decoded.
    pub path: String,
    /// Content-Type.
    pub media_type: String,
    /// Content.
    #[serde(with = "hex")]
    pub body: Vec<u8>,
}

/// Who may do what below a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Path the rule is for, with all below it.
    pub path: String,
    /// Way users log in.
    pub scheme: Scheme,
    /// GET, HEAD, and POST to an application.
    pub read: Access,
    /// PUT and DELETE.
    pub write: Access,
}

/// Way a user logs in (RFC 7617, RFC 7616).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scheme {
    /// Name and password as they are.
    Basic,
    /// A digest with a nonce.
    Digest,
}

/// Who may do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Every client, unasked.
    Everyone,
    /// The administration alone.
    Nobody,
    /// Users that prove to be one of these.
    Users(Vec<String>),
}

/// User with a shared secret, who can log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Name.
    pub name: String,
    /// Shared secret.
    pub password: String,
}

/// What holds where no rule fits: everybody reads, nobody writes.
pub(super) static OPEN: Rule = Rule {
    path: String::new(),
    scheme: Scheme::Digest,
    read: Access::Everyone,
    write: Access::Nobody,
};

impl Default for Site {
    /// A start page for everybody.
    fn default() -> Self {
        Site {
            realm: "Smart card web server".to_owned(),
            resources: vec![Resource {
                path: "/".to_owned(),
                media_type: "text/html".to_owned(),
                body: PAGE.as_bytes().to_vec(),
            }],
            rules: Vec::new(),
            users: Vec::new(),
        }
    }
}

impl Site {
    pub(super) fn resource(&self, path: &str) -> Option<&Resource> {
        self.resources.iter().find(|r| r.path == path)
    }

    /// The rule that decides on a path.
    pub(in crate::card) fn rule(&self, path: &str) -> &Rule {
        let fits = |rule: &&Rule| covers(&rule.path, path);
        let best = self.rules.iter().filter(fits).max_by_key(|r| r.path.len());
        best.unwrap_or(&OPEN)
    }

    pub(super) fn password(&self, name: &str) -> Option<&str> {
        let user = self.users.iter().find(|user| user.name == name)?;
        Some(&user.password)
    }

    /// Puts a resource: true when it is a new one, `None` when there is no room.
    pub(super) fn put(&mut self, resource: Resource) -> Option<bool> {
        let others = self.resources.iter().filter(|r| r.path != resource.path);
        let (count, octets) = others.fold((0, 0), |(n, sum), r| (n + 1, sum + r.body.len()));
        if count >= MAX_RESOURCES || octets + resource.body.len() > MAX_CONTENT {
            return None;
        }
        match self.resources.iter_mut().find(|r| r.path == resource.path) {
            Some(old) => {
                *old = resource;
                Some(false)
            }
            None => {
                self.resources.push(resource);
                Some(true)
            }
        }
    }

    /// Removes a resource: true when there was one.
    pub(super) fn delete(&mut self, path: &str) -> bool {
        let before = self.resources.len();
        self.resources.retain(|r| r.path != path);
        self.resources.len() < before
    }
}

/// True when a path is that of a rule or lies below it.
fn covers(rule: &str, path: &str) -> bool {
    let rule = rule.strip_suffix('/').unwrap_or(rule);
    path.strip_prefix(rule)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
