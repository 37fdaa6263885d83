//! What the terminal puts out, and where it goes.

use super::cross::Parcel;
use super::{Awaited, Engine, Said, THINKING_MS, Wanted};
use crate::codec::pkcs15::Document;
use crate::codec::{hex, wsp};
use crate::scenario::record::Leg;
use crate::scenario::story::Begins;
use crate::scenario::{SettingKey, UserAnswer, UserReply};
use crate::terminal::{BootstrapFile, Dialog, Output, PinReply, Reply};
use crate::trace::{Actor, Event, EventKind, Interface};

impl Engine {
    pub(super) fn terminal_output(&mut self, output: Output) -> Option<Wanted> {
        match output {
            Output::PowerOn => {
                let cause = self.talk.wire_cause();
                let (from, to) = (Actor::Terminal, Actor::Card);
                self.begin(Begins::PowerOn, from, to, Interface::Internal, cause);
                self.awaited = Some(Awaited::Atr);
                return Some(Wanted::Reset);
            }
            Output::Command(command) => return self.command(command),
            Output::Connected { port } if self.intrudes => self.intruder_connected(port),
            Output::ConnectionRefused { .. } | Output::Closed if self.intrudes => {
                self.intruder_is_cut_off();
            }
            Output::Data(bytes) if self.intrudes => self.intruder_hears(&bytes),
            Output::Connected { port } => {
                let event = Event::ConnectionOpened { port };
                let (from, to) = (Actor::DmClient, Actor::Card);
                let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
                let id = self.cross(leg.because(self.talk.client_cause)).id;
                self.talk.carry(id);
                self.talk.client_cause = Some(id);
                self.connected();
            }
            Output::ConnectionRefused { reason, .. } => {
                let event = Event::ConnectionRefused { reason };
                let (from, to) = (Actor::Terminal, Actor::DmClient);
                let leg = Leg::message(from, to, Interface::Dm2, event, Vec::new());
                let id = self.cross(leg.because(self.talk.client_cause)).id;
                self.talk.client_cause = Some(id);
                self.deliver(Parcel::Refused);
            }
            Output::Data(bytes) => {
                if !self.is_secured() {
                    self.overhear(&bytes);
                }
                self.send_late(self.talk.to_client.late_ms, Parcel::Data(bytes));
            }
            Output::Closed => self.send_late(self.talk.to_client.late_ms, Parcel::Closed),
            Output::Datagram {
                port: wsp::PUSH_PORT,
                bytes,
            } => {
                self.overhear_push(&bytes);
                let way = std::mem::take(&mut self.talk.to_client);
                let parcels = vec![Parcel::Push(bytes); usize::from(way.copies)];
                self.send_all(EventKind::NotificationSent, way, parcels);
            }
            Output::Datagram { port, .. } => self.note(Event::DatagramDropped { port }),
            Output::Menu { items, .. } => self.menu = items,
            Output::Dialog(dialog) => self.dialog(dialog),
            Output::DialogEnded => {
                self.note(Event::DialogEnded);
            }
            Output::AskPin { reference, tries } => {
                self.note(Event::PinAsked { reference, tries });
                self.deliver(Parcel::Pin(PinReply::Skip));
            }
            Output::PinBlocked { reference } => self.note(Event::PinBlocked { reference }),
            Output::Bootstrap { files, problems } => {
                self.note(Event::BootstrapRead {
                    files: files.len() as u32,
                    problems,
                });
                self.bootstrap(files);
            }
            Output::HostConnect { channel, port, .. } => {
                self.note(Event::HostRefused { port });
                self.deliver(Parcel::HostRefused(channel));
            }
            Output::ShortMessage { tpdu, .. } => {
                let (from, to) = (Actor::Terminal, Actor::Ecms);
                let event = Event::ShortMessageSent;
                let leg = Leg::message(from, to, Interface::Internal, event, tpdu);
                let crossed = self.cross(leg.because(self.talk.wire_cause()));
                self.send(&crossed, Parcel::Submitted);
            }
            Output::Delivered {
                port: wsp::PUSH_PORT,
                bytes,
            } => self.pushed(bytes),
            Output::Delivered { port, .. } => self.note(Event::DatagramDropped { port }),
            Output::Report { tpdu } => self.reported(tpdu),
            Output::MessageDropped { reason } => self.note(Event::SmsDropped { reason }),
            Output::PartsForgotten { came, parts } => {
                self.note(Event::SmsPartsForgotten { came, parts });
            }
            Output::Browse { url } => self.note(Event::BrowserAsked { url }),
            Output::FilesChanged { paths } => self.note(Event::FilesChanged {
                files: paths.len() as u32,
            }),
            // The link sees to the protocol; a channel to a host never comes to be here.
            Output::Protocol(_) | Output::HostData { .. } | Output::HostClosed { .. } => {}
        }
        None
    }

    /// A fact of the terminal that the card brought about.
    fn note(&mut self, event: Event) {
        let leg = Leg::fact(Actor::Terminal, Interface::Internal, event);
        self.cross(leg.because(self.talk.wire_cause()));
    }

    /// The documents of the card go to the DM Client: those of the DM profile, and those of
    /// client provisioning only where there is none of the former.
    fn bootstrap(&mut self, mut files: Vec<BootstrapFile>) {
        // A file of nothing but padding is none.
        files.retain(|file| file.data.iter().any(|byte| !matches!(byte, 0x00 | 0xFF)));
        let is_dm = |file: &BootstrapFile| file.document == Document::DmBootstrap;
        let by_dm = files.iter().any(is_dm);
        let cause = self.talk.wire_cause();
        let card = self.terminal.iccid().map(hex::encode).unwrap_or_default();
        for file in files.into_iter().filter(|file| is_dm(file) == by_dm) {
            let interface = if by_dm {
                Interface::Dm3
            } else {
                Interface::Cp1
            };
            let (from, to) = (Actor::Card, Actor::DmClient);
            self.begin(Begins::Bootstraps, from, to, interface, cause);
            let path: Vec<String> = file.path.iter().map(|fid| format!("{fid:04X}")).collect();
            let path = path.join("/");
            let event = Event::BootstrapSent {
                file: path.clone(),
                label: file.label,
            };
            let leg = Leg::message(from, to, interface, event, file.data).because(cause);
            let crossed = self.cross(leg);
            self.talk.client_cause = Some(crossed.id);
            // The card's next command follows its last answer, whatever was made of that.
            if let Some(cause) = cause {
                self.talk.answer(cause);
            }
            let origin = format!("{card} {path}");
            self.send(&crossed, |bytes| Parcel::Bootstrap(origin.clone(), bytes));
        }
    }

    /// The card asks by its toolkit, or only tells.
    fn dialog(&mut self, dialog: Dialog) {
        let (command, text, asks) = match &dialog {
            Dialog::Text { text, waits } => ("DISPLAY TEXT", text, *waits),
            Dialog::Inkey { text, .. } => ("GET INKEY", text, true),
            Dialog::Input { text, .. } => ("GET INPUT", text, true),
            Dialog::Select { title, .. } => ("SELECT ITEM", title, true),
        };
        let event = Event::DialogShown {
            command: command.to_owned(),
            text: text.clone(),
        };
        let leg = Leg::fact(Actor::Terminal, Interface::Internal, event);
        let crossed = self.cross(leg.because(self.talk.wire_cause()));
        self.talk.asked = Some(crossed.id);
        self.talk.edited_answer = None;
        if let Some((edit, answer)) = crossed.answer {
            match reply(&answer, &dialog) {
                Some(_) => self.talk.edited_answer = Some(answer),
                None => {
                    self.edits.refuse(edit, "the dialog takes other answers");
                }
            }
        }
        if asks {
            self.show(Awaited::Dialog(dialog));
        }
    }

    /// The user answered the last question.
    pub fn handle_user(&mut self, said: Said) {
        match self.awaited.take() {
            Some(Awaited::Alert(question)) => self.answered_alert(&question, said),
            Some(Awaited::Dialog(dialog)) => self.answered_dialog(&dialog, said),
            Some(Awaited::Menu(items)) => self.chosen(&items, &said),
            other => self.awaited = other,
        }
    }

    fn answered_dialog(&mut self, dialog: &Dialog, said: Said) {
        let usual = self.usual_answer(SettingKey::Dialog);
        let (reply, word) = match said {
            Said::Reply(reply) => {
                let word = word(&reply);
                (reply, word)
            }
            _ => {
                let reply = reply(&usual, dialog).unwrap_or(Reply::End);
                let word = match &usual {
                    UserReply::Word(answer) => answer.id().to_owned(),
                    _ => word(&reply),
                };
                (reply, word)
            }
        };
        self.recorder.now_ms += THINKING_MS;
        let event = Event::DialogAnswered { answer: word };
        let leg = Leg::fact(Actor::Terminal, Interface::Internal, event);
        let id = self.cross(leg.because(self.talk.asked)).id;
        self.talk.carry(id);
        self.deliver(Parcel::Reply(reply));
    }

    /// What the user says when nobody says otherwise: the edit at this question, else the
    /// setting for all questions.
    pub(super) fn usual_answer(&mut self, key: SettingKey) -> UserReply {
        let edited = self.talk.edited_answer.take();
        edited.unwrap_or_else(|| UserReply::Word(self.settings.answer(key)))
    }

    /// The user takes an item of the card's menu, usually the first.
    fn chosen(&mut self, items: &[(u8, String)], said: &Said) {
        let wanted = |(id, _): &&(u8, String)| match said {
            Said::Item(item) => id == item,
            _ => true,
        };
        let Some((item, label)) = items.iter().find(wanted).cloned() else {
            return;
        };
        self.recorder.now_ms += THINKING_MS;
        self.begin(
            Begins::CardEvent,
            Actor::Card,
            Actor::Card,
            Interface::Internal,
            None,
        );
        let event = Event::MenuChosen { label };
        let leg = Leg::fact(Actor::Terminal, Interface::Internal, event);
        let id = self.cross(leg).id;
        self.talk.carry(id);
        self.deliver(Parcel::Item(item));
    }
}

/// The reply by which the user's answer reaches the card; `None` when it is none to this.
fn reply(answer: &UserReply, dialog: &Dialog) -> Option<Reply> {
    Some(match (answer, dialog) {
        (UserReply::Word(UserAnswer::Accept), Dialog::Text { .. }) => Reply::Ok,
        (UserReply::Word(UserAnswer::Accept), Dialog::Inkey { .. }) => Reply::YesNo(true),
        (UserReply::Word(UserAnswer::Reject), Dialog::Inkey { .. }) => Reply::YesNo(false),
        (UserReply::Word(UserAnswer::None), _) => Reply::Nothing,
        (UserReply::Word(_), _) => Reply::End,
        (UserReply::Text(text), Dialog::Input { .. } | Dialog::Inkey { .. }) => {
            Reply::Text(text.clone())
        }
        (UserReply::Choices(numbers), Dialog::Select { items, .. }) => match numbers[..] {
            [number] => Reply::Item(items.get((number as usize).checked_sub(1)?)?.0),
            _ => return None,
        },
        _ => return None,
    })
}

/// Word of the trace for a reply.
fn word(reply: &Reply) -> String {
    match reply {
        Reply::Ok | Reply::YesNo(true) | Reply::Item(_) => UserAnswer::Accept.id().to_owned(),
        Reply::YesNo(false) => UserAnswer::Reject.id().to_owned(),
        Reply::Nothing => UserAnswer::None.id().to_owned(),
        Reply::Back | Reply::End => UserAnswer::Cancel.id().to_owned(),
        Reply::Text(text) => text.clone(),
        Reply::Help(_) => "help".to_owned(),
    }
}
