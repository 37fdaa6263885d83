//! Sequences of commands as nobody sends them, but near to how they are sent.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod checks;

use checks::card::{Outcome, POWER_LOSS, RESET, play};
use dmsc_core::codec::hex;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{RngSeed, TestRunner};
use std::cell::Cell;

/// Commands that some card carries out in some state, of the classes of TS 102 221.
const COMMANDS: &[&str] = &[
    "00A40004023F00",
    "00A4000C022F00",
    "00A4000C026F07",
    "00A40004026F3900",
    "00A4000C026F7B",
    "00A4000C026F21",
    "00A4040C07A0000000871002",
    "00A4040407A0000003431002",
    "00A4044C07A0000000871002",
    "00A4040E01A0",
    "00A4080C047F506431",
    "00A4080C047F106F3A",
    "00A4030C",
    "00B0000009",
    "00B08D000C",
    "00B2010430",
    "00B201041E",
    "00B2000203",
    "00B2000303",
    "00D68D000300F110",
    "00D600000411223344",
    "00DC000303000001",
    "00DC01041E4142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E",
    "00A20104024361",
    "803200000300000500",
    "80320000020001",
    "0020000108313233 34FFFFFFFF",
    "002000010830303030FFFFFFFF",
    "0020000A0841444D3030303031",
    "002400011031323334FFFFFFFF34333231FFFFFFFF",
    "002600010831323334FFFFFFFF",
    "002800010831323334FFFFFFFF",
    "002C000110313233343536373831323334FFFFFFFF",
    "00040000",
    "00440000",
    "0004000002 6F07",
    "0044000002 6F07",
    "0070000001",
    "00708001",
    "01A4000C026F07",
    "01B0000009",
    "80AA000004A9028100",
    "40A4000C023F00",
    "0084000008",
    "008800812210 23553CBE9637A89D218AE64DAE47BF35 10 55F328B43577B9B94A9FFAC354DFAFB3",
    "00C0000019",
    "80F2000000",
    "80F2000C",
    "8010000014FFFFFFFF7F3B01E940010C00030000001F400000",
    "801200000F",
    "80C2000009D70702028281A40101",
];

/// The same of class A0.
const GSM_COMMANDS: &[&str] = &[
    "A0A40000023F00",
    "A0A40000027F20",
    "A0A40000027F10",
    "A0A40000027F25",
    "A0A40000027F50",
    "A0A40000026F07",
    "A0A40000026F39",
    "A0A40000026F3A",
    "A0A40000026F7B",
    "A0A40000026431",
    "A0C000000F",
    "A0C0000017",
    "A0F2000017",
    "A0B0000009",
    "A0D600000300F110",
    "A0B201041E",
    "A0DC01041E4142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E",
    "A0DC000303000001",
    "A0A2001002 4361",
    "A032000003000005",
    "A020000108313233 34FFFFFFFF",
    "A020000A0841444D3030303031",
    "A024000110 31323334FFFFFFFF 31323334FFFFFFFF",
    "A026000108 31323334FFFFFFFF",
    "A028000108 31323334FFFFFFFF",
    "A02C000010 3132333435363738 31323334FFFFFFFF",
    "A0040000",
    "A0440000",
    "A088000010 23553CBE9637A89D218AE64DAE47BF35",
    "A0FA0000",
];

/// Commands that together change a file, where the profile has it.
const CHANGES: &[&[&str]] = &[
    &["00A4040C07A0000000871002", "00D68D000300F110"],
    &[
        "00A4080C047FFF6F39",
        "00DC000303000001",
        "803200000300000500",
    ],
    &[
        "00A4080C067F105F3A4F4A",
        "00DC01040D00112233445566778899AABBCC",
        "00DC00020D00112233445566778899AABBCC",
    ],
    &[
        "0020000A0841444D3030303031",
        "00A4080C047F506431",
        "00D600000411223344",
        "00040000",
    ],
    &[
        "00A4040C07A0000003431002",
        "00A4000C026F21",
        "80320000020001",
    ],
    &["A0A40000027F20", "A0A40000026F7B", "A0D600000300F110"],
    &[
        "A0A40000027F20",
        "A0A40000026F39",
        "A0DC000303000001",
        "A032000003000005",
    ],
    &[
        "A0A40000023F00",
        "A0A40000027F10",
        "A0A40000026F44",
        "A0DC00031E4142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E",
    ],
    &[
        "A020000A0841444D3030303031",
        "A0A40000023F00",
        "A0A40000022F05",
        "A0040000",
    ],
];

/// A command, often as it is, sometimes with octets changed, cut off or added.
fn command(of: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let damage = prop_oneof![
        6 => Just(Vec::new()),
        2 => proptest::collection::vec((any::<Index>(), any::<u8>()), 1..3),
    ];
    let length = prop_oneof![8 => Just(None), 1 => any::<Index>().prop_map(Some)];
    (select(of), damage, length).prop_map(|(text, damage, length)| {
        let mut bytes = hex::decode(&text.replace(' ', "")).unwrap();
        for (at, octet) in damage {
            let at = at.index(bytes.len());
            bytes[at] = octet;
        }
        if let Some(length) = length {
            bytes.resize(length.index(bytes.len() + 4), 0x5A);
        }
        bytes
    })
}

/// One step of a sequence as the check reads it.
fn step(choice: u8) -> impl Strategy<Value = Vec<u8>> {
    let counted = |command: Vec<u8>| [vec![command.len() as u8], command].concat();
    let together = move |commands: &[&str]| -> Vec<u8> {
        let each = commands
            .iter()
            .map(|text| counted(hex::decode(text).unwrap()));
        each.flatten().collect()
    };
    let torn = move |(writes, commands): (u8, &[&str])| {
        [vec![POWER_LOSS, writes], together(commands), vec![RESET]].concat()
    };
    // The USIM speaks both, the CSIM has no class A0, the others have nothing else.
    let (uicc, gsm) = [(8, 8), (1, 16), (16, 1), (1, 16)][usize::from(choice)];
    prop_oneof![
        uicc => command(COMMANDS).prop_map(counted),
        gsm => command(GSM_COMMANDS).prop_map(counted),
        1 => proptest::collection::vec(any::<u8>(), 0..30).prop_map(counted),
        1 => Just(vec![RESET]),
        4 => select(CHANGES).prop_map(together),
        2 => (0u8..12, select(CHANGES)).prop_map(torn),
    ]
}

/// Shows CMD-32, CMD-33.
#[test]
fn any_sequence_of_commands_is_answered() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 600,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2026),
        ..ProptestConfig::default()
    });
    let sequence = (0u8..4).prop_flat_map(|choice| {
        let steps = proptest::collection::vec(step(choice), 1..120);
        steps.prop_map(move |steps| [vec![choice], steps.concat()].concat())
    });
    let sum = Cell::new(Outcome::default());
    let result = runner.run(&sequence, |bytes| {
        let (outcome, before) = (play(&bytes), sum.get());
        sum.set(Outcome {
            done: before.done + outcome.done,
            changed: before.changed + outcome.changed,
            refused: before.refused + outcome.refused,
            silent: before.silent + outcome.silent,
        });
        Ok(())
    });
    assert_eq!(result, Ok(()));
    // The sequences reach what they are to reach.
    let sum = sum.get();
    assert!(sum.done > 8_000 && sum.refused > 8_000, "{sum:?}");
    assert!(sum.changed > 300 && sum.silent > 1_000, "{sum:?}");
}
