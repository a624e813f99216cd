//! Certificates: the server's, for 127.0.0.1, and those of clients that it asks for one.

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

/// A certificate that is its own authority, and its key.
pub(crate) struct Certificate {
    signed: rcgen::Certificate,
    key: KeyPair,
}

impl Certificate {
    /// One for hosts of these names.
    pub(crate) fn of(names: &[&str]) -> Certificate {
        let key = KeyPair::generate().expect("a key can be made");
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let parameters =
            CertificateParams::new(names).expect("they are names and numbers of hosts");
        let signed = parameters.self_signed(&key);
        Certificate {
            signed: signed.expect("a key signs its own certificate"),
            key,
        }
    }

    /// As PEM.
    pub(crate) fn pem(&self) -> String {
        self.signed.pem()
    }

    /// Its key as PEM.
    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

/// The TLS settings of a server with this certificate, which asks clients for that one, if there is one.
pub(crate) fn settings(server: &Certificate, client: Option<&Certificate>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions");
    let settings = match client {
        None => settings.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            let added = roots.add(client.signed.der().clone());
            added.expect("a certificate of its own is an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            settings.with_client_cert_verifier(verifier.build().expect("there is an authority"))
        }
    };
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server.key.serialize_der()));
    let with_certificate = settings.with_single_cert(vec![server.signed.der().clone()], private);
    with_certificate.expect("the key is that of the certificate")
}
