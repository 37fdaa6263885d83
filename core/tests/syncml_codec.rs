//! Messages: strict in writing, tolerant in reading, clear in refusing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::PathBuf;

use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Data, Encoding, Item, ItemCommand, Location, Message, Meta,
    StatusCode, SyncHdr,
};
use dmsc_core::codec::{hex, shown, tnds, wbxml, xml};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/syncml")
        .join(name)
}

fn message(commands: Vec<Command>) -> Message {
    Message {
        hdr: SyncHdr {
            ver_dtd: "1.2".into(),
            ver_proto: "DM/1.2".into(),
            session_id: "1".into(),
            msg_id: "1".into(),
            target: Location::new("a"),
            source: Location::new("b"),
            ..SyncHdr::default()
        },
        commands,
        is_final: true,
    }
}

fn replace(format: Option<&str>, data: Data) -> Message {
    message(vec![Command::Replace(ItemCommand {
        cmd_id: "1".into(),
        items: vec![Item {
            target: Some(Location::new("./n")),
            meta: Meta {
                format: format.map(str::to_owned),
                ..Meta::default()
            },
            data: Some(data),
            ..Item::default()
        }],
        ..ItemCommand::default()
    })])
}

fn data_of(message: &Message) -> (Option<String>, Data) {
    match message.commands.as_slice() {
        [Command::Replace(replace)] => {
            let item = replace.items[0].clone();
            (item.meta.format, item.data.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

/// Shows REP-7.
#[test]
fn puts_a_messy_message_in_order() {
    let text = fs::read(file("messy.xml")).unwrap();
    let message = Message::decode_xml(&text).unwrap();
    let tidy = message.encode_xml();
    let bytes = message.encode_wbxml();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        fs::write(file("messy.tidy.xml"), format!("{tidy}\n")).unwrap();
        let digits = hex::encode(&bytes);
        let lines: Vec<&str> = digits
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        fs::write(file("messy.hex"), lines.join("\n") + "\n").unwrap();
    }
    assert_eq!(
        tidy,
        fs::read_to_string(file("messy.tidy.xml"))
            .unwrap()
            .trim_end()
    );
    let expected = fs::read_to_string(file("messy.hex")).unwrap();
    assert_eq!(bytes, hex::decode(&expected).unwrap());
    // The same message by every road.
    assert_eq!(Message::decode_wbxml(&bytes).unwrap(), message);
    assert_eq!(Message::decode_xml(tidy.as_bytes()).unwrap(), message);
    let shown = wbxml::to_xml(&bytes).unwrap();
    assert_eq!(Message::decode_xml(shown.as_bytes()).unwrap(), message);
}

#[test]
fn reads_what_the_messy_message_says() {
    let message = Message::decode_xml(&fs::read(file("messy.xml")).unwrap()).unwrap();
    assert!(message.is_final && message.hdr.no_resp);
    assert_eq!(message.hdr.source.name.as_deref(), Some("user"));
    assert_eq!(message.hdr.meta.max_obj_size, Some(900));
    assert_eq!(message.hdr.meta.other[0].name(), "EMI");
    assert_eq!(
        message.hdr.resp_uri.as_deref(),
        Some("http://x/next?s=1&t=2")
    );
    let names: Vec<&str> = message.commands.iter().map(Command::name).collect();
    let expected = [
        "Status", "Alert", "Alert", "Sequence", "Get", "Replace", "Results", "Put",
    ];
    assert_eq!(names, expected);
    let ids: Vec<&str> = message.commands.iter().map(Command::cmd_id).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "10", "11", "12", "13"]);
    let [
        Command::Status(status),
        Command::Alert(generic),
        Command::Alert(choice),
        Command::Sequence(sequence),
        _,
        Command::Replace(big),
        Command::Results(results),
        _,
    ] = message.commands.as_slice()
    else {
        panic!("{names:?}")
    };
    assert_eq!(status.code, StatusCode::AUTHENTICATION_REQUIRED);
    assert_eq!(status.msg_ref, "1");
    let chal = &status.chal.as_ref().unwrap().meta;
    assert_eq!(chal.media_type.as_deref(), Some("syncml:auth-md5"));
    assert_eq!(chal.next_nonce.as_deref(), Some("Tm9uY2U="));
    assert_eq!(generic.code, AlertCode::GENERIC);
    assert_eq!(generic.correlator.as_deref(), Some("c1"));
    assert_eq!(generic.items[0].meta.mark.as_deref(), Some("critical"));
    assert_eq!(choice.items[0], Item::default());
    assert_eq!(
        choice.items[1].data,
        Some(Data::Text("Pick <one> & go".into()))
    );
    let Command::Atomic(atomic) = &sequence.commands[0] else {
        panic!("{sequence:?}")
    };
    let Command::Add(add) = &atomic.commands[0] else {
        panic!("{atomic:?}")
    };
    assert_eq!(add.meta.format.as_deref(), Some("xml"));
    let Some(Data::Markup(tree)) = &add.items[0].data else {
        panic!("{add:?}")
    };
    assert_eq!((tree.name(), tree.page), ("MgmtTree", 2));
    let tree = tnds::Document::from_element(tree).unwrap();
    assert_eq!(tree.nodes[0].value.as_deref(), Some(&[0, 1, 2][..]));
    assert!(big.items[0].more_data);
    assert_eq!(big.items[0].meta.size, Some(5000));
    assert_eq!(big.items[0].data, Some(Data::Text("<raw> & more".into())));
    assert_eq!(results.items[0].data, Some(Data::Text(String::new())));
}

/// Shows REP-13.
#[test]
fn keeps_binary_data_through_xml() {
    let bytes = vec![0x03, 0x00, 0xFF, b'<'];
    let message = replace(Some("bin"), Data::Opaque(bytes.clone()));
    let decoded = Message::decode_wbxml(&message.encode_wbxml()).unwrap();
    assert_eq!(decoded, message);
    // XML has no octets: Format tells the receiver to undo base64 (DM TND §7.7.2).
    let from_xml = Message::decode_xml(message.encode_xml().as_bytes()).unwrap();
    assert_eq!(
        data_of(&from_xml),
        (Some("b64".into()), Data::Text("AwD/PA==".into()))
    );
    // A toolkit that writes text as OPAQUE means text.
    let text = replace(None, Data::Opaque(b"<a> & b".to_vec()));
    let from_xml = Message::decode_xml(text.encode_xml().as_bytes()).unwrap();
    assert_eq!(data_of(&from_xml), (None, Data::Text("<a> & b".into())));
    // Text that neither encoding can carry as text.
    let nul = replace(None, Data::Text("a\0b".into()));
    let decoded = Message::decode_wbxml(&nul.encode_wbxml()).unwrap();
    assert_eq!(data_of(&decoded), (None, Data::Opaque(b"a\0b".to_vec())));
    let from_xml = Message::decode_xml(nul.encode_xml().as_bytes()).unwrap();
    assert_eq!(
        data_of(&from_xml),
        (Some("b64".into()), Data::Text("YQBi".into()))
    );
    // Line ends and odd characters survive.
    let odd = replace(None, Data::Text(" a\r\nb\tc\n]]>\u{1F600} ".into()));
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        assert_eq!(
            Message::decode(&odd.encode(encoding), encoding).unwrap(),
            odd
        );
    }
}

#[test]
fn an_alert_may_lack_its_code() {
    let alert = Alert {
        cmd_id: "1".into(),
        ..Alert::default()
    };
    let message = message(vec![Command::Alert(alert)]);
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let bytes = message.encode(encoding);
        assert_eq!(Message::decode(&bytes, encoding).unwrap(), message);
    }
}

#[test]
fn media_types_name_the_encoding() {
    for encoding in [Encoding::Wbxml, Encoding::Xml] {
        let media_type = encoding.media_type();
        assert_eq!(Encoding::from_media_type(media_type), Some(encoding));
        let decorated = format!("{} ; charset=utf-8", media_type.to_uppercase());
        assert_eq!(Encoding::from_media_type(&decorated), Some(encoding));
    }
    assert_eq!(Encoding::from_media_type("text/html"), None);
    let json = serde_json::to_string(&Encoding::Wbxml).unwrap();
    assert_eq!(
        serde_json::from_str::<Encoding>(&json).unwrap(),
        Encoding::Wbxml
    );
}

#[test]
fn says_what_is_wrong_and_where() {
    let hdr = "<SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID>\
        <MsgID>1</MsgID><Target><LocURI>a</LocURI></Target><Source><LocURI>b</LocURI></Source></SyncHdr>";
    let with = |body: &str| format!("<SyncML>\n{hdr}<SyncBody>{body}</SyncBody></SyncML>");
    let cases = [
        ("".to_owned(), "a root element", ""),
        ("<MgmtTree/>".to_owned(), "SyncML", "<MgmtTree"),
        (with("<Get><Item/></Get>"), "CmdID in Get", "<Get>"),
        (
            with("<Get><CmdID>1</CmdID><CmdID>2</CmdID></Get>"),
            "one CmdID",
            "<CmdID>2",
        ),
        (
            with(
                "<Status><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>Get</Cmd><Data>OK</Data></Status>",
            ),
            "a decimal number in Data",
            "<Data>OK",
        ),
        (
            with("<Get><CmdID>1</CmdID><Meta><Size>-1</Size></Meta></Get>"),
            "a decimal number in Size",
            "<Size>-1",
        ),
        (
            with("<Get><CmdID>1</CmdID><Item><Target/></Item></Get>"),
            "LocURI in Target",
            "<Target/>",
        ),
        (
            "<SyncML><SyncBody/></SyncML>".to_owned(),
            "SyncHdr in SyncML",
            "<SyncML>",
        ),
        (with("<Get>&unknown;</Get>"), "&lt;", "&unknown;"),
        (
            "<SyncML/><SyncML/>".to_owned(),
            "one root element",
            "<SyncML/>",
        ),
    ];
    for (text, expected, at) in cases {
        let error = Message::decode_xml(text.as_bytes()).unwrap_err();
        assert!(error.expected.contains(expected), "{text}: {error}");
        assert!(text[error.offset..].starts_with(at), "{text}: {error}");
        let fields = shown::syncml::fields(text.as_bytes(), Encoding::Xml);
        let unreadable = fields.last().is_some_and(|f| f.name == "unreadable");
        assert_eq!(
            unreadable,
            xml::document(text.as_bytes()).is_err(),
            "{text}"
        );
    }
    assert_eq!(xml::line_column("ab\ncé<".as_bytes(), 6), (2, 3));
    assert_eq!(xml::line_column(b"", 10), (1, 1));

    let good = message(Vec::new()).encode_wbxml();
    let error = Message::decode_wbxml(&good[..good.len() - 1]).unwrap_err();
    assert_eq!(error.offset, good.len() - 1);
    assert_eq!(error.expected, "END of SyncML");
    let fields = shown::wbxml::fields(&good[..good.len() - 1]);
    assert_eq!(fields.last().unwrap().name, "unreadable");
    // Everything that could be read is still there.
    assert!(fields.iter().any(|field| field.name == "SyncML"));
}

#[test]
fn xml_fields_have_the_bytes_of_the_text() {
    let text = replace(None, Data::Text("x".into())).encode_xml();
    let fields = shown::syncml::fields(text.as_bytes(), Encoding::Xml);
    let mut field = &fields[0];
    for name in ["SyncBody", "Replace", "Item", "Data"] {
        field = field.children.iter().find(|f| f.name == name).unwrap();
    }
    assert_eq!(&text[field.range.clone()], "<Data>x</Data>");
    assert_eq!(field.value, "x");
}

/// Every element a command may have in the document type, in its order (SyncML RepPro DTD).
const WHOLE: &str = "<Alert><CmdID>1</CmdID><NoResp/><Cred><Data>a</Data></Cred><Data>1226</Data>\
    <Correlator>c</Correlator><Item><Source><LocURI>./s</LocURI><LocName>n</LocName></Source>\
    <Meta><Format xmlns='syncml:metinf'>chr</Format><Type xmlns='syncml:metinf'>x/y</Type>\
    <Mark xmlns='syncml:metinf'>minor</Mark></Meta><Data>d</Data></Item></Alert>\
    <Get><CmdID>2</CmdID><NoResp/><Lang>en</Lang><Cred><Data>a</Data></Cred>\
    <Meta><Type xmlns='syncml:metinf'>x/y</Type></Meta><Item><Target><LocURI>./t</LocURI></Target></Item></Get>\
    <Delete><CmdID>3</CmdID><NoResp/><Archive/><SftDel/><Item><Target><LocURI>./t</LocURI></Target></Item></Delete>\
    <Add><CmdID>4</CmdID><Item><Target><LocURI>./t</LocURI></Target><Source><LocURI>./s</LocURI></Source>\
    <SourceParent><LocURI>./p</LocURI></SourceParent><TargetParent><LocURI>./q</LocURI></TargetParent>\
    <Meta><Size xmlns='syncml:metinf'>9</Size></Meta><Data>d</Data><MoreData/></Item></Add>\
    <Exec><CmdID>5</CmdID><Meta><Type xmlns='syncml:metinf'>x/y</Type></Meta><Correlator>k</Correlator>\
    <Item><Target><LocURI>./t</LocURI></Target></Item></Exec>\
    <Results><CmdID>6</CmdID><MsgRef>1</MsgRef><CmdRef>2</CmdRef><Meta><Type xmlns='syncml:metinf'>x/y</Type></Meta>\
    <TargetRef>./t</TargetRef><SourceRef>./s</SourceRef><Item><Data>d</Data></Item></Results>\
    <Status><CmdID>7</CmdID><MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><TargetRef>a</TargetRef>\
    <TargetRef>b</TargetRef><SourceRef>c</SourceRef><Cred><Data>a</Data></Cred>\
    <Chal><Meta><Type xmlns='syncml:metinf'>syncml:auth-md5</Type></Meta></Chal><Data>401</Data>\
    <Item><Data>d</Data></Item></Status>\
    <Atomic><CmdID>8</CmdID><NoResp/><Meta><Type xmlns='syncml:metinf'>x/y</Type></Meta>\
    <Sequence><CmdID>9</CmdID></Sequence></Atomic>";

/// Shows REP-7.
#[test]
fn keeps_and_orders_every_element_of_the_document_type() {
    let empty = message(Vec::new()).encode_xml();
    let text = empty.replace("<Final/>", &format!("{WHOLE}<Final/>"));
    let read = Message::decode_xml(text.as_bytes()).unwrap();
    assert_eq!(read.encode_xml(), text);
    let across = Message::decode_wbxml(&read.encode_wbxml()).unwrap();
    assert_eq!(across.encode_xml(), text);
    let Command::Alert(alert) = &read.commands[0] else {
        panic!("{read:?}")
    };
    assert!(alert.no_resp && alert.correlator.is_some());
    // The other way round they are put in order again, but for the places DM knows nothing of.
    let hdr = text.find("<SyncBody>").unwrap();
    let messy = text[hdr..]
        .replace("<Correlator>c</Correlator>", "")
        .replace("<NoResp/><Cred>", "<Correlator>c</Correlator><Cred>")
        .replace("<Data>1226</Data>", "<Data>1226</Data><NoResp/>");
    let messy = format!("{}{messy}", &text[..hdr]);
    let put = Message::decode_xml(messy.as_bytes()).unwrap();
    assert_eq!(put.commands[0], read.commands[0]);
}

#[test]
fn a_name_spelt_out_is_the_name_of_its_token() {
    let message = replace(None, Data::Text("x".into()));
    let bytes = message.encode_wbxml();
    // String table "Data"; LITERAL_C in place of its tag.
    let at = bytes.iter().rposition(|byte| *byte == 0x4F).unwrap();
    let spelt = [
        &bytes[..4],
        b"\x05Data\0",
        &bytes[5..at],
        &[0x44, 0x00],
        &bytes[at + 1..],
    ];
    assert_eq!(Message::decode_wbxml(&spelt.concat()).unwrap(), message);
}
