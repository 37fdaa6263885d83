//! The concealed identity of a subscription, made of the files of a USIM (TS 31.102 §7.5;
//! TS 24.501 §9.11.3.4).
//!
//! By the null scheme, which conceals nothing: the card has no key of a home network.

use super::operate::Access;
use super::system::Files;
use crate::codec::apdu::{READ_BINARY, StatusWord};
use crate::codec::{access, ber};

const EF_IMSI: u16 = 0x6F07;
const EF_UST: u16 = 0x6F38;
const EF_AD: u16 = 0x6FAD;

/// Services that have to be there: privacy of the identity, and its concealing by the card.
const SERVICES: [usize; 2] = [124, 125];

/// Tag of the answer.
const IDENTITY: u8 = 0xA1;

/// A SUCI made of an IMSI.
const SUCI_OF_IMSI: u8 = 0x01;

/// Routing indicator 0, null scheme, no key.
const NULL_SCHEME: [u8; 4] = [0xF0, 0xFF, 0x00, 0x00];

/// The identity of the application that is selected. Errors: the application conceals none, or
/// its PIN was not shown.
pub(in crate::card) fn suci(user: &Access) -> Result<Vec<u8>, StatusWord> {
    let application = user.selection.application;
    let application = application.ok_or(StatusWord::NOT_SUPPORTED)?;
    let files = user.memory.files();
    let table = octets(files, application, EF_UST).ok_or(StatusWord::NOT_SUPPORTED)?;
    let has = |service: &usize| {
        let octet = table.get((service - 1) / 8).copied().unwrap_or_default();
        octet >> ((service - 1) % 8) & 1 == 1
    };
    if !SERVICES.iter().all(has) {
        return Err(StatusWord::NOT_SUPPORTED);
    }
    let file = files.child(application, EF_IMSI);
    let file = file.ok_or(StatusWord::NOT_SUPPORTED)?;
    user.check_active(file, access::READ, READ_BINARY)?;
    let imsi = digits(user.file(file)?.octets());
    // The length of the network's code stands in EF_AD (TS 31.102 §4.2.18).
    let of_network = match octets(files, application, EF_AD) {
        Some([_, _, _, 3, ..]) => 6,
        _ => 5,
    };
    if imsi.len() <= of_network {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    let (network, subscriber) = imsi.split_at(of_network);
    let third = network.get(5).copied().unwrap_or(0x0F);
    let mut value = vec![SUCI_OF_IMSI];
    value.extend([
        network[1] << 4 | network[0],
        third << 4 | network[2],
        network[4] << 4 | network[3],
    ]);
    value.extend(NULL_SCHEME);
    value.extend(subscriber.chunks(2).map(|pair| match pair {
        [low, high] => high << 4 | low,
        _ => 0xF0 | pair[0],
    }));
    let mut identity = Vec::new();
    ber::write(&mut identity, IDENTITY, &value);
    Ok(identity)
}

/// Digits of an IMSI as EF_IMSI has them: a length, then half octets, of which the first is no
/// digit (TS 31.102 §4.2.2).
fn digits(file: &[u8]) -> Vec<u8> {
    let [length, rest @ ..] = file else {
        return Vec::new();
    };
    let coded = rest.get(..usize::from(*length)).unwrap_or(rest);
    coded
        .iter()
        .flat_map(|octet| [octet & 0x0F, octet >> 4])
        .skip(1)
        .take_while(|digit| *digit <= 9)
        .collect()
}

fn octets(files: &Files, directory: usize, fid: u16) -> Option<&[u8]> {
    Some(files.file(files.child(directory, fid)?)?.octets())
}
