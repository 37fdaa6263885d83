//! Sequences of commands as nobody sends them, but near to how they are sent.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;

use checks::card::{POWER_LOSS, RESET, check_card};
use proptest::prelude::*;
use proptest::sample::select;

const INSTRUCTIONS: &[u8] = &[
    0x04, 0x10, 0x12, 0x14, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x32, 0x44, 0x70, 0x84, 0x88, 0xA2, 0xA4,
    0xAA, 0xB0, 0xB2, 0xC0, 0xC2, 0xD6, 0xDC, 0xF2, 0xFA,
];

/// Identifiers and names that some profile has, PINs, and values that fit nothing.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let fids: Vec<Vec<u8>> = [
        0x3F00u16, 0x2F00, 0x2F06, 0x2FE2, 0x7F10, 0x7F20, 0x7F25, 0x7F50, 0x7FFF, 0x5F3A, 0x4F3A,
        0x6F07, 0x6F39, 0x6F3A, 0x6F3C, 0x6F44, 0x6F7B, 0x6431, 0x6433,
    ]
    .iter()
    .map(|fid| fid.to_be_bytes().to_vec())
    .collect();
    let pins: [&[u8]; 4] = [
        b"1234\xFF\xFF\xFF\xFF",
        b"ADM00001",
        b"123456784321\xFF\xFF\xFF\xFF",
        b"1234\xFF\xFF\xFF\xFF5678\xFF\xFF\xFF\xFF",
    ];
    let names: [&[u8]; 3] = [
        &[0xA0],
        &[0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02],
        &[0xA0, 0x00, 0x00, 0x03, 0x43, 0x10, 0x02],
    ];
    prop_oneof![
        4 => select(fids.clone()),
        1 => (select(fids.clone()), select(fids)).prop_map(|(a, b)| [a, b].concat()),
        2 => select(pins.map(<[u8]>::to_vec).to_vec()),
        1 => select(names.map(<[u8]>::to_vec).to_vec()),
        3 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => (1usize..=230, any::<u8>()).prop_map(|(length, octet)| vec![octet; length]),
        1 => Just([0x10; 17].to_vec()),
    ]
}

fn command() -> impl Strategy<Value = Vec<u8>> {
    let class = select(vec![
        0x00, 0x00, 0x80, 0xA0, 0xA0, 0x01, 0x02, 0x81, 0x40, 0x4F, 0xC0,
    ]);
    let parameter = prop_oneof![
        3 => 0u8..=4,
        2 => select(vec![0x0C, 0x0A, 0x80, 0x81, 0x87, 0x8D, 0x44, 0x91]),
        1 => any::<u8>()
    ];
    (
        class,
        select(INSTRUCTIONS),
        parameter.clone(),
        parameter,
        prop::option::of(data()),
        prop::option::of(any::<u8>()),
    )
        .prop_map(|(cla, ins, p1, p2, data, le)| {
            let mut bytes = vec![cla, ins, p1, p2];
            if let Some(data) = data {
                bytes.push(data.len() as u8);
                bytes.extend(data);
            }
            bytes.extend(le);
            bytes
        })
}

/// One step of a sequence as the check reads it.
fn step() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        20 => command().prop_map(|command| [vec![command.len() as u8], command].concat()),
        1 => proptest::collection::vec(any::<u8>(), 0..30)
            .prop_map(|bytes| [vec![bytes.len() as u8], bytes].concat()),
        1 => Just(vec![RESET]),
        1 => (0u8..12).prop_map(|writes| vec![POWER_LOSS, writes]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2026),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_sequence_of_commands_is_answered(
        choice in 0u8..4,
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        check_card(&[vec![choice], steps.concat()].concat());
    }
}
