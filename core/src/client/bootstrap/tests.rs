//! Documents of a card on a device without accounts: every form, refused and changed ones.

use super::*;
use crate::client::{Config, Output};
use crate::codec::auth::{Account, AuthType};
use crate::codec::hex;
use crate::codec::prov;
use crate::tree::Right;
use crate::tree::standard::{Device, device_tree};

const DM: &str = include_str!("../../../tests/vectors/wbxml/message-bootstrap.hex");
const TNDS: &str = include_str!("../../../tests/vectors/wbxml/tnds-dmacc.hex");
const CP: &str = include_str!("../../../tests/vectors/wbxml/prov-w7.hex");

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// A device with these accounts, fresh from the factory without any.
fn client(accounts: &[(&str, Account)]) -> DmClient {
    DmClient::new(Config::default(), device_tree(&Device::default(), accounts))
}

fn take(client: &mut DmClient, origin: &str, bytes: &[u8]) -> Event {
    client.handle_bootstrap(BootstrapDocument { origin, bytes }, 1);
    match client.poll() {
        Some(Output::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

fn value(client: &DmClient, uri: &str) -> String {
    let node = client
        .tree()
        .lookup(uri)
        .unwrap_or_else(|| panic!("no {uri}"));
    String::from_utf8_lossy(&node.state().value).into_owned()
}

fn refused(document: &[u8]) -> String {
    let mut client = client(&[]);
    let before = client.tree().snapshot();
    let event = take(&mut client, "card", document);
    assert!(client.tree().snapshot() == before, "{event:?}");
    assert!(client.to_greet().is_empty());
    match event {
        Event::BootstrapRefused { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_makes_the_same_account() {
    for form in [DM, TNDS, CP] {
        let mut client = client(&[]);
        let mut file = bytes(form);
        file.extend([0xFF; 20]);
        let Event::Bootstrapped { servers, changes } = take(&mut client, "card", &file) else {
            panic!("refused");
        };
        assert_eq!(servers, ["dmsc.card"]);
        assert!(
            changes
                .iter()
                .all(|change| change.uri.starts_with("./DMAcc")
                    || change.uri.starts_with("./Connectivity/NAP/"))
        );
        let account = client.tree().account("dmsc.card").unwrap();
        assert_eq!(account.address, "http://127.0.0.1:3516/dm");
        assert_eq!(account.client.auth_type, AuthType::Md5);
        assert_eq!(account.client.name, "dmclient");
        assert_eq!(account.client.secret, "ClientSecret16!!");
        assert_eq!(account.client.nonce, (0x00..=0x0F).collect::<Vec<u8>>());
        assert_eq!(account.server.name, "dmsc.card");
        assert_eq!(account.server.secret, "ServerSecret16!!");
        assert_eq!(account.server.nonce, (0xF0..=0xFF).collect::<Vec<u8>>());
        assert_eq!(client.to_greet(), ["dmsc.card"]);
    }
}

#[test]
fn a_provisioning_document_makes_an_access_point_too() {
    let mut client = client(&[]);
    take(&mut client, "card", &bytes(CP));
    let nap = "./Connectivity/NAP/N1";
    assert_eq!(value(&client, &format!("{nap}/Addr")), "net");
    assert_eq!(value(&client, "./DMAcc/dmsc.card/PrefConRef"), nap);
    let acl = |uri: &str| client.tree().lookup(uri).unwrap().state().acl.clone();
    for uri in [nap, "./DMAcc/dmsc.card"] {
        let acl = crate::tree::Acl::parse(&acl(uri)).unwrap();
        for right in [Right::Get, Right::Replace, Right::Delete] {
            assert!(acl.allows(right, "dmsc.card"), "{uri} {right:?}");
            assert!(!acl.allows(right, "dm.other.example"), "{uri} {right:?}");
        }
    }
}

#[test]
fn a_proxy_refers_to_its_access_point() {
    let xml = "<wap-provisioningdoc><characteristic type=\"PXLOGICAL\">\
        <parm name=\"PROXY-ID\" value=\"P1\"/><parm name=\"NAME\" value=\"Proxy\"/>\
        <characteristic type=\"PXPHYSICAL\"><parm name=\"PXADDR\" value=\"192.0.2.1\"/>\
        <parm name=\"PXADDRTYPE\" value=\"IPV4\"/><parm name=\"TO-NAPID\" value=\"N1\"/>\
        <characteristic type=\"PORT\"><parm name=\"PORTNBR\" value=\"8080\"/></characteristic>\
        </characteristic></characteristic>\
        <characteristic type=\"NAPDEF\"><parm name=\"NAPID\" value=\"N1\"/>\
        <parm name=\"NAP-ADDRESS\" value=\"net\"/></characteristic>\
        <characteristic type=\"APPLICATION\"><parm name=\"APPID\" value=\"w7\"/>\
        <parm name=\"PROVIDER-ID\" value=\"s\"/><parm name=\"ADDR\" value=\"http://s/\"/>\
        <parm name=\"TO-PROXY\" value=\"P1\"/><parm name=\"TO-NAPID\" value=\"N1\"/>\
        </characteristic></wap-provisioningdoc>";
    let document = prov::Document::decode_xml(xml.as_bytes()).unwrap();
    let mut client = client(&[]);
    let event = take(&mut client, "card", &document.encode_wbxml());
    assert!(matches!(event, Event::Bootstrapped { .. }), "{event:?}");
    let proxy = "./Connectivity/Proxy/P1";
    assert_eq!(value(&client, &format!("{proxy}/Ports/1/PortNbr")), "8080");
    assert_eq!(
        value(&client, &format!("{proxy}/ConRefs/1/ConRef")),
        "./Connectivity/NAP/N1"
    );
    assert_eq!(value(&client, "./DMAcc/s/ToConRef/1/ConRef"), proxy);
    assert_eq!(
        value(&client, "./DMAcc/s/ToConRef/2/ConRef"),
        "./Connectivity/NAP/N1"
    );
}

#[test]
fn the_same_document_changes_nothing_and_another_takes_its_place() {
    let mut client = client(&[]);
    take(&mut client, "card", &bytes(DM));
    client
        .device
        .keep_nonce("dmsc.card", true, b"renewed".to_vec(), 2);
    client.poll();
    assert_eq!(take(&mut client, "card", &bytes(DM)), Event::BootstrapKept);
    let nonce = |client: &DmClient| client.tree().account("dmsc.card").unwrap().client.nonce;
    assert_eq!(nonce(&client), b"renewed");
    let event = take(&mut client, "card", &bytes(CP));
    assert!(matches!(event, Event::Bootstrapped { .. }), "{event:?}");
    assert!(client.tree().lookup("./DMAcc/DMSC").is_none());
    assert_eq!(nonce(&client), (0x00..=0x0F).collect::<Vec<u8>>());
    assert_eq!(client.tree().server_ids().len(), 1);
}

#[test]
fn an_account_from_elsewhere_is_not_touched() {
    let account = Account {
        server_id: "dmsc.card".to_owned(),
        address: "http://elsewhere.example/dm".to_owned(),
        ..Account::default()
    };
    for form in [DM, TNDS, CP] {
        let mut client = client(&[("Mine", account.clone())]);
        let before = client.tree().snapshot();
        let event = take(&mut client, "card", &bytes(form));
        assert!(matches!(event, Event::BootstrapRefused { .. }), "{event:?}");
        assert!(client.tree().snapshot() == before);
    }
}

#[test]
fn what_is_no_bootstrap_is_refused_with_a_reason() {
    let cut = bytes(DM);
    for (document, reason) in [
        (Vec::new(), "empty"),
        (vec![0xFF; 40], "empty"),
        (cut[..600].to_vec(), "at byte 168"),
        (b"\x03\x01\x6A\x00".to_vec(), ""),
        (
            bytes(include_str!(
                "../../../tests/vectors/wbxml/message-package-1.hex"
            )),
            "does not",
        ),
        (
            prov::Document::default().encode_wbxml(),
            "names no DM Server",
        ),
    ] {
        let said = refused(&document);
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn an_add_outside_the_inbox_is_refused_as_a_whole() {
    let mut message = crate::codec::syncml::Message::decode_wbxml(&bytes(DM)).unwrap();
    let crate::codec::syncml::Command::Add(add) = &message.commands[0] else {
        panic!("the sample adds");
    };
    let mut other = add.clone();
    other.items[0].target = Some(crate::codec::syncml::Location::new("./DMAcc/Mine"));
    message
        .commands
        .push(crate::codec::syncml::Command::Add(other));
    assert!(refused(&message.encode_wbxml()).contains("./DMAcc/Mine"));
}
