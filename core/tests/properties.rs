//! What holds for every value and for all bytes: a value comes back as it was, what could be
//! read is written and read as the same, and no bytes make a codec panic.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checks;
mod strategies;

use checks::{check_all, inside};
use dmsc_core::codec::access::Rule;
use dmsc_core::codec::apdu::{CommandApdu, ResponseApdu};
use dmsc_core::codec::atr::Atr;
use dmsc_core::codec::cose::{Order, Receipt, Sign1};
use dmsc_core::codec::ef::{Contents, Form};
use dmsc_core::codec::fcp::PinStatus;
use dmsc_core::codec::gsmtap::Packet;
use dmsc_core::codec::notification::{Package0, SyncBody};
use dmsc_core::codec::pps::Pps;
use dmsc_core::codec::secured_packet::{Check, CommandPacket, Keys, ResponsePacket};
use dmsc_core::codec::sms::{Deliver, DeliverReport, Submit};
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::t1::{Block, Edc};
use dmsc_core::codec::tls::{Handshake, Record};
use dmsc_core::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse};
use dmsc_core::codec::{ber, ddf, devinf, http, pkcs15, prov, shown, tnds, wbxml, wsp};
use proptest::prelude::*;

/// One of the values, encoded.
fn encoded() -> BoxedStrategy<Vec<u8>> {
    let all = strategies::STRATEGIES.iter().map(|(_, values)| values());
    proptest::strategy::Union::new(all).boxed()
}

/// The same with some bytes changed, added or removed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), 0..4u8, any::<u8>());
    (encoded(), prop::collection::vec(change, 1..5)).prop_map(|(mut bytes, changes)| {
        for (at, how, byte) in changes {
            if bytes.is_empty() {
                bytes.push(byte);
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

proptest! {
    // Runs are equal, so that a failure is one for everybody.
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2024),
        ..ProptestConfig::default()
    })]

    #[test]
    fn messages_come_back_from_wbxml(message in strategies::message(true)) {
        let bytes = message.encode_wbxml();
        assert_eq!(Message::decode_wbxml_prefix(&bytes), Ok((message, bytes.len())));
        inside(&shown::wbxml::fields(&bytes), 0..bytes.len());
    }

    #[test]
    fn messages_of_text_come_back_from_xml(message in strategies::message(false)) {
        let text = message.encode_xml();
        assert_eq!(Message::decode_xml(text.as_bytes()).as_ref(), Ok(&message), "{}", text);
        inside(&shown::xml::fields(text.as_bytes()), 0..text.len());
        // Across: the two forms say the same.
        let across = Message::decode_wbxml(&message.encode_wbxml()).unwrap();
        assert_eq!(across.encode_xml(), text);
    }

    #[test]
    fn messages_with_octets_settle_after_one_turn_through_xml(message in strategies::message(true)) {
        let once = Message::decode_xml(message.encode_xml().as_bytes()).unwrap();
        assert_eq!(Message::decode_xml(once.encode_xml().as_bytes()).as_ref(), Ok(&once));
        assert_eq!(Message::decode_wbxml(&once.encode_wbxml()), Ok(once));
    }

    #[test]
    fn elements_come_back(message in strategies::message(true)) {
        let bytes = message.encode_wbxml();
        let decoded = wbxml::decode(&bytes).unwrap();
        assert_eq!(wbxml::encode(&decoded.root, decoded.vocabulary), bytes);
    }

    #[test]
    fn tree_descriptions_come_back(document in strategies::tnds_document(true)) {
        let bytes = document.encode_wbxml();
        assert_eq!(tnds::Document::decode_wbxml(&bytes).as_ref(), Ok(&document));
        let text = document.encode_xml();
        assert_eq!(tnds::Document::decode_xml(text.as_bytes()).as_ref(), Ok(&document), "{}", text);
        assert_eq!(tnds::Document::from_element(&document.to_element()).as_ref(), Ok(&document));
    }

    #[test]
    fn device_descriptions_come_back(document in strategies::ddf_document(true)) {
        let bytes = document.encode_wbxml();
        assert_eq!(ddf::Document::decode(&bytes).as_ref(), Ok(&document));
        let text = document.encode_xml();
        assert_eq!(ddf::Document::decode(text.as_bytes()).as_ref(), Ok(&document), "{}", text);
        inside(&shown::ddf::fields(&bytes), 0..bytes.len());
        inside(&shown::ddf::fields(text.as_bytes()), 0..text.len());
    }

    #[test]
    fn provisioning_documents_come_back(document in strategies::prov_document()) {
        let bytes = document.encode_wbxml();
        assert_eq!(prov::Document::decode_wbxml(&bytes).as_ref(), Ok(&document));
        let text = document.encode_xml();
        assert_eq!(prov::Document::decode_xml(text.as_bytes()).as_ref(), Ok(&document), "{}", text);
    }

    #[test]
    fn devinf_documents_come_back(document in strategies::devinf_document()) {
        let bytes = document.encode_wbxml();
        assert_eq!(devinf::Document::decode(&bytes).as_ref(), Ok(&document));
        let text = document.encode_xml();
        assert_eq!(devinf::Document::decode(text.as_bytes()).as_ref(), Ok(&document), "{}", text);
    }

    #[test]
    fn notifications_come_back(package in strategies::package0(), push in strategies::push()) {
        let bytes = package.encode();
        assert_eq!(Package0::decode(&bytes).as_ref(), Ok(&package));
        let pushed = wsp::encode_notification(7, &package);
        assert_eq!(wsp::decode_notification(&pushed).map(|(_, p)| p), Ok(package));
        assert_eq!(wsp::Push::decode(&push.encode()), Ok(push));
    }

    #[test]
    fn orders_and_receipts_come_back(
        order in strategies::order(),
        receipt in strategies::signed_receipt(),
        message in strategies::sign1(),
    ) {
        assert_eq!(Order::decode(&order.encode()), Ok(order));
        assert_eq!(Receipt::decode(&receipt.encode()), Ok(receipt));
        let bytes = message.encode();
        inside(&shown::cose::fields(&bytes), 0..bytes.len());
        assert_eq!(Sign1::decode(&bytes), Ok(message));
    }

    #[test]
    fn short_messages_come_back(
        deliver in strategies::deliver(),
        submit in strategies::submit(),
        report in strategies::deliver_report(),
    ) {
        let bytes = deliver.encode();
        assert_eq!(Deliver::decode(&bytes), Ok(deliver));
        inside(&shown::sms::fields(&bytes), 0..bytes.len());
        let bytes = submit.encode();
        assert_eq!(Submit::decode(&bytes), Ok(submit));
        inside(&shown::sms::fields(&bytes), 0..bytes.len());
        let bytes = report.encode();
        assert_eq!(DeliverReport::decode(&bytes), Ok(report));
        inside(&shown::sms::report_fields(&bytes), 0..bytes.len());
    }

    #[test]
    fn records_of_tls_come_back(record in strategies::record(), message in strategies::handshake()) {
        let bytes = record.encode();
        assert_eq!(Record::decode(&bytes), Ok(record));
        inside(&shown::tls::fields(&bytes), 0..bytes.len());
        assert_eq!(Handshake::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn secured_packets_come_back(
        packet in strategies::command_packet(),
        (asked, answer) in strategies::response_packet(),
    ) {
        let key = strategies::packet_key(packet.header.kic);
        let keys = Keys { ciphering: &key, checking: &key };
        match packet.encode(&keys) {
            Some(bytes) => assert_eq!(CommandPacket::open(&bytes, &keys), Ok(packet)),
            None => assert!(matches!(
                packet.header.spi.check,
                Check::Redundancy | Check::Signature
            )),
        }
        let key = strategies::packet_key(asked.kic);
        let keys = Keys { ciphering: &key, checking: &key };
        match answer.encode(&asked, &keys) {
            Some(bytes) => assert_eq!(ResponsePacket::open(&bytes, &asked, &keys), Some(answer)),
            None => assert!(matches!(
                asked.spi.receipt_check,
                Check::Redundancy | Check::Signature
            )),
        }
    }

    #[test]
    fn bodies_of_synchronisation_come_back(body in strategies::sync_body()) {
        assert_eq!(SyncBody::decode(&body.encode()), Ok(body));
    }

    #[test]
    fn http_comes_back(request in strategies::request(), response in strategies::response()) {
        let bytes = request.encode();
        assert_eq!(http::Request::decode(&bytes), Ok(Some((request, bytes.len()))));
        let bytes = response.encode();
        assert_eq!(http::Response::decode(&bytes), Ok(Some((response, bytes.len()))));
        // While octets are missing there is nothing to read, and no error either.
        for len in 0..bytes.len() {
            assert_eq!(http::Response::decode(&bytes[..len]), Ok(None), "{}", len);
        }
    }

    #[test]
    fn apdus_come_back(command in strategies::command_apdu(), response in strategies::response_apdu()) {
        assert_eq!(CommandApdu::decode(&command.encode()), Ok(command));
        assert_eq!(ResponseApdu::decode(&response.encode()), Ok(response));
    }

    #[test]
    fn objects_come_back(
        ber in strategies::card::tlv_objects(ber::Form::Ber),
        comprehension in strategies::card::tlv_objects(ber::Form::Comprehension),
    ) {
        for (form, objects) in [(ber::Form::Ber, ber), (ber::Form::Comprehension, comprehension)] {
            let bytes = ber::encode(&objects);
            assert_eq!(ber::decode(&bytes, form), Ok(objects));
            inside(&shown::ber::fields(&bytes), 0..bytes.len());
        }
    }

    #[test]
    fn what_a_reset_begins_with_comes_back(
        atr in strategies::card::atr(),
        pps in strategies::card::pps(),
        block in strategies::card::block(),
        packet in strategies::card::packet(),
    ) {
        assert_eq!(Atr::decode(&atr.encode()), Ok(atr));
        assert_eq!(Pps::decode(&pps.encode()), Ok(pps));
        for edc in [Edc::Lrc, Edc::Crc] {
            assert_eq!(Block::decode(&block.encode(edc), edc).as_ref(), Ok(&block));
        }
        assert_eq!(Packet::decode(&packet.encode()), Ok(packet));
    }

    #[test]
    fn what_files_hold_comes_back(
        (form, contents) in strategies::card::contents(),
        rule in strategies::card::rule(),
        status in strategies::card::pin_status(),
        objects in strategies::card::data_objects(),
        paths in prop::collection::vec(prop::collection::vec(any::<u16>(), 1..5), 0..5),
    ) {
        let room = match form {
            Form::DiallingNumber | Form::ServiceCentre => 60,
            Form::ServiceProviderName => 17,
            _ => 0,
        };
        assert_eq!(Contents::decode(Some(form), &contents.encode(room)), Ok(contents));
        assert_eq!(Rule::decode(&rule.encode()), Ok(rule));
        assert_eq!(PinStatus::decode(&status.encode()), Ok(status));
        assert_eq!(pkcs15::decode_dodf(&pkcs15::encode_dodf(&objects)), Ok(objects));
        assert_eq!(pkcs15::decode_odf(&pkcs15::encode_odf(&paths)), Ok(paths));
    }

    #[test]
    fn toolkit_messages_come_back(
        command in strategies::proactive_command(),
        response in strategies::terminal_response(),
        envelope in strategies::envelope(),
    ) {
        assert_eq!(ProactiveCommand::decode(&command.encode()), Ok(command));
        assert_eq!(TerminalResponse::decode(&response.encode()), Ok(response));
        assert_eq!(Envelope::decode(&envelope.encode()), Ok(envelope));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2025),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_bytes_make_a_codec_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_all(&bytes);
    }

    #[test]
    fn no_beginning_of_a_document_makes_a_codec_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        for head in [
            &[0x03, 0xA4, 0x01, 0x6A, 0x00][..],
            &[0x03, 0x0B, 0x6A, 0x00, 0xC5],
            &[0x02, 0x00, 0x00, 0x6A, 0x04, b'a', b'b', 0x00, b'c', 0x00, 0x02, 0x60],
            &[0xD0],
            &[0x01, 0x06],
        ] {
            check_all(&[head, &bytes].concat());
        }
    }

    #[test]
    fn no_damage_makes_a_codec_panic(bytes in damaged()) {
        check_all(&bytes);
    }
}
