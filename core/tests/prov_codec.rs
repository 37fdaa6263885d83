//! Provisioning documents: the w7 vector as a model, and back to the same bytes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use dmsc_core::codec::prov::Document;
use dmsc_core::codec::{hex, shown};

fn vector() -> Vec<u8> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/wbxml/prov-w7.hex"
    );
    hex::decode(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn reads_the_account() {
    let document = Document::decode_wbxml(&vector()).unwrap();
    assert_eq!(document.version.as_deref(), Some("1.0"));
    let kinds: Vec<&str> = document
        .characteristics
        .iter()
        .map(|c| c.kind.as_str())
        .collect();
    assert_eq!(kinds, ["BOOTSTRAP", "NAPDEF", "APPLICATION"]);
    assert_eq!(document.characteristics[1].parm("BEARER"), Some("GSM-GPRS"));
    let application = &document.characteristics[2];
    assert_eq!(application.parm("APPID"), Some("w7"));
    assert_eq!(application.parm("INIT"), None);
    let names: Vec<&str> = application
        .inner("APPAUTH")
        .flat_map(|auth| auth.all("AAUTHNAME"))
        .collect();
    assert_eq!(names, ["dmclient", "dmsc.card"]);
}

#[test]
fn writes_the_same() {
    let mut padded = vector();
    let document = Document::decode_wbxml(&padded).unwrap();
    assert_eq!(document.encode_wbxml(), padded);
    let xml = document.encode_xml();
    assert_eq!(Document::decode_xml(xml.as_bytes()).unwrap(), document);
    padded.extend([0xFF; 20]);
    let (again, used) = Document::decode_wbxml_prefix(&padded).unwrap();
    assert_eq!((again, used), (document, 305));
    let last = shown::prov::fields(&padded).pop().unwrap();
    assert_eq!((last.name.as_ref(), last.range), ("trailing", 305..325));
}

#[test]
fn values_without_a_token_are_spelt_out() {
    let text = "<wap-provisioningdoc><characteristic type='APPLICATION'><parm name='INIT'/>\
        <parm name='AAUTHTYPE' value='HTTP-BASIC'/><parm name='X-&quot;' value='a&#9;b'/>\
        <parm name='NAME' value=''/></characteristic><characteristic type='NAPDEF'/></wap-provisioningdoc>";
    let document = Document::decode_xml(text.as_bytes()).unwrap();
    let bytes = document.encode_wbxml();
    // An empty value and an absent one are the same in WBXML but for the token.
    assert_eq!(Document::decode_wbxml(&bytes).unwrap(), document);
    assert_eq!(document.characteristics[0].parm("X-\""), Some("a\tb"));
    let error =
        Document::decode_xml(b"<wap-provisioningdoc><characteristic/></wap-provisioningdoc>");
    assert_eq!(error.unwrap_err().offset, 21);
    assert!(Document::decode_xml(b"<SyncML/>").is_err());
}
