//! TNDS documents: what is one, what is none, and that values keep their octets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::tnds::{Document, Node};
use dmsc_core::codec::{hex, shown, xml};

const MINIMAL: &str = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Node><NodeName>A</NodeName>\
    <RTProperties><Format><node/></Format><Type><DDFName/></Type></RTProperties><Node><NodeName>B</NodeName>\
    <RTProperties><Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties><Value>hi</Value>\
    </Node></Node></MgmtTree>";

fn document(node: Node) -> Document {
    Document {
        ver_dtd: "1.2".into(),
        nodes: vec![node],
        ..Document::default()
    }
}

/// Shows TNDS-1, TNDS-4.
#[test]
fn minimal_document_is_the_same_in_both_forms() {
    let document = Document::decode_xml(MINIMAL.as_bytes()).unwrap();
    assert_eq!(document.encode_xml(), MINIMAL);
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/wbxml/tnds-textual-public-id.hex"
    );
    let bytes = hex::decode(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(document.encode_wbxml(), bytes);
    assert_eq!(Document::decode_wbxml(&bytes).unwrap(), document);
    assert_eq!(shown::tnds::fields(&bytes).last().unwrap().name, "MgmtTree");
    assert_eq!(shown::tnds::fields(MINIMAL.as_bytes())[0].name, "MgmtTree");
}

/// Shows TNDS-4.
#[test]
fn all_properties_survive() {
    let document = document(Node {
        name: "N".into(),
        path: Some("./X".into()),
        acl: Some("Get=*".into()),
        format: Some("node".into()),
        media_type: Some("urn:x".into()),
        title: Some("T & <t>".into()),
        tstamp: Some("20260101T000000Z".into()),
        ver_no: Some("7".into()),
        size: Some("2".into()),
        value: None,
        children: vec![
            Node {
                name: "bin".into(),
                format: Some("bin".into()),
                value: Some(vec![0, 1, 0xFF, b'<', 0]),
                ..Node::default()
            },
            Node {
                name: "empty".into(),
                format: Some("chr".into()),
                value: Some(Vec::new()),
                ..Node::default()
            },
            Node {
                name: "text".into(),
                value: Some(" a\r\n<b>&\u{e9} ".as_bytes().to_vec()),
                ..Node::default()
            },
            Node {
                name: "null".into(),
                format: Some("null".into()),
                ..Node::default()
            },
        ],
    });
    let xml = document.encode_xml();
    assert_eq!(
        Document::decode_xml(xml.as_bytes()).unwrap(),
        document,
        "{xml}"
    );
    assert_eq!(
        Document::decode_wbxml(&document.encode_wbxml()).unwrap(),
        document
    );
    assert_eq!(
        Document::from_element(&document.to_element()).unwrap(),
        document
    );
}

/// Shows TNDS-1.
#[test]
fn takes_what_writers_get_wrong() {
    let text = "<MgmtTree>\n <VerDTD> 1.2 </VerDTD>\n <Node>\n  <NodeName/>\n  <Path/>\n  <Node>\
        <Value><![CDATA[ v ]]></Value><RTProperties><Format>chr</Format><Name>x</Name><Size>3</Size>\
        <Type>text/plain</Type></RTProperties><NodeName>B</NodeName></Node>\n </Node>\n</MgmtTree>";
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    let node = &document.nodes[0];
    assert_eq!((node.name.as_str(), node.path.as_deref()), ("", None));
    let leaf = &node.children[0];
    assert_eq!(leaf.value.as_deref(), Some(&b" v "[..]));
    assert_eq!(leaf.format.as_deref(), Some("chr"));
    assert_eq!(leaf.media_type.as_deref(), Some("text/plain"));
    // Inline markup is the value of an xml node.
    let text = "<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>x</NodeName><RTProperties><Format><xml/>\
        </Format></RTProperties><Value><a b='c'>d</a><e/></Value></Node></MgmtTree>";
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    assert_eq!(
        document.nodes[0].value.as_deref(),
        Some(&b"<a b='c'>d</a><e/>"[..])
    );
}

#[test]
fn refuses_what_is_no_tnds() {
    let tree = |nodes: &str| format!("<MgmtTree><VerDTD>1.2</VerDTD>\n{nodes}</MgmtTree>");
    let node = |inside: &str| tree(&format!("<Node><NodeName>A</NodeName>{inside}</Node>"));
    let format = |format: &str, inside: &str| {
        node(&format!(
            "<RTProperties><Format><{format}/></Format></RTProperties>{inside}"
        ))
    };
    let leaf = "<Node><NodeName>B</NodeName><Value>v</Value></Node>";
    let cases = [
        ("<SyncML/>".to_owned(), "MgmtTree", "<SyncML"),
        (tree(""), "a Node", "<MgmtTree"),
        (
            "<MgmtTree><Node/></MgmtTree>".to_owned(),
            "VerDTD",
            "<MgmtTree",
        ),
        (
            tree("<Node><NodeName>a/b</NodeName></Node>"),
            "without /",
            "<Node>",
        ),
        (
            node("<Node><Value>v</Value></Node>"),
            "NodeName in a nested",
            "<Node><Value>",
        ),
        (
            node(&format!("<Value>v</Value>{leaf}")),
            "either Value or Nodes",
            "<Node><NodeName>B",
        ),
        (
            node(&format!("{leaf}{leaf}")),
            "names that differ",
            "<Node><NodeName>B",
        ),
        (
            tree("<Node><NodeName>A</NodeName></Node><Node><NodeName>A</NodeName></Node>"),
            "names that differ",
            "<Node><NodeName>A</NodeName></Node></Mgmt",
        ),
        (
            format("node", "<Value>v</Value>"),
            "without Value",
            "<Value>",
        ),
        (
            format("chr", leaf),
            "a leaf without Nodes",
            "<Node><NodeName>B",
        ),
        (format("chars", ""), "Format b64", "<Format>"),
        (format("bin", "<Value>*</Value>"), "base64", "<Value>*"),
        (node("<DFProperties/>"), "with values", "<DFProperties"),
        (node("<Surprise/>"), "NodeName, Path", "<Surprise"),
        (
            node("<RTProperties><Scope/></RTProperties>"),
            "ACL",
            "<Scope",
        ),
        (
            node("<Node><NodeName>B</NodeName><Path>x</Path></Node>"),
            "Path only",
            "<Node><NodeName>B",
        ),
        (
            tree("<Node><NodeName>A</NodeName>").replace("</MgmtTree>", ""),
            "</Node>",
            "",
        ),
        (
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///x'>]><MgmtTree/>".to_owned(),
            "without entity",
            "<!ENTITY",
        ),
    ];
    for (text, expected, at) in cases {
        let error = Document::decode_xml(text.as_bytes()).unwrap_err();
        assert!(error.expected.contains(expected), "{text}: {error}");
        assert!(text[error.offset..].starts_with(at), "{text}: {error}");
        let (line, column) = xml::line_column(text.as_bytes(), error.offset);
        assert!(line >= 1 && column >= 1);
    }
}
