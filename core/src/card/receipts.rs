//! Receipts in the card's memory: a ring of records, each a COSE_Sign1 and the client's Status for
//! it, and the keys that belong to them. Identifiers of files are this project's.
//!
//! Knows no session: what a receipt tells is its signer's business.

use super::files::Body;
use super::memory::Write;
use super::{Profile, Uicc};
use crate::codec::cose::{Chain, PrivateKey, PublicKey, Receipt, Sign1};

/// EF_Receipts, from the MF: records of [`RECORD`] octets.
pub const RECEIPTS_FILE: [u16; 2] = [0x7F50, 0x6437];

/// EF_CareKey, from the MF: the public key of customer care, 04‖X‖Y.
pub const CARE_KEY_FILE: [u16; 2] = [0x7F50, 0x6439];

/// Octets of a record.
const RECORD: usize = 255;

/// Status of a receipt that the client has not answered yet.
const NO_STATUS: [u8; 2] = [0xFF, 0xFF];

impl Uicc {
    /// Key that signs receipts; `None` for a card that signs none.
    pub fn receipt_key(&self) -> Option<&PrivateKey> {
        self.head().receipt_key.as_ref()
    }

    /// Public key of customer care.
    pub fn care_key(&self) -> Option<PublicKey> {
        let index = self.file_at(&CARE_KEY_FILE)?;
        let octets = self.memory.files().file(index)?.octets();
        PublicKey::from_bytes(octets)
    }

    /// Whether the supply is there, or has come back.
    pub fn has_power(&self) -> bool {
        !self.memory.is_lost()
    }

    /// Receipts in the order of their numbers: number and COSE_Sign1.
    pub fn receipts(&self) -> Vec<(u64, Vec<u8>)> {
        let file = self.file_at(&RECEIPTS_FILE);
        let file = file.and_then(|index| self.memory.files().file(index));
        let records = file.and_then(|file| file.records()).into_iter();
        let mut found: Vec<(u64, Vec<u8>)> = records
            .flat_map(|records| records.iter())
            .filter_map(|record| {
                let (message, length) = Sign1::decode_prefix(record).ok()?;
                let receipt = Receipt::decode(&message.payload).ok()?;
                Some((receipt.seq, record[..length].to_vec()))
            })
            .collect();
        found.sort();
        found
    }

    /// End of the chain of receipts, as the memory has it.
    pub fn receipt_chain(&self) -> Chain {
        let newest = self.receipts().pop();
        let chain = newest.map(|(seq, signed)| Chain {
            seq,
            hash: crate::codec::cose::sha256(&signed),
        });
        chain.unwrap_or_default()
    }

    /// Writes a receipt over the oldest, whole or not at all; false when it is not there
    /// afterwards.
    pub fn store_receipt(&mut self, seq: u64, signed: &[u8]) -> bool {
        let Some((file, at)) = self.receipt_place(seq) else {
            return false;
        };
        let mut octets = [signed, &NO_STATUS].concat();
        if octets.len() > RECORD {
            return false;
        }
        octets.resize(RECORD, 0xFF);
        self.write_octets(file, at, octets)
    }

    /// Writes the client's Status to a receipt that is still there.
    pub fn store_receipt_status(&mut self, seq: u64, code: u16) -> bool {
        let found = self.receipts().into_iter().find(|(of, _)| *of == seq);
        let (Some((_, signed)), Some((file, at))) = (found, self.receipt_place(seq)) else {
            return false;
        };
        self.write_octets(file, at + signed.len(), code.to_be_bytes().to_vec())
    }

    fn write_octets(&mut self, file: usize, at: usize, octets: Vec<u8>) -> bool {
        let write = Write::Octets { file, at, octets };
        self.memory.commit(vec![write]).is_ok()
    }

    /// The file, and where in it the record of a number begins.
    fn receipt_place(&self, seq: u64) -> Option<(usize, usize)> {
        let index = self.file_at(&RECEIPTS_FILE)?;
        let Body::Linear(records) = &self.memory.files().file(index)?.body else {
            return None;
        };
        if usize::from(records.length) != RECORD {
            return None;
        }
        let place = seq
            .checked_sub(1)?
            .checked_rem(u64::from(records.count()))?;
        // Less than a number of records, which is one octet.
        Some((index, place as usize * RECORD))
    }

    fn file_at(&self, path: &[u16]) -> Option<usize> {
        let files = self.memory.files();
        path.iter().try_fold(super::files::MF, |directory, fid| {
            files.child(directory, *fid)
        })
    }
}

impl Profile {
    /// Adds the files of receipts, the key of customer care and a key that signs; a card that has
    /// the files already, or not their directory, stays as it is.
    #[must_use]
    pub fn with_receipts(self, key: PrivateKey, care: &PublicKey) -> Self {
        let receipts = r#"{"fid": "6437", "name": "EF_Receipts", "structure": "linear",
            "rule": "2F06/6", "length": 255, "count": 16}"#;
        let care = format!(
            r#"{{"fid": "6439", "name": "EF_CareKey", "structure": "transparent",
            "rule": "2F06/1", "size": 65, "contents": "{}"}}"#,
            crate::codec::hex::encode(&care.to_bytes())
        );
        let directory = &RECEIPTS_FILE[..1];
        let made = self.clone().with_file(directory, receipts);
        match made.and_then(|profile| profile.with_file(directory, &care)) {
            Ok(profile) => profile.with_receipt_key(key),
            Err(_) => self,
        }
    }
}
