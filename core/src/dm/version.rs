//! The versions that both ends speak (OMA-TS-DM_RepPro-V1_2_1 §6.2).

use crate::codec::syncml::{StatusCode, SyncHdr};

/// VerDTD of every message.
pub(crate) const VER_DTD: &str = "1.2";

/// VerProto of every message.
pub(crate) const VER_PROTO: &str = "DM/1.2";

/// The Status for a message of another version; `None` for one of ours.
pub(crate) fn version_refused(hdr: &SyncHdr) -> Option<StatusCode> {
    if hdr.ver_proto != VER_PROTO {
        Some(StatusCode::PROTOCOL_NOT_SUPPORTED)
    } else if hdr.ver_dtd != VER_DTD {
        Some(StatusCode::DTD_NOT_SUPPORTED)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_is_looked_at_first() {
        for (proto, dtd, wanted) in [
            ("DM/1.2", "1.2", None),
            ("DM/1.1", "1.1", Some(513)),
            ("DM/1.2", "1.1", Some(505)),
        ] {
            let hdr = SyncHdr {
                ver_proto: proto.into(),
                ver_dtd: dtd.into(),
                ..SyncHdr::default()
            };
            assert_eq!(version_refused(&hdr).map(|code| code.0), wanted);
        }
    }
}
