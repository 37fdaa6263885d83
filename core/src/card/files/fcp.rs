//! File control parameters: how SELECT and STATUS describe a file (TS 102 221 §11.1.1.3).
//!
//! PIN status says that PIN 1 is off; files are always activated.

use super::profile::{File, Kind, MF, Profile};
use crate::codec::ber;

/// Clock stop and voltages; free memory. The terminal makes nothing of either here.
const CHARACTERISTICS: [u8; 9] = [0x80, 0x01, 0x71, 0x83, 0x04, 0x00, 0x01, 0x00, 0x00];

/// TERMINAL CAPABILITY is understood; said in the MF only.
const SUPPORTED_COMMANDS: [u8; 3] = [0x87, 0x01, 0x01];

/// PIN 1 off, PIN 2 and ADM 1 on.
const PIN_STATUS: [u8; 12] = [
    0x90, 0x01, 0x60, 0x83, 0x01, 0x01, 0x83, 0x01, 0x81, 0x83, 0x01, 0x0A,
];

/// The template `62 …` of a file; empty when there is no such file.
pub(in crate::card) fn template(profile: &Profile, index: usize) -> Vec<u8> {
    let Some(file) = profile.file(index) else {
        return Vec::new();
    };
    let mut value = Vec::new();
    ber::write(&mut value, 0x82, &descriptor(file));
    ber::write(&mut value, 0x83, &file.fid.to_be_bytes());
    if let Kind::Directory { name } = &file.kind {
        if let Some(name) = name {
            ber::write(&mut value, 0x84, name);
        }
        let mut proprietary = CHARACTERISTICS.to_vec();
        if index == MF {
            proprietary.extend(SUPPORTED_COMMANDS);
        }
        ber::write(&mut value, 0xA5, &proprietary);
    }
    ber::write(&mut value, 0x8A, &[0x05]);
    ber::write(&mut value, 0x8B, &[0x2F, 0x06, file.rule]);
    match size(file) {
        None => ber::write(&mut value, 0xC6, &PIN_STATUS),
        Some(size) => {
            ber::write(&mut value, 0x80, &size.to_be_bytes());
            // An empty value says that there is no short identifier.
            let sfi = file.sfi.map(|sfi| sfi << 3);
            ber::write(&mut value, 0x88, sfi.as_slice());
        }
    }
    let mut bytes = Vec::new();
    ber::write(&mut bytes, 0x62, &value);
    bytes
}

/// The object `84 …` with an application's name, if the file is one.
pub(in crate::card) fn aid(profile: &Profile, index: usize) -> Option<Vec<u8>> {
    match &profile.file(index)?.kind {
        Kind::Directory { name: Some(name) } => {
            let mut bytes = Vec::new();
            ber::write(&mut bytes, 0x84, name);
            Some(bytes)
        }
        _ => None,
    }
}

fn descriptor(file: &File) -> Vec<u8> {
    match &file.kind {
        Kind::Directory { .. } => vec![0x78, 0x21],
        Kind::Transparent(_) => vec![0x41, 0x21],
        Kind::Records { length, records } => {
            vec![0x42, 0x21, 0x00, *length, records.len() as u8]
        }
    }
}

fn size(file: &File) -> Option<u16> {
    match &file.kind {
        Kind::Directory { .. } => None,
        Kind::Transparent(octets) => Some(octets.len() as u16),
        Kind::Records { length, records } => {
            Some(u16::from(*length).saturating_mul(records.len() as u16))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn described(fid: u16) -> String {
        let profile = Profile::usim();
        let index = profile.find(|f| f.fid == fid).unwrap();
        hex::spaced(&template(&profile, index))
    }

    #[test]
    fn templates_are_those_of_the_worked_examples() {
        for (fid, worked) in [
            (
                0x3F00,
                "62 2C 82 02 78 21 83 02 3F 00 A5 0C 80 01 71 83 04 00 01 00 00 87 01 01 8A 01 05 8B 03 2F 06 05 C6 0C 90 01 60 83 01 01 83 01 81 83 01 0A",
            ),
            (
                0x7F10,
                "62 29 82 02 78 21 83 02 7F 10 A5 09 80 01 71 83 04 00 01 00 00 8A 01 05 8B 03 2F 06 05 C6 0C 90 01 60 83 01 01 83 01 81 83 01 0A",
            ),
            (
                0x7FFF,
                "62 3B 82 02 78 21 83 02 7F FF 84 10 A0 00 00 00 87 10 02 FF FF FF FF 89 03 02 00 00 A5 09 80 01 71 83 04 00 01 00 00 8A 01 05 8B 03 2F 06 05 C6 0C 90 01 60 83 01 01 83 01 81 83 01 0A",
            ),
            (
                0x2FE2,
                "62 17 82 02 41 21 83 02 2F E2 8A 01 05 8B 03 2F 06 06 80 02 00 0A 88 01 10",
            ),
            (
                0x2F00,
                "62 1A 82 05 42 21 00 30 03 83 02 2F 00 8A 01 05 8B 03 2F 06 01 80 02 00 90 88 01 F0",
            ),
        ] {
            assert_eq!(described(fid), worked, "{fid:04X}");
        }
    }

    #[test]
    fn a_file_without_short_identifier_says_so() {
        assert!(described(0x6F46).ends_with("88 00"));
    }
}
