//! What is short in a card: channels, toolkit, servers, PINs, each a section of facts.

use dmsc_core::codec::toolkit::{command_name, event_name};
use dmsc_core::trace::card::{
    BipChannel, CardMoment, CardPin, CardSession, ChannelUse, ServerLink, TriggerLink,
};

/// Key of the web server's channel.
const SERVER: &str = "bip-server";

/// A name with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) note: String,
    pub(super) value: String,
    pub(super) aside: String,
}

impl Fact {
    fn new(key: &str, name: impl Into<String>, value: impl Into<String>) -> Self {
        Fact {
            key: key.to_owned(),
            name: name.into(),
            note: String::new(),
            value: value.into(),
            aside: String::new(),
        }
    }
}

/// Facts under one head.
pub(super) struct Section {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    /// All in a few words.
    pub(super) value: String,
    /// Open by itself.
    pub(super) open: bool,
    pub(super) facts: Vec<Fact>,
}

/// All sections but the files, always the same and in the same order.
pub(super) fn sections(card: &CardMoment) -> [Section; 5] {
    [
        channels(card),
        toolkit(&card.session),
        web_server(card),
        dm_server(card),
        pins(&card.pins),
    ]
}

/// Path of the file selected on the basic channel.
pub(super) fn selected(card: &CardMoment) -> &str {
    let logical = card.session.logical.first();
    logical.map_or("", |channel| &channel.selected)
}

fn channels(card: &CardMoment) -> Section {
    let session = &card.session;
    let bip = session.channels.iter().map(|channel| {
        let (way, state) = match channel.use_for {
            ChannelUse::Listening => ("TCP server", "listens".to_owned()),
            ChannelUse::Connected { received, to_send } => (
                "TCP server",
                match (received, to_send) {
                    (0, 0) => "connected".to_owned(),
                    (0, octets) => format!("{octets} B to send"),
                    (octets, 0) => format!("{octets} B of a request"),
                    (got, left) => format!("{left} B to send, {got} B of a request"),
                },
            ),
            ChannelUse::Trigger => ("UDP", "sends a notification".to_owned()),
        };
        let key = if channel.use_for == ChannelUse::Trigger {
            "bip-trigger"
        } else {
            SERVER
        };
        let mut fact = Fact::new(key, format!("BIP channel {}", channel.number), state);
        fact.note = format!("{way} {}", channel.port);
        fact
    });
    let logical = session.logical.iter().map(|channel| {
        let key = format!("logical-{}", channel.number);
        let file = card.files.iter().find(|file| file.path == channel.selected);
        let mut value = file.map_or(channel.selected.clone(), |file| match &*file.name {
            "" => file.path.clone(),
            name => format!("{name} selected"),
        });
        if let Some(record) = channel.record {
            value.push_str(&format!(", record {record}"));
        }
        Fact::new(&key, format!("Logical channel {}", channel.number), value)
    });
    // The web server's has its row before it is there, so that nothing moves when it comes.
    let is_server = |channel: &BipChannel| channel.use_for != ChannelUse::Trigger;
    let none = !session.channels.iter().any(is_server);
    let none = none.then(|| Fact::new(SERVER, "BIP channel", "closed"));
    let facts: Vec<Fact> = none.into_iter().chain(bip).chain(logical).collect();
    Section {
        key: "channels",
        name: "Channels",
        value: format!(
            "{} BIP, {} logical",
            session.channels.len(),
            session.logical.len()
        ),
        open: true,
        facts,
    }
}

fn toolkit(session: &CardSession) -> Section {
    let yes = |yes: bool, words: [&str; 2]| words[usize::from(yes)].to_owned();
    let events: Vec<_> = session
        .events
        .iter()
        .map(|code| event_name(*code))
        .collect();
    let timers: Vec<_> = session.timers.iter().map(u8::to_string).collect();
    let command = match session.command {
        None => "none".to_owned(),
        Some(kind) => {
            let state = yes(session.outstanding, ["waits to be fetched", "under way"]);
            format!("{} {state}", command_name(kind))
        }
    };
    Section {
        key: "toolkit",
        name: "Toolkit",
        value: match (session.profile, session.command) {
            (false, _) => "waits for the terminal’s profile".to_owned(),
            (true, None) => "idle".to_owned(),
            (true, Some(_)) => command.clone(),
        },
        open: false,
        facts: vec![
            Fact::new(
                "profile",
                "Terminal profile",
                yes(session.profile, ["not yet", "downloaded"]),
            ),
            Fact::new("events", "Events reported", or_none(events.join(", "))),
            Fact::new("timers", "Timers running", or_none(timers.join(", "))),
            Fact::new("command", "Command", command),
            Fact::new("queue", "Commands waiting", session.queue.to_string()),
            Fact::new("trigger", "Trigger", trigger(session.trigger)),
        ],
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        text
    }
}

fn trigger(state: TriggerLink) -> &'static str {
    match state {
        TriggerLink::Idle => "idle",
        TriggerLink::Busy => "notification on its way",
        TriggerLink::Done => "notification delivered",
        TriggerLink::Failed => "notification not delivered",
    }
}

fn web_server(card: &CardMoment) -> Section {
    let facts = card.resources.iter().map(|resource| {
        let key = format!("resource {}", resource.path);
        let value = format!("{}, {}", resource.kind, resource.policy);
        let mut fact = Fact::new(&key, resource.path.clone(), value);
        fact.aside = resource
            .size
            .map(|octets| format!("{octets} B"))
            .unwrap_or_default();
        fact
    });
    Section {
        key: "web-server",
        name: "Web server",
        value: match card.session.server {
            ServerLink::Off => "off",
            ServerLink::Opening => "opens its channel",
            ServerLink::Listening => "listens",
            ServerLink::Connected => "serves a client",
            ServerLink::Refused => "refused by the terminal",
        }
        .to_owned(),
        open: false,
        facts: facts.collect(),
    }
}

fn dm_server(card: &CardMoment) -> Section {
    let tasks = &card.tasks;
    let facts = (0usize..).zip(tasks.iter()).map(|(at, task)| {
        let key = format!("task-{at}");
        let mut fact = Fact::new(&key, task.command.clone(), task.uri.clone());
        fact.aside = match task.code {
            Some(code) => code.to_string(),
            None => "not yet".to_owned(),
        };
        fact
    });
    let done = tasks.iter().filter(|task| task.code.is_some()).count();
    Section {
        key: "dm-server",
        name: "DM Server",
        value: format!("{done} of {} commands done", tasks.len()),
        open: false,
        facts: facts.collect(),
    }
}

fn pins(pins: &[CardPin]) -> Section {
    let facts = (0usize..).zip(pins).map(|(at, pin)| {
        let key = format!("pin-{at}");
        let state = match (pin.tries, pin.enabled, pin.verified) {
            (0, ..) => "blocked",
            (_, false, _) if pin.replaced => "replaced by the universal PIN",
            (_, false, _) => "disabled",
            (_, true, true) => "verified",
            (_, true, false) => "to be verified",
        };
        let mut value = format!("{state}, {} of {} tries left", pin.tries, pin.limit);
        if let Some(tries) = pin.unblock_tries {
            value.push_str(&format!(", {tries} to unblock"));
        }
        let mut fact = Fact::new(&key, pin.name.clone(), value);
        fact.aside = format!("ref. {:02X}", pin.reference);
        fact
    });
    let blocked = pins.iter().filter(|pin| pin.tries == 0).count();
    let verified = pins.iter().filter(|pin| pin.verified).count();
    Section {
        key: "pins",
        name: "PINs",
        value: match blocked {
            0 => format!("{verified} of {} verified", pins.len()),
            _ => format!("{blocked} of {} blocked", pins.len()),
        },
        open: false,
        facts: facts.collect(),
    }
}
