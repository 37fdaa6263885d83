//! Proactive commands (TS 102 223 §6.4, §6.6).

use super::{Object, Transport, device, tag};
use crate::codec::{DecodeError, ber};
use std::fmt;

/// BER tag of a proactive command (TS 101 220 §7.2).
pub(super) const PROACTIVE: u8 = 0xD0;

/// A command of the card to the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProactiveCommand {
    /// Command number, 01 to FE; the terminal response repeats it.
    pub number: u8,
    /// What the terminal shall do.
    pub action: Action,
}

/// What a proactive command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// SET UP EVENT LIST (§6.4.16); empty removes all.
    SetUpEventList {
        /// Event codes.
        events: Vec<u8>,
    },
    /// OPEN CHANNEL in UICC server or terminal server mode (§6.4.27); other modes are `Other`.
    OpenChannel {
        /// Octets.
        buffer: u16,
        /// Protocol, role, port.
        transport: Transport,
    },
    /// CLOSE CHANNEL (§6.4.28).
    CloseChannel {
        /// 1 to 7.
        channel: u8,
        /// UICC server mode: back to LISTEN instead of CLOSED.
        listen_again: bool,
    },
    /// RECEIVE DATA (§6.4.29).
    ReceiveData {
        /// 1 to 7.
        channel: u8,
        /// Octets wanted.
        length: u8,
    },
    /// SEND DATA (§6.4.30).
    SendData {
        /// 1 to 7.
        channel: u8,
        /// At most 241 octets.
        data: Vec<u8>,
        /// Send now, else store in the transmit buffer.
        immediate: bool,
    },
    /// GET CHANNEL STATUS (§6.4.31).
    GetChannelStatus,
    /// TIMER MANAGEMENT, start (§6.4.21).
    TimerStart {
        /// 1 to 8.
        timer: u8,
        /// Seconds.
        duration_s: u32,
    },
    /// TIMER MANAGEMENT, deactivate.
    TimerDeactivate {
        /// 1 to 8.
        timer: u8,
    },
    /// TIMER MANAGEMENT, get current value.
    TimerValue {
        /// 1 to 8.
        timer: u8,
    },
    /// PROVIDE LOCAL INFORMATION (§6.4.15).
    ProvideLocalInformation {
        /// Qualifier: 00 location, 01 IMEI, 03 date and time …
        what: u8,
    },
    /// DISPLAY TEXT (§6.4.1) in 8-bit coding; other codings are `Other`.
    DisplayText {
        /// The text.
        text: String,
        /// Qualifier: b1 high priority, b8 wait for user.
        qualifier: u8,
    },
    /// MORE TIME (§6.4.4).
    MoreTime,
    /// POLL INTERVAL (§6.4.6).
    PollInterval {
        /// 00 minutes, 01 seconds, 02 tenths.
        unit: u8,
        /// Count.
        count: u8,
    },
    /// POLLING OFF (§6.4.14).
    PollingOff,
    /// REFRESH (§6.4.7).
    Refresh {
        /// 01 file change, 04 UICC reset …
        mode: u8,
        /// Value of the file list object; empty without one.
        files: Vec<u8>,
    },
    /// Any other command, or a known one of a form not modelled here.
    Other {
        /// Type of command (§9.4).
        kind: u8,
        /// Qualifier.
        qualifier: u8,
        /// Destination device.
        destination: u8,
        /// Objects after the device identities, as they came.
        objects: Vec<Object>,
    },
}

impl ProactiveCommand {
    /// Reads the BER-TLV `D0 …`.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let outer = ber::read(bytes, 0)?;
        if outer.tag != PROACTIVE {
            return Err(
                DecodeError::new(0, "the tag D0", format!("{:02X}", outer.tag))
                    .clause("TS 101 220 §7.2"),
            );
        }
        if outer.range.end != bytes.len() {
            return Err(DecodeError::new(outer.range.end, "the end", "more bytes"));
        }
        let from = outer.value_range.start;
        let tlvs = ber::read_all(outer.value).map_err(|e| e.shifted(from))?;
        let wrong = |at: usize, expected: &'static str| {
            DecodeError::new(from + at, expected, "something else").clause("TS 102 223 §6.6")
        };
        let mut tlvs = tlvs.iter();
        let (number, kind, qualifier) = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::COMMAND_DETAILS => match t.value {
                [number, kind, qualifier] => (*number, *kind, *qualifier),
                _ => return Err(wrong(t.range.start, "command details of 3 bytes")),
            },
            _ => return Err(wrong(0, "command details first")),
        };
        let destination = match tlvs.next() {
            Some(t) if t.tag & 0x7F == tag::DEVICE_IDENTITIES => match t.value {
                [_, destination] => *destination,
                _ => return Err(wrong(t.range.start, "device identities of 2 bytes")),
            },
            _ => return Err(wrong(5, "device identities second")),
        };
        let objects: Vec<Object> = tlvs.map(|t| Object::decode(t.tag, t.value)).collect();
        let action = Action::from_parts(kind, qualifier, destination, objects);
        Ok(ProactiveCommand { number, action })
    }

    /// The BER-TLV `D0 …`.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, qualifier, destination) = self.action.details();
        let mut value = vec![
            tag::COMMAND_DETAILS | 0x80,
            3,
            self.number,
            kind,
            qualifier,
            tag::DEVICE_IDENTITIES | 0x80,
            2,
            device::UICC,
            destination,
        ];
        for object in self.action.objects() {
            object.encode(&mut value);
        }
        let mut bytes = Vec::new();
        ber::write(&mut bytes, PROACTIVE, &value);
        bytes
    }
}

impl Action {
    /// Type of command, qualifier, destination device.
    pub fn details(&self) -> (u8, u8, u8) {
        let channel_device = |channel: &u8| device::CHANNEL_1 + (channel.saturating_sub(1) & 7);
        match self {
            Action::Refresh { mode, .. } => (0x01, *mode, device::TERMINAL),
            Action::MoreTime => (0x02, 0, device::TERMINAL),
            Action::PollInterval { .. } => (0x03, 0, device::TERMINAL),
            Action::PollingOff => (0x04, 0, device::TERMINAL),
            Action::SetUpEventList { .. } => (0x05, 0, device::TERMINAL),
            Action::DisplayText { qualifier, .. } => (0x21, *qualifier, device::DISPLAY),
            Action::ProvideLocalInformation { what } => (0x26, *what, device::TERMINAL),
            Action::TimerStart { .. } => (0x27, 0, device::TERMINAL),
            Action::TimerDeactivate { .. } => (0x27, 1, device::TERMINAL),
            Action::TimerValue { .. } => (0x27, 2, device::TERMINAL),
            Action::OpenChannel { .. } => (0x40, 0, device::TERMINAL),
            Action::CloseChannel {
                channel,
                listen_again,
            } => (0x41, u8::from(*listen_again), channel_device(channel)),
            Action::ReceiveData { channel, .. } => (0x42, 0, channel_device(channel)),
            Action::SendData {
                channel, immediate, ..
            } => (0x43, u8::from(*immediate), channel_device(channel)),
            Action::GetChannelStatus => (0x44, 0, device::TERMINAL),
            Action::Other {
                kind,
                qualifier,
                destination,
                ..
            } => (*kind, *qualifier, *destination),
        }
    }

    /// The objects after the device identities.
    fn objects(&self) -> Vec<Object> {
        match self {
            Action::SetUpEventList { events } => {
                vec![Object::Other {
                    tag: tag::EVENT_LIST,
                    value: events.clone(),
                }]
            }
            Action::OpenChannel { buffer, transport } => {
                vec![Object::BufferSize(*buffer), Object::Transport(*transport)]
            }
            Action::ReceiveData { length, .. } => vec![Object::ChannelDataLength(*length)],
            Action::SendData { data, .. } => vec![Object::ChannelData(data.clone())],
            Action::TimerStart { timer, duration_s } => {
                vec![Object::TimerId(*timer), Object::TimerValue(*duration_s)]
            }
            Action::TimerDeactivate { timer } | Action::TimerValue { timer } => {
                vec![Object::TimerId(*timer)]
            }
            Action::DisplayText { text, .. } => {
                vec![Object::Text {
                    dcs: 0x04,
                    text: text.as_bytes().to_vec(),
                }]
            }
            Action::PollInterval { unit, count } => {
                vec![Object::Duration {
                    unit: *unit,
                    count: *count,
                }]
            }
            Action::Refresh { files, .. } if !files.is_empty() => {
                vec![Object::Other {
                    tag: tag::FILE_LIST,
                    value: files.clone(),
                }]
            }
            Action::Other { objects, .. } => objects.clone(),
            _ => Vec::new(),
        }
    }

    fn from_parts(kind: u8, qualifier: u8, destination: u8, objects: Vec<Object>) -> Self {
        let channel = destination.wrapping_sub(device::CHANNEL_1).wrapping_add(1);
        let on_channel = (1..=7).contains(&channel);
        match (kind, &objects[..]) {
            (0x01, []) => Action::Refresh {
                mode: qualifier,
                files: Vec::new(),
            },
            (
                0x01,
                [
                    Object::Other {
                        tag: tag::FILE_LIST,
                        value,
                    },
                ],
            ) if !value.is_empty() => Action::Refresh {
                mode: qualifier,
                files: value.clone(),
            },
            (0x02, []) if qualifier == 0 => Action::MoreTime,
            (0x03, [Object::Duration { unit, count }]) if qualifier == 0 => Action::PollInterval {
                unit: *unit,
                count: *count,
            },
            (0x04, []) if qualifier == 0 => Action::PollingOff,
            (
                0x05,
                [
                    Object::Other {
                        tag: tag::EVENT_LIST,
                        value,
                    },
                ],
            ) if qualifier == 0 => Action::SetUpEventList {
                events: value.clone(),
            },
            (0x21, [Object::Text { dcs: 0x04, text }]) if destination == device::DISPLAY => {
                match String::from_utf8(text.clone()) {
                    Ok(text) => Action::DisplayText { text, qualifier },
                    Err(_) => Action::Other {
                        kind,
                        qualifier,
                        destination,
                        objects,
                    },
                }
            }
            (0x26, []) => Action::ProvideLocalInformation { what: qualifier },
            (0x27, [Object::TimerId(timer), Object::TimerValue(duration_s)]) if qualifier == 0 => {
                Action::TimerStart {
                    timer: *timer,
                    duration_s: *duration_s,
                }
            }
            (0x27, [Object::TimerId(timer)]) if qualifier == 1 => {
                Action::TimerDeactivate { timer: *timer }
            }
            (0x27, [Object::TimerId(timer)]) if qualifier == 2 => {
                Action::TimerValue { timer: *timer }
            }
            (0x40, [Object::BufferSize(buffer), Object::Transport(transport)])
                if qualifier == 0 =>
            {
                Action::OpenChannel {
                    buffer: *buffer,
                    transport: *transport,
                }
            }
            (0x41, []) if on_channel && qualifier < 2 => Action::CloseChannel {
                channel,
                listen_again: qualifier == 1,
            },
            (0x42, [Object::ChannelDataLength(length)]) if on_channel && qualifier == 0 => {
                Action::ReceiveData {
                    channel,
                    length: *length,
                }
            }
            (0x43, [Object::ChannelData(data)]) if on_channel && qualifier < 2 => {
                Action::SendData {
                    channel,
                    data: data.clone(),
                    immediate: qualifier == 1,
                }
            }
            (0x44, []) if qualifier == 0 => Action::GetChannelStatus,
            _ => Action::Other {
                kind,
                qualifier,
                destination,
                objects,
            },
        }
    }
}

impl fmt::Display for ProactiveCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, _, _) = self.action.details();
        f.write_str(&super::names::command(kind))?;
        match &self.action {
            Action::SetUpEventList { events } => {
                for event in events {
                    write!(f, ", {}", super::names::event(*event))?;
                }
                Ok(())
            }
            Action::OpenChannel { buffer, transport } => {
                write!(f, ", {transport}, buffer {buffer} B")
            }
            Action::CloseChannel {
                channel,
                listen_again: true,
            } => {
                write!(f, ", channel {channel}, listen again")
            }
            Action::CloseChannel { channel, .. } => write!(f, ", channel {channel}"),
            Action::ReceiveData { channel, length } => {
                write!(f, ", channel {channel}, {length} B")
            }
            Action::SendData {
                channel,
                data,
                immediate,
            } => {
                let when = if *immediate { "send now" } else { "store" };
                write!(f, ", channel {channel}, {} B, {when}", data.len())
            }
            Action::TimerStart { timer, duration_s } => {
                write!(f, ", start timer {timer}, {duration_s} s")
            }
            Action::TimerDeactivate { timer } => write!(f, ", deactivate timer {timer}"),
            Action::TimerValue { timer } => write!(f, ", value of timer {timer}"),
            Action::DisplayText { text, .. } => write!(f, ", \"{text}\""),
            _ => Ok(()),
        }
    }
}
