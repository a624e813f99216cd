//! How to sign in to a server, and whom to trust.

use super::certificates::{ClientCertificate, authorities};
use super::error::SourceError;
use super::hidden::Hidden;
use super::proxy::Proxy;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::EcoString;
use sha2::{Digest as _, Sha256};
use ureq::tls::Certificate;

/// How to sign in to a server, and whom to trust. Secret text in it is wiped on drop and masked in Debug.
#[derive(Clone, Debug, Default)]
pub struct Access {
    pub(super) username: Option<EcoString>,
    /// With a user name it is for https, with a key it opens that.
    pub(super) password: Option<Hidden>,
    pub(super) bearer: Option<Hidden>,
    pub(super) ssh_key: Option<Hidden>,
    pub(super) known_hosts: Option<EcoString>,
    pub(super) authorities: Vec<Certificate<'static>>,
    pub(super) certificate: Option<ClientCertificate>,
    pub(super) proxy: Option<Proxy>,
}

impl Access {
    /// Nothing is signed in to, and certificates are the host's.
    #[must_use]
    pub fn anonymous() -> Access {
        Access::default()
    }

    /// What the entries of a Secret say, under the keys of Flux (`username` and `password`, `bearerToken`, `identity`
    /// with `password` and `known_hosts`, `ca.crt` or `caFile`, `tls.crt` with `tls.key`) or of Argo CD
    /// (`sshPrivateKey`, `tlsClientCertData` with `tlsClientCertKey`). Other keys are left alone.
    ///
    /// # Errors
    /// An entry is not what its key promises, or what it needs beside it is missing. The error does not quote it.
    pub fn from_secret<'a>(
        entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Access, SourceError> {
        let mut access = Access::default();
        let (mut chain, mut key) = (None, None);
        for (name, value) in entries {
            match name {
                "username" => access.username = Some(line(name, value)?.into()),
                "password" => access.password = Some(Hidden::new(line(name, value)?)),
                "bearerToken" => access.bearer = Some(Hidden::new(line(name, value)?)),
                "identity" | "sshPrivateKey" => {
                    let found = private_key(name, value)?;
                    once(name, &mut access.ssh_key, found)?;
                }
                "known_hosts" => access.known_hosts = Some(text(name, value)?.into()),
                "ca.crt" | "caFile" => access.authorities.extend(authorities(name, value)?),
                "tls.crt" | "certFile" | "tlsClientCertData" => once(name, &mut chain, value)?,
                "tls.key" | "keyFile" | "tlsClientCertKey" => once(name, &mut key, value)?,
                _ => {}
            }
        }
        access.certificate = ClientCertificate::of(chain, key)?;
        access.is_whole()?;
        Ok(access)
    }

    /// Trusts these authorities too: certificates as PEM.
    ///
    /// # Errors
    /// There is none in it.
    pub fn trusting(mut self, ca_bundle: &[u8]) -> Result<Access, SourceError> {
        self.authorities.extend(authorities("caBundle", ca_bundle)?);
        Ok(self)
    }

    /// Goes through a proxy, to what is reached by https.
    #[must_use]
    pub fn through(mut self, proxy: Proxy) -> Access {
        self.proxy = Some(proxy);
        self
    }

    /// The value of the header `Authorization`, if there is something to sign in to a server with.
    pub(super) fn authorization(&self) -> Option<Hidden> {
        if let Some(token) = &self.bearer {
            return Some(Hidden::new([b"Bearer ", token.bytes()].concat()));
        }
        // With a key the password is that of the key.
        let password = self.password.as_ref().filter(|_| self.ssh_key.is_none())?;
        // Servers that take a token as password do not look at the name, but want one.
        let name = self.username.as_deref().unwrap_or("git");
        let pair = Hidden::new([name.as_bytes(), b":", password.bytes()].concat());
        let encoded = Hidden::new(STANDARD.encode(pair.bytes()));
        Some(Hidden::new([b"Basic ", encoded.bytes()].concat()))
    }

    /// One name for all of this, equal for equal ones. It cannot be turned back.
    pub(super) fn digest(&self, of: &mut Sha256) {
        let mut put = |name: &str, value: &[u8]| {
            for part in [name.as_bytes(), value] {
                of.update((part.len() as u64).to_be_bytes());
                of.update(part);
            }
        };
        put(
            "username",
            self.username.as_deref().unwrap_or_default().as_bytes(),
        );
        let hidden = [
            ("password", &self.password),
            ("bearer", &self.bearer),
            ("ssh-key", &self.ssh_key),
        ];
        for (name, value) in hidden {
            put(name, value.as_ref().map_or(&[], Hidden::bytes));
        }
        put(
            "known-hosts",
            self.known_hosts.as_deref().unwrap_or_default().as_bytes(),
        );
        for authority in &self.authorities {
            put("authority", authority.der());
        }
        if let Some(certificate) = &self.certificate {
            put("certificate", certificate.key().bytes());
        }
        if let Some(proxy) = &self.proxy {
            put("proxy", proxy.shown().as_bytes());
        }
    }

    fn is_whole(&self) -> Result<(), SourceError> {
        let signs_in = self.password.is_some() || self.bearer.is_some() || self.ssh_key.is_some();
        if !signs_in && self.certificate.is_none() && self.authorities.is_empty() {
            let why = match self.username {
                Some(_) => "there is no `password` with the `username`",
                None => {
                    "it has none of `password`, `bearerToken`, `identity`, `sshPrivateKey`, `tls.crt` and `ca.crt`"
                }
            };
            return Err(setting("the Secret", why));
        }
        if self.ssh_key.is_some() && self.known_hosts.is_none() {
            let why = "it is missing, and without it no server is known; put the lines there that `ssh-keyscan HOST` prints, once you have compared them with what the host publishes";
            return Err(setting("known_hosts", why));
        }
        if self.bearer.is_some() && self.password.is_some() {
            return Err(setting(
                "bearerToken",
                "there is a `password` too; keep one",
            ));
        }
        let name = self.username.as_deref().unwrap_or_default();
        if self.ssh_key.is_none() && name.contains(':') {
            return Err(setting("username", "a colon cannot be in it"));
        }
        Ok(())
    }
}

/// A setting that is not what it should be.
pub(super) fn setting(what: &str, why: impl Into<EcoString>) -> SourceError {
    SourceError::Setting {
        what: what.into(),
        why: why.into(),
    }
}

fn once<T>(name: &str, place: &mut Option<T>, value: T) -> Result<(), SourceError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(setting(
            name,
            "another key of the Secret holds the same; keep one",
        )),
    }
}

fn text<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, SourceError> {
    std::str::from_utf8(value).map_err(|_| setting(name, "it is no text"))
}

/// One line; a line's end after it, which files bring with them, does not count.
fn line<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, SourceError> {
    let line = text(name, value)?.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(setting(name, "it is empty"));
    }
    if line.chars().any(char::is_control) {
        return Err(setting(name, "it is more than one line"));
    }
    Ok(line)
}

fn private_key(name: &str, value: &[u8]) -> Result<Hidden, SourceError> {
    let found = text(name, value)?;
    if !found.contains("PRIVATE KEY-----") {
        let why = match found.trim_start().starts_with("ssh-") {
            true => "it is the public half of a key; put the private one here",
            false => {
                "it is no private key; it begins with `-----BEGIN OPENSSH PRIVATE KEY-----` or the like"
            }
        };
        return Err(setting(name, why));
    }
    // Copied through a form, it may have lost the end of its last line, or have those of Windows.
    let lines = Hidden::new(found.trim().replace("\r\n", "\n"));
    Ok(Hidden::new([lines.bytes(), b"\n"].concat()))
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
