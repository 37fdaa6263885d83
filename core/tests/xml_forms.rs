//! XML as others write it: namespaces, character sets, CDATA, document types. All forms of one
//! message are one message.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::markup::document::MAX_DEPTH;
use dmsc_core::codec::shown::syncml::fields;
use dmsc_core::codec::syncml::{Command, Data, Encoding, Message};
use dmsc_core::codec::{Field, prov, tnds, wbxml, xml};

/// A message in the plainest form, no namespace at all.
const PLAIN: &str = "<SyncML><SyncHdr><VerDTD>1.2</VerDTD><VerProto>DM/1.2</VerProto>\
    <SessionID>7</SessionID><MsgID>1</MsgID><Target><LocURI>IMEI:1</LocURI></Target>\
    <Source><LocURI>https://dm.example/dm</LocURI></Source></SyncHdr><SyncBody>\
    <Replace><CmdID>2</CmdID><Item><Target><LocURI>./Vendor/Example/Policy/MinLength</LocURI>\
    </Target><Meta><Format>int</Format><Type>text/plain</Type></Meta><Data>6</Data></Item>\
    </Replace><Final/></SyncBody></SyncML>";

/// Changes and demands that each part to be changed is there.
fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in {text}");
        text.replace(from, to)
    })
}

fn read(text: &str) -> Message {
    Message::decode_xml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn namespaces_may_be_written_in_many_ways() {
    let plain = read(PLAIN);
    let Command::Replace(replace) = &plain.commands[0] else {
        panic!("{plain:?}")
    };
    assert_eq!(replace.items[0].meta.format.as_deref(), Some("int"));
    let forms = [
        // As the specification has it, and as Windows MDM servers write it: on each element.
        vec![
            ("<SyncML>", "<SyncML xmlns=\"SYNCML:SYNCML1.2\">"),
            ("<Format>", "<Format xmlns=\"syncml:metinf\">"),
            ("<Type>", "<Type xmlns=\"syncml:metinf\">"),
        ],
        // On Meta, which is no element of that namespace.
        vec![("<Meta>", "<Meta xmlns='syncml:metinf'>")],
        // The answers of Windows clients.
        vec![
            (
                "<SyncML>",
                "<SyncML xmlns=\"SYNCML:SYNCML1.2\" xmlns:A=\"syncml:metinf\">",
            ),
            ("Format>", "A:Format>"),
            ("Type>", "A:Type>"),
        ],
        // A prefix declared where it is used; the one tag in each pair that has no slash.
        vec![
            ("<Format>", "<m:Format xmlns:m=\"syncml:metinf\">"),
            ("</Format>", "</m:Format>"),
        ],
        // Everything with prefixes.
        vec![
            ("</", "</s:"),
            ("<Final", "<s:Final"),
            (
                "<SyncML>",
                "<s:SyncML xmlns:s='SYNCML:SYNCML1.2' xmlns:m='syncml:metinf'>",
            ),
            ("<SyncHdr", "<s:SyncHdr"),
            ("<Ver", "<s:Ver"),
            ("<SessionID", "<s:SessionID"),
            ("<MsgID", "<s:MsgID"),
            ("<Target", "<s:Target"),
            ("<Source", "<s:Source"),
            ("<LocURI", "<s:LocURI"),
            ("<SyncBody", "<s:SyncBody"),
            ("<Replace", "<s:Replace"),
            ("<CmdID", "<s:CmdID"),
            ("<Item", "<s:Item"),
            ("<Meta", "<s:Meta"),
            ("<Data", "<s:Data"),
            ("<Format>", "<m:Format>"),
            ("</s:Format>", "</m:Format>"),
            ("<Type>", "<m:Type>"),
            ("</s:Type>", "</m:Type>"),
        ],
        // A version nobody defined, other case, a prefix nobody declared.
        vec![
            ("<SyncML>", "<SyncML xmlns=\"syncml:syncml1.1\">"),
            ("<Type>", "<x:Type>"),
            ("</Type>", "</x:Type>"),
        ],
        vec![("<SyncML>", "<SyncML xmlns=\"urn:somebody\">")],
        vec![
            ("<Meta>", "<Meta><MetInf xmlns='syncml:metinf'>"),
            ("</Meta>", "</MetInf></Meta>"),
        ],
    ];
    for form in forms {
        let text = with(PLAIN, &form);
        assert_eq!(read(&text), plain, "{text}");
    }
}

#[test]
fn a_foreign_prefix_is_never_ours() {
    let text = with(
        PLAIN,
        &[
            (
                "<SyncML>",
                "<SyncML xmlns:msft='http://schemas.microsoft.com/MobileDevice/MDM'>",
            ),
            ("<CmdID>2", "<msft:CmdID>9</msft:CmdID><CmdID>2"),
            (
                "<Final/>",
                "<msft:Final/><x xmlns:y='urn:y'><y:Final/></x><Final/>",
            ),
        ],
    );
    let message = read(&text);
    assert_eq!(message.commands[0].cmd_id(), "2");
    let names: Vec<&str> = message.commands.iter().map(Command::name).collect();
    assert_eq!(names, ["Replace", "msft:Final", "x"]);
    let bytes = message.encode_wbxml();
    assert_eq!(Message::decode_wbxml(&bytes).unwrap(), message);
    assert!(wbxml::to_xml(&bytes).unwrap().contains("msft_Final"));
}

/// The head of a device description as Windows publishes them: a document type with an instruction
/// inside, elements of its own between those of the standard.
const DESCRIPTION: &str = "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
    <!DOCTYPE MgmtTree PUBLIC \" -//OMA//DTD-DM-DDF 1.2//EN\" \
    \"http://www.openmobilealliance.org/tech/DTD/DM_DDF-V1_2.dtd\" \
    [<?oma-dm-ddf-ver supported-versions=\"1.2\"?><!-- no declarations -->]>\r\n\
    <MgmtTree xmlns:MSFT=\"http://schemas.microsoft.com/MobileDevice/DM\">\r\n\
    <VerDTD>1.2</VerDTD><MSFT:Diagnostics/>\r\n<Node><NodeName>Example</NodeName>\
    <MSFT:Name>other</MSFT:Name></Node></MgmtTree>";

#[test]
fn reads_device_descriptions_as_they_are_published() {
    let document = xml::document(DESCRIPTION.as_bytes()).unwrap();
    let names: Vec<_> = (0..document.nodes.len())
        .map(|n| document.name(n))
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(
        names,
        [
            "MgmtTree",
            "VerDTD",
            "MSFT:Diagnostics",
            "Node",
            "NodeName",
            "MSFT:Name"
        ]
    );
    assert!(document.tag(document.root().unwrap()).is_some());
}

#[test]
fn declarations_inside_the_document_type_are_refused_where_they_stand() {
    for declaration in [
        "<!ENTITY e 'x'>",
        "<!ENTITY % e SYSTEM 'file:///etc/passwd'>",
        "<!ELEMENT a ANY>",
        "<!ATTLIST a b CDATA 'c'>",
    ] {
        let head = "<!DOCTYPE SyncML [<?x y?>";
        let text = format!("{head}{declaration}]>{PLAIN}");
        let error = Message::decode_xml(text.as_bytes()).unwrap_err();
        assert_eq!(error.offset, head.len(), "{error}");
        assert!(error.expected.contains("entity"), "{error}");
    }
    // Without one the type is passed over, and what it names is not fetched.
    let text = format!("<!DOCTYPE SyncML SYSTEM 'http://no.such.host/x.dtd'>{PLAIN}");
    assert_eq!(read(&text), read(PLAIN));
}

/// A text with characters of one, two, three and four octets in UTF-8.
fn many_characters() -> String {
    with(PLAIN, &[("<Data>6<", "<Data a='ü'>é ß€😀<")])
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    let octets = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    units.flat_map(octets).collect()
}

fn find<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find_map(|field| {
        let here = (field.name == name).then_some(field);
        here.or_else(|| find(&field.children, name))
    })
}

#[test]
fn character_sets_are_told_by_mark_first_octets_and_declaration() {
    let text = many_characters();
    let wanted = read(&text);
    let marked = format!("\u{FEFF}{text}");
    let declared = format!("<?xml version='1.0' encoding='UTF-16'?>{text}");
    for bytes in [
        marked.clone().into_bytes(),
        utf16(&marked, true),
        utf16(&marked, false),
        utf16(&declared, true),
        utf16(&declared, false),
        // Converted on the way by somebody who left the first line as it was.
        declared.into_bytes(),
    ] {
        assert_eq!(Message::decode_xml(&bytes).as_ref(), Ok(&wanted));
        let fields = fields(&bytes, Encoding::Xml);
        let data = find(&fields, "Data").unwrap();
        assert_eq!(find(&data.children, "a").unwrap().value, "ü");
        // The range is in the octets as they came.
        let octets = &bytes[data.range.clone()];
        let part = "<Data a='ü'>é ß€😀</Data>";
        let forms = [
            part.as_bytes().to_vec(),
            utf16(part, true),
            utf16(part, false),
        ];
        assert!(forms.iter().any(|form| form == octets), "{octets:?}");
    }
}

#[test]
fn latin_1_is_read_where_it_is_declared() {
    let head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
    let text = format!("{head}{}", with(PLAIN, &[("<Data>6<", "<Data>é ß<")]));
    let bytes: Vec<u8> = text.chars().map(|c| u32::from(c) as u8).collect();
    assert_eq!(
        Message::decode_xml(&bytes).unwrap(),
        read(&text[head.len()..])
    );
    let error = Message::decode_xml(&bytes[head.len()..]).unwrap_err();
    assert_eq!(bytes[head.len() + error.offset], 0xE9, "{error}");
    // Errors stand where the octets are: after characters that take two in UTF-8.
    let end = bytes.len() - b"</SyncML>".len();
    let error = Message::decode_xml(&bytes[..end]).unwrap_err();
    assert_eq!(error.offset, end, "{error}");
    let (line, column) = xml::line_column(&bytes, end);
    assert_eq!((line, column), (1, end + 1));
}

#[test]
fn other_character_sets_are_refused_where_they_are_named() {
    let head = "<?xml version='1.0' encoding='Shift_JIS'?>";
    let ascii = format!("{head}{PLAIN}");
    // Octets of US-ASCII are the same in all of them.
    assert_eq!(read(&ascii), read(PLAIN));
    let bytes = [ascii.as_bytes(), b"<!-- \x83\x65 -->"].concat();
    let error = Message::decode_xml(&bytes).unwrap_err();
    assert!(bytes[error.offset..].starts_with(b"Shift_JIS"), "{error}");
    assert_eq!(error.found, "encoding SHIFT_JIS");
    let fields = fields(&bytes, Encoding::Xml);
    assert_eq!(fields.last().unwrap().name, "unreadable");
    // Half a character of UTF-16.
    let mut cut = utf16(PLAIN, true);
    cut.truncate(31);
    let error = Message::decode_xml(&cut).unwrap_err();
    assert_eq!(error.offset, 30, "{error}");
    let alone = [utf16("<SyncML>", true), vec![0xD8, 0x00, 0, b'a']].concat();
    assert_eq!(Message::decode_xml(&alone).unwrap_err().offset, 16);
}

/// Shows REP-13.
#[test]
fn data_may_be_escaped_or_in_cdata_in_any_number_of_pieces() {
    let value = "<parm name=\"a\" value=\"1 & 2\"/>";
    for written in [
        "&lt;parm name=\"a\" value=\"1 &amp; 2\"/&gt;",
        "<![CDATA[<parm name=\"a\" value=\"1 & 2\"/>]]>",
        "&#60;parm name=&quot;a&quot; value=&#x22;1 &#38; 2&#x22;/&#62;",
        "<![CDATA[<parm name=\"a\" ]]><!-- - --><![CDATA[value=\"1 & 2\"/>]]>",
        "&lt;parm<?pi?> <![CDATA[]]>name=\"a\" value=\"1 &amp; 2\"/>",
    ] {
        let message = read(&with(PLAIN, &[("<Data>6<", &format!("<Data>{written}<"))]));
        let Command::Replace(replace) = &message.commands[0] else {
            panic!("{message:?}")
        };
        assert_eq!(replace.items[0].data, Some(Data::Text(value.into())));
        // What was read is written so that it means the same in both forms.
        for encoding in [Encoding::Xml, Encoding::Wbxml] {
            let again = Message::decode(&message.encode(encoding), encoding);
            assert_eq!(again.as_ref(), Ok(&message));
        }
    }
}

#[test]
fn embedded_documents_come_through_escaped_or_inline() {
    let tree = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName>\
        <Value>v</Value></Node></MgmtTree>";
    let wanted = tnds::Document::decode_xml(tree.as_bytes()).unwrap();
    for (written, inline) in [
        (format!("<![CDATA[{tree}]]>"), false),
        (tree.replace('<', "&lt;"), false),
        (tree.to_owned(), true),
        (tree.replace(" xmlns='syncml:dmddf1.2'", ""), true),
        (format!("\n  {tree}\n  "), true),
    ] {
        let message = read(&with(PLAIN, &[("<Data>6<", &format!("<Data>{written}<"))]));
        let across = Message::decode_wbxml(&message.encode_wbxml()).unwrap();
        assert_eq!(across, message);
        let Command::Replace(replace) = &across.commands[0] else {
            panic!("{across:?}")
        };
        let found = match &replace.items[0].data {
            Some(Data::Markup(element)) if inline => tnds::Document::from_element(element),
            Some(Data::Text(text)) if !inline => tnds::Document::decode_xml(text.as_bytes()),
            other => panic!("{other:?}"),
        };
        assert_eq!(found.as_ref(), Ok(&wanted));
    }
    // A provisioning document inside CDATA, as some servers send access points.
    let document = "<wap-provisioningdoc><characteristic type=\"APPLICATION\">\
        <parm name=\"APPID\" value=\"w7\"/></characteristic></wap-provisioningdoc>";
    let message = read(&with(
        PLAIN,
        &[("<Data>6<", &format!("<Data><![CDATA[{document}]]><"))],
    ));
    let Command::Replace(replace) = &message.commands[0] else {
        panic!("{message:?}")
    };
    let data = replace.items[0].data.as_ref().unwrap();
    assert!(prov::Document::decode_xml(data.bytes()).is_ok());
}

#[test]
fn limits_of_depth_and_namespaces_are_errors_with_a_place() {
    let deep = |n: usize| format!("<SyncML>{}{}</SyncML>", "<a>".repeat(n), "</a>".repeat(n));
    assert!(xml::document(deep(MAX_DEPTH - 1).as_bytes()).is_ok());
    let error = xml::document(deep(MAX_DEPTH).as_bytes()).unwrap_err();
    assert_eq!(error.offset, "<SyncML>".len() + 3 * (MAX_DEPTH - 1));
    let names = |n: usize| -> String { (0..n).map(|n| format!(" xmlns:a{n}='urn:{n}'")).collect() };
    let spaces = |n: usize| format!("<SyncML><a{}/><a{}/></SyncML>", names(64), names(n));
    // Each element's declarations end with it.
    assert!(xml::document(spaces(64).as_bytes()).is_ok());
    let error = xml::document(spaces(65).as_bytes()).unwrap_err();
    assert!(error.expected.contains("namespaces"), "{error}");
}
