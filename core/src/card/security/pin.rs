//! PINs and administrative codes: values, counters, and the five commands on them
//! (ETSI TS 102 221 §9.5, §11.1.9–§11.1.13).
//!
//! A counter goes down in the memory before the value is compared, so that a loss of power
//! gives nobody a free try. Comparing takes the same way whatever differs.

use super::super::memory::{Memory, PowerLost, Write};
use super::rights::Verified;
use crate::codec::apdu::StatusWord;
use crate::codec::secret::same;

/// Octets of a PIN as it travels, padded with FF.
const LENGTH: usize = 8;

/// Reference of the universal PIN.
pub(in crate::card) const UNIVERSAL: u8 = 0x11;

/// A value and the tries left for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Secret {
    /// Padded with FF.
    pub(in crate::card) value: [u8; LENGTH],
    /// Tries left, at most `limit`.
    pub(in crate::card) tries: u8,
    /// Tries after a success, 1 to 15.
    pub(in crate::card) limit: u8,
}

/// A PIN or administrative code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::card) struct Pin {
    /// Key reference (TS 102 221 §9.5.1).
    pub(in crate::card) reference: u8,
    /// Index of the ADF it belongs to; without, it counts for the whole card.
    pub(in crate::card) application: Option<usize>,
    /// It must be verified where a rule names it.
    pub(in crate::card) enabled: bool,
    /// While disabled, the universal PIN must be verified in its place.
    pub(in crate::card) replaced: bool,
    /// The PIN.
    pub(in crate::card) pin: Secret,
    /// The code that unblocks it, if there is one.
    pub(in crate::card) unblock: Option<Secret>,
}

impl Pin {
    /// ADM1 to ADM10.
    pub(in crate::card) fn is_administrative(&self) -> bool {
        is_administrative(self.reference)
    }

    /// May this be its value? Four digits or more, then FF (TS 102 221 §9.5.1); an administrative
    /// code may be anything. What a card is made with obeys it too, so that each value it holds
    /// can also be set.
    pub(in crate::card) fn may_be(&self, value: &[u8; LENGTH]) -> bool {
        let digits = value.iter().take_while(|c| c.is_ascii_digit()).count();
        let is_pin = digits >= 4 && value.iter().skip(digits).all(|c| *c == 0xFF);
        is_pin || self.is_administrative()
    }
}

/// ADM1 to ADM10.
pub(in crate::card) fn is_administrative(reference: u8) -> bool {
    matches!(reference & 0x7F, 0x0A..=0x0E)
}

/// The PIN that a reference means inside an application: its own, or else the card's.
pub(in crate::card) fn find(
    pins: &[Pin],
    application: Option<usize>,
    reference: u8,
) -> Option<(usize, &Pin)> {
    let find = |of: Option<usize>| {
        pins.iter()
            .enumerate()
            .find(|(_, pin)| pin.reference == reference && pin.application == of)
    };
    application
        .and_then(|_| find(application))
        .or_else(|| find(None))
}

impl From<PowerLost> for StatusWord {
    /// Nobody hears it: the card is without power.
    fn from(_: PowerLost) -> Self {
        StatusWord::TECHNICAL
    }
}

type Done = Result<(), StatusWord>;

fn pin(memory: &Memory, index: usize) -> Result<Pin, StatusWord> {
    memory
        .pins()
        .get(index)
        .cloned()
        .ok_or(StatusWord::REFERENCE_NOT_FOUND)
}

fn store(memory: &mut Memory, index: usize, pin: &Pin) -> Done {
    let pin = pin.clone();
    Ok(memory.commit(vec![Write::Pin { index, pin }])?)
}

/// Which of its two codes a PIN is asked for.
#[derive(Clone, Copy)]
enum Which {
    Pin,
    Unblock,
}

fn secret(pin: &mut Pin, which: Which) -> Result<&mut Secret, StatusWord> {
    match which {
        Which::Pin => Ok(&mut pin.pin),
        Which::Unblock => pin.unblock.as_mut().ok_or(StatusWord::CONDITIONS_OF_USE),
    }
}

/// Says how many tries are left, as an empty command asks.
fn ask(pin: &mut Pin, which: Which) -> StatusWord {
    match secret(pin, which) {
        Ok(secret) if secret.tries > 0 => StatusWord::tries_left(secret.tries),
        Ok(_) => StatusWord::BLOCKED,
        Err(sw) => sw,
    }
}

/// Takes a try away, compares, and gives the tries back when the value is right. Neither is
/// written with the caller's change, because a wrong value must not be tried again for free.
fn try_value(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    which: Which,
    value: &[u8],
) -> Result<Pin, StatusWord> {
    let mut pin = pin(memory, index)?;
    let secret_of = secret(&mut pin, which)?;
    if secret_of.tries == 0 {
        return Err(StatusWord::BLOCKED);
    }
    secret_of.tries -= 1;
    let left = secret_of.tries;
    let same = same(&secret_of.value, value);
    store(memory, index, &pin)?;
    if !same {
        if matches!(which, Which::Pin) {
            verified.set(index, false);
        }
        return Err(StatusWord::tries_left(left));
    }
    let secret = secret(&mut pin, which)?;
    secret.tries = secret.limit;
    Ok(pin)
}

/// A new value of the PIN.
fn new_value(pin: &Pin, value: &[u8]) -> Result<[u8; LENGTH], StatusWord> {
    let value: [u8; LENGTH] = value.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
    if pin.may_be(&value) {
        Ok(value)
    } else {
        Err(StatusWord::WRONG_DATA)
    }
}

/// The PIN of a command that shows so many octets; one without data asks for the tries left
/// (TS 102 221 §11.1.9).
fn shown(
    memory: &Memory,
    index: usize,
    which: Which,
    data: &[u8],
    length: usize,
) -> Result<Pin, StatusWord> {
    let mut now = pin(memory, index)?;
    match data.len() {
        0 => Err(ask(&mut now, which)),
        given if given == length => Ok(now),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

/// VERIFY PIN.
pub(in crate::card) fn verify(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    data: &[u8],
) -> Done {
    let now = shown(memory, index, Which::Pin, data, LENGTH)?;
    if !now.enabled {
        return Err(StatusWord::NOT_USABLE);
    }
    let pin = try_value(memory, verified, index, Which::Pin, data)?;
    store(memory, index, &pin)?;
    verified.set(index, true);
    Ok(())
}

/// CHANGE PIN: the old one, then the new one.
pub(in crate::card) fn change(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    data: &[u8],
) -> Done {
    let now = shown(memory, index, Which::Pin, data, 2 * LENGTH)?;
    let (old, new) = data.split_at(LENGTH);
    if !now.enabled {
        return Err(StatusWord::NOT_USABLE);
    }
    let value = new_value(&now, new)?;
    let mut pin = try_value(memory, verified, index, Which::Pin, old)?;
    pin.pin.value = value;
    store(memory, index, &pin)?;
    verified.set(index, true);
    Ok(())
}

/// DISABLE PIN; `replaced` lets the universal PIN stand in for it.
pub(in crate::card) fn disable(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    data: &[u8],
    replaced: bool,
) -> Done {
    let now = shown(memory, index, Which::Pin, data, LENGTH)?;
    if !now.enabled || now.is_administrative() || (replaced && now.reference == UNIVERSAL) {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    let mut pin = try_value(memory, verified, index, Which::Pin, data)?;
    pin.enabled = false;
    pin.replaced = replaced;
    store(memory, index, &pin)?;
    verified.set(index, false);
    Ok(())
}

/// ENABLE PIN.
pub(in crate::card) fn enable(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    data: &[u8],
) -> Done {
    let now = shown(memory, index, Which::Pin, data, LENGTH)?;
    if now.enabled {
        return Err(StatusWord::CONDITIONS_OF_USE);
    }
    let mut pin = try_value(memory, verified, index, Which::Pin, data)?;
    pin.enabled = true;
    pin.replaced = false;
    store(memory, index, &pin)?;
    verified.set(index, true);
    Ok(())
}

/// UNBLOCK PIN: the unblocking code, then a new PIN, which is enabled and verified after.
pub(in crate::card) fn unblock(
    memory: &mut Memory,
    verified: &mut Verified,
    index: usize,
    data: &[u8],
) -> Done {
    let now = shown(memory, index, Which::Unblock, data, 2 * LENGTH)?;
    let (code, new) = data.split_at(LENGTH);
    let value = new_value(&now, new)?;
    let mut pin = try_value(memory, verified, index, Which::Unblock, code)?;
    pin.pin.value = value;
    pin.pin.tries = pin.pin.limit;
    pin.enabled = true;
    pin.replaced = false;
    store(memory, index, &pin)?;
    verified.set(index, true);
    Ok(())
}
