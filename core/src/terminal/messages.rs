//! Short messages that the network delivers to the terminal: put together of their parts, handed
//! to the program of a port or to the card, and answered (3GPP TS 23.040 §9.2.3.9, §9.2.3.24;
//! TS 31.111 §7.1.1).
//!
//! Knows no push: what a message holds is the program's.

use super::{Output, Terminal};
use crate::codec::apdu::StatusWord;
use crate::codec::sms::{Deliver, DeliverReport, Reference};
use crate::codec::toolkit::Envelope;

/// Milliseconds after which parts of a message that is not whole are forgotten. No standard says
/// how long.
const KEPT_MS: u64 = 120_000;

/// Long messages that wait for their parts at most; the oldest gives way.
const MAX_WAITING: usize = 8;

/// Bytes of one long message at most.
const MAX_LENGTH: usize = 16 * 1024;

/// Failure cause: no cause is named (TS 23.040 §9.2.3.22).
const UNSPECIFIED: u8 = 0xFF;

/// Failure cause: the card has an error, or refused the data (TS 23.040 §9.2.3.22).
const CARD_ERROR: u8 = 0xD5;

/// Failure cause: the toolkit of the card is busy (TS 23.040 §9.2.3.22).
const CARD_BUSY: u8 = 0xD4;

/// Parts of one long message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Waiting {
    originator: Vec<u8>,
    reference: Reference,
    /// By number, from the first.
    parts: Vec<Option<Vec<u8>>>,
    until_ms: u64,
}

/// What came of a message for a program.
enum Joined {
    Whole(Vec<u8>),
    Waiting,
    TooLong,
}

/// Messages that wait for their other parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Messages {
    waiting: Vec<Waiting>,
}

impl Messages {
    /// Puts a part where it belongs; a part that comes again takes the place of the first.
    fn join(&mut self, message: &Deliver, now_ms: u64) -> Joined {
        let Some(said) = message.concatenation() else {
            return Joined::Whole(message.data.clone());
        };
        let count = usize::from(said.parts);
        let same = |of: &Waiting| {
            of.originator == message.originator
                && of.reference == said.reference
                && of.parts.len() == count
        };
        let at = self.waiting.iter().position(same).unwrap_or_else(|| {
            if self.waiting.len() >= MAX_WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push(Waiting {
                originator: message.originator.clone(),
                reference: said.reference,
                parts: vec![None; count],
                until_ms: now_ms.saturating_add(KEPT_MS),
            });
            self.waiting.len() - 1
        });
        let waiting = &mut self.waiting[at];
        if let Some(place) = waiting.parts.get_mut(usize::from(said.part) - 1) {
            *place = Some(message.data.clone());
        }
        let length: usize = waiting.parts.iter().flatten().map(Vec::len).sum();
        if length > MAX_LENGTH {
            self.waiting.remove(at);
            return Joined::TooLong;
        }
        if waiting.parts.iter().all(Option::is_some) {
            let whole = self.waiting.remove(at).parts;
            return Joined::Whole(whole.into_iter().flatten().flatten().collect());
        }
        Joined::Waiting
    }

    /// When the next one is forgotten.
    pub(super) fn next_ms(&self) -> Option<u64> {
        self.waiting.iter().map(|of| of.until_ms).min()
    }

    /// Forgets those whose time is over: how many parts came, of how many.
    pub(super) fn forget(&mut self, now_ms: u64) -> Vec<(u8, u8)> {
        let late = self.waiting.extract_if(.., |of| of.until_ms <= now_ms);
        let counts = late.map(|of| {
            let came = of.parts.iter().flatten().count();
            (came as u8, of.parts.len() as u8)
        });
        counts.collect()
    }
}

impl Terminal {
    /// The network delivers a short message, an SMS-DELIVER, at that moment. What is for a
    /// program is answered at once, what is for the card with the card's answer.
    pub fn handle_delivery(&mut self, tpdu: &[u8], now_ms: u64) {
        let message = match Deliver::decode(tpdu) {
            Ok(message) => message,
            Err(error) => {
                self.drop_message(error.to_string());
                return self.report(&DeliverReport {
                    failure: Some(UNSPECIFIED),
                    ..DeliverReport::default()
                });
            }
        };
        if message.is_for_card() {
            // The card's answer is the report; a message too long for a command has none.
            if !self.handle_short_message(None, tpdu) {
                self.drop_message("it is too long for the card".to_owned());
                self.report(&DeliverReport {
                    failure: Some(UNSPECIFIED),
                    ..DeliverReport::default()
                });
            }
            return;
        }
        self.report(&DeliverReport::default());
        // To the device and not to its user: 8-bit data of class 1, or without class (TS 23.038 §4).
        let port = match (message.dcs, message.port()) {
            (0xF5 | 0x04 | 0x15, Some(port)) if message.pid == 0 => port,
            (_, Some(_)) => return self.drop_message("it is not 8-bit data for a port".to_owned()),
            (_, None) => return self.drop_message("it names no port".to_owned()),
        };
        if !self.config.local_ports.contains(&port) {
            return self.drop_message(format!("nobody listens on port {port}"));
        }
        match self.messages.join(&message, now_ms) {
            Joined::Whole(bytes) => self.outputs.push_back(Output::Delivered { port, bytes }),
            Joined::Waiting => {}
            Joined::TooLong => self.drop_message("it is too long".to_owned()),
        }
    }

    /// The card answered the envelope with a message: its answer goes back with the report.
    pub(super) fn downloaded(&mut self, envelope: &Envelope, data: &[u8], sw: StatusWord) {
        let Envelope::SmsPpDownload { .. } = envelope else {
            return;
        };
        let failure = match sw.sw1() {
            0x90 | 0x91 => None,
            0x93 => Some(CARD_BUSY),
            _ => Some(CARD_ERROR),
        };
        let report = DeliverReport::of_card(data, failure).unwrap_or(DeliverReport {
            failure,
            ..DeliverReport::default()
        });
        self.report(&report);
    }

    /// When the terminal forgets parts of a message that is not whole.
    pub fn forgets_ms(&self) -> Option<u64> {
        self.messages.next_ms()
    }

    /// Forgets parts whose time is over.
    pub(super) fn forget_parts(&mut self, now_ms: u64) {
        for (came, parts) in self.messages.forget(now_ms) {
            self.outputs
                .push_back(Output::PartsForgotten { came, parts });
        }
    }

    fn report(&mut self, report: &DeliverReport) {
        let tpdu = report.encode();
        self.outputs.push_back(Output::Report { tpdu });
    }

    fn drop_message(&mut self, reason: String) {
        self.outputs.push_back(Output::MessageDropped { reason });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::sms::{COMMAND_PACKET, Element, PORTS};
    use crate::terminal::Config;

    fn push(data: &[u8]) -> Deliver {
        Deliver {
            more: false,
            originator: vec![0x04, 0x81, 0x21, 0x43],
            pid: 0,
            dcs: 0xF5,
            timestamp: [0; 7],
            header: Some(vec![Element {
                id: PORTS,
                data: vec![0x0B, 0x84, 0xC0, 0x02],
            }]),
            data: data.to_vec(),
        }
    }

    fn terminal() -> Terminal {
        Terminal::new(Config::default())
    }

    /// What the terminal makes of a message.
    fn told(terminal: &mut Terminal, message: &Deliver, now_ms: u64) -> Vec<Output> {
        terminal.handle_delivery(&message.encode(), now_ms);
        std::iter::from_fn(|| terminal.poll()).collect()
    }

    fn taken() -> Output {
        Output::Report {
            tpdu: vec![0x00, 0x00],
        }
    }

    fn delivered(bytes: &[u8]) -> Output {
        Output::Delivered {
            port: 2948,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn parts_are_joined_in_any_order_and_by_both_references() {
        let data: Vec<u8> = (0..=255).collect();
        for reference in [Reference::Short(7), Reference::Long(0x0107)] {
            let mut parts = push(&data).split(reference, 100);
            assert_eq!(parts.len(), 3);
            for _ in 0..3 {
                parts.rotate_left(1);
                let mut terminal = terminal();
                assert_eq!(told(&mut terminal, &parts[0], 0), [taken()]);
                assert_eq!(told(&mut terminal, &parts[1], 0), [taken()]);
                let whole = told(&mut terminal, &parts[2], 0);
                assert_eq!(whole, [taken(), delivered(&data)]);
                assert_eq!(terminal.forgets_ms(), None);
            }
        }
    }

    #[test]
    fn parts_of_other_messages_are_not_mixed_in() {
        let message = push(&[1; 60]);
        let short = message.split(Reference::Short(7), 30);
        for other in [
            message.split(Reference::Long(7), 30),
            message.split(Reference::Short(8), 30),
            message.split(Reference::Short(7), 20),
            Deliver {
                originator: vec![0x04, 0x81, 0x21, 0x44],
                ..message.clone()
            }
            .split(Reference::Short(7), 30),
        ] {
            let mut terminal = terminal();
            told(&mut terminal, &short[0], 0);
            assert_eq!(told(&mut terminal, &other[1], 0), [taken()]);
            let whole = told(&mut terminal, &short[1], 0);
            assert_eq!(whole, [taken(), delivered(&[1; 60])]);
        }
    }

    #[test]
    fn a_part_that_comes_again_takes_the_place_of_the_first() {
        let parts = push(&[1; 60]).split(Reference::Short(7), 30);
        let again = push(&[2; 60]).split(Reference::Short(7), 30);
        let mut terminal = terminal();
        told(&mut terminal, &parts[0], 0);
        assert_eq!(told(&mut terminal, &again[0], 0), [taken()]);
        let whole = [[2; 30], [1; 30]].concat();
        let outputs = told(&mut terminal, &parts[1], 0);
        assert_eq!(outputs, [taken(), delivered(&whole)]);
    }

    #[test]
    fn parts_that_stay_alone_are_forgotten() {
        let parts = push(&[1; 60]).split(Reference::Short(7), 30);
        let mut terminal = terminal();
        told(&mut terminal, &parts[0], 5);
        assert_eq!(terminal.forgets_ms(), Some(120_005));
        terminal.handle_time(120_004);
        assert_eq!(terminal.poll(), None);
        terminal.handle_time(120_005);
        let forgotten = Output::PartsForgotten { came: 1, parts: 2 };
        assert_eq!(terminal.poll(), Some(forgotten));
        assert_eq!(told(&mut terminal, &parts[1], 120_006), [taken()]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut terminal = terminal();
        for reference in 0..=255 {
            let parts = push(&[1; 60]).split(Reference::Short(reference), 30);
            told(&mut terminal, &parts[0], 0);
        }
        assert_eq!(terminal.messages.waiting.len(), MAX_WAITING);
        // A message of 255 parts is longer than what is kept.
        let mut dropped = 0;
        for part in push(&[1; 34_000]).split(Reference::Short(9), 134) {
            let outputs = told(&mut terminal, &part, 0);
            let is_dropped = |output: &Output| matches!(output, Output::MessageDropped { .. });
            dropped += outputs.iter().filter(|output| is_dropped(output)).count();
        }
        assert!(dropped > 0);
    }

    #[test]
    fn what_is_for_nobody_is_acknowledged_and_dropped() {
        for (change, word) in [
            (altered(|m| m.dcs = 0xF1), "8-bit"),
            (altered(|m| m.dcs = 0xF6), "8-bit"),
            (altered(|m| m.pid = 0x41), "8-bit"),
            (altered(|m| m.header = None), "no port"),
            (altered(|m| port(m, 0x0B85)), "port 2949"),
        ] {
            let outputs = told(&mut terminal(), &change, 0);
            let [report, Output::MessageDropped { reason }] = &outputs[..] else {
                panic!("{outputs:?}");
            };
            assert_eq!(*report, taken());
            assert!(reason.contains(word), "{reason}");
        }
        let mut terminal = terminal();
        terminal.handle_delivery(&[0x44, 0x0C], 0);
        assert!(matches!(
            terminal.poll(),
            Some(Output::MessageDropped { .. })
        ));
        let refused = Output::Report {
            tpdu: vec![0x00, 0xFF, 0x00],
        };
        assert_eq!(terminal.poll(), Some(refused));
    }

    #[test]
    fn what_is_for_the_card_waits_for_its_answer() {
        let packet = Deliver {
            pid: 0x7F,
            dcs: 0xF6,
            header: Some(vec![Element {
                id: COMMAND_PACKET,
                data: Vec::new(),
            }]),
            ..push(&[0; 20])
        };
        assert!(told(&mut terminal(), &packet, 0).is_empty());
    }

    fn port(message: &mut Deliver, port: u16) {
        let [high, low] = port.to_be_bytes();
        message.header = Some(vec![Element {
            id: PORTS,
            data: vec![high, low, 0, 0],
        }]);
    }

    fn altered(change: impl FnOnce(&mut Deliver)) -> Deliver {
        let mut message = push(b"x");
        change(&mut message);
        message
    }
}
