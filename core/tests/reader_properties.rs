//! What holds on every line, however bad: a command comes to its own answer or to a proper end.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;
mod line;

use dmsc_core::codec::hex;
use dmsc_core::reader::ReaderConfig;
use line::{Fault, Line, ONLY_T0, T0_AND_T1, T1_CRC};
use proptest::prelude::*;

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![Just(Fault::Lose), Just(Fault::Alter), Just(Fault::Repeat)]
}

/// A command whose answer is known, in hex.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let data = prop::collection::vec(any::<u8>(), 1..=255);
    prop_oneof![
        any::<u8>().prop_map(|le| vec![0x00, 0xB0, 0x00, 0x00, le]),
        data.prop_map(|data| {
            let mut bytes = vec![0x80, 0xC2, 0x00, 0x00, data.len() as u8];
            bytes.extend(data);
            bytes.push(0);
            bytes
        }),
        Just(vec![0x80, 0xF2, 0x00, 0x0C]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Shows TPDU-4, TPDU-6.
    #[test]
    fn every_command_gets_its_own_answer_or_a_proper_end(
        atr in prop_oneof![Just(T0_AND_T1), Just(T1_CRC)],
        ifsd in 1..=254_u8,
        commands in prop::collection::vec(command(), 1..6),
        faults in prop::collection::vec((0..120_usize, fault()), 0..40),
        is_slow: bool,
    ) {
        let config = ReaderConfig { protocols: vec![1], ifsd, is_fast: false };
        let mut line = Line::new(atr, config);
        line.faults = faults;
        line.is_slow = is_slow;
        for command in commands {
            let before = line.executed.len();
            line.restarted = false;
            match line.exchange(&command) {
                Ok(answer) => {
                    prop_assert_eq!(answer, line::card_answer(&command));
                    let times = line.executed.len() - before;
                    prop_assert!(times == 1 || line.restarted, "carried out {} times", times);
                    prop_assert_eq!(line.executed.last(), Some(&command));
                }
                // Only a reset helps.
                Err(_) => break,
            }
        }
    }

    /// Shows TPDU-3, TPDU-4.
    #[test]
    fn a_good_line_gives_every_answer_and_does_nothing_twice(
        atr in prop_oneof![Just(ONLY_T0), Just(T0_AND_T1), Just(T1_CRC)],
        ifsd in 1..=254_u8,
        commands in prop::collection::vec(command(), 1..6),
        is_fast: bool,
    ) {
        let config = ReaderConfig { protocols: vec![1, 0], ifsd, is_fast };
        let mut line = Line::new(atr, config);
        for command in &commands {
            prop_assert_eq!(line.exchange(command), Ok(line::card_answer(command)));
        }
        prop_assert_eq!(line.executed.len(), commands.len());
    }

    #[test]
    fn a_hostile_peer_is_survived(
        choice in 0..16_u8,
        pieces in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            prop::sample::select(vec![
                "00", "20", "40", "60", "80", "90", "81", "C0", "E0", "C120", "E164", "C2", "E2",
                "C302", "E302", "009000", "20AABB", "00A40004023F00",
            ]).prop_map(|text| hex::decode(text).unwrap()),
        ], 0..60),
    ) {
        let mut bytes = vec![choice];
        for piece in pieces {
            bytes.push(piece.len() as u8);
            bytes.extend(piece);
        }
        checks::check_all(&bytes);
    }
}
