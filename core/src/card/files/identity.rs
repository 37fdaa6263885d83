//! The concealed identity of a subscription, made of the files of a USIM (TS 31.102 §7.5;
//! TS 24.501 §9.11.3.4).
//!
//! By the null scheme, which conceals nothing: the card has no key of a home network.

use super::operate::Access;
use crate::codec::apdu::{READ_BINARY, StatusWord};
use crate::codec::ef::{Contents, Digits, Form, Home, Plmn};
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

/// The identity of the application that is selected, of exactly the length asked for. Errors:
/// the application conceals none, or its PIN was not shown.
pub(in crate::card) fn suci(user: &Access, le: Option<u16>) -> Result<Vec<u8>, StatusWord> {
    let Some(Contents::Services(table)) = contents(user, EF_UST) else {
        return Err(StatusWord::NOT_SUPPORTED);
    };
    let there: Vec<usize> = table.numbers().collect();
    if !SERVICES.iter().all(|service| there.contains(service)) {
        return Err(StatusWord::NOT_SUPPORTED);
    }
    let file = file(user, EF_IMSI).ok_or(StatusWord::NOT_SUPPORTED)?;
    user.check_active(file, access::READ, READ_BINARY)?;
    let Some(Contents::Imsi(imsi)) = contents(user, EF_IMSI) else {
        return Err(StatusWord::CONDITIONS_OF_USE);
    };
    let of_network = match contents(user, EF_AD) {
        Some(Contents::Administrative(data)) if data.network_digits == Some(3) => 6,
        _ => 5,
    };
    let digits = imsi.0.to_string();
    let parts = digits.split_at_checked(of_network);
    let identity = parts.and_then(|(network, subscriber)| {
        let network = Plmn::new(network)?;
        let subscriber = Digits::from_text(subscriber)?;
        Some(
            [
                &[SUCI_OF_IMSI],
                &network.0[..],
                &NULL_SCHEME,
                &subscriber.encode(),
            ]
            .concat(),
        )
    });
    let value = identity.ok_or(StatusWord::CONDITIONS_OF_USE)?;
    let mut answer = Vec::new();
    ber::write(&mut answer, IDENTITY, &value);
    match le.map(usize::from) {
        Some(le) if le == answer.len() || le == 256 => Ok(answer),
        _ => Err(StatusWord::wrong_le(answer.len())),
    }
}

/// Index of a file directly in the application that is selected.
fn file(user: &Access, fid: u16) -> Option<usize> {
    user.memory.files().child(user.selection.application?, fid)
}

fn contents(user: &Access, fid: u16) -> Option<Contents> {
    let octets = user.memory.files().file(file(user, fid)?)?.octets();
    Contents::decode(Form::of(Home::Usim, fid), octets).ok()
}
