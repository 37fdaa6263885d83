//! What Wireshark says of our packets: pushes on the port of WAP push, messages over HTTP.

use crate::tshark::Tshark;
use crate::{generated, strategies, vectors};
use dmsc_core::codec::http::{Request, Response};
use dmsc_core::codec::notification::Package0;
use dmsc_core::codec::wsp::{self, Header, PUSH_PORT, Push, Token};
use std::path::PathBuf;

/// Packets of one run and kind.
const PACKETS: usize = 500;

/// Link type of packets that begin with their IPv4 header.
const LINKTYPE_IPV4: u32 = 228;
const UDP: u8 = 17;
const TCP: u8 = 6;

/// A capture file of these packets.
fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for number in [0xA1B2_C3D4, 2 | 4 << 16, 0, 0, 0x1_0000, LINKTYPE_IPV4] {
        file.extend(u32::to_le_bytes(number));
    }
    for (second, packet) in packets.iter().enumerate() {
        let length = packet.len() as u32;
        for number in [second as u32, 0, length, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = (20 + payload.len()) as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(length.to_be_bytes());
    // Without checksum, which is not looked at.
    packet.extend([0, 0, 0, 0, 64, protocol, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2]);
    packet.extend(payload);
    packet
}

pub(crate) fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    for number in [40_000, port, (8 + payload.len()) as u16, 0] {
        datagram.extend(number.to_be_bytes());
    }
    datagram.extend(payload);
    ipv4(UDP, &datagram)
}

/// One segment of a connection of its own.
fn tcp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(from.to_be_bytes());
    segment.extend(to.to_be_bytes());
    segment.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]);
    segment.extend(payload);
    ipv4(TCP, &segment)
}

/// The program with a capture of these packets to read.
pub(crate) fn reading(name: &str, packets: &[Vec<u8>]) -> Option<Tshark> {
    let name = format!("{name}-{}.pcap", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, capture(packets)).unwrap();
    Tshark::open(path)
}

fn pushed(content_type: u8, body: &[u8]) -> Vec<u8> {
    Push {
        push_id: 1,
        content_type: vec![content_type],
        headers: vec![Header {
            name: Token::Code(0x2F),
            value: vec![0x87],
        }],
        body: body.to_vec(),
    }
    .encode()
}

#[test]
fn wireshark_reads_our_notifications() {
    let packages: Vec<Package0> = generated(strategies::package0(), PACKETS);
    let packets: Vec<Vec<u8>> = packages
        .iter()
        .map(|package| udp(PUSH_PORT, &wsp::encode_notification(1, package)))
        .collect();
    let Some(tshark) = reading("notifications", &packets) else {
        return;
    };
    tshark.is_content();
    assert_eq!(tshark.matching("wsp.pdu_type == 0x06"), packets.len());
    let columns = [
        "-T",
        "fields",
        "-e",
        "wsp.header.content_type",
        "-e",
        "wsp.header.x_wap_application_id",
    ];
    for line in tshark.run(&columns).lines() {
        let (content_type, application) = line.split_once('\t').unwrap();
        assert_eq!(content_type, "application/vnd.syncml.notification");
        assert!(application.contains("syncml.dm"), "{line}");
    }
}

#[test]
fn wireshark_reads_our_wbxml() {
    let mut packets = Vec::new();
    for (_, bytes) in vectors("message") {
        packets.push(udp(PUSH_PORT, &pushed(0xC2, &bytes)));
    }
    for message in generated(strategies::message(true), PACKETS) {
        packets.push(udp(PUSH_PORT, &pushed(0xC2, &message.encode_wbxml())));
    }
    for (_, bytes) in vectors("prov") {
        packets.push(udp(PUSH_PORT, &pushed(0xB6, &bytes)));
    }
    for document in generated(strategies::prov_document(), PACKETS) {
        packets.push(udp(PUSH_PORT, &pushed(0xB6, &document.encode_wbxml())));
    }
    let Some(tshark) = reading("wbxml", &packets) else {
        return;
    };
    tshark.is_content();
    assert_eq!(tshark.matching("wbxml"), packets.len());
    let shown = tshark.run(&["-V", "-c", "3"]);
    for words in ["<SyncML>", "<LocURI>", "SyncML 1.2", "</SyncML>"] {
        assert!(shown.contains(words), "{words} is not in\n{shown}");
    }
}

#[test]
fn wireshark_reads_our_http() {
    let mut packets = Vec::new();
    let messages = generated(strategies::message(true), PACKETS);
    for (n, message) in messages.iter().enumerate() {
        let port = 10_000 + n as u16;
        let media_type = "application/vnd.syncml.dm+wbxml";
        let request = Request {
            method: "POST".to_owned(),
            target: "/dm".to_owned(),
            headers: vec![
                ("Host".to_owned(), "127.0.0.1:3516".to_owned()),
                ("Content-Type".to_owned(), media_type.to_owned()),
            ],
            body: message.encode_wbxml(),
        };
        packets.push(tcp(port, 80, &request.encode()));
        let response = Response::new(200).with_body(media_type, message.encode_wbxml());
        packets.push(tcp(80, port, &response.encode()));
    }
    let Some(tshark) = reading("http", &packets) else {
        return;
    };
    tshark.is_content();
    assert_eq!(
        tshark.matching("http.request.method == POST && wbxml"),
        messages.len()
    );
    assert_eq!(
        tshark.matching("http.response.code == 200 && wbxml"),
        messages.len()
    );
}

#[test]
fn wireshark_would_say_if_it_were_wrong() {
    let (_, message) = vectors("message").remove(0);
    let cut = &message[..message.len() - 40];
    let packets = [udp(PUSH_PORT, &pushed(0xC2, cut))];
    let Some(tshark) = reading("wrong", &packets) else {
        return;
    };
    assert_eq!(tshark.matching("_ws.malformed"), 1);
}
