//! From what a command asks for to its objects, in the order of the standard (TS 102 223 §6.6).

use super::action::{Action, Item};
use super::object::bcd;
use super::text::Alpha;
use crate::codec::ber;
use crate::codec::vocabulary::toolkit::tag;

/// The comprehension bit: a receiver that does not know the object must refuse.
const REQUIRED: u8 = 0x80;

impl Action {
    /// Appends the objects after the device identities.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut put = |tag: u8, value: &[u8]| ber::write(out, tag | REQUIRED, value);
        match self {
            Action::MoreTime
            | Action::PollingOff
            | Action::ProvideLocalInformation { .. }
            | Action::GetChannelStatus
            | Action::CloseChannel { .. } => {}
            Action::Refresh { files, aid, .. } => {
                for (tag, value) in [(tag::FILE_LIST, files), (tag::AID, aid)] {
                    if !value.is_empty() {
                        put(tag, value);
                    }
                }
            }
            Action::PollInterval { unit, count } => put(tag::DURATION, &[*unit, *count]),
            Action::SetUpEventList { events } => put(tag::EVENT_LIST, events),
            Action::SendShortMessage {
                alpha,
                service_centre,
                tpdu,
                ..
            } => {
                if let Some(alpha) = alpha {
                    put(tag::ALPHA, &alpha.0);
                }
                if !service_centre.is_empty() {
                    put(tag::ADDRESS, service_centre);
                }
                put(tag::SMS_TPDU, tpdu);
            }
            Action::LaunchBrowser { url, alpha, .. } => {
                // The URL comes without the comprehension bit (§6.6.26).
                ber::write(out, tag::URL, url);
                write_alpha(out, alpha.as_ref());
            }
            Action::DisplayText {
                text,
                immediate,
                duration,
                ..
            } => {
                put(tag::TEXT, &text.encode());
                if *immediate {
                    put(tag::IMMEDIATE_RESPONSE, &[]);
                }
                write_duration(out, *duration);
            }
            Action::GetInkey { text, duration, .. } => {
                put(tag::TEXT, &text.encode());
                write_duration(out, *duration);
            }
            Action::GetInput {
                text,
                min,
                max,
                default,
                ..
            } => {
                put(tag::TEXT, &text.encode());
                put(tag::RESPONSE_LENGTH, &[*min, *max]);
                if let Some(text) = default {
                    ber::write(out, tag::DEFAULT_TEXT, &text.encode());
                }
            }
            Action::SelectItem {
                alpha,
                items,
                default,
                ..
            } => {
                if let Some(alpha) = alpha {
                    put(tag::ALPHA, &alpha.0);
                }
                write_items(out, items);
                if let Some(item) = default {
                    ber::write(out, tag::ITEM_ID, &[*item]);
                }
            }
            Action::SetUpMenu { alpha, items, .. } => {
                put(tag::ALPHA, &alpha.0);
                if items.is_empty() {
                    put(tag::ITEM, &[]);
                } else {
                    write_items(out, items);
                }
            }
            Action::TimerStart { timer, duration_s } => {
                put(tag::TIMER_ID, &[*timer]);
                put(tag::TIMER_VALUE, &bcd::from_seconds(*duration_s));
            }
            Action::TimerDeactivate { timer } | Action::TimerValue { timer } => {
                put(tag::TIMER_ID, &[*timer]);
            }
            Action::OpenChannel { buffer, transport } => {
                put(tag::BUFFER_SIZE, &buffer.to_be_bytes());
                put(tag::TRANSPORT, &transport.encode());
            }
            Action::OpenChannelRemote {
                alpha,
                bearer,
                buffer,
                access_name,
                local,
                login,
                transport,
                destination,
                ..
            } => {
                if let Some(alpha) = alpha {
                    put(tag::ALPHA, &alpha.0);
                }
                put(tag::BEARER, bearer);
                put(tag::BUFFER_SIZE, &buffer.to_be_bytes());
                if let Some(name) = access_name {
                    put(tag::NETWORK_ACCESS_NAME, name);
                }
                if let Some(address) = local {
                    put(tag::OTHER_ADDRESS, &address.encode());
                }
                if let Some((user, password)) = login {
                    put(tag::TEXT, &user.encode());
                    put(tag::TEXT, &password.encode());
                }
                if let Some(transport) = transport {
                    put(tag::TRANSPORT, &transport.encode());
                }
                if let Some(address) = destination {
                    put(tag::OTHER_ADDRESS, &address.encode());
                }
            }
            Action::ReceiveData { length, .. } => put(tag::CHANNEL_DATA_LENGTH, &[*length]),
            Action::SendData { data, .. } => put(tag::CHANNEL_DATA, data),
            Action::Other { objects, .. } => {
                for object in objects {
                    object.encode(out);
                }
            }
        }
    }
}

fn write_alpha(out: &mut Vec<u8>, alpha: Option<&Alpha>) {
    if let Some(alpha) = alpha {
        ber::write(out, tag::ALPHA, &alpha.0);
    }
}

fn write_duration(out: &mut Vec<u8>, duration: Option<(u8, u8)>) {
    if let Some((unit, count)) = duration {
        ber::write(out, tag::DURATION | REQUIRED, &[unit, count]);
    }
}

fn write_items(out: &mut Vec<u8>, items: &[Item]) {
    for item in items {
        let mut value = vec![item.id];
        value.extend_from_slice(&item.text.0);
        ber::write(out, tag::ITEM | REQUIRED, &value);
    }
}
