//! What a terminal asks a card after reset: identity, applications, then TERMINAL PROFILE
//! (ETSI TS 102 221 §14.1, §14.2).

use crate::codec::apdu::{
    CommandApdu, READ_BINARY, READ_RECORD, ResponseApdu, SELECT, TERMINAL_PROFILE,
};
use crate::codec::ber;
use crate::codec::toolkit::profile::TerminalProfile;

/// Records of EF_DIR read at most.
const MAX_RECORDS: u8 = 16;

/// RID of 3GPP and the USIM's application code (ETSI TS 101 220 annex E).
const USIM: [u8; 7] = [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    SelectMf,
    SelectIccid,
    ReadIccid,
    SelectDir,
    ReadDir(u8),
    SelectUsim,
    Profile,
    Done,
}

/// How far the boot is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Boot {
    step: Step,
    record_length: u8,
    iccid: Option<Vec<u8>>,
    usim: Option<Vec<u8>>,
}

impl Boot {
    pub(super) fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    pub(super) fn iccid(&self) -> Option<&[u8]> {
        self.iccid.as_deref()
    }

    /// The command of this step.
    pub(super) fn command(&self, profile: &TerminalProfile) -> CommandApdu {
        let select = |id: [u8; 2]| {
            CommandApdu::new(0x00, SELECT, 0x00, 0x04)
                .with_data(id)
                .with_le(256)
        };
        match self.step {
            Step::SelectMf => select([0x3F, 0x00]),
            Step::SelectIccid => select([0x2F, 0xE2]),
            Step::ReadIccid => CommandApdu::new(0x00, READ_BINARY, 0, 0).with_le(10),
            Step::SelectDir => select([0x2F, 0x00]),
            Step::ReadDir(n) => {
                CommandApdu::new(0x00, READ_RECORD, n, 0x04).with_le(if self.record_length == 0 {
                    256
                } else {
                    u16::from(self.record_length)
                })
            }
            Step::SelectUsim => CommandApdu::new(0x00, SELECT, 0x04, 0x04)
                .with_data(self.usim.clone().unwrap_or_default())
                .with_le(256),
            Step::Profile | Step::Done => {
                CommandApdu::new(0x80, TERMINAL_PROFILE, 0, 0).with_data(profile.0.clone())
            }
        }
    }

    /// The card's answer; a missing file is no reason to stop.
    pub(super) fn handle_response(&mut self, response: &ResponseApdu) {
        let ok = response.sw.is_normal();
        self.step = match self.step {
            Step::SelectMf => Step::SelectIccid,
            Step::SelectIccid if ok => Step::ReadIccid,
            Step::SelectIccid => Step::SelectDir,
            Step::ReadIccid => {
                if ok {
                    self.iccid = Some(response.data.clone());
                }
                Step::SelectDir
            }
            Step::SelectDir if ok => {
                self.record_length = record_length(&response.data).unwrap_or_default();
                Step::ReadDir(1)
            }
            Step::SelectDir => Step::Profile,
            Step::ReadDir(n) => {
                if ok && self.usim.is_none() {
                    self.usim = aid(&response.data).filter(|aid| aid.starts_with(&USIM));
                }
                match (ok && n < MAX_RECORDS, &self.usim) {
                    (true, None) => Step::ReadDir(n + 1),
                    (_, Some(_)) => Step::SelectUsim,
                    (false, None) => Step::Profile,
                }
            }
            Step::SelectUsim => Step::Profile,
            Step::Profile | Step::Done => Step::Done,
        };
    }
}

/// Low byte of the record length in the file descriptor of an FCP (TS 102 221 §11.1.1.4.3).
fn record_length(fcp: &[u8]) -> Option<u8> {
    let outer = ber::read(fcp, 0).ok()?;
    let objects = ber::read_all(outer.value).ok()?;
    let descriptor = objects.iter().find(|o| o.tag == 0x82)?;
    descriptor.value.get(3).copied()
}

/// The application identifier of an EF_DIR record (TS 102 221 §13.1).
fn aid(record: &[u8]) -> Option<Vec<u8>> {
    let outer = ber::read(record, 0).ok().filter(|o| o.tag == 0x61)?;
    let objects = ber::read_all(outer.value).ok()?;
    let aid = objects.iter().find(|o| o.tag == 0x4F)?;
    (1..=16)
        .contains(&aid.value.len())
        .then(|| aid.value.to_vec())
}
