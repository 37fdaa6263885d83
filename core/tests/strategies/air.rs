//! What comes over the air: short messages in both directions, secured packets and receipts, bodies
//! of notifications of Data Synchronization; and records of TLS, which may.

use dmsc_core::codec::cose::{Order, Receipt, Run, Sign1};
use dmsc_core::codec::notification::{Sync, SyncBody};
use dmsc_core::codec::secured_packet::{
    CommandHeader, CommandPacket, Keys, MAX_COUNTER, PacketStatus, ResponsePacket, Spi,
};
use dmsc_core::codec::sms::{Deliver, DeliverReport, Element, ReportData, Submit, Validity};
use dmsc_core::codec::tls::{
    Alert, ClientHello, ContentType, Description, Extension, Handshake, Level, Record, ServerHello,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::octets;

/// An address as encoded: count, type, and as many semi-octets.
fn address() -> BoxedStrategy<Vec<u8>> {
    (0..=20u8, any::<u8>(), vec(any::<u8>(), 10))
        .prop_map(|(digits, kind, semi_octets)| {
            let mut address = vec![digits, kind];
            address.extend(&semi_octets[..usize::from(digits).div_ceil(2)]);
            address
        })
        .boxed()
}

/// Scheme, header and data that fit into one message: packed septets where the scheme says so.
fn user_data() -> BoxedStrategy<(u8, Option<Vec<Element>>, Vec<u8>)> {
    // The alphabets in every group of schemes, without the compressed.
    let dcs = proptest::sample::select(&[0x00, 0x04, 0x08, 0x10, 0x16, 0xC8, 0xE0, 0xF1, 0xF6][..]);
    let element = (any::<u8>(), octets(12)).prop_map(|(id, data)| Element { id, data });
    let header = option::of(vec(element, 0..4));
    (dcs, header, vec(any::<u8>(), 0..=160))
        .prop_map(|(dcs, header, mut data)| {
            let before = header
                .iter()
                .map(|elements| 1 + elements.iter().map(|e| 2 + e.data.len()).sum::<usize>())
                .sum::<usize>();
            if matches!(dcs, 0x00 | 0x10 | 0xC8 | 0xF1) {
                data.iter_mut().for_each(|septet| *septet &= 0x7F);
                data.truncate(160 - (before * 8).div_ceil(7));
            } else {
                data.truncate(140 - before);
            }
            (dcs, header, data)
        })
        .boxed()
}

/// Messages to the terminal.
pub(crate) fn deliver() -> BoxedStrategy<Deliver> {
    (
        any::<bool>(),
        address(),
        any::<u8>(),
        any::<[u8; 7]>(),
        user_data(),
    )
        .prop_map(
            |(more, originator, pid, timestamp, (dcs, header, data))| Deliver {
                more,
                originator,
                pid,
                dcs,
                timestamp,
                header,
                data,
            },
        )
        .boxed()
}

/// Reports of the terminal.
pub(crate) fn deliver_report() -> BoxedStrategy<DeliverReport> {
    (
        option::of(0x80..=0xFF_u8),
        option::of(any::<u8>()),
        option::of(user_data()),
    )
        .prop_map(|(failure, pid, carried)| {
            let (dcs, data) = match carried {
                None => (None, None),
                Some((dcs, header, data)) => (Some(dcs), Some(ReportData { header, data })),
            };
            DeliverReport {
                failure,
                pid,
                dcs,
                data,
            }
        })
        .boxed()
}

/// Messages to the service centre.
pub(crate) fn submit() -> BoxedStrategy<Submit> {
    let validity = prop_oneof![
        Just(Validity::NotSaid),
        any::<u8>().prop_map(Validity::Relative),
        any::<[u8; 7]>().prop_map(Validity::Absolute),
        any::<[u8; 7]>().prop_map(Validity::Enhanced),
    ];
    (
        any::<[bool; 3]>(),
        any::<[u8; 2]>(),
        address(),
        validity,
        user_data(),
    )
        .prop_map(
            |(flags, [reference, pid], destination, validity, (dcs, header, data))| Submit {
                reject_duplicates: flags[0],
                status_report: flags[1],
                reply_path: flags[2],
                reference,
                destination,
                pid,
                dcs,
                validity,
                header,
                data,
            },
        )
        .boxed()
}

/// Keys that fit the algorithm of the headers here.
pub(crate) fn packet_key(octet: u8) -> Vec<u8> {
    let length = match octet & 0x0F {
        1 => 8,
        9 => 24,
        _ => 16,
    };
    (1..=length).collect()
}

/// Headers with one algorithm for cipher and check; those with a signature, or with a redundancy
/// check that the algorithm does not name, cannot be made.
fn command_header() -> BoxedStrategy<CommandHeader> {
    let spi = (0..0x20u8, 0..0x40u8).prop_map(|(a, b)| Spi::from_octets([a, b]));
    let algorithm = proptest::sample::select(&[0x01, 0x12, 0x25, 0x39][..]);
    (spi, algorithm, any::<[u8; 3]>())
        .prop_map(|(spi, algorithm, tar)| CommandHeader {
            spi,
            kic: algorithm,
            kid: algorithm,
            tar,
        })
        .boxed()
}

/// Command packets.
pub(crate) fn command_packet() -> BoxedStrategy<CommandPacket> {
    (command_header(), 0..=MAX_COUNTER, octets(300))
        .prop_map(|(header, counter, data)| CommandPacket {
            header,
            counter,
            data,
        })
        .boxed()
}

/// Receipts, each with the header that asks for it.
pub(crate) fn response_packet() -> BoxedStrategy<(CommandHeader, ResponsePacket)> {
    let packet = (any::<[u8; 3]>(), 0..=MAX_COUNTER, any::<u8>(), octets(120)).prop_map(
        |(tar, counter, status, data)| ResponsePacket {
            tar,
            counter,
            status: PacketStatus::from_octet(status),
            data,
        },
    );
    (command_header(), packet).boxed()
}

/// Orders of customer care.
pub(crate) fn order() -> BoxedStrategy<Order> {
    (
        "[a-z.]{0,30}",
        any::<u64>(),
        "[A-Z0-9:]{0,40}",
        any::<u64>(),
        "\\PC{0,40}",
    )
        .prop_map(|(server_id, session_id, device, time_s, text)| Order {
            server_id,
            session_id,
            device,
            time_s,
            text,
        })
        .boxed()
}

/// Receipts of a card.
pub(crate) fn signed_receipt() -> BoxedStrategy<Receipt> {
    let run = (any::<u16>(), any::<u32>()).prop_map(|(code, count)| Run { code, count });
    let hashes = (
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
        option::of(any::<[u8; 32]>()),
    );
    let numbers = (
        any::<u64>(),
        any::<u64>(),
        any::<u64>(),
        option::of(any::<u16>()),
    );
    (hashes, numbers, "\\PC{0,40}", vec(run, 0..=3))
        .prop_map(|(hashes, numbers, device, statuses)| {
            let ((previous, transcript, order), (seq, session_id, time_s, consent)) =
                (hashes, numbers);
            Receipt {
                seq,
                previous,
                session_id,
                device,
                transcript,
                order,
                consent,
                statuses,
                time_s,
            }
        })
        .boxed()
}

/// Messages that look signed.
pub(crate) fn sign1() -> BoxedStrategy<Sign1> {
    let payload = prop_oneof![
        order().prop_map(|order| order.encode()),
        signed_receipt().prop_map(|receipt| receipt.encode()),
        octets(300),
    ];
    (any::<[u8; 8]>(), payload, any::<[[u8; 32]; 2]>())
        .prop_map(|(kid, payload, halves)| {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&halves[0]);
            signature[32..].copy_from_slice(&halves[1]);
            Sign1 {
                kid,
                payload,
                signature,
            }
        })
        .boxed()
}

/// Bodies of notifications of Data Synchronization.
pub(crate) fn sync_body() -> BoxedStrategy<SyncBody> {
    let sync = (0..16u8, 0..16u8, 0..0x0100_0000u32, "[A-Za-zé/.]{0,40}").prop_map(
        |(sync_type, future_use, content_type, server_uri)| Sync {
            sync_type,
            future_use,
            content_type,
            server_uri,
        },
    );
    (0..16u8, vec(sync, 0..=15))
        .prop_map(|(future_use, syncs)| SyncBody { future_use, syncs })
        .boxed()
}

/// A packet with keys that fit; `None` where no algorithm is defined.
pub(crate) fn sealed(packet: CommandPacket) -> Option<Vec<u8>> {
    let key = packet_key(packet.header.kic);
    packet.encode(&Keys {
        ciphering: &key,
        checking: &key,
    })
}

/// A receipt with keys that fit; `None` where no algorithm is defined.
pub(crate) fn receipt(asked: &CommandHeader, packet: &ResponsePacket) -> Option<Vec<u8>> {
    let key = packet_key(asked.kic);
    packet.encode(
        asked,
        &Keys {
            ciphering: &key,
            checking: &key,
        },
    )
}

fn extensions() -> BoxedStrategy<Option<Vec<Extension>>> {
    let extension = (any::<u16>(), octets(20)).prop_map(|(kind, data)| Extension { kind, data });
    option::of(vec(extension, 0..4)).boxed()
}

fn client_hello() -> BoxedStrategy<Handshake> {
    (
        (any::<u16>(), any::<[u8; 32]>(), octets(32)),
        vec(any::<u16>(), 1..6),
        vec(any::<u8>(), 1..3),
        extensions(),
    )
        .prop_map(
            |((version, random, session_id), suites, compressions, extensions)| {
                Handshake::ClientHello(ClientHello {
                    version,
                    random,
                    session_id,
                    suites,
                    compressions,
                    extensions,
                })
            },
        )
        .boxed()
}

fn server_hello() -> BoxedStrategy<Handshake> {
    (
        (any::<u16>(), any::<[u8; 32]>(), octets(32)),
        any::<u16>(),
        any::<u8>(),
        extensions(),
    )
        .prop_map(
            |((version, random, session_id), suite, compression, extensions)| {
                Handshake::ServerHello(ServerHello {
                    version,
                    random,
                    session_id,
                    suite,
                    compression,
                    extensions,
                })
            },
        )
        .boxed()
}

/// Handshake messages of TLS.
pub(crate) fn handshake() -> BoxedStrategy<Handshake> {
    prop_oneof![
        Just(Handshake::HelloRequest),
        Just(Handshake::ServerHelloDone),
        client_hello(),
        server_hello(),
        octets(40).prop_map(|hint| Handshake::ServerKeyExchange { hint }),
        octets(40).prop_map(|identity| Handshake::ClientKeyExchange { identity }),
        any::<[u8; 12]>().prop_map(|verify_data| Handshake::Finished { verify_data }),
        (30u8.., octets(40)).prop_map(|(kind, body)| Handshake::Unknown { kind, body }),
    ]
    .boxed()
}

/// Records of TLS: handshakes, alerts, and what is ciphered.
pub(crate) fn record() -> BoxedStrategy<Record> {
    let alert = (any::<u8>(), any::<u8>()).prop_map(|(level, description)| {
        let level = Level::from_code(level);
        let description = Description(description);
        Alert { level, description }.encode()
    });
    prop_oneof![
        4 => handshake().prop_map(|m| (ContentType::Handshake, m.encode())),
        1 => vec(handshake(), 0..3).prop_map(|all| {
            (ContentType::Handshake, all.iter().flat_map(Handshake::encode).collect())
        }),
        2 => alert.prop_map(|fragment| (ContentType::Alert, fragment)),
        1 => Just((ContentType::ChangeCipherSpec, vec![1])),
        2 => octets(400).prop_map(|fragment| (ContentType::ApplicationData, fragment)),
        1 => (any::<u8>(), octets(40))
            .prop_map(|(code, fragment)| (ContentType::from_code(code), fragment)),
    ]
    .prop_map(|(content, fragment)| Record::new(content, fragment))
    .boxed()
}
