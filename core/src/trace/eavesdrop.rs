//! What somebody who taps a wire reads of a run: found out from the bytes of its steps, without
//! any key (OMA-AD-DM_SC-V1_0 §4.2, threat 3).
//!
//! Three wires can be tapped: the air, the connection inside the device, the contacts of the
//! card. Knows no settings: whether a record is ciphered is seen of the record.

use super::{Event, Fate, Interface, Layer, Step, Trace};
use crate::codec::shown::tls::is_ciphered;
use crate::codec::tls::Record;
use crate::codec::toolkit::{Action, ProactiveCommand, TerminalResponse};

/// A wire that can be tapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Short messages between network and device.
    Air,
    /// The connection between DM Client and terminal.
    Loopback,
    /// The contacts of the card.
    Contacts,
}

impl Wire {
    /// All wires, from outside to inside.
    pub const ALL: [Wire; 3] = [Wire::Air, Wire::Loopback, Wire::Contacts];

    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Wire::Air => "on the air",
            Wire::Loopback => "on the connection inside the device",
            Wire::Contacts => "at the contacts of the card",
        }
    }
}

/// What crossed a tapped wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overheard {
    /// Step.
    pub step: u32,
    /// Wire it crossed.
    pub wire: Wire,
    /// Whether its content is read; of what is ciphered kind, length and time are left.
    pub in_clear: bool,
}

impl Trace {
    /// Everything that crossed a wire, in order, each as the wire carried it: an HTTP message in
    /// records of TLS did not cross, the records did.
    pub fn overheard(&self) -> Vec<Overheard> {
        let steps = self.steps.iter();
        steps.filter_map(|step| self.overhear(step)).collect()
    }

    /// Whether somebody who taps every wire has read this message: its bytes were on one of
    /// them, as they are.
    pub fn is_read(&self, message: &Step) -> bool {
        !message.bytes.is_empty()
            && Wire::ALL
                .iter()
                .any(|wire| holds(&self.tapped(*wire), &message.bytes))
    }

    /// All bytes that a wire carried. At the contacts the data of the card's channels stand once
    /// more behind each other, in each direction: a tap puts pieces together.
    pub fn tapped(&self, wire: Wire) -> Vec<u8> {
        let (mut bytes, mut up, mut down) = (Vec::new(), Vec::new(), Vec::new());
        for heard in self.overheard().iter().filter(|heard| heard.wire == wire) {
            let step = &self.steps[heard.step as usize];
            bytes.extend_from_slice(&step.bytes);
            match (&step.event, channel_data(step)) {
                (Event::ProactiveCommandSent, Some(data)) => down.extend(data),
                (_, Some(data)) => up.extend(data),
                _ => {}
            }
        }
        [bytes, up, down].concat()
    }

    fn overhear(&self, step: &Step) -> Option<Overheard> {
        let (wire, in_clear) = match (&step.event, step.layer()) {
            // What was lost before it came to a wire of its own.
            (Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. }, _) => {
                let in_records = step.fate == Some(Fate::Lost) || self.is_in_records(step);
                (Wire::Loopback, (!in_records).then_some(true)?)
            }
            (Event::TlsRecordSent { .. }, _) => (Wire::Loopback, is_read(step)),
            (Event::SmsSent { .. } | Event::SmsReportSent { .. }, _) => (Wire::Air, true),
            (_, Layer::Toolkit | Layer::Apdu) => (Wire::Contacts, self.is_contact_read(step)),
            _ => return None,
        };
        Some(Overheard {
            step: step.id,
            wire,
            in_clear,
        })
    }

    /// Whether an HTTP message travels in records of TLS.
    fn is_in_records(&self, step: &Step) -> bool {
        let behind = self.steps.iter().skip(step.id as usize + 1);
        behind
            .take_while(|other| other.enclosing.is_some_and(|outer| outer >= step.id))
            .any(|other| {
                other.enclosing == Some(step.id)
                    && matches!(other.event, Event::TlsRecordSent { .. })
            })
    }

    /// What carries data of a channel is read as far as the data are: those of a ciphered record
    /// are not.
    fn is_contact_read(&self, step: &Step) -> bool {
        let (mut carries, mut outer) = (false, Some(step));
        while let Some(now) = outer {
            if matches!(now.event, Event::TlsRecordSent { .. }) {
                return !carries || is_read(now);
            }
            // An APDU has the data where it has all of what it encloses.
            carries |= channel_data(now).is_some() && holds(&step.bytes, &now.bytes);
            outer = now.enclosing.and_then(|id| self.steps.get(id as usize));
        }
        true
    }
}

/// Whether a record is in clear.
fn is_read(step: &Step) -> bool {
    Record::decode(&step.bytes).is_ok_and(|record| !is_ciphered(&record))
}

/// Data of a channel in a toolkit command or its answer.
fn channel_data(step: &Step) -> Option<Vec<u8>> {
    match step.event {
        Event::ProactiveCommandSent => match ProactiveCommand::decode(&step.bytes).ok()?.action {
            Action::SendData { data, .. } => Some(data),
            _ => None,
        },
        Event::TerminalResponseSent => {
            let response = TerminalResponse::decode(&step.bytes).ok()?;
            response.channel_data().map(<[u8]>::to_vec)
        }
        _ => None,
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

/// What an eavesdropper has of a run, in a few lines for people: wire by wire how much was in
/// clear, and which DM messages were read.
pub fn eavesdropper(trace: &Trace) -> String {
    let overheard = trace.overheard();
    let mut text = "What an eavesdropper reads\n".to_owned();
    for wire in Wire::ALL {
        let all = overheard.iter().filter(|heard| heard.wire == wire);
        let (clear, ciphered): (Vec<&Overheard>, Vec<&Overheard>) = all.partition(|h| h.in_clear);
        let count = clear.len() + ciphered.len();
        if count == 0 {
            continue;
        }
        let line = format!("  {}: {} of {count} in clear", wire.name(), clear.len());
        text.push_str(&line);
        if wire == Wire::Loopback && !ciphered.is_empty() {
            let told = |heard: &&Overheard| {
                let step = &trace.steps[heard.step as usize];
                match &step.event {
                    Event::TlsRecordSent { content } => {
                        format!("{content}, {} B", step.bytes.len())
                    }
                    _ => String::new(),
                }
            };
            let clear: Vec<String> = clear.iter().map(told).collect();
            let ciphered: Vec<String> = ciphered.iter().map(told).collect();
            text.push_str(&format!(" ({})", clear.join("; ")));
            text.push_str(&format!(
                "; of the others kind, length and time: {}",
                ciphered.join("; ")
            ));
        }
        text.push('\n');
    }
    let is_message = |step: &&Step| {
        matches!(step.event, Event::MessageSent { .. }) && step.interface == Interface::Dm2
    };
    let messages: Vec<&Step> = trace.steps.iter().filter(is_message).collect();
    let wires: Vec<Vec<u8>> = Wire::ALL.map(|wire| trace.tapped(wire)).into();
    let read = messages
        .iter()
        .filter(|step| wires.iter().any(|wire| holds(wire, &step.bytes)));
    text.push_str(&format!(
        "  DM messages of the session: {} of {} read\n",
        read.count(),
        messages.len()
    ));
    text
}
