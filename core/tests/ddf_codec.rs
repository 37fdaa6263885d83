//! DDF documents: what is one, what is none, and what other people's look like.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::ddf::{
    AccessTypes, CaseSense, DfProperties, Document, Kind, Node, Occurrence, RunTime, Scope,
};
use dmsc_core::codec::shown::ddf::fields;
use dmsc_core::codec::{hex, xml};
use dmsc_core::tree::{Limits, ManagementTree, NodeUri, standard};

const LEAF: &str = "<AccessType><Get/></AccessType><DFFormat><chr/></DFFormat>\
    <DFType><MIME>text/plain</MIME></DFType>";

fn in_node(inside: &str) -> String {
    format!("<MgmtTree><VerDTD>1.2</VerDTD><Node>{inside}</Node></MgmtTree>")
}

#[test]
fn every_part_has_its_place() {
    let document = Document {
        ver_dtd: "1.2".into(),
        man: Some("M".into()),
        model: Some("N".into()),
        nodes: vec![Node {
            name: "Box".into(),
            path: Some("./Vendor".into()),
            run_time: Some(RunTime {
                acl: Some("Get=*".into()),
                ..RunTime::default()
            }),
            properties: DfProperties {
                access: AccessTypes::GET.and(AccessTypes::ADD),
                description: Some("A box.".into()),
                formats: vec!["node".into()],
                occurrence: Occurrence::OneOrN(7),
                scope: Scope::Permanent,
                title: Some("Box".into()),
                kind: Kind::DdfName("urn:box".into()),
                case_sense: Some(CaseSense::Insensitive),
                ..DfProperties::default()
            },
            value: None,
            children: vec![Node {
                properties: DfProperties {
                    access: AccessTypes::EXEC,
                    default_value: Some("1".into()),
                    formats: vec!["int".into(), "bin".into()],
                    kind: Kind::Mime(vec!["text/plain".into(), "image/png".into()]),
                    ..DfProperties::default()
                },
                value: Some(b"3".to_vec()),
                ..Node::default()
            }],
        }],
    };
    let text = "<MgmtTree xmlns='syncml:dmddf1.2'><VerDTD>1.2</VerDTD><Man>M</Man><Mod>N</Mod>\
        <Node><NodeName>Box</NodeName><Path>./Vendor</Path>\
        <RTProperties><ACL>Get=*</ACL></RTProperties>\
        <DFProperties><AccessType><Add/><Get/></AccessType><Description>A box.</Description>\
        <DFFormat><node/></DFFormat><Occurrence><OneOrN>7</OneOrN></Occurrence>\
        <Scope><Permanent/></Scope><DFTitle>Box</DFTitle>\
        <DFType><DDFName>urn:box</DDFName></DFType><CaseSense><CIS/></CaseSense></DFProperties>\
        <Node><NodeName/><DFProperties><AccessType><Exec/></AccessType>\
        <DefaultValue>1</DefaultValue><DFFormat><int/><bin/></DFFormat>\
        <Occurrence><One/></Occurrence><Scope><Dynamic/></Scope>\
        <DFType><MIME>text/plain</MIME><MIME>image/png</MIME></DFType></DFProperties>\
        <Value>3</Value></Node></Node></MgmtTree>";
    assert_eq!(document.encode_xml(), text);
    assert_eq!(
        Document::decode_xml(text.as_bytes()).as_ref(),
        Ok(&document)
    );
    assert_eq!(
        Document::decode_wbxml(&document.encode_wbxml()),
        Ok(document)
    );
    assert_eq!(fields(text.as_bytes())[0].name, "MgmtTree");
}

/// The tokens of code page 2, written out (DM TND §10).
#[test]
fn tokens() {
    let text = in_node(&format!(
        "<NodeName>A</NodeName><DFProperties>{LEAF}</DFProperties>"
    ));
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    let body = "60 77 03 31 2E 32 00 01 64 66 03 41 00 01 56 45 1D 01 55 0B 01 68 29 01 70 19 01 \
        58 61 03 74 65 78 74 2F 70 6C 61 69 6E 00 01 01 01 01 01";
    let body = hex::decode(body).unwrap();
    let bytes = document.encode_wbxml();
    assert!(bytes.ends_with(&body), "{}", hex::spaced(&bytes));
    // Without a header of its own names, as the page alone tells.
    let head = hex::decode("03 A4 01 6A 00").unwrap();
    let page = [&head[..], &[0x00, 0x02], &body].concat();
    assert_eq!(Document::decode_wbxml(&page), Ok(document));
}

#[test]
fn what_is_no_description_is_refused_with_its_place() {
    let df = |inside: &str| format!("<NodeName>A</NodeName><DFProperties>{inside}</DFProperties>");
    let with = |from: &str, to: &str| df(&LEAF.replace(from, to));
    let leaf = df(LEAF);
    for (inside, place, expected) in [
        (
            "<NodeName>A</NodeName>".to_owned(),
            "<Node>",
            "DFProperties",
        ),
        (
            with("<AccessType><Get/></AccessType>", ""),
            "<DFProperties>",
            "AccessType",
        ),
        (
            with("<DFFormat><chr/></DFFormat>", ""),
            "<DFProperties>",
            "DFFormat",
        ),
        (with("<chr/>", ""), "<DFFormat>", "a format"),
        (with("<chr/>", "<string/>"), "<string/>", "b64"),
        (with("<Get/>", "<Move/>"), "<Move/>", "Add, Copy"),
        (
            with("<DFType><MIME>text/plain</MIME></DFType>", ""),
            "<DFProperties>",
            "DFType",
        ),
        (
            with("<MIME>text/plain</MIME>", ""),
            "<DFType>",
            "MIME or DDFName",
        ),
        (
            with("</MIME>", "</MIME><DDFName/>"),
            "<DDFName/>",
            "MIME elements or one",
        ),
        (
            with("<DFType>", "<Occurrence/><DFType>"),
            "<Occurrence/>",
            "One",
        ),
        (
            with("<DFType>", "<Occurrence><Two/></Occurrence><DFType>"),
            "<Two/>",
            "One",
        ),
        (
            with("<DFType>", "<Occurrence><One/><One/></Occurrence><DFType>"),
            "<One/></Occ",
            "One",
        ),
        (
            with(
                "<DFType>",
                "<Occurrence><ZeroOrN>1</ZeroOrN></Occurrence><DFType>",
            ),
            "<ZeroOrN>",
            "2 to 65536",
        ),
        (
            with(
                "<DFType>",
                "<Occurrence><OneOrN>65537</OneOrN></Occurrence><DFType>",
            ),
            "<OneOrN>",
            "2 to 65536",
        ),
        (
            with(
                "<DFType>",
                "<Occurrence><OneOrN>+5</OneOrN></Occurrence><DFType>",
            ),
            "<OneOrN>",
            "2 to 65536",
        ),
        (
            with("<DFType>", "<Scope><CS/></Scope><DFType>"),
            "<CS/>",
            "Permanent",
        ),
        (
            with("<DFType>", "<CaseSense><One/></CaseSense><DFType>"),
            "<One/>",
            "CS or CIS",
        ),
        (
            with("<DFType>", "<Value/><DFType>"),
            "<Value/>",
            "one AccessType",
        ),
        (
            df(LEAF) + "<DFProperties/>",
            "<DFProperties/>",
            "one NodeName",
        ),
        (df(LEAF) + "<Node/>", "<Node/>", "DFProperties in Node"),
        (
            format!("{leaf}<Node>{leaf}</Node>"),
            "<Node><NodeName>A</NodeName><DFProperties>",
            "only where",
        ),
        (leaf.replace(">A<", ">A/B<"), "<Node>", "without /"),
        (
            with("<chr/>", "<node/>") + "<Value>x</Value>",
            "<Value>",
            "interior node without Value",
        ),
        (
            with("<chr/>", "<node/>") + &format!("<Node>{leaf}</Node><Node>{leaf}</Node>"),
            "second",
            "differ among siblings",
        ),
    ] {
        let text = in_node(&inside);
        let error = Document::decode_xml(text.as_bytes()).unwrap_err();
        assert!(error.expected.contains(expected), "{error}\n{text}");
        assert!(error.to_string().contains("DM TND §9"), "{error}");
        let found = match place {
            "second" => text.rfind("<Node>"),
            "<Node><NodeName>A</NodeName><DFProperties>" => text.rfind(place),
            place => text.find(place),
        };
        assert_eq!(Some(error.offset), found, "{error}\n{text}");
        let (line, _) = xml::line_column(text.as_bytes(), error.offset);
        assert_eq!(line, 1);
    }
    for text in [
        "<SyncML/>",
        "<MgmtTree/>",
        "<MgmtTree><VerDTD>1.2</VerDTD></MgmtTree>",
    ] {
        assert!(Document::decode_xml(text.as_bytes()).is_err(), "{text}");
    }
}

/// As vendors write them: a document type with an instruction inside, namespaces and elements
/// of their own, a Path with a sign at its end, media types on interior nodes.
#[test]
fn documents_of_vendors() {
    let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE MgmtTree PUBLIC " -//OMA//DTD-DM-DDF 1.2//EN"
  "http://www.openmobilealliance.org/tech/DTD/DM_DDF-V1_2.dtd"
  [<?oma-dm-ddf-ver supported-versions="1.2"?>]>
<MgmtTree xmlns:V="http://vendor.example/DM">
  <VerDTD>1.2</VerDTD>
  <Node>
    <NodeName>Lamp</NodeName>
    <Path>./Vendor/Example/</Path>
    <DFProperties>
      <AccessType><Get /></AccessType>
      <DFFormat><node /></DFFormat>
      <Occurrence><One /></Occurrence>
      <Scope><Permanent /></Scope>
      <DFType><MIME>com.example/1.0/Lamp</MIME></DFType>
      <V:Applicability><V:Version>1</V:Version></V:Applicability>
    </DFProperties>
    <Node>
      <NodeName></NodeName>
      <DFProperties>
        <AccessType><Add /><Delete /><Get /><Replace /></AccessType>
        <DFFormat><bool /></DFFormat>
        <Occurrence><ZeroOrMore /></Occurrence>
        <DFTitle>Lamp</DFTitle>
        <DFType><MIME /></DFType>
        <V:AllowedValues ValueType="ENUM"><V:Enum><V:Value>true</V:Value></V:Enum></V:AllowedValues>
      </DFProperties>
    </Node>
  </Node>
</MgmtTree>"#;
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    let mut tree = ManagementTree::new(Limits::default());
    tree.describe(&document, 0).unwrap();
    let lamp = tree.lookup("./Vendor/Example/Lamp").unwrap().state();
    assert_eq!(lamp.media_type, "com.example/1.0/Lamp");
    // A declaration inside is another thing.
    let evil = text.replace(
        "<?oma-dm-ddf-ver supported-versions=\"1.2\"?>",
        "<!ENTITY a 'b'>",
    );
    assert!(Document::decode_xml(evil.as_bytes()).is_err());
}

/// The example of `docs/ddf.md`.
#[test]
fn the_example_of_the_guide_can_be_used() {
    let guide = include_str!("../../docs/ddf.md");
    let text = guide.split("```xml\n").nth(1).unwrap();
    let text = text.split("```").next().unwrap();
    let document = Document::decode(text.as_bytes()).unwrap();
    let mut tree = standard::device_tree(&standard::Device::default(), &[]);
    let made = tree.describe(&document, 0).unwrap();
    let made: Vec<&str> = made.iter().map(|change| change.uri.as_str()).collect();
    assert_eq!(
        made,
        ["./Vendor", "./Vendor/Example", "./Vendor/Example/Lamps"]
    );
}

#[test]
fn large_descriptions_are_bounded() {
    let nodes: String = (0..20_000)
        .map(|n| {
            format!("<Node><NodeName>n{n}</NodeName><DFProperties>{LEAF}</DFProperties></Node>")
        })
        .collect();
    let text = in_node(&format!(
        "<NodeName>A</NodeName><DFProperties>{}</DFProperties>{nodes}",
        LEAF.replace("chr", "node")
    ));
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    let mut tree = ManagementTree::new(Limits::default());
    tree.describe(&document, 0).unwrap();
    assert!(tree.undescribe(&NodeUri::parse("./A").unwrap()));
    assert!(!tree.undescribe(&NodeUri::parse("./B").unwrap()));
    assert!(!tree.undescribe(&NodeUri::root()));
    let deep = "<Node>".repeat(100_000);
    assert!(Document::decode_xml(in_node(&deep).as_bytes()).is_err());
}

/// What fuzzing begins from is what the repository describes.
#[test]
fn seeds_are_the_descriptions_of_the_standard_objects() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/ddf");
    for (name, text) in standard::DESCRIPTIONS {
        let document = Document::decode_xml(text.as_bytes()).unwrap();
        let name = name.to_ascii_lowercase();
        let wbxml = std::fs::read(seeds.join(&name)).unwrap();
        assert_eq!(Document::decode(&wbxml).as_ref(), Ok(&document), "{name}");
        let xml = std::fs::read(seeds.join(format!("{name}.xml"))).unwrap();
        assert_eq!(Document::decode(&xml).as_ref(), Ok(&document), "{name}");
    }
}
