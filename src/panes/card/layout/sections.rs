//! What is short in a card: channels, toolkit, servers, PINs, each a section of facts.

use crate::words::{fill, say};
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
            ChannelUse::Listening => ("TCP server", say("card.listens").to_owned()),
            ChannelUse::Connected { received, to_send } => (
                "TCP server",
                match (received, to_send) {
                    (0, 0) => say("card.connected").to_owned(),
                    (0, left) => fill("card.to-send", &[("left", left.to_string())]),
                    (got, 0) => fill("card.of-a-request", &[("got", got.to_string())]),
                    (got, left) => fill(
                        "card.both-ways",
                        &[("left", left.to_string()), ("got", got.to_string())],
                    ),
                },
            ),
            ChannelUse::Trigger => ("UDP", say("card.sends-notification").to_owned()),
        };
        let key = if channel.use_for == ChannelUse::Trigger {
            "bip-trigger"
        } else {
            SERVER
        };
        let mut fact = Fact::new(
            key,
            fill(
                "card.bip-channel",
                &[("number", channel.number.to_string())],
            ),
            state,
        );
        fact.note = format!("{way} {}", channel.port);
        fact
    });
    let logical = session.logical.iter().map(|channel| {
        let key = format!("logical-{}", channel.number);
        let file = card.files.iter().find(|file| file.path == channel.selected);
        let mut value = file.map_or(channel.selected.clone(), |file| match &*file.name {
            "" => file.path.clone(),
            name => fill("card.is-selected", &[("file", name.to_owned())]),
        });
        if let Some(record) = channel.record {
            value.push_str(&fill("card.at-record", &[("record", record.to_string())]));
        }
        Fact::new(
            &key,
            fill(
                "card.logical-channel",
                &[("number", channel.number.to_string())],
            ),
            value,
        )
    });
    // The web server's has its row before it is there, so that nothing moves when it comes.
    let is_server = |channel: &BipChannel| channel.use_for != ChannelUse::Trigger;
    let none = !session.channels.iter().any(is_server);
    let none = none.then(|| Fact::new(SERVER, say("card.no-bip-channel"), say("card.closed")));
    let facts: Vec<Fact> = none.into_iter().chain(bip).chain(logical).collect();
    Section {
        key: "channels",
        name: say("card.section-channels"),
        value: fill(
            "card.channels",
            &[
                ("bip", session.channels.len().to_string()),
                ("logical", session.logical.len().to_string()),
            ],
        ),
        open: true,
        facts,
    }
}

fn toolkit(session: &CardSession) -> Section {
    let yes = |yes: bool, words: [&str; 2]| say(words[usize::from(yes)]).to_owned();
    let events: Vec<_> = session
        .events
        .iter()
        .map(|code| event_name(*code))
        .collect();
    let timers: Vec<_> = session.timers.iter().map(u8::to_string).collect();
    let command = match session.command {
        None => say("card.none").to_owned(),
        Some(kind) => {
            let state = yes(session.outstanding, ["card.waits", "card.under-way"]);
            format!("{} {state}", command_name(kind))
        }
    };
    Section {
        key: "toolkit",
        name: say("card.section-toolkit"),
        value: match (session.profile, session.command) {
            (false, _) => say("card.waits-profile").to_owned(),
            (true, None) => say("card.idle").to_owned(),
            (true, Some(_)) => command.clone(),
        },
        open: false,
        facts: vec![
            Fact::new(
                "profile",
                say("card.profile"),
                yes(session.profile, ["card.not-yet", "card.downloaded"]),
            ),
            Fact::new("events", say("card.events"), or_none(events.join(", "))),
            Fact::new("timers", say("card.timers"), or_none(timers.join(", "))),
            Fact::new("command", say("card.command"), command),
            Fact::new("queue", say("card.queue"), session.queue.to_string()),
            Fact::new("trigger", say("card.trigger"), trigger(session.trigger)),
        ],
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() {
        say("card.none").to_owned()
    } else {
        text
    }
}

fn trigger(state: TriggerLink) -> &'static str {
    say(match state {
        TriggerLink::Idle => "card.idle",
        TriggerLink::Busy => "card.trigger-busy",
        TriggerLink::Done => "card.trigger-done",
        TriggerLink::Failed => "card.trigger-failed",
    })
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
        name: say("card.section-web-server"),
        value: say(match card.session.server {
            ServerLink::Off => "card.off",
            ServerLink::Opening => "card.opens",
            ServerLink::Listening => "card.listens",
            ServerLink::Connected => "card.serves",
            ServerLink::Refused => "card.refused",
        })
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
            None => say("card.not-yet").to_owned(),
        };
        fact
    });
    let done = tasks.iter().filter(|task| task.code.is_some()).count();
    Section {
        key: "dm-server",
        name: say("card.section-dm-server"),
        value: fill(
            "card.done",
            &[("done", done.to_string()), ("all", tasks.len().to_string())],
        ),
        open: false,
        facts: facts.collect(),
    }
}

fn pins(pins: &[CardPin]) -> Section {
    let facts = (0usize..).zip(pins).map(|(at, pin)| {
        let key = format!("pin-{at}");
        let state = match (pin.tries, pin.enabled, pin.verified) {
            (0, ..) => "card.blocked",
            (_, false, _) if pin.replaced => "card.replaced",
            (_, false, _) => "card.disabled",
            (_, true, true) => "card.verified",
            (_, true, false) => "card.to-verify",
        };
        let mut value = fill(
            "card.tries",
            &[
                ("state", say(state).to_owned()),
                ("tries", pin.tries.to_string()),
                ("limit", pin.limit.to_string()),
            ],
        );
        if let Some(tries) = pin.unblock_tries {
            value.push_str(&fill("card.unblock", &[("tries", tries.to_string())]));
        }
        let mut fact = Fact::new(&key, pin.name.clone(), value);
        fact.aside = fill(
            "card.reference",
            &[("reference", format!("{:02X}", pin.reference))],
        );
        fact
    });
    let blocked = pins.iter().filter(|pin| pin.tries == 0).count();
    let verified = pins.iter().filter(|pin| pin.verified).count();
    Section {
        key: "pins",
        name: say("card.section-pins"),
        value: match blocked {
            0 => fill(
                "card.pins-verified",
                &[
                    ("count", verified.to_string()),
                    ("all", pins.len().to_string()),
                ],
            ),
            _ => fill(
                "card.pins-blocked",
                &[
                    ("count", blocked.to_string()),
                    ("all", pins.len().to_string()),
                ],
            ),
        },
        open: false,
        facts: facts.collect(),
    }
}
