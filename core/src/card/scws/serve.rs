//! One request on the site: which resource, whether it may be, and the answer
//! (OMA SCWS 1.1; RFC 9110).

use super::auth::{Authenticator, Proof};
use super::site::{Access, MAX_PATH, Resource, Site};
use crate::codec::http::{Authority, Request, Response, split_target};
use crate::codec::percent;

/// The web server's content, users and nonces. Outlives connections and resets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Web {
    pub(super) site: Site,
    applet_path: String,
    /// Port it is reached by.
    port: u16,
    authenticator: Authenticator,
    /// A notification that found no other way to the client.
    notification: Option<Vec<u8>>,
}

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Served {
    /// It is for the application.
    Applet,
    /// It is answered.
    Answer(Response),
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// A client inside the terminal, under the rules.
    Client,
    /// The remote administration, over the rules.
    Administration,
}

/// What a method does to a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
}

impl Web {
    pub(in crate::card) fn new(site: Site, applet_path: &str, seed: u64, port: u16) -> Self {
        Web {
            port,
            site,
            applet_path: applet_path.to_owned(),
            authenticator: Authenticator::new(seed),
            notification: None,
        }
    }

    /// Is this the card's own address inside the terminal? Names of others that lead here too are
    /// not: a page of theirs must not reach the card.
    pub(super) fn is_own(&self, authority: &Authority) -> bool {
        authority.is_one_of(&["127.0.0.1", "[::1]", "localhost"], self.port)
    }

    pub(in crate::card) fn site(&self) -> &Site {
        &self.site
    }

    /// A notification for a client that asks for one, as Package #0.
    pub(in crate::card) fn set_notification(&mut self, package: Option<Vec<u8>>) {
        self.notification = package;
    }

    pub(super) fn serve(&mut self, request: &Request, asker: Asker) -> Served {
        let method = match request.method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            _ => return Served::Answer(Response::new(501)),
        };
        let Some(path) = path(&request.target) else {
            return Served::Answer(Response::new(400));
        };
        if path.len() > MAX_PATH {
            return Served::Answer(Response::new(414));
        }
        let allowed = self.allowed(&path, asker);
        // What is not there is told only to who may know.
        if allowed.is_empty()
            && asker == Asker::Client
            && let Some(refusal) = self.refusal(&path, Method::Get, request)
        {
            return Served::Answer(refusal);
        }
        if !allowed.contains(&method) {
            // A path that is nothing to anybody is not found, not forbidden.
            let response = if allowed.is_empty() {
                Response::new(404)
            } else {
                let names: Vec<&str> = allowed.iter().map(|m| m.name()).collect();
                with_header(Response::new(405), "Allow", names.join(", "))
            };
            return Served::Answer(response);
        }
        if asker == Asker::Client
            && let Some(refusal) = self.refusal(&path, method, request)
        {
            return Served::Answer(refusal);
        }
        if path == self.applet_path {
            return Served::Applet;
        }
        let response = match method {
            Method::Put => self.put(path, request),
            Method::Delete if self.site.delete(&path) => Response::new(204),
            Method::Get | Method::Head => self.get(&path),
            _ => Response::new(404),
        };
        Served::Answer(if method == Method::Head {
            bodiless(response)
        } else {
            response
        })
    }

    /// The methods a path answers to; none for a path that is nothing.
    fn allowed(&self, path: &str, asker: Asker) -> Vec<Method> {
        if path == self.applet_path {
            // Who administers the content does not talk to the application.
            return match asker {
                Asker::Client => vec![Method::Post],
                Asker::Administration => Vec::new(),
            };
        }
        let writes = asker == Asker::Administration || self.site.rule(path).write != Access::Nobody;
        let known = path == self.trigger_path() || self.site.resource(path).is_some();
        let mut allowed = Vec::new();
        if known || writes {
            allowed.extend([Method::Get, Method::Head]);
        }
        if writes && path != self.trigger_path() {
            allowed.extend([Method::Put, Method::Delete]);
        }
        allowed
    }

    fn trigger_path(&self) -> String {
        format!("{}/trigger", self.applet_path)
    }

    /// Why a client may not; it may when there is no reason.
    fn refusal(&mut self, path: &str, method: Method, request: &Request) -> Option<Response> {
        let rule = self.site.rule(path);
        let access = match method {
            Method::Put | Method::Delete => &rule.write,
            _ => &rule.read,
        };
        let users = match access {
            Access::Everyone => return None,
            Access::Nobody => return Some(Response::new(403)),
            Access::Users(users) => users,
        };
        let proof = self.authenticator.check(rule.scheme, &self.site, request);
        if let Proof::User(user) = &proof {
            return (!users.contains(user)).then(|| Response::new(403));
        }
        let stale = proof == Proof::Stale;
        let value = self
            .authenticator
            .challenge(rule.scheme, &self.site.realm, stale);
        Some(with_header(Response::new(401), "WWW-Authenticate", value))
    }

    fn get(&mut self, path: &str) -> Response {
        const NOTIFICATION: &str = "application/vnd.syncml.notification";
        if path == self.trigger_path() {
            return match &self.notification {
                Some(package) => Response::new(200).with_body(NOTIFICATION, package.clone()),
                None => Response::new(204),
            };
        }
        match self.site.resource(path) {
            Some(resource) => {
                Response::new(200).with_body(&resource.media_type, resource.body.clone())
            }
            None => Response::new(404),
        }
    }

    fn put(&mut self, path: String, request: &Request) -> Response {
        let media_type = request.header("Content-Type");
        let put = self.site.put(Resource {
            path,
            media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
            body: request.body.clone(),
        });
        match put {
            Some(true) => Response {
                reason: "Created".to_owned(),
                ..Response::new(201)
            },
            Some(false) => Response::new(204),
            None => Response::new(413),
        }
    }
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

pub(super) fn with_header(mut response: Response, name: &str, value: String) -> Response {
    response.headers.push((name.to_owned(), value));
    response
}

/// The head alone; it still tells how long the body is (RFC 9110 §9.3.2).
fn bodiless(mut response: Response) -> Response {
    if response.status != 204 {
        let length = response.body.len().to_string();
        response.headers.push(("Content-Length".to_owned(), length));
    }
    response.body = Vec::new();
    response
}

/// The decoded path of a target in origin form, or in absolute form (RFC 9112 §3.2); `None` when
/// it is none, or climbs.
fn path(target: &str) -> Option<String> {
    let target = match split_target(target) {
        Some((_, _, rest)) if rest.starts_with('/') => rest,
        // An absolute form without a path means the root.
        Some(_) => "/",
        None => target,
    };
    let coded = target.split(['?', '#']).next().unwrap_or_default();
    let octets = percent::decoded(coded)?;
    let path = String::from_utf8(octets).ok()?;
    let climbs = path.split('/').any(|part| part == "..");
    let clean = path.starts_with('/') && !climbs && !path.contains(char::is_control);
    clean.then_some(path)
}
