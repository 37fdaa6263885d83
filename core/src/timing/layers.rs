//! What each layer adds to the line: of every character, the layer it belongs to.

use super::line::characters;
use crate::trace::{Event, Layer, Step, Trace};

/// Characters on the line by layer; together all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// DM messages and notifications themselves.
    pub message: u64,
    /// What HTTP adds.
    pub http: u64,
    /// What toolkit commands, responses and envelopes add, and those of their own.
    pub toolkit: u64,
    /// What APDUs and T=0 add, and those of their own.
    pub apdu: u64,
}

impl Layers {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.message + self.http + self.toolkit + self.apdu
    }

    /// The layers of a trace. A message counts as far as the line carried it.
    pub(super) fn of(trace: &Trace) -> Self {
        let mut carried = Carried::default();
        let mut command: Option<&Step> = None;
        let mut layers = Layers::default();
        for step in &trace.steps {
            match step.event {
                Event::CommandApduSent => command = Some(step),
                Event::ResponseApduSent => {
                    let Some(command) = command.take() else {
                        continue;
                    };
                    let all = characters(&command.bytes, &step.bytes).all();
                    let inside = carried.take_toolkit(trace, command, step).min(all);
                    layers.apdu += all - inside;
                    layers.toolkit += inside;
                }
                _ => {}
            }
        }
        // What the toolkit carries is not the toolkit's own.
        for (id, toolkit) in carried.of_stream {
            let Some(outer) = trace.steps.get(id as usize) else {
                continue;
            };
            let bytes = (outer.bytes.len() as u64).min(toolkit).min(layers.toolkit);
            layers.toolkit -= bytes;
            let message = match outer.layer() {
                // In records of TLS it is HTTP that lies between.
                Layer::Http => std::iter::successors(Some(outer), |step| {
                    step.enclosing.and_then(|id| trace.steps.get(id as usize))
                })
                .find(|step| step.layer() < Layer::Http)
                .map_or(0, |message| message.bytes.len() as u64)
                .min(bytes),
                _ => bytes,
            };
            layers.message += message;
            layers.http += bytes - message;
        }
        layers
    }
}

/// Bytes of the toolkit by what they carry.
#[derive(Default)]
struct Carried {
    /// Step that is carried, and bytes of the toolkit for it, in the order of the steps.
    of_stream: Vec<(u32, u64)>,
}

impl Carried {
    /// Bytes of the toolkit in an exchange; remembers what they carry.
    fn take_toolkit(&mut self, trace: &Trace, command: &Step, response: &Step) -> u64 {
        let outer = [command.enclosing, response.enclosing];
        let toolkit = outer
            .iter()
            .flatten()
            .filter_map(|id| trace.steps.get(*id as usize))
            .find(|step| step.layer() == Layer::Toolkit);
        let Some(toolkit) = toolkit else {
            return 0;
        };
        let bytes = toolkit.bytes.len() as u64;
        if let Some(id) = toolkit.enclosing {
            match self.of_stream.last_mut() {
                Some((last, sum)) if *last == id => *sum += bytes,
                _ => self.of_stream.push((id, bytes)),
            }
        }
        bytes
    }
}
