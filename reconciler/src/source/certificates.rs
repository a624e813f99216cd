//! Certificates: whom to trust, and who asks.

use super::access::setting;
use super::error::SourceError;
use super::hidden::Hidden;
use std::sync::Arc;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

/// The certificate with which who asks signs in, and its key.
#[derive(Clone, Debug)]
pub(super) struct ClientCertificate {
    chain: Vec<Certificate<'static>>,
    /// As PEM.
    key: Hidden,
}

impl ClientCertificate {
    /// The one of a chain and a key, both as PEM; nothing if there is neither.
    pub(super) fn of(
        chain: Option<&[u8]>,
        key: Option<&[u8]>,
    ) -> Result<Option<ClientCertificate>, SourceError> {
        let (chain, key) = match (chain, key) {
            (None, None) => return Ok(None),
            (Some(chain), Some(key)) => (chain, key),
            (Some(_), None) => return Err(setting("tls.key", "it is missing beside `tls.crt`")),
            (None, Some(_)) => return Err(setting("tls.crt", "it is missing beside `tls.key`")),
        };
        if PrivateKey::from_pem(key).is_err() {
            return Err(setting("tls.key", "it is no private key as PEM"));
        }
        Ok(Some(ClientCertificate {
            chain: authorities("tls.crt", chain)?,
            key: Hidden::new(key),
        }))
    }

    /// The key, as PEM.
    pub(super) fn key(&self) -> &Hidden {
        &self.key
    }
}

/// The certificates in `pem`.
///
/// # Errors
/// There is none, or one that cannot be read.
pub(super) fn authorities(
    what: &str,
    pem: &[u8],
) -> Result<Vec<Certificate<'static>>, SourceError> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(setting(what, "what is in it is no PEM")),
        }
    }
    match found.is_empty() {
        true => Err(setting(
            what,
            "there is no certificate in it; it begins with `-----BEGIN CERTIFICATE-----`",
        )),
        false => Ok(found),
    }
}

/// How TLS is spoken: the host's authorities are trusted, and those in `authorities`.
pub(super) fn tls(
    authorities: &[Certificate<'static>],
    certificate: Option<&ClientCertificate>,
) -> Result<TlsConfig, SourceError> {
    let mut trusted = gitopsc_host::host_certificates();
    trusted.extend_from_slice(authorities);
    let signs_in = certificate.map(|certificate| {
        let key = PrivateKey::from_pem(certificate.key.bytes());
        let key = key.map_err(|_| setting("tls.key", "it is no private key as PEM"))?;
        Ok(ClientCert::new_with_certs(&certificate.chain, key))
    });
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&trusted))
        .client_cert(signs_in.transpose()?)
        .unversioned_rustls_crypto_provider(provider);
    Ok(config.build())
}
