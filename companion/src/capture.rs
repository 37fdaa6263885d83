//! Capture files of what passes between card and terminal: GSMTAP in UDP, as Wireshark opens it.

use dmsc_core::codec::apdu::CommandApdu;
use dmsc_core::codec::gsmtap::{PORT, Packet};
use etherparse::PacketBuilder;
use etherparse::err::packet::BuildWriteError;
use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

/// Both ends of the datagrams; nothing is sent.
pub(crate) const LOOPBACK: [u8; 4] = [127, 0, 0, 1];

/// What stands for each byte of a PIN, here and in logs.
pub(crate) const MASK: u8 = b'*';

/// Bytes of a TPDU before its data.
const HEADER: usize = 5;

/// VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK PIN.
const PIN_INSTRUCTIONS: [u8; 5] = [0x20, 0x24, 0x26, 0x28, 0x2C];

/// A capture under way. Every packet is in the file as soon as it is written.
pub(crate) struct Capture {
    writer: PcapWriter<File>,
    name: String,
}

impl Capture {
    /// Begins a file; one that is there is replaced.
    pub(crate) fn create(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let file = File::create(path).map_err(|e| format!("{name} cannot be written: {e}"))?;
        let header = PcapHeader {
            endianness: Endianness::Little,
            datalink: DataLink::RAW,
            ..PcapHeader::default()
        };
        let writer = PcapWriter::with_header(file, header)
            .map_err(|e| format!("{name} cannot be written: {e}"))?;
        Ok(Capture { writer, name })
    }

    /// A TPDU and its response, at a time since 1970 or since the start of a run.
    pub(crate) fn exchange(
        &mut self,
        time: Duration,
        tpdu: &[u8],
        response: &[u8],
    ) -> Result<(), String> {
        let packet =
            gsmtap(tpdu, response).map_err(|e| format!("{} cannot be written: {e}", self.name))?;
        let packet = PcapPacket::new(time, packet.len() as u32, &packet);
        match self.writer.write_packet(&packet) {
            Ok(_) => Ok(()),
            Err(e) => Err(format!("{} cannot be written: {e}", self.name)),
        }
    }
}

/// A TPDU and its response in a datagram. A PIN in it is masked.
pub(crate) fn gsmtap(tpdu: &[u8], response: &[u8]) -> Result<Vec<u8>, BuildWriteError> {
    let payload = Packet::exchange(&masked(tpdu), response).encode();
    let mut packet = Vec::new();
    PacketBuilder::ipv4(LOOPBACK, LOOPBACK, 64)
        .udp(PORT, PORT)
        .write(&mut packet, &payload)?;
    Ok(packet)
}

/// The command with its PIN made unreadable, if it carries one.
pub(crate) fn masked(command: &[u8]) -> Cow<'_, [u8]> {
    let is_pin = command
        .get(1)
        .is_some_and(|ins| PIN_INSTRUCTIONS.contains(ins));
    if !is_pin || command.len() <= HEADER {
        return Cow::Borrowed(command);
    }
    // Le after the data, if it is there, is no secret; what has no shape may be all secret.
    let end = CommandApdu::decode(command)
        .map_or(command.len(), |apdu| HEADER + apdu.data.len())
        .min(command.len());
    let mut bytes = command.to_vec();
    bytes[HEADER..end].fill(MASK);
    Cow::Owned(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows PCSC-4.
    #[test]
    fn pins_are_masked_whatever_their_form() {
        for ins in PIN_INSTRUCTIONS {
            let pin = [
                0, ins, 0, 1, 8, 0x31, 0x32, 0x33, 0x34, 0xFF, 0xFF, 0xFF, 0xFF,
            ];
            assert_eq!(&masked(&pin)[..5], &pin[..5]);
            assert!(masked(&pin)[5..].iter().all(|byte| *byte == MASK));
            // A wrong length does not bring the digits to light.
            assert!(!masked(&pin[..9]).contains(&0x31));
            let with_le = [&pin[..], &[0]].concat();
            assert_eq!(masked(&with_le)[13], 0);
            assert_eq!(&*masked(&[0, ins, 0, 1, 0]), [0, ins, 0, 1, 0]);
        }
        assert_eq!(
            &*masked(&[0, 0xA4, 0, 4, 1, 0x3F]),
            [0, 0xA4, 0, 4, 1, 0x3F]
        );
    }
}
