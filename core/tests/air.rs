//! What comes over the air, against worked bytes: pushes of every content type, notifications of
//! other versions, short messages, secured packets, and all of them in one tree of fields.

#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::codec::notification::Package0;
use dmsc_core::codec::secured_packet::Keys;
use dmsc_core::codec::shown;
use dmsc_core::codec::sms::Deliver;
use dmsc_core::codec::toolkit::Envelope;
use dmsc_core::codec::wsp::{Push, Security, SecurityMethod, decode_notification};
use dmsc_core::codec::{Field, hex};

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// The first field of this name, wherever it lies.
fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find_map(|field| {
        let is_it = field.name == name;
        is_it
            .then_some(field)
            .or_else(|| find(&field.children, name))
    })
}

/// Value and place of a field that must be there.
fn value<'f>(fields: &'f [Field], name: &str) -> (&'f str, std::ops::Range<usize>) {
    let field = find(fields, name).unwrap_or_else(|| panic!("no {name} in {fields:#?}"));
    (&field.value, field.range.clone())
}

/// A Service Indication (WAP-167 §8; content type 2E).
const SERVICE_INDICATION: &str = "210601AE02056A0045C60C036E6577732E6578616D706C652F310007010354776F\
    206E6577207069637475726573000101";

/// A notification of a multimedia message (content type 3E, application 04).
const MMS: &str = "220603BEAF848C82985431008D928A808E020400880481020E1083687474703A2F2F6D6D732E65\
    78616D706C652F3100";

/// A provisioning document with SEC and MAC (content type 36); the PIN is 4711.
fn provisioning() -> Vec<u8> {
    bytes(include_str!("vectors/air/provisioning-mac.hex"))
}

#[test]
fn a_push_is_what_its_content_type_says() {
    let push = bytes(SERVICE_INDICATION);
    let fields = shown::wsp::fields(&push);
    assert_eq!(value(&fields, "Content-Type").0, "application/vnd.wap.sic");
    assert!(find(&fields, "Package #0").is_none());
    assert!(find(&fields, "digest").is_none());
    let (_, body) = value(&fields, "Service Indication, WBXML");
    assert_eq!(body, 4..push.len());
    // The body has the header of WBXML: version 1.2, public identifier SI 1.0.
    let body = find(&fields, "Service Indication, WBXML").unwrap();
    assert!(!body.children.is_empty() && body.children[0].range.start == 4);
    let indication = find(&body.children, "indication").unwrap();
    assert_eq!(
        indication.value,
        "href=http://news.example/1 action=signal-medium · Two new pictures"
    );
    assert!(decode_notification(&push).is_err());

    let push = bytes(MMS);
    let fields = shown::wsp::fields(&push);
    assert_eq!(
        value(&fields, "Content-Type"),
        ("application/vnd.wap.mms-message", 3..4)
    );
    assert_eq!(
        value(&fields, "X-Wap-Application-Id"),
        ("x-wap-application:mms.ua", 4..6)
    );
    assert_eq!(value(&fields, "MMS message").1, 6..push.len());
    assert!(find(&fields, "version").is_none());
    assert_eq!(
        Push::decode(&push).unwrap().to_string(),
        "WSP push 22, application/vnd.wap.mms-message, 42 octets"
    );

    // Types registered later have numbers of two octets.
    for (push, name, application, title) in [
        (
            "25 06 06 03 02 03 0A AF 89 03 0D 6A 00 85 07 03 78 00 05 01",
            "application/vnd.wap.emn+wbxml",
            "x-wap-application:emn.ua",
            "E-Mail Notification, WBXML",
        ),
        (
            "26 06 06 03 02 03 12 AF 90 00 11 22 33",
            "application/vnd.omaloc-supl-init",
            "x-oma-application:ulp.ua",
            "SUPL INIT",
        ),
        (
            "27 06 03 B0 AF 82 02 06 6A 00 85 06 0A 85 01",
            "application/vnd.wap.slc",
            "x-wap-application:wml.ua",
            "Service Loading, WBXML",
        ),
    ] {
        let fields = shown::wsp::fields(&bytes(push));
        assert_eq!(value(&fields, "Content-Type").0, name);
        assert_eq!(value(&fields, "X-Wap-Application-Id").0, application);
        assert!(find(&fields, title).is_some(), "{title}");
        assert!(find(&fields, "Package #0").is_none());
    }
}

#[test]
fn a_proof_is_shown_with_its_place_and_checked_with_the_pin() {
    let bytes = provisioning();
    let fields = shown::wsp::fields(&bytes);
    let (name, range) = value(&fields, "Content-Type");
    assert_eq!(
        (name, range),
        ("application/vnd.wap.connectivity-wbxml", 3..50)
    );
    assert_eq!(value(&fields, "SEC"), ("1 USERPIN", 6..8));
    assert_eq!(
        value(&fields, "MAC"),
        ("721AEFB4716317ADBD3AE0BF18FA4FD4C0928C01", 8..50)
    );
    let push = Push::decode(&bytes).unwrap();
    let Some(Security {
        method: SecurityMethod::UserPin,
        mac: Some(mac),
    }) = push.security()
    else {
        panic!("{:?}", push.security());
    };
    assert_eq!(mac[..2], [0x72, 0x1A]);
    assert_eq!(push.is_proved_by(&[], "4711"), Some(true));
    assert_eq!(push.is_proved_by(&[], "4712"), Some(false));
    let mut altered = push.clone();
    altered.body[10] ^= 1;
    assert_eq!(altered.is_proved_by(&[], "4711"), Some(false));
    let plain = Push::decode(&self::bytes(MMS)).unwrap();
    assert_eq!(plain.security(), None);
    assert_eq!(plain.is_proved_by(&[], "4711"), None);
}

/// The three methods over one document, each with its own MAC.
#[test]
fn every_method_has_its_key() {
    let document = bytes(include_str!("vectors/wbxml/prov-w7.hex"));
    let imsi = bytes("2926102143658709");
    for (method, mac) in [
        (0, "99FB2D3C9F2DBFC4E1E0C5398CF771F725EAEF0E"),
        (1, "825063B5903F82AFF9E0370EED075E77AFCC125D"),
        (2, "D3979E5C1F05F2871BF660A1B3B2F9A62FC4CFC9"),
    ] {
        let mut content_type = vec![0x1F, 0x2D, 0xB6, 0x91, 0x80 | method, 0x92];
        content_type.extend(mac.bytes());
        content_type.push(0);
        let push = Push {
            push_id: 1,
            content_type,
            headers: Vec::new(),
            body: document.clone(),
        };
        assert_eq!(Push::decode(&push.encode()).as_ref(), Ok(&push));
        assert_eq!(push.is_proved_by(&imsi, "1234"), Some(true), "{method}");
        assert_eq!(push.is_proved_by(&imsi[1..], "1235"), Some(false));
    }
}

/// Notifications of Data Synchronization have version 1.2 and a body of their own.
#[test]
fn a_notification_of_another_version_is_remarked_and_its_body_is_that_of_synchronisation() {
    for (notification, session) in [
        (
            "01203B951A0E2711CB01D254CDF2F15C032800000000190B70696D2E6578616D706C65106000000005\
             4E6F746573",
            "19",
        ),
        (
            "6589EDEC745685E81EF6E63320A03B68032800000000420B70696D2E6578616D706C65106000000005\
             4E6F746573",
            "42",
        ),
    ] {
        let bytes = bytes(notification);
        let package = Package0::decode(&bytes).unwrap();
        assert_eq!((package.version, &*package.server_id), (12, "pim.example"));
        let body = package.sync_body().unwrap();
        assert_eq!(body.syncs.len(), 1);
        assert_eq!(body.syncs[0].server_uri, "Notes");
        assert_eq!(package.encode(), bytes);
        let fields = shown::notification::fields(&bytes);
        let version = find(&fields, "version").unwrap();
        assert_eq!(version.value, "12 (1.2)");
        assert!(version.note.contains("drops the message"));
        assert_eq!(value(&fields, "sessionid").0, session);
        assert_eq!(value(&fields, "ui-mode").0, "10 informative");
        assert_eq!(
            value(&fields, "sync-type"),
            ("206 two-way by server", 36..37)
        );
        assert_eq!(value(&fields, "server-uri"), ("Notes", 41..46));
        let body = find(&fields, "trigger-body").unwrap();
        assert_ne!(body.note, "vendor-specific");
    }
}

#[test]
fn a_text_is_read_in_every_alphabet() {
    let tpdu = bytes("040B910100000000F000006211224172650005C8329BFD06");
    let message = Deliver::decode(&tpdu).unwrap();
    assert_eq!(message.text().as_deref(), Some("Hello"));
    assert_eq!(message.encode(), tpdu);
    assert_eq!(
        message.to_string(),
        "SMS-DELIVER from +10000000000, \"Hello\""
    );
    let fields = shown::sms::fields(&tpdu);
    assert_eq!(value(&fields, "TP-OA"), ("+10000000000", 1..9));
    assert_eq!(
        value(&fields, "TP-SCTS"),
        ("2026-11-22 14:27:56 +00:00", 11..18)
    );
    assert_eq!(value(&fields, "TP-UD"), ("Hello", 19..24));

    for (dcs, data, text) in [
        (0x08, &[0x04, 0x10, 0x20, 0xAC][..], Some("А€")),
        (0x04, b"push", None),
        (0x11, &[0x48, 0x69, 0x1B, 0x65], Some("Hi€")),
    ] {
        let other = Deliver {
            dcs,
            data: data.to_vec(),
            ..message.clone()
        };
        assert_eq!(other.text().as_deref(), text);
        assert_eq!(Deliver::decode(&other.encode()), Ok(other.clone()));
        let fields = shown::sms::fields(&other.encode());
        assert_eq!(value(&fields, "TP-UD").0, text.unwrap_or("push"));
    }
    // Twenty-one bits of header are three septets; the text begins behind them.
    let part = Deliver {
        header: Some(vec![dmsc_core::codec::sms::Element {
            id: 0x08,
            data: vec![0x12, 0x34, 2, 1],
        }]),
        ..message
    };
    let encoded = part.encode();
    assert_eq!(
        Deliver::decode(&encoded).unwrap().text().as_deref(),
        Some("Hello")
    );
    let fields = shown::sms::fields(&encoded);
    assert_eq!(
        value(&fields, "part of a long message").0,
        "08 part 1 of 2, reference 1234"
    );
}

/// Envelope, TPDU, user data header and command header in one tree.
#[test]
fn a_secured_packet_is_shown_through_all_that_carries_it() {
    let bytes = bytes(
        "D146820283818B40440B910100000000F07FF6621122417265002D02700000281506091212B00011FB26489CE5\
         57D7C12611FB911E4C7B2A00DB3F37F122E8EF915D71294EB104C4",
    );
    assert!(matches!(
        Envelope::decode(&bytes),
        Ok(Envelope::SmsPpDownload { .. })
    ));
    let fields = shown::toolkit::fields(&bytes);
    let at = |name: &str| value(&fields, name);
    assert_eq!(at("Tag").0, "D1 SMS-PP download");
    assert_eq!(at("Device identities").0, "network → UICC");
    assert_eq!(at("SMS TPDU").1, 6..72);
    assert_eq!(at("TP-OA"), ("+10000000000", 9..17));
    assert_eq!(at("TP-PID").0, "7F (U)SIM data download");
    assert_eq!(at("TP-DCS").0, "F6 8-bit data, class 2");
    assert_eq!(at("command packet"), ("70", 28..30));
    assert_eq!(at("SPI").1, 33..35);
    assert_eq!(
        at("command").0,
        "cryptographic checksum, ciphered, no counter"
    );
    assert_eq!(at("KIc"), ("12 key 1, AES", 35..36));
    assert_eq!(at("TAR"), ("B00011 remote file management, USIM", 37..40));
    assert_eq!(at("ciphered").1, 40..72);
    // Each lies inside the one that carries it.
    let tpdu = find(&fields, "SMS TPDU").unwrap();
    let user_data = find(&tpdu.children, "TP-UD").unwrap();
    assert!(find(&user_data.children, "TAR").is_some());
}

#[test]
fn keys_open_what_is_ciphered() {
    let packet = bytes(
        "00281516090202B00000C450FC44C5335BD88E6C5CE824312298BEAB3190EE4B0D0793CFBFD17055B7C8",
    );
    let closed = shown::secured_packet::command_fields(&packet);
    assert_eq!(value(&closed, "SPI").0, "16 09");
    assert_eq!(value(&closed, "KIc").0, "02 key 0, AES");
    assert_eq!(value(&closed, "KID").0, "02 key 0, AES");
    assert_eq!(
        value(&closed, "TAR").0,
        "B00000 remote file management, SIM"
    );
    assert!(find(&closed, "CNTR").is_none());
    let ciphering = bytes("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    let checking = bytes("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF");
    let keys = Keys {
        ciphering: &ciphering,
        checking: &checking,
    };
    let opened = shown::secured_packet::opened_fields(&packet, &keys);
    assert_eq!(value(&opened, "CNTR"), ("0000000001", 10..15));
    assert_eq!(
        value(&opened, "Secured data"),
        ("00 A4 00 04 02 2F E2", 24..31)
    );
    let check = find(&opened, "RC/CC/DS").unwrap();
    assert_eq!(check.note, "cryptographic checksum, right by these keys");
    let wrong = Keys {
        checking: &ciphering,
        ..keys
    };
    let opened = shown::secured_packet::opened_fields(&packet, &wrong);
    let check = find(&opened, "RC/CC/DS").unwrap();
    assert_eq!(check.note, "cryptographic checksum, wrong by these keys");
}

/// Names of what a terminal may tell of commands, events and channels.
#[test]
fn names_are_those_of_the_standard() {
    let event = Envelope::decode(&bytes("D60799011282028381")).unwrap();
    assert_eq!(event.to_string(), "network rejection");
    let response = bytes("81030111008202828183 02 349D");
    let fields = shown::toolkit::object_fields(&response);
    assert_eq!(
        value(&fields, "Additional information").0,
        "9D return error 9D"
    );
    assert_eq!(
        value(&fields, "Result").0,
        "supplementary service error, return error 9D"
    );
    let status = shown::toolkit::object_fields(&bytes("B8020000"));
    assert_eq!(value(&status, "Channel status").0, "no channel available");
}
