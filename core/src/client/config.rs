//! What a DM Client is set to.

use super::policy::Policy;
use super::protection::Unprotected;
use crate::codec::syncml::Encoding;
use crate::dm::DEFAULT_MAX_OBJ_SIZE;

/// Configuration of a DM Client, fixed at creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// DevId: Source of every message, `IMEI:…`.
    pub device_id: String,
    /// MaxMsgSize told to the server.
    pub max_msg_size: u64,
    /// MaxObjSize told to the server.
    pub max_obj_size: u64,
    /// Encoding of the messages that are sent.
    pub encoding: Encoding,
    /// Seed of nonces and SessionIDs.
    pub seed: u64,
    /// Whether servers are taken that prove themselves by nothing at all, whatever their accounts
    /// say. Otherwise a server proves itself as its account says (DM Security §5.3).
    pub takes_unproven: bool,
    /// Operations that want the user's consent (OMA-AD-DM_SC-V1_0 §4.2).
    pub policy: Policy,
    /// Checks that are left out, for teaching.
    pub unprotected: Unprotected,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            device_id: "IMEI:493005100592800".to_owned(),
            max_msg_size: 4096,
            max_obj_size: DEFAULT_MAX_OBJ_SIZE,
            encoding: Encoding::Wbxml,
            seed: 0,
            takes_unproven: false,
            policy: Policy::default(),
            unprotected: Unprotected::default(),
        }
    }
}
