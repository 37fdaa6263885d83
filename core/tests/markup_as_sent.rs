//! Documents as others send them: with something behind, without a kind, with markup of vendors.
//! What cannot be right is refused with its place; what is not kept is said.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::markup::document::Document as Arena;
use dmsc_core::codec::syncml::{Command, Data, Message};
use dmsc_core::codec::vocabulary::wbxml::Vocabulary;
use dmsc_core::codec::{DecodeError, Field, ddf, devinf, hex, prov, shown, tnds, wbxml, xml};

/// A provisioning document with one parameter: NAPDEF, NAPID = QUAY.
const PROV: &str = "03 0B 6A 00 45 C6 55 01 87 11 06 03 51 55 41 59 00 01 01 01";

fn message(inside: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<SyncML xmlns='SYNCML:SYNCML1.2' xmlns:v='urn:example:vendor'>\
         <SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto><SessionID>1</SessionID>\
         <MsgID>1</MsgID><Target><LocURI>IMEI:004999010640000</LocURI></Target><Source>\
         <LocURI>http://dm.example/dm</LocURI></Source></SyncHdr><SyncBody>{inside}<Final/>\
         </SyncBody></SyncML>"
    )
}

fn replace(data: &str) -> String {
    message(&format!(
        "<Replace><CmdID>2</CmdID><Item><Target><LocURI>./Radio/Plan</LocURI></Target><Data>\
         {data}</Data></Item></Replace>"
    ))
}

fn remarks(document: &Arena<'_>) -> Vec<(usize, String)> {
    let remarks = shown::remarks(document).into_iter();
    remarks
        .map(|(at, words)| (at, words.into_owned()))
        .collect()
}

fn notes(fields: &[Field], name: &str, out: &mut Vec<String>) {
    for field in fields {
        if field.name == name {
            out.push(field.note.clone().into_owned());
        }
        notes(&field.children, name, out);
    }
}

#[test]
fn what_follows_the_root_is_refused_with_its_place() {
    let whole = hex::decode(PROV).unwrap();
    assert!(prov::Document::decode_wbxml(&whole).is_ok());
    let mut longer = whole.clone();
    longer.extend([0x00, 0x11]);
    let error = prov::Document::decode_wbxml(&longer).unwrap_err();
    assert_eq!((error.offset, &*error.found), (whole.len(), "00"));
    assert_eq!(error.clause, "WBXML §5.3");
    assert_eq!(wbxml::decode(&longer).unwrap_err(), error);
    // Files of a card have padding, and ask for that.
    let (_, used) = prov::Document::decode_wbxml_prefix(&longer).unwrap();
    assert_eq!(used, whole.len());
}

#[test]
fn instructions_may_follow_the_root() {
    let mut bytes = hex::decode(PROV).unwrap();
    // PI, attribute start `value`, a string, END; twice.
    for _ in 0..2 {
        bytes.extend([0x43, 0x06, 0x03, b'x', 0x00, 0x01]);
    }
    let document = wbxml::document(&bytes).unwrap();
    assert_eq!(document.used, bytes.len());
    assert!(prov::Document::decode_wbxml(&bytes).is_ok());
    let fields = shown::wbxml::fields(&bytes);
    assert_eq!(fields.iter().filter(|field| field.name == "PI").count(), 2);
    // One that is cut off is an error at the end.
    bytes.truncate(bytes.len() - 1);
    assert_eq!(wbxml::document(&bytes).unwrap_err().offset, bytes.len());
    // A second element is none.
    bytes.push(0x01);
    bytes.push(0x05);
    let error = wbxml::document(&bytes).unwrap_err();
    assert_eq!((error.offset, &*error.found), (bytes.len() - 1, "05"));
}

#[test]
fn the_told_kind_counts_where_the_header_says_none() {
    let mut bytes = hex::decode(PROV).unwrap();
    let known = prov::Document::decode_wbxml(&bytes).unwrap();
    bytes[1] = 0x01;
    assert_eq!(prov::Document::decode_wbxml(&bytes).unwrap(), known);
    let parm = &known.characteristics[0].parms[0];
    assert_eq!(
        (&*parm.name, parm.value.as_deref()),
        ("NAPID", Some("QUAY"))
    );
    let document = &shown::prov::fields(&bytes)[4];
    assert_eq!(document.name, "wap-provisioningdoc");
    assert_eq!(document.children[0].value, "NAPDEF");
    // Nobody tells the kind here.
    assert_eq!(
        wbxml::document(&bytes).unwrap().vocabulary,
        Vocabulary::Unknown
    );
    // A header that names another kind is believed, and the words say why.
    bytes[1] = 0x04;
    let error = prov::Document::decode_wbxml(&bytes).unwrap_err();
    assert_eq!(error.offset, 4);
    assert!(error.found.contains("public identifier"), "{error}");
}

fn refused(text: &str) -> (DecodeError, (usize, usize)) {
    let error = xml::document(text.as_bytes()).unwrap_err();
    let place = xml::line_column(text.as_bytes(), error.offset);
    (error, place)
}

#[test]
fn a_declaration_stands_at_the_very_beginning_or_nowhere() {
    let (error, place) = refused(&replace("\n<?xml version='1.0'?><plan/>"));
    assert_eq!((place, &*error.clause), ((3, 1), "XML 1.0 §2.8"));
    let (error, place) = refused("\n <?xml version='1.0'?><wap-provisioningdoc/>");
    assert_eq!((place, &*error.clause), ((2, 2), "XML 1.0 §2.8"));
    // The name is reserved in any case.
    let (error, place) = refused(&replace("<?XML version='1.0'?>"));
    assert_eq!((place.0, &*error.clause), (2, "XML 1.0 §2.6"));
    for fine in [
        "\u{feff}<?xml version='1.0'?><wap-provisioningdoc/>",
        "<?xml version='1.0'?><?xml-stylesheet href='x'?><wap-provisioningdoc/>",
        &replace("<![CDATA[<?xml version='1.0'?><plan/>]]>"),
    ] {
        assert!(xml::document(fine.as_bytes()).is_ok(), "{fine}");
    }
}

#[test]
fn control_characters_are_refused_where_they_stand() {
    for (text, place) in [
        ("<?xml version='1.0'?>\n<a b='A\u{1}B'/>", (2, 8)),
        ("<a>\n\u{0}</a>", (2, 1)),
        ("<a>x\u{ffff}</a>", (1, 5)),
        ("<a/><!-- \u{1b} -->", (1, 10)),
    ] {
        let (error, found) = refused(text);
        assert_eq!((found, &*error.clause), (place, "XML 1.0 §2.2"), "{text:?}");
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf16 = [&[0xFE, 0xFF], &utf16[..]].concat();
        let error = xml::document(&utf16).unwrap_err();
        assert_eq!(error.clause, "XML 1.0 §2.2", "{text:?}");
        assert_eq!(xml::line_column(&utf16, error.offset), place, "{text:?}");
    }
    // What is wrong before is told first.
    let (error, _) = refused("<a></b>\u{1}");
    assert_eq!(error.expected, "well-formed XML");
}

#[test]
fn foreign_markup_keeps_its_namespaces_in_both_forms() {
    for (markup, name) in [
        (
            "<plan xmlns='urn:example:radio'><band width='20'>3</band></plan>",
            "plan",
        ),
        (
            "<v:plan v:of='x'><v:band width='20'>3</v:band></v:plan>",
            "v:plan",
        ),
        ("<plan v:of='x'/>", "plan"),
        (
            "<r:plan xmlns:r='urn:example:radio'><r:band/><v:band/></r:plan>",
            "r:plan",
        ),
    ] {
        let text = replace(markup);
        let sent = Message::decode_xml(text.as_bytes()).unwrap();
        let Command::Replace(command) = &sent.commands[0] else {
            panic!("{sent:?}")
        };
        let Some(Data::Markup(element)) = &command.items[0].data else {
            panic!("{sent:?}")
        };
        assert_eq!(element.name(), name);
        assert_eq!(
            element
                .attributes
                .iter()
                .filter(|(name, _)| name.starts_with("xmlns"))
                .count(),
            1
        );
        let again = sent.encode_xml();
        assert_eq!(
            Message::decode_xml(again.as_bytes()).unwrap(),
            sent,
            "{again}"
        );
        assert_eq!(Message::decode_wbxml(&sent.encode_wbxml()).unwrap(), sent);
        for wanted in ["urn:example:radio", "urn:example:vendor"] {
            let was =
                markup.contains(wanted) || (wanted.ends_with("vendor") && markup.contains("v:"));
            assert_eq!(again.contains(wanted), was, "{again}");
        }
        assert!(remarks(&xml::document(text.as_bytes()).unwrap()).is_empty());
    }
}

#[test]
fn an_attribute_that_no_message_has_is_said() {
    let text = message(
        "<Status v:reason='17'><CmdID>1</CmdID><MsgRef>1</MsgRef><CmdRef>4</CmdRef>\
        <Cmd>Replace</Cmd><Data>500</Data></Status>",
    );
    assert!(Message::decode_xml(text.as_bytes()).is_ok());
    let said = remarks(&xml::document(text.as_bytes()).unwrap());
    let place = text.find("v:reason").unwrap();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, place);
    assert!(said[0].1.contains("v:reason"), "{said:?}");
    let mut found = Vec::new();
    notes(&shown::xml::fields(text.as_bytes()), "v:reason", &mut found);
    assert_eq!(found, [said[0].1.clone()]);
}

const DDF: &str = "<MgmtTree xmlns:V='urn:example:vendor'><VerDTD>1.2</VerDTD><V:Editor>hand\
    </V:Editor><Node><NodeName>Lamp</NodeName><Path>./Vendor</Path><V:Mark/><DFProperties>\
    <AccessType><Get/></AccessType><DFFormat><node/></DFFormat><Occurrence><One/></Occurrence>\
    <Scope><Permanent/></Scope><DFType><DDFName/></DFType><V:Since>3.1</V:Since></DFProperties>\
    <Node><NodeName>Level</NodeName><Path>./Vendor/Lamp</Path><DFProperties><AccessType><Get/>\
    </AccessType><DFFormat><int/></DFFormat><Occurrence><One/></Occurrence><Scope><Permanent/>\
    </Scope><DFType><MIME>text/plain</MIME></DFType></DFProperties></Node></Node></MgmtTree>";

#[test]
fn vendors_elements_in_a_description_are_passed_over_and_said() {
    let document = ddf::Document::decode_xml(DDF.as_bytes()).unwrap();
    let said = remarks(&xml::document(DDF.as_bytes()).unwrap());
    let places: Vec<usize> = said.iter().map(|(at, _)| *at).collect();
    let wanted = ["<V:Editor", "<V:Mark", "<V:Since"].map(|tag| DDF.find(tag).unwrap());
    assert_eq!(places, wanted);
    assert_eq!(
        ddf::Document::decode_wbxml(&document.encode_wbxml()).unwrap(),
        document
    );
    // An element without a namespace of its own is a mistake, and a tree with values has none.
    let bare = DDF.replace("V:Mark", "Mark");
    let error = ddf::Document::decode_xml(bare.as_bytes()).unwrap_err();
    assert_eq!(error.offset, bare.find("<Mark").unwrap());
    let tree = "<MgmtTree xmlns:V='urn:x'><VerDTD>1.2</VerDTD><V:Editor/><Node><NodeName>A\
        </NodeName></Node></MgmtTree>";
    assert!(tnds::Document::decode_xml(tree.as_bytes()).is_err());
    assert!(tnds::Document::decode_xml(tree.replace("<V:Editor/>", "").as_bytes()).is_ok());
}

#[test]
fn a_path_in_an_inner_node_is_read_and_kept() {
    let document = ddf::Document::decode_xml(DDF.as_bytes()).unwrap();
    let inner = &document.nodes[0].children[0];
    assert_eq!(inner.path.as_deref(), Some("./Vendor/Lamp"));
    let again = document.encode_xml();
    assert_eq!(
        ddf::Document::decode_xml(again.as_bytes()).unwrap(),
        document
    );
}

#[test]
fn a_parameter_behind_a_group_is_said() {
    let text = "<wap-provisioningdoc><characteristic type='APPLICATION'><parm name='APPID'/>\
        <characteristic type='LIMITS'><parm name='MAX' value='9'/></characteristic>\
        <parm name='TIMER' value='1500'/></characteristic></wap-provisioningdoc>";
    let document = prov::Document::decode_xml(text.as_bytes()).unwrap();
    let said = remarks(&xml::document(text.as_bytes()).unwrap());
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, text.find("<parm name='TIMER'").unwrap());
    // Written again it stands where the DTD wants it, and nothing is left to say.
    let again = document.encode_wbxml();
    assert!(remarks(&wbxml::document(&again).unwrap()).is_empty());
}

#[test]
fn a_devinf_document_turns_in_both_forms() {
    for (version, room) in [("1.2", "MaxSize"), ("1.1", "Size")] {
        let text = format!(
            "<DevInf xmlns='syncml:devinf'><VerDTD>{version}</VerDTD><Man>Example</Man><DevID>\
             IMEI:004999010640000</DevID><DevTyp>phone</DevTyp><UTC/><DataStore><SourceRef>./notes\
             </SourceRef><Rx-Pref><CTType>text/plain</CTType><VerCT>1.0</VerCT></Rx-Pref>\
             </DataStore><CTCap><{room}>9</{room}></CTCap></DevInf>"
        );
        let document = devinf::Document::decode(text.as_bytes()).unwrap();
        assert_eq!(document.version(), version);
        let bytes = document.encode_wbxml();
        // Every name has a token.
        assert!(
            !bytes.windows(3).any(|part| part == b"Siz"),
            "{}",
            hex::spaced(&bytes)
        );
        assert_eq!(devinf::Document::decode(&bytes).unwrap(), document);
        assert_eq!(document.encode_xml(), text.replace('\'', "\""));
        assert_eq!(shown::devinf::fields(&bytes)[4].name, "DevInf");
        assert_eq!(shown::devinf::fields(text.as_bytes())[0].name, "DevInf");
    }
    let error = devinf::Document::decode(b"<SyncML/>").unwrap_err();
    assert_eq!((error.offset, &*error.found), (0, "SyncML"));
}

#[test]
fn text_in_utf16_is_xml_for_every_codec() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let description = ddf::Document::decode(&utf16(DDF)).unwrap();
    assert_eq!(
        description,
        ddf::Document::decode_xml(DDF.as_bytes()).unwrap()
    );
    assert_eq!(shown::ddf::fields(&utf16(DDF))[0].name, "MgmtTree");
    assert_eq!(shown::tnds::fields(&utf16(DDF))[0].name, "MgmtTree");
    let text = "<wap-provisioningdoc/>";
    assert_eq!(
        shown::prov::fields(&utf16(text))[0].name,
        "wap-provisioningdoc"
    );
    assert!(prov::Document::decode_xml(&utf16(text)).is_ok());
    let text = "<DevInf><VerDTD>1.2</VerDTD></DevInf>";
    assert_eq!(
        devinf::Document::decode(&utf16(text)).unwrap().version(),
        "1.2"
    );
}
