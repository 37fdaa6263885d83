//! What the terminal tells of itself when asked (TS 102 223 §6.4.15).

use super::Config;
use crate::codec::toolkit::local::{DateTime, imei};
use crate::codec::toolkit::{Object, tag};

/// The object for a qualifier of PROVIDE LOCAL INFORMATION; `None` for what it does not know.
pub(super) fn object(config: &Config, now_ms: u64, what: u8) -> Option<Object> {
    let (tag, value) = match what {
        0x00 => (tag::LOCATION, config.location?.encode()),
        0x01 => (tag::IMEI, imei(&config.imei)),
        0x03 => {
            let seconds = config.unix_s.saturating_add(now_ms / 1000);
            let now = DateTime::from_unix(seconds, config.zone);
            (tag::DATE_TIME, now.encode())
        }
        0x04 => (tag::LANGUAGE, config.language.bytes().take(2).collect()),
        0x06 => (tag::ACCESS_TECHNOLOGY, vec![config.access_technology]),
        _ => return None,
    };
    Some(Object::Other { tag, value })
}
