//! Credentials and challenges as elements (OMA-TS-DM_Security-V1_2_1 §5.3).
//!
//! Pure: whose credentials they are and which nonce is due, the actors know. MAC has no Cred: its
//! digest travels beside the message, only its challenge within.

use super::{Chal, Cred, Meta};
use crate::codec::auth::{self, AuthType, Credentials};
use crate::codec::secret::same;

impl Cred {
    /// The Cred of one side by name and secret alone.
    pub fn basic(credentials: &Credentials) -> Self {
        Cred {
            meta: kind(&AuthType::Basic),
            data: auth::basic(&credentials.name, &credentials.secret),
        }
    }

    /// The Cred of one side for a nonce.
    pub fn md5(credentials: &Credentials, nonce: &[u8]) -> Self {
        Cred {
            meta: kind(&AuthType::Md5),
            data: auth::md5_cred(&credentials.name, &credentials.secret, nonce),
        }
    }

    /// How the sender proves itself; basic when no Type is told (DM RepPro §6.2).
    pub fn auth_type(&self) -> AuthType {
        kind_of(&self.meta)
    }

    /// True for a basic Cred with this name and secret.
    pub fn is_basic_of(&self, credentials: &Credentials) -> bool {
        let wanted = format!("{}:{}", credentials.name, credentials.secret);
        self.auth_type() == AuthType::Basic
            && auth::from_base64(&self.data).is_some_and(|found| same(&found, wanted.as_bytes()))
    }

    /// True for an MD5 Cred made with these credentials and this nonce.
    pub fn is_md5_of(&self, credentials: &Credentials, nonce: &[u8]) -> bool {
        let wanted = auth::md5_digest(&credentials.name, &credentials.secret, nonce);
        self.auth_type() == AuthType::Md5
            && auth::from_base64(&self.data).is_some_and(|found| same(&found, &wanted))
    }
}

impl Chal {
    /// A challenge for name and secret.
    pub fn basic() -> Self {
        Chal {
            meta: kind(&AuthType::Basic),
        }
    }

    /// A challenge with the nonce to be used next in a Cred.
    pub fn md5(nonce: &[u8]) -> Self {
        Chal {
            meta: with_nonce(&AuthType::Md5, nonce),
        }
    }

    /// A challenge with the nonce to be used next in the transport header.
    pub fn mac(nonce: &[u8]) -> Self {
        Chal {
            meta: with_nonce(&AuthType::Mac, nonce),
        }
    }

    /// A challenge of a type; `None` for one whose form is not known.
    pub fn of(auth_type: &AuthType, nonce: &[u8]) -> Option<Self> {
        match auth_type {
            AuthType::Basic => Some(Chal::basic()),
            AuthType::Md5 => Some(Chal::md5(nonce)),
            AuthType::Mac => Some(Chal::mac(nonce)),
            AuthType::Transport | AuthType::Unknown(_) => None,
        }
    }

    /// What is asked for; basic when no Type is told.
    pub fn auth_type(&self) -> AuthType {
        kind_of(&self.meta)
    }

    /// The octets of NextNonce; `None` when there is none, or none that is base64.
    pub fn nonce(&self) -> Option<Vec<u8>> {
        auth::from_base64(self.meta.next_nonce.as_deref()?)
    }

    /// The nonce of an MD5 challenge; `None` for another type or a broken nonce.
    pub fn md5_nonce(&self) -> Option<Vec<u8>> {
        (self.auth_type() == AuthType::Md5)
            .then(|| self.nonce())
            .flatten()
    }
}

fn kind_of(meta: &Meta) -> AuthType {
    match meta.media_type.as_deref() {
        None => AuthType::Basic,
        Some(text) => AuthType::from_meta(text.trim()),
    }
}

fn kind(auth_type: &AuthType) -> Meta {
    Meta {
        format: Some("b64".to_owned()),
        media_type: Some(auth_type.as_meta().to_owned()),
        ..Meta::default()
    }
}

fn with_nonce(auth_type: &AuthType, nonce: &[u8]) -> Meta {
    Meta {
        next_nonce: Some(auth::base64(nonce)),
        ..kind(auth_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows REP-11.
    #[test]
    fn a_challenge_keeps_its_nonce() {
        let nonce: Vec<u8> = (0xF0..=0xFF).collect();
        for (chal, kind) in [
            (Chal::md5(&nonce), AuthType::Md5),
            (Chal::mac(&nonce), AuthType::Mac),
        ] {
            assert_eq!(chal.meta.format.as_deref(), Some("b64"));
            assert_eq!(
                chal.meta.next_nonce.as_deref(),
                Some("8PHy8/T19vf4+fr7/P3+/w==")
            );
            assert_eq!(chal.nonce(), Some(nonce.clone()));
            assert_eq!(chal.auth_type(), kind);
            assert_eq!(Chal::of(&kind, &nonce), Some(chal));
        }
        assert_eq!(Chal::mac(&nonce).md5_nonce(), None);
        assert_eq!(Chal::md5(&nonce).md5_nonce(), Some(nonce));
        assert_eq!(Chal::default().md5_nonce(), None);
        assert_eq!(Chal::basic().auth_type(), AuthType::Basic);
        assert_eq!(Chal::basic().nonce(), None);
        assert_eq!(Chal::of(&AuthType::Unknown("x".into()), &[]), None);
    }

    #[test]
    fn basic_is_name_and_secret() {
        let bruce = Credentials {
            auth_type: AuthType::Basic,
            name: "Bruce2".into(),
            secret: "OhBehave".into(),
            nonce: Vec::new(),
        };
        let mut cred = Cred::basic(&bruce);
        assert_eq!(cred.data, "QnJ1Y2UyOk9oQmVoYXZl");
        assert_eq!(cred.meta.media_type.as_deref(), Some("syncml:auth-basic"));
        assert!(cred.is_basic_of(&bruce));
        assert!(!cred.is_md5_of(&bruce, &[]));
        let other = Credentials {
            secret: "OhBehaved".into(),
            ..bruce.clone()
        };
        assert!(!cred.is_basic_of(&other));
        cred.data = "*".into();
        assert!(!cred.is_basic_of(&bruce));
        // The same octets said to be a digest are none.
        let mut wrong = Cred::basic(&bruce);
        wrong.meta.media_type = Some("syncml:auth-md5".into());
        assert!(!wrong.is_basic_of(&bruce) && !wrong.is_md5_of(&bruce, &[]));
    }

    /// Shows REP-11, SEC-5.
    #[test]
    fn md5_is_of_its_nonce() {
        let bruce = Credentials {
            auth_type: AuthType::Md5,
            name: "Bruce2".into(),
            secret: "OhBehave".into(),
            nonce: b"Nonce".to_vec(),
        };
        let cred = Cred::md5(&bruce, &bruce.nonce);
        assert_eq!(cred.data, "Zz6EivR3yeaaENcRN6lpAQ==");
        assert_eq!(cred.meta.format.as_deref(), Some("b64"));
        assert!(cred.is_md5_of(&bruce, b"Nonce"));
        assert!(!cred.is_md5_of(&bruce, b"Tm9uY2U="));
        assert!(!cred.is_basic_of(&bruce));
    }
}
