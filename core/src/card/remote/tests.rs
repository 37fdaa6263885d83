use super::*;
use crate::codec::hex;
use crate::codec::secured_packet::Spi;
use crate::codec::sms::Element;

const TAR: [u8; 3] = [0xB0, 0x00, 0x10];

fn remote() -> Remote {
    let key_set = KeySet {
        index: 1,
        kic: (0x00..=0x0F).collect(),
        kid: (0x10..=0x1F).collect(),
        counter: 5,
    };
    let target = Target {
        tar: TAR,
        check: Check::Cryptographic,
        ciphered: false,
    };
    Remote::new(vec![key_set], vec![target])
}

fn keys_of(remote: &Remote) -> (Vec<u8>, Vec<u8>) {
    let set = &remote.key_sets()[0];
    (set.kic.clone(), set.kid.clone())
}

/// AES, ciphered, counter higher by one, receipt always, with a checksum.
fn header() -> CommandHeader {
    CommandHeader {
        spi: Spi::from_octets([0x1E, 0x19]),
        kic: 0x12,
        kid: 0x12,
        tar: TAR,
    }
}

fn message(packet: Vec<u8>) -> Deliver {
    Deliver {
        originator: vec![0x04, 0x81, 0x21, 0x43],
        pid: 0x7F,
        dcs: 0xF6,
        timestamp: [0; 7],
        header: Some(vec![Element {
            id: COMMAND_PACKET,
            data: Vec::new(),
        }]),
        data: packet,
    }
}

struct Sent {
    executed: Vec<String>,
    reply: Reply,
}

/// Sends a packet in as many messages as it takes.
fn send(remote: &mut Remote, header: CommandHeader, counter: u64, script: &str) -> Sent {
    let (kic, kid) = keys_of(remote);
    let packet = CommandPacket {
        header,
        counter,
        data: hex::decode(script).unwrap(),
    };
    let bytes = packet
        .encode(&Keys {
            ciphering: &kic,
            checking: &kid,
        })
        .unwrap();
    send_bytes(remote, bytes)
}

fn send_bytes(remote: &mut Remote, packet: Vec<u8>) -> Sent {
    let mut executed = Vec::new();
    let mut reply = Reply::NotOurs;
    for part in message(packet).split(1) {
        reply = remote.handle_message(&part.encode(), &mut |_, apdu| {
            executed.push(hex::encode(apdu));
            let sw = if apdu.starts_with(&[0x00, 0xA4, 0, 4, 2, 0xFF]) {
                StatusWord::FILE_NOT_FOUND
            } else {
                StatusWord::OK
            };
            let data = if apdu[1] == 0xB0 {
                vec![0xCA, 0xFE]
            } else {
                Vec::new()
            };
            ResponseApdu { data, sw }
        });
    }
    Sent { executed, reply }
}

fn receipt(remote: &Remote, header: &CommandHeader, sent: &Sent) -> ResponsePacket {
    let (kic, kid) = keys_of(remote);
    let keys = Keys {
        ciphering: &kic,
        checking: &kid,
    };
    match &sent.reply {
        Reply::Receipt { data, .. } => ResponsePacket::open(data, header, &keys)
            .or_else(|| ResponsePacket::open(data, &CommandHeader::default(), &keys))
            .unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Shows OTA-5.
#[test]
fn commands_of_a_packet_are_carried_out() {
    let mut remote = remote();
    let sent = send(
        &mut remote,
        header(),
        6,
        "00A40004023F00 00D6000002ABCD 00B0000002",
    );
    assert_eq!(
        sent.executed,
        ["00A40004023F00", "00D6000002ABCD", "00B0000002"]
    );
    let receipt = receipt(&remote, &header(), &sent);
    assert_eq!(receipt.status, PacketStatus::Ok);
    assert_eq!(hex::encode(&receipt.data), "039000CAFE");
    assert_eq!(remote.key_sets()[0].counter, 6);
}

#[test]
fn the_first_failure_ends_a_script() {
    let mut remote = remote();
    let sent = send(&mut remote, header(), 6, "00A4000402FFFF 00D6000002ABCD");
    assert_eq!(sent.executed.len(), 1);
    assert_eq!(
        hex::encode(&receipt(&remote, &header(), &sent).data),
        "016A82"
    );
    // A command that is cut is not tried.
    let sent = send(&mut remote, header(), 7, "00A40004023F00 00D60000");
    assert_eq!(sent.executed.len(), 1);
    assert_eq!(
        hex::encode(&receipt(&remote, &header(), &sent).data),
        "016700"
    );
}

#[test]
fn expanded_scripts_answer_each_command() {
    let mut remote = remote();
    let sent = send(
        &mut remote,
        header(),
        6,
        "AA 10 22 07 00A40004023F00 22 05 00B0000002",
    );
    assert_eq!(sent.executed, ["00A40004023F00", "00B0000002"]);
    assert_eq!(
        hex::encode(&receipt(&remote, &header(), &sent).data),
        "AB0D800102230290002304CAFE9000"
    );
    let sent = send(&mut remote, header(), 7, "AA 03 22 07 00");
    assert_eq!(sent.executed.len(), 0);
    assert_eq!(
        hex::encode(&receipt(&remote, &header(), &sent).data),
        "AB06800100900101"
    );
}

/// Shows OTA-2.
#[test]
fn counters_are_kept() {
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
        let mut remote = remote();
        remote.key_sets[0].counter = last;
        let header = CommandHeader {
            spi: Spi::from_octets([mode, 0x19]),
            ..header()
        };
        let sent = send(&mut remote, header, counter, "00A40004023F00");
        let receipt = receipt(&remote, &header, &sent);
        assert_eq!(receipt.status, wanted, "{mode:02X} {counter} after {last}");
        assert_eq!(sent.executed.len(), usize::from(wanted == Ok));
        let counted = wanted == Ok && mode != 0x0E;
        let now = remote.key_sets()[0].counter;
        assert_eq!(now, if counted { counter } else { last });
        // The same packet once more is a replay.
        if counted {
            let again = send(&mut remote, header, counter, "00A40004023F00");
            assert!(again.executed.is_empty());
        }
    }
}

/// Shows OTA-4.
#[test]
fn what_is_not_allowed_is_refused_with_its_status() {
    let asks = |spi: [u8; 2], tar: [u8; 3]| CommandHeader {
        spi: Spi::from_octets(spi),
        tar,
        ..header()
    };
    for (header, wanted) in [
        (asks([0x1E, 0x19], [1, 2, 3]), PacketStatus::TarUnknown),
        (asks([0x04, 0x01], TAR), PacketStatus::InsufficientSecurity),
    ] {
        let mut remote = remote();
        let sent = send(&mut remote, header, 6, "00A40004023F00");
        assert!(sent.executed.is_empty());
        assert_eq!(receipt(&remote, &header, &sent).status, wanted);
    }
    let mut remote = remote();
    let (kic, kid) = keys_of(&remote);
    let keys = Keys {
        ciphering: &kic,
        checking: &kid,
    };
    let packet = CommandPacket {
        header: header(),
        counter: 6,
        data: vec![0; 20],
    };
    let mut altered = packet.encode(&keys).unwrap();
    *altered.last_mut().unwrap() ^= 1;
    let sent = send_bytes(&mut remote, altered);
    assert_eq!(
        receipt(&remote, &header(), &sent).status,
        PacketStatus::CheckFailed
    );
    assert_eq!(remote.key_sets()[0].counter, 5);
}

#[test]
fn receipts_go_as_asked() {
    for (second, failing, any) in [
        (0x00, false, false),
        (0x01, false, true),
        (0x02, false, false),
        (0x00, true, false),
        (0x01, true, true),
        (0x02, true, true),
    ] {
        let mut remote = remote();
        let header = CommandHeader {
            spi: Spi::from_octets([0x16, second]),
            ..header()
        };
        let counter = if failing { 1 } else { 6 };
        let sent = send(&mut remote, header, counter, "00A40004023F00");
        match sent.reply {
            Reply::Receipt { ok, .. } => assert!(any && ok != failing),
            Reply::Silent => assert!(!any),
            other => panic!("{other:?}"),
        }
    }
}

/// Shows OTA-6.
#[test]
fn long_packets_are_put_together() {
    let mut remote = remote();
    let long = format!("00D60000F0{}", "5A".repeat(0xF0)).repeat(3);
    let sent = send(&mut remote, header(), 6, &long);
    assert_eq!(sent.executed.len(), 3);
    assert!(matches!(sent.reply, Reply::Receipt { ok: true, .. }));
    // A part that is missing: nothing is carried out, and the next message is not harmed.
    let parts = message(vec![0; 400]).split(2);
    let mut none = |_, _: &[u8]| -> ResponseApdu { panic!("nothing is to be carried out") };
    assert_eq!(
        remote.handle_message(&parts[0].encode(), &mut none),
        Reply::Waiting
    );
    let sent = send(&mut remote, header(), 7, &long);
    assert_eq!(sent.executed.len(), 3);
    // A later part before the first waits for it; power off forgets it.
    assert_eq!(
        remote.handle_message(&parts[1].encode(), &mut none),
        Reply::Waiting
    );
    remote.handle_reset();
    assert!(remote.pending.is_none());
}

#[test]
fn other_messages_are_not_ours() {
    let mut remote = remote();
    let mut none = |_, _: &[u8]| -> ResponseApdu { panic!("nothing is to be carried out") };
    let mut text = message(b"hello".to_vec());
    text.header = None;
    for tpdu in [text.encode(), Vec::new(), vec![0xFF; 200]] {
        assert_eq!(remote.handle_message(&tpdu, &mut none), Reply::NotOurs);
    }
    for cut in 0..60 {
        let tpdu = message(vec![0xA5; cut]).encode();
        remote.handle_message(&tpdu, &mut none);
    }
}
