//! What a terminal asks a card after reset: identity, applications, PIN, then TERMINAL PROFILE
//! and the provisioning files (ETSI TS 102 221 §14.1, §14.2; OMA-WAP-PROVSC).
//!
//! Only reads, but for a PIN the user gave. Cards that know no class 00 are spoken to with that
//! of GSM 11.11.

mod bootstrap;
mod fcp;
mod pin;

pub use bootstrap::BootstrapFile;
pub use pin::PinReply;

use super::{Config, Output};
use crate::codec::apdu::{
    CommandApdu, READ_BINARY, READ_RECORD, ResponseApdu, SELECT, StatusWord, TERMINAL_PROFILE,
};
use crate::codec::{ber, pkcs15};
use bootstrap::Bootstrap;
use pin::{Asked, Pin};
use std::collections::VecDeque;

/// Records of EF_DIR read at most.
const MAX_RECORDS: u8 = 16;

/// TERMINAL CAPABILITY.
const TERMINAL_CAPABILITY: u8 = 0xAA;

/// Nothing more than that logical channels beyond 3 are understood (TS 102 221 §11.1.19.2.2).
const CAPABILITY: [u8; 4] = [0xA9, 0x02, 0x81, 0x00];

/// Applications of networks: RID and code of USIM and CSIM (ETSI TS 101 220 annex E).
const APPLICATIONS: [[u8; 7]; 2] = [
    [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02],
    [0xA0, 0x00, 0x00, 0x03, 0x43, 0x10, 0x02],
];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    SelectMf,
    Capability,
    SelectIccid,
    ReadIccid,
    SelectDir,
    ReadDir(u8),
    SelectApplication,
    /// The PIN, and what follows it.
    Pin(Pin, Next),
    Profile,
    Bootstrap,
    Done,
}

/// What follows the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The files under the MF.
    Files,
    /// TERMINAL PROFILE.
    Profile,
    /// The rest of the provisioning files.
    Bootstrap,
}

/// How far the boot is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Boot {
    step: Step,
    tell_capability: bool,
    ask_pin: bool,
    read_bootstrap: bool,
    /// The card speaks as GSM 11.11 says.
    gsm: bool,
    record_length: u8,
    iccid: Option<Vec<u8>>,
    /// The application of the network.
    network: Option<Vec<u8>>,
    /// The PKCS#15 application is in EF_DIR, at this path if the record names one.
    pkcs15: Option<Vec<u16>>,
    bootstrap: Bootstrap,
    outputs: VecDeque<Output>,
}

impl Boot {
    pub(super) fn new(config: &Config) -> Self {
        Boot {
            tell_capability: config.tell_capability,
            ask_pin: config.ask_pin,
            read_bootstrap: config.read_bootstrap,
            ..Boot::default()
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    pub(super) fn iccid(&self) -> Option<&[u8]> {
        self.iccid.as_deref()
    }

    /// The application that was selected.
    pub(super) fn application(&self) -> Option<&[u8]> {
        self.network.as_deref()
    }

    /// The class of toolkit commands.
    pub(super) fn toolkit_class(&self) -> u8 {
        if self.gsm { 0xA0 } else { 0x80 }
    }

    pub(super) fn output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Reads the provisioning files once more if one of these paths can be among them; no paths
    /// stand for all files. False when there is nothing to read.
    pub(super) fn read_again(&mut self, paths: &[Vec<u16>]) -> bool {
        let Some(df) = self.pkcs15.as_deref().filter(|_| self.is_done()) else {
            return false;
        };
        let touched = paths.is_empty()
            || paths
                .iter()
                .any(|path| df.is_empty() || path.starts_with(df) || self.bootstrap.has(path));
        if touched {
            self.begin_bootstrap();
        }
        touched
    }

    fn begin_bootstrap(&mut self) {
        let df = self.pkcs15.clone().unwrap_or_default();
        self.bootstrap = Bootstrap::new(self.gsm, df, self.network.clone());
        self.step = Step::Bootstrap;
    }

    /// The user's answer to the question for a PIN: false when there is none or it does not fit.
    pub(super) fn handle_pin(&mut self, reply: &PinReply) -> bool {
        let Step::Pin(pin, next) = &mut self.step else {
            return false;
        };
        let next = *next;
        match pin.handle_reply(reply) {
            Some(true) => true,
            Some(false) => {
                self.after_pin(next, false);
                true
            }
            None => false,
        }
    }

    fn after_pin(&mut self, next: Next, verified: bool) {
        match next {
            Next::Files => self.step = Step::SelectIccid,
            Next::Profile => self.step = Step::Profile,
            Next::Bootstrap => {
                self.step = Step::Bootstrap;
                self.bootstrap.handle_pin(verified);
                self.end_bootstrap();
            }
        }
    }

    fn end_bootstrap(&mut self) {
        if self.bootstrap.is_done() {
            let (files, problems) = self.bootstrap.result();
            self.outputs
                .push_back(Output::Bootstrap { files, problems });
            self.step = Step::Done;
        }
    }

    /// The command of this step; `None` while the user is asked.
    pub(super) fn command(&self, config: &Config) -> Option<CommandApdu> {
        let class = if self.gsm { 0xA0 } else { 0x00 };
        let select = |id: [u8; 2]| select_file(self.gsm, id);
        Some(match &self.step {
            Step::SelectMf => select([0x3F, 0x00]),
            Step::Capability => {
                CommandApdu::new(0x80, TERMINAL_CAPABILITY, 0, 0).with_data(CAPABILITY)
            }
            Step::SelectIccid => select([0x2F, 0xE2]),
            Step::ReadIccid => CommandApdu::new(class, READ_BINARY, 0, 0).with_le(10),
            Step::SelectDir => select([0x2F, 0x00]),
            Step::ReadDir(n) => {
                CommandApdu::new(class, READ_RECORD, *n, 0x04).with_le(if self.record_length == 0 {
                    256
                } else {
                    u16::from(self.record_length)
                })
            }
            Step::SelectApplication => select_name(0x00, &self.network.clone().unwrap_or_default()),
            Step::Pin(pin, _) => return pin.command(class),
            Step::Bootstrap => return self.bootstrap.command(),
            Step::Profile | Step::Done => {
                CommandApdu::new(self.toolkit_class(), TERMINAL_PROFILE, 0, 0)
                    .with_data(config.profile.0.clone())
            }
        })
    }

    /// The card's answer; a missing file is no reason to stop.
    pub(super) fn handle_response(&mut self, response: &ResponseApdu) {
        let ok = response.sw.is_normal();
        let step = std::mem::take(&mut self.step);
        self.step = match step {
            Step::SelectMf if response.sw == StatusWord::WRONG_CLA && !self.gsm => {
                self.gsm = true;
                Step::SelectMf
            }
            Step::SelectMf
                if ok && self.tell_capability && fcp::wants_capability(&response.data) =>
            {
                Step::Capability
            }
            Step::Capability => Step::SelectIccid,
            Step::SelectMf => {
                let asked = if self.gsm && ok && self.ask_pin {
                    pin::gsm_state(&response.data)
                } else {
                    Asked::No
                };
                self.pin(asked, Next::Files)
            }
            Step::SelectIccid if ok => Step::ReadIccid,
            Step::SelectIccid => Step::SelectDir,
            Step::ReadIccid => {
                if ok {
                    self.iccid = Some(response.data.clone());
                }
                Step::SelectDir
            }
            Step::SelectDir if ok => {
                self.record_length = if self.gsm {
                    response.data.get(14).copied().unwrap_or_default()
                } else {
                    fcp::record_length(&response.data).unwrap_or_default()
                };
                Step::ReadDir(1)
            }
            Step::SelectDir => Step::Profile,
            Step::ReadDir(n) => self.directory(n, response),
            Step::SelectApplication => {
                let asked = if ok && self.ask_pin {
                    pin::state(&response.data)
                } else {
                    Asked::No
                };
                self.pin(asked, Next::Profile)
            }
            Step::Pin(mut pin, next) => {
                let verified = pin.handle_response(response.sw, &mut self.outputs);
                self.step = Step::Pin(pin, next);
                if let Some(verified) = verified {
                    self.after_pin(next, verified);
                }
                return;
            }
            Step::Profile if self.read_bootstrap && self.pkcs15.is_some() => {
                self.begin_bootstrap();
                return;
            }
            Step::Bootstrap => {
                self.step = Step::Bootstrap;
                self.bootstrap.handle_response(response);
                if self.bootstrap.wants_pin() {
                    if self.ask_pin {
                        let pin = Pin::new(None, &mut self.outputs);
                        self.step = Step::Pin(pin, Next::Bootstrap);
                    } else {
                        self.bootstrap.handle_pin(false);
                    }
                }
                self.end_bootstrap();
                return;
            }
            Step::Profile | Step::Done => Step::Done,
        };
    }

    fn pin(&mut self, asked: Asked, next: Next) -> Step {
        let tries = match asked {
            Asked::Yes => None,
            Asked::Tries(tries) => Some(tries),
            Asked::No if next == Next::Files => return Step::SelectIccid,
            Asked::No => return Step::Profile,
        };
        Step::Pin(Pin::new(tries, &mut self.outputs), next)
    }

    /// A record of EF_DIR.
    fn directory(&mut self, n: u8, response: &ResponseApdu) -> Step {
        let ok = response.sw.is_normal();
        if ok && let Some((aid, path)) = application(&response.data) {
            if self.network.is_none() && APPLICATIONS.iter().any(|of| aid.starts_with(of)) {
                self.network = Some(aid);
            } else if self.pkcs15.is_none() && aid == pkcs15::AID {
                self.pkcs15 = Some(path);
            }
        }
        // Who needs no more than that reads no further.
        let found = self.network.is_some() && (!self.read_bootstrap || self.pkcs15.is_some());
        match (ok && n < MAX_RECORDS && !found, &self.network) {
            (true, _) => Step::ReadDir(n + 1),
            (false, Some(_)) if !self.gsm => Step::SelectApplication,
            (false, _) => Step::Profile,
        }
    }
}

/// SELECT by file identifier.
fn select_file(gsm: bool, id: [u8; 2]) -> CommandApdu {
    if gsm {
        CommandApdu::new(0xA0, SELECT, 0x00, 0x00).with_data(id)
    } else {
        CommandApdu::new(0x00, SELECT, 0x00, 0x04)
            .with_data(id)
            .with_le(256)
    }
}

/// SELECT by application identifier.
fn select_name(class: u8, aid: &[u8]) -> CommandApdu {
    CommandApdu::new(class, SELECT, 0x04, 0x04)
        .with_data(aid)
        .with_le(256)
}

/// Identifier and path of an EF_DIR record (TS 102 221 §13.1).
fn application(record: &[u8]) -> Option<(Vec<u8>, Vec<u16>)> {
    let outer = ber::read(record, 0).ok().filter(|o| o.tag == 0x61)?;
    let objects = ber::read_all(outer.value).ok()?;
    let value = |tag: u8| objects.iter().find(|o| o.tag == tag).map(|o| o.value);
    let aid = value(0x4F).filter(|aid| (1..=16).contains(&aid.len()))?;
    let path = value(0x51).unwrap_or_default().chunks_exact(2);
    let path = path.map(|id| u16::from_be_bytes([id[0], id[1]])).collect();
    Some((aid.to_vec(), path))
}
