//! SMS-DELIVER-REPORT: what the terminal answers to a message that reached it (3GPP TS 23.040
//! §9.2.2.1a). One for a packet of the card carries its receipt (TS 31.115 §4.3).

use super::user_data::{self, Element, UserData};
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, byte, byte_that, clause, whole};
use crate::codec::vocabulary::sms::MTI;
use nom::Parser;
use std::fmt;

const CLAUSE: &str = "TS 23.040 §9.2.2.1a";

/// Flag of the first byte: a user data header is there.
const UDHI: u8 = 0x40;

/// TP-PI: which parts follow (§9.2.3.27).
const HAS_PID: u8 = 0x01;
const HAS_DCS: u8 = 0x02;
const HAS_DATA: u8 = 0x04;

/// Least value of a failure cause (§9.2.3.22).
const FIRST_CAUSE: u8 = 0x80;

/// What a report carries for who sent the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportData {
    /// User data header; `None` without one.
    pub header: Option<Vec<Element>>,
    /// What follows it: bytes, or with the default alphabet one septet in each byte.
    pub data: Vec<u8>,
}

/// Answer of the terminal to a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliverReport {
    /// TP-FCS, 80 to FF: why the message is not taken; `None` when it is.
    pub failure: Option<u8>,
    /// TP-PID of the data.
    pub pid: Option<u8>,
    /// TP-DCS of the data.
    pub dcs: Option<u8>,
    /// What it carries.
    pub data: Option<ReportData>,
}

impl DeliverReport {
    /// Bytes to value.
    pub fn decode(tpdu: &[u8]) -> Result<Self, DecodeError> {
        whole(tpdu, clause(CLAUSE, report))
    }

    /// Value to bytes. What is over 140 octets of user data is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let header = self.data.as_ref().and_then(|data| data.header.as_deref());
        let mut tpdu = vec![if header.is_some() { UDHI } else { 0 }];
        tpdu.extend(self.failure.map(|cause| cause.max(FIRST_CAUSE)));
        let mut follows = 0;
        for (is_there, flag) in [
            (self.pid.is_some(), HAS_PID),
            (self.dcs.is_some(), HAS_DCS),
            (self.data.is_some(), HAS_DATA),
        ] {
            if is_there {
                follows |= flag;
            }
        }
        tpdu.push(follows);
        tpdu.extend(self.pid);
        tpdu.extend(self.dcs);
        if let Some(data) = &self.data {
            let dcs = self.dcs.unwrap_or_default();
            user_data::write(&mut tpdu, dcs, header, &data.data);
        }
        tpdu
    }

    /// User data with header as one string of bytes, as a receipt of the card is read from it.
    pub fn user_data(&self) -> Vec<u8> {
        let Some(data) = &self.data else {
            return Vec::new();
        };
        let mut octets = Vec::new();
        user_data::write(&mut octets, EIGHT_BIT, data.header.as_deref(), &data.data);
        octets.get(1..).unwrap_or_default().to_vec()
    }

    /// The report that carries the card's answer to a packet: 8-bit data with their header
    /// (TS 31.115 §4.3). `None` when the answer has no header that can be read.
    pub fn of_card(answer: &[u8], failure: Option<u8>) -> Option<Self> {
        let length = u8::try_from(answer.len()).ok()?;
        let octets = [&[length], answer].concat();
        let UserData { header, data } =
            whole(&octets, clause(CLAUSE, user_data::read(true, EIGHT_BIT))).ok()?;
        Some(DeliverReport {
            failure,
            pid: Some(crate::codec::vocabulary::sms::DATA_DOWNLOAD),
            dcs: Some(EIGHT_BIT),
            data: Some(ReportData { header, data }),
        })
    }
}

/// 8-bit data of class 2.
const EIGHT_BIT: u8 = 0xF6;

fn report(input: Input<'_>) -> Parsed<'_, DeliverReport> {
    let is_report = byte_that("TP-MTI 00, SMS-DELIVER-REPORT", |first| first & MTI == 0);
    let (left, (first, next)) = (is_report, byte("TP-FCS or TP-PI")).parse(input)?;
    let (left, failure, follows) = match next {
        cause @ FIRST_CAUSE.. => {
            let is_known = |follows: u8| follows & !(HAS_PID | HAS_DCS | HAS_DATA) == 0;
            let (left, follows) = byte_that("TP-PI", is_known)(left)?;
            (left, Some(cause), follows)
        }
        follows if follows & !(HAS_PID | HAS_DCS | HAS_DATA) == 0 => (left, None, follows),
        _ => return Err(input.wrong("a TP-PI of known parts".to_owned())),
    };
    let one = |left, flag: u8, what| match follows & flag {
        0 => Ok((left, None)),
        _ => byte(what).map(Some).parse(left),
    };
    let (left, pid) = one(left, HAS_PID, "TP-PID")?;
    let (left, dcs) = one(left, HAS_DCS, "TP-DCS")?;
    let (left, data) = if follows & HAS_DATA == 0 {
        (left, None)
    } else {
        let dcs = dcs.unwrap_or_default();
        let (left, UserData { header, data }) = user_data::read(first & UDHI != 0, dcs)(left)?;
        (left, Some(ReportData { header, data }))
    };
    Ok((
        left,
        DeliverReport {
            failure,
            pid,
            dcs,
            data,
        },
    ))
}

impl fmt::Display for DeliverReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.failure {
            None => f.write_str("SMS-DELIVER-REPORT")?,
            Some(cause) => write!(f, "SMS-DELIVER-REPORT, cause {cause:02X}")?,
        }
        match &self.data {
            None => Ok(()),
            Some(data) => write!(f, ", {} B", data.data.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn reports_are_written_and_read() {
        let plain = DeliverReport::default();
        assert_eq!(plain.encode(), [0x00, 0x00]);
        // A receipt of 02 71 00 and eight octets.
        let answer = hex::decode("0271000011223344556677").unwrap();
        let report = DeliverReport::of_card(&answer, None).unwrap();
        assert_eq!(
            hex::encode(&report.encode()),
            "40077FF60B0271000011223344556677"
        );
        assert_eq!(report.user_data(), answer);
        let refused = DeliverReport::of_card(&answer, Some(0xD5)).unwrap();
        assert_eq!(
            hex::encode(&refused.encode()),
            "40D5077FF60B0271000011223344556677"
        );
        for report in [plain, report, refused] {
            let tpdu = report.encode();
            assert_eq!(DeliverReport::decode(&tpdu), Ok(report));
            for cut in 0..tpdu.len() {
                assert!(DeliverReport::decode(&tpdu[..cut]).is_err(), "{cut}");
            }
        }
        assert!(DeliverReport::decode(&[0x00, 0x08]).is_err());
        assert_eq!(DeliverReport::of_card(&[0x05, 0x71], None), None);
    }
}
