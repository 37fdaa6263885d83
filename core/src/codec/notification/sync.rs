//! Body of a notification of Data Synchronization, which has the same header as one of DM: the
//! synchronisations that the server wants (OMA-TS-DS_Notification-V1_2 §6.2).
//!
//! Knows no DS session: these notifications are shown, and none is carried out.

use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, all, bit_fields, byte, bytes, clause, utf8, whole};
use nom::Parser;
use nom::bits::complete::take;
use nom::error::context;

const CLAUSE: &str = "DS Notification §6.2";

/// One synchronisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Four bits: the alert code less 200, such as 6 for 206.
    pub sync_type: u8,
    /// Four bits, zero when sent.
    pub future_use: u8,
    /// Twenty-four bits: assigned number of the media type; 0 when none is said.
    pub content_type: u32,
    /// The database at the server; at most 255 bytes are sent.
    pub server_uri: String,
}

/// Body of the notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncBody {
    /// Four bits, zero when sent.
    pub future_use: u8,
    /// At most 15.
    pub syncs: Vec<Sync>,
}

impl Sync {
    /// Alert code of the session that is wanted: 206 to 210.
    pub fn alert_code(&self) -> u16 {
        200 + u16::from(self.sync_type)
    }
}

impl SyncBody {
    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, clause(CLAUSE, body))
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        let count = self.syncs.len().min(15);
        let mut bytes = vec![(count as u8) << 4 | self.future_use & 0x0F];
        for sync in &self.syncs[..count] {
            let uri = &sync.server_uri[..sync.server_uri.floor_char_boundary(u8::MAX as usize)];
            bytes.push(sync.sync_type << 4 | sync.future_use & 0x0F);
            bytes.extend(&sync.content_type.to_be_bytes()[1..]);
            bytes.push(uri.len() as u8);
            bytes.extend(uri.bytes());
        }
        bytes
    }
}

fn body(input: Input<'_>) -> Parsed<'_, SyncBody> {
    let head = bit_fields((take::<_, u8, _, _>(4u8), take(4u8)));
    let (left, (count, future_use)) = context("a count of synchronisations", head).parse(input)?;
    let (left, syncs) = all(sync)(left)?;
    if syncs.len() != usize::from(count) {
        return Err(input.wrong(format!("{} synchronisations", syncs.len())));
    }
    Ok((left, SyncBody { future_use, syncs }))
}

fn sync(input: Input<'_>) -> Parsed<'_, Sync> {
    let head = bit_fields((take(4u8), take(4u8), take(24u8)));
    let (left, (sync_type, future_use, content_type)) =
        context("a synchronisation, 4 bytes", head).parse(input)?;
    let (left, length) = byte("the length of a database's name")(left)?;
    let (left, uri) = utf8(bytes(usize::from(length), "a database's name"))(left)?;
    Ok((
        left,
        Sync {
            sync_type,
            future_use,
            content_type,
            server_uri: uri.to_owned(),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_and_wrong_ones_are_refused() {
        let bytes = [0x10, 0x60, 0, 0, 0, 5, b'N', b'o', b't', b'e', b's'];
        let body = SyncBody::decode(&bytes).unwrap();
        assert_eq!(body.syncs[0].alert_code(), 206);
        assert_eq!(body.syncs[0].server_uri, "Notes");
        assert_eq!(body.encode(), bytes);
        for cut in 0..bytes.len() {
            assert!(SyncBody::decode(&bytes[..cut]).is_err(), "{cut}");
        }
        let two = [&[0x20], &bytes[1..]].concat();
        assert_eq!(SyncBody::decode(&two).unwrap_err().offset, 0);
    }
}
