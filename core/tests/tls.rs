//! Both ends of TLS on one wire, on which anything may happen: data come whole, in any pieces,
//! or not at all.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::tls::{Connection, Ending, Output, PreSharedKey};
use proptest::collection::vec;
use proptest::prelude::*;

fn psk() -> PreSharedKey {
    PreSharedKey {
        identity: b"dmsc.card".to_vec(),
        key: (0x10..=0x1F).collect(),
    }
}

/// One end with what came out of it.
struct End {
    connection: Connection,
    count: u8,
    data: Vec<u8>,
    ending: Option<Ending>,
    established: bool,
}

impl End {
    fn new(connection: Connection) -> Self {
        End {
            connection,
            count: 0,
            data: Vec::new(),
            ending: None,
            established: false,
        }
    }

    /// What it puts on the wire now.
    fn wire(&mut self) -> Vec<u8> {
        let mut wire = Vec::new();
        while let Some(output) = self.connection.poll(|| {
            self.count = self.count.wrapping_add(1);
            [self.count; 16]
        }) {
            match output {
                Output::Record(record) => wire.extend(record),
                Output::Established => self.established = true,
                Output::Data(data) => self.data.extend(data),
                Output::Ended(ending) => self.ending = Some(ending),
            }
        }
        wire
    }
}

/// Lets both talk; the wire cuts what it carries after these numbers of bytes, again and again.
fn talk(ends: &mut [End; 2], cuts: &[usize]) {
    let mut cut = cuts.iter().cycle();
    loop {
        let wires = [ends[0].wire(), ends[1].wire()];
        if wires.iter().all(Vec::is_empty) {
            return;
        }
        for (from, mut wire) in wires.into_iter().enumerate() {
            while !wire.is_empty() {
                let at = cut
                    .next()
                    .map_or(wire.len(), |cut| (*cut).clamp(1, wire.len()));
                let rest = wire.split_off(at);
                ends[1 - from].connection.handle_data(&wire);
                wire = rest;
            }
        }
    }
}

fn pair() -> [End; 2] {
    [
        End::new(Connection::client(psk(), [1; 32])),
        End::new(Connection::server(vec![psk()], [2; 32])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn data_come_through_in_any_pieces(
        up in vec(vec(any::<u8>(), 0..3000), 0..5),
        down in vec(vec(any::<u8>(), 0..40_000), 0..3),
        cuts in vec(1..2000usize, 0..6),
    ) {
        let mut ends = pair();
        talk(&mut ends, &cuts);
        prop_assert!(ends[0].established && ends[1].established);
        for data in &up {
            ends[0].connection.handle_send(data);
        }
        for data in &down {
            ends[1].connection.handle_send(data);
        }
        talk(&mut ends, &cuts);
        prop_assert_eq!(&ends[1].data, &up.concat());
        prop_assert_eq!(&ends[0].data, &down.concat());
        ends[1].connection.handle_close();
        talk(&mut ends, &cuts);
        prop_assert!(ends.iter().all(|end| end.ending == Some(Ending::Closed)));
    }

    #[test]
    fn one_altered_byte_lets_nothing_through_behind_it(
        before in vec(any::<u8>(), 0..200),
        data in vec(any::<u8>(), 1..600),
        place in any::<prop::sample::Index>(),
        change in 1..=255u8,
    ) {
        let mut ends = pair();
        talk(&mut ends, &[]);
        ends[0].connection.handle_send(&before);
        talk(&mut ends, &[]);
        ends[0].connection.handle_send(&data);
        ends[0].connection.handle_send(&data);
        let mut wire = ends[0].wire();
        let half = wire.len() / 2;
        wire[place.index(half)] ^= change;
        ends[1].connection.handle_data(&wire);
        ends[1].connection.handle_closed();
        ends[1].wire();
        prop_assert_eq!(&ends[1].data, &before);
        prop_assert!(matches!(ends[1].ending, Some(Ending::Refused(_) | Ending::Truncated)));
    }

    #[test]
    fn no_bytes_bring_an_end_out_of_order(
        bytes in vec(any::<u8>(), 0..400),
        established in any::<bool>(),
        side in 0..2usize,
    ) {
        let mut ends = pair();
        if established {
            talk(&mut ends, &[]);
        }
        ends[side].connection.handle_data(&bytes);
        ends[side].wire();
        prop_assert!(ends[side].data.is_empty());
        ends[side].connection.handle_closed();
        ends[side].wire();
        prop_assert!(ends[side].ending.is_some());
    }
}
