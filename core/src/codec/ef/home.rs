//! Homes of files: the standard that says what the files of a directory hold.

use borsh::{BorshDeserialize, BorshSerialize};

/// Which standard says what the files of a directory hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Home {
    /// ETSI TS 102 221 §13: the MF.
    Card,
    /// 3GPP TS 31.102: a USIM.
    Usim,
    /// 3GPP TS 51.011: DF_GSM and DF_TELECOM.
    Gsm,
    /// 3GPP TS 31.102 §4.4.2: DF_PHONEBOOK.
    Phonebook,
    /// 3GPP2 C.S0065: a CSIM.
    Csim,
    /// 3GPP2 C.S0023: DF_CDMA of an R-UIM.
    Ruim,
    /// PKCS #15.
    Pkcs15,
}

impl Home {
    /// By the identifier of the directory, and by the name of its application if it has one.
    pub fn of(fid: u16, aid: Option<&[u8]>) -> Option<Home> {
        const RID_3GPP: [u8; 5] = [0xA0, 0x00, 0x00, 0x00, 0x87];
        const RID_3GPP2: [u8; 5] = [0xA0, 0x00, 0x00, 0x03, 0x43];
        const RID_PKCS15: [u8; 5] = [0xA0, 0x00, 0x00, 0x00, 0x63];
        match (fid, aid) {
            (_, Some(aid)) if aid.starts_with(&RID_3GPP) => Some(Home::Usim),
            (_, Some(aid)) if aid.starts_with(&RID_3GPP2) => Some(Home::Csim),
            (_, Some(aid)) if aid.starts_with(&RID_PKCS15) => Some(Home::Pkcs15),
            (0x3F00, _) => Some(Home::Card),
            (0x7F10 | 0x7F20, _) => Some(Home::Gsm),
            (0x7F25, _) => Some(Home::Ruim),
            (0x5F3A, _) => Some(Home::Phonebook),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_told_by_name_before_identifier() {
        let usim = [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02];
        assert_eq!(Home::of(0x7FFF, Some(&usim)), Some(Home::Usim));
        assert_eq!(Home::of(0x7F20, None), Some(Home::Gsm));
        assert_eq!(Home::of(0x7FFF, None), None);
    }
}
