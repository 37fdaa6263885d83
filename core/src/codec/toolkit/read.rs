//! From the objects of a command to what it asks for: each action takes its objects by tag,
//! what nobody takes is left over (TS 102 223 §6.6).

use super::action::{Action, Extra, Item, NotModelled};
use super::channel::{HostAddress, Transport, TransportKind};
use super::object::{Object, bcd};
use super::text::{Alpha, Text};
use crate::codec::input::{Parse, array, byte, byte_that, pair, rest, whole};
use crate::codec::vocabulary::toolkit::{command, device, tag};
use nom::Parser;

/// The objects after the device identities.
pub(super) struct Objects<'a> {
    /// Tag as it came, value, and whether the action took it.
    all: Vec<(u8, &'a [u8], bool)>,
}

type Read<T> = Result<T, NotModelled>;

impl<'a> Objects<'a> {
    pub(super) fn new(tlvs: impl Iterator<Item = (u8, &'a [u8])>) -> Self {
        Objects {
            all: tlvs.map(|(tag, value)| (tag, value, false)).collect(),
        }
    }

    /// What the action has no place for.
    pub(super) fn rest(self) -> Vec<Extra> {
        let left = self.all.into_iter().filter(|(_, _, taken)| !taken);
        left.map(|(tag, value, _)| Extra {
            required: tag & 0x80 != 0,
            tag: tag & 0x7F,
            value: value.to_vec(),
        })
        .collect()
    }

    /// All of them, as they came.
    pub(super) fn all(self) -> Vec<Object> {
        let all = self.all.into_iter();
        all.map(|(tag, value, _)| Object::decode(tag, value))
            .collect()
    }

    fn position(&self, tag: u8) -> Option<usize> {
        self.all
            .iter()
            .position(|(of, _, taken)| of & 0x7F == tag && !taken)
    }

    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let at = self.position(tag)?;
        self.all[at].2 = true;
        Some(self.all[at].1)
    }

    fn need(&mut self, tag: u8) -> Read<&'a [u8]> {
        self.take(tag).ok_or(NotModelled::Missing(tag))
    }

    /// The value of an object that must be there, wholly read by a parser.
    fn read<T>(&mut self, tag: u8, parser: impl Parse<'a, T>) -> Read<T> {
        whole(self.need(tag)?, parser).map_err(|_| NotModelled::Malformed(tag))
    }

    /// The same for an object that may be missing.
    fn read_if_there<T>(&mut self, tag: u8, parser: impl Parse<'a, T>) -> Read<Option<T>> {
        match self.position(tag) {
            Some(_) => self.read(tag, parser).map(Some),
            None => Ok(None),
        }
    }

    fn duration(&mut self) -> Read<Option<(u8, u8)>> {
        self.read_if_there(tag::DURATION, (byte("a unit"), byte("a count")))
    }

    fn text(&mut self) -> Read<Text> {
        self.need(tag::TEXT).map(Text::decode)
    }

    fn alpha(&mut self) -> Option<Alpha> {
        self.take(tag::ALPHA).map(|value| Alpha(value.to_vec()))
    }

    fn items(&mut self) -> Read<Vec<Item>> {
        let item = |input| {
            (byte_that("an identifier", |id| id != 0), rest)
                .map(|(id, text)| Item {
                    id,
                    text: Alpha(text.bytes().to_vec()),
                })
                .parse(input)
        };
        let mut items = Vec::new();
        while let Some(found) = self.read_if_there(tag::ITEM, item)? {
            items.push(found);
        }
        Ok(items)
    }

    fn address(&mut self, from: usize, to: usize) -> Read<Option<HostAddress>> {
        let found = self.all.iter_mut().enumerate().find(|(at, object)| {
            (from..to).contains(at) && object.0 & 0x7F == tag::OTHER_ADDRESS && !object.2
        });
        let Some((_, object)) = found else {
            return Ok(None);
        };
        object.2 = true;
        let address = HostAddress::decode(object.1);
        address
            .map(Some)
            .ok_or(NotModelled::Malformed(tag::OTHER_ADDRESS))
    }

    /// What a command of this type asks for.
    pub(super) fn action(&mut self, kind: u8, qualifier: u8, destination: u8) -> Read<Action> {
        if matches!(
            kind,
            command::MORE_TIME
                | command::POLL_INTERVAL
                | command::POLLING_OFF
                | command::SET_UP_EVENT_LIST
                | command::GET_CHANNEL_STATUS
        ) {
            // These have one form only.
            check(qualifier == 0)?;
        }
        Ok(match kind {
            command::REFRESH => Action::Refresh {
                mode: qualifier,
                files: self.take(tag::FILE_LIST).unwrap_or_default().to_vec(),
                aid: self.take(tag::AID).unwrap_or_default().to_vec(),
            },
            command::MORE_TIME => Action::MoreTime,
            command::POLL_INTERVAL => {
                let (unit, count) = self.read(tag::DURATION, (byte("a unit"), byte("a count")))?;
                Action::PollInterval { unit, count }
            }
            command::POLLING_OFF => Action::PollingOff,
            command::SET_UP_EVENT_LIST => Action::SetUpEventList {
                events: self.need(tag::EVENT_LIST)?.to_vec(),
            },
            command::SEND_SHORT_MESSAGE => {
                check(qualifier < 2 && destination == device::NETWORK)?;
                Action::SendShortMessage {
                    packing: qualifier == 1,
                    alpha: self.alpha(),
                    service_centre: self.take(tag::ADDRESS).unwrap_or_default().to_vec(),
                    tpdu: self.need(tag::SMS_TPDU)?.to_vec(),
                }
            }
            command::LAUNCH_BROWSER => Action::LaunchBrowser {
                mode: qualifier,
                url: self.need(tag::URL)?.to_vec(),
                alpha: self.alpha(),
            },
            command::DISPLAY_TEXT => {
                check(destination == device::DISPLAY)?;
                Action::DisplayText {
                    qualifier,
                    text: self.text()?,
                    immediate: match self.take(tag::IMMEDIATE_RESPONSE) {
                        Some([]) => true,
                        Some(_) => return Err(NotModelled::Malformed(tag::IMMEDIATE_RESPONSE)),
                        None => false,
                    },
                    duration: self.duration()?,
                }
            }
            command::GET_INKEY => Action::GetInkey {
                qualifier,
                text: self.text()?,
                duration: self.duration()?,
            },
            command::GET_INPUT => {
                let text = self.text()?;
                let (min, max) =
                    self.read(tag::RESPONSE_LENGTH, (byte("a least"), byte("a most")))?;
                if min > max {
                    return Err(NotModelled::Malformed(tag::RESPONSE_LENGTH));
                }
                Action::GetInput {
                    qualifier,
                    text,
                    min,
                    max,
                    default: self.take(tag::DEFAULT_TEXT).map(Text::decode),
                }
            }
            command::SELECT_ITEM => {
                let items = self.items()?;
                if items.is_empty() {
                    return Err(NotModelled::Missing(tag::ITEM));
                }
                Action::SelectItem {
                    qualifier,
                    alpha: self.alpha(),
                    items,
                    default: self.read_if_there(tag::ITEM_ID, byte("an item"))?,
                }
            }
            command::SET_UP_MENU => {
                let alpha = self.alpha().ok_or(NotModelled::Missing(tag::ALPHA))?;
                let removed = self
                    .position(tag::ITEM)
                    .is_some_and(|at| self.all[at].1.is_empty());
                if removed {
                    let _ = self.take(tag::ITEM);
                }
                let items = self.items()?;
                if removed != items.is_empty() {
                    return Err(NotModelled::Malformed(tag::ITEM));
                }
                Action::SetUpMenu {
                    qualifier,
                    alpha,
                    items,
                }
            }
            command::PROVIDE_LOCAL_INFORMATION => {
                Action::ProvideLocalInformation { what: qualifier }
            }
            command::TIMER_MANAGEMENT => self.timer(qualifier)?,
            command::OPEN_CHANNEL => self.open_channel(qualifier)?,
            command::CLOSE_CHANNEL => {
                check(qualifier < 2)?;
                Action::CloseChannel {
                    channel: channel(destination)?,
                    listen_again: qualifier == 1,
                }
            }
            command::RECEIVE_DATA => {
                check(qualifier == 0)?;
                Action::ReceiveData {
                    channel: channel(destination)?,
                    length: self.read(tag::CHANNEL_DATA_LENGTH, byte("a length"))?,
                }
            }
            command::SEND_DATA => {
                check(qualifier < 2)?;
                Action::SendData {
                    channel: channel(destination)?,
                    data: self.need(tag::CHANNEL_DATA)?.to_vec(),
                    immediate: qualifier == 1,
                }
            }
            command::GET_CHANNEL_STATUS => Action::GetChannelStatus,
            _ => return Err(NotModelled::Type),
        })
    }

    fn timer(&mut self, qualifier: u8) -> Read<Action> {
        let timer = self.read(tag::TIMER_ID, byte("a timer"))?;
        match qualifier {
            0x00 => {
                let duration_s = self.read(tag::TIMER_VALUE, bcd::value)?;
                Ok(Action::TimerStart { timer, duration_s })
            }
            0x01 => Ok(Action::TimerDeactivate { timer }),
            0x02 => Ok(Action::TimerValue { timer }),
            _ => Err(NotModelled::Details),
        }
    }

    fn open_channel(&mut self, qualifier: u8) -> Read<Action> {
        let end = self.all.len();
        let transport_at = self.position(tag::TRANSPORT);
        let transport = self.read_if_there(
            tag::TRANSPORT,
            array("a transport level").map(Transport::decode),
        )?;
        let bearer = self.take(tag::BEARER).map(<[u8]>::to_vec);
        let buffer = self.read(tag::BUFFER_SIZE, pair("a size"))?;
        let Some(bearer) = bearer else {
            let transport = transport.ok_or(NotModelled::Missing(tag::TRANSPORT))?;
            if matches!(
                transport.kind,
                TransportKind::UdpRemote | TransportKind::TcpRemote
            ) {
                return Err(NotModelled::Missing(tag::BEARER));
            }
            check(qualifier == 0)?;
            return Ok(Action::OpenChannel { buffer, transport });
        };
        if bearer.is_empty() {
            return Err(NotModelled::Malformed(tag::BEARER));
        }
        // The address before the transport level is the terminal's, the one after it the host's.
        let between = transport_at.unwrap_or(end);
        let local = self.address(0, between)?;
        let destination = self.address(between, end)?;
        let login = match self.take(tag::TEXT) {
            Some(user) => Some((Text::decode(user), self.text()?)),
            None => None,
        };
        Ok(Action::OpenChannelRemote {
            qualifier,
            alpha: self.alpha(),
            bearer,
            buffer,
            access_name: self.take(tag::NETWORK_ACCESS_NAME).map(<[u8]>::to_vec),
            local,
            login,
            transport,
            destination,
        })
    }
}

fn check(fits: bool) -> Read<()> {
    if fits {
        Ok(())
    } else {
        Err(NotModelled::Details)
    }
}

/// Channel of a device identity 21 to 27.
fn channel(destination: u8) -> Read<u8> {
    let channel = destination.wrapping_sub(device::CHANNEL_1).wrapping_add(1);
    check((1..=7).contains(&channel))?;
    Ok(channel)
}
