//! Remote management of a card: secured packets in envelopes, and what they do to its files.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::secured_packet::{
    CommandHeader, CommandPacket, Keys, MAX_COUNTER, PacketStatus, ResponsePacket, Spi,
};
use dmsc_core::codec::sms::{COMMAND_PACKET, Deliver, Element, Reference};
use dmsc_core::codec::toolkit::{Action, ProactiveCommand};
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
        more: false,
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
    let parts = message(packet).split(Reference::Short(1), usize::MAX);
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
    let done = run(&mut card, header("B00011"), 3, "0084000000");
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
        if mode == 0x0E {
            // The built-in targets demand a counter that is looked at.
            let text = card.profile().to_json();
            let open = text.replace("\"counter\": \"higher\"", "\"counter\": \"unchecked\"");
            assert_ne!(text, open);
            card = powered(Profile::from_json(&open).unwrap());
        }
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
    let parts =
        message(sealed(header("B00011"), 2, &script)).split(Reference::Short(2), usize::MAX);
    assert!(parts.len() > 2);
    exchange(&mut card, &envelope(&parts[0].encode()));
    let done = run(&mut card, header("B00011"), 2, &update_spn("SHORT"));
    assert_eq!(done.status, PacketStatus::Ok);
    assert_ne!(spn(&mut card), before);
    // Parts may come in another order.
    let mut parts =
        message(sealed(header("B00011"), 3, &script)).split(Reference::Short(3), usize::MAX);
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

/// Shows OTA-1, CMD-34, CMD-35, CMD-36, CMD-37, CMD-38.
#[test]
fn files_come_and_go_from_afar() {
    let mut card = card();
    let create =
        "00E0000018 6216 82027921 83026F77 8A0105 8B032F0605 80020040 8800".replace(' ', "");
    let script = [
        &create,
        "80DB0080058003010203",
        "80CB00800180",
        "00C0000000",
    ];
    let answer = run(&mut card, header("B00010"), 1, &script.concat());
    assert_eq!(hex::encode(&answer.data), "0490008003010203");
    // The terminal's own selection has not moved.
    assert_eq!(send(&mut card, "80CB0080015C").1, "6986");
    assert_eq!(send(&mut card, "00A4000C023F00").1, "9000");
    assert_eq!(send(&mut card, "00A4000C026F77").1, "9000");
    let resized = run(
        &mut card,
        header("B00010"),
        2,
        "80D400000A620883026F7780020004",
    );
    assert_eq!(hex::encode(&resized.data), "016982");
    let deleted = run(
        &mut card,
        header("B00010"),
        3,
        "00E40000026F7700A40000026F77",
    );
    assert_eq!(hex::encode(&deleted.data), "026A82");
    // The terminal stands on a file that is gone: it is refused whatever it wants of it.
    assert_eq!(send(&mut card, "80CB0080015C").1, "6A82");
    assert_eq!(send(&mut card, "80F2000C").1, "9000");
    assert_eq!(send(&mut card, "00A4000C026F77").1, "6A82");
    // Nor is another file put into its place as long as that may be.
    let again = run(&mut card, header("B00010"), 4, &create);
    assert_eq!(hex::encode(&again.data), "019000");
    assert_eq!(send(&mut card, "80CB0080015C").1, "6A82");
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

/// All messages the card sends, as their user data with header.
fn messages(card: &mut Uicc, mut sw: String) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while let Some(length) = sw.strip_prefix("91") {
        card.handle_command(&hex::decode(&format!("80120000{length}")).unwrap());
        let Some(Output::Response(bytes)) = card.poll() else {
            return found;
        };
        let command = ProactiveCommand::decode(&bytes[..bytes.len() - 2]).unwrap();
        let Action::SendShortMessage { tpdu, .. } = &command.action else {
            panic!("{command:?}");
        };
        // First octet, reference, address of two octets, PID, DCS, length.
        assert_eq!(tpdu[..8], [0x41, 0x00, 0x04, 0x81, 0x21, 0x43, 0x7F, 0xF6]);
        assert_eq!(usize::from(tpdu[8]), tpdu.len() - 9);
        assert!(tpdu[8] <= 140);
        found.push(tpdu[9..].to_vec());
        let answer = format!("801400000C8103{:02X}130002028281030100", command.number);
        sw = send(card, &answer).1;
    }
    found
}

/// Shows OTA-3.
#[test]
fn a_receipt_too_long_for_a_report_goes_in_messages() {
    let reads = "22 05 00B0000011".repeat(20);
    let script = format!("22 07 {SELECT_SPN} {reads}").replace(' ', "");
    let script = format!("AA81{:02X}{script}", script.len() / 2);
    // A terminal that sends no messages: nothing is cut and called whole.
    let mut card = card();
    let asked = header("B00011");
    let answer = deliver(&mut card, sealed(asked, 1, &script));
    let (done, _) = receipt(&asked, &answer);
    assert_eq!(
        (done.status, done.data.len()),
        (PacketStatus::InsufficientMemory, 0)
    );
    // One that does.
    let mut card = Uicc::new(Config::default());
    card.handle_reset();
    send(&mut card, "801000000401000002");
    let (data, sw) = deliver(&mut card, sealed(asked, 1, &script));
    let (done, _) = receipt(&asked, &(data, sw.clone()));
    assert_eq!(done.status, PacketStatus::AnswerBySubmit);
    let parts = messages(&mut card, sw);
    assert!(parts.len() > 2, "{}", parts.len());
    let mut whole = vec![0x02, 0x71, 0x00];
    for (part, number) in parts.iter().zip(1..) {
        let own: &[u8] = if number == 1 { &[0x71, 0x00] } else { &[] };
        let mut head = vec![
            5 + own.len() as u8,
            0x00,
            0x03,
            0x00,
            parts.len() as u8,
            number,
        ];
        head.extend(own);
        whole.extend(part.strip_prefix(&head[..]).unwrap());
    }
    let (done, _) = receipt(&asked, &(whole, String::new()));
    assert_eq!(done.status, PacketStatus::Ok);
    assert_eq!(done.counter, 1);
    assert!(done.data.len() > 400, "{}", done.data.len());
}

/// Shows OTA-5, OTA-7.
#[test]
fn files_are_seen_as_a_terminal_sees_them() {
    let text = Profile::built_in("usim").unwrap().to_json();
    let locked = text.replace("\"enabled\": false", "\"enabled\": true");
    assert_ne!(text, locked);
    for (profile, tar, script, wanted) in [
        // FCP, whole or in pieces; nothing but what waits.
        (&text, "B00010", "00A40004022FE2", "016119"),
        (
            &text,
            "B00010",
            "00A40004022FE2 00C000001D",
            "02900062178202412183022FE28A01058B032F06068002000A880110",
        ),
        (
            &text,
            "B00010",
            "00A40004022FE2 00C0000000",
            "02900062178202412183022FE28A01058B032F06068002000A880110",
        ),
        (&text, "B00010", "00A40004022FE2 00C0000002", "0261176217"),
        (&text, "B00010", "00A4000C022FE2 00C0000019", "026F00"),
        (&text, "B00010", "80F2000C00", "019000"),
        (
            &text,
            "B00011",
            "80F2000100",
            "0190008410A0000000871002FFFFFFFF8903020000",
        ),
        (&text, "B00011", "80F2000103", "016C12"),
        (
            &text,
            "B00010",
            "00A4000C022F00 00B2010400",
            "02900061184F10A0000000871002FFFFFFFF890302000050045553494DFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        ),
        (
            &text,
            "B00010",
            "00A4000C022F06 00A2010402 8001 00C0000000",
            "039000010203040506",
        ),
        // PIN 1 off: always; on: the keys stand for it, and for those of administrators.
        (
            &text,
            "B00011",
            "00A4000C026F07 00B0000009",
            "029000080910101032547698",
        ),
        (
            &locked,
            "B00011",
            "00A4000C026F07 00B0000009",
            "029000080910101032547698",
        ),
        (&locked, "B00011", "00A4000C026F07 00D6000001 08", "029000"),
        (&locked, "B00010", "00A4000C022FE2 00D6000001 98", "026982"),
        // PINs: tries are the card's own, what is shown counts in the script.
        (&locked, "B00010", "0020000100", "0163C3"),
        (
            &locked,
            "B00010",
            "0020000108 3030303030FFFFFF 00A4000C022FE2",
            "0163C2",
        ),
        (
            &locked,
            "B00010",
            "0020000108 31323334FFFFFFFF 00A4000C022FE2",
            "029000",
        ),
        (&text, "B00010", "0020000108 31323334FFFFFFFF", "016984"),
        // Selection by name, other channels, secure messaging, other classes.
        (
            &text,
            "B00010",
            "00A4040C10 A0000000871002FFFFFFFF8903020000",
            "016A86",
        ),
        (&text, "B00010", "01A4000C022FE2", "016881"),
        (&text, "B00010", "04A4000C022FE2", "016882"),
        (&text, "B00011", "A0A40000026F07", "016E00"),
        (
            &text,
            "B00010",
            "A0A40000022FE2 A0C000000F",
            "0290000000000A2FE204000FFF4401020000",
        ),
        // Expanded: the answer comes with its command, if Le says so.
        (
            &text,
            "B00010",
            "AA 0A 22 08 00A40004022FE200",
            "AB20800101231B62178202412183022FE28A01058B032F06068002000A8801109000",
        ),
        (
            &text,
            "B00010",
            "AA 10 22 07 00A40000022FE2 22 05 00B0000000",
            "AB15800102230290002 30C984400000000005361119000",
        ),
        (
            &text,
            "B00010",
            "AE 80 22 07 00A40000022FE2 22 05 00B0000000 0000",
            "AF8023029000230C9844000000000053611190000000",
        ),
        (&text, "B00010", "AE 80 22 07 00A4 0000", "AF809001020000"),
        (&text, "B00010", "AE 02 22 00", "AF809001030000"),
    ] {
        let mut card = powered(Profile::from_json(profile).unwrap());
        let done = run(&mut card, header(tar), 1, script);
        let found = hex::encode(&done.data);
        assert_eq!(found, wanted.replace(' ', ""), "{tar} {script}");
    }
    // The terminal's own session does not notice.
    let mut card = powered(Profile::from_json(&locked).unwrap());
    send(&mut card, "00A4000C022FE2");
    run(
        &mut card,
        header("B00011"),
        1,
        "0020000108 31323334FFFFFFFF 00A4000C026F07",
    );
    assert_eq!(send(&mut card, "00B000000A").0.len(), 10);
    assert_eq!(send(&mut card, "0020000100").1, "63C3");
    send(&mut card, "00A4040C10A0000000871002FFFFFFFF8903020000");
    send(&mut card, "00A4000C026F07");
    assert_eq!(send(&mut card, "00B0000009").1, "6982");
}

/// Shows OTA-5.
#[test]
fn a_file_longer_than_a_command_is_read_whole() {
    let mut card = Uicc::new(Config::default());
    card.handle_reset();
    send(&mut card, "801000000401000002");
    let mut asked = header("B00010");
    asked.spi = Spi::from_octets([0x1E, 0x29]);
    let script = "00A4080C04 7F506435 00B0000000";
    let (_, sw) = deliver(&mut card, sealed(asked, 1, script));
    let parts = messages(&mut card, sw);
    let octets: usize = parts.iter().map(Vec::len).sum();
    assert!(
        octets > 1536 && parts.len() == 12,
        "{octets} {}",
        parts.len()
    );
}

/// Shows OTA-4.
#[test]
fn the_keys_rights_can_be_fewer() {
    let text = Profile::built_in("usim").unwrap().to_json();
    let less = text
        .replace("\"enabled\": false", "\"enabled\": true")
        .replace(
            "\"counter\": \"higher\"",
            "\"counter\": \"higher\", \"access\": [\"01\"]",
        );
    let mut card = powered(Profile::from_json(&less).unwrap());
    let done = run(&mut card, header("B00011"), 1, "00A4000C026F07 00B0000001");
    assert_eq!(hex::encode(&done.data), "02900008");
    let done = run(
        &mut card,
        header("B00011"),
        2,
        "00A4000C026F07 00D600000108",
    );
    assert_eq!(hex::encode(&done.data), "026982");
    assert!(card.profile().to_json().contains("\"access\": [\n"));
}

/// Shows OTA-6.
#[test]
fn references_of_both_widths_join_parts() {
    let mut card = card();
    let script = format!("{SELECT_SPN} {}", "00D6000002AAAA".repeat(30));
    let packet = sealed(header("B00011"), 1, &script);
    let (first, second) = packet.split_at(131);
    let part = |number: u8, own: bool, data: &[u8]| {
        let mut elements = vec![Element {
            id: 0x08,
            data: vec![0x12, 0x34, 0x02, number],
        }];
        if own {
            elements.push(Element {
                id: COMMAND_PACKET,
                data: Vec::new(),
            });
        }
        let mut message = message(data.to_vec());
        message.header = Some(elements);
        message
    };
    // A part of another message with the same number, but in 8 bits, does not belong to it.
    let mut other = part(2, false, second);
    other.header = Some(vec![Element {
        id: 0x00,
        data: vec![0x34, 0x02, 0x02],
    }]);
    let answer = exchange(&mut card, &envelope(&other.encode()));
    assert_eq!(answer, (Vec::new(), "9000".to_owned()));
    exchange(&mut card, &envelope(&part(1, true, first).encode()));
    let answer = exchange(&mut card, &envelope(&part(2, false, second).encode()));
    let (done, _) = receipt(&header("B00011"), &answer);
    assert_eq!(hex::encode(&done.data), "1F9000");
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
        let mut parts = whole.split(Reference::Short(4), usize::MAX);
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
