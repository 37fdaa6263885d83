//! Keys: from the pre-shared key to those of both directions (RFC 4279 §2; RFC 5246 §5, §6.3,
//! §8.1).

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Bytes of a MAC and of its key.
pub(super) const MAC: usize = 32;

/// Bytes of a key of the cipher.
const KEY: usize = 16;

/// HMAC with SHA-256 (RFC 2104).
pub(super) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; MAC] {
    // A key of any length is taken; the other case cannot be.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else {
        return [0; MAC];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// PRF of TLS 1.2: P_SHA256 over label and seed (RFC 5246 §5).
pub(super) fn prf<const N: usize>(secret: &[u8], label: &[u8], seed: &[&[u8]]) -> [u8; N] {
    let seed = [&[label], seed].concat();
    let mut output = [0; N];
    let mut a = hmac(secret, &seed);
    for chunk in output.chunks_mut(MAC) {
        let block = hmac(secret, &[&[&a[..]], &seed[..]].concat());
        chunk.copy_from_slice(&block[..chunk.len()]);
        a = hmac(secret, &[&a]);
    }
    output
}

/// Premaster secret of a pre-shared key: as many zeros as it is long, then the key, each behind
/// its length (RFC 4279 §2).
pub(super) fn premaster(psk: &[u8]) -> Vec<u8> {
    let psk = &psk[..psk.len().min(usize::from(u16::MAX))];
    let length = (psk.len() as u16).to_be_bytes();
    [&length[..], &vec![0; psk.len()], &length, psk].concat()
}

/// Master secret (RFC 5246 §8.1).
pub(super) fn master(psk: &[u8], client: &[u8; 32], server: &[u8; 32]) -> [u8; 48] {
    prf(&premaster(psk), b"master secret", &[client, server])
}

/// Keys of one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) mac: [u8; MAC],
    pub(super) cipher: [u8; KEY],
}

/// Keys of what the client writes and of what the server writes (RFC 5246 §6.3).
pub(super) fn keys(master: &[u8; 48], client: &[u8; 32], server: &[u8; 32]) -> (Keys, Keys) {
    let block: [u8; 2 * (MAC + KEY)] = prf(master, b"key expansion", &[server, client]);
    let part = |at: usize| std::array::from_fn(|n| block[at + n]);
    let direction = |mac: usize, cipher: usize| Keys {
        mac: part(mac),
        cipher: std::array::from_fn(|n| block[cipher + n]),
    };
    (direction(0, 2 * MAC), direction(MAC, 2 * MAC + KEY))
}

/// Hash of the handshake messages so far, without the headers of their records.
pub(super) fn transcript(messages: &[u8]) -> [u8; 32] {
    Sha256::digest(messages).into()
}

/// verify_data of Finished (RFC 5246 §7.4.9).
pub(super) fn verify_data(master: &[u8; 48], label: &[u8], hash: &[u8; 32]) -> [u8; 12] {
    prf(master, label, &[hash])
}
