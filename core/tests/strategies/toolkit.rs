//! Messages of the toolkit: commands of every form, responses, envelopes.

use super::octets;
use dmsc_core::codec::toolkit::{
    Action, Alpha, ChannelStatus, Envelope, Extra, HostAddress, Item, LinkState, NotModelled,
    Object, ProactiveCommand, TerminalResponse, Text, Transport, TransportKind,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn channel_status() -> BoxedStrategy<ChannelStatus> {
    let state = proptest::sample::select(
        &[
            LinkState::Closed,
            LinkState::Listen,
            LinkState::Established,
            LinkState::Reserved,
        ][..],
    );
    (0..8u8, state, any::<u8>())
        .prop_map(|(channel, state, info)| ChannelStatus {
            channel,
            state,
            info,
        })
        .boxed()
}

/// Objects as they are decoded: what has a kind of its own is not `Other`.
fn object() -> BoxedStrategy<Object> {
    (0..0x80u8, octets(300))
        .prop_map(|(tag, value)| Object::decode(tag, &value))
        .boxed()
}

fn text() -> BoxedStrategy<Text> {
    prop_oneof![
        octets(100).prop_map(|value| Text::decode(&value)),
        "[ -~äß€я]{0,20}".prop_map(|text| Text::new(&text)),
    ]
    .boxed()
}

fn alpha() -> BoxedStrategy<Alpha> {
    prop_oneof![
        octets(40).prop_map(Alpha),
        "[ -~äß€я]{0,20}".prop_map(|text| Alpha::new(&text)),
    ]
    .boxed()
}

fn host_address() -> BoxedStrategy<HostAddress> {
    prop_oneof![
        Just(HostAddress::Dynamic),
        any::<[u8; 4]>().prop_map(HostAddress::V4),
        any::<[u8; 16]>().prop_map(HostAddress::V6),
    ]
    .boxed()
}

fn items(least: usize) -> BoxedStrategy<Vec<Item>> {
    vec(
        (1..=255u8, alpha()).prop_map(|(id, text)| Item { id, text }),
        least..5,
    )
    .boxed()
}

fn duration() -> BoxedStrategy<Option<(u8, u8)>> {
    option::of(any::<(u8, u8)>()).boxed()
}

fn known_object() -> BoxedStrategy<Object> {
    prop_oneof![
        octets(241).prop_map(Object::ChannelData),
        any::<u8>().prop_map(Object::ChannelDataLength),
        channel_status().prop_map(Object::ChannelStatus),
        any::<u16>().prop_map(Object::BufferSize),
        any::<[u8; 3]>().prop_map(|b| Object::Transport(Transport::decode(b))),
        any::<u8>().prop_map(Object::TimerId),
        any::<u8>().prop_map(Object::ItemId),
        (0..24 * 3600u32).prop_map(Object::TimerValue),
        text().prop_map(Object::Text),
        any::<[u8; 2]>().prop_map(|[unit, count]| Object::Duration { unit, count }),
        object(),
    ]
    .boxed()
}

/// Commands that speak to the user.
fn dialog() -> BoxedStrategy<Action> {
    let q = any::<u8>();
    prop_oneof![
        (q, text(), any::<bool>(), duration()).prop_map(
            |(qualifier, text, immediate, duration)| Action::DisplayText {
                qualifier,
                text,
                immediate,
                duration,
            }
        ),
        (q, text(), duration()).prop_map(|(qualifier, text, duration)| Action::GetInkey {
            qualifier,
            text,
            duration,
        }),
        (q, text(), any::<(u8, u8)>(), option::of(text())).prop_map(
            |(qualifier, text, (a, b), default)| Action::GetInput {
                qualifier,
                text,
                min: a.min(b),
                max: a.max(b),
                default,
            }
        ),
        (q, option::of(alpha()), items(1), option::of(q)).prop_map(
            |(qualifier, alpha, items, default)| Action::SelectItem {
                qualifier,
                alpha,
                items,
                default,
            }
        ),
        (q, alpha(), items(0)).prop_map(|(qualifier, alpha, items)| Action::SetUpMenu {
            qualifier,
            alpha,
            items,
        }),
        (any::<bool>(), option::of(alpha()), octets(12), octets(160)).prop_map(
            |(packing, alpha, service_centre, tpdu)| Action::SendShortMessage {
                packing,
                alpha,
                service_centre,
                tpdu,
            }
        ),
        (q, octets(60), option::of(alpha()))
            .prop_map(|(mode, url, alpha)| { Action::LaunchBrowser { mode, url, alpha } }),
    ]
    .boxed()
}

/// Commands of the bearer independent protocol.
fn channel_action() -> BoxedStrategy<Action> {
    let channel = 1..=7u8;
    let transport = || any::<[u8; 3]>().prop_map(Transport::decode);
    let remote =
        |t: &Transport| matches!(t.kind, TransportKind::UdpRemote | TransportKind::TcpRemote);
    prop_oneof![
        (any::<u16>(), transport())
            .prop_filter("the card's own", move |(_, t)| !remote(t))
            .prop_map(|(buffer, transport)| Action::OpenChannel { buffer, transport }),
        (
            (
                any::<u8>(),
                option::of(alpha()),
                vec(any::<u8>(), 1..5),
                any::<u16>()
            ),
            (
                option::of(octets(20)),
                option::of(host_address()),
                option::of((text(), text()))
            ),
            // Without a transport level nobody can tell the two addresses apart.
            option::of((transport(), option::of(host_address()))),
        )
            .prop_map(
                |((qualifier, alpha, bearer, buffer), (access_name, local, login), there)| {
                    let (transport, destination) = match there {
                        Some((transport, destination)) => (Some(transport), destination),
                        None => (None, None),
                    };
                    Action::OpenChannelRemote {
                        qualifier,
                        alpha,
                        bearer,
                        buffer,
                        access_name,
                        local,
                        login,
                        transport,
                        destination,
                    }
                }
            ),
        (channel.clone(), any::<bool>()).prop_map(|(channel, listen_again)| {
            Action::CloseChannel {
                channel,
                listen_again,
            }
        }),
        (channel.clone(), any::<u8>())
            .prop_map(|(channel, length)| Action::ReceiveData { channel, length }),
        (channel, octets(241), any::<bool>()).prop_map(|(channel, data, immediate)| {
            Action::SendData {
                channel,
                data,
                immediate,
            }
        }),
        Just(Action::GetChannelStatus),
    ]
    .boxed()
}

/// Proactive commands of every kind that has a form of its own, some with an object more.
pub(crate) fn proactive_command() -> BoxedStrategy<ProactiveCommand> {
    let action = prop_oneof![
        4 => dialog(),
        4 => channel_action(),
        1 => octets(20).prop_map(|events| Action::SetUpEventList { events }),
        1 => (any::<u8>(), 0..24 * 3600u32)
            .prop_map(|(timer, duration_s)| Action::TimerStart { timer, duration_s }),
        1 => any::<u8>().prop_map(|timer| Action::TimerDeactivate { timer }),
        1 => any::<u8>().prop_map(|timer| Action::TimerValue { timer }),
        1 => any::<u8>().prop_map(|what| Action::ProvideLocalInformation { what }),
        1 => Just(Action::MoreTime),
        1 => any::<[u8; 2]>().prop_map(|[unit, count]| Action::PollInterval { unit, count }),
        1 => Just(Action::PollingOff),
        1 => (any::<u8>(), octets(40), octets(16))
            .prop_map(|(mode, files, aid)| Action::Refresh { mode, files, aid }),
        1 => (0x60..0x80u8, any::<u8>(), any::<u8>(), vec(known_object(), 0..4)).prop_map(
            |(kind, qualifier, destination, objects)| Action::Other {
                kind,
                qualifier,
                destination,
                objects,
                why: NotModelled::Type,
            }
        ),
    ];
    let extra =
        (any::<bool>(), 0x60..0x7Fu8, octets(20)).prop_map(|(required, tag, value)| Extra {
            required,
            tag,
            value,
        });
    (any::<u8>(), action, vec(extra, 0..2))
        .prop_map(|(number, action, extra)| {
            let other = matches!(action, Action::Other { .. });
            ProactiveCommand {
                number,
                action,
                extra: if other { Vec::new() } else { extra },
            }
        })
        .boxed()
}

/// Terminal responses; their objects do not begin with what belongs to the fixed part.
pub(crate) fn terminal_response() -> BoxedStrategy<TerminalResponse> {
    (any::<[u8; 4]>(), octets(20), vec(known_object(), 0..4))
        .prop_map(
            |([number, kind, qualifier, result], additional, objects)| TerminalResponse {
                number,
                kind,
                qualifier,
                result,
                additional,
                objects,
            },
        )
        .boxed()
}

/// Envelopes.
pub(crate) fn envelope() -> BoxedStrategy<Envelope> {
    // Device identities are told apart from the rest.
    let objects = || {
        vec(known_object(), 0..4).prop_map(|mut objects| {
            objects.retain(|object| object.tag() != 0x02);
            objects
        })
    };
    prop_oneof![
        (channel_status(), any::<u8>())
            .prop_map(|(status, length)| Envelope::DataAvailable { status, length }),
        channel_status().prop_map(|status| Envelope::ChannelStatus { status }),
        // Events with a form of their own are above.
        (prop_oneof![0..9u8, 11..21u8], objects())
            .prop_map(|(event, objects)| Envelope::event(event, objects)),
        (option::of(octets(12)), octets(160)).prop_map(|(service_centre, tpdu)| {
            Envelope::SmsPpDownload {
                service_centre,
                tpdu,
            }
        }),
        (any::<u8>(), 0..24 * 3600u32)
            .prop_map(|(timer, value_s)| Envelope::TimerExpiration { timer, value_s }),
        (any::<u8>(), any::<bool>())
            .prop_map(|(item, help)| Envelope::MenuSelection { item, help }),
        (any::<[u8; 2]>(), objects()).prop_map(|([source, destination], objects)| {
            Envelope::Other {
                tag: 0xD4,
                devices: Some((source, destination)),
                objects,
            }
        }),
    ]
    .boxed()
}
