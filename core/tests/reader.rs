//! Card and reader on one line in memory: every command comes to its answer or to a proper end,
//! whatever the line loses, alters or repeats.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod line;

use dmsc_core::codec::hex;
use dmsc_core::reader::t0::{CardLine, CardLineOutput, ReaderLine, ReaderLineOutput};
use dmsc_core::reader::{CardOutput, CardSide, Failure, ReaderConfig};
use line::{Fault, Line, ONLY_T0, T0_AND_T1, T1_CRC};

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// Shows TPDU-2.
#[test]
fn both_ends_agree_on_a_protocol() {
    for (atr, protocols, speed, wanted, talk) in [
        (ONLY_T0, vec![0, 1], true, (0, 0x95), 2),
        (ONLY_T0, vec![0], false, (0, 0x11), 0),
        (T0_AND_T1, vec![1, 0], true, (1, 0x95), 2),
        (T0_AND_T1, vec![1], false, (1, 0x11), 2),
        (T1_CRC, vec![0, 1], false, (1, 0x11), 0),
    ] {
        let config = ReaderConfig {
            protocols,
            is_fast: speed,
            ..ReaderConfig::default()
        };
        let line = Line::new(atr, config);
        assert_eq!(line.ready, Some(wanted));
        assert_eq!(line.crossed.len(), talk, "{atr}: {:?}", line.crossed);
    }
    let config = ReaderConfig {
        protocols: vec![1],
        ..ReaderConfig::default()
    };
    let line = Line::new(ONLY_T0, config);
    assert_eq!(line.failure, Some(Failure::Unsuitable));
}

/// Shows TPDU-3, TPDU-4.
#[test]
fn apdus_of_every_case_get_their_answer_over_every_protocol() {
    for (atr, protocol) in [(ONLY_T0, 0), (T0_AND_T1, 0), (T0_AND_T1, 1), (T1_CRC, 1)] {
        let config = ReaderConfig {
            protocols: vec![protocol],
            ..ReaderConfig::default()
        };
        let mut line = Line::new(atr, config);
        for (apdu, response) in [
            ("80F2000C".to_owned(), "9000".to_owned()),
            ("00B0000003".to_owned(), "0102039000".to_owned()),
            (
                "00B0000000".to_owned(),
                line::card_answer(&bytes("00B0000000")),
            ),
            (format!("00D60000FF{}", "5A".repeat(255)), "9000".to_owned()),
            (
                format!("80C20000FF{}00", "A5".repeat(255)),
                format!("{}9000", "A5".repeat(255)),
            ),
        ] {
            assert_eq!(
                line.exchange(&bytes(&apdu)),
                Ok(response),
                "{protocol} {apdu:.20}"
            );
        }
        assert_eq!(line.executed.len(), 5, "nothing is done twice");
    }
}

/// Shows TPDU-5, TPDU-6.
#[test]
fn chains_go_both_ways_in_the_sizes_agreed_on() {
    let config = ReaderConfig {
        protocols: vec![1],
        ifsd: 40,
        is_fast: false,
    };
    let mut line = Line::new(T1_CRC, config);
    line.crossed.clear();
    let apdu = format!("80C20000C8{}00", "11".repeat(200));
    assert_eq!(
        line.exchange(&bytes(&apdu)),
        Ok(format!("{}9000", "11".repeat(200)))
    );
    // The card takes 64 (its IFSC), the reader 40.
    let (to_card, to_reader): (Vec<_>, Vec<_>) =
        line.crossed.iter().partition(|(to_card, _)| *to_card);
    let largest = |blocks: &[&(bool, Vec<u8>)]| blocks.iter().map(|(_, b)| b[2]).max();
    assert_eq!(largest(&to_card), Some(64));
    assert_eq!(largest(&to_reader), Some(40));
    let pcbs: Vec<u8> = line.crossed.iter().map(|(_, block)| block[1]).collect();
    assert_eq!(
        pcbs,
        [
            0xC1, 0xE1, // IFS
            0x20, 0x90, 0x60, 0x80, 0x20, 0x90, 0x40, // the command: 64, 64, 64, 14
            0x20, 0x90, 0x60, 0x80, 0x20, 0x90, 0x60, 0x80, 0x20, 0x90, 0x40, // the response
        ]
    );
}

/// Every single fault at every place: the answer comes, and the command is done once unless the
/// line had to be resynchronised.
/// Shows TPDU-4.
#[test]
fn one_fault_anywhere_does_no_harm() {
    let apdu = bytes(&format!("80C2000064{}00", "22".repeat(100)));
    let wanted = format!("{}9000", "22".repeat(100));
    for atr in [T0_AND_T1, T1_CRC] {
        for fault in [Fault::Lose, Fault::Alter, Fault::Repeat] {
            for place in 0..16 {
                let config = ReaderConfig {
                    protocols: vec![1],
                    is_fast: false,
                    ifsd: 48,
                };
                let mut line = Line::new(atr, config);
                line.faults.push((place, fault));
                let first = line.exchange(&apdu);
                assert_eq!(first.as_ref(), Ok(&wanted), "{fault:?} at {place}");
                assert_eq!(line.executed.len(), 1, "{fault:?} at {place}");
                assert!(!line.restarted);
                // And the line is as good as before.
                assert_eq!(
                    line.exchange(&bytes("00B0000002")),
                    Ok("01029000".to_owned())
                );
            }
        }
    }
}

/// Shows TPDU-6.
#[test]
fn three_faults_in_a_row_resynchronise_and_a_dead_line_is_given_up() {
    let apdu = bytes("00B0000004");
    let config = ReaderConfig {
        protocols: vec![1],
        is_fast: false,
        ifsd: 32,
    };
    let mut line = Line::new(T1_CRC, config.clone());
    assert_eq!(line.exchange(&apdu), Ok("010203049000".to_owned()));
    // The command goes through; the answer and two repetitions of it are lost.
    let next = line.sent;
    line.faults = [1, 3, 5].map(|n| (next + n, Fault::Alter)).to_vec();
    assert_eq!(line.exchange(&apdu), Ok("010203049000".to_owned()));
    assert!(line.restarted);
    let resynch: Vec<_> = line
        .crossed
        .iter()
        .filter(|(_, b)| b[1] & 0xDF == 0xC0)
        .collect();
    assert_eq!(resynch.len(), 2);
    // Then nothing comes through at all: three attempts, three times three to resynchronise.
    let next = line.sent;
    line.faults = (next..next + 100).map(|n| (n, Fault::Lose)).collect();
    line.crossed.clear();
    assert_eq!(line.exchange(&apdu), Err(Failure::NotSynchronised));
    assert_eq!(line.crossed.len(), 3 + 3);
    // A card that never said anything is mute after three attempts.
    let mut line = Line::new(T1_CRC, config);
    line.faults = (0..100).map(|n| (n, Fault::Lose)).collect();
    assert_eq!(line.exchange(&apdu), Err(Failure::Mute));
    assert_eq!(line.crossed.len(), 3);
}

/// Shows TPDU-6.
#[test]
fn a_card_gets_the_time_it_asks_for() {
    let config = ReaderConfig {
        protocols: vec![1],
        is_fast: false,
        ifsd: 32,
    };
    for fault in [
        None,
        Some(Fault::Lose),
        Some(Fault::Alter),
        Some(Fault::Repeat),
    ] {
        for place in 0..6 {
            let mut line = Line::new(T1_CRC, config.clone());
            line.is_slow = true;
            line.faults.extend(fault.map(|fault| (place, fault)));
            assert_eq!(
                line.exchange(&bytes("00B0000002")),
                Ok("01029000".to_owned())
            );
            assert!(line.waited, "{fault:?} at {place}");
        }
    }
}

/// T=0 has no blocks to repeat: what the line spoils ends the exchange, or one with a status.
/// Shows TPDU-3.
#[test]
fn octets_of_t_0_come_to_an_end() {
    let tpdus = [
        "00A40004023F00",
        "00B0000005",
        "00B0000000",
        "0020000100",
        "00FFFFFF03010203",
    ];
    for tpdu in tpdus {
        let tpdu = bytes(tpdu);
        for fault in [
            None,
            Some(Fault::Lose),
            Some(Fault::Alter),
            Some(Fault::Repeat),
        ] {
            for place in 0..20 {
                let (mut reader, mut card) = (ReaderLine::default(), CardLine::default());
                let mut to_card = Vec::new();
                let mut count = 0;
                let mut end = None;
                let mut outputs = vec![reader.handle_tpdu(&tpdu).unwrap()];
                for _ in 0..2000 {
                    match outputs.pop() {
                        Some(ReaderLineOutput::Send(octets)) => to_card.extend(octets),
                        Some(output) => {
                            end = Some(output);
                            break;
                        }
                        // Silence: the waiting time is over.
                        None => outputs.extend(reader.handle_timeout()),
                    }
                    let mut to_reader = Vec::new();
                    for octet in std::mem::take(&mut to_card) {
                        let hit = fault.filter(|_| count == place);
                        count += 1;
                        let octets = match hit {
                            None => vec![octet],
                            Some(Fault::Lose) => vec![],
                            Some(Fault::Alter) => vec![octet ^ 0x40],
                            Some(Fault::Repeat) => vec![octet, octet],
                        };
                        for octet in octets {
                            let mut output = card.handle_octet(octet);
                            if let Some(CardLineOutput::Command(command)) = output {
                                let Some(CardLineOutput::Send(null)) = card.handle_more_time()
                                else {
                                    panic!("a card that works can ask for time");
                                };
                                to_reader.extend(null);
                                let answer = bytes(&line::card_answer(&command));
                                output = card.handle_response(&answer);
                            }
                            if let Some(CardLineOutput::Send(octets)) = output {
                                to_reader.extend(octets);
                            }
                        }
                    }
                    for octet in to_reader {
                        outputs.extend(reader.handle_octet(octet));
                    }
                    outputs.reverse();
                }
                let end = end.unwrap_or_else(|| panic!("{fault:?} at {place} never ends"));
                if fault.is_none() {
                    assert!(matches!(end, ReaderLineOutput::Response(_)), "{end:?}");
                }
            }
        }
    }
}

/// Shows TPDU-2.
#[test]
fn a_selection_comes_first_or_not_at_all() {
    let mut card = CardSide::new(&bytes(T0_AND_T1)).unwrap();
    // Refused by silence: a protocol that is not offered, and octets that are no request.
    for refused in ["FF02FD", "FF01FF", "FF"] {
        card.handle_tpdu(&bytes(refused));
        assert_eq!(card.poll(), None);
    }
    card.handle_tpdu(&bytes("FF11957B"));
    assert_eq!(card.poll(), Some(CardOutput::Tpdu(bytes("FF11957B"))));
    // A second one is a damaged block of T=1 by now.
    card.handle_tpdu(&bytes("FF00FF"));
    assert_eq!(card.poll(), Some(CardOutput::Tpdu(bytes("00820082"))));
    // After a reset T=0 is what the card offers first.
    card.handle_reset();
    card.handle_tpdu(&bytes("00A40004023F00"));
    assert_eq!(
        card.poll(),
        Some(CardOutput::Command(bytes("00A40004023F00")))
    );
}

/// The virtual card itself says the same over every protocol.
/// Shows TPDU-7.
#[test]
fn the_card_says_the_same_over_every_protocol() {
    use dmsc_core::card::{Config, Output, Uicc};
    let answers: Vec<Vec<String>> = [(ONLY_T0, 0), (T0_AND_T1, 1), (T1_CRC, 1)]
        .into_iter()
        .map(|(atr, protocol)| {
            let mut uicc = Uicc::new(Config::default());
            let config = ReaderConfig {
                protocols: vec![protocol],
                ..ReaderConfig::default()
            };
            let mut line = Line::new(atr, config);
            line.answer = Box::new(move |command| {
                uicc.handle_command(command);
                std::iter::from_fn(|| uicc.poll())
                    .find_map(|output| match output {
                        Output::Response(bytes) => Some(bytes),
                        _ => None,
                    })
                    .unwrap()
            });
            [
                "00A40004023F0000",
                "00A40004022FE200",
                "00B0000000",
                "00B000000A",
                "00A40004022F0000",
                "00B2010400",
                "00A4000402FFFF00",
                "80F2000000",
                "8010000003FFFFFF",
                "A0FFFFFF",
            ]
            .iter()
            .map(|apdu| line.exchange(&bytes(apdu)).unwrap())
            .collect()
        })
        .collect();
    assert_eq!(answers[0][3], "984400000000005361119000");
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}
