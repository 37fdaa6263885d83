//! Records under keys: MAC, padding, AES-128-CBC with an initial value in each record
//! (RFC 5246 §6.2.3.2).

use super::schedule::{Keys, MAC, hmac};
use crate::codec::tls::{ContentType, VERSION};
use aes::Aes128;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};

/// Bytes of a block.
const BLOCK: usize = 16;

/// One direction of a connection: its keys, and the number of the next record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Direction {
    keys: Keys,
    sequence: u64,
}

impl Direction {
    /// The direction before its first record.
    pub(super) fn new(keys: Keys) -> Self {
        Direction { keys, sequence: 0 }
    }

    fn mac(&self, content: ContentType, fragment: &[u8]) -> [u8; MAC] {
        let [high, low] = (fragment.len() as u16).to_be_bytes();
        let [major, minor] = VERSION.to_be_bytes();
        let header = [content.code(), major, minor, high, low];
        hmac(
            &self.keys.mac,
            &[&self.sequence.to_be_bytes(), &header, fragment],
        )
    }

    /// The fragment of the next record, ciphered behind its initial value.
    pub(super) fn protect(
        &mut self,
        content: ContentType,
        fragment: &[u8],
        iv: [u8; BLOCK],
    ) -> Vec<u8> {
        let mut text = fragment.to_vec();
        text.extend(self.mac(content, fragment));
        let padding = BLOCK - 1 - text.len() % BLOCK;
        text.resize(text.len() + padding + 1, padding as u8);
        self.sequence += 1;
        let length = text.len();
        let cipher = cbc::Encryptor::<Aes128>::new(&self.keys.cipher.into(), &iv.into());
        let written = cipher.encrypt_padded_mut::<NoPadding>(&mut text, length);
        debug_assert!(
            written.is_ok(),
            "Invariant: the text is made of whole blocks"
        );
        [&iv[..], &text].concat()
    }

    /// The content of the next record; `None` when length, padding or MAC is wrong, and nobody
    /// learns which (RFC 5246 §6.2.3.2).
    pub(super) fn open(&mut self, content: ContentType, fragment: &[u8]) -> Option<Vec<u8>> {
        let (iv, ciphertext) = fragment.split_first_chunk::<BLOCK>()?;
        if ciphertext.len() <= MAC || !ciphertext.len().is_multiple_of(BLOCK) {
            return None;
        }
        let mut text = ciphertext.to_vec();
        let cipher = cbc::Decryptor::<Aes128>::new(&self.keys.cipher.into(), &(*iv).into());
        cipher.decrypt_padded_mut::<NoPadding>(&mut text).ok()?;
        let (padding, fits) = padding(&text);
        // With wrong padding the MAC is taken as if there were none, so that it takes its time.
        let length = text.len() - MAC - 1 - usize::from(padding);
        let mac = self.mac(content, &text[..length]);
        let same = mac.ct_eq(&text[length..length + MAC]);
        if !bool::from(fits & same) {
            return None;
        }
        self.sequence += 1;
        text.truncate(length);
        Some(text)
    }
}

/// Bytes of padding before their length, and whether they are right: there is room for them and
/// for a MAC, and each says how many there are. All bytes that could be padding are looked at.
fn padding(text: &[u8]) -> (u8, Choice) {
    let last = text.last().copied().unwrap_or_default();
    let room = text.len() - MAC - 1;
    let mut fits = !(room as u64).ct_lt(&u64::from(last));
    for (from_end, byte) in text.iter().rev().take(usize::from(u8::MAX) + 1).enumerate() {
        let outside = u64::from(last).ct_lt(&(from_end as u64));
        fits &= outside | byte.ct_eq(&last);
    }
    (u8::conditional_select(&0, &last, fits), fits)
}
