//! PINs and logical channels as there are to see.

use crate::card::Uicc;
use crate::codec::vocabulary::key_reference;

/// One PIN or administrative code, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinView {
    /// Key reference.
    pub reference: u8,
    /// Name, such as `PIN1`.
    pub name: String,
    /// The application it belongs to; without, it counts for the whole card.
    pub aid: Option<Vec<u8>>,
    /// Whether it must be verified where a rule names it.
    pub enabled: bool,
    /// Whether the universal PIN stands in for it while it is disabled.
    pub replaced: bool,
    /// Verified in this session.
    pub verified: bool,
    /// Tries left; none: it is blocked.
    pub tries: u8,
    /// Tries after a success.
    pub limit: u8,
    /// Tries left of the code that unblocks it, if there is one.
    pub unblock_tries: Option<u8>,
}

/// One open logical channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalChannel {
    /// 0–19.
    pub number: u8,
    /// Path of the selected file.
    pub selected: String,
    /// Record pointer, from 1.
    pub record: Option<u8>,
    /// Name of the active application.
    pub application: Option<Vec<u8>>,
}

impl Uicc {
    /// All PINs and administrative codes.
    pub fn pins(&self) -> Vec<PinView> {
        let aid = |index: usize| Some(self.memory.files().file(index)?.aid()?.to_vec());
        self.memory
            .pins()
            .iter()
            .enumerate()
            .map(|(place, pin)| PinView {
                reference: pin.reference,
                name: key_reference::name(pin.reference),
                aid: pin.application.and_then(aid),
                enabled: pin.enabled,
                replaced: pin.replaced,
                verified: self.verified.has(place),
                tries: pin.pin.tries,
                limit: pin.pin.limit,
                unblock_tries: pin.unblock.as_ref().map(|code| code.tries),
            })
            .collect()
    }

    /// The open logical channels.
    pub fn logical_channels(&self) -> Vec<LogicalChannel> {
        let files = self.memory.files();
        self.channels
            .iter()
            .map(|(number, selection)| LogicalChannel {
                number,
                selected: super::path(&files.path(selection.current())),
                record: selection.record,
                application: selection
                    .application
                    .and_then(|index| Some(files.file(index)?.aid()?.to_vec())),
            })
            .collect()
    }
}
