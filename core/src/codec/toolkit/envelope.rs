//! ENVELOPE: what the terminal tells the card unasked (TS 102 223 §7).

use super::channel::ChannelStatus;
use super::object::{Object, value};
use crate::codec::input::{all, part, whole};
use crate::codec::vocabulary::toolkit::envelope::{
    EVENT_DOWNLOAD, MENU_SELECTION, SMS_PP_DOWNLOAD, TIMER_EXPIRATION,
};
use crate::codec::vocabulary::toolkit::{device, envelope_name, event, event_name, tag};
use crate::codec::{DecodeError, ber};
use std::fmt;

/// A message to the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// Event download, data available (TS 102 223 §7.5.10).
    DataAvailable {
        /// The channel.
        status: ChannelStatus,
        /// Octets waiting; FF stands for 255 or more.
        length: u8,
    },
    /// Event download, channel status (§7.5.11).
    ChannelStatus {
        /// The channel.
        status: ChannelStatus,
    },
    /// Event download, any other event (§7.5), or one of these in another form.
    Event {
        /// The event's code.
        event: u8,
        /// Source and destination device.
        devices: (u8, u8),
        /// Objects after the device identities.
        objects: Vec<Object>,
    },
    /// SMS-PP download (3GPP TS 31.111 §7.1).
    SmsPpDownload {
        /// Service centre: kind and digits, when the terminal gives it.
        service_centre: Option<Vec<u8>>,
        /// An SMS-DELIVER, see [`sms`](crate::codec::sms).
        tpdu: Vec<u8>,
    },
    /// Timer expiration (§7.4).
    TimerExpiration {
        /// 1 to 8.
        timer: u8,
        /// Seconds the timer had run.
        value_s: u32,
    },
    /// Menu selection (§7.2).
    MenuSelection {
        /// Item identifier.
        item: u8,
        /// Help was asked for.
        help: bool,
    },
    /// Any other envelope, such as call control.
    Other {
        /// BER tag (TS 101 220 §7.2).
        tag: u8,
        /// Source and destination device, when the object is there and well formed.
        devices: Option<(u8, u8)>,
        /// Objects but the device identities, in order.
        objects: Vec<Object>,
    },
}

impl Envelope {
    /// An event that carries no more than its code and these objects; events of the network and
    /// the user have their own source (TS 102 223 §7.5).
    pub fn event(event: u8, objects: Vec<Object>) -> Self {
        let devices = match event {
            0x00..=0x03 | event::ACCESS_TECHNOLOGY => (device::NETWORK, device::UICC),
            event::IDLE_SCREEN => (device::DISPLAY, device::UICC),
            _ => (device::TERMINAL, device::UICC),
        };
        Envelope::Event {
            event,
            devices,
            objects,
        }
    }

    /// Reads the BER-TLV of an ENVELOPE's data.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let outer = whole(bytes, ber::object)?;
        let tlvs = part(value(&outer), all(ber::object))?;
        let devices = tlvs.iter().find_map(|t| match (t.tag & 0x7F, t.value) {
            (tag::DEVICE_IDENTITIES, [source, destination]) => Some((*source, *destination)),
            _ => None,
        });
        let objects: Vec<Object> = tlvs
            .iter()
            .filter(|t| devices.is_none() || t.tag & 0x7F != tag::DEVICE_IDENTITIES)
            .map(|t| Object::decode(t.tag, t.value))
            .collect();
        let is_event = |o: &Object, code: u8| matches!(o, Object::Other { tag: tag::EVENT_LIST, value } if value[..] == [code]);
        Ok(match (outer.tag, devices, &objects[..]) {
            (
                EVENT_DOWNLOAD,
                Some((device::TERMINAL, device::UICC)),
                [
                    list,
                    Object::ChannelStatus(status),
                    Object::ChannelDataLength(length),
                ],
            ) if is_event(list, event::DATA_AVAILABLE) => Envelope::DataAvailable {
                status: *status,
                length: *length,
            },
            (
                EVENT_DOWNLOAD,
                Some((device::TERMINAL, device::UICC)),
                [list, Object::ChannelStatus(status)],
            ) if is_event(list, event::CHANNEL_STATUS) => {
                Envelope::ChannelStatus { status: *status }
            }
            (
                TIMER_EXPIRATION,
                Some((device::TERMINAL, device::UICC)),
                [Object::TimerId(timer), Object::TimerValue(value_s)],
            ) => Envelope::TimerExpiration {
                timer: *timer,
                value_s: *value_s,
            },
            (
                EVENT_DOWNLOAD,
                Some(devices),
                [
                    Object::Other {
                        tag: tag::EVENT_LIST,
                        value,
                    },
                    rest @ ..,
                ],
            ) if value.len() == 1 => Envelope::Event {
                event: value[0],
                devices,
                objects: rest.to_vec(),
            },
            (MENU_SELECTION, Some((device::KEYPAD, device::UICC)), [Object::ItemId(item)]) => {
                Envelope::MenuSelection {
                    item: *item,
                    help: false,
                }
            }
            (
                MENU_SELECTION,
                Some((device::KEYPAD, device::UICC)),
                [
                    Object::ItemId(item),
                    Object::Other {
                        tag: tag::HELP,
                        value: help,
                    },
                ],
            ) if help.is_empty() => Envelope::MenuSelection {
                item: *item,
                help: true,
            },
            (
                SMS_PP_DOWNLOAD,
                Some((device::NETWORK, device::UICC)),
                [
                    Object::Other {
                        tag: tag::SMS_TPDU,
                        value,
                    },
                ],
            ) => Envelope::SmsPpDownload {
                service_centre: None,
                tpdu: value.clone(),
            },
            (
                SMS_PP_DOWNLOAD,
                Some((device::NETWORK, device::UICC)),
                [
                    Object::Other {
                        tag: tag::ADDRESS,
                        value: address,
                    },
                    Object::Other {
                        tag: tag::SMS_TPDU,
                        value,
                    },
                ],
            ) => Envelope::SmsPpDownload {
                service_centre: Some(address.clone()),
                tpdu: value.clone(),
            },
            _ => Envelope::Other {
                tag: outer.tag,
                devices,
                objects,
            },
        })
    }

    /// The BER-TLV.
    pub fn encode(&self) -> Vec<u8> {
        let mut value = Vec::new();
        let devices = |out: &mut Vec<u8>, source: u8, destination: u8| {
            ber::write(out, tag::DEVICE_IDENTITIES | 0x80, &[source, destination]);
        };
        let list = |code: u8| Object::Other {
            tag: tag::EVENT_LIST,
            value: vec![code],
        };
        let outer = match self {
            Envelope::DataAvailable { status, length } => {
                list(event::DATA_AVAILABLE).encode(&mut value);
                devices(&mut value, device::TERMINAL, device::UICC);
                Object::ChannelStatus(*status).encode(&mut value);
                Object::ChannelDataLength(*length).encode(&mut value);
                EVENT_DOWNLOAD
            }
            Envelope::ChannelStatus { status } => {
                list(event::CHANNEL_STATUS).encode(&mut value);
                devices(&mut value, device::TERMINAL, device::UICC);
                Object::ChannelStatus(*status).encode(&mut value);
                EVENT_DOWNLOAD
            }
            Envelope::TimerExpiration { timer, value_s } => {
                devices(&mut value, device::TERMINAL, device::UICC);
                Object::TimerId(*timer).encode(&mut value);
                Object::TimerValue(*value_s).encode(&mut value);
                TIMER_EXPIRATION
            }
            Envelope::MenuSelection { item, help } => {
                devices(&mut value, device::KEYPAD, device::UICC);
                Object::ItemId(*item).encode(&mut value);
                if *help {
                    Object::Other {
                        tag: tag::HELP,
                        value: Vec::new(),
                    }
                    .encode(&mut value);
                }
                MENU_SELECTION
            }
            Envelope::Event {
                event,
                devices: (source, destination),
                objects,
            } => {
                list(*event).encode(&mut value);
                devices(&mut value, *source, *destination);
                for object in objects {
                    object.encode(&mut value);
                }
                EVENT_DOWNLOAD
            }
            Envelope::SmsPpDownload {
                service_centre,
                tpdu,
            } => {
                devices(&mut value, device::NETWORK, device::UICC);
                if let Some(address) = service_centre {
                    ber::write(&mut value, tag::ADDRESS | 0x80, address);
                }
                ber::write(&mut value, tag::SMS_TPDU | 0x80, tpdu);
                SMS_PP_DOWNLOAD
            }
            Envelope::Other {
                tag,
                devices: pair,
                objects,
            } => {
                if let Some((source, destination)) = pair {
                    devices(&mut value, *source, *destination);
                }
                for object in objects {
                    object.encode(&mut value);
                }
                *tag
            }
        };
        let mut bytes = Vec::new();
        ber::write(&mut bytes, outer, &value);
        bytes
    }
}

impl fmt::Display for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Envelope::DataAvailable { status, length } => {
                let more = if *length == 0xFF { " or more" } else { "" };
                write!(
                    f,
                    "data available, channel {}, {length}{more} B",
                    status.channel
                )
            }
            Envelope::ChannelStatus { status } => write!(f, "channel status, {status}"),
            Envelope::TimerExpiration { timer, value_s } => {
                write!(f, "timer expiration, timer {timer}, {value_s} s")
            }
            Envelope::MenuSelection { item, help } => {
                let help = if *help { ", help" } else { "" };
                write!(f, "menu selection, item {item}{help}")
            }
            Envelope::Event { event, .. } => f.write_str(&event_name(*event)),
            Envelope::SmsPpDownload { tpdu, .. } => {
                write!(f, "SMS-PP download, {} B", tpdu.len())
            }
            Envelope::Other { tag, .. } => f.write_str(&envelope_name(*tag)),
        }
    }
}
