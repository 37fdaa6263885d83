//! Whose certificates are taken: those of the public authorities, and those of a file.
//!
//! A certificate that the file holds itself is taken for the server's own too, also one made as an
//! authority's, as simple tools make them; its name and its time must still be right.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use std::path::Path;
use std::sync::Arc;

/// Looks at servers as WebPKI does, and beside that takes the certificates of a file as they are.
#[derive(Debug)]
struct Trust {
    web: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

/// How TLS is spoken: the public roots and the certificates of a PEM file are trusted.
pub(super) fn config(more_roots: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let named = more_roots.map(read).transpose()?.unwrap_or_default();
    for certificate in &named {
        let file = more_roots.unwrap_or(Path::new("")).display();
        roots
            .add(certificate.clone())
            .map_err(|e| format!("{file} has a certificate that cannot be read: {e}"))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let none = |e: &dyn std::fmt::Display| format!("TLS is not to be had: {e}");
    let web = verifier(roots, &provider).map_err(|e| none(&e))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| none(&e))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust { web, named }))
        .with_no_client_auth())
}

fn verifier(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, rustls::client::VerifierBuilderError> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()
}

fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |e: &dyn std::fmt::Display| format!("{} has no certificates: {e}", file.display());
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file)
        .map_err(|e| wrong(&e))?
        .collect();
    match certificates.map_err(|e| wrong(&e))? {
        found if found.is_empty() => Err(wrong(&"it is no PEM file")),
        found => Ok(found),
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found =
            self.web
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match found {
            // WebPKI has looked at the time before it says so.
            Err(error) if is_authority(&error) && self.named.iter().any(|n| n == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            found => found,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.web
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.web
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.web.supported_verify_schemes()
    }
}

/// Whether a certificate is refused only because it is that of an authority.
fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else {
        return false;
    };
    matches!(
        other.0.downcast_ref::<webpki::Error>(),
        Some(webpki::Error::CaUsedAsEndEntity)
    )
}

/// What to do about a certificate that is not taken; empty where there is nothing to say.
pub(super) fn advice(error: &std::io::Error) -> &'static str {
    let error = error.get_ref().and_then(|e| e.downcast_ref::<Error>());
    let Some(Error::InvalidCertificate(why)) = error else {
        return "";
    };
    match why {
        CertificateError::UnknownIssuer => {
            "; the server's certificate, or that of its authority, has to be in the file of --ca"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "; the certificate needs the host of the address as its subjectAltName"
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            "; the certificate has to be renewed, or the clock put right"
        }
        _ if error.is_some_and(is_authority) => {
            "; the server shows the certificate of an authority: --ca takes it when the file has it"
        }
        _ => "",
    }
}
