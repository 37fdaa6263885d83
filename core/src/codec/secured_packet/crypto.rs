//! Checks and ciphers of secured packets (ETSI TS 102 225 §5.1.1–§5.1.3).
//!
//! All block ciphers by their crates; here is only which of them a nibble means.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{
    BlockCipher, BlockDecrypt, BlockDecryptMut, BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit,
};
use cmac::{Cmac, Mac};
use crc::{CRC_16_IBM_SDLC, CRC_32_ISO_HDLC, Crc};
use des::{Des, TdesEde2, TdesEde3};

/// What the lower nibble of KIc or KID names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// 0: known to both sides; none is agreed here.
    Implicit,
    /// 1: DES in CBC mode.
    Des,
    /// 5: triple DES in outer CBC mode, two keys.
    TripleDes2,
    /// 9: the same with three keys.
    TripleDes3,
    /// 2: AES in CBC mode; as a check CMAC, of which eight octets are sent.
    Aes,
    /// Any other nibble.
    Unknown(u8),
}

impl Algorithm {
    /// From KIc or KID.
    pub fn from_octet(octet: u8) -> Self {
        match octet & 0x0F {
            0 => Algorithm::Implicit,
            1 => Algorithm::Des,
            2 => Algorithm::Aes,
            5 => Algorithm::TripleDes2,
            9 => Algorithm::TripleDes3,
            other => Algorithm::Unknown(other),
        }
    }

    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Implicit => "agreed beforehand",
            Algorithm::Des => "DES",
            Algorithm::TripleDes2 => "3DES, two keys",
            Algorithm::TripleDes3 => "3DES, three keys",
            Algorithm::Aes => "AES",
            Algorithm::Unknown(_) => "not known",
        }
    }

    /// Octets of a block; `None` where it is no cipher we know.
    pub fn block(self) -> Option<usize> {
        match self {
            Algorithm::Des | Algorithm::TripleDes2 | Algorithm::TripleDes3 => Some(8),
            Algorithm::Aes => Some(16),
            Algorithm::Implicit | Algorithm::Unknown(_) => None,
        }
    }
}

/// Ciphers whole blocks in place, the initial value zero. `None` when the algorithm is not
/// known, the key has another length, or the text is not made of whole blocks.
pub(super) fn encrypt(algorithm: Algorithm, key: &[u8], text: &mut [u8]) -> Option<()> {
    match (algorithm, key.len()) {
        (Algorithm::Des, 8) => encrypt_with::<Des>(key, text),
        (Algorithm::TripleDes2, 16) => encrypt_with::<TdesEde2>(key, text),
        (Algorithm::TripleDes3, 24) => encrypt_with::<TdesEde3>(key, text),
        (Algorithm::Aes, 16) => encrypt_with::<Aes128>(key, text),
        (Algorithm::Aes, 24) => encrypt_with::<Aes192>(key, text),
        (Algorithm::Aes, 32) => encrypt_with::<Aes256>(key, text),
        _ => None,
    }
}

/// The way back, with the same conditions.
pub(super) fn decrypt(algorithm: Algorithm, key: &[u8], text: &mut [u8]) -> Option<()> {
    match (algorithm, key.len()) {
        (Algorithm::Des, 8) => decrypt_with::<Des>(key, text),
        (Algorithm::TripleDes2, 16) => decrypt_with::<TdesEde2>(key, text),
        (Algorithm::TripleDes3, 24) => decrypt_with::<TdesEde3>(key, text),
        (Algorithm::Aes, 16) => decrypt_with::<Aes128>(key, text),
        (Algorithm::Aes, 24) => decrypt_with::<Aes192>(key, text),
        (Algorithm::Aes, 32) => decrypt_with::<Aes256>(key, text),
        _ => None,
    }
}

/// Cryptographic checksum, eight octets: the last block of a CBC over the text filled up with
/// zeros, or the first half of a CMAC (TS 102 225 §5.1.3.2).
pub(super) fn checksum(algorithm: Algorithm, key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    match (algorithm, key.len()) {
        (Algorithm::Aes, 16) => cmac::<Cmac<Aes128>>(key, text),
        (Algorithm::Aes, 24) => cmac::<Cmac<Aes192>>(key, text),
        (Algorithm::Aes, 32) => cmac::<Cmac<Aes256>>(key, text),
        _ => {
            let block = algorithm.block()?;
            let mut filled = text.to_vec();
            filled.resize(text.len().next_multiple_of(block), 0);
            encrypt(algorithm, key, &mut filled)?;
            Some(filled.split_off(filled.len() - block))
        }
    }
}

/// Redundancy check: 16 or 32 bits of ISO 13239 (TS 102 225 §5.1.3.1).
pub(super) fn redundancy(kid: u8, text: &[u8]) -> Option<Vec<u8>> {
    match kid & 0x0F {
        1 => Some(
            Crc::<u16>::new(&CRC_16_IBM_SDLC)
                .checksum(text)
                .to_be_bytes()
                .to_vec(),
        ),
        5 => Some(
            Crc::<u32>::new(&CRC_32_ISO_HDLC)
                .checksum(text)
                .to_be_bytes()
                .to_vec(),
        ),
        _ => None,
    }
}

fn encrypt_with<C>(key: &[u8], text: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockEncrypt + BlockEncryptMut + KeyInit,
{
    let iv = vec![0; C::block_size()];
    let length = text.len();
    cbc::Encryptor::<C>::new_from_slices(key, &iv)
        .ok()?
        .encrypt_padded_mut::<NoPadding>(text, length)
        .ok()
        .map(|_| ())
}

fn decrypt_with<C>(key: &[u8], text: &mut [u8]) -> Option<()>
where
    C: BlockCipher + BlockDecrypt + BlockDecryptMut + KeyInit,
{
    let iv = vec![0; C::block_size()];
    cbc::Decryptor::<C>::new_from_slices(key, &iv)
        .ok()?
        .decrypt_padded_mut::<NoPadding>(text)
        .ok()
        .map(|_| ())
}

fn cmac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(text);
    let whole = mac.finalize().into_bytes();
    whole.get(..8).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_the_catalogue() {
        // The check values of both polynomials.
        assert_eq!(redundancy(1, b"123456789"), Some(vec![0x90, 0x6E]));
        assert_eq!(
            redundancy(5, b"123456789"),
            Some(vec![0xCB, 0xF4, 0x39, 0x26])
        );
        assert_eq!(redundancy(2, b""), None);
    }

    #[test]
    fn keys_of_other_lengths_are_refused() {
        let mut text = [0; 16];
        for (algorithm, right) in [
            (Algorithm::Des, 8),
            (Algorithm::TripleDes2, 16),
            (Algorithm::TripleDes3, 24),
            (Algorithm::Aes, 32),
        ] {
            let key: Vec<u8> = (0..40).collect();
            assert!(encrypt(algorithm, &key[..right], &mut text).is_some());
            assert!(decrypt(algorithm, &key[..right], &mut text).is_some());
            assert_eq!(text, [0; 16], "{algorithm:?}");
            assert!(encrypt(algorithm, &key[..right + 1], &mut text).is_none());
            assert!(decrypt(algorithm, &key[..right], &mut text[..7]).is_none());
        }
        assert!(encrypt(Algorithm::Implicit, &[0; 16], &mut text).is_none());
    }
}
