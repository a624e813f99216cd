//! A certificate for 127.0.0.1 that is its own authority.

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// A server's TLS settings, and its certificate as PEM. It is for `names`.
pub(crate) fn certificate(names: &[&str]) -> (ServerConfig, String) {
    let key = KeyPair::generate().expect("a key can be made");
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let parameters = CertificateParams::new(names).expect("they are names and numbers of hosts");
    let certificate = parameters.self_signed(&key);
    let certificate = certificate.expect("a key signs its own certificate");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("the key is that of the certificate");
    (settings, certificate.pem())
}
