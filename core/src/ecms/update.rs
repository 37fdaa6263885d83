//! Update of the card's provisioning data from afar: a script for its remote file management, in a
//! secured packet, and the proof of receipt that comes back (OMA-AD-DM_SC-V1_0 appendix B.2.4;
//! ETSI TS 102 225 §5, TS 102 226 §5.1).
//!
//! Knows the keys it shares with the card and what it last heard of the card's file. Knows no
//! short messages.

use crate::codec::ef::Provisioning;
use crate::codec::secured_packet::{
    CommandHeader, CommandPacket, Keys, PacketStatus, ResponsePacket, Spi,
};

/// Remote file management of the UICC (TS 101 220 annex D).
const TAR: [u8; 3] = [0xB0, 0x00, 0x10];

/// A cryptographic checksum, ciphering, a counter that is higher than the last; a receipt with
/// checksum and ciphering, in the delivery report (TS 102 225 §5.1.1).
const SPI: [u8; 2] = [0x16, 0x19];

/// Keys of index 1, for AES (TS 102 225 §5.1.2, §5.1.3).
const KEYS: u8 = 0x12;

/// SELECT EF_Provisioning by its path from the MF (TS 102 221 §11.1.1).
const SELECT_FILE: &[u8] = &[0x00, 0xA4, 0x08, 0x04, 0x04, 0x7F, 0x50, 0x64, 0x36];

/// SELECT EF_ICCID, which nobody may update.
const SELECT_FOREIGN: &[u8] = &[0x00, 0xA4, 0x08, 0x04, 0x02, 0x2F, 0xE2];

/// Data bytes of one UPDATE BINARY.
const PIECE: usize = 255;

/// Milliseconds the ECMS waits for the receipt. No standard says how long.
const WAITS_MS: u64 = 120_000;

/// What is wrong with a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// The checksum is made with a key that the card does not have.
    WrongKey,
    /// The header names a key that the card does not have.
    UnknownKey,
    /// The counter is that of the last packet.
    OldCounter,
    /// One bit of the packet is turned over after it was secured.
    Altered,
    /// The packet has neither checksum nor cipher.
    NoSecurity,
    /// The packet is for an application that the card does not have.
    WrongTar,
    /// The script writes a file that nobody may write.
    ForeignFile,
    /// The script writes behind the end of the file.
    BeyondFile,
}

/// What ECMS and card share for remote management.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardKeys {
    /// For ciphering.
    pub ciphering: Vec<u8>,
    /// For the checksum.
    pub checking: Vec<u8>,
    /// Counter of the last packet.
    pub counter: u64,
}

impl CardKeys {
    fn keys(&self) -> Keys<'_> {
        Keys {
            ciphering: &self.ciphering,
            checking: &self.checking,
        }
    }
}

/// What the ECMS learned from a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateReceipt {
    /// Status of the packet (TS 102 225 §5.2).
    pub status: PacketStatus,
    /// Whether a checksum proves that the card wrote it.
    pub proven: bool,
    /// Commands that were carried out, of how many, and the status word of the last.
    pub script: Option<(u8, u8, u16)>,
    /// Whether the document is active now, as far as the receipt proves it.
    pub taken: bool,
}

/// A packet that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sent {
    header: CommandHeader,
    commands: u8,
    /// The file when all of the script is carried out.
    then: Provisioning,
}

/// Update of one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    keys: CardKeys,
    /// The file as the ECMS believes it is.
    file: Provisioning,
    document: Vec<u8>,
    /// Of the next packet alone.
    flaw: Flaw,
    sent: Option<Sent>,
    until_ms: Option<u64>,
    taken: bool,
}

impl Update {
    /// An update that brings this document, as WBXML; its first packet has that flaw.
    pub fn new(keys: CardKeys, file: Provisioning, document: Vec<u8>, flaw: Flaw) -> Self {
        Update {
            keys,
            file,
            document,
            flaw,
            sent: None,
            until_ms: None,
            taken: false,
        }
    }

    /// Whether the card proved that it has the document.
    pub(super) fn is_taken(&self) -> bool {
        self.taken
    }

    /// Until when the ECMS waits for a receipt.
    pub(super) fn waits_until_ms(&self) -> Option<u64> {
        self.until_ms
    }

    /// The next packet, sent at that moment, and its counter; `None` for keys that do not fit.
    pub(super) fn packet(&mut self, now_ms: u64) -> Option<(Vec<u8>, u64)> {
        let flaw = std::mem::take(&mut self.flaw);
        let length = u16::try_from(self.document.len()).ok()?;
        let then = self.file.switched(length);
        let (script, commands) = script(&self.file, &then, &self.document, flaw);
        let counter = match flaw {
            Flaw::OldCounter => self.keys.counter,
            _ => self.keys.counter + 1,
        };
        let header = CommandHeader {
            spi: Spi::from_octets(match flaw {
                Flaw::NoSecurity => [0x00, SPI[1]],
                _ => SPI,
            }),
            kic: if flaw == Flaw::UnknownKey { 0x72 } else { KEYS },
            kid: if flaw == Flaw::UnknownKey { 0x72 } else { KEYS },
            tar: match flaw {
                Flaw::WrongTar => [0x01, 0x02, 0x03],
                _ => TAR,
            },
        };
        let packet = CommandPacket {
            header,
            counter,
            data: script,
        };
        let mut used = self.keys.clone();
        if flaw == Flaw::WrongKey {
            used.checking.iter_mut().for_each(|octet| *octet ^= 0xFF);
        }
        let mut bytes = packet.encode(&used.keys())?;
        if flaw == Flaw::Altered
            && let Some(last) = bytes.last_mut()
        {
            *last ^= 0x01;
        }
        self.keys.counter = self.keys.counter.max(counter);
        self.sent = Some(Sent {
            header,
            commands,
            then,
        });
        self.until_ms = Some(now_ms.saturating_add(WAITS_MS));
        Some((bytes, counter))
    }

    /// A response packet with its header; `None` when it is no answer to the packet sent last.
    pub(super) fn receipt(&mut self, answer: &[u8]) -> Option<UpdateReceipt> {
        let sent = self.sent.as_ref()?;
        let secured = ResponsePacket::open(answer, &sent.header, &self.keys.keys());
        let proven = secured.is_some() && sent.header.spi == Spi::from_octets(SPI);
        // Whoever proved nothing to the card is answered in clear.
        let plain = || ResponsePacket::open(answer, &CommandHeader::default(), &self.keys.keys());
        let packet = secured.or_else(plain)?;
        let script = match packet.data[..] {
            [done, high, low, ..] => Some((done, sent.commands, u16::from_be_bytes([high, low]))),
            _ => None,
        };
        let whole = script == Some((sent.commands, sent.commands, 0x9000));
        let taken = proven && packet.status == PacketStatus::Ok && whole;
        if taken {
            self.file = sent.then;
            self.taken = true;
        }
        self.until_ms = None;
        Some(UpdateReceipt {
            status: packet.status,
            proven,
            script,
            taken,
        })
    }

    /// Time went on: whether the wait for a receipt is over now.
    pub(super) fn missed(&mut self, now_ms: u64) -> bool {
        let missed = self.until_ms.is_some_and(|until| until <= now_ms);
        if missed {
            self.until_ms = None;
        }
        missed
    }

    /// Seconds the ECMS waits for a receipt.
    pub(super) fn waits_s() -> u32 {
        (WAITS_MS / 1000) as u32
    }
}

/// The script and the number of its commands: the document in pieces into the slot that is not
/// active, and last the bytes that make it the active one (TS 102 226 §5.1).
fn script(file: &Provisioning, then: &Provisioning, document: &[u8], flaw: Flaw) -> (Vec<u8>, u8) {
    let mut script = match flaw {
        Flaw::ForeignFile => SELECT_FOREIGN.to_vec(),
        _ => SELECT_FILE.to_vec(),
    };
    let mut commands = 1_u8;
    let mut update = |at: usize, octets: &[u8]| {
        // An offset has 15 bits (TS 102 221 §11.1.4).
        let [high, low] = (at.min(0x7FFF) as u16).to_be_bytes();
        script.extend([0x00, 0xD6, high, low, octets.len() as u8]);
        script.extend(octets);
        commands = commands.saturating_add(1);
    };
    let start = file.start(then.active);
    for (n, piece) in document.chunks(PIECE).enumerate() {
        let at = match flaw {
            Flaw::BeyondFile if n == 2 => 0x7F00,
            _ => start + n * PIECE,
        };
        update(at, piece);
    }
    update(0, &then.header());
    (script, commands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn keys() -> CardKeys {
        CardKeys {
            ciphering: (0x00..=0x0F).collect(),
            checking: (0x10..=0x1F).collect(),
            counter: 1,
        }
    }

    fn file() -> Provisioning {
        Provisioning {
            active: crate::codec::ef::Slot::A,
            lengths: [950, 950],
            room: 2048,
        }
    }

    /// SELECT and the five bytes that make slot B the active one.
    const COMMIT: &str = "00A40804047F50643600D60000050103B203B6";

    const PACKET: &str = "00381516191212B0001078E04FB54A4F27047B0CC404D68D56242F31BDC7ED131BFF4BA2\
        794713AE13D708933CCD8294AB4EF2608FBF6E8DB553";

    const RECEIPT: &str =
        "027100002412B0001039F0B22B9C48A41A2A1A56ACC5EB353713024AB820CCBCBE16FB16BB5FF6C1A3";

    const RECEIPT_LOW: &str = "027100001412B0001042BEAE609196139CADDE4F7D4CA9C3EC";

    #[test]
    fn a_packet_is_secured_as_worked_out() {
        let header = CommandHeader {
            spi: Spi::from_octets(SPI),
            kic: KEYS,
            kid: KEYS,
            tar: TAR,
        };
        let packet = CommandPacket {
            header,
            counter: 2,
            data: hex::decode(COMMIT).unwrap(),
        };
        let bytes = packet.encode(&keys().keys()).unwrap();
        assert_eq!(hex::encode(&bytes), PACKET);
        assert_eq!(bytes.len(), 58);
    }

    #[test]
    fn a_receipt_says_what_the_card_did() {
        let mut update = Update::new(keys(), file(), vec![0; 950], Flaw::None);
        assert!(update.packet(0).is_some());
        if let Some(sent) = &mut update.sent {
            sent.commands = 2;
        }
        let receipt = update.receipt(&hex::decode(RECEIPT).unwrap()).unwrap();
        assert_eq!(receipt.script, Some((2, 2, 0x9000)));
        assert!(receipt.taken && receipt.proven);
        let low = update.receipt(&hex::decode(RECEIPT_LOW).unwrap()).unwrap();
        assert_eq!(low.status, PacketStatus::CounterLow);
        assert!(low.proven && !low.taken);
        let mut altered = hex::decode(RECEIPT).unwrap();
        altered[20] ^= 1;
        assert_eq!(update.receipt(&altered), None);
    }

    #[test]
    fn a_document_is_written_in_pieces_and_then_made_the_active_one() {
        let file = Provisioning {
            lengths: [946, 0],
            ..file()
        };
        let document: Vec<u8> = (0..950).map(|n| n as u8).collect();
        let (script, commands) = script(&file, &file.switched(950), &document, Flaw::None);
        assert_eq!((script.len(), commands), (989, 6));
        assert!(hex::encode(&script).starts_with("00A40804047F50643600D60805FF"));
        assert!(hex::encode(&script).ends_with("00D60000050103B203B6"));
        let mut update = Update::new(keys(), file, document, Flaw::None);
        let (packet, counter) = update.packet(0).unwrap();
        assert_eq!((packet.len(), counter), (1018, 2));
        assert_eq!(update.waits_until_ms(), Some(120_000));
        assert!(!update.missed(119_999) && update.missed(120_000) && !update.missed(120_001));
    }
}
