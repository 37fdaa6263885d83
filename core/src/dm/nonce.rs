//! Which nonces a peer may ask for (OMA-TS-DM_Security-V1_2_1 §5.2, §5.3).
//!
//! Whoever names the nonce of a proof gets the proof for it. One that is used again and again,
//! as the resynchronisation nonce is by intent and a short one by chance, makes a proof that can
//! be kept and shown later: no such proof is given to a challenge.

use crate::codec::syncml::Chal;

/// Bytes of the shortest nonce that is taken from a peer. The standard recommends 16.
pub(crate) const MIN_NONCE: usize = 8;

/// The resynchronisation nonce as some peers write it: its name in place of its bytes.
const RESYNC_TEXT: &[u8] = b"0x00000000";

/// Whether a nonce, stored or of a peer, may be proved by: it is long enough and not made to be used again.
pub(crate) fn is_sound(nonce: &[u8]) -> bool {
    nonce.len() >= MIN_NONCE && nonce != RESYNC_TEXT && nonce.iter().any(|b| *b != 0)
}

/// The nonce a peer asks for or tells, if it may be proved by.
pub(crate) fn sound_nonce(chal: &Chal) -> Option<Vec<u8>> {
    chal.nonce().filter(|nonce| is_sound(nonce))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::auth::RESYNC_NONCE;

    #[test]
    fn short_nonces_and_those_of_resynchronisation_are_not_proved_by() {
        for nonce in [&b""[..], &RESYNC_NONCE, &[0; 16], b"0x00000000", b"1234567"] {
            assert!(!is_sound(nonce), "{nonce:?}");
            assert_eq!(sound_nonce(&Chal::md5(nonce)), None);
        }
        for nonce in [&b"12345678"[..], &[7; 16]] {
            assert!(is_sound(nonce), "{nonce:?}");
            assert_eq!(sound_nonce(&Chal::mac(nonce)), Some(nonce.to_vec()));
        }
    }
}
