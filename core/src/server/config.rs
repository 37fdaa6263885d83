//! What a DM Server is set to.

use crate::codec::auth::Account;
use crate::dm::DEFAULT_MAX_OBJ_SIZE;

/// Configuration of a DM Server, fixed at creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Accounts, one for each client, each with a server secret of its own (DM Security §5.3);
    /// several devices may use one. Notifications are for the first. A client without a name
    /// need not prove itself; a server without a name does not.
    pub accounts: Vec<Account>,
    /// Bytes of the largest message it takes; told as MaxMsgSize.
    pub max_msg_size: usize,
    /// Bytes of the largest object it takes; told as MaxObjSize.
    pub max_obj_size: u64,
    /// Address for all that follows a client's first message; told as RespURI where sessions have
    /// no addresses of their own ([`Door`](super::Door)).
    pub resp_uri: Option<String>,
    /// Types of client events and generic alerts that are understood; empty for all.
    pub alert_types: Vec<String>,
    /// Sessions at a time; one more gets 503.
    pub max_sessions: usize,
    /// Devices of which it is remembered what was done; the one served longest ago is forgotten.
    pub max_devices: usize,
    /// Seconds without a message after which a session is given up; for ever when `None`.
    pub idle_s: Option<u64>,
    /// Whether each session works through the whole plan, and not only through what is left of it.
    pub repeat_plan: bool,
    /// Whether a client may come with the resynchronisation nonce in every session, and not only
    /// once in one that was announced so: for teaching, since such a proof can be recorded.
    pub always_resyncs: bool,
    /// Seed of nonces.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            accounts: Vec::new(),
            max_msg_size: 2048,
            max_obj_size: DEFAULT_MAX_OBJ_SIZE,
            resp_uri: None,
            alert_types: Vec::new(),
            max_sessions: 1,
            max_devices: 1,
            idle_s: None,
            repeat_plan: false,
            always_resyncs: false,
            seed: 0,
        }
    }
}

/// What every message needs beside the session.
pub(super) struct Terms<'a> {
    pub(super) config: &'a Config,
    pub(super) account: &'a Account,
}
