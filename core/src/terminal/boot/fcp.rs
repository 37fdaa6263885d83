//! What the boot reads in an FCP template (TS 102 221 §11.1.1.3).

use crate::codec::ber;

/// The value of an object of the template.
fn value(fcp: &[u8], tag: u8) -> Option<&[u8]> {
    let outer = ber::read(fcp, 0).ok()?;
    let objects = ber::read_all(outer.value).ok()?;
    objects.iter().find(|o| o.tag == tag).map(|o| o.value)
}

/// Low byte of the record length in the file descriptor (§11.1.1.4.3).
pub(super) fn record_length(fcp: &[u8]) -> Option<u8> {
    value(fcp, 0x82)?.get(3).copied()
}

/// Octets of a transparent file (§11.1.1.4.1).
pub(super) fn size(fcp: &[u8]) -> Option<usize> {
    let octets = value(fcp, 0x80)?;
    (octets.len() <= 4).then(|| octets.iter().fold(0, |sum, o| sum << 8 | usize::from(*o)))
}

/// Whether the PIN of the application is enabled, from the PIN status template (§11.1.1.4.10);
/// `None` when the template does not name it.
pub(super) fn pin_is_enabled(fcp: &[u8], reference: u8) -> Option<bool> {
    let template = value(fcp, 0xC6)?;
    let objects = ber::read_all(template).ok()?;
    let bitmap = objects.iter().find(|o| o.tag == 0x90)?.value;
    let at = objects
        .iter()
        .filter(|o| o.tag == 0x83)
        .position(|o| o.value == [reference])?;
    let octet = bitmap.get(at / 8)?;
    Some(octet >> (7 - at % 8) & 1 == 1)
}

/// The card wants to be told what the terminal is capable of: supported system commands among
/// the proprietary information of the MF (§11.1.1.4.6.8).
pub(super) fn wants_capability(fcp: &[u8]) -> bool {
    let Some(proprietary) = value(fcp, 0xA5) else {
        return false;
    };
    let objects = ber::read_all(proprietary).unwrap_or_default();
    objects
        .iter()
        .any(|o| o.tag == 0x87 && o.value.first().is_some_and(|bits| bits & 1 == 1))
}
