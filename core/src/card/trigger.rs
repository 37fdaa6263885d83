//! The DM_SC Trigger: carries a notification to a port inside the terminal (OMA-AD-DM_SC §5.3;
//! ETSI TS 102 223 §6.4.27, terminal server mode).
//!
//! A datagram if the terminal offers local UDP, else a local TCP connection, else a short
//! message to the card's own number. What finds no way is kept for a client that asks for it.
//! Knows nothing of what is in the notification.

use crate::codec::sms;
use crate::codec::toolkit::profile::{self, TerminalProfile};
use crate::codec::toolkit::{
    Action, ChannelStatus, LinkState, TerminalResponse, Transport, TransportKind, result,
};

/// Octets of one SEND DATA: the whole command then has at most 255.
const PIECE: usize = 240;

/// Octets of the longest notification carried: what one datagram takes without being split.
const LIMIT: usize = 1400;

/// Least buffer asked for.
const BUFFER: u16 = 255;

/// How far the notification came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TriggerState {
    /// Nothing happened yet.
    #[default]
    Idle,
    /// The timer ended; the notification is not there yet.
    Due,
    /// The notification is there, no channel yet.
    Ready,
    /// OPEN CHANNEL is under way.
    Opening,
    /// SEND DATA is under way.
    Sending,
    /// CLOSE CHANNEL is under way.
    Closing,
    /// The terminal took the notification.
    Done,
    /// The terminal offers no local connection.
    NoRoute,
    /// The terminal refused.
    Failed,
}

/// The notification on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trigger {
    port: u16,
    /// The number of the card, for a short message to itself.
    own_number: Option<String>,
    state: TriggerState,
    pdu: Vec<u8>,
    /// Came while another was on its way.
    next: Option<Vec<u8>>,
    /// Local UDP failed with this notification.
    udp_failed: bool,
    sent: usize,
    /// 0 while no channel is open.
    number: u8,
    /// What CLOSE CHANNEL ends in.
    ends_well: bool,
    asked: bool,
    paused: bool,
    /// Found no way to the client.
    unsent: Option<Vec<u8>>,
}

impl Trigger {
    pub(super) fn new(port: u16, own_number: Option<String>) -> Self {
        Trigger {
            port,
            own_number,
            ..Trigger::default()
        }
    }

    /// The same, with nothing under way.
    fn fresh(&self, state: TriggerState) -> Self {
        Trigger {
            state,
            ..Trigger::new(self.port, self.own_number.clone())
        }
    }

    /// A notification that found no way, until another does.
    pub(super) fn unsent(&self) -> Option<&[u8]> {
        self.unsent.as_deref()
    }

    pub(super) fn state(&self) -> TriggerState {
        self.state
    }

    pub(super) fn number(&self) -> u8 {
        self.number
    }

    pub(super) fn retry(&mut self) {
        self.paused = false;
    }

    fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            TriggerState::Ready
                | TriggerState::Opening
                | TriggerState::Sending
                | TriggerState::Closing
        )
    }

    /// The timer ended.
    pub(super) fn handle_due(&mut self) {
        if !self.is_under_way() {
            self.state = TriggerState::Due;
        }
    }

    /// A notification to carry. While one is on its way the newest other waits.
    pub(super) fn handle_notification(&mut self, pdu: &[u8]) {
        if self.is_under_way() {
            self.next = Some(pdu[..pdu.len().min(LIMIT + 1)].to_vec());
            return;
        }
        *self = self.fresh(TriggerState::Failed);
        if (1..=LIMIT).contains(&pdu.len()) {
            self.state = TriggerState::Ready;
            self.pdu = pdu.to_vec();
        }
    }

    pub(super) fn wants(&self) -> bool {
        self.is_under_way() && !self.asked && !self.paused
    }

    /// The next command, if one is wanted.
    pub(super) fn next_action(&mut self, terminal: &TerminalProfile) -> Option<Action> {
        if !self.wants() {
            return None;
        }
        let channel = self.number;
        let action = match self.state {
            TriggerState::Sending => {
                let rest = self.pdu.get(self.sent..).unwrap_or_default();
                let length = rest.len().min(PIECE);
                // All but the last are stored, so that they leave as one datagram.
                Action::SendData {
                    channel,
                    data: rest[..length].to_vec(),
                    immediate: length == rest.len(),
                }
            }
            TriggerState::Closing => Action::CloseChannel {
                channel,
                listen_again: false,
            },
            _ => {
                let Some(kind) = self.route(terminal) else {
                    if let Some(action) = self.message(terminal) {
                        self.asked = true;
                        return Some(action);
                    }
                    let refused = self.udp_failed;
                    self.end(if refused {
                        TriggerState::Failed
                    } else {
                        TriggerState::NoRoute
                    });
                    return self.next_action(terminal);
                };
                self.state = TriggerState::Opening;
                Action::OpenChannel {
                    buffer: BUFFER.max(self.pdu.len() as u16),
                    transport: Transport {
                        kind,
                        port: self.port,
                    },
                }
            }
        };
        self.asked = true;
        Some(action)
    }

    fn route(&self, terminal: &TerminalProfile) -> Option<TransportKind> {
        if !terminal.has(profile::OPEN_CHANNEL) {
            None
        } else if terminal.has(profile::UDP_LOCAL) && !self.udp_failed {
            Some(TransportKind::UdpLocal)
        } else if terminal.has(profile::TCP_LOCAL) {
            Some(TransportKind::TcpLocal)
        } else {
            None
        }
    }

    /// The notification as a short message, when there is no local connection at all.
    fn message(&self, terminal: &TerminalProfile) -> Option<Action> {
        let number = self.own_number.as_ref()?;
        let offered = terminal.has(profile::SEND_SHORT_MESSAGE) && !self.udp_failed;
        let tpdu = sms::submit_to_port(&sms::Number::new(number), self.port, &self.pdu);
        Some(Action::SendShortMessage {
            packing: false,
            alpha: None,
            service_centre: Vec::new(),
            tpdu: tpdu.filter(|_| offered)?,
        })
    }

    /// How a command of the Trigger went.
    pub(super) fn handle_result(&mut self, action: &Action, response: &TerminalResponse) {
        self.asked = false;
        if response.is_busy() {
            self.paused = true;
            return;
        }
        match action {
            Action::SendShortMessage { .. } if response.is_success() => {
                self.end(TriggerState::Done);
            }
            Action::SendShortMessage { .. } => self.end(TriggerState::Failed),
            Action::OpenChannel { transport, .. } => self.opened(transport.kind, response),
            Action::SendData { data, .. } if response.is_success() => {
                self.sent = self.sent.saturating_add(data.len());
                if self.sent >= self.pdu.len() {
                    self.ends_well = true;
                    self.state = TriggerState::Closing;
                }
            }
            Action::SendData { .. } => self.state = TriggerState::Closing,
            // A channel that cannot be closed is none; what was sent stays sent.
            _ => self.end(if self.ends_well {
                TriggerState::Done
            } else {
                TriggerState::Failed
            }),
        }
    }

    fn opened(&mut self, kind: TransportKind, response: &TerminalResponse) {
        let number = response.channel_status().map_or(0, |s| s.channel);
        let granted = response
            .buffer_size()
            .is_none_or(|size| usize::from(size) >= self.pdu.len());
        match response.result {
            _ if response.is_success() && number != 0 => {
                self.number = number;
                self.state = if granted {
                    TriggerState::Sending
                } else {
                    TriggerState::Closing
                };
            }
            result::BEYOND_CAPABILITIES
            | result::TYPE_NOT_UNDERSTOOD
            | result::DATA_NOT_UNDERSTOOD
            | result::BIP_ERROR
                if kind == TransportKind::UdpLocal =>
            {
                self.udp_failed = true;
                self.state = TriggerState::Ready;
            }
            _ => self.end(TriggerState::Failed),
        }
    }

    /// Event channel status for the Trigger's channel: true when that ended the channel.
    pub(super) fn handle_status(&mut self, status: ChannelStatus) -> bool {
        let lost =
            status.state != LinkState::Established || status.info == ChannelStatus::LINK_DROPPED;
        if lost {
            self.end(if self.ends_well {
                TriggerState::Done
            } else {
                TriggerState::Failed
            });
        }
        lost
    }

    fn end(&mut self, state: TriggerState) {
        let next = self.next.take();
        let pdu = std::mem::take(&mut self.pdu);
        *self = self.fresh(state);
        self.unsent = (state != TriggerState::Done).then_some(pdu);
        if let Some(pdu) = next {
            self.handle_notification(&pdu);
        }
    }
}
