//! What there is to see in a card, for people; nothing here can change it.

mod files;
mod security;

pub use files::{FileView, Structure};
pub use security::{LogicalChannel, PinView};

use super::scws::{Access, Scheme};
use super::server_channel::ServerState;
use super::trigger::TriggerState;
use super::{Uicc, server_channel, trigger};

/// A moment of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// BIP channels the card has open.
    pub channels: Vec<Channel>,
    /// The server channel, open or not.
    pub server: server_channel::ServerState,
    /// The notification on its way.
    pub trigger: trigger::TriggerState,
    /// The terminal told what it can do.
    pub profile: bool,
    /// Timers that run, 1–8.
    pub timers: Vec<u8>,
    /// Codes of the events the terminal reports (TS 102 223 §8.25).
    pub events: Vec<u8>,
    /// Proactive commands that wait: the one announced, and those wanted after it.
    pub queue: usize,
    /// Type of the command that is announced or outstanding (TS 102 223 §9.4).
    pub command: Option<u8>,
    /// A command was fetched and is not answered yet.
    pub outstanding: bool,
    /// Path of the selected file, such as `3F00/7FFF/6F07`.
    pub selected: String,
}

/// One BIP channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// 1–7.
    pub number: u8,
    /// Port on the terminal: the one served, or the one sent to.
    pub port: u16,
    /// What it is for.
    pub state: ChannelState,
}

/// What a channel does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// The web server's, nobody connected.
    Listening,
    /// The web server's, with a client.
    Connected {
        /// Octets of a request that is not whole yet.
        received: usize,
        /// Octets of an answer still to go.
        to_send: usize,
    },
    /// The Trigger's.
    Trigger,
}

impl Uicc {
    /// The card as it is now.
    pub fn view(&self) -> View {
        let app = &self.app;
        let server = match app.server.state() {
            ServerState::Listening => Some(ChannelState::Listening),
            ServerState::Connected => {
                let (received, to_send) = app.server.partial();
                Some(ChannelState::Connected { received, to_send })
            }
            _ => None,
        };
        let channel = |number: u8, port: u16, state: ChannelState| Channel {
            number,
            port,
            state,
        };
        let config = &self.config;
        let trigger = matches!(
            app.trigger.state(),
            TriggerState::Sending | TriggerState::Closing
        );
        let selected = self.channels.get(0).map(|selection| selection.current());
        let path = self.memory.files().path(selected.unwrap_or_default());
        View {
            channels: server
                .map(|state| channel(app.server.number(), config.server_port, state))
                .into_iter()
                .chain(trigger.then(|| {
                    let number = app.trigger.number();
                    channel(number, config.notification_port, ChannelState::Trigger)
                }))
                .collect(),
            server: app.server.state(),
            trigger: app.trigger.state(),
            profile: app.is_active(),
            timers: app.timers.clone(),
            events: app.events.clone(),
            queue: app.wanted(),
            command: app.toolkit.kind(),
            outstanding: app.toolkit.is_outstanding(),
            selected: self::path(&path),
        }
    }
}

/// Something the card web server serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceView {
    /// Path from `/`.
    pub path: String,
    /// What it is, in words.
    pub kind: String,
    /// Who may do what with it, in words.
    pub policy: String,
    /// Octets, where they are known.
    pub size: Option<usize>,
}

impl Uicc {
    /// What the card web server serves.
    pub fn resources(&self) -> Vec<ResourceView> {
        let site = self.site();
        let policy = |path: &str, reads: &str| {
            let rule = site.rule(path);
            let who = |access: &Access| match access {
                Access::Everyone => "everyone".to_owned(),
                Access::Nobody => "administration".to_owned(),
                Access::Users(users) => {
                    let how = match rule.scheme {
                        Scheme::Basic => "basic",
                        Scheme::Digest => "digest",
                    };
                    format!("{} ({how})", users.join(", "))
                }
            };
            format!("{reads}: {}, PUT: {}", who(&rule.read), who(&rule.write))
        };
        let applet = &self.config.applet_path;
        site.resources
            .iter()
            .map(|resource| ResourceView {
                path: resource.path.clone(),
                kind: resource.media_type.clone(),
                policy: policy(&resource.path, "GET"),
                size: Some(resource.body.len()),
            })
            .chain(std::iter::once(ResourceView {
                path: applet.clone(),
                kind: "DM Server".to_owned(),
                policy: policy(applet, "POST"),
                size: None,
            }))
            .collect()
    }
}

/// Identifiers as a text, such as `3F00/7FFF/6F07`.
fn path(identifiers: &[u16]) -> String {
    let path: Vec<String> = identifiers.iter().map(|fid| format!("{fid:04X}")).collect();
    path.join("/")
}
