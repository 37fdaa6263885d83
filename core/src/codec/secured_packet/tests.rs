//! Packets of other programs, every combination of what a header can ask for, and what is wrong
//! told apart (ETSI TS 102 225 §5).

use super::*;
use crate::codec::hex;
use crate::codec::shown::secured_packet::command_fields;

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

struct Vector {
    spi: [u8; 2],
    algorithm: u8,
    kic: &'static str,
    kid: &'static str,
    tar: [u8; 3],
    counter: u64,
    packet: &'static str,
}

/// The first is public (an open source SIM tool's test), the others were computed with OpenSSL.
const VECTORS: [Vector; 3] = [
    Vector {
        spi: [0x06, 0x19],
        algorithm: 0x22,
        kic: "200102030405060708090A0B0C0D0E0F",
        kid: "201102030405060708090A0B0C0D0E0F",
        tar: [0xB0, 0x00, 0x11],
        counter: 0,
        packet: "00281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABAE8C37CA3E72EC4432E5058",
    },
    Vector {
        spi: [0x16, 0x19],
        algorithm: 0x12,
        kic: "000102030405060708090A0B0C0D0E0F",
        kid: "101112131415161718191A1B1C1D1E1F",
        tar: [0xB0, 0x00, 0x10],
        counter: 1,
        packet: "00281516191212B0001045C24AF88F0DC92AE2F9B341868BA6DC86367CC129278C0B268AB27DB36BC0D5",
    },
    Vector {
        spi: [0x16, 0x19],
        algorithm: 0x15,
        kic: "000102030405060708090A0B0C0D0E0F",
        kid: "101112131415161718191A1B1C1D1E1F",
        tar: [0xB0, 0x00, 0x10],
        counter: 1,
        packet: "00201516191515B000101E4647AFC8D1FB54F5BD8712F63ABE411FBB739908E48C68",
    },
];

#[test]
fn packets_of_others_are_made_and_opened() {
    for vector in &VECTORS {
        let (kic, kid) = (bytes(vector.kic), bytes(vector.kid));
        let keys = Keys {
            ciphering: &kic,
            checking: &kid,
        };
        let packet = CommandPacket {
            header: CommandHeader {
                spi: Spi::from_octets(vector.spi),
                kic: vector.algorithm,
                kid: vector.algorithm,
                tar: vector.tar,
            },
            counter: vector.counter,
            data: bytes("00A40004023F00"),
        };
        let made = packet.encode(&keys).unwrap();
        assert_eq!(hex::encode(&made), vector.packet);
        assert_eq!(CommandPacket::open(&made, &keys), Ok(packet));
    }
}

fn all_headers() -> impl Iterator<Item = CommandHeader> {
    let spi = (0..=0x1F_u8).flat_map(|first| (0..=0x3F).map(move |second| [first, second]));
    spi.flat_map(|spi| {
        [0x01, 0x12, 0x25, 0x39].map(|algorithm| CommandHeader {
            spi: Spi::from_octets(spi),
            kic: algorithm,
            kid: algorithm,
            tar: [0xB0, 0, 0x10],
        })
    })
}

fn key_of(octet: u8) -> Vec<u8> {
    let length = match Algorithm::from_octet(octet) {
        Algorithm::Des => 8,
        Algorithm::TripleDes3 => 24,
        _ => 16,
    };
    (1..=length).collect()
}

/// Shows OTA-1.
#[test]
fn every_kind_of_packet_comes_back_and_shows_every_altered_bit() {
    let mut seen = 0;
    for header in all_headers() {
        assert_eq!(
            Spi::from_octets(header.spi.to_octets()),
            header.spi,
            "spare values are read as others"
        );
        let key = key_of(header.kic);
        let keys = Keys {
            ciphering: &key,
            checking: &key,
        };
        let packet = CommandPacket {
            header,
            counter: 0x12_3456_789A,
            data: bytes("00A40004023F0000B0000004"),
        };
        let Some(made) = packet.encode(&keys) else {
            // A redundancy check has two algorithms, a signature none.
            assert!(matches!(
                header.spi.check,
                Check::Redundancy | Check::Signature
            ));
            continue;
        };
        seen += 1;
        assert_eq!(CommandHeader::decode(&made), Ok(header));
        assert_eq!(CommandPacket::open(&made, &keys), Ok(packet.clone()));
        if header.spi.check == Check::Cryptographic {
            for bit in (16..made.len() * 8).step_by(13) {
                let mut altered = made.clone();
                altered[bit / 8] ^= 0x80 >> (bit % 8);
                if altered != made {
                    assert_ne!(CommandPacket::open(&altered, &keys), Ok(packet.clone()));
                    let refused = CommandPacket::open(&altered, &keys).is_err();
                    // What is said to be unchecked cannot be refused for its check.
                    assert!(
                        refused || altered[3] & 3 != 2,
                        "bit {bit} of {}",
                        hex::encode(&made)
                    );
                }
            }
        }
    }
    assert!(seen > 4000, "{seen}");
}

/// Shows OTA-3.
#[test]
fn receipts_come_back() {
    let plain = ResponsePacket {
        tar: [0xB0, 0x00, 0x11],
        counter: 0,
        status: PacketStatus::Ok,
        data: bytes("01612F"),
    };
    let none = Keys {
        ciphering: &[],
        checking: &[],
    };
    let made = plain.encode(&CommandHeader::default(), &none).unwrap();
    assert_eq!(
        hex::encode(&made),
        "027100000E0AB00011000000000000 00 01612F".replace(' ', "")
    );
    for header in all_headers() {
        let key = key_of(header.kic);
        let keys = Keys {
            ciphering: &key,
            checking: &key,
        };
        let Some(made) = plain.encode(&header, &keys) else {
            continue;
        };
        assert_eq!(
            ResponsePacket::open(&made, &header, &keys),
            Some(plain.clone())
        );
        for cut in 0..made.len() {
            assert_eq!(ResponsePacket::open(&made[..cut], &header, &keys), None);
        }
    }
}

/// Shows OTA-4.
#[test]
fn what_is_wrong_is_told_apart() {
    let vector = &VECTORS[1];
    let (kic, kid, packet) = (bytes(vector.kic), bytes(vector.kid), bytes(vector.packet));
    let open = |packet: &[u8], kic: &[u8], kid: &[u8]| {
        CommandPacket::open(
            packet,
            &Keys {
                ciphering: kic,
                checking: kid,
            },
        )
    };
    assert!(open(&packet, &kic, &kid).is_ok());
    assert_eq!(open(&packet, &kid, &kid), Err(PacketStatus::CheckFailed));
    assert_eq!(open(&packet, &kic, &kic), Err(PacketStatus::CheckFailed));
    assert_eq!(
        open(&packet, &kic[1..], &kid),
        Err(PacketStatus::CipheringError)
    );
    for cut in 0..packet.len() {
        assert!(open(&packet[..cut], &kic, &kid).is_err());
        assert!(!command_fields(&packet[..cut]).is_empty() || cut == 0);
    }
    let offset = |packet: &[u8]| CommandHeader::decode(packet).unwrap_err().offset;
    assert_eq!(offset(&packet[..1]), 0);
    assert_eq!(offset(&packet[..4]), 0);
    assert_eq!(offset(&packet[..20]), 0);
    let mut short_head = packet.clone();
    short_head[2] = 12;
    assert_eq!(offset(&short_head), 2);
}

#[test]
fn status_codes_come_back() {
    for octet in 0..=255 {
        assert_eq!(PacketStatus::from_octet(octet).to_octet(), octet);
    }
}
