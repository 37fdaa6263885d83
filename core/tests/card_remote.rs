//! Remote management of a card: secured packets in envelopes, and what they do to its files.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::secured_packet::{
    CommandHeader, CommandPacket, Keys, MAX_COUNTER, PacketStatus, ResponsePacket, Spi,
};
use dmsc_core::codec::sms::{COMMAND_PACKET, Deliver, Element};
use dmsc_core::codec::{ber, hex};

const KIC: &str = "000102030405060708090A0B0C0D0E0F";
const KID: &str = "101112131415161718191A1B1C1D1E1F";

/// A file of the card a packet may change: EF_SPN in the USIM.
const SELECT_SPN: &str = "00A40004026F46";

fn card() -> Uicc {
    powered(Profile::built_in("usim").unwrap())
}

fn with_counter(counter: u64) -> Uicc {
    let text = Profile::built_in("usim").unwrap().to_json();
    let other = text.replace("\"counter\": 0", &format!("\"counter\": {counter}"));
    assert_ne!(text, other);
    powered(Profile::from_json(&other).unwrap())
}

fn powered(profile: Profile) -> Uicc {
    let mut card = Uicc::new(Config {
        profile,
        ..Config::default()
    });
    card.handle_reset();
    // A terminal that can hand over messages and nothing else.
    send(&mut card, "801000000103");
    card
}

/// One command and all it brings, GET RESPONSE included: data and status word.
fn send(card: &mut Uicc, command: &str) -> (Vec<u8>, String) {
    exchange(card, &hex::decode(command).unwrap())
}

fn exchange(card: &mut Uicc, command: &[u8]) -> (Vec<u8>, String) {
    card.handle_command(command);
    let mut data = Vec::new();
    while let Some(output) = card.poll() {
        if let Output::Response(bytes) = output {
            data = bytes;
            break;
        }
    }
    if data.is_empty() {
        return (data, String::new());
    }
    let sw = data.split_off(data.len() - 2);
    match sw[..] {
        [0x61, length] => {
            let (more, sw) = send(card, &format!("00C00000{length:02X}"));
            data.extend(more);
            (data, sw)
        }
        // What fails says so first; the data follow (TS 102 221 §7.3.1).
        [0x63, 0x00] if data.is_empty() => {
            let (none, right) = send(card, "00C0000000");
            if !right.starts_with("6C") {
                return (none, "6300".to_owned());
            }
            (
                send(card, &format!("00C00000{}", &right[2..])).0,
                "6300".to_owned(),
            )
        }
        _ => (data, hex::encode(&sw)),
    }
}

/// AES with a checksum, ciphered, counter higher by one, receipt always and with a checksum.
fn header(tar: &str) -> CommandHeader {
    CommandHeader {
        spi: Spi::from_octets([0x1E, 0x09]),
        kic: 0x12,
        kid: 0x12,
        tar: hex::decode(tar).unwrap().try_into().unwrap(),
    }
}

fn message(packet: Vec<u8>) -> Deliver {
    Deliver {
        originator: vec![0x04, 0x81, 0x21, 0x43],
        pid: 0x7F,
        dcs: 0xF6,
        timestamp: [0x62, 0x11, 0x22, 0x41, 0x72, 0x65, 0x00],
        header: Some(vec![Element {
            id: COMMAND_PACKET,
            data: Vec::new(),
        }]),
        data: packet,
    }
}

fn envelope(tpdu: &[u8]) -> Vec<u8> {
    let mut inner = vec![0x82, 0x02, 0x83, 0x81];
    ber::write(&mut inner, 0x8B, tpdu);
    let mut outer = Vec::new();
    ber::write(&mut outer, 0xD1, &inner);
    let mut command = vec![0x80, 0xC2, 0x00, 0x00, outer.len() as u8];
    command.extend(outer);
    command
}

fn sealed(header: CommandHeader, counter: u64, script: &str) -> Vec<u8> {
    let (kic, kid) = (hex::decode(KIC).unwrap(), hex::decode(KID).unwrap());
    let keys = Keys {
        ciphering: &kic,
        checking: &kid,
    };
    let packet = CommandPacket {
        header,
        counter,
        data: hex::decode(script).unwrap(),
    };
    packet.encode(&keys).unwrap()
}

/// Sends a packet in as many messages as it takes; the answer to the last.
fn deliver(card: &mut Uicc, packet: Vec<u8>) -> (Vec<u8>, String) {
    let parts = message(packet).split(1);
    let (last, first) = parts.split_last().unwrap();
    for part in first {
        let answer = exchange(card, &envelope(&part.encode()));
        assert_eq!(answer, (Vec::new(), "9000".to_owned()));
    }
    exchange(card, &envelope(&last.encode()))
}

/// The receipt, with the status word it came with.
fn receipt(header: &CommandHeader, answer: &(Vec<u8>, String)) -> (ResponsePacket, String) {
    let (kic, kid) = (hex::decode(KIC).unwrap(), hex::decode(KID).unwrap());
    let keys = Keys {
        ciphering: &kic,
        checking: &kid,
    };
    let (data, sw) = answer;
    let packet = ResponsePacket::open(data, header, &keys)
        .or_else(|| ResponsePacket::open(data, &CommandHeader::default(), &keys))
        .unwrap();
    (packet, sw.clone())
}

fn run(card: &mut Uicc, header: CommandHeader, counter: u64, script: &str) -> ResponsePacket {
    let answer = deliver(card, sealed(header, counter, script));
    let (packet, sw) = receipt(&header, &answer);
    let ok = packet.status == PacketStatus::Ok;
    assert_eq!(sw, if ok { "9000" } else { "6300" });
    packet
}

/// What EF_SPN holds, as the terminal reads it.
fn spn(card: &mut Uicc) -> String {
    send(card, "00A40404 10 A0000000871002FFFFFFFF8903020000");
    send(card, "00A4000C 02 6F46");
    hex::encode(&send(card, "00B0000011").0)
}

fn update_spn(name: &str) -> String {
    format!("{SELECT_SPN} 00D6000006 01{}", hex::encode(name.as_bytes()))
}

/// Shows OTA-1, OTA-5, CAT-33.
#[test]
fn a_packet_changes_a_file_and_says_so() {
    let mut card = card();
    let before = spn(&mut card);
    let asked = header("B00011");
    let done = run(&mut card, asked, 1, &update_spn("CARD!"));
    assert_eq!(
        (done.status, done.counter, hex::encode(&done.data)),
        (PacketStatus::Ok, 1, "029000".to_owned())
    );
    let after = spn(&mut card);
    assert_ne!(before, after);
    assert!(after.starts_with(&format!("01{}", hex::encode(b"CARD!"))));
    // What is read comes back in the receipt.
    let script = format!("{SELECT_SPN} 00B0000006");
    let done = run(&mut card, asked, 2, &script);
    assert_eq!(hex::encode(&done.data), format!("029000{}", &after[..12]));
    // The counter is part of the card.
    assert!(card.profile().to_json().contains("\"counter\": 2"));
}

/// A packet for the MF does not stand in the USIM.
#[test]
fn an_application_begins_where_it_belongs() {
    let mut card = card();
    let done = run(&mut card, header("B00010"), 1, &update_spn("CARD!"));
    assert_eq!(hex::encode(&done.data), "016A82");
    let done = run(&mut card, header("B00010"), 2, "00A40004022FE2 00B000000A");
    assert_eq!(
        hex::encode(&done.data),
        "0290009844000000000053 6111".replace(' ', "")
    );
}

/// Shows OTA-7.
#[test]
fn the_first_failure_ends_a_script() {
    let mut card = card();
    let script = format!("00A4000402FFFF {}", update_spn("CARD!"));
    let before = spn(&mut card);
    let done = run(&mut card, header("B00011"), 1, &script);
    assert_eq!(hex::encode(&done.data), "016A82");
    // A command that is cut is not tried; one that the manager may not use is refused.
    let done = run(
        &mut card,
        header("B00011"),
        2,
        &format!("{SELECT_SPN} 00D60000"),
    );
    assert_eq!(hex::encode(&done.data), "016700");
    let done = run(
        &mut card,
        header("B00011"),
        3,
        "0020000108 3132333400000000",
    );
    assert_eq!(hex::encode(&done.data), "016D00");
    assert_eq!(spn(&mut card), before);
}

/// Shows OTA-7.
#[test]
fn expanded_scripts_answer_each_command() {
    let mut card = card();
    let done = run(
        &mut card,
        header("B00010"),
        1,
        "AA 10 22 07 00A40004022FE2 22 05 00B0000004",
    );
    assert_eq!(
        hex::encode(&done.data),
        "AB0F8001022302900023069844000 09000".replace(' ', "")
    );
    for (counter, script, why) in [(2, "AA 03 22 07 00", "02"), (3, "AA 03 33 01 00", "01")] {
        let done = run(&mut card, header("B00010"), counter, script);
        assert_eq!(hex::encode(&done.data), format!("AB068001009001{why}"));
    }
}

/// Shows OTA-2.
#[test]
fn counters_are_kept_and_replays_refused() {
    use PacketStatus::{CounterBlocked, CounterHigh, CounterLow, Ok};
    // Modes in SPI1: unchecked, higher, higher by one.
    for (mode, counter, last, wanted) in [
        (0x0E, 0, 5, Ok),
        (0x16, 5, 5, CounterLow),
        (0x16, 900, 5, Ok),
        (0x1E, 5, 5, CounterLow),
        (0x1E, 6, 5, Ok),
        (0x1E, 7, 5, CounterHigh),
        (0x16, MAX_COUNTER, MAX_COUNTER, CounterBlocked),
    ] {
        let mut card = with_counter(last);
        let before = spn(&mut card);
        let asked = CommandHeader {
            spi: Spi::from_octets([mode, 0x09]),
            ..header("B00011")
        };
        let done = run(&mut card, asked, counter, &update_spn("CARD!"));
        assert_eq!(done.status, wanted, "{mode:02X} {counter} after {last}");
        assert_eq!(spn(&mut card) != before, wanted == Ok);
        let now = if wanted == Ok && mode != 0x0E {
            counter
        } else {
            last
        };
        let text = card.profile().to_json();
        assert!(text.contains(&format!("\"counter\": {now}")), "{mode:02X}");
        if now == counter && wanted == Ok {
            let again = run(&mut card, asked, counter, &update_spn("AGAIN"));
            assert_eq!(again.status, CounterLow);
        }
    }
}

/// Shows OTA-4.
#[test]
fn what_is_not_allowed_is_refused_with_its_status() {
    let with = |spi: [u8; 2], tar: &str| CommandHeader {
        spi: Spi::from_octets(spi),
        ..header(tar)
    };
    for (asked, wanted) in [
        (header("010203"), PacketStatus::TarUnknown),
        // Without ciphering, without a checksum, with neither.
        (
            with([0x1A, 0x09], "B00011"),
            PacketStatus::InsufficientSecurity,
        ),
        (
            with([0x1C, 0x01], "B00011"),
            PacketStatus::InsufficientSecurity,
        ),
        (
            with([0x00, 0x01], "B00011"),
            PacketStatus::InsufficientSecurity,
        ),
    ] {
        let mut card = card();
        let before = spn(&mut card);
        let done = run(&mut card, asked, 1, &update_spn("CARD!"));
        assert_eq!(done.status, wanted);
        assert_eq!(spn(&mut card), before);
    }
    let mut card = card();
    let before = card.profile();
    let mut altered = sealed(header("B00011"), 1, &update_spn("CARD!"));
    *altered.last_mut().unwrap() ^= 1;
    let answer = deliver(&mut card, altered);
    let (done, _) = receipt(&header("B00011"), &answer);
    assert_eq!(done.status, PacketStatus::CheckFailed);
    // Keys the card does not have.
    let mut foreign = header("B00011");
    foreign.kid = 0x22;
    let answer = deliver(&mut card, sealed(foreign, 1, &update_spn("CARD!")));
    assert_eq!(
        receipt(&foreign, &answer).0.status,
        PacketStatus::SecurityError
    );
    assert_eq!(card.profile(), before);
}

/// Shows OTA-3.
#[test]
fn receipts_go_as_asked() {
    for (second, failing, any) in [
        (0x00, false, false),
        (0x01, false, true),
        (0x02, false, false),
        (0x00, true, false),
        (0x01, true, true),
        (0x02, true, true),
        (0x19, false, true),
    ] {
        let mut card = with_counter(5);
        let asked = CommandHeader {
            spi: Spi::from_octets([0x16, second]),
            ..header("B00011")
        };
        let counter = if failing { 1 } else { 6 };
        let answer = deliver(&mut card, sealed(asked, counter, &update_spn("CARD!")));
        if any {
            let (done, _) = receipt(&asked, &answer);
            assert_eq!(done.status == PacketStatus::Ok, !failing);
        } else {
            assert_eq!(answer, (Vec::new(), "9000".to_owned()));
        }
    }
}

/// Shows OTA-6.
#[test]
fn long_packets_are_put_together() {
    let mut card = card();
    let chunk = format!("00D6000006 01{}", hex::encode(b"LONG!"));
    let script = format!("{SELECT_SPN} {}", chunk.repeat(40));
    let done = run(&mut card, header("B00011"), 1, &script);
    assert_eq!(hex::encode(&done.data), "299000");
    // A part that is missing: nothing is carried out, and the next message is not harmed.
    let before = spn(&mut card);
    let parts = message(sealed(header("B00011"), 2, &script)).split(2);
    assert!(parts.len() > 2);
    exchange(&mut card, &envelope(&parts[0].encode()));
    let done = run(&mut card, header("B00011"), 2, &update_spn("SHORT"));
    assert_eq!(done.status, PacketStatus::Ok);
    assert_ne!(spn(&mut card), before);
    // Parts may come in another order.
    let mut parts = message(sealed(header("B00011"), 3, &script)).split(3);
    parts.reverse();
    let (last, first) = parts.split_last().unwrap();
    for part in first {
        exchange(&mut card, &envelope(&part.encode()));
    }
    let answer = exchange(&mut card, &envelope(&last.encode()));
    assert_eq!(
        receipt(&header("B00011"), &answer).0.status,
        PacketStatus::Ok
    );
}

#[test]
fn other_messages_do_nothing() {
    let mut card = card();
    let before = card.profile();
    let mut text = message(b"hello".to_vec());
    text.header = None;
    for tpdu in [
        text.encode(),
        vec![0xFF; 20],
        message(vec![0xA5; 30]).encode(),
    ] {
        let (data, sw) = exchange(&mut card, &envelope(&tpdu));
        assert_eq!((data.len(), sw.as_str()), (0, "9000"));
    }
    assert_eq!(card.profile(), before);
}

/// Shows CMD-33, OTA-8.
#[test]
fn power_lost_in_a_packet_leaves_whole_files() {
    let mut broken = 0;
    for writes in 0..40 {
        let mut card = card();
        let old = spn(&mut card);
        card.handle_power_loss(writes);
        let packet = sealed(header("B00011"), 1, &update_spn("CARD!"));
        let (_, sw) = deliver(&mut card, packet);
        card.handle_reset();
        let text = card.profile().to_json();
        let counted = text.contains("\"counter\": 1");
        let new = spn(&mut card);
        if sw.is_empty() {
            broken += 1;
            // Never half a name, and never a change without its count.
            assert!(
                new == old
                    || (new.starts_with("0143415244 21".replace(' ', "").as_str()) && counted)
            );
        } else {
            assert!(counted && new != old);
        }
    }
    assert!(broken > 3, "{broken}");
}

#[test]
fn an_answer_of_more_than_256_octets_is_fetched_in_pieces() {
    let mut card = card();
    let reads = "22 05 00B0000011".repeat(20);
    let script = format!("22 07 {SELECT_SPN} {reads}").replace(' ', "");
    let script = format!("AA81{:02X}{script}", script.len() / 2);
    let done = run(&mut card, header("B00011"), 1, &script);
    assert_eq!(done.status, PacketStatus::Ok);
    assert!(done.data.len() > 400, "{}", done.data.len());
    let again = deliver(&mut card, sealed(header("B00011"), 2, &script));
    assert_eq!(receipt(&header("B00011"), &again).0.data, done.data);
}

/// Shows OTA-2, OTA-4.
#[test]
fn nobody_without_a_key_uses_up_the_counter() {
    let text = Profile::built_in("usim").unwrap().to_json();
    let open = text
        .replace("\"check\": \"cryptographic\"", "\"check\": \"none\"")
        .replace("\"ciphered\": true", "\"ciphered\": false");
    let mut card = powered(Profile::from_json(&open).unwrap());
    for spi in [[0x10, 0x01], [0x11, 0x01], [0x18, 0x01]] {
        let mut asked = header("B00010");
        asked.spi = Spi::from_octets(spi);
        asked.kid = 0x11;
        let done = run(&mut card, asked, MAX_COUNTER, "00A40004022FE2");
        assert_eq!(done.status, PacketStatus::SecurityError, "{spi:02X?}");
    }
    let done = run(&mut card, header("B00011"), 1, &update_spn("CARD!"));
    assert_eq!(done.status, PacketStatus::Ok);
}

#[test]
fn what_cannot_be_answered_as_asked_is_not_carried_out() {
    let mut card = powered(
        Profile::from_json(
            &Profile::built_in("usim")
                .unwrap()
                .to_json()
                .replace("\"ciphered\": true", "\"ciphered\": false"),
        )
        .unwrap(),
    );
    let before = card.profile();
    // A ciphered receipt by a key without algorithm.
    let mut asked = header("B00011");
    asked.spi = Spi::from_octets([0x1A, 0x19]);
    asked.kic = 0x00;
    let done = run(&mut card, asked, 1, &format!("{SELECT_SPN} 00B0000006"));
    assert_eq!(
        (done.status, done.data.len()),
        (PacketStatus::SecurityError, 0)
    );
    assert_eq!(card.profile(), before);
}

#[test]
fn parts_of_another_kind_of_message_do_nothing_in_any_order() {
    for reversed in [false, true] {
        let mut card = card();
        let before = card.profile();
        let script = format!("{SELECT_SPN} {}", "00D6000002AAAA".repeat(30));
        let mut whole = message(sealed(header("B00011"), 1, &script));
        whole.header = None;
        let mut parts = whole.split(4);
        assert!(parts.len() > 1);
        if reversed {
            parts.reverse();
        }
        for part in parts {
            let answer = exchange(&mut card, &envelope(&part.encode()));
            assert_eq!(answer, (Vec::new(), "9000".to_owned()));
        }
        assert_eq!(card.profile(), before);
    }
}
