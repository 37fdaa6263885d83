//! Package #0 for showing (OMA-TS-DM_Notification-V1_2_1 §6.2), and the body that notifications of
//! Data Synchronization have (OMA-TS-DS_Notification-V1_2 §6.2).

use super::cose;
use super::part::moved;
use crate::codec::cose::Sign1;
use crate::codec::input::{Input, prefix};
use crate::codec::notification::{SyncBody, VERSION, header, session_id_text};
use crate::codec::vocabulary::notification::sync_name;
use crate::codec::{Field, hex};

const CLAUSE: &str = "DM Notification §6.2";
const SYNC: &str = "DS Notification §6.2";

/// Parts of a notification; reads as far as it can.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    let part = |range: std::ops::Range<usize>| bytes.get(range);
    let Some(digest) = part(0..16) else {
        return incomplete(found, bytes, 0);
    };
    found.push(
        Field::new("digest", 0..16, hex::spaced(digest))
            .clause("DM Security §5.2")
            .note(
                "MD5 over server identifier, shared secret, server nonce and everything behind it",
            ),
    );
    let (Some(head), Some(identifiers)) = (part(16..21), part(21..24)) else {
        return incomplete(found, bytes, 16);
    };
    let Ok(((version, ui, initiator, future), _)) = prefix(Input::at(head, 16), header) else {
        return incomplete(found, bytes, 16);
    };
    let version_field = Field::new(
        "version",
        16..18,
        format!("{version} ({}.{})", version / 10, version % 10),
    )
    .clause(CLAUSE);
    found.push(version_field.note(match version {
        VERSION => "10 bits; 11 in all notifications of DM 1.2",
        12 => "12 is the version of DS 1.2, not of DM: the DM Client drops the message",
        _ => "not 11: the client drops the message",
    }));
    found.push(
        Field::new("ui-mode", 17..18, format!("{:02b} {ui}", ui.bits()))
            .clause(CLAUSE)
            .note("2 bits: how much the user is to notice"),
    );
    found.push(
        Field::new(
            "initiator",
            17..18,
            format!("{} {initiator}", head[1] >> 3 & 1),
        )
        .clause(CLAUSE)
        .note("1 bit: who caused the session"),
    );
    found.push(
        Field::new("future-use", 17..21, format!("{future}"))
            .clause(CLAUSE)
            .note("27 bits, zero when sent; ignored, but covered by the digest"),
    );
    let session = u16::from_be_bytes([identifiers[0], identifiers[1]]);
    found.push(
        Field::new("sessionid", 21..23, session_id_text(session))
            .clause(CLAUSE)
            .note(if session == 0 {
                "0 is not allowed"
            } else {
                "SessionID of the session to open"
            }),
    );
    let n = usize::from(identifiers[2]);
    found.push(Field::new("length-identifier", 23..24, n.to_string()).clause(CLAUSE));
    let Some(id) = part(24..24 + n) else {
        return incomplete(found, bytes, 24);
    };
    found.push(
        Field::new(
            "server-identifier",
            24..24 + n,
            String::from_utf8_lossy(id).into_owned(),
        )
        .clause(CLAUSE)
        .note("names the account; the message carries no address"),
    );
    if bytes.len() > 24 + n {
        found.push(body(version, &bytes[24 + n..], 24 + n));
    }
    found
}

fn body(version: u16, bytes: &[u8], start: usize) -> Field {
    let field = Field::new(
        "trigger-body",
        start..start + bytes.len(),
        hex::spaced(bytes),
    );
    if version == VERSION {
        let field = field.clause("DM Notification §6").note("vendor-specific");
        return match Sign1::decode(bytes) {
            Ok(_) => field.children(moved(cose::fields(bytes), start)),
            Err(_) => field,
        };
    }
    match SyncBody::decode(bytes) {
        Ok(body) => field
            .clause(SYNC)
            .note("of Data Synchronization: what the server wants to synchronise")
            .children(syncs(&body, start)),
        Err(_) => field.note("of another enabler than DM"),
    }
}

fn syncs(body: &SyncBody, start: usize) -> Vec<Field> {
    let mut at = start + 1;
    let mut found =
        vec![Field::new("num-syncs", start..at, body.syncs.len().to_string()).clause(SYNC)];
    for sync in &body.syncs {
        let uri = at + 5..at + 5 + sync.server_uri.len();
        let code = sync.alert_code();
        found.push(
            Field::new("sync", at..uri.end, sync.server_uri.clone())
                .clause(SYNC)
                .children(vec![
                    Field::new(
                        "sync-type",
                        at..at + 1,
                        format!("{code} {}", sync_name(code)),
                    )
                    .clause(SYNC),
                    Field::new(
                        "content-type",
                        at + 1..at + 4,
                        format!("{:06X}", sync.content_type),
                    )
                    .clause(SYNC)
                    .note("assigned number of the media type; 0 when none is said"),
                    Field::new("length-server-uri", at + 4..at + 5, uri.len().to_string())
                        .clause(SYNC),
                    Field::new("server-uri", uri.clone(), sync.server_uri.clone()).clause(SYNC),
                ]),
        );
        at = uri.end;
    }
    found
}

fn incomplete(mut found: Vec<Field>, bytes: &[u8], from: usize) -> Vec<Field> {
    let rest = bytes.get(from..).unwrap_or_default();
    found.push(
        Field::new(
            "incomplete",
            from.min(bytes.len())..bytes.len(),
            hex::spaced(rest),
        )
        .note("the message ends before this part does"),
    );
    found
}
