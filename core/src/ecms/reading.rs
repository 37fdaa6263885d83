//! Reading of the card's receipts from afar: a secured packet with READ RECORD, and the answer in
//! short messages of the card (ETSI TS 102 225 §5, TS 102 226 §5.1; 3GPP TS 31.115 §4.3).
//!
//! Knows the keys of remote management, and nothing of what a receipt says.

use crate::codec::cose::Sign1;
use crate::codec::secured_packet::{
    Check, CommandHeader, CommandPacket, CounterMode, Keys, PacketStatus, Receipt, ResponsePacket,
    Spi,
};
use crate::codec::sms::{CONCATENATION, Submit};

/// Toolkit application reference of remote file management, which begins in the MF.
const TAR: [u8; 3] = [0xB0, 0x00, 0x10];

/// Key index 1, AES (TS 102 225 §5.1.2).
const KEY: u8 = 0x12;

/// SELECT by path from the MF: EF_Receipts.
const SELECT: [u8; 9] = [0x00, 0xA4, 0x08, 0x04, 0x04, 0x7F, 0x50, 0x64, 0x37];

/// Records of EF_Receipts.
const RECORDS: u64 = 16;

/// User data header in front of a receipt packet.
const RESPONSE_HEADER: [u8; 3] = [0x02, 0x71, 0x00];

/// Keys of remote management that ECMS and card share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementKeys {
    /// For ciphering.
    pub kic: Vec<u8>,
    /// For the checksum.
    pub kid: Vec<u8>,
}

/// Reading under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    keys: ManagementKeys,
    counter: u64,
    /// Receipt that was asked for.
    asked: Option<u64>,
    /// Parts of the answer.
    parts: Vec<Option<Vec<u8>>>,
}

impl Reading {
    pub(super) fn new(keys: ManagementKeys) -> Self {
        Reading {
            keys,
            counter: 0,
            asked: None,
            parts: Vec::new(),
        }
    }

    /// The packet that asks for a receipt by its number.
    pub(super) fn ask(&mut self, seq: u64) -> Option<Vec<u8>> {
        self.counter += 1;
        self.asked = Some(seq);
        self.parts.clear();
        let record = u8::try_from(seq.checked_sub(1)? % RECORDS + 1).ok()?;
        let read = [0x00, 0xB2, record, 0x04, 0xFF];
        let packet = CommandPacket {
            header: header(),
            counter: self.counter,
            data: [&SELECT[..], &read].concat(),
        };
        packet.encode(&self.keys())
    }

    /// Takes a short message of the card: number and octets of the receipt once all are there, or
    /// why there is none.
    pub(super) fn take(&mut self, tpdu: &[u8]) -> Option<(u64, Result<Vec<u8>, String>)> {
        let message = Submit::decode(tpdu).ok()?;
        let said = message.element(CONCATENATION).map(|e| e.data.clone());
        match said.as_deref() {
            Some([_, parts, part]) if (1..=*parts).contains(part) => {
                if self.parts.len() != usize::from(*parts) {
                    self.parts = vec![None; usize::from(*parts)];
                }
                self.parts[usize::from(*part) - 1] = Some(message.data);
            }
            _ => self.parts = vec![Some(message.data)],
        }
        let parts = self.parts.iter().cloned().collect::<Option<Vec<_>>>()?;
        let seq = self.asked.take()?;
        self.parts.clear();
        let packet = [&RESPONSE_HEADER[..], &parts.concat()].concat();
        Some((seq, self.opened(&packet)))
    }

    fn opened(&self, packet: &[u8]) -> Result<Vec<u8>, String> {
        let answer = ResponsePacket::open(packet, &header(), &self.keys());
        let answer = answer.ok_or("the answer is not the card's")?;
        if answer.counter != self.counter || answer.status != PacketStatus::Ok {
            return Err("the card did not carry the packet out".to_owned());
        }
        // How many commands, the last status word, the last data (TS 102 226 §5.1.2).
        let [2, 0x90, 0x00, record @ ..] = &answer.data[..] else {
            return Err("the card did not read the record".to_owned());
        };
        match Sign1::decode_prefix(record) {
            Ok((_, length)) => Ok(record[..length].to_vec()),
            Err(_) => Err("the card has no such receipt".to_owned()),
        }
    }

    fn keys(&self) -> Keys<'_> {
        Keys {
            ciphering: &self.keys.kic,
            checking: &self.keys.kid,
        }
    }
}

/// Checked, ciphered, counted; the answer the same, in messages of its own.
fn header() -> CommandHeader {
    CommandHeader {
        spi: Spi {
            check: Check::Cryptographic,
            ciphered: true,
            counter: CounterMode::Higher,
            receipt: Receipt::Always,
            receipt_check: Check::Cryptographic,
            receipt_ciphered: true,
            receipt_by_submit: true,
        },
        kic: KEY,
        kid: KEY,
        tar: TAR,
    }
}
