//! Credentials, digests and nonces of OMA DM 1.2 (OMA-TS-DM_Security-V1_2_1 §5).
//!
//! Pure functions over names, secrets, nonces and bodies; who may do what is decided elsewhere.

/// One direction of an account: who proves itself by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// AAuthName.
    pub name: String,
    /// AAuthSecret.
    pub secret: String,
    /// AAuthData: the octets of the nonce, never its base64 text.
    pub nonce: Vec<u8>,
}

/// What a DM server and a DM client know of each other (one DMAcc).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// ServerID: name of the server in ACLs and notifications.
    pub server_id: String,
    /// AppAddr/Addr: where the client finds the server.
    pub address: String,
    /// CLCRED: what the client shows to the server.
    pub client: Credentials,
    /// SRVCRED: what the server shows to the client.
    pub server: Credentials,
}

/// The resynchronisation nonce: four zero octets (notification digest and Package #1 when the
/// peers' nonces have come apart; DM Security §5.2).
pub const RESYNC_NONCE: [u8; 4] = [0; 4];
