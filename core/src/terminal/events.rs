//! What the user, the network and the device tell the terminal, and what the card hears of it
//! (TS 102 223 §7).

use super::{Output, PinReply, Reply, Terminal};
use crate::codec::toolkit::local::Location;
use crate::codec::toolkit::profile;
use crate::codec::toolkit::{ChannelStatus, Envelope, LinkState, Object, event, tag};

impl Terminal {
    /// The user's answer to the dialog shown: false when none waits or the answer does not fit.
    pub fn handle_reply(&mut self, reply: &Reply) -> bool {
        let taken = self.reply(reply);
        self.advance();
        taken
    }

    /// The user's answer to `Output::AskPin`: false when nothing was asked or it does not fit.
    pub fn handle_pin(&mut self, reply: &PinReply) -> bool {
        let taken = self
            .boot
            .as_mut()
            .is_some_and(|boot| boot.handle_pin(reply));
        self.take_boot_outputs();
        self.advance();
        taken
    }

    /// The user chooses an item of the card's menu, or asks for help on it: false when the menu
    /// has no such item or the card would not hear it.
    pub fn handle_menu_selection(&mut self, item: u8, help: bool) -> bool {
        let taken = self.menu.contains(&item) && self.config.profile.has(profile::MENU_SELECTION);
        if taken {
            self.queue(Envelope::MenuSelection { item, help });
            self.advance();
        }
        taken
    }

    /// Something of the device takes the screen, or gives it back.
    pub fn handle_screen(&mut self, busy: bool) {
        self.screen_is_busy = busy;
        if !busy {
            self.happened(event::IDLE_SCREEN, Vec::new());
        }
    }

    /// The user does something.
    pub fn handle_user_activity(&mut self) {
        self.happened(event::USER_ACTIVITY, Vec::new());
    }

    /// The user chooses another language, two letters (ISO 639).
    pub fn handle_language(&mut self, language: &str) {
        self.config.language = language.chars().take(2).collect();
        let value = self.config.language.clone().into_bytes();
        self.happened(event::LANGUAGE_SELECTION, vec![other(tag::LANGUAGE, value)]);
    }

    /// The device is elsewhere, or without network.
    pub fn handle_location(&mut self, location: Option<Location>) {
        self.config.location = location;
        // Normal service or no service (§8.27).
        let status = if location.is_some() { 0x00 } else { 0x02 };
        let mut objects = vec![other(tag::LOCATION_STATUS, vec![status])];
        if let Some(location) = location {
            objects.push(other(tag::LOCATION, location.encode()));
        }
        self.happened(event::LOCATION_STATUS, objects);
    }

    /// The network changes to another access technology (§8.61).
    pub fn handle_access_technology(&mut self, technology: u8) {
        self.config.access_technology = technology;
        let object = other(tag::ACCESS_TECHNOLOGY, vec![technology]);
        self.happened(event::ACCESS_TECHNOLOGY, vec![object]);
    }

    /// The browser ended: 00 by the user, 01 by an error.
    pub fn handle_browser_closed(&mut self, cause: u8) {
        let object = other(tag::BROWSER_TERMINATION, vec![cause]);
        self.happened(event::BROWSER_TERMINATION, vec![object]);
    }

    /// A short message for the card comes in: false when it is too long for one command.
    pub fn handle_short_message(&mut self, service_centre: Option<Vec<u8>>, tpdu: &[u8]) -> bool {
        let envelope = Envelope::SmsPpDownload {
            service_centre,
            tpdu: tpdu.to_vec(),
        };
        let fits = envelope.encode().len() <= 255;
        if fits {
            self.queue(envelope);
            self.advance();
        }
        fits
    }

    /// A host took the connection of `Output::HostConnect`.
    pub fn handle_host_connected(&mut self, channel: u8) {
        if self.channels.host(channel).is_some() {
            self.link(channel, true);
            self.advance();
        }
    }

    /// A host did not take the connection, or went away.
    pub fn handle_host_refused(&mut self, channel: u8) {
        if self.channels.host(channel).is_some() {
            self.link(channel, false);
            self.advance();
        }
    }

    /// A host sends octets.
    pub fn handle_host_data(&mut self, channel: u8, bytes: &[u8]) {
        match self.channels.put_remote(channel, bytes) {
            Ok(Some((status, length))) => {
                self.tell(
                    event::DATA_AVAILABLE,
                    Envelope::DataAvailable { status, length },
                );
            }
            Ok(None) => {}
            Err(()) => {
                self.outputs.push_back(Output::HostClosed { channel });
                self.link(channel, false);
            }
        }
        self.advance();
    }

    /// The device loses its network: every link to a host drops.
    pub fn handle_network_lost(&mut self) {
        for channel in 1..=7 {
            if self
                .channels
                .host(channel)
                .is_some_and(|(_, stands)| stands)
            {
                self.outputs.push_back(Output::HostClosed { channel });
                self.link(channel, false);
            }
        }
        self.advance();
    }

    /// States of the open channels, for people.
    pub fn channels(&self) -> Vec<ChannelStatus> {
        let statuses = self.channels.statuses();
        statuses
            .into_iter()
            .filter(|status| status.state != LinkState::Reserved)
            .collect()
    }

    fn happened(&mut self, code: u8, objects: Vec<Object>) {
        self.tell(code, Envelope::event(code, objects));
        // These two are told once and then no more, until the card asks anew (§7.5.5, §7.5.6).
        if matches!(code, event::USER_ACTIVITY | event::IDLE_SCREEN) {
            self.events.retain(|of| *of != code);
        }
        self.advance();
    }
}

fn other(tag: u8, value: Vec<u8>) -> Object {
    Object::Other { tag, value }
}
