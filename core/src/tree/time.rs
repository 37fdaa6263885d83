//! TStamp: seconds since 1970 as UTC basic ISO 8601 text (OMA-TS-DM_TND-V1_2_1 §7).
//!
//! The time itself comes from outside.

use time::UtcDateTime;

/// `20261006T143240Z`.
pub fn tstamp(seconds: u64) -> String {
    // Years beyond 9999 have no basic form of eight digits.
    let seconds = seconds.min(253_402_300_799) as i64;
    let time = UtcDateTime::from_unix_timestamp(seconds).unwrap_or(UtcDateTime::UNIX_EPOCH);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.as_hms();
    let month = u8::from(month);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_400, "20000229T000000Z"),
            (1_791_297_160, "20261006T143240Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
            (u64::MAX, "99991231T235959Z"),
        ] {
            assert_eq!(tstamp(seconds), text);
        }
    }
}
