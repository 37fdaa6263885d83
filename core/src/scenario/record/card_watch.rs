//! Watches the card and keeps its moments: plain data of what is there to see, made anew only
//! where something changed.

use crate::card::{ChannelState, FileView, ServerState, Structure, TriggerState, Uicc};
use crate::scenario::SmartCard;
use crate::trace::card::{
    BipChannel, CardFile, CardHistory, CardMoment, CardPin, CardResource, CardSession, CardTask,
    ChannelUse, FileKind, LogicalChannel, ServerLink, TriggerLink,
};
use crate::trace::{Event, Step};
use std::sync::Arc;

/// The moments of a card in the making.
#[derive(Debug)]
pub(in crate::scenario) struct CardWatch {
    /// What is kept so far.
    pub(in crate::scenario) history: CardHistory,
    /// Changes of files that are kept.
    changes: u64,
    /// Places of the files that are kept.
    places: Vec<usize>,
    /// Tasks of a new plan, which are not kept yet.
    planned: Option<Vec<CardTask>>,
}

/// What the card's DM Server is to do.
fn tasks(whole: &SmartCard) -> Vec<CardTask> {
    let commands = whole.server().commands().into_iter();
    let tasks = commands.map(|(command, uri)| CardTask {
        command,
        uri,
        code: None,
    });
    tasks.collect()
}

impl CardWatch {
    /// The card before all steps, and what its DM Server is to do.
    pub(in crate::scenario) fn new(whole: &SmartCard) -> Self {
        let card = whole.uicc();
        let start = CardMoment {
            files: Arc::new(files(card)),
            pins: Arc::new(pins(card)),
            session: Arc::new(session(card)),
            resources: Arc::new(resources(card)),
            tasks: Arc::new(tasks(whole)),
        };
        CardWatch {
            history: CardHistory::new(start),
            changes: card.changes(),
            places: card.file_places().collect(),
            planned: None,
        }
    }

    /// The DM Server has another plan from now on.
    pub(in crate::scenario) fn plan(&mut self, whole: &SmartCard) {
        self.planned = Some(tasks(whole));
    }

    /// The card after the step `id`.
    pub(in crate::scenario) fn look(&mut self, id: u32, whole: &SmartCard) {
        let card = whole.uicc();
        let mut moment = self.history.last().clone();
        if card.changes() != self.changes {
            if card.file_places().eq(self.places.iter().copied()) {
                let files = Arc::make_mut(&mut moment.files);
                for changed in card.files_changed_since(Some(self.changes)) {
                    let place = self.places.binary_search(&changed.index);
                    if let Some(place) = place.ok().and_then(|place| files.get_mut(place)) {
                        *place = Arc::new(file(changed, &self.places));
                    }
                }
            } else {
                // Files came or went.
                moment.files = Arc::new(files(card));
                self.places = card.file_places().collect();
            }
            self.changes = card.changes();
        }
        if let Some(tasks) = self.planned.take() {
            moment.tasks = Arc::new(tasks);
        }
        renew(&mut moment.pins, pins(card));
        renew(&mut moment.session, session(card));
        renew(&mut moment.resources, resources(card));
        self.history.push(id, moment);
    }

    /// A fact of the card's DM Server: it may tell what became of a command.
    pub(in crate::scenario) fn fact(&mut self, step: &Step) {
        let Event::ReceiptStored {
            command, uri, code, ..
        } = &step.event
        else {
            return;
        };
        let mut moment = self.history.last().clone();
        let is = |task: &&mut CardTask| {
            task.code.is_none() && task.command == *command && task.uri == *uri
        };
        if let Some(task) = Arc::make_mut(&mut moment.tasks).iter_mut().find(is) {
            task.code = Some(*code);
            self.history.push(step.id, moment);
        }
    }
}

/// What stayed as it was stays shared.
fn renew<T: PartialEq>(place: &mut Arc<T>, value: T) {
    if **place != value {
        *place = Arc::new(value);
    }
}

/// All files.
fn files(card: &Uicc) -> Vec<Arc<CardFile>> {
    let places: Vec<_> = card.file_places().collect();
    let files = card.files().into_iter();
    files.map(|view| Arc::new(file(view, &places))).collect()
}

/// A file among those with these places.
fn file(view: FileView, places: &[usize]) -> CardFile {
    CardFile {
        path: view.path,
        name: view.name,
        parent: places.binary_search(&view.parent).unwrap_or_default(),
        aid: view.aid,
        kind: match view.structure {
            Structure::Directory => FileKind::Directory,
            Structure::Transparent => FileKind::Transparent,
            Structure::LinearFixed => FileKind::LinearFixed,
            Structure::Cyclic => FileKind::Cyclic,
            Structure::BerTlv => FileKind::BerTlv,
        },
        active: view.active,
        fcp: view.fcp,
        rule: view.rule,
        contents: view.contents,
        home: view.home,
    }
}

fn pins(card: &Uicc) -> Vec<CardPin> {
    let pins = card.pins().into_iter();
    pins.map(|pin| CardPin {
        reference: pin.reference,
        name: pin.name,
        enabled: pin.enabled,
        replaced: pin.replaced,
        verified: pin.verified,
        tries: pin.tries,
        limit: pin.limit,
        unblock_tries: pin.unblock_tries,
    })
    .collect()
}

fn resources(card: &Uicc) -> Vec<CardResource> {
    let resources = card.resources().into_iter();
    resources
        .map(|resource| CardResource {
            path: resource.path,
            kind: resource.kind,
            policy: resource.policy,
            size: resource.size,
        })
        .collect()
}

fn session(card: &Uicc) -> CardSession {
    let view = card.view();
    let channels = view.channels.into_iter();
    let logical = card.logical_channels().into_iter();
    CardSession {
        profile: view.profile,
        events: view.events,
        timers: view.timers,
        command: view.command,
        outstanding: view.outstanding,
        queue: view.queue,
        channels: channels
            .map(|channel| BipChannel {
                number: channel.number,
                port: channel.port,
                use_for: match channel.state {
                    ChannelState::Listening => ChannelUse::Listening,
                    ChannelState::Connected { received, to_send } => {
                        ChannelUse::Connected { received, to_send }
                    }
                    ChannelState::Trigger => ChannelUse::Trigger,
                },
            })
            .collect(),
        server: match view.server {
            ServerState::Off => ServerLink::Off,
            ServerState::Opening => ServerLink::Opening,
            ServerState::Listening => ServerLink::Listening,
            ServerState::Connected => ServerLink::Connected,
            ServerState::Refused => ServerLink::Refused,
        },
        trigger: match view.trigger {
            TriggerState::Idle => TriggerLink::Idle,
            TriggerState::Done => TriggerLink::Done,
            TriggerState::NoRoute | TriggerState::Failed => TriggerLink::Failed,
            _ => TriggerLink::Busy,
        },
        logical: logical
            .map(|channel| LogicalChannel {
                number: channel.number,
                selected: channel.selected,
                record: channel.record,
            })
            .collect(),
    }
}
