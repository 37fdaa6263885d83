//! Values of the codecs at the side of the card.

use super::octets;
use dmsc_core::codec::access::{Access, Condition, Entry, Rule};
use dmsc_core::codec::atr::{Atr, Interface, Offer};
use dmsc_core::codec::ber::{Form, Object, Tag};
use dmsc_core::codec::ef;
use dmsc_core::codec::fcp::{PinState, PinStatus};
use dmsc_core::codec::gsmtap::{Packet, SubType};
use dmsc_core::codec::pkcs15::DataObject;
use dmsc_core::codec::pps::Pps;
use dmsc_core::codec::t1::{Block, Report, Supervisory};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Objects with tags as a form has them.
pub(crate) fn tlv_objects(form: Form) -> BoxedStrategy<Vec<Object>> {
    let tag = match form {
        Form::Ber => prop_oneof![
            any::<u8>()
                .prop_filter("a short tag", |tag| tag & 0x1F != 0x1F)
                .prop_map(Tag::Short),
            (0..8u8, 0..0x80u8).prop_map(|(class, low)| Tag::Double([class << 5 | 0x1F, low])),
            (0..8u8, 0x80..=0xFFu8, 0..0x80u8).prop_map(|(class, high, low)| Tag::Triple([
                class << 5 | 0x1F,
                high,
                low
            ])),
        ]
        .boxed(),
        Form::Comprehension => prop_oneof![
            any::<u8>()
                .prop_filter("a short tag", |tag| *tag != 0x7F)
                .prop_map(Tag::Short),
            any::<[u8; 2]>().prop_map(|[high, low]| Tag::Triple([0x7F, high, low])),
        ]
        .boxed(),
    };
    let object = (tag, octets(300)).prop_map(|(tag, value)| Object { tag, value });
    vec(object, 0..5).boxed()
}

fn interface() -> BoxedStrategy<Interface> {
    (
        option::of(any::<u8>()),
        option::of(any::<u8>()),
        option::of(any::<u8>()),
    )
        .prop_map(|(ta, tb, tc)| Interface { ta, tb, tc })
        .boxed()
}

/// Answers to reset, with the protocols in their order.
pub(crate) fn atr() -> BoxedStrategy<Atr> {
    let offer = (0..16u8, interface());
    (any::<bool>(), interface(), vec(offer, 0..4), octets(15))
        .prop_map(|(inverse, first, mut offers, historical)| {
            offers.sort_by_key(|(protocol, _)| *protocol);
            // T=15 says what holds for all, and is no first offer.
            if let Some((protocol @ 15, _)) = offers.first_mut() {
                *protocol = 0;
            }
            let offers = offers.into_iter();
            let offers = offers.map(|(protocol, interface)| Offer {
                protocol,
                interface,
            });
            Atr {
                inverse,
                first,
                offers: offers.collect(),
                historical,
            }
        })
        .prop_filter("33 bytes at most", |atr| atr.encode().len() <= 33)
        .boxed()
}

/// Selections of protocol and parameters.
pub(crate) fn pps() -> BoxedStrategy<Pps> {
    (
        0..15u8,
        option::of(any::<u8>()),
        option::of(any::<u8>()),
        option::of(any::<u8>()),
    )
        .prop_map(|(protocol, pps1, pps2, pps3)| Pps {
            protocol,
            pps1,
            pps2,
            pps3,
        })
        .boxed()
}

/// PIN status templates.
pub(crate) fn pin_status() -> BoxedStrategy<PinStatus> {
    let pin = (option::of(any::<u8>()), any::<u8>(), any::<bool>()).prop_map(
        |(usage, reference, enabled)| PinState {
            usage,
            reference,
            enabled,
        },
    );
    vec(pin, 0..12).prop_map(|pins| PinStatus { pins }).boxed()
}

fn condition() -> BoxedStrategy<Condition> {
    let leaf = prop_oneof![
        Just(Condition::Always),
        Just(Condition::Never),
        any::<u8>().prop_map(Condition::Verified),
        octets(4).prop_map(|value| Condition::Unknown { tag: 0xC1, value }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let parts = vec(inner, 1..4);
        prop_oneof![
            parts.clone().prop_map(Condition::Or),
            parts.clone().prop_map(Condition::And),
            parts.prop_map(Condition::Not),
        ]
    })
    .boxed()
}

/// Access rules.
pub(crate) fn rule() -> BoxedStrategy<Rule> {
    let access = prop_oneof![
        any::<u8>().prop_map(Access::Modes),
        (1..16u8, octets(4)).prop_map(|(parts, bytes)| Access::Command { parts, bytes }),
    ];
    let entry =
        (vec(access, 1..3), vec(condition(), 1..3)).prop_map(|(operations, conditions)| Entry {
            operations,
            conditions,
        });
    vec(entry, 1..4)
        .prop_map(|entries| Rule { entries })
        .boxed()
}

fn digits(count: std::ops::RangeInclusive<usize>) -> BoxedStrategy<String> {
    vec(0..10u8, count)
        .prop_map(|digits| digits.iter().map(u8::to_string).collect())
        .boxed()
}

/// Contents of files, each with its form, in rooms of 60 bytes where they have no length.
pub(crate) fn contents() -> BoxedStrategy<(ef::Form, ef::Contents)> {
    const ROOM: usize = 60;
    let plmn = prop_oneof![digits(5..=5), digits(6..=6)]
        .prop_map(|digits| ef::Plmn::new(&digits).unwrap());
    let networks = plmn.prop_map(|plmn| ef::Network {
        plmn,
        technology: None,
    });
    let number = |form: fn(&str, &str) -> Option<(ef::Form, ef::Contents)>| {
        ("[A-Za-z0-9 ]{0,20}", "\\+?[0-9*#]{1,20}")
            .prop_map(move |(name, number)| form(&name, &number).unwrap())
    };
    prop_oneof![
        digits(18..=20).prop_map(|digits| {
            let number = ef::Iccid::new(&digits).unwrap();
            (ef::Form::Iccid, ef::Contents::Iccid(number))
        }),
        digits(6..=15).prop_map(|digits| {
            let number = ef::Imsi::new(&digits).unwrap();
            (ef::Form::Imsi, ef::Contents::Imsi(number))
        }),
        digits(15..=15).prop_map(|digits| {
            let number = ef::ImsiM::new(&digits).unwrap();
            assert_eq!(number.digits(), Some(digits));
            (ef::Form::ImsiM, ef::Contents::ImsiM(number))
        }),
        vec(networks, 1..9).prop_map(|list| (ef::Form::Networks, ef::Contents::Networks(list))),
        number(|name, number| {
            let number = ef::DiallingNumber::new(name, number, ROOM)?;
            let contents = ef::Contents::DiallingNumber(number);
            Some((ef::Form::DiallingNumber, contents))
        }),
        number(|_, number| {
            let centre = ef::ServiceCentre::new(number, ROOM)?;
            Some((ef::Form::ServiceCentre, ef::Contents::ServiceCentre(centre)))
        }),
        (any::<u8>(), "[A-Za-z0-9_]{0,16}").prop_map(|(display, name)| {
            let name = ef::ServiceProviderName::new(display, &name, 17).unwrap();
            let contents = ef::Contents::ServiceProviderName(name);
            (ef::Form::ServiceProviderName, contents)
        }),
        vec(1..100usize, 1..20).prop_map(|numbers| {
            let table = ef::Services::new(&numbers, 1);
            (ef::Form::Services, ef::Contents::Services(table))
        }),
        vec(1..100usize, 1..20).prop_map(|numbers| {
            let table = ef::Services::new(&numbers, 2);
            (ef::Form::DoubleServices, ef::Contents::Services(table))
        }),
        (vec(any::<u8>(), 1..=16), "[A-Za-z0-9#]{0,20}", octets(6)).prop_map(
            |(aid, label, path)| {
                let application = ef::Application::new(&aid, &label, &path).unwrap();
                (
                    ef::Form::Application,
                    ef::Contents::Application(application),
                )
            }
        ),
        rule().prop_map(|rule| (ef::Form::Rule, ef::Contents::Rule(rule))),
    ]
    .boxed()
}

/// Data objects of a PKCS #15 directory.
pub(crate) fn data_objects() -> BoxedStrategy<Vec<DataObject>> {
    let object = (
        "[ -~]{0,20}",
        any::<bool>(),
        any::<bool>(),
        vec(any::<u16>(), 1..5),
        1..4u8,
    )
        .prop_map(|(label, private, modifiable, path, last)| DataObject {
            label,
            oid: vec![0x67, 0x2B, 5, last],
            private,
            modifiable,
            path,
        });
    vec(object, 0..5).boxed()
}

/// Captures.
pub(crate) fn packet() -> BoxedStrategy<Packet> {
    (any::<u8>(), octets(260))
        .prop_map(|(code, payload)| Packet {
            sub_type: SubType::from_code(code),
            payload,
        })
        .boxed()
}

/// Blocks of T=1.
pub(crate) fn block() -> BoxedStrategy<Block> {
    let report = prop_oneof![Just(Report::Edc), Just(Report::Other)];
    prop_oneof![
        (0..2u8, any::<bool>(), octets(254))
            .prop_map(|(sequence, more, inf)| Block::information(sequence, more, &inf)),
        (0..2u8, report).prop_map(|(expected, report)| Block::ready(expected, report)),
        (any::<bool>(), 1..=254u8).prop_map(|(response, size)| Block::supervision(
            Supervisory::Ifs,
            response,
            &[size]
        )),
        any::<bool>().prop_map(|response| Block::supervision(Supervisory::Resynch, response, &[])),
    ]
    .boxed()
}
