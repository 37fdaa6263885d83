//! The part of the card that knows what its DM Server is to provision: it watches EF_Provisioning,
//! and makes the plan anew when another document becomes the active one
//! (OMA-AD-DM_SC-V1_0 §5.3).
//!
//! Knows no file system and no session; [`super::SmartCard`] joins it with both.

use crate::codec::DecodeError;
use crate::codec::ef::{PROVISIONING_HEADER, Provisioning, Slot};
use crate::codec::tnds::Document;
use crate::server::Plan;

/// EF_Provisioning of the built-in cards, from the MF.
pub(super) const PROVISIONING: [u16; 2] = [0x7F50, 0x6436];

/// Question that the card asks before it changes a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Text for the user.
    pub question: String,
    /// Seconds the question stays (MAXDT).
    pub max_display_s: u32,
}

/// Document that became the active one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// Slot it lies in.
    pub slot: Slot,
    /// Bytes of the document.
    pub length: u16,
    /// Commands that lead the device to it.
    pub commands: usize,
}

/// Watch over the file with the provisioning data.
#[derive(Clone, Debug, PartialEq)]
pub struct Provisioner {
    /// What the device has from its last session.
    base: Document,
    /// What it is to have.
    want: Document,
    consent: Option<Consent>,
    /// Header of the file as it was seen last.
    seen: Option<[u8; PROVISIONING_HEADER]>,
    /// Whether the card calls for a session when its document is another.
    pub(super) triggers: bool,
}

impl Provisioner {
    /// A watch that begins with this file, for a device that has `base`.
    pub fn new(base: Document, file: &[u8], consent: Option<Consent>, triggers: bool) -> Self {
        Provisioner {
            base,
            want: active(file).map(|(_, want)| want).unwrap_or_default(),
            consent,
            seen: file.first_chunk().copied(),
            triggers,
        }
    }

    /// The plan that leads from what the device has to what it is to have.
    pub fn plan(&self) -> Plan {
        let plan = Plan::from_documents(&self.base, &self.want);
        match &self.consent {
            Some(consent) => plan.asking(&consent.question, consent.max_display_s),
            None => plan,
        }
    }

    /// Looks at the file: the document that became the active one, if there is another, or why
    /// it cannot be read.
    pub(super) fn look(&mut self, file: &[u8]) -> Option<Result<Provisioning, DecodeError>> {
        let header = file.first_chunk().copied();
        if header == self.seen {
            return None;
        }
        self.seen = header;
        let (file, want) = match active(file) {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        self.want = want;
        Some(Ok(file))
    }

    /// The device has what it is to have.
    pub(super) fn provisioned(&mut self) {
        self.base = self.want.clone();
    }
}

/// The document that counts; an empty slot holds one without nodes.
pub(super) fn active(file: &[u8]) -> Result<(Provisioning, Document), DecodeError> {
    let header = Provisioning::decode(file)?;
    let document = match header.document(file) {
        [] => Document::default(),
        document => Document::decode_wbxml(document)?,
    };
    Ok((header, document))
}
