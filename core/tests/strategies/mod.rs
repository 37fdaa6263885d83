//! Values of every codec at random, for properties here and for comparing with other programs.
//!
//! They are in the form that decoding gives: what the codecs mend on purpose (white space
//! around a token, texts in two pieces) does not occur, so that a round trip must be exact.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod air;
pub(crate) mod card;
mod toolkit;

#[allow(unused_imports, reason = "each user takes a part")]
pub(crate) use air::{
    command_packet, deliver, deliver_report, handshake, order, packet_key, receipt, record,
    response_packet, sealed, sign1, signed_receipt, submit, sync_body,
};
#[allow(unused_imports, reason = "each user takes a part")]
pub(crate) use toolkit::{envelope, proactive_command, terminal_response};

use dmsc_core::codec::apdu::{CommandApdu, ResponseApdu, StatusWord};
use dmsc_core::codec::http;
use dmsc_core::codec::markup::{Content, Element};
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Chal, Command, Cred, Data, Group, Item, ItemCommand, Location, Message, Meta,
    Results, Status, StatusCode, SyncHdr,
};
use dmsc_core::codec::t1::Edc;
use dmsc_core::codec::{ber, ddf, devinf, pkcs15, prov, tnds, wsp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Encoded values of a codec, by its name.
pub(crate) type Encoded = (&'static str, fn() -> BoxedStrategy<Vec<u8>>);

/// Values of every codec, encoded; damaged they are what properties try all codecs on.
pub(crate) const STRATEGIES: &[Encoded] = &[
    ("wbxml", || {
        message(true).prop_map(|m| m.encode_wbxml()).boxed()
    }),
    ("xml", || {
        message(false)
            .prop_map(|m| m.encode_xml().into_bytes())
            .boxed()
    }),
    ("syncml", || {
        let message = message(true);
        prop_oneof![
            message.clone().prop_map(|m| m.encode_wbxml()),
            message.prop_map(|m| m.encode_xml().into_bytes()),
        ]
        .boxed()
    }),
    ("tnds", || {
        let document = tnds_document(true);
        prop_oneof![
            document.clone().prop_map(|d| d.encode_wbxml()),
            document.prop_map(|d| d.encode_xml().into_bytes()),
        ]
        .boxed()
    }),
    ("ddf", || {
        let document = ddf_document(true);
        prop_oneof![
            document.clone().prop_map(|d| d.encode_wbxml()),
            document.prop_map(|d| d.encode_xml().into_bytes()),
        ]
        .boxed()
    }),
    ("prov", || {
        let document = prov_document();
        prop_oneof![
            2 => document.clone().prop_map(|d| d.encode_wbxml()),
            1 => document.prop_map(|d| d.encode_xml().into_bytes()),
        ]
        .boxed()
    }),
    ("devinf", || {
        let document = devinf_document();
        prop_oneof![
            document.clone().prop_map(|d| d.encode_wbxml()),
            document.prop_map(|d| d.encode_xml().into_bytes()),
        ]
        .boxed()
    }),
    ("notification", || {
        package0().prop_map(|p| p.encode()).boxed()
    }),
    ("cose", || sign1().prop_map(|m| m.encode()).boxed()),
    ("wsp", || push().prop_map(|p| p.encode()).boxed()),
    ("http", || {
        prop_oneof![
            request().prop_map(|r| r.encode()),
            response().prop_map(|r| r.encode()),
        ]
        .boxed()
    }),
    ("apdu", || command_apdu().prop_map(|a| a.encode()).boxed()),
    ("toolkit", || {
        prop_oneof![
            proactive_command().prop_map(|c| c.encode()),
            terminal_response().prop_map(|r| r.encode()),
            envelope().prop_map(|e| e.encode()),
        ]
        .boxed()
    }),
    ("sms", || {
        prop_oneof![
            deliver().prop_map(|m| m.encode()),
            submit().prop_map(|m| m.encode()),
            deliver_report().prop_map(|m| m.encode()),
        ]
        .boxed()
    }),
    ("tls", || record().prop_map(|r| r.encode()).boxed()),
    ("secured_packet", || {
        prop_oneof![
            command_packet().prop_filter_map("no such packet", sealed),
            response_packet()
                .prop_filter_map("no such packet", |(asked, packet)| receipt(&asked, &packet)),
        ]
        .boxed()
    }),
    ("ber", || {
        prop_oneof![
            card::tlv_objects(ber::Form::Ber).prop_map(|o| ber::encode(&o)),
            card::tlv_objects(ber::Form::Comprehension).prop_map(|o| ber::encode(&o)),
        ]
        .boxed()
    }),
    ("atr", || card::atr().prop_map(|a| a.encode()).boxed()),
    ("pps", || card::pps().prop_map(|p| p.encode()).boxed()),
    ("fcp", || {
        card::pin_status().prop_map(|s| s.encode()).boxed()
    }),
    ("access", || card::rule().prop_map(|r| r.encode()).boxed()),
    ("ef", || {
        card::contents().prop_map(|(_, c)| c.encode(60)).boxed()
    }),
    ("pkcs15", || {
        card::data_objects()
            .prop_map(|o| pkcs15::encode_dodf(&o))
            .boxed()
    }),
    ("gsmtap", || card::packet().prop_map(|p| p.encode()).boxed()),
    ("t1", || {
        card::block().prop_map(|b| b.encode(Edc::Lrc)).boxed()
    }),
];

/// Text without white space at its ends, mostly short and plain.
pub(crate) fn token() -> BoxedStrategy<String> {
    prop_oneof![
        8 => "[!-~]{1,12}",
        3 => "[!-~][ -~]{0,20}[!-~]",
        2 => "\\./[A-Za-z0-9]{1,8}(/[A-Za-z0-9]{1,8}){0,4}",
        1 => "[a-zäß€文😀]{1,10}",
        1 => Just(String::new()),
    ]
    .boxed()
}

/// Any text that XML can carry.
pub(crate) fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => token(),
        3 => "[ -~]{0,40}",
        2 => "[\t\n\r -~äß€文😀]{0,30}",
        1 => Just("]]> <![CDATA[ &amp; &#65; <?x?> <!-- -->".to_owned()),
        1 => any::<String>().prop_map(|s| s.chars().filter(|c| is_xml(*c)).collect()),
        1 => "[a-z ]{100,400}",
    ]
    .boxed()
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Any octets.
pub(crate) fn octets(most: usize) -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        3 => vec(any::<u8>(), 0..=most.min(24)),
        1 => vec(any::<u8>(), 0..=most),
    ]
    .boxed()
}

// ---------------------------------------------------------------- SyncML

fn location() -> BoxedStrategy<Location> {
    (token(), option::weighted(0.2, text()))
        .prop_map(|(uri, name)| Location { uri, name })
        .boxed()
}

fn number() -> BoxedStrategy<u64> {
    prop_oneof![0..100_000u64, any::<u64>()].boxed()
}

fn format() -> BoxedStrategy<String> {
    proptest::sample::select(&tnds::FORMATS[..])
        .prop_map(str::to_owned)
        .boxed()
}

/// Elements that stand inside Meta and have no meaning in DM.
fn other_meta() -> BoxedStrategy<Element> {
    let name = proptest::sample::select(&["Version", "EMI", "SharedMem", "FreeID"][..]);
    (name, text())
        .prop_map(|(name, text)| leaf(1, name, &text))
        .boxed()
}

fn leaf(page: u8, name: &str, text: &str) -> Element {
    let mut element = Element {
        name: name.to_owned(),
        page,
        ..Element::default()
    };
    if !text.is_empty() {
        element.push_text(text);
    }
    element
}

fn full_meta() -> BoxedStrategy<Meta> {
    (
        option::of(format()),
        option::of(token()),
        option::weighted(0.2, token()),
        option::weighted(0.3, number()),
        option::weighted(0.2, "[A-Za-z0-9+/]{4,20}=="),
        option::weighted(0.2, number()),
        option::weighted(0.2, number()),
        vec(other_meta(), 0..2),
    )
        .prop_map(
            |(format, media_type, mark, size, next_nonce, max_msg_size, max_obj_size, other)| {
                Meta {
                    format,
                    media_type,
                    mark,
                    size,
                    next_nonce,
                    max_msg_size,
                    max_obj_size,
                    other,
                }
            },
        )
        .boxed()
}

fn meta() -> BoxedStrategy<Meta> {
    prop_oneof![2 => Just(Meta::default()), 3 => full_meta()].boxed()
}

fn cred() -> BoxedStrategy<Cred> {
    (meta(), token())
        .prop_map(|(meta, data)| Cred { meta, data })
        .boxed()
}

/// Elements that DM has no use for, of SyncML or of nobody.
fn foreign() -> BoxedStrategy<Element> {
    let name = proptest::sample::select(&["Put", "Map", "Search", "Field", "X-Own", "Lang"][..]);
    let leaf_of = (name.clone(), text()).prop_map(|(name, text)| leaf(0, name, &text));
    leaf_of
        .prop_recursive(3, 12, 4, move |inner| {
            (name.clone(), vec(inner, 1..4)).prop_map(|(name, children)| Element {
                name: name.to_owned(),
                content: children.into_iter().map(Content::Element).collect(),
                ..Element::default()
            })
        })
        .boxed()
}

/// Elements beside those that DM has a use for, seldom.
fn other(names: &'static [&'static str]) -> BoxedStrategy<Vec<Element>> {
    let one =
        (proptest::sample::select(names), text()).prop_map(|(name, text)| leaf(0, name, &text));
    prop_oneof![9 => Just(Vec::new()), 1 => vec(prop_oneof![one, foreign()], 1..3)].boxed()
}

fn data(octets_too: bool) -> BoxedStrategy<Data> {
    let text = text().prop_map(Data::Text);
    let markup = prop_oneof![
        foreign(),
        tnds_document(octets_too).prop_map(|document| document.to_element()),
    ]
    .prop_map(Data::Markup);
    if octets_too {
        prop_oneof![6 => text, 1 => markup, 2 => octets(300).prop_map(Data::Opaque)].boxed()
    } else {
        prop_oneof![6 => text, 1 => markup].boxed()
    }
}

fn item(octets_too: bool) -> BoxedStrategy<Item> {
    (
        option::of(location()),
        option::weighted(0.3, location()),
        other(&["SourceParent", "TargetParent", "X-Own"]),
        meta(),
        option::of(data(octets_too)),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(target, source, other, meta, data, more_data)| Item {
            target,
            source,
            other,
            meta,
            data,
            more_data,
        })
        .boxed()
}

fn items(octets_too: bool) -> BoxedStrategy<Vec<Item>> {
    vec(item(octets_too), 0..3).boxed()
}

fn cmd_id() -> BoxedStrategy<String> {
    prop_oneof![9 => (1..1000u32).prop_map(|n| n.to_string()), 1 => token()].boxed()
}

fn item_command(octets_too: bool) -> BoxedStrategy<ItemCommand> {
    (
        cmd_id(),
        any::<bool>(),
        other(&["Lang", "Archive", "SftDel", "Cred"]),
        option::weighted(0.1, text()),
        meta(),
        items(octets_too),
    )
        .prop_map(
            |(cmd_id, no_resp, other, correlator, meta, items)| ItemCommand {
                cmd_id,
                no_resp,
                other,
                correlator,
                meta,
                items,
            },
        )
        .boxed()
}

fn alert(octets_too: bool) -> BoxedStrategy<Alert> {
    (
        (cmd_id(), any::<bool>(), other(&["Cred", "Lang"])),
        any::<u16>(),
        option::weighted(0.2, text()),
        items(octets_too),
    )
        .prop_map(
            |((cmd_id, no_resp, other), code, correlator, items)| Alert {
                cmd_id,
                no_resp,
                other,
                code: AlertCode(code),
                correlator,
                items,
            },
        )
        .boxed()
}

fn status(octets_too: bool) -> BoxedStrategy<Status> {
    (
        (cmd_id(), token(), cmd_id(), token()),
        (vec(token(), 0..2), vec(token(), 0..2)),
        option::weighted(0.2, meta().prop_map(|meta| Chal { meta })),
        any::<u16>(),
        other(&["Cred", "Lang"]),
        items(octets_too),
    )
        .prop_map(
            |(
                (cmd_id, msg_ref, cmd_ref, cmd),
                (target_refs, source_refs),
                chal,
                code,
                other,
                items,
            )| {
                Status {
                    cmd_id,
                    msg_ref,
                    cmd_ref,
                    cmd,
                    target_refs,
                    source_refs,
                    chal,
                    code: StatusCode(code),
                    other,
                    items,
                }
            },
        )
        .boxed()
}

fn results(octets_too: bool) -> BoxedStrategy<Results> {
    (
        cmd_id(),
        option::of(token()),
        cmd_id(),
        meta(),
        option::of(token()),
        option::of(token()),
        other(&["Lang", "X-Own"]),
        items(octets_too),
    )
        .prop_map(
            |(cmd_id, msg_ref, cmd_ref, meta, target_ref, source_ref, other, items)| Results {
                cmd_id,
                msg_ref,
                cmd_ref,
                meta,
                target_ref,
                source_ref,
                other,
                items,
            },
        )
        .boxed()
}

fn command(octets_too: bool) -> BoxedStrategy<Command> {
    let single = prop_oneof![
        item_command(octets_too).prop_map(Command::Add),
        item_command(octets_too).prop_map(Command::Replace),
        item_command(octets_too).prop_map(Command::Delete),
        item_command(octets_too).prop_map(Command::Copy),
        item_command(octets_too).prop_map(Command::Get),
        item_command(octets_too).prop_map(Command::Exec),
        alert(octets_too).prop_map(Command::Alert),
        status(octets_too).prop_map(Command::Status),
        results(octets_too).prop_map(Command::Results),
        foreign().prop_map(Command::Unknown),
    ];
    single
        .prop_recursive(2, 8, 3, |inner| {
            let group = (cmd_id(), any::<bool>(), meta(), vec(inner, 0..3)).prop_map(
                |(cmd_id, no_resp, meta, commands)| Group {
                    cmd_id,
                    no_resp,
                    meta,
                    commands,
                },
            );
            (group, any::<bool>()).prop_map(|(group, atomic)| {
                if atomic {
                    Command::Atomic(group)
                } else {
                    Command::Sequence(group)
                }
            })
        })
        .boxed()
}

fn hdr() -> BoxedStrategy<SyncHdr> {
    (
        (token(), token(), token(), token()),
        (location(), location()),
        option::weighted(0.3, token()),
        any::<bool>(),
        option::of(cred()),
        meta(),
        other(&["Lang", "X-Own"]),
    )
        .prop_map(
            |(
                (ver_dtd, ver_proto, session_id, msg_id),
                (target, source),
                resp_uri,
                no_resp,
                cred,
                meta,
                other,
            )| {
                SyncHdr {
                    ver_dtd,
                    ver_proto,
                    session_id,
                    msg_id,
                    target,
                    source,
                    resp_uri,
                    no_resp,
                    cred,
                    meta,
                    other,
                }
            },
        )
        .boxed()
}

/// Messages; without opaque data they are the same in WBXML and in XML.
pub(crate) fn message(octets_too: bool) -> BoxedStrategy<Message> {
    (hdr(), vec(command(octets_too), 0..5), any::<bool>())
        .prop_map(|(hdr, commands, is_final)| Message {
            hdr,
            commands,
            is_final,
        })
        .boxed()
}

// ---------------------------------------------------------------- TNDS and provisioning

fn node_value(format: Option<&str>, octets_too: bool) -> BoxedStrategy<Option<Vec<u8>>> {
    match format {
        Some("bin") if octets_too => option::of(octets(100)).boxed(),
        Some("bin" | "node") => Just(None).boxed(),
        _ => option::of(text().prop_map(String::into_bytes)).boxed(),
    }
}

fn leaf_node(octets_too: bool) -> BoxedStrategy<tnds::Node> {
    let of_format = option::of(format())
        .prop_flat_map(move |format| (node_value(format.as_deref(), octets_too), Just(format)));
    (
        of_format,
        option::weighted(0.3, token()),
        option::weighted(0.4, token()),
        option::weighted(0.1, token()),
        option::weighted(0.1, "20[0-9]{6}T[0-9]{6}Z"),
        option::weighted(0.1, ("[0-9]{1,4}", "[0-9]{1,4}")),
    )
        .prop_map(
            |((value, format), acl, media_type, title, tstamp, numbers)| tnds::Node {
                acl,
                format,
                media_type,
                title,
                tstamp,
                size: numbers.clone().map(|(size, _)| size),
                ver_no: numbers.map(|(_, ver_no)| ver_no),
                value,
                ..tnds::Node::default()
            },
        )
        .boxed()
}

/// Names that differ among siblings.
fn name_all(nodes: &mut [tnds::Node]) {
    for (n, node) in nodes.iter_mut().enumerate() {
        node.name = format!("{}{n}", ["Näme", "X", "a.b-c"][n % 3]);
    }
}

fn node(octets_too: bool) -> BoxedStrategy<tnds::Node> {
    leaf_node(octets_too)
        .prop_recursive(4, 12, 4, move |inner| {
            (leaf_node(octets_too), vec(inner, 0..4)).prop_map(|(mut node, mut children)| {
                name_all(&mut children);
                node.format = node.format.and(Some("node".to_owned()));
                node.value = None;
                node.children = children;
                node
            })
        })
        .boxed()
}

/// Tree descriptions; without octets no node has a value of Format bin.
pub(crate) fn tnds_document(octets_too: bool) -> BoxedStrategy<tnds::Document> {
    (
        token(),
        option::weighted(0.2, token()),
        option::weighted(0.2, token()),
        vec(
            (
                node(octets_too),
                option::of("\\./[A-Za-z0-9]{1,8}(/[A-Za-z0-9]{1,8}){0,4}"),
            ),
            1..4,
        ),
    )
        .prop_map(|(ver_dtd, man, model, nodes)| {
            let (mut nodes, paths): (Vec<_>, Vec<_>) = nodes.into_iter().unzip();
            name_all(&mut nodes);
            for (node, path) in nodes.iter_mut().zip(paths) {
                node.path = path;
            }
            tnds::Document {
                ver_dtd,
                man,
                model,
                nodes,
            }
        })
        .boxed()
}

// ---------------------------------------------------------------- DDF

fn access_types() -> BoxedStrategy<ddf::AccessTypes> {
    use ddf::AccessTypes as Access;
    let one = proptest::sample::select(
        &[
            Access::ADD,
            Access::COPY,
            Access::DELETE,
            Access::EXEC,
            Access::GET,
            Access::REPLACE,
        ][..],
    );
    vec(one, 0..7)
        .prop_map(|all| all.into_iter().fold(Access::NONE, Access::and))
        .boxed()
}

fn occurrence() -> BoxedStrategy<ddf::Occurrence> {
    prop_oneof![
        Just(ddf::Occurrence::One),
        Just(ddf::Occurrence::ZeroOrOne),
        Just(ddf::Occurrence::ZeroOrMore),
        Just(ddf::Occurrence::OneOrMore),
        (2..=65_536u32).prop_map(ddf::Occurrence::ZeroOrN),
        (2..=65_536u32).prop_map(ddf::Occurrence::OneOrN),
    ]
    .boxed()
}

fn df_properties(interior: bool) -> BoxedStrategy<ddf::DfProperties> {
    let formats = vec(format(), 1..4).prop_map(move |mut formats| {
        if interior {
            formats.insert(0, "node".to_owned());
        }
        let mut known = Vec::new();
        formats.retain(|f| {
            !known.contains(f) && {
                known.push(f.clone());
                true
            }
        });
        formats
    });
    let scope = prop_oneof![Just(ddf::Scope::Dynamic), Just(ddf::Scope::Permanent)];
    let kind = prop_oneof![
        vec(token(), 1..4).prop_map(ddf::Kind::Mime),
        token().prop_map(ddf::Kind::DdfName),
    ];
    let case_sense = prop_oneof![
        Just(ddf::CaseSense::Sensitive),
        Just(ddf::CaseSense::Insensitive)
    ];
    (
        (access_types(), formats, occurrence(), scope, kind),
        option::weighted(0.3, text()),
        option::weighted(0.3, token()),
        option::weighted(0.2, token()),
        option::weighted(0.2, case_sense),
    )
        .prop_map(
            |(
                (access, formats, occurrence, scope, kind),
                default_value,
                description,
                title,
                case_sense,
            )| {
                ddf::DfProperties {
                    access,
                    default_value,
                    description,
                    formats,
                    occurrence,
                    scope,
                    title,
                    kind,
                    case_sense,
                }
            },
        )
        .boxed()
}

fn run_time() -> BoxedStrategy<ddf::RunTime> {
    (
        option::of(token()),
        option::of(format()),
        option::of(token()),
        option::of(token()),
        option::of("20[0-9]{6}T[0-9]{6}Z"),
        option::of("[0-9]{1,4}"),
    )
        .prop_map(
            |(acl, format, media_type, title, tstamp, ver_no)| ddf::RunTime {
                acl,
                format,
                media_type,
                title,
                tstamp,
                ver_no,
            },
        )
        .boxed()
}

fn described_leaf(octets_too: bool) -> BoxedStrategy<ddf::Node> {
    (df_properties(false), option::weighted(0.3, run_time()))
        .prop_flat_map(move |(properties, run_time)| {
            let leaf = properties.formats.iter().find(|f| *f != "node");
            let leaf = leaf.map_or("node", String::as_str);
            (
                node_value(Some(leaf), octets_too),
                Just((properties, run_time)),
            )
        })
        .prop_map(|(value, (properties, run_time))| ddf::Node {
            run_time,
            properties,
            value,
            ..ddf::Node::default()
        })
        .boxed()
}

fn described(octets_too: bool) -> BoxedStrategy<ddf::Node> {
    described_leaf(octets_too)
        .prop_recursive(4, 12, 4, move |inner| {
            (df_properties(true), vec(inner, 1..4)).prop_map(|(properties, mut children)| {
                for (n, child) in children.iter_mut().enumerate() {
                    child.name = match n {
                        0 => String::new(),
                        n => format!("n{n}"),
                    };
                }
                ddf::Node {
                    properties,
                    children,
                    ..ddf::Node::default()
                }
            })
        })
        .boxed()
}

/// Device descriptions; without octets no node has a value of Format bin.
pub(crate) fn ddf_document(octets_too: bool) -> BoxedStrategy<ddf::Document> {
    let path = option::of("\\./[A-Za-z0-9]{1,8}(/[A-Za-z0-9]{1,8}){0,4}");
    (
        token(),
        option::weighted(0.2, token()),
        option::weighted(0.2, token()),
        vec((described(octets_too), path, token()), 1..4),
    )
        .prop_map(|(ver_dtd, man, model, nodes)| ddf::Document {
            ver_dtd,
            man,
            model,
            nodes: nodes
                .into_iter()
                .map(|(mut node, path, name)| {
                    node.path = path;
                    node.name = name.replace('/', "-");
                    node
                })
                .collect(),
        })
        .boxed()
}

/// Names and values with a token of their own, and others.
fn parm() -> BoxedStrategy<prov::Parm> {
    let name = prop_oneof![
        3 => proptest::sample::select(
            &["NAME", "NAPID", "BEARER", "APPID", "ADDR", "AAUTHTYPE", "PORTNBR", "SERVICE", "INIT"][..]
        ).prop_map(str::to_owned),
        1 => text(),
    ];
    let value = prop_oneof![
        2 => proptest::sample::select(
            &["GSM-GPRS", "IPV4", "APPSRV", "DIGEST", "TETRA-SDS", "HTTP-BASIC", "w7", "CLIENT"][..]
        ).prop_map(str::to_owned),
        2 => text(),
    ];
    (name, option::weighted(0.9, value))
        .prop_map(|(name, value)| prov::Parm { name, value })
        .boxed()
}

/// Provisioning documents.
pub(crate) fn prov_document() -> BoxedStrategy<prov::Document> {
    let kind = prop_oneof![
        4 => proptest::sample::select(
            &["APPLICATION", "APPADDR", "APPAUTH", "NAPDEF", "PXLOGICAL", "PORT", "BOOTSTRAP"][..]
        ).prop_map(str::to_owned),
        1 => text(),
    ];
    let flat = (kind, vec(parm(), 0..5))
        .prop_map(|(kind, parms)| prov::Characteristic {
            kind,
            parms,
            characteristics: Vec::new(),
        })
        .boxed();
    let nested = flat.clone().prop_recursive(3, 8, 3, move |inner| {
        (flat.clone(), vec(inner, 0..3)).prop_map(|(mut group, inner)| {
            group.characteristics = inner;
            group
        })
    });
    let version = option::of(prop_oneof![Just("1.0".to_owned()), token()]);
    (version, vec(nested, 0..4))
        .prop_map(|(version, characteristics)| prov::Document {
            version,
            characteristics,
        })
        .boxed()
}

/// A DevInf document with elements by name; texts are plain, since DevInf holds no data.
pub(crate) fn devinf_document() -> BoxedStrategy<devinf::Document> {
    let names = proptest::sample::select(&["Man", "Mod", "FwV", "DevID", "DevTyp"][..]);
    let leaf = (names, token()).prop_map(|(name, text)| leaf(0, name, &text));
    let store = vec(leaf.clone(), 0..3).prop_map(|inner| Element {
        name: "DataStore".to_owned(),
        content: inner.into_iter().map(Content::Element).collect(),
        ..Element::default()
    });
    let parts = vec(prop_oneof![4 => leaf, 1 => store], 0..6);
    (proptest::sample::select(&["1.1", "1.2"][..]), parts)
        .prop_map(|(version, parts)| {
            let version = self::leaf(0, "VerDTD", version);
            let all = std::iter::once(version).chain(parts);
            let root = Element {
                name: "DevInf".to_owned(),
                content: all.map(Content::Element).collect(),
                ..Element::default()
            };
            devinf::Document::new(root).unwrap()
        })
        .boxed()
}

// ---------------------------------------------------------------- notification, push, HTTP

/// Notifications of any version.
pub(crate) fn package0() -> BoxedStrategy<Package0> {
    let ui_mode = proptest::sample::select(
        &[
            UiMode::NotSpecified,
            UiMode::Background,
            UiMode::Informative,
            UiMode::UserInteraction,
        ][..],
    );
    (
        any::<[u8; 16]>(),
        0..0x400u16,
        ui_mode,
        any::<bool>(),
        0..0x0800_0000u32,
        any::<u16>(),
        prop_oneof!["[!-~]{1,40}", "[a-zäß€😀]{1,60}", "[a-z]{255}"],
        octets(100),
    )
        .prop_map(
            |(digest, version, ui_mode, server, future_use, session_id, server_id, body)| {
                Package0 {
                    digest,
                    version,
                    ui_mode,
                    initiator: if server {
                        Initiator::Server
                    } else {
                        Initiator::User
                    },
                    future_use,
                    session_id,
                    server_id,
                    body,
                }
            },
        )
        .boxed()
}

/// A header value as encoded: short, text, or counted.
fn push_value() -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        (0x80..=0xFFu8).prop_map(|code| vec![code]),
        "[ -~]{1,30}".prop_map(|text| [text.as_bytes(), &[0]].concat()),
        vec(any::<u8>(), 0..=30).prop_map(|v| [&[v.len() as u8][..], &v].concat()),
        vec(any::<u8>(), 31..=127).prop_map(|v| [&[31, v.len() as u8][..], &v].concat()),
    ]
    .boxed()
}

/// Pushes of anything.
pub(crate) fn push() -> BoxedStrategy<wsp::Push> {
    let name = prop_oneof![
        (0..0x80u32).prop_map(wsp::Token::Code),
        "[A-Za-z-]{1,20}".prop_map(wsp::Token::Text),
    ];
    let header = (name, push_value()).prop_map(|(name, value)| wsp::Header { name, value });
    (any::<u8>(), push_value(), vec(header, 0..5), octets(300))
        .prop_map(|(push_id, content_type, headers, body)| wsp::Push {
            push_id,
            content_type,
            headers,
            body,
        })
        .boxed()
}

fn headers() -> BoxedStrategy<Vec<(String, String)>> {
    vec(("X-[A-Za-z]{1,12}", "([!-~]([ -~]{0,20}[!-~])?)?"), 0..6).boxed()
}

/// Requests; one with a body has its Content-Length, as the encoder gives it.
pub(crate) fn request() -> BoxedStrategy<http::Request> {
    ("[A-Z]{1,8}", "/[!-~]{0,30}", headers(), octets(600))
        .prop_map(|(method, target, mut headers, body)| {
            headers.push(("Host".to_owned(), "[::1]:3516".to_owned()));
            if !body.is_empty() {
                headers.push(("Content-Length".to_owned(), body.len().to_string()));
            }
            http::Request {
                method,
                target,
                headers,
                body,
            }
        })
        .boxed()
}

/// Responses with a Content-Length.
pub(crate) fn response() -> BoxedStrategy<http::Response> {
    (
        100..1000u16,
        "([A-Z][A-Za-z ]{0,20}[a-z])?",
        headers(),
        octets(600),
    )
        .prop_map(|(status, reason, mut headers, body)| {
            // These have no body whatever their fields say.
            let bare = matches!(status, 100..=199 | 204 | 304);
            let body = if bare { Vec::new() } else { body };
            headers.push(("Content-Length".to_owned(), body.len().to_string()));
            http::Response {
                status,
                reason,
                headers,
                body,
            }
        })
        .boxed()
}

// ---------------------------------------------------------------- card

/// Commands of cases 1 to 4.
pub(crate) fn command_apdu() -> BoxedStrategy<CommandApdu> {
    (any::<[u8; 4]>(), octets(255), option::of(1..=256u16))
        .prop_map(|([cla, ins, p1, p2], data, le)| CommandApdu {
            cla,
            ins,
            p1,
            p2,
            data,
            le,
        })
        .boxed()
}

/// Responses.
pub(crate) fn response_apdu() -> BoxedStrategy<ResponseApdu> {
    (octets(256), any::<u16>())
        .prop_map(|(data, sw)| ResponseApdu {
            data,
            sw: StatusWord(sw),
        })
        .boxed()
}
