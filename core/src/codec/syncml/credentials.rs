//! MD5 credentials and challenges as elements (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Pure: whose credentials they are and which nonce is due, the actors know.

use super::{Chal, Cred, Meta};
use crate::codec::auth::{self, AuthType, Credentials};

impl Cred {
    /// The Cred of one side for a nonce.
    pub fn md5(credentials: &Credentials, nonce: &[u8]) -> Self {
        Cred {
            meta: kind(),
            data: auth::md5_cred(&credentials.name, &credentials.secret, nonce),
        }
    }

    /// True for an MD5 Cred made with these credentials and this nonce.
    pub fn is_md5_of(&self, credentials: &Credentials, nonce: &[u8]) -> bool {
        let wanted = auth::md5_cred(&credentials.name, &credentials.secret, nonce);
        is_md5(&self.meta) && auth::from_base64(&self.data) == auth::from_base64(&wanted)
    }
}

impl Chal {
    /// A challenge with the nonce to be used next.
    pub fn md5(nonce: &[u8]) -> Self {
        Chal {
            meta: Meta {
                next_nonce: Some(auth::base64(nonce)),
                ..kind()
            },
        }
    }

    /// The nonce of an MD5 challenge; `None` for another type or a broken nonce.
    pub fn md5_nonce(&self) -> Option<Vec<u8>> {
        if !is_md5(&self.meta) {
            return None;
        }
        auth::from_base64(self.meta.next_nonce.as_deref()?)
    }
}

fn is_md5(meta: &Meta) -> bool {
    let kind = meta.media_type.as_deref().unwrap_or_default();
    AuthType::from_meta(kind) == AuthType::Md5
}

fn kind() -> Meta {
    Meta {
        format: Some("b64".to_owned()),
        media_type: Some(AuthType::Md5.as_meta().to_owned()),
        ..Meta::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_keeps_its_nonce() {
        let nonce: Vec<u8> = (0xF0..=0xFF).collect();
        let chal = Chal::md5(&nonce);
        assert_eq!(
            chal.meta.next_nonce.as_deref(),
            Some("8PHy8/T19vf4+fr7/P3+/w==")
        );
        assert_eq!(chal.md5_nonce(), Some(nonce));
        assert_eq!(Chal::default().md5_nonce(), None);
    }
}
