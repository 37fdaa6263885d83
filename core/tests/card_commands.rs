//! Every command of the card with its right and its wrong uses (ETSI TS 102 221 §11.1), each
//! line a command and the beginning of its answer.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bare_card;

use bare_card::{answer, card};
use dmsc_core::card::{Config, Profile, Uicc};
use dmsc_core::codec::hex;

fn usim() -> Uicc {
    card(Profile::default())
}

/// The USIM with other text in its profile.
fn altered(parts: &[(&str, &str)]) -> Uicc {
    let (_, text) = Profile::BUILT_IN[0];
    let mut text = text.to_owned();
    for (part, by) in parts {
        assert!(text.contains(part), "{part}");
        text = text.replacen(part, by, 1);
    }
    card(Profile::from_json(&text).unwrap())
}

fn play(card: &mut Uicc, script: &[(&str, &str)]) {
    for (command, expected) in script {
        let answered = answer(card, &command.replace(' ', "")).unwrap();
        let expected = expected.replace(' ', "");
        assert!(
            answered.starts_with(&expected),
            "{command}: {answered}, not {expected}"
        );
    }
}

/// PIN 1 on, as most cards have it.
const PIN1_ON: (&str, &str) = (
    "\"value\": \"1234\", \"enabled\": false",
    "\"value\": \"1234\", \"enabled\": true",
);

const SELECT_USIM: (&str, &str) = ("00A4040C07A0000000871002", "9000");
const VERIFY_PIN1: (&str, &str) = ("0020000108 31323334FFFFFFFF", "9000");
const VERIFY_ADM: (&str, &str) = ("0020000A08 41444D3030303031", "9000");

/// Shows CMD-3, CMD-6.
#[test]
fn applications_are_found_by_the_beginning_of_their_names() {
    play(
        &mut usim(),
        &[
            ("00A4040C05A000000087", "9000"),
            ("80F2000100", "8410A0000000871002"),
            // Next after the active one: no other begins so.
            ("00A4040E05A000000087", "6A82"),
            // All names of the card begin with A0: first, next, last, previous.
            ("00A4040C01A0", "9000"),
            ("80F2000100", "8410A0000000871002"),
            ("00A4040E01A0", "9000"),
            ("80F2000100", "840CA000000063504B43"),
            ("00A4040E01A0", "6A82"),
            ("00A4040F01A0", "9000"),
            ("80F2000100", "8410A0000000871002"),
            ("00A4040F01A0", "6A82"),
            ("00A4040D01A0", "9000"),
            ("80F2000100", "840CA000000063504B43"),
            // PKCS#15 is active, so there is no current ADF.
            ("00A4000C027FFF", "6A82"),
            // The end of a session leads back to the MF.
            ("00A4044C0CA000000063504B43532D3135", "9000"),
            ("80F2000100", "6A88"),
            ("00A40404", "6700"),
            ("00A4040411A000000087100200000000000000000000", "6700"),
        ],
    );
}

/// Shows CMD-1, CMD-2, CMD-4.
#[test]
fn files_are_found_by_path_and_identifier() {
    play(
        &mut usim(),
        &[
            ("00A4080C047F105F3A", "9000"),
            ("00A4000C024F3A", "9000"),
            // The current file does not hide its brothers, its directory, or that one's parent.
            ("00A4000C024F30", "9000"),
            ("00A4000C025F3A", "9000"),
            ("00A4000C027F10", "9000"),
            ("00A4000C027F20", "9000"),
            ("00A4000C024F30", "6A82"),
            ("00A4090C026F07", "9000"),
            ("00A4080C063F007F105F3A", "9000"),
            ("00A4030C", "9000"),
            ("00A4010C025F3A", "9000"),
            ("00A4010C024F30", "6A82"),
            ("00A4080C037F105F", "6700"),
            ("00A4080C047FFF6F07", "6A82"),
            SELECT_USIM,
            ("00A4080C067FFF5F3B4F20", "9000"),
            ("00A4000C023F00", "9000"),
            ("00A4080C047FFF6F07", "9000"),
            ("00A4050C023F00", "6A86"),
            ("00A4002C023F00", "6A86"),
            // A path with P2 00, as some readers send it.
            ("00A40800047F50503100", "62"),
        ],
    );
}

/// Shows CMD-5.
#[test]
fn a_template_says_what_a_file_is() {
    play(
        &mut usim(),
        &[
            (
                "00A4000400",
                "622C 82027821 83023F00 A50C 800171 830400010000 870101 8A0105 8B032F0605 C60C 900160 830101 830181 83010A 9000",
            ),
            (
                "00A40004022FE200",
                "6217 82024121 83022FE2 8A0105 8B032F0606 8002000A 880110 9000",
            ),
            (
                "00A40004022F0000",
                "621A 8205422100 3003 83022F00 8A0105 8B032F0601 80020090 8801F0 9000",
            ),
            SELECT_USIM,
            (
                "00A40004027FFF00",
                "623B 82027821 83027FFF 8410A0000000871002FFFFFFFF8903020000 A509 800171 830400010000 8A0105 8B032F0605 C60C 900160 830101 830181 83010A 9000",
            ),
            // Cyclic, its rule with it, no short identifier.
            (
                "00A40004026F3900",
                "6242 8205462100 0304 83026F39 8A0105 AB2C 800101 A406 830101 950108 800102 A406 830101 950108 840132 A406 830101 950108 800118 A406 83010A 950108 8002000C 8800 9000",
            ),
        ],
    );
}

/// Shows CMD-7, CMD-8, CMD-29.
#[test]
fn binaries_are_read_and_updated_within_their_size() {
    play(
        &mut usim(),
        &[
            SELECT_USIM,
            ("00D6000001AA", "6986"),
            ("00A4000C026F7B", "9000"),
            ("00D60000 06 00F110 00F120", "9000"),
            ("00D60009 03 112233", "9000"),
            ("00B000000C", "00F11000F120FFFFFF112233 9000"),
            ("00D6000A 03 112233", "6700"),
            ("00D6000C 01 11", "6B00"),
            ("00D60000", "6700"),
            ("00D68D00 02 AABB", "9000"),
            ("00B08D0002", "AABB 9000"),
            ("00B08B0001", "FF9000"),
            ("00B09F0001", "6A82"),
            ("00B0E00001", "6A86"),
            ("00B0000D01", "6B00"),
            // Only an administrator writes the IMSI; the file stays as it is.
            ("00A4000C026F07", "9000"),
            ("00D60000 01 AA", "6982"),
            VERIFY_ADM,
            ("00D60008 01 99", "9000"),
            ("00B0000009", "080910101032547699 9000"),
            // ICCID: nobody.
            ("00A4080C022FE2", "9000"),
            ("00D60000 01 AA", "6982"),
            ("00A4080C022F00", "9000"),
            ("00D60000 01 AA", "6981"),
            ("80D60000 01 AA", "6E00"),
        ],
    );
}

/// Shows CMD-9, CMD-10.
#[test]
fn records_are_read_and_updated_in_every_mode() {
    let number = |n: u8| format!("00DC{n:02X}040D 00{n:02X}2233445566778899AABBCC");
    let mut card = usim();
    play(&mut card, &[("00A4080C067F105F3A4F4A", "9000")]);
    for n in 1..=5 {
        play(&mut card, &[(&number(n), "9000")]);
    }
    play(
        &mut card,
        &[
            ("00DC06040D 00062233445566778899AABBCC", "6A83"),
            ("00DC01040C 000622334455667788990000", "6700"),
            ("00DC01020D 00062233445566778899AABBCC", "6A86"),
            ("00DC01050D 00062233445566778899AABBCC", "6A86"),
            // Next from the beginning, previous from there.
            ("00B200020D", "0001"),
            ("00B200020D", "0002"),
            ("00B200030D", "0001"),
            ("00B200030D", "6A83"),
            ("00B200040D", "0001"),
            ("00B203040D", "0003"),
            ("00B200040D", "0001"),
            ("00DC00020D EE020000000000000000000000", "9000"),
            ("00B200040D", "EE02"),
            ("00DC00030D EE010000000000000000000000", "9000"),
            ("00B201040D", "EE01"),
            ("00DC00040D DD010000000000000000000000", "9000"),
            ("00B201040D", "DD01"),
            // By short identifier, which is the current file already.
            ("00B200120D", "EE02"),
            ("00B2010C1C", "43617264"),
            ("00B201FC0D", "6A86"),
            ("00B201040E", "6C1C"),
            ("00DC01140D CC010000000000000000000000", "9000"),
            ("00B201040D", "CC01"),
            ("00A4000C024F4A", "9000"),
            ("00B200040D", "6A83"),
            ("00B200030D", "0005"),
        ],
    );
}

/// Shows CMD-10, CMD-12.
#[test]
fn a_ring_gives_its_oldest_place_to_the_newest_record() {
    let mut card = usim();
    play(
        &mut card,
        &[
            SELECT_USIM,
            ("00A4000C026F39", "9000"),
            ("00DC000303 000001", "9000"),
            ("00DC000303 000002", "9000"),
            ("00B2010403", "000002"),
            ("00B2020403", "000001"),
            ("00B2030403", "000000"),
            // The pointer is at the newest; before it lies the oldest.
            ("00B2000303", "000000"),
            ("00B2000203", "000002"),
            ("00DC010403 000003", "6A86"),
            ("00DC000203 000003", "6A86"),
            // INCREASE: sum and what was added.
            ("8032000003 0000FE", "6106"),
            ("00C0000006", "000100 0000FE 9000"),
            ("8032000003 000001 00", "000101 000001 9000"),
            ("8032000002 0001 00", "000102 0001 9000"),
            ("00B2020403", "000101"),
            ("8032000003 FFFFFF", "9850"),
            ("00B2010403", "000102"),
            ("8032000004 00000001", "6700"),
            ("80320000", "6700"),
            ("8032010003 000001", "6A86"),
            ("80328A0003 000001", "6981"),
            ("0032000003 000001", "6E00"),
            ("00A4000C026F7B", "9000"),
            ("8032000003 000001", "6981"),
        ],
    );
    let mut card = usim();
    play(&mut card, &[SELECT_USIM, ("00A4000C026F39", "9000")]);
    for round in 0..300u32 {
        let value = hex::encode(&round.to_be_bytes()[1..]);
        play(&mut card, &[(&format!("00DC000303{value}"), "9000")]);
        play(&mut card, &[("00B2010403", &format!("{value}9000"))]);
    }
}

/// Shows CMD-11.
#[test]
fn records_are_searched() {
    play(
        &mut usim(),
        &[
            ("00A4080C047F106F3A", "9000"),
            // "Card" stands in record 1, the fill of unused records from 3 on.
            ("00A2010404 43617264 00", "01 9000"),
            ("00A2010404 43617264", "6101"),
            ("00C0000001", "01 9000"),
            ("00B2000330", "6A83"),
            ("00A2020404 43617264 00", "6282"),
            ("00A20A0504 FFFFFFFF 00", "0A090807060504030201 9000"),
            ("00A2030402 FFFF 00", "030405060708090A 9000"),
            // Enhanced: at an offset, behind a value, from the next, back from the previous.
            ("00A20106 04 04 05 6361 00", "6282"),
            ("00A20106 04 04 05 7365 00", "01 9000"),
            ("00A20106 04 0C 20 7365 00", "01 9000"),
            ("00A20106 04 0C 7A 7365 00", "6282"),
            ("00A20106 04 06 00 7265 00", "6282"),
            ("00A20206 04 07 00 7365 00", "01 9000"),
            ("00A20106 04 00 00 7365 00", "6A80"),
            ("00A2010704 43617264 00", "6A86"),
            ("00A20B0404 43617264 00", "6A83"),
            ("00A20104", "6700"),
            ("00A4080C022FE2", "9000"),
            ("00A2010401 98 00", "6981"),
        ],
    );
}

/// Shows CMD-13, CMD-14, CMD-17, CMD-29.
#[test]
fn a_pin_counts_its_tries_and_opens_what_its_rule_says() {
    let mut card = altered(&[PIN1_ON]);
    play(
        &mut card,
        &[
            (
                "00A4000400",
                "622C 82027821 83023F00 A50C 800171 830400010000 870101 8A0105 8B032F0605 C60C 9001E0",
            ),
            SELECT_USIM,
            ("00A4000C026F07", "9000"),
            ("00B0000009", "6982"),
            ("00200001", "63C3"),
            ("0020000108 30303030FFFFFFFF", "63C2"),
            ("00200001", "63C2"),
            VERIFY_PIN1,
            ("00200001", "63C3"),
            ("00B0000009", "08 09"),
            // A wrong one takes the right away again.
            ("0020000108 30303030FFFFFFFF", "63C2"),
            ("00B0000009", "6982"),
            ("0020000108 30303030FFFFFFFF", "63C1"),
            ("0020000108 30303030FFFFFFFF", "63C0"),
            ("0020000108 31323334FFFFFFFF", "6983"),
            ("00200001", "6983"),
            ("0024000110 31323334FFFFFFFF 34333231FFFFFFFF", "6983"),
            ("002C0001", "63CA"),
            ("002C000110 3030303030303030 34333231FFFFFFFF", "63C9"),
            ("002C000110 3132333435363738 3433FFFFFFFFFFFF", "6A80"),
            ("002C0001", "63C9"),
            ("002C000110 3132333435363738 34333231FFFFFFFF", "9000"),
            ("002C0001", "63CA"),
            ("00B0000009", "0809"),
            ("0024000110 34333231FFFFFFFF 31323334FFFFFFFF", "9000"),
            ("0020000108 34333231FFFFFFFF", "63C2"),
            VERIFY_PIN1,
            ("0024000110 30303030FFFFFFFF 34333231FFFFFFFF", "63C2"),
            VERIFY_PIN1,
            ("0024000108 34333231FFFFFFFF", "6700"),
            ("00240001", "63C3"),
            // Wrong references and parameters.
            ("00200002", "6A88"),
            ("00200101", "6A86"),
            ("0020000107 31323334FFFFFF", "6700"),
            ("80200001", "6E00"),
        ],
    );
    card.handle_reset();
    play(
        &mut card,
        &[
            SELECT_USIM,
            ("00A4000C026F07", "9000"),
            ("00B0000009", "6982"),
        ],
    );
}

/// Shows CMD-17.
#[test]
fn a_blocked_unblocking_code_stays_blocked() {
    let mut card = altered(&[PIN1_ON]);
    for tries in (0..10).rev() {
        play(
            &mut card,
            &[(
                "002C000110 3030303030303030 34333231FFFFFFFF",
                &format!("63C{tries:X}"),
            )],
        );
    }
    play(
        &mut card,
        &[
            ("002C000110 3132333435363738 34333231FFFFFFFF", "6983"),
            ("002C0001", "6983"),
            VERIFY_PIN1,
        ],
    );
}

/// Shows CMD-15, CMD-16, CMD-30.
#[test]
fn a_pin_is_disabled_and_enabled_and_replaced_by_the_universal_one() {
    let universal = (
        "{\"reference\": \"81\"",
        "{\"reference\": \"11\", \"value\": \"1111\"}, {\"reference\": \"81\"",
    );
    let mut card = altered(&[PIN1_ON, universal]);
    play(
        &mut card,
        &[
            SELECT_USIM,
            ("00A4000C026F07", "9000"),
            ("0028000108 31323334FFFFFFFF", "6985"),
            ("0026000108 30303030FFFFFFFF", "63C2"),
            ("0026000108 31323334FFFFFFFF", "9000"),
            ("00B0000009", "0809"),
            VERIFY_PIN1_DISABLED,
            ("0026000108 31323334FFFFFFFF", "6985"),
            ("0024000110 31323334FFFFFFFF 34333231FFFFFFFF", "6984"),
            ("0028000108 30303030FFFFFFFF", "63C2"),
            ("0028000108 31323334FFFFFFFF", "9000"),
            // In its place the universal PIN.
            ("0026910108 31323334FFFFFFFF", "9000"),
            ("00B0000009", "6982"),
            ("0020001108 31313131FFFFFFFF", "9000"),
            ("00B0000009", "0809"),
            ("0026910108 31323334FFFFFFFF", "6985"),
            ("0026120108 31323334FFFFFFFF", "6A86"),
            // Codes of administrators are always on.
            ("0026000A08 41444D3030303031", "6985"),
        ],
    );
}

const VERIFY_PIN1_DISABLED: (&str, &str) = ("0020000108 31323334FFFFFFFF", "6984");

/// Shows CMD-30.
#[test]
fn a_pin_of_an_application_counts_there_only() {
    let local = (
        "{\"reference\": \"81\", \"value\": \"5678\"",
        "{\"reference\": \"81\", \"aid\": \"A0000000871002FFFFFFFF8903020000\", \"value\": \"5678\"",
    );
    play(
        &mut altered(&[local]),
        &[
            ("00200081", "6A88"),
            SELECT_USIM,
            ("0020008108 35363738FFFFFFFF", "9000"),
            ("00A40004027FFF00", "623B"),
            // The session of the application ends, and with it what was verified.
            ("00A4040C0CA000000063504B43532D3135", "9000"),
            ("00200081", "6A88"),
        ],
    );
}

/// Shows CMD-18.
#[test]
fn files_are_deactivated_and_activated() {
    play(
        &mut usim(),
        &[
            SELECT_USIM,
            ("00A4000C026F7B", "9000"),
            ("00040000", "6982"),
            VERIFY_ADM,
            ("00040000", "9000"),
            ("00B000000C", "6984"),
            ("00D6000001AA", "6984"),
            ("00A4000C026F7B", "6283"),
            ("00A40004026F7B00", "6217 82024121 83026F7B 8A0104"),
            ("00A40004026F7B", "6283"),
            ("00C0000019", "6217"),
            ("00440000", "9000"),
            ("00B000000C", "FFFF"),
            ("00440000", "9000"),
            ("0004000002 6F07", "9000"),
            ("00A4000C026F07", "6283"),
            ("0044080004 7FFF6F07", "9000"),
            ("00A4000C026F07", "9000"),
            ("0004000002 6F99", "6A82"),
            ("0004000001 6F", "6700"),
            ("00040100", "6A86"),
            ("80040000", "6E00"),
        ],
    );
}

/// Shows CMD-20, CMD-22, CMD-23.
#[test]
fn each_channel_stands_somewhere_of_its_own() {
    play(
        &mut usim(),
        &[
            ("01A4000C023F00", "6881"),
            ("0070000001", "01 9000"),
            ("01A4040C07A0000000871002", "9000"),
            ("01A4000C026F07", "9000"),
            ("01B0000009", "0809"),
            ("00B0000009", "6986"),
            // What waits, waits on its channel.
            ("01A40004026F07", "6119"),
            ("00C0000019", "6F00"),
            // From a channel that is not the basic one, the new one stands at the same place.
            ("0170000001", "02 9000"),
            ("02B0000009", "0809"),
            ("0070000300", "9000"),
            ("03B0000009", "6986"),
            ("0070000001", "6A81"),
            ("0070000300", "6985"),
            ("0070000400", "6A81"),
            // A terminal that says so may have more.
            ("80AA000004A9028100", "9000"),
            ("0070000001", "04 9000"),
            ("40A4000C023F00", "9000"),
            ("C0F2000100", "6A88"),
            ("0070001300", "9000"),
            ("4FA4000C023F00", "9000"),
            ("0070001400", "6A86"),
            ("00708001", "9000"),
            ("01B0000009", "6881"),
            ("00708001", "6881"),
            ("00708000", "6A86"),
            ("0070010000", "6A86"),
            ("0070000002", "6C01"),
            ("8110000001FF", "6881"),
            ("8310000001FF", "6E00"),
            ("80AA000002A901", "6A80"),
            ("80AA0000", "6700"),
        ],
    );
}

/// Shows CMD-21.
#[test]
fn a_challenge_follows_from_the_seed() {
    let draw = |seed| {
        let mut card = Uicc::new(Config {
            seed,
            ..Config::default()
        });
        let first = answer(&mut card, "0084000008").unwrap();
        assert_ne!(answer(&mut card, "0084000008").unwrap(), first);
        assert_eq!(answer(&mut card, "0084000000").unwrap().len(), 516);
        assert_eq!(answer(&mut card, "00840000").unwrap().len(), 516);
        first
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    play(&mut usim(), &[("0084010008", "6A86")]);
}

/// Test set 1 of 3GPP TS 35.208: the challenge, and AUTN of SQN FF9BB4D0B607 under AK
/// AA689C648370.
const RAND: &str = "23553CBE9637A89D218AE64DAE47BF35";
const AUTN: &str = "55F328B43577B9B94A9FFAC354DFAFB3";

/// Shows CMD-19.
#[test]
fn the_network_is_authenticated_and_a_replay_is_answered_by_resynchronisation() {
    let umts = format!("0088008122 10{RAND} 10{AUTN} 00");
    let mut card = usim();
    let res = "DB 08 A54211D5E3BA50BF 10 B40BA9A3C58B2A05BBF0D987B21BF8CB 10 F769BCD751044604127672711C6D3441";
    // SQN xor f5* of the same challenge, and f1* over it with AMF 0000.
    let auts = "DC 0E BA853F3C123C";
    play(
        &mut card,
        &[
            (&umts, "6985"),
            SELECT_USIM,
            (&umts, res),
            (&umts, auts),
            (&umts.replace("B3 00", "B4 00"), "9862"),
            (&format!("0088008122 10{RAND} 10{AUTN}"), "6110"),
            (&format!("0088008022 10{RAND} 10{AUTN} 00"), "6700"),
            // GSM context: c2 and c3.
            (
                &format!("0088008011 10{RAND} 00"),
                "04 0 46F8416A 08 EAE4BE823AF9A08B"
                    .replace(" 0 ", " ")
                    .as_str(),
            ),
            ("0088008000", "6700"),
            (&format!("0088008011 0F{RAND} 00"), "6A80"),
            (&format!("0088008211 10{RAND} 00"), "6A86"),
        ],
    );
    // The sequence number outlives the power.
    card.handle_reset();
    play(&mut card, &[SELECT_USIM, (&umts, auts)]);
    let mut card = altered(&[PIN1_ON]);
    play(
        &mut card,
        &[SELECT_USIM, (&umts, "6982"), VERIFY_PIN1, (&umts, "DB")],
    );
}

/// Shows CMD-28.
#[test]
fn class_and_instruction_come_before_all_else() {
    play(
        &mut usim(),
        &[
            ("00", "6700"),
            ("FFA4000C023F00", "6E00"),
            ("10A4000C023F00", "6E00"),
            ("50A4000C023F00", "6E00"),
            ("04A4000C023F00", "6882"),
            ("64A4000C023F00", "6882"),
            ("0273000000", "6881"),
            ("00CA000000", "6D00"),
            ("00E6000000", "6D00"),
            ("807A000000", "6D00"),
            ("00A4000C000000", "6700"),
            ("00A4000C053F00", "6700"),
        ],
    );
}

/// All that the card knows stands here, and in the list of what it has to do.
/// Shows CMD-28.
#[test]
fn every_other_instruction_is_refused() {
    const ISO: &[u8] = &[
        0x04, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x44, 0x70, 0x84, 0x88, 0xA2, 0xA4, 0xB0, 0xB2, 0xC0,
        0xD6, 0xDC, 0xE0, 0xE4,
    ];
    const ETSI: &[u8] = &[
        0x10, 0x12, 0x14, 0x32, 0x76, 0x78, 0xAA, 0xC0, 0xC2, 0xCB, 0xD4, 0xDB, 0xF2,
    ];
    const GSM: &[u8] = &[
        0x04, 0x10, 0x12, 0x14, 0x20, 0x24, 0x26, 0x28, 0x2C, 0x32, 0x44, 0x88, 0xA2, 0xA4, 0xB0,
        0xB2, 0xC0, 0xC2, 0xD6, 0xDC, 0xF2, 0xFA,
    ];
    let list = include_str!("../../docs/requirements/card.txt");
    for (cla, known, prefix) in [
        (0x00, ISO, "CMD-"),
        (0x80, ETSI, "CMD-"),
        (0xA0, GSM, "GSM-"),
    ] {
        let mut card = usim();
        for ins in 0..=0xFF_u8 {
            let answered = answer(&mut card, &format!("{cla:02X}{ins:02X}FFFF")).unwrap();
            // What another class has is refused for its class.
            let is_other = cla != 0xA0 && (ISO.contains(&ins) || ETSI.contains(&ins));
            let refused = match (known.contains(&ins), is_other) {
                (true, _) => ["6D00", "6E00"].iter().all(|sw| answered != *sw),
                (false, true) => answered == "6E00",
                (false, false) => answered == "6D00",
            };
            assert!(refused, "{cla:02X}{ins:02X}: {answered}");
        }
        for ins in known {
            let named = format!("`{ins:02X}`");
            let mut lines = list.lines().filter(|line| line.starts_with(prefix));
            let listed = lines.any(|line| line.contains(&named));
            assert!(listed, "{cla:02X}{ins:02X}");
        }
    }
}

/// Shows GSM-1, GSM-2, GSM-3, GSM-4, GSM-5, GSM-6, GSM-7, GSM-8, GSM-9, GSM-10, GSM-11, GSM-12,
/// GSM-13, GSM-14, GSM-15, GSM-16, GSM-17, GSM-18.
#[test]
fn class_a0_answers_as_gsm_11_11() {
    let mut card = card(Profile::built_in("sim").unwrap());
    play(
        &mut card,
        &[
            ("00A40004023F00", "6E00"),
            ("A0A40000023F00", "9F17"),
            (
                "A0C0000017",
                "0000FFFF3F000100000000000A B9 03 03 04 00 838A838A 00 9000",
            ),
            ("A0A40000027F20", "9F17"),
            ("A0C0000017", "0000FFFF7F2002"),
            ("A0A40000026F07", "9F0F"),
            (
                "A0C000000F",
                "00000009 6F07 04 00 14 FF 44 01 02 00 00 9000",
            ),
            ("A0B0000009", "080910101032547698 9000"),
            ("A0B000000A", "6709"),
            ("A0B0000901", "6B00"),
            ("A0D6000001AA", "9804"),
            ("A0B2010409", "9408"),
            ("A0A40000026F99", "9404"),
            ("A0A40000036F0700", "6702"),
            ("A0A40100026F07", "6B00"),
            ("A0F2000016", "0000FFFF7F20"),
            ("A0F2000018", "6717"),
            // CHV 1 is disabled.
            ("A020000108 31323334FFFFFFFF", "9808"),
            ("A028000108 30303030FFFFFFFF", "9804"),
            ("A028000108 31323334FFFFFFFF", "9000"),
            ("A0B0000009", "0809"),
            ("A0A40000026F7B", "9F0F"),
            ("A0D6000903 00F110", "9000"),
            ("A0B000000C", "FFFFFFFFFFFFFFFFFF 00F110 9000"),
            ("A0A40000026F07", "9F0F"),
            ("A020000108 30303030FFFFFFFF", "9804"),
            ("A0B0000009", "9804"),
            ("A020000108 30303030FFFFFFFF", "9804"),
            ("A020000108 30303030FFFFFFFF", "9840"),
            ("A020000108 31323334FFFFFFFF", "9840"),
            ("A02C000010 3132333435363738 34333231FFFFFFFF", "9000"),
            ("A0B0000009", "0809"),
            ("A020000308 30303030FFFFFFFF", "6B00"),
            ("A0200001", "6708"),
            ("A0A40000023F00", "9F17"),
            (
                "A0C0000017",
                "0000FFFF3F000100000000000A 39 03 03 04 00 838A838A 00 9000",
            ),
        ],
    );
    play(
        &mut card,
        &[
            ("A0A40000027F20", "9F17"),
            (&format!("A088000010 {RAND}"), "9F0C"),
            ("A0C000000C", "46F8416A EAE4BE823AF9A08B 9000"),
            ("A088000001AA", "6710"),
            ("A0A40000026F39", "9F0F"),
            ("A0C000000F", "0000000C 6F39 04 40 11 1F 44 01 02 03 03"),
            ("A032000003 000005", "9F06"),
            ("A0C0000006", "000005 000005"),
            ("A032000003 FFFFFF", "9850"),
            ("A032000002 FFFF", "6703"),
            ("A0A40000023F00", "9F17"),
            ("A0A40000027F10", "9F17"),
            ("A0B2010404", "9400"),
            ("A0A40000026F3A", "9F0F"),
            ("A0B201041E", "43617264"),
            ("A0B201041D", "671E"),
            ("A0B20B041E", "9402"),
            ("A0B000001E", "9408"),
            ("A0A2000004 43617264", "9000"),
            ("A0A2001004 43617264", "9F01"),
            ("A0C0000001", "01"),
            ("A0A2001204 43617264", "9404"),
            ("A0A2000504 43617264", "6B00"),
            (&format!("A0DC03041E{}", "AA".repeat(30)), "9000"),
            ("A0B203041E", "AAAA"),
            ("A0DC03041DAA", "67"),
            ("A0040000", "9804"),
            ("A020000A08 41444D3030303031", "9000"),
            ("A0040000", "9000"),
            ("A0B203041E", "9810"),
            ("A0A40000026F3A", "9F0F"),
            ("A0C000000F", "0000012C 6F3A 04 00 11 FF 44 00 02 01 1E"),
            ("A0440000", "9000"),
            ("A0B203041E", "AAAA"),
            ("A024000110 34333231FFFFFFFF 31323334FFFFFFFF", "9000"),
            ("A026000108 31323334FFFFFFFF", "9000"),
            ("A026000108 31323334FFFFFFFF", "9808"),
            ("A026000208 31323334FFFFFFFF", "6B00"),
            ("A0FA0000", "9000"),
            ("A070000001", "6D00"),
            ("A0C0000001", "6F00"),
        ],
    );
}

/// Shows GSM-19.
#[test]
fn the_toolkit_works_in_class_a0() {
    let mut card = card(Profile::built_in("sim").unwrap());
    play(
        &mut card,
        &[
            ("A012000010", "6985"),
            ("A010000011 3B01EF63210C00074100001F4288940007", "910F"),
            ("A0F2000016", "0000FFFF3F00"),
            ("A01200000F", "D00D8103010500820281829902090A 9000"),
            ("A01200000F", "6985"),
            ("A01400000C 810301050002028281030100", "9114"),
            (
                "A012000014",
                "D0128103024000 82028182 B9020578 BC03030DBC 9000",
            ),
            ("A01400000C 810302400002028281030130", "9000"),
            ("A0C200000D D60B99010A82028281B8028100", "9000"),
            ("A0C2000006 D40482028281", "6A81"),
            ("A0C20000", "6700"),
            ("8010000001FF", "6E00"),
        ],
    );
}

#[test]
fn a_card_of_3gpp2_has_its_files() {
    play(
        &mut card(Profile::built_in("csim").unwrap()),
        &[
            ("A0A40000023F00", "6E00"),
            ("00A4040C07A0000003431002", "9000"),
            ("00B081000A", "008503A69A3A5A80DE03 9000"),
            ("00A4000C026F21", "9000"),
            ("8032000002 0001 00", "0001 0001 9000"),
            // AUTHENTICATE is of USIM and ISIM here.
            (&format!("0088008011 10{RAND} 00"), "6985"),
        ],
    );
    play(
        &mut card(Profile::built_in("ruim").unwrap()),
        &[
            ("A0A40000027F25", "9F17"),
            ("A0A40000026F32", "9F0F"),
            ("A0A40000026F31", "9F0F"),
            ("A0B0000008", "0480112233FFFFFF 9000"),
        ],
    );
}

/// Runs a command with the power going away after each number of writes, until it stays; the
/// card must then show one of the two states, and each must occur.
fn tear(card: &Uicc, setup: &[(&str, &str)], command: &str, states: [&[(&str, &str)]; 2]) -> u32 {
    let mut seen = [0, 0];
    for writes in 0..100 {
        let mut card = card.clone();
        play(&mut card, setup);
        card.handle_power_loss(writes);
        let answered = answer(&mut card, command);
        if answered.is_some() {
            assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
            return writes;
        }
        // Dead until the power comes back.
        assert_eq!(answer(&mut card, "80F2000C"), None);
        card.handle_reset();
        let holds = |state: &[(&str, &str)]| {
            let mut card = card.clone();
            state.iter().all(|(command, expected)| {
                let answered = answer(&mut card, command).unwrap();
                answered.starts_with(expected)
            })
        };
        let which = states.map(holds);
        assert!(which[0] != which[1], "after {writes} writes: {which:?}");
        assert!(!(which[0] && seen[1] > 0), "what is done stays done");
        seen[usize::from(which[1])] += 1;
    }
    unreachable!()
}

/// Shows CMD-33, CMD-35.
#[test]
fn a_torn_object_leaves_the_old_or_the_new() {
    let profile = Profile::from_json(include_str!("vectors/card/ber-tlv.json")).unwrap();
    let file = ("00A4000C022F60", "9000");
    let old = ("80DB00800F800D0102030405060708090A0B0C0D", "9000");
    let other = ("80DB008003810155", "9000");
    tear(
        &card(profile),
        &[file, old, other],
        "80DB00801480125A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A",
        [
            &[
                file,
                ("80CB008001800F", "800D0102"),
                ("80CB0080018103", "810155"),
            ],
            &[
                file,
                ("80CB0080018014", "80125A5A"),
                ("80CB0080018103", "810155"),
            ],
        ],
    );
}

/// Shows CMD-33.
#[test]
fn a_torn_update_leaves_all_or_nothing() {
    let card = usim();
    let select = [SELECT_USIM, ("00A4000C026F3C", "9000")];
    let record = format!("00DC0104B0{}", "5A".repeat(176));
    let old = format!("00{}", "FF".repeat(175));
    let new = "5A".repeat(176);
    let read = ("00A4040C07A0000000871002", "9000");
    let file = ("00A4000C026F3C", "9000");
    let writes = tear(
        &card,
        &select,
        &record,
        [
            &[read, file, ("00B20104B0", &old)],
            &[read, file, ("00B20104B0", &new)],
        ],
    );
    // Journal, seal, eleven pages, and the journal opened again.
    assert_eq!(writes, 1 + 1 + 11 + 1);
    let ring = ("00A4000C026F39", "9000");
    tear(
        &card,
        &[SELECT_USIM, ring, ("00DC000303000001", "9000")],
        "80320000030000FF",
        [
            &[
                read,
                ring,
                ("00B2010403", "000001"),
                ("00B2020403", "000000"),
            ],
            &[
                read,
                ring,
                ("00B2010403", "000100"),
                ("00B2020403", "000001"),
            ],
        ],
    );
    tear(
        &card,
        &[SELECT_USIM, VERIFY_ADM],
        "00040000026F07",
        [
            &[read, ("00A4000C026F07", "9000")],
            &[read, ("00A4000C026F07", "6283")],
        ],
    );
}

/// Shows CMD-31.
#[test]
fn a_torn_try_of_a_pin_is_never_free() {
    let card = altered(&[PIN1_ON]);
    tear(
        &card,
        &[],
        "002000010830303030FFFFFFFF",
        [&[("00200001", "63C3")], &[("00200001", "63C2")]],
    );
    // The answer tells nothing before the counter went down.
    let mut cut = card.clone();
    cut.handle_power_loss(1);
    assert_eq!(answer(&mut cut, "002000010830303030FFFFFFFF"), None);
    // A right one may lose a try, never win one.
    for writes in 0..8 {
        let mut cut = card.clone();
        cut.handle_power_loss(writes);
        answer(&mut cut, "002000010831323334FFFFFFFF");
        cut.handle_reset();
        let left = answer(&mut cut, "00200001").unwrap();
        assert!(left == "63C3" || left == "63C2", "{left}");
    }
    let new = "0024000110 31323334FFFFFFFF 34333231FFFFFFFF".replace(' ', "");
    for writes in 0..8 {
        let mut cut = card.clone();
        cut.handle_power_loss(writes);
        answer(&mut cut, &new);
        cut.handle_reset();
        let by_old = answer(&mut cut.clone(), "002000010831323334FFFFFFFF").unwrap();
        let by_new = answer(&mut cut, "002000010834333231FFFFFFFF").unwrap();
        assert_ne!(
            by_old == "9000",
            by_new == "9000",
            "one of the two is the PIN"
        );
    }
}
