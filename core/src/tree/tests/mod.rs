//! The tree against the tables of its documents.

use super::standard::{Device, MO_NAP, device_tree};
use super::*;
use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::tnds;

const A: Caller<'_> = Caller::Server("A");
const B: Caller<'_> = Caller::Server("B");
const C: Caller<'_> = Caller::Server("C");

fn uri(text: &str) -> NodeUri {
    NodeUri::parse(text).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> u16 {
    match result {
        Ok(_) => 200,
        Err(refusal) => refusal.code.0,
    }
}

fn interior() -> NewValue<'static> {
    NewValue {
        format: Some("node"),
        ..NewValue::default()
    }
}

/// The example tree of DM TND §7.
fn example() -> ManagementTree {
    let mut tree = ManagementTree::new(Limits::default());
    for (place, acl) in [
        ("NodeA", "Get=C&Replace=C"),
        ("NodeA/Node1", "Get=*"),
        ("NodeB", "Get=A&Replace=A"),
        ("NodeB/Node2", ""),
        ("NodeB/Node3", "Get=B&Replace=B&Delete=B"),
        ("NodeB/Node3/Node4", ""),
        ("NodeB/Node3/Node5", "Get=A+B&Replace=A"),
    ] {
        let new = match place.as_bytes().last() {
            Some(b'1' | b'2' | b'4' | b'5') => NewValue::text("value"),
            _ => interior(),
        };
        tree.add(&uri(place), new, Caller::Device, 0).unwrap();
        tree.replace_property(&uri(place), Property::Acl, acl, Caller::Device, 0)
            .unwrap();
    }
    tree
}

fn leaf(name: &str, value: &str) -> tnds::Node {
    tnds::Node {
        name: name.into(),
        format: Some("chr".into()),
        media_type: Some("text/plain".into()),
        value: Some(value.into()),
        ..tnds::Node::default()
    }
}

fn branch(name: &str, kind: &str, children: Vec<tnds::Node>) -> tnds::Node {
    tnds::Node {
        name: name.into(),
        format: Some("node".into()),
        media_type: Some(kind.into()),
        children,
        ..tnds::Node::default()
    }
}

fn document(nodes: Vec<tnds::Node>) -> tnds::Document {
    tnds::Document {
        ver_dtd: "1.2".into(),
        nodes,
        ..tnds::Document::default()
    }
}

fn standard() -> ManagementTree {
    let account = Account {
        server_id: "S".into(),
        address: "http://127.0.0.1:3516/dm".into(),
        client: Credentials {
            auth_type: AuthType::Md5,
            name: "c".into(),
            secret: "cs".into(),
            nonce: vec![1],
        },
        server: Credentials {
            auth_type: AuthType::Md5,
            name: "S".into(),
            secret: "ss".into(),
            nonce: vec![2],
        },
    };
    device_tree(&Device::default(), &[("DMSC", account)])
}

/// The same, with a place for anything.
fn free() -> ManagementTree {
    let mut tree = standard();
    assert!(tree.undescribe(&uri("./Connectivity/NAP")));
    tree
}

const S: Caller<'_> = Caller::Server("S");

mod described;

/// Shows TND-8, TND-9, TND-10, TND-11, TND-23.
#[test]
fn rights_of_the_example() {
    let mut tree = example();
    let new = || NewValue::text("x");
    for who in [A, B, C] {
        assert_eq!(code(tree.get(&uri("NodeA/Node1"), who)), 200);
        assert_eq!(code(tree.replace(&uri("NodeA/Node1"), new(), who, 1)), 425);
        assert_eq!(code(tree.delete(&uri("NodeA/Node1"), who)), 425);
    }
    let acl = |tree: &mut ManagementTree, place: &str, value: &str, who| {
        code(tree.replace_property(&uri(place), Property::Acl, value, who, 1))
    };
    assert_eq!(acl(&mut tree, "NodeA/Node1", "Get=*", A), 425);
    assert_eq!(acl(&mut tree, "NodeA/Node1", "Get=*", B), 425);
    assert_eq!(acl(&mut tree, "NodeA/Node1", "Get=*", C), 200);
    assert_eq!(
        tree.property(&uri("NodeA/Node1"), Property::Acl, A),
        Ok("Get=*".into())
    );
    assert_eq!(
        tree.property(&uri("NodeB/Node3/Node4"), Property::Acl, B),
        Ok(String::new())
    );
    assert_eq!(
        code(tree.replace(&uri("NodeB/Node3/Node5"), new(), A, 1)),
        200
    );
    assert_eq!(code(tree.add(&uri("NodeB/New"), new(), A, 1)), 425);
    // Interior: Replace on the node, or on its parent.
    assert_eq!(
        acl(&mut tree, "NodeB/Node3", "Get=B&Replace=B&Delete=B", B),
        200
    );
    assert_eq!(
        acl(&mut tree, "NodeB/Node3", "Get=B&Replace=B&Delete=B", A),
        200
    );
    assert_eq!(acl(&mut tree, "NodeB/Node3", "Get=B", C), 425);
    assert_eq!(code(tree.delete(&uri("NodeB/Node3/Node4"), B)), 200);
    assert_eq!(acl(&mut tree, ".", "", Caller::Device), 405);
    assert_eq!(acl(&mut tree, ".", "Get=*", A), 425);
}

/// Shows TND-12, TND-13.
#[test]
fn a_creator_without_replace_gets_rights() {
    let mut tree = ManagementTree::new(Limits::default());
    tree.add(&uri("N"), interior(), A, 1).unwrap();
    assert_eq!(
        tree.lookup("N").unwrap().state().acl,
        "Add=A&Delete=A&Get=*&Replace=A"
    );
    // A leaf gets none, and below N the creator has Replace already.
    tree.add(&uri("N/L"), NewValue::text("v"), A, 1).unwrap();
    tree.add(&uri("N/M"), interior(), A, 1).unwrap();
    assert_eq!(tree.lookup("N/L").unwrap().state().acl, "");
    assert_eq!(tree.lookup("N/M").unwrap().state().acl, "");
    assert_eq!(code(tree.get(&uri("N/L"), B)), 200);
    let changes = tree.remove_server("A", 2);
    assert_eq!(changes.len(), 1);
    assert_eq!(tree.lookup("N").unwrap().state().acl, "Get=*");
}

/// Shows REP-20, REP-21, REP-22, REP-23, REP-25, REP-32, TND-1, TND-2, TND-3, TND-4, TND-7,
/// TND-10, TND-19, TND-20, OBJ-1, OBJ-2, OBJ-3, OBJ-4, OBJ-5.
#[test]
fn status_codes() {
    let mut tree = free();
    let text = || NewValue::text("x");
    let nap = "./Connectivity/NAP";
    for (found, wanted, what) in [
        (
            code(tree.replace(&uri("./DevDetail/SwV"), text(), S, 1)),
            405,
            "Replace DevDetail",
        ),
        (
            code(tree.delete(&uri("./DevDetail/SwV"), S)),
            405,
            "Delete DevDetail",
        ),
        (code(tree.get(&uri("./None"), S)), 404, "Get missing"),
        (
            code(tree.replace(&uri("./None"), text(), S, 1)),
            404,
            "Replace missing",
        ),
        (code(tree.delete(&uri("./None"), S)), 404, "Delete missing"),
        (
            code(tree.add(&uri("./A/B"), text(), S, 1)),
            404,
            "Add, no parent",
        ),
        (
            code(tree.add(&uri("./DevInfo"), text(), S, 1)),
            418,
            "Add existing",
        ),
        (
            code(tree.add(&uri("./DevInfo/Man/X"), text(), S, 1)),
            405,
            "Add below a leaf",
        ),
        (
            code(tree.add(&uri("./DevInfo/X"), text(), S, 1)),
            405,
            "Add in DevInfo",
        ),
        (
            code(tree.replace(&uri(nap), text(), S, 1)),
            405,
            "Replace interior",
        ),
        (
            code(tree.replace(&uri("./DevInfo/Man"), text(), S, 1)),
            405,
            "Replace DevInfo",
        ),
        (code(tree.delete(&uri(nap), S)), 405, "Delete permanent"),
        (code(tree.delete(&uri("."), S)), 405, "Delete root"),
        (code(tree.get(&uri("./Inbox"), S)), 405, "Get Inbox"),
        (
            code(tree.get(&uri("./DMAcc/DMSC/AppAuth/Client/AAuthSecret"), S)),
            405,
            "secret",
        ),
        (
            code(tree.get(&uri("./DMAcc/DMSC/AppAuth/Client/AAuthData"), S)),
            405,
            "nonce",
        ),
        (
            code(tree.get(&uri("./DMAcc/DMSC/ServerID"), S)),
            200,
            "own account",
        ),
        (
            code(tree.get(&uri("./DMAcc/DMSC/ServerID"), A)),
            425,
            "other's account",
        ),
        (
            code(tree.add(&uri("./Connectivity/NAP/X"), interior(), A, 1)),
            425,
            "no right",
        ),
        (
            code(tree.replace_property(&uri("./DevInfo"), Property::Name, "X", S, 1)),
            405,
            "rename permanent",
        ),
        (
            code(tree.replace_property(&uri(nap), Property::Type, "X", S, 1)),
            405,
            "Replace Type",
        ),
        (
            code(tree.replace_property(&uri(nap), Property::Acl, "Get", S, 1)),
            500,
            "bad ACL",
        ),
        (code(Property::parse("Colour")), 406, "unknown property"),
        (
            code(tree.get(&uri("./DevInfo?prop=Size"), S)),
            406,
            "Size of interior",
        ),
        (
            code(tree.get(&uri("./DevInfo?list=TNDS+ACL-Name"), S)),
            406,
            "+ and -",
        ),
        (
            code(tree.get(&uri("./DevInfo?list=All"), S)),
            406,
            "unknown list",
        ),
        (code(tree.parse_uri("./A//B")), 404, "malformed"),
        (code(tree.parse_uri(&"a/".repeat(33))), 414, "deep"),
        (code(tree.parse_uri(&"a".repeat(65))), 414, "long segment"),
        (
            code(tree.add(
                &uri("./Connectivity/NAP/X"),
                NewValue {
                    format: Some("odd"),
                    ..text()
                },
                S,
                1,
            )),
            415,
            "format",
        ),
        (
            code(tree.add(
                &uri("./Connectivity/NAP/X"),
                NewValue {
                    value: &[b'a'; 70_000],
                    ..text()
                },
                S,
                1,
            )),
            413,
            "size",
        ),
    ] {
        assert_eq!(found, wanted, "{what}");
    }
    let missing = tree.add(&uri("./A/B/C"), text(), S, 1).unwrap_err();
    assert_eq!(missing.uri.as_deref(), Some("./A"));
}

/// Shows REP-26.
#[test]
fn leaves_are_copied() {
    let mut tree = free();
    let nap = uri("./Connectivity/NAP");
    let (x, y, n) = (nap.child("x"), nap.child("y"), nap.child("n"));
    let new = NewValue {
        format: Some("bin"),
        media_type: Some("image/png"),
        value: &[1, 2],
    };
    tree.add(&x, new, S, 1).unwrap();
    tree.add(&n, interior(), S, 1).unwrap();
    tree.replace_property(&x, Property::Title, "title", S, 1)
        .unwrap();
    // Made, then overwritten.
    let changes = tree.copy(&x, &y, S, 2).unwrap();
    assert_eq!(changes[0].kind, ChangeKind::Added);
    let copied = tree.node(&y).unwrap().state().clone();
    assert_eq!((copied.value, copied.title), (vec![1, 2], String::new()));
    assert_eq!(copied.media_type, "image/png");
    tree.replace(&x, NewValue::text("z"), S, 3).unwrap();
    let changes = tree.copy(&x, &y, S, 4).unwrap();
    assert_eq!(changes[0].kind, ChangeKind::Replaced);
    assert_eq!(tree.node(&y).unwrap().state().value, b"z");

    let before = tree.snapshot();
    let man = uri("./DevInfo/Man");
    let secret = uri("./DMAcc/DMSC/AppAuth/Client/AAuthSecret");
    for (source, target, who, status, what) in [
        (&nap.child("gone"), &y, S, 404, "no source"),
        (
            &x,
            &nap.child("q").child("r"),
            S,
            404,
            "no parent of the target",
        ),
        (&x, &y.child("z"), S, 405, "below a leaf"),
        (&n, &nap.child("z"), S, 403, "an interior source"),
        (&x, &n, S, 403, "an interior target"),
        (&x, &y, A, 425, "no Replace on the target"),
        (&x, &nap.child("z"), A, 425, "no Add on its parent"),
        (&x, &man, S, 405, "a target that cannot be replaced"),
        (&secret, &y, S, 405, "a source that cannot be read"),
        (&x, &uri("./Inbox/z"), S, 415, "the Inbox"),
    ] {
        assert_eq!(code(tree.copy(source, target, who, 5)), status, "{what}");
        assert_eq!(tree.snapshot(), before, "{what}");
    }
    tree.replace_property(&x, Property::Acl, "Replace=*", Caller::Device, 6)
        .unwrap();
    assert_eq!(code(tree.copy(&x, &y, S, 7)), 425, "no Get on the source");
}

/// Shows TND-5, TND-6, TND-15, TND-18.
#[test]
fn versions_and_times() {
    let mut tree = free();
    let place = uri("./Connectivity/NAP/X");
    tree.add(&place, NewValue::text("1"), S, 10).unwrap();
    for version in 1..=65_536u32 {
        let new = NewValue::text("2");
        tree.replace(&place, new, S, 20).unwrap();
        assert_eq!(
            u32::from(tree.node(&place).unwrap().state().ver_no),
            version % 65_536
        );
    }
    assert_eq!(
        tree.property(&place, Property::TStamp, S).unwrap(),
        "19700101T000020Z"
    );
    assert_eq!(tree.property(&place, Property::Size, S).unwrap(), "1");
    assert_eq!(tree.property(&place, Property::Name, S).unwrap(), "X");
    // Changes of the user and of a property count too, and numbers are decimal.
    let twelve = NewValue::text("twelve chars");
    tree.replace(&place, twelve, Caller::Device, 30).unwrap();
    tree.replace_property(&place, Property::Title, "title", S, 31)
        .unwrap();
    let of = |property| tree.property(&place, property, S).unwrap();
    assert_eq!(of(Property::Size), "12");
    assert_eq!(of(Property::Title), "title");
    assert_eq!(of(Property::TStamp), "19700101T000031Z");
    assert_eq!(of(Property::VerNo), "2");
}

/// Shows REP-24, TND-20, TND-21, TND-22, TNDS-4, OBJ-1, OBJ-2.
#[test]
fn get_forms() {
    let tree = standard();
    let get = |text: &str| tree.get(&uri(text), S).unwrap();
    let Reading::Value {
        format,
        media_type,
        value,
    } = get("./DevInfo")
    else {
        panic!("a child list")
    };
    assert_eq!(
        (format.as_str(), media_type.as_str()),
        ("node", "text/plain")
    );
    assert_eq!(value, b"DevId/DmV/Lang/Man/Mod");
    let Reading::Value { value, .. } = get("./Connectivity/NAP") else {
        panic!("a child list")
    };
    assert_eq!(value, b"");
    let Reading::List(all) = get("./DMAcc/DMSC?list=StructData") else {
        panic!("a list")
    };
    assert_eq!(all[0].uri, "./DMAcc/DMSC");
    assert!(all.iter().any(|l| l.uri.ends_with("/AAuthName")));
    let id = all
        .iter()
        .find(|l| l.uri == "./DMAcc/DMSC/ServerID")
        .unwrap();
    assert_eq!(
        (&*id.format, &*id.media_type, id.value.as_deref()),
        ("chr", "text/plain", Some(&b"S"[..]))
    );
    assert!(!all.iter().any(|l| l.uri.ends_with("/AAuthSecret")));
    let Reading::List(bare) = get("./DMAcc?list=Struct") else {
        panic!("a list")
    };
    assert_eq!(bare.len(), all.len() + 1);
    assert!(bare.iter().all(|l| l.value.is_none()));
    let Reading::Document(tnds) = get("./DevInfo/Man?list=TNDS+Format+Value") else {
        panic!("a document")
    };
    assert_eq!(tnds.nodes[0].path.as_deref(), Some("./DevInfo"));
    assert_eq!(tnds.nodes[0].format.as_deref(), Some("chr"));
    assert_eq!(tnds.nodes[0].media_type, None);
    assert_eq!(tnds.nodes[0].value.as_deref(), Some(&b"DM_SC Explorer"[..]));
}

/// Shows TNDS-2, TNDS-5, OBJ-4.
#[test]
fn objects_are_added_as_a_whole() {
    let mut tree = standard();
    let home = document(vec![branch(
        "Home",
        MO_NAP,
        vec![leaf("NAPID", "home"), leaf("Addr", "apn.example")],
    )]);
    // The target may be the object or its parent.
    for target in ["./Connectivity/NAP/Home", "./Connectivity/NAP"] {
        let mut tree = tree.clone();
        let changes = tree.add_document(&uri(target), &home, S, 5).unwrap();
        let uris: Vec<&str> = changes.iter().map(|c| c.uri.as_str()).collect();
        assert_eq!(
            uris,
            [
                "./Connectivity/NAP/Home",
                "./Connectivity/NAP/Home/NAPID",
                "./Connectivity/NAP/Home/Addr"
            ]
        );
        assert_eq!(code(tree.add_document(&uri(target), &home, S, 6)), 418);
    }
    let mut unnamed = home.clone();
    unnamed.nodes[0].name.clear();
    let mut second = tree.clone();
    second
        .add_document(&uri("./Connectivity/NAP/Home"), &unnamed, S, 5)
        .unwrap();
    assert!(second.lookup("./Connectivity/NAP/Home/NAPID").is_some());

    // One bad node and nothing is there.
    let mut bad = home.clone();
    bad.nodes[0].children.push(leaf("NAPID", "again"));
    let before = tree.snapshot();
    let refusal = tree
        .add_document(&uri("./Connectivity/NAP"), &bad, S, 5)
        .unwrap_err();
    assert_eq!(refusal.code.0, 418);
    assert_eq!(
        refusal.uri.as_deref(),
        Some("./Connectivity/NAP/Home/NAPID")
    );
    assert_eq!(tree.snapshot(), before);
    assert_eq!(
        code(tree.add_document(&uri("./Connectivity/NAP"), &home, A, 5)),
        425
    );
    assert_eq!(
        code(tree.add_document(&uri("./Connectivity/NAP"), &document(vec![]), S, 5)),
        415
    );

    // The Inbox: the device files it.
    tree.add_document(&uri("./Inbox"), &home, S, 5).unwrap();
    assert!(tree.lookup("./Connectivity/NAP/Home/Addr").is_some());
    let odd = document(vec![branch("X", "urn:x", vec![])]);
    assert_eq!(code(tree.add_document(&uri("./Inbox"), &odd, S, 5)), 415);
}

#[test]
fn a_deep_document_is_refused() {
    let mut node = leaf("x", "v");
    for _ in 0..200 {
        node = branch("x", "", vec![node]);
    }
    let mut tree = free();
    let found = tree.add_document(&uri("./Connectivity/NAP"), &document(vec![node]), S, 1);
    assert_eq!(code(found), 414);
}

/// Shows TNDS-2, TNDS-3.
#[test]
fn objects_are_replaced_as_a_whole() {
    let mut tree = standard();
    let old = document(vec![branch(
        "W",
        MO_NAP,
        vec![leaf("NAPID", "w"), leaf("Addr", "old"), leaf("Name", "n")],
    )]);
    tree.add_document(&uri("./Connectivity/NAP"), &old, S, 1)
        .unwrap();
    let before = tree.snapshot();
    let new = document(vec![branch(
        "W",
        MO_NAP,
        vec![
            leaf("NAPID", "w"),
            leaf("Addr", "new"),
            branch("AuthInfo", "", vec![leaf("AuthName", "u")]),
        ],
    )]);
    let target = uri("./Connectivity/NAP/W");
    let changes = tree.replace_document(&target, &new, S, 2).unwrap();
    let text: Vec<String> = changes
        .iter()
        .map(|c| format!("{:?} {}", c.kind, c.uri.rsplit('/').next().unwrap()))
        .collect();
    assert_eq!(
        text,
        [
            "Deleted Name",
            "Replaced Addr",
            "Added AuthInfo",
            "Added AuthName"
        ]
    );
    follow(&before, &changes, &tree.snapshot());
    assert_eq!(code(tree.replace_document(&target, &new, A, 2)), 425);
    assert_eq!(
        code(tree.replace_document(&uri("./Connectivity/NAP/None"), &new, S, 2)),
        404
    );
    // A permanent node that is absent from the document cannot go.
    let bare = document(vec![branch("Connectivity", "", vec![])]);
    assert_eq!(
        code(tree.replace_document(&uri("./Connectivity"), &bare, S, 2)),
        405
    );
}

#[test]
fn loading_makes_the_way() {
    let mut tree = standard();
    let mut node = branch("X", "", vec![leaf("L", "1")]);
    node.path = Some("./Vendor/Deep".into());
    let first = document(vec![node.clone()]);
    tree.load(&first, 1).unwrap();
    node.children = vec![leaf("L", "2")];
    let changes = tree.load(&document(vec![node]), 2).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        tree.lookup("./Vendor/Deep/X/L").unwrap().state().value,
        b"2"
    );
}

#[test]
fn accounts_live_in_the_tree() {
    let mut tree = standard();
    assert_eq!(tree.server_ids(), ["S"]);
    let account = tree.account("S").unwrap();
    assert_eq!(account.client.secret, "cs");
    assert_eq!(account.server.nonce, [2]);
    assert_eq!(tree.account("T"), None);
    let changes = tree.store_nonce("S", true, &[9, 9], 7);
    assert_eq!(changes.len(), 1);
    assert_eq!(tree.account("S").unwrap().client.nonce, [9, 9]);
    assert_eq!(tree.account("S").unwrap().server.nonce, [2]);
    assert!(tree.store_nonce("T", true, &[1], 7).is_empty());
}

#[test]
fn renaming_moves_what_lies_below() {
    let mut tree = standard();
    let object = document(vec![branch("W", MO_NAP, vec![leaf("NAPID", "w")])]);
    tree.add_document(&uri("./Connectivity/NAP"), &object, S, 1)
        .unwrap();
    let before = tree.snapshot();
    let place = uri("./Connectivity/NAP/W");
    let changes = tree
        .replace_property(&place, Property::Name, "V%20w", S, 2)
        .unwrap();
    assert_eq!(
        changes[0].new_uri.as_deref(),
        Some("./Connectivity/NAP/V%20w")
    );
    assert!(tree.lookup("./Connectivity/NAP/V%20w/NAPID").is_some());
    follow(&before, &changes, &tree.snapshot());
}

/// Shows TND-14.
#[test]
fn a_name_is_not_given_twice() {
    let mut tree = free();
    let nap = uri("./Connectivity/NAP");
    for name in ["a", "b"] {
        tree.add(&nap.child(name), NewValue::text(name), S, 1)
            .unwrap();
    }
    let before = tree.snapshot();
    let mut rename =
        |to: &str| code(tree.replace_property(&nap.child("a"), Property::Name, to, S, 2));
    assert_eq!(rename("b"), 418);
    assert_eq!(rename("%62"), 418);
    assert_eq!(rename("c"), 200);
    assert_ne!(tree.snapshot(), before);
    assert_eq!(tree.node(&nap.child("b")).unwrap().state().value, b"b");
}

/// Shows TND-5, TND-19.
#[test]
fn every_node_has_its_properties() {
    let mut tree = free();
    let nap = uri("./Connectivity/NAP");
    tree.add(&nap.child("n"), interior(), S, 7).unwrap();
    tree.add(&nap.child("l"), NewValue::text("text"), S, 8)
        .unwrap();
    for (at, node) in tree.snapshot().walk() {
        let of = |property| tree.property(&at, property, Caller::Device);
        let state = node.state();
        assert_eq!(of(Property::Acl), Ok(state.acl.clone()), "{at}");
        assert_eq!(of(Property::Format), Ok(state.format.clone()), "{at}");
        assert_eq!(of(Property::Type), Ok(state.media_type.clone()), "{at}");
        assert!(
            of(Property::Name).is_ok_and(|name| !name.is_empty()),
            "{at}"
        );
        assert_eq!(node.is_interior(), state.format == "node", "{at}");
        assert_eq!(code(of(Property::Size)) == 406, node.is_interior(), "{at}");
    }
    let of = |name: &str, property| tree.property(&nap.child(name), property, S).unwrap();
    for (name, format, media_type, tstamp) in [
        ("n", "node", "", "19700101T000007Z"),
        ("l", "chr", "text/plain", "19700101T000008Z"),
    ] {
        assert_eq!(of(name, Property::Acl), "");
        assert_eq!(of(name, Property::Format), format);
        assert_eq!(of(name, Property::Name), name);
        assert_eq!(of(name, Property::Type), media_type);
        assert_eq!(of(name, Property::Title), "");
        assert_eq!(of(name, Property::TStamp), tstamp);
        assert_eq!(of(name, Property::VerNo), "0");
    }
    // A change of a property is a change too, whoever makes it.
    tree.replace_property(&nap, Property::Acl, "Get=*", Caller::Device, 9)
        .unwrap();
    let of = |property| tree.property(&nap, property, S).unwrap();
    assert_eq!(of(Property::TStamp), "19700101T000009Z");
    assert_eq!(of(Property::VerNo), "1");
}

/// Changes lead from one picture to the other and back, and so does their difference.
fn follow(before: &Snapshot, changes: &[Change], after: &Snapshot) {
    let mut here = before.clone();
    for change in changes {
        assert!(here.apply(change), "{change:?}");
    }
    assert_eq!(&here, after);
    for change in changes.iter().rev() {
        assert!(here.revert(change), "{change:?}");
    }
    assert_eq!(&here, before);
    for change in before.diff(after) {
        assert!(here.apply(&change), "{change:?}");
    }
    assert_eq!(&here, after);
    assert_eq!(after.diff(&here), []);
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

#[test]
fn any_history_can_be_followed() {
    let mut dice = Dice(1);
    let mut tree = free();
    let start = tree.snapshot();
    let mut history = Vec::new();
    let names = ["a", "b", "c", "d"];
    for now_s in 1..3000 {
        let mut place = uri("./Connectivity/NAP");
        for _ in 0..=dice.roll(4) {
            place = place.child(names[dice.roll(4)]);
        }
        let object = document(vec![branch(
            "",
            "",
            vec![
                leaf(names[dice.roll(4)], "v"),
                branch("d", "", vec![leaf(names[dice.roll(4)], "w")]),
            ],
        )]);
        let before = tree.snapshot();
        let done = match dice.roll(8) {
            0 => tree.add(&place, interior(), S, now_s),
            1 => tree.add(&place, NewValue::text("v"), S, now_s),
            2 => tree.replace(&place, NewValue::text("w"), S, now_s),
            3 => tree.delete(&place, S),
            4 => tree.add_document(&place, &object, S, now_s),
            5 => tree.replace_document(&place, &object, S, now_s),
            6 => tree.replace_property(&place, Property::Name, names[dice.roll(4)], S, now_s),
            _ => tree.replace_property(&place, Property::Title, "t", S, now_s),
        };
        match done {
            Ok(changes) => {
                follow(&before, &changes, &tree.snapshot());
                history.extend(changes);
            }
            Err(_) => assert_eq!(tree.snapshot(), before),
        }
    }
    assert!(history.len() > 500);
    follow(&start, &history, &tree.snapshot());
    let text = serde_json::to_string(&tree.snapshot()).unwrap();
    let read: Snapshot = serde_json::from_str(&text).unwrap();
    assert_eq!(read, tree.snapshot());
}

#[test]
fn changes_that_do_not_fit_do_nothing() {
    let tree = standard();
    let mut snapshot = tree.snapshot();
    let state = NodeState::default();
    for change in [
        Change::added(&uri("./DevInfo"), state.clone()),
        Change::added(&uri("./None/X"), state.clone()),
        Change::added(&NodeUri::root(), state.clone()),
        Change::deleted(&uri("./None"), state.clone()),
        Change::deleted(&NodeUri::root(), state.clone()),
        Change::between(&uri("./None"), state.clone(), state.clone()),
        Change::renamed(&uri("./DevInfo"), &uri("./DevDetail"), &state, &state),
        Change::renamed(&uri("./DevInfo"), &uri("./DevDetail/X"), &state, &state),
        Change {
            kind: ChangeKind::Renamed,
            uri: "./DevInfo".into(),
            new_uri: None,
            before: None,
            after: None,
        },
    ] {
        assert!(!snapshot.apply(&change), "{change:?}");
        assert_eq!(snapshot, tree.snapshot());
    }
}

#[test]
fn snapshots_share_what_did_not_change() {
    let mut tree = standard();
    let before = tree.snapshot();
    tree.add(&uri("./Connectivity/NAP/X"), interior(), S, 1)
        .unwrap();
    let after = tree.snapshot();
    let same = |place: &str| {
        before
            .lookup(place)
            .unwrap()
            .is_same(after.lookup(place).unwrap())
    };
    assert!(same("./DevInfo"));
    assert!(same("./Connectivity/Proxy"));
    assert!(!same("./Connectivity/NAP"));
    assert_eq!(after.walk().count(), before.walk().count() + 1);
}
