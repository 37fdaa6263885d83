//! MILENAGE: the functions f1 to f5 of 3GPP TS 35.206 on AES-128.

use aes::Aes128;
use aes::cipher::{Block, BlockEncrypt, KeyInit};

/// The functions under one key.
pub(super) struct Milenage {
    cipher: Aes128,
    opc: [u8; 16],
}

/// What the functions make of one random challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Vector {
    /// f2.
    pub(super) res: [u8; 8],
    /// f3.
    pub(super) ck: [u8; 16],
    /// f4.
    pub(super) ik: [u8; 16],
    /// f5.
    pub(super) ak: [u8; 6],
    /// f5*, for resynchronisation.
    pub(super) ak_star: [u8; 6],
}

/// Exclusive or.
pub(super) fn xor<const N: usize>(a: [u8; N], b: [u8; N]) -> [u8; N] {
    std::array::from_fn(|i| a[i] ^ b[i])
}

/// Octets from a place on; the lengths are known where it is used.
fn part<const N: usize>(block: [u8; 16], from: usize) -> [u8; N] {
    std::array::from_fn(|i| block.get(from + i).copied().unwrap_or_default())
}

impl Milenage {
    pub(super) fn new(k: [u8; 16], opc: [u8; 16]) -> Self {
        Milenage {
            cipher: Aes128::new(&k.into()),
            opc,
        }
    }

    fn encrypt(&self, block: [u8; 16]) -> [u8; 16] {
        let mut block = Block::<Aes128>::from(block);
        self.cipher.encrypt_block(&mut block);
        block.into()
    }

    /// OUT2 to OUT5: the challenge turned left by `rotate` octets, with a constant.
    fn out(&self, temp: [u8; 16], rotate: usize, constant: u8) -> [u8; 16] {
        let mut block = xor(temp, self.opc);
        block.rotate_left(rotate);
        block[15] ^= constant;
        xor(self.encrypt(block), self.opc)
    }

    fn temp(&self, rand: [u8; 16]) -> [u8; 16] {
        self.encrypt(xor(rand, self.opc))
    }

    /// f2 to f5 and f5*.
    pub(super) fn vector(&self, rand: [u8; 16]) -> Vector {
        let temp = self.temp(rand);
        let out2 = self.out(temp, 0, 1);
        Vector {
            res: part(out2, 8),
            ak: part(out2, 0),
            ck: self.out(temp, 4, 2),
            ik: self.out(temp, 8, 4),
            ak_star: part(self.out(temp, 12, 8), 0),
        }
    }

    /// f1 and f1*: the codes that show who made a challenge, or a resynchronisation.
    pub(super) fn codes(&self, rand: [u8; 16], sqn: [u8; 6], amf: [u8; 2]) -> ([u8; 8], [u8; 8]) {
        let mut half = [0; 8];
        half[..6].copy_from_slice(&sqn);
        half[6..].copy_from_slice(&amf);
        let mut input = [0; 16];
        input[..8].copy_from_slice(&half);
        input[8..].copy_from_slice(&half);
        let mut turned = xor(input, self.opc);
        turned.rotate_left(8);
        let block = xor(self.temp(rand), turned);
        let out1 = xor(self.encrypt(block), self.opc);
        (part(out1, 0), part(out1, 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    fn octets<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// K, RAND, SQN, AMF, OPc, f1, f1*, f2, f5, f3, f4, f5* of 3GPP TS 35.208.
    const SETS: &[[&str; 12]] = &[
        [
            "465B5CE8B199B49FAA5F0A2EE238A6BC",
            "23553CBE9637A89D218AE64DAE47BF35",
            "FF9BB4D0B607",
            "B9B9",
            "CD63CB71954A9F4E48A5994E37A02BAF",
            "4A9FFAC354DFAFB3",
            "01CFAF9EC4E871E9",
            "A54211D5E3BA50BF",
            "AA689C648370",
            "B40BA9A3C58B2A05BBF0D987B21BF8CB",
            "F769BCD751044604127672711C6D3441",
            "451E8BECA43B",
        ],
        [
            "FEC86BA6EB707ED08905757B1BB44B8F",
            "9F7C8D021ACCF4DB213CCFF0C7F71A6A",
            "9D0277595FFC",
            "725C",
            "1006020F0A478BF6B699F15C062E42B3",
            "9CABC3E99BAF7281",
            "95814BA2B3044324",
            "8011C48C0C214ED2",
            "33484DC2136B",
            "5DBDBB2954E8F3CDE665B046179A5098",
            "59A92D3B476A0443487055CF88B2307B",
            "DEACDD848CC6",
        ],
    ];

    /// Shows CMD-19.
    #[test]
    fn the_test_sets_come_out() {
        for set in SETS {
            let milenage = Milenage::new(octets(set[0]), octets(set[4]));
            let vector = milenage.vector(octets(set[1]));
            let (mac, mac_star) = milenage.codes(octets(set[1]), octets(set[2]), octets(set[3]));
            assert_eq!(
                [
                    hex::encode(&mac),
                    hex::encode(&mac_star),
                    hex::encode(&vector.res),
                    hex::encode(&vector.ak),
                    hex::encode(&vector.ck),
                    hex::encode(&vector.ik),
                    hex::encode(&vector.ak_star),
                ],
                set[5..]
            );
        }
    }
}
