//! Tests of edits as text, and of what they do to bytes.

use super::text::change_of;
use super::*;
use crate::codec::hex;
use crate::codec::syncml::{Encoding, Message};
use crate::trace::Content;

#[test]
fn every_change_comes_back_from_its_text() {
    for text in [
        "41:drop",
        "message-sent.2:drop",
        "message-sent:double",
        "notification-sent:delay=30000",
        "notification-sent:swap",
        "notification-sent:flip=10.FF",
        "http-response-sent.2:set=9.353030",
        "message-sent.2:cut=100",
        "message-sent.2:value=SyncHdr/VerProto=DM/2.0",
        "http-request-sent:value=Content-Type=text/plain; charset=utf-8",
        "command-apdu-sent.3:value=P2=0C",
        "message-sent:without=SyncHdr/Cred",
        "response-apdu-sent.7:replace=6F00",
        "message-sent.2:replace-xml=<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr/></SyncML>",
        "message-sent.4:replay=2",
        "user-asked:answer=reject",
        "user-asked:answer=text.0 = nothing",
        "user-asked:answer=choose.1,3",
        "dialog-shown:answer=none",
        "command-applied.2:card-out",
        "session-ended:card-in",
        "session-ended.2:again",
        "message-sent.2:again=now",
        "command-apdu-sent.30:power-cut=3",
        "7:power-cut",
        "command-applied:device-power-cut",
        "user-asked:tree-full",
        "card-started:card-full",
        "web-server-opened:expire",
        "web-server-opened:network-gone",
        "session-ended:network-back",
    ] {
        let edit: Edit = text.parse().unwrap();
        assert_eq!(edit.to_string(), text);
    }
}

#[test]
fn what_is_no_edit_says_what_would_be_one() {
    for (text, word) in [
        ("", "PLACE:CHANGE"),
        ("drop", "PLACE:CHANGE"),
        ("packet.1:drop", "there is no kind of step"),
        ("message-sent.0:drop", "the first is 1"),
        ("message-sent.99999:drop", "the first is 1"),
        ("-1:drop", "there is no kind of step"),
        ("1:burn", "there is no change"),
        ("1:drop=2", "takes no value"),
        ("1:delay=x", "takes a number"),
        ("1:delay=86400001", "86400000"),
        ("1:flip=2.00", "bits to turn over"),
        ("1:flip=2.0F0F", "bits to turn over"),
        ("1:set=2.", "set takes bytes"),
        ("1:set=2.F", "hex"),
        ("1:value=SyncHdr", "a part and its value"),
        ("1:value==x", "a part and its value"),
        ("1:without", "takes a part"),
        ("1:replace-xml=<a>", "takes a document: at byte"),
        ("1:replay=0", "the number of an earlier message"),
        ("1:answer=maybe", "accept, reject"),
        ("1:answer=choose.x", "choose.1,2"),
        ("1:again=later", "again=now"),
        ("user-asked:drop", "no message crosses there"),
        ("user-asked:value=a=b", "no message crosses there"),
        ("response-apdu-sent:double", "a response comes once"),
        ("message-sent:swap", "answered before the next"),
        ("http-request-sent:replace-xml=<a/>", "no document crosses"),
        ("envelope-sent:drop", "do that to the APDU"),
        ("envelope-sent:swap", "do that to the APDU"),
        ("message-sent:answer=reject", "nobody is asked there"),
    ] {
        let error = text.parse::<Edit>().unwrap_err();
        assert!(error.reason.contains(word), "{text}: {error}");
    }
    let long = format!("1:value=a={}", "x".repeat(200_000));
    let error = long.parse::<Edit>().unwrap_err();
    assert!(error.reason.contains("at most"), "{}", error.reason);
}

fn altered(change: &str, sent: &[u8], content: Content) -> Result<Vec<u8>, String> {
    change_of(change).unwrap().altered(sent, content, None)
}

#[test]
fn a_change_beyond_the_message_is_refused() {
    let of = |change: &str, sent: &[u8]| altered(change, sent, Content::None);
    assert_eq!(of("flip=1.81", &[0, 1]), Ok(vec![0, 0x80]));
    assert_eq!(of("set=1.AABB", &[0, 1, 2]), Ok(vec![0, 0xAA, 0xBB]));
    assert_eq!(of("cut=1", &[5, 6]), Ok(vec![5]));
    for text in ["flip=2.01", "set=1.AABB", "cut=3", "replay=1"] {
        assert!(of(text, &[0, 1]).is_err(), "{text}");
    }
}

const MESSAGE: &str = "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD>\
    <VerProto>DM/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID>\
    <Target><LocURI>a</LocURI></Target><Source><LocURI>b</LocURI></Source>\
    <Meta><MaxMsgSize xmlns='syncml:metinf'>4096</MaxMsgSize></Meta></SyncHdr>\
    <SyncBody><Alert><CmdID>1</CmdID><Data>1200</Data></Alert><Final/></SyncBody></SyncML>";

#[test]
fn an_element_of_a_document_has_another_value_or_is_left_out() {
    let xml = Message::decode(MESSAGE.as_bytes(), Encoding::Xml).unwrap();
    let wbxml = xml.encode(Encoding::Wbxml);
    let cases = [(wbxml, Content::SyncmlWbxml, Encoding::Wbxml)];
    let cases = cases.into_iter().chain([(
        MESSAGE.as_bytes().to_vec(),
        Content::SyncmlXml,
        Encoding::Xml,
    )]);
    for (sent, content, encoding) in cases {
        let read = |change: &str| {
            let bytes = altered(change, &sent, content).unwrap();
            Message::decode(&bytes, encoding)
        };
        let mut expected = xml.clone();
        expected.hdr.ver_proto = "DM/2.0".to_owned();
        assert_eq!(read("value=SyncHdr/VerProto=DM/2.0").unwrap(), expected);
        assert_eq!(read("value=VerProto=DM/2.0").unwrap(), expected);
        let mut expected = xml.clone();
        expected.hdr.source.uri = "c".to_owned();
        assert_eq!(read("value=LocURI[2]=c").unwrap(), expected);
        let mut expected = xml.clone();
        expected.commands.clear();
        assert_eq!(read("without=Alert").unwrap(), expected);
        // A message that nobody would write is sent all the same.
        assert!(read("without=SyncHdr/Source").is_err());
        assert_eq!(read("value=SyncHdr/VerProto=DM/1.2").unwrap(), xml);
        for (change, word) in [
            ("without=Cred", "has no Cred"),
            ("value=LocURI[3]=x", "has no LocURI[3]"),
            ("value=LocURI[0]=x", "counts from 1"),
        ] {
            let why = altered(change, &sent, content).unwrap_err();
            assert!(why.contains(word), "{change}: {why}");
        }
    }
}

#[test]
fn a_document_as_xml_is_sent_as_the_one_in_its_place_was() {
    let message = Message::decode(MESSAGE.as_bytes(), Encoding::Xml).unwrap();
    let wbxml = message.encode(Encoding::Wbxml);
    let change = format!("replace-xml={MESSAGE}");
    let sent = [0x03, 0x01, 0x6A, 0x00];
    let bytes = altered(&change, &sent, Content::SyncmlWbxml).unwrap();
    assert_eq!(hex::encode(&bytes), hex::encode(&wbxml));
    let bytes = altered(&change, b"<SyncML/>", Content::SyncmlXml).unwrap();
    assert_eq!(bytes, MESSAGE.as_bytes());
}

#[test]
fn a_header_has_another_value_comes_or_goes() {
    let sent = b"POST /dm HTTP/1.1\r\nContent-Type: a/b\r\nContent-Length: 1\r\n\r\nx";
    let of = |change: &str| {
        let bytes = altered(change, sent, Content::HttpRequest)?;
        Ok::<_, String>(String::from_utf8(bytes).unwrap())
    };
    let with = |head: &str| format!("POST /dm HTTP/1.1\r\n{head}\r\n\r\nx");
    assert_eq!(
        of("value=content-type=text/plain").unwrap(),
        with("content-type: text/plain\r\nContent-Length: 1")
    );
    assert_eq!(
        of("value=X=1").unwrap(),
        with("Content-Type: a/b\r\nContent-Length: 1\r\nX: 1")
    );
    assert_eq!(
        of("without=Content-Type").unwrap(),
        with("Content-Length: 1")
    );
    assert!(of("without=Host").unwrap_err().contains("no header Host"));
    assert!(altered("without=Host", b"POST", Content::HttpRequest).is_err());
}

#[test]
fn a_field_of_bytes_has_another_value_or_is_left_out() {
    let sent = [0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00];
    let of = |change: &str| altered(change, &sent, Content::CommandApdu);
    assert_eq!(of("value=P2=04").unwrap()[3], 0x04);
    assert_eq!(of("without=P2").unwrap().len(), 6);
    assert!(of("value=P9=04").unwrap_err().contains("no field P9"));
    assert!(of("value=P2=zz").unwrap_err().contains("hex"));
}
