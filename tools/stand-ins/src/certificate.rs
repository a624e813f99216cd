//! A certificate for the name under which the API server calls a Service.

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A server's TLS settings and its certificate as PEM, which is its own authority.
pub(crate) fn certificate(name: &str, address: Ipv4Addr) -> (ServerConfig, String) {
    let key = KeyPair::generate().expect("a key can be made");
    let names = [name.to_owned(), address.to_string()];
    let parameters = CertificateParams::new(names).expect("a Service's name is one of DNS");
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
