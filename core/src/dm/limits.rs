//! Limits of a session and of its messages (OMA-TS-DM_Protocol-V1_2_1 §6, §7).

use crate::codec::syncml::SyncHdr;

/// Messages that either end sends in one session, however the peer goes on.
pub const MAX_MESSAGES: u32 = 1000;

/// Bytes of a message when the peer names no limit.
const DEFAULT_MAX_MSG_SIZE: usize = 65_536;

/// Bytes of the largest object that either end takes unless it is told otherwise.
pub(crate) const DEFAULT_MAX_OBJ_SIZE: u64 = 65_535;

/// Failures of credentials that are forgiven with one more challenge: a stale nonce is no attack.
pub(crate) const FORGIVEN: u8 = 1;

/// A CmdID, or a MsgID, with more digits than will be needed, for measuring.
pub(crate) const LONG_ID: &str = "9999";

/// Status that a message in the middle of a package has at least: for the peer's header and for
/// its Alert 1222.
pub(crate) const OBLIGATORY: usize = 2;

/// Limits that the peer named in its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeerLimits {
    /// Bytes of the largest message it takes.
    pub(crate) max_msg_size: usize,
    /// Bytes of the largest object it takes; `None` when it named no limit.
    pub(crate) max_obj_size: Option<u64>,
}

impl Default for PeerLimits {
    fn default() -> Self {
        PeerLimits {
            max_msg_size: DEFAULT_MAX_MSG_SIZE,
            max_obj_size: None,
        }
    }
}

impl PeerLimits {
    /// Takes what a header names; limits it leaves out stay as they are.
    pub(crate) fn take(&mut self, hdr: &SyncHdr) {
        if let Some(size) = hdr.meta.max_msg_size {
            self.max_msg_size = usize::try_from(size).unwrap_or(usize::MAX);
        }
        if hdr.meta.max_obj_size.is_some() {
            self.max_obj_size = hdr.meta.max_obj_size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::Meta;

    #[test]
    fn limits_stay_until_another_is_named() {
        let mut limits = PeerLimits::default();
        let hdr = |max_msg_size, max_obj_size| SyncHdr {
            meta: Meta {
                max_msg_size,
                max_obj_size,
                ..Meta::default()
            },
            ..SyncHdr::default()
        };
        for (msg, obj, wanted) in [
            (None, None, (65_536, None)),
            (Some(2048), None, (2048, None)),
            (None, Some(100), (2048, Some(100))),
            (Some(4096), None, (4096, Some(100))),
        ] {
            limits.take(&hdr(msg, obj));
            assert_eq!((limits.max_msg_size, limits.max_obj_size), wanted);
        }
    }
}
