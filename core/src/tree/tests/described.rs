//! The tree under its descriptions.

use super::super::standard::{DESCRIPTIONS, INBOX, MO_DMACC, MO_PROXY};
use super::*;
use crate::codec::ddf;

/// A node of a description.
fn node(name: &str, said: &str, inside: &str) -> String {
    format!("<Node><NodeName>{name}</NodeName><DFProperties>{said}</DFProperties>{inside}</Node>")
}

/// What a node may be: commands, formats, occurrence, scope, type.
fn said(access: &str, formats: &str, occurrence: &str, scope: &str, kind: &str) -> String {
    let all = |names: &str| {
        let names = names.split_whitespace();
        names.map(|name| format!("<{name}/>")).collect::<String>()
    };
    let occurrence = match occurrence.split_once(':') {
        Some((name, n)) => format!("<{name}>{n}</{name}>"),
        None => format!("<{occurrence}/>"),
    };
    format!(
        "<AccessType>{}</AccessType><DFFormat>{}</DFFormat><Occurrence>{occurrence}</Occurrence>\
         <Scope><{scope}/></Scope><DFType>{kind}</DFType>",
        all(access),
        all(formats),
    )
}

fn document_of(nodes: &str) -> ddf::Document {
    let text = format!("<MgmtTree><VerDTD>1.2</VerDTD>{nodes}</MgmtTree>");
    ddf::Document::decode_xml(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

const ALL: &str = "Add Copy Delete Exec Get Replace";
const TEXT: &str = "<MIME>text/plain</MIME>";
const NAMELESS: &str = "<DDFName/>";

/// `./Box`, permanent and everybody's, with these nodes below.
fn boxed(inside: &str) -> ManagementTree {
    let mut tree = ManagementTree::new(Limits::default());
    let root = said("Get", "node", "One", "Permanent", NAMELESS);
    tree.describe(&document_of(&node("Box", &root, inside)), 5)
        .unwrap();
    let all = "Add=*&Delete=*&Exec=*&Get=*&Replace=*";
    tree.replace_property(&uri("./Box"), Property::Acl, all, Caller::Device, 5)
        .unwrap();
    tree
}

fn leaf_said(formats: &str, occurrence: &str, types: &str) -> String {
    said(ALL, formats, occurrence, "Dynamic", types)
}

fn value<'a>(format: Option<&'a str>, media_type: Option<&'a str>, text: &'a str) -> NewValue<'a> {
    NewValue {
        format,
        media_type,
        value: text.as_bytes(),
    }
}

/// Shows OBJ-1, OBJ-2, OBJ-3.
#[test]
fn the_standard_tree_is_as_its_descriptions_say() {
    for (name, text) in DESCRIPTIONS {
        let read = ddf::Document::decode_xml(text.as_bytes()).unwrap();
        let again = ddf::Document::decode_xml(read.encode_xml().as_bytes());
        assert_eq!(again.as_ref(), Ok(&read), "{name}");
    }
    let tree = standard();
    for (place, _) in tree.snapshot.root().children() {
        let place = NodeUri::root().child(place);
        assert_eq!(tree.conforms(&place), Ok(()), "{place}");
    }
    // The nodes a bare device has by its descriptions are those the standard tree has.
    let mut bare = ManagementTree::new(Limits::default());
    for (_, text) in DESCRIPTIONS {
        let read = ddf::Document::decode_xml(text.as_bytes()).unwrap();
        bare.describe(&read, 0).unwrap();
    }
    let permanent = |tree: &ManagementTree| -> Vec<(String, String, String)> {
        let all = tree.snapshot();
        let nodes = all
            .walk()
            .filter(|(uri, node)| !uri.is_root() && node.state().permanent);
        nodes
            .map(|(uri, n)| {
                (
                    uri.to_string(),
                    n.state().format.clone(),
                    n.state().media_type.clone(),
                )
            })
            .collect()
    };
    assert_eq!(permanent(&bare), permanent(&tree));
}

/// Shows TND-22, TND-30.
#[test]
fn access_types_govern_each_command() {
    for command in ALL.split(' ') {
        let only = leaf_said("chr", "ZeroOrOne", TEXT).replace(&format!("<{command}/>"), "");
        let some = boxed(
            &[
                node("a", &only, ""),
                node("b", &leaf_said("chr", "ZeroOrOne", TEXT), ""),
            ]
            .concat(),
        );
        let (a, b) = (uri("./Box/a"), uri("./Box/b"));
        let text = || NewValue::text("x");
        let mut there = some.clone();
        there.add(&a, text(), Caller::Device, 0).unwrap();
        let found = [
            ("Add", code(some.clone().add(&a, text(), S, 1))),
            ("Copy", code(there.clone().copy(&a, &b, S, 1))),
            ("Delete", code(there.clone().delete(&a, S))),
            ("Exec", code(there.may_exec(&a, S))),
            ("Get", code(there.get(&a, S))),
            ("Replace", code(there.clone().replace(&a, text(), S, 1))),
        ];
        for (what, status) in found {
            // A copy reads too.
            let refused = what == command || (what, command) == ("Copy", "Get");
            assert_eq!(
                status,
                if refused { 405 } else { 200 },
                "{what} without {command}"
            );
        }
        // Whoever may not be read is left out of lists.
        let Reading::List(list) = there.get(&uri("./Box?list=Struct"), S).unwrap() else {
            panic!("a list")
        };
        assert_eq!(list.len(), if command == "Get" { 1 } else { 2 });
        assert_eq!(code(there.clone().delete(&a, Caller::Device)), 200);
    }
}

/// Shows REP-23, TND-4.
#[test]
fn permanent_nodes_are_the_devices_own() {
    let fixed = said(ALL, "int", "One", "Permanent", TEXT);
    let later = said(ALL, "chr", "ZeroOrOne", "Permanent", TEXT);
    let fixed = fixed.replace("<DFFormat>", "<DefaultValue>7</DefaultValue><DFFormat>");
    let mut tree = boxed(&[node("n", &fixed, ""), node("m", &later, "")].concat());
    let n = uri("./Box/n");
    // What there must be was made, with its default; what there may be was not.
    assert_eq!(tree.node(&n).unwrap().state().value, b"7");
    assert!(tree.lookup("./Box/m").is_none());
    assert_eq!(code(tree.delete(&n, S)), 405);
    assert_eq!(code(tree.delete(&uri("./Box"), S)), 405);
    assert_eq!(
        code(tree.replace_property(&n, Property::Name, "x", S, 1)),
        405
    );
    assert_eq!(
        code(tree.replace(&n, value(Some("chr"), None, "x"), S, 1)),
        405
    );
    assert_eq!(code(tree.replace(&n, value(None, None, "8"), S, 1)), 200);
    assert_eq!(
        code(tree.add(&uri("./Box/m"), NewValue::text("x"), S, 1)),
        405
    );
    tree.add(&uri("./Box/m"), NewValue::text("x"), Caller::Device, 1)
        .unwrap();
    assert!(tree.lookup("./Box/m").unwrap().state().permanent);
}

/// Shows REP-32, TND-31, TND-32.
#[test]
fn formats_and_types_govern_add_and_replace() {
    let inside = [
        node(
            "t",
            &leaf_said(
                "chr int",
                "ZeroOrOne",
                "<MIME>text/plain</MIME><MIME>text/xml</MIME>",
            ),
            "",
        ),
        node("i", &leaf_said("int", "ZeroOrOne", TEXT), ""),
        node(
            "p",
            &leaf_said("bin", "ZeroOrOne", "<MIME>image/png</MIME>"),
            "",
        ),
        node(
            "o",
            &leaf_said("node", "ZeroOrOne", "<DDFName>urn:o:1.0</DDFName>"),
            "",
        ),
        node("e", &leaf_said("chr node", "ZeroOrOne", "<MIME/>"), ""),
    ];
    let tree = boxed(&inside.concat());
    for (name, format, media_type, text, status) in [
        ("t", None, None, "x", 200),
        ("t", Some("int"), None, "12", 200),
        ("t", Some("bool"), None, "true", 415),
        ("t", Some("odd"), None, "x", 415),
        ("t", None, Some("text/xml"), "x", 200),
        ("t", None, Some("Text/XML; charset=utf-8"), "x", 200),
        ("t", None, Some("image/png"), "x", 415),
        ("t", Some("node"), None, "", 415),
        // Without a format, the only one there is.
        ("i", None, None, "12", 200),
        ("i", None, None, "x", 415),
        ("i", Some("chr"), None, "12", 415),
        ("p", None, None, "\u{1}", 200),
        ("p", None, Some("text/plain"), "x", 415),
        ("o", Some("node"), None, "", 200),
        ("o", Some("node"), Some("urn:o:1.0"), "", 200),
        ("o", Some("node"), Some(""), "", 200),
        ("o", Some("node"), Some("urn:other"), "", 415),
        ("o", Some("node"), None, "x", 415),
        ("o", None, None, "x", 415),
        ("e", None, Some("any/type"), "x", 200),
        ("e", Some("node"), None, "", 200),
        ("x", None, None, "x", 405),
    ] {
        let mut tree = tree.clone();
        let place = uri("./Box").child(name);
        let new = value(format, media_type, text);
        assert_eq!(code(tree.add(&place, new, S, 1)), status, "{name} {new:?}");
        if status == 200 && name == "o" {
            assert_eq!(tree.node(&place).unwrap().state().media_type, "urn:o:1.0");
        }
        if status == 200 && name == "p" {
            let state = tree.node(&place).unwrap().state();
            assert_eq!((&*state.format, &*state.media_type), ("bin", "image/png"));
        }
    }
    let mut tree = tree.clone();
    let i = uri("./Box/i");
    tree.add(&i, value(None, None, "1"), S, 1).unwrap();
    for (format, media_type, text, status) in [
        (None, None, "2147483648", 415),
        (None, None, "-5", 200),
        (Some("chr"), None, "5", 415),
        (Some("int"), Some("text/html"), "5", 415),
        (Some("node"), None, "", 415),
    ] {
        let new = value(format, media_type, text);
        assert_eq!(code(tree.replace(&i, new, S, 2)), status, "{new:?}");
    }
    // A copy is held to the description of its target.
    tree.add(&uri("./Box/t"), NewValue::text("word"), S, 1)
        .unwrap();
    assert_eq!(code(tree.copy(&uri("./Box/t"), &i, S, 3)), 415);
    assert_eq!(code(tree.copy(&uri("./Box/t"), &uri("./Box/x"), S, 3)), 405);
}

/// Shows TND-32.
#[test]
fn values_have_their_format_everywhere() {
    let mut tree = free();
    let place = uri("./Connectivity/NAP/x");
    assert_eq!(
        code(tree.add(&place, value(Some("int"), None, "1.5"), S, 1)),
        415
    );
    tree.add(&place, value(Some("int"), None, "15"), S, 1)
        .unwrap();
    assert_eq!(
        code(tree.replace(&place, value(None, None, "x"), S, 1)),
        415
    );
    assert_eq!(
        code(tree.replace(&place, value(Some("bool"), None, "true"), S, 1)),
        200
    );
}

/// Shows OBJ-6.
#[test]
fn a_default_value_fills_what_is_not_said() {
    let said = leaf_said("chr", "ZeroOrOne", TEXT)
        .replace("<DFFormat>", "<DefaultValue>URI</DefaultValue><DFFormat>");
    let mut tree = boxed(&node("t", &said, ""));
    tree.add(&uri("./Box/t"), NewValue::text(""), S, 1).unwrap();
    assert_eq!(tree.lookup("./Box/t").unwrap().state().value, b"URI");
    let of_account = DESCRIPTIONS.iter().find(|(name, _)| *name == "DMAcc");
    let (_, text) = of_account.unwrap();
    let (_, leaf) = text.split_once("<NodeName>AddrType</NodeName>").unwrap();
    let (properties, _) = leaf.split_once("</DFProperties>").unwrap();
    assert!(properties.contains("<DefaultValue>URI</DefaultValue>"));
}

/// Shows REP-32, TND-31.
#[test]
fn occurrence_bounds_the_number_of_nodes() {
    for (occurrence, most, least) in [
        ("One", 1, 1),
        ("ZeroOrOne", 1, 0),
        ("ZeroOrMore", 9, 0),
        ("OneOrMore", 9, 1),
        ("ZeroOrN:3", 3, 0),
        ("OneOrN:2", 2, 1),
    ] {
        let inside = [
            node("", &leaf_said("chr", occurrence, TEXT), ""),
            node("named", &leaf_said("chr", "ZeroOrOne", TEXT), ""),
        ];
        let mut tree = boxed(&inside.concat());
        // One with a name of its own does not count.
        tree.add(&uri("./Box/named"), NewValue::text("x"), S, 1)
            .unwrap();
        let place = |i: usize| uri("./Box").child(&format!("n{i}"));
        for i in 0..9 {
            let status = code(tree.add(&place(i), NewValue::text("x"), S, 1));
            assert_eq!(status, if i < most { 200 } else { 420 }, "{occurrence} {i}");
        }
        for i in 0..most {
            let left = most - i;
            let status = code(tree.delete(&place(i), S));
            assert_eq!(
                status,
                if left > least { 200 } else { 405 },
                "{occurrence} {left}"
            );
        }
        assert_eq!(code(tree.delete(&uri("./Box/named"), S)), 200);
    }
}

#[test]
fn names_stay_within_their_description() {
    let inside = [
        node("", &leaf_said("chr", "ZeroOrMore", TEXT), ""),
        node("named", &leaf_said("chr", "ZeroOrOne", TEXT), ""),
    ];
    let mut tree = boxed(&inside.concat());
    for name in ["named", "x"] {
        tree.add(&uri("./Box").child(name), NewValue::text("x"), S, 1)
            .unwrap();
    }
    let mut rename = |from: &str, to: &str| {
        code(tree.replace_property(&uri("./Box").child(from), Property::Name, to, S, 2))
    };
    assert_eq!(rename("x", "y"), 200);
    assert_eq!(rename("y", "named"), 405);
    assert_eq!(rename("named", "z"), 405);
    assert_eq!(rename("y", "y"), 200);
}

#[test]
fn case_counts_unless_the_description_says_not() {
    let insensitive =
        said("Get", "node", "One", "Permanent", NAMELESS) + "<CaseSense><CIS/></CaseSense>";
    let below = |sense: &str| leaf_said("node", "ZeroOrMore", NAMELESS) + sense;
    let inside = [
        node("Setting", &leaf_said("chr", "ZeroOrOne", TEXT), ""),
        node("", &below(""), ""),
        node("Strict", &below("<CaseSense><CS/></CaseSense>"), ""),
    ];
    let mut tree = ManagementTree::new(Limits::default());
    tree.describe(
        &document_of(&node("Box", &insensitive, &inside.concat())),
        0,
    )
    .unwrap();
    let all = "Add=*&Delete=*&Get=*&Replace=*";
    tree.replace_property(&uri("./Box"), Property::Acl, all, Caller::Device, 0)
        .unwrap();
    let text = || NewValue::text("x");
    // The description's own spelling is kept, and else that of the first.
    let changes = tree.add(&uri("./Box/SETTING"), text(), S, 1).unwrap();
    assert_eq!(changes[0].uri, "./Box/Setting");
    assert_eq!(code(tree.add(&uri("./Box/setting"), text(), S, 1)), 418);
    tree.add(&uri("./Box/Größe"), interior(), S, 1).unwrap();
    let changes = tree.add(&uri("./Box/GRÖßE/Deep"), text(), S, 1).unwrap();
    assert_eq!(changes[0].uri, "./Box/Gr%C3%B6%C3%9Fe/Deep");
    assert_eq!(code(tree.get(&uri("./Box/größe/DEEP?prop=ACL"), S)), 200);
    assert_eq!(
        code(tree.replace(&uri("./Box/größe/DEEP"), text(), S, 2)),
        200
    );
    // A node may change the case of its own name.
    let place = uri("./Box/größe");
    assert_eq!(
        code(tree.replace_property(&place, Property::Name, "Gr%C3%B6%C3%9FE", S, 2)),
        200
    );
    assert!(tree.lookup("./Box/GrößE/Deep").is_some());
    // An object names nodes in its own case.
    let object = document(vec![branch("GRÖßE", "", vec![leaf("deep", "new")])]);
    let mut escaped = object.clone();
    escaped.nodes[0].name = "GR%C3%96%C3%9FE".into();
    tree.replace_document(&uri("./Box"), &escaped, S, 3)
        .unwrap();
    assert_eq!(
        tree.lookup("./Box/GrößE/Deep").unwrap().state().value,
        b"new"
    );
    assert_eq!(code(tree.delete(&uri("./Box/GRÖßE/deep"), S)), 200);
    // Below a node that says CS case counts again, and outside it always did.
    tree.add(&uri("./Box/strict"), interior(), S, 1).unwrap();
    assert!(tree.lookup("./Box/Strict").is_some());
    tree.add(&uri("./Box/strict/a"), text(), S, 1).unwrap();
    assert_eq!(code(tree.get(&uri("./Box/STRICT/a"), S)), 200);
    assert_eq!(code(tree.get(&uri("./Box/STRICT/A"), S)), 404);
    assert_eq!(code(tree.get(&uri("./box"), S)), 404);
}

/// Shows TND-1.
#[test]
fn escapes_make_no_other_name() {
    let mut tree = free();
    let place = "./Connectivity/NAP";
    tree.add(&uri(&format!("{place}/%41b")), NewValue::text("x"), S, 1)
        .unwrap();
    assert!(tree.lookup(&format!("{place}/Ab")).is_some());
    assert_eq!(
        code(tree.add(&uri(&format!("{place}/A%62")), NewValue::text("x"), S, 1)),
        418
    );
    assert_eq!(code(tree.get(&uri(&format!("{place}/%61b")), S)), 404);
}

/// Shows REP-23, TND-31, TNDS-2, OBJ-4.
#[test]
fn objects_are_complete_and_as_described() {
    let object = |children| document(vec![branch("X", MO_NAP, children)]);
    let nap = uri("./Connectivity/NAP");
    let full = object(vec![
        leaf("NAPID", "x"),
        branch("Ext", "", vec![leaf("Any", "1")]),
    ]);
    let cases = [
        (full.clone(), 200, ""),
        (
            object(vec![leaf("Addr", "x")]),
            412,
            "./Connectivity/NAP/X/NAPID",
        ),
        (
            object(vec![leaf("NAPID", "x"), leaf("Odd", "x")]),
            405,
            "./Connectivity/NAP/X/Odd",
        ),
        (
            object(vec![branch("NAPID", "", vec![])]),
            415,
            "./Connectivity/NAP/X/NAPID",
        ),
        (
            object(vec![
                leaf("NAPID", "x"),
                branch("AuthInfo", "urn:x", vec![leaf("Name", "u")]),
            ]),
            405,
            "./Connectivity/NAP/X/AuthInfo/Name",
        ),
        (
            document(vec![branch("X", MO_PROXY, vec![leaf("NAPID", "x")])]),
            415,
            "./Connectivity/NAP/X",
        ),
    ];
    for (object, status, place) in cases {
        // Whether the server says where, or the device finds the place.
        for target in [&nap, &uri("./Inbox")] {
            let mut tree = standard();
            let before = tree.snapshot();
            let done = tree.add_document(target, &object, S, 1);
            let elsewhere = object.nodes[0].media_type.as_deref() == Some(MO_PROXY);
            match done {
                Ok(_) => assert_eq!(status, 200, "{target}"),
                Err(e) if elsewhere && target.name() == INBOX => {
                    // There it is a proxy, though a bad one.
                    assert_eq!(
                        (e.code.0, e.uri.as_deref()),
                        (405, Some("./Connectivity/Proxy/X/NAPID"))
                    );
                    assert_eq!(tree.snapshot(), before);
                }
                Err(e) => {
                    assert_eq!(
                        (e.code.0, e.uri.as_deref()),
                        (status, Some(place)),
                        "{target} {e}"
                    );
                    assert_eq!(tree.snapshot(), before);
                }
            }
        }
    }
    let mut tree = standard();
    tree.add_document(&nap, &full, S, 1).unwrap();
    let less = object(vec![leaf("Addr", "y")]);
    let refusal = tree
        .replace_document(&nap.child("X"), &less, S, 2)
        .unwrap_err();
    assert_eq!(refusal.code.0, 412);
    assert_eq!(code(tree.delete(&nap.child("X").child("NAPID"), S)), 405);
    assert_eq!(code(tree.delete(&nap.child("X"), S)), 200);
    assert!(tree.lookup("./Connectivity/NAP/X/NAPID").is_none());
    assert!(tree.lookup("./Connectivity/NAP/X").is_none());
}

/// Shows TNDS-5, OBJ-4.
#[test]
fn the_inbox_files_accounts_and_follows_references() {
    let mut tree = standard();
    let mut account = branch(
        "Mine",
        MO_DMACC,
        vec![
            leaf("AppID", "w7"),
            leaf("ServerID", "mine"),
            leaf("PrefConRef", "./Inbox/Home"),
            branch(
                "AppAddr",
                "",
                vec![branch(
                    "1",
                    "",
                    vec![leaf("Addr", "http://x"), leaf("AddrType", "URI")],
                )],
            ),
        ],
    );
    let nap = branch("Home", MO_NAP, vec![leaf("NAPID", "./Inbox/Homes")]);
    let both = document(vec![account.clone(), nap]);
    tree.add_document(&uri("./Inbox"), &both, S, 1).unwrap();
    assert_eq!(tree.server_ids(), ["S", "mine"]);
    let text = |place: &str| tree.lookup(place).unwrap().state().value.clone();
    assert_eq!(text("./DMAcc/Mine/PrefConRef"), b"./Connectivity/NAP/Home");
    // Another name that only begins the same stays.
    assert_eq!(text("./Connectivity/NAP/Home/NAPID"), b"./Inbox/Homes");
    // Under the name of the target, where it has none of its own.
    account.name.clear();
    tree.add_document(&uri("./Inbox/Other"), &document(vec![account]), S, 1)
        .unwrap();
    assert!(tree.lookup("./DMAcc/Other/ServerID").is_some());
    assert_eq!(code(tree.get(&uri("./Inbox/Other"), S)), 405);
    assert_eq!(code(tree.get(&uri("./Inbox?list=Struct"), S)), 405);
}

#[test]
fn an_object_of_the_user() {
    let mut tree = standard();
    let child = node(
        "",
        &leaf_said("node", "ZeroOrN:2", "<DDFName>urn:me:1.0</DDFName>"),
        &node(
            "Level",
            &leaf_said("int", "One", TEXT)
                .replace("<DFFormat>", "<DefaultValue>3</DefaultValue><DFFormat>"),
            "",
        ),
    );
    let own = node("Mine", &said("Get", "node", "One", "Permanent", NAMELESS), &child)
        .replacen("<DFProperties>", "<Path>./Vendor/Deep/</Path><RTProperties><ACL>Add=*&amp;Get=*</ACL><Title>All</Title></RTProperties><DFProperties>", 1);
    let changes = tree.describe(&document_of(&own), 9).unwrap();
    let uris: Vec<&str> = changes.iter().map(|c| c.uri.as_str()).collect();
    assert_eq!(uris, ["./Vendor", "./Vendor/Deep", "./Vendor/Deep/Mine"]);
    let mine = tree.lookup("./Vendor/Deep/Mine").unwrap().state();
    assert_eq!(
        (&*mine.acl, &*mine.title, mine.permanent),
        ("Add=*&Get=*", "All", true)
    );
    // Its kind has a place for the Inbox now.
    let object = |name: &str| document(vec![branch(name, "urn:me:1.0", vec![leaf("Level", "")])]);
    let mut level = object("a");
    level.nodes[0].children[0].format = None;
    tree.add_document(&uri("./Inbox"), &level, S, 10).unwrap();
    let state = tree.lookup("./Vendor/Deep/Mine/a/Level").unwrap().state();
    assert_eq!((&*state.format, &*state.value), ("int", &b"3"[..]));
    assert_eq!(
        code(tree.add(&uri("./Vendor/Deep/Mine/b"), interior(), A, 11)),
        200
    );
    assert_eq!(
        code(tree.add(&uri("./Vendor/Deep/Mine/c"), interior(), A, 11)),
        420
    );
    // Nothing was said of what lies beside it.
    assert_eq!(
        code(tree.add(&uri("./Vendor/x"), NewValue::text("x"), S, 12)),
        200
    );
}

#[test]
fn a_new_node_has_what_no_server_could_add() {
    let level = said("Get Replace", "int", "One", "Dynamic", TEXT)
        .replace("<DFFormat>", "<DefaultValue>50</DefaultValue><DFFormat>");
    let state = said("Get", "bool", "One", "Dynamic", TEXT);
    let inner = said("Get", "node", "One", "Dynamic", NAMELESS);
    let inside = node("Level", &level, "") + &node("In", &inner, &node("State", &state, ""));
    let tree = boxed(&node(
        "",
        &leaf_said("node", "ZeroOrMore", NAMELESS),
        &inside,
    ));
    let mut one = tree.clone();
    let before = one.snapshot();
    let changes = one.add(&uri("./Box/a"), interior(), S, 1).unwrap();
    follow(&before, &changes, &one.snapshot());
    let text =
        |tree: &ManagementTree, place: &str| tree.lookup(place).unwrap().state().value.clone();
    assert_eq!(text(&one, "./Box/a/Level"), b"50");
    assert_eq!(text(&one, "./Box/a/In/State"), b"false");
    assert!(!one.lookup("./Box/a/Level").unwrap().state().permanent);
    assert_eq!(code(one.delete(&uri("./Box/a/Level"), S)), 405);
    assert_eq!(code(one.delete(&uri("./Box/a"), S)), 200);
    // An object may say their values where they can be replaced.
    let object = |name: &str, value: &str| {
        let leaf = tnds::Node {
            format: None,
            ..leaf(name, value)
        };
        document(vec![branch("a", "", vec![leaf])])
    };
    let mut two = tree.clone();
    let changes = two.add_document(&uri("./Box"), &object("Level", "70"), S, 1);
    assert_eq!(text(&two, "./Box/a/Level"), b"70");
    follow(&before, &changes.unwrap(), &two.snapshot());
    let mut three = tree.clone();
    let changed = three.add_document(&uri("./Box"), &object("In", ""), S, 1);
    assert_eq!(code(changed), 405);
    assert_eq!(three.snapshot(), before);
}

#[test]
fn conflicts_are_named_and_change_nothing() {
    let text = leaf_said("chr", "ZeroOrOne", TEXT);
    let folder = leaf_said("node", "ZeroOrOne", NAMELESS);
    let at = |path: &str, node: String| {
        node.replacen(
            "<DFProperties>",
            &format!("<Path>{path}</Path><DFProperties>"),
            1,
        )
    };
    let permanent = said("Get", "chr", "One", "Permanent", TEXT);
    let bad_default = leaf_said("int", "ZeroOrOne", TEXT)
        .replace("<DFFormat>", "<DefaultValue>x</DefaultValue><DFFormat>");
    for (nodes, place, what) in [
        (
            node("DevInfo", &folder, ""),
            "./DevInfo",
            "described already",
        ),
        (
            at("./DMAcc", node("", &folder, "")),
            "./DMAcc/*",
            "unnamed described already",
        ),
        (
            at("./DMAcc/X", node("Ext2", &text, "")),
            "./DMAcc/X",
            "through a run-time name",
        ),
        (
            at("./DevInfo/Man", node("x", &text, "")),
            "./DevInfo/Man",
            "below a leaf",
        ),
        (at("./A//B", node("x", &text, "")), "./A//B", "no Path"),
        (node("a%zz", &text, ""), "./a%25zz", "no name"),
        (
            node("A", &folder, &node("b", &permanent, "")),
            "./A/b",
            "permanent below dynamic",
        ),
        (
            node("A", &bad_default, ""),
            "./A",
            "a default of another format",
        ),
        (
            at("./A/B", node("c", &text, "")) + &node("A", &text, ""),
            "./A",
            "a leaf where nodes are described below",
        ),
        (
            node("Free", &text, ""),
            "./Free",
            "an interior node is there",
        ),
        (
            node("Free", &folder, &node("x", &text, "")),
            "./Free/y",
            "a node that is not described is there",
        ),
        (
            at("./Free/y", node("z", &permanent, "")),
            "./Free/y/z",
            "a leaf is there",
        ),
    ] {
        let mut tree = standard();
        for (place, new) in [("./Free", interior()), ("./Free/y", NewValue::text("x"))] {
            tree.add(&uri(place), new, Caller::Device, 0).unwrap();
        }
        let before = tree.snapshot();
        let conflict = tree.describe(&document_of(&nodes), 1).unwrap_err();
        assert_eq!(conflict.uri, place, "{what}: {conflict}");
        assert_eq!(tree.snapshot(), before, "{what}");
        // Nothing of it holds.
        assert_eq!(
            code(tree.add(&uri("./Other"), NewValue::text("x"), S, 1)),
            200
        );
    }
    let mut deep = node("d", &text, "");
    for _ in 0..MAX_DEPTH - 1 {
        deep = node("d", &folder, &deep);
    }
    assert!(
        ManagementTree::new(Limits::default())
            .describe(&document_of(&deep), 0)
            .is_ok()
    );
    let below = at("./a", deep);
    assert!(
        ManagementTree::new(Limits::default())
            .describe(&document_of(&below), 0)
            .is_err()
    );
}

/// Shows REP-32, TND-1, OBJ-3.
#[test]
fn limits_of_the_device_hold() {
    let mut device = Device {
        limits: Limits {
            max_depth: 4,
            max_tot_len: 40,
            max_seg_len: 8,
        },
        ..Device::default()
    };
    let tree = device_tree(&device, &[]);
    for (place, limit) in [("MaxDepth", "4"), ("MaxTotLen", "40"), ("MaxSegLen", "8")] {
        let node = tree.lookup(&format!("./DevDetail/URI/{place}")).unwrap();
        assert_eq!(node.state().value, limit.as_bytes());
    }
    for (text, status) in [
        ("./a/b/c/d", 200),
        ("./a/b/c/d?prop=ACL", 200),
        ("./a/b/c/d/e", 414),
        ("./12345678", 200),
        ("./123456789", 414),
        ("./%C3%A4%C3%A4", 414),
        ("./ää", 414),
        ("./12345678/12345678/12345678/12345678", 200),
        ("./12345678/12345678/12345678/123456789", 414),
    ] {
        assert_eq!(code(tree.parse_uri(text)), status, "{text}");
    }
    let short = Limits {
        max_tot_len: 10,
        ..device.limits
    };
    device.limits = short;
    let mut tree = device_tree(&device, &[]);
    assert_eq!(code(tree.parse_uri("./1234567")), 200);
    assert_eq!(code(tree.parse_uri("./1234567/1")), 414);
    // An object is held to them node by node.
    tree.add(&uri("./Free"), interior(), Caller::Device, 0)
        .unwrap();
    let object = document(vec![branch("x", "", vec![leaf("deeper", "v")])]);
    let refusal = tree
        .add_document(&uri("./Free"), &object, A, 1)
        .unwrap_err();
    assert_eq!(
        (refusal.code.0, refusal.uri.as_deref()),
        (414, Some("./Free/x/deeper"))
    );
    // A new name too.
    assert_eq!(
        code(tree.replace_property(&uri("./Free"), Property::Name, "123456789", A, 1)),
        425
    );
    let device = Caller::Device;
    assert_eq!(
        code(tree.replace_property(&uri("./Free"), Property::Name, "123456789", device, 1)),
        414
    );
}

/// Shows PRO-16, TND-20, TND-21, TND-22, OBJ-3.
#[test]
fn lists_tell_what_is_asked_for() {
    let tree = standard();
    let list = |what: &str| tree.get(&uri(&format!("./DevDetail?list={what}")), S);
    let Ok(Reading::Document(all)) = list("TNDS") else {
        panic!("a document")
    };
    let object = &all.nodes[0];
    assert_eq!((&*object.name, object.path.as_deref()), ("DevDetail", None));
    assert_eq!(
        (object.size.as_deref(), object.value.as_deref()),
        (None, None)
    );
    let large = object.children.iter().find(|n| n.name == "LrgObj").unwrap();
    assert_eq!(
        (
            large.format.as_deref(),
            large.size.as_deref(),
            large.value.as_deref()
        ),
        (Some("bool"), Some("4"), Some(&b"true"[..]))
    );
    assert_eq!(
        (large.ver_no.as_deref(), large.tstamp.is_some()),
        (Some("0"), true)
    );
    // As bytes, in both forms.
    let wbxml = tnds::Document::decode_wbxml(&all.encode_wbxml());
    assert_eq!(wbxml.as_ref(), Ok(&all));
    let xml = tnds::Document::decode_xml(all.encode_xml().as_bytes());
    assert_eq!(xml.as_ref(), Ok(&all));
    for (what, [acl, format, size, media_type, tstamp, ver_no, value]) in [
        ("TNDS+Value", [0, 0, 0, 0, 0, 0, 1]),
        ("TNDS+Format+Size+Type", [0, 1, 1, 1, 0, 0, 0]),
        ("TNDS-Value-Size", [0, 1, 0, 1, 1, 1, 0]),
        ("TNDS-TStamp-VerNo-ACL", [0, 1, 1, 1, 0, 0, 1]),
    ] {
        let Ok(Reading::Document(some)) = list(what) else {
            panic!("a document")
        };
        let leaf = some.nodes[0].children.iter().find(|n| n.name == "DevTyp");
        let leaf = leaf.unwrap();
        let found = [
            leaf.acl.is_some(),
            leaf.format.is_some(),
            leaf.size.is_some(),
            leaf.media_type.is_some(),
            leaf.tstamp.is_some(),
            leaf.ver_no.is_some(),
            leaf.value.is_some(),
        ];
        let wanted = [acl, format, size, media_type, tstamp, ver_no, value];
        assert_eq!(found.map(u8::from), wanted, "{what}");
    }
    for what in [
        "struct",
        "Struct+ACL",
        "StructData-ACL",
        "TNDS+",
        "TNDS-",
        "TNDSACL",
        "TNDS+acl",
        "TNDS+ACL-Value",
        "TNDS-ACL+Value",
        "TNDS+Colour",
        "TNDS++ACL",
        "Data",
    ] {
        assert_eq!(code(list(what)), 406, "{what}");
    }
    for (place, status) in [
        ("./None?list=Struct", 404),
        ("./None?prop=ACL", 404),
        (
            "./DMAcc/DMSC/AppAuth/Client/AAuthSecret?list=StructData",
            405,
        ),
        ("./DevInfo/Man?list=StructData", 200),
        ("./DevInfo?prop=acl", 406),
    ] {
        assert_eq!(code(tree.get(&uri(place), S)), status, "{place}");
    }
    assert_eq!(code(tree.get(&uri("./DMAcc/DMSC?list=Struct"), A)), 425);
    // A server without rights on a part is told the rest.
    let Ok(Reading::List(rest)) = tree.get(&uri(".?list=Struct"), A) else {
        panic!("a list")
    };
    assert!(rest.iter().any(|l| l.uri == "./DMAcc"));
    assert!(
        !rest
            .iter()
            .any(|l| l.uri.starts_with("./DMAcc/") || l.uri.starts_with("./Inbox"))
    );
}

/// Shows TND-9, TND-13.
#[test]
fn the_root_keeps_its_entries() {
    let mut tree = standard();
    let acl = "Add=S+T&Delete=T&Get=*";
    tree.replace_property(&NodeUri::root(), Property::Acl, acl, Caller::Device, 0)
        .unwrap();
    tree.remove_server("T", 1);
    assert_eq!(tree.snapshot.root().state().acl, "Add=S&Delete=*&Get=*");
}
