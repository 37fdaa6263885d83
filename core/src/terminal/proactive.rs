//! Carrying out what the card asks for (ETSI TS 102 223 §6.4), one answer for each command.

use super::{Output, Terminal};
use crate::codec::apdu::ResponseApdu;
use crate::codec::toolkit::{
    Action, BipError, ChannelStatus, Envelope, LinkState, Object, ProactiveCommand,
    TerminalResponse, Transport, TransportKind, event, profile, result, tag,
};

/// General result, additional information, objects.
type Answer = (u8, Vec<u8>, Vec<Object>);

impl Terminal {
    /// Carries out the command in a response to FETCH and keeps the answer to be sent.
    pub(super) fn execute(&mut self, response: &ResponseApdu) {
        if !response.sw.is_normal() {
            return;
        }
        match ProactiveCommand::decode(&response.data) {
            Ok(command) => {
                let (kind, qualifier, _) = command.action.details();
                let (result, additional, objects) = self.perform(&command.action);
                self.answer = Some(TerminalResponse {
                    number: command.number,
                    kind,
                    qualifier,
                    result,
                    additional,
                    objects,
                });
            }
            Err(_) => {
                // Even then exactly one answer (§6.8): without details it cannot repeat any.
                self.answer = Some(TerminalResponse {
                    number: 0,
                    kind: 0,
                    qualifier: 0,
                    result: result::DATA_NOT_UNDERSTOOD,
                    additional: Vec::new(),
                    objects: Vec::new(),
                });
            }
        }
    }

    fn perform(&mut self, action: &Action) -> Answer {
        match action {
            Action::SetUpEventList { events } => {
                self.events.clone_from(events);
                ok(Vec::new())
            }
            Action::OpenChannel { buffer, transport } => self.open_channel(*buffer, *transport),
            Action::CloseChannel {
                channel,
                listen_again,
            } => self.close_channel(*channel, *listen_again),
            Action::ReceiveData { channel, length } => {
                match self.channels.receive(*channel, *length) {
                    Ok((data, waiting)) => {
                        let short = data.len() < usize::from(*length);
                        let result = if short {
                            result::MISSING_INFORMATION
                        } else {
                            result::OK
                        };
                        let objects = vec![
                            Object::ChannelData(data),
                            Object::ChannelDataLength(waiting),
                        ];
                        (result, Vec::new(), objects)
                    }
                    Err(error) => bip(error),
                }
            }
            Action::SendData {
                channel,
                data,
                immediate,
            } => match self.channels.send(*channel, data, *immediate) {
                Ok(sent) => {
                    if let Some((transport, bytes)) = sent.out {
                        self.outputs.push_back(match transport.is_server() {
                            true => Output::Data(bytes),
                            false => Output::Datagram {
                                port: transport.port,
                                bytes,
                            },
                        });
                    }
                    ok(vec![Object::ChannelDataLength(sent.free)])
                }
                Err(error) => bip(error),
            },
            Action::GetChannelStatus => {
                let mut statuses = self.channels.statuses();
                if statuses.is_empty() {
                    statuses.push(ChannelStatus::new(0, LinkState::Closed));
                }
                ok(statuses.into_iter().map(Object::ChannelStatus).collect())
            }
            Action::TimerStart { timer, duration_s } => {
                match self.timers.start(*timer, *duration_s) {
                    Some(()) => ok(vec![Object::TimerId(*timer)]),
                    None => refused(result::DATA_NOT_UNDERSTOOD),
                }
            }
            Action::TimerDeactivate { timer } => {
                let answer = self.timer_value(*timer);
                self.timers.stop(*timer);
                answer
            }
            Action::TimerValue { timer } => self.timer_value(*timer),
            Action::ProvideLocalInformation { what: 0x01 } => {
                let value = imei(&self.config.imei);
                ok(vec![Object::Other {
                    tag: tag::IMEI,
                    value,
                }])
            }
            Action::ProvideLocalInformation { .. } => refused(result::BEYOND_CAPABILITIES),
            Action::DisplayText { text, .. } => {
                self.outputs
                    .push_back(Output::ToolkitText { text: text.clone() });
                ok(Vec::new())
            }
            Action::PollInterval { unit, count } => {
                let unit_ms = match unit {
                    0x00 => 60_000,
                    0x01 => 1000,
                    0x02 => 100,
                    _ => return refused(result::DATA_NOT_UNDERSTOOD),
                };
                self.timers.poll_every(Some(unit_ms * u64::from(*count)));
                ok(vec![Object::Duration {
                    unit: *unit,
                    count: *count,
                }])
            }
            Action::PollingOff => {
                self.timers.poll_every(None);
                ok(Vec::new())
            }
            Action::MoreTime | Action::Refresh { .. } => ok(Vec::new()),
            Action::Other { kind: 0x40, .. } => bip(BipError::TransportLevelNotAvailable),
            Action::Other { kind, .. } => match kind {
                // Known types in a form this terminal does not read.
                0x01..=0x05 | 0x21 | 0x26 | 0x27 | 0x41..=0x44 => {
                    refused(result::DATA_NOT_UNDERSTOOD)
                }
                0x10..=0x15 | 0x20..=0x28 => refused(result::BEYOND_CAPABILITIES),
                _ => refused(result::TYPE_NOT_UNDERSTOOD),
            },
        }
    }

    fn open_channel(&mut self, buffer: u16, transport: Transport) -> Answer {
        let facility = match transport.kind {
            TransportKind::TcpServer => profile::TCP_SERVER,
            TransportKind::UdpLocal => profile::UDP_LOCAL,
            TransportKind::TcpLocal => profile::TCP_LOCAL,
            _ => return bip(BipError::TransportLevelNotAvailable),
        };
        if !self.config.profile.has(facility) {
            return refused(result::BEYOND_CAPABILITIES);
        }
        match self
            .channels
            .open(transport, buffer, &self.config.local_ports)
        {
            Ok((status, granted)) => {
                let result = if granted < buffer {
                    result::MODIFIED
                } else {
                    result::OK
                };
                let objects = vec![Object::ChannelStatus(status), Object::BufferSize(granted)];
                (result, Vec::new(), objects)
            }
            Err(error) => bip(error),
        }
    }

    fn close_channel(&mut self, channel: u8, listen_again: bool) -> Answer {
        match self.channels.close(channel, listen_again) {
            Ok((connected, status)) => {
                if connected {
                    self.outputs.push_back(Output::Closed);
                }
                if let Some(status) = status {
                    self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
                }
                ok(Vec::new())
            }
            Err(error) => bip(error),
        }
    }

    fn timer_value(&mut self, timer: u8) -> Answer {
        match self.timers.left_s(timer) {
            Some(left_s) => ok(vec![Object::TimerId(timer), Object::TimerValue(left_s)]),
            None => refused(result::TIMER_STATE),
        }
    }
}

fn ok(objects: Vec<Object>) -> Answer {
    (result::OK, Vec::new(), objects)
}

fn refused(result: u8) -> Answer {
    (result, Vec::new(), Vec::new())
}

fn bip(error: BipError) -> Answer {
    (result::BIP_ERROR, vec![error.code()], Vec::new())
}

/// Fifteen digits in eight bytes, the first nibble saying that it is an IMEI
/// (TS 102 223 §8.20, 3GPP TS 24.008 §10.5.1.4).
fn imei(digits: &str) -> Vec<u8> {
    let mut nibbles = vec![0x0A];
    nibbles.extend(
        digits
            .chars()
            .filter_map(|c| c.to_digit(10))
            .map(|d| d as u8)
            .take(15),
    );
    nibbles.resize(16, 0x0F);
    nibbles
        .chunks(2)
        .map(|pair| pair[1] << 4 | pair[0])
        .collect()
}
