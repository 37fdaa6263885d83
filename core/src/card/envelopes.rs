//! What the terminal tells the card unasked: events of channels, timers, the menu, short messages
//! (ETSI TS 102 223 §7).

use super::Output;
use super::application::{ADMIN_TIMER, Application, TIMER};
use super::server_channel::{Event, ServerChannel};
use super::toolkit::Owner;
use crate::codec::apdu::StatusWord;
use crate::codec::toolkit::Envelope;

/// Envelopes this card has a use for: SMS-PP, menu, events, timers.
const KNOWN_ENVELOPES: [u8; 4] = [0xD1, 0xD3, 0xD6, 0xD7];

impl Application {
    /// ENVELOPE.
    pub(super) fn handle_envelope(&mut self, data: &[u8]) -> StatusWord {
        let Ok(envelope) = Envelope::decode(data) else {
            return StatusWord::WRONG_DATA;
        };
        match envelope {
            Envelope::ChannelStatus { status } => {
                let channel = status.channel;
                if channel != 0 && channel == self.trigger.number() {
                    if self.trigger.handle_status(status) {
                        self.toolkit.withdraw(Owner::Trigger);
                    }
                } else if channel != 0 && channel == self.admin.number() {
                    if self.admin.handle_status(status, &mut self.web) {
                        self.toolkit.withdraw(Owner::Admin);
                    }
                } else {
                    self.server_event(channel, |server| server.handle_status(status));
                }
            }
            Envelope::DataAvailable { status, length } => {
                let channel = status.channel;
                if channel != 0 && channel == self.admin.number() {
                    self.admin.handle_data_available(length);
                } else {
                    self.server_event(channel, |server| {
                        server.handle_data_available(length);
                        Vec::new()
                    });
                }
            }
            Envelope::TimerExpiration { timer, .. } => self.timer_ended(timer),
            Envelope::MenuSelection { item, help } => return self.menu_selection(item, help),
            // Short messages are for the remote management; events nobody asked for.
            Envelope::SmsPpDownload { .. } | Envelope::Event { .. } => {}
            Envelope::Other { tag, .. } if KNOWN_ENVELOPES.contains(&tag) => {
                return StatusWord::WRONG_DATA;
            }
            // Call control and its like: this card controls nothing.
            Envelope::Other { .. } => return StatusWord::NOT_SUPPORTED,
        }
        StatusWord::OK
    }

    fn timer_ended(&mut self, timer: u8) {
        self.timers.retain(|running| *running != timer);
        match timer {
            TIMER => {
                self.trigger.handle_due();
                self.output(Output::TriggerDue { timer });
            }
            ADMIN_TIMER => self.admin.handle_due(),
            other => {
                self.program.handle_timer(other);
                self.settle();
            }
        }
    }

    fn menu_selection(&mut self, item: u8, help: bool) -> StatusWord {
        let Some(menu) = self.menu.as_ref().filter(|_| self.menu_is_set_up()) else {
            return StatusWord::CONDITIONS_OF_USE;
        };
        if self.program.is_running() {
            return StatusWord::TOOLKIT_BUSY;
        }
        if self.program.handle_selection(menu, item, help) {
            self.settle();
            StatusWord::OK
        } else {
            StatusWord::WRONG_DATA
        }
    }

    fn server_event(&mut self, channel: u8, tell: impl FnOnce(&mut ServerChannel) -> Vec<Event>) {
        if channel == 0 || channel != self.server.number() {
            return;
        }
        let before = self.server.state();
        let events = tell(&mut self.server);
        // What was meant for the client before must not reach the next one.
        if self.server.state() != before {
            self.toolkit.withdraw(Owner::Server);
        }
        self.report(events);
    }
}
