//! How to sign in to a server, and whom to trust.

use super::error::SourceError;

/// How to sign in to a server, and whom to trust. Secret text in it is wiped on drop and masked in Debug.
#[derive(Clone, Debug, Default)]
pub struct Access {}

/// A proxy for https, `http://HOST:PORT` or `https://HOST:PORT`.
#[derive(Clone, Debug)]
pub struct Proxy {}

impl Access {
    /// Nothing is signed in to, and certificates are the host's.
    #[must_use]
    pub fn anonymous() -> Access {
        Access::default()
    }

    /// What the entries of a Secret say, under the keys of Flux (`username` and `password`, `bearerToken`, `identity`
    /// with `password` and `known_hosts`, `ca.crt` or `caFile`) or of Argo CD (`sshPrivateKey`).
    ///
    /// # Errors
    /// An entry is not what its key promises. The error does not quote it.
    pub fn from_secret<'a>(
        entries: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Access, SourceError> {
        let _ = entries.into_iter().count();
        Ok(Access::default())
    }

    /// Trusts these authorities too: certificates as PEM.
    ///
    /// # Errors
    /// There is none in it.
    pub fn trusting(self, ca_bundle: &[u8]) -> Result<Access, SourceError> {
        let _ = ca_bundle;
        Ok(self)
    }

    /// Goes through a proxy.
    #[must_use]
    pub fn through(self, proxy: Proxy) -> Access {
        let _ = proxy;
        self
    }
}

impl Proxy {
    /// The proxy at `url`, signed in to with `sign_in`, a name and a password, if there is one.
    ///
    /// # Errors
    /// It is no such URL, or holds a password itself.
    pub fn new(url: &str, sign_in: Option<(&str, &str)>) -> Result<Proxy, SourceError> {
        let _ = (url, sign_in);
        Ok(Proxy {})
    }
}
