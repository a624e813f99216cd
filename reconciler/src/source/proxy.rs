//! A proxy on the way to a server.

use super::access::setting;
use super::error::SourceError;
use super::hidden::Hidden;
use gitopsc_core::EcoString;
use http::Uri;
use ureq::ProxyProtocol;

/// A proxy for https, `http://HOST:PORT` or `https://HOST:PORT`.
#[derive(Clone, Debug)]
pub struct Proxy {
    protocol: ProxyProtocol,
    host: EcoString,
    port: u16,
    sign_in: Option<(EcoString, Hidden)>,
}

impl Proxy {
    /// The proxy at `url`, signed in to with `sign_in`, a name and a password, if there is one.
    ///
    /// # Errors
    /// It is no such URL, or holds a password itself.
    pub fn new(url: &str, sign_in: Option<(&str, &str)>) -> Result<Proxy, SourceError> {
        let wrong = |why: &str| setting("proxy", why);
        let parsed: Uri = url.parse().map_err(|_| wrong("it is no URL"))?;
        let (protocol, port) = match parsed.scheme_str() {
            Some("http") => (ProxyProtocol::Http, 80),
            Some("https") => (ProxyProtocol::Https, 443),
            _ => {
                return Err(wrong(
                    "it is none of http://HOST:PORT and https://HOST:PORT",
                ));
            }
        };
        let authority = parsed.authority();
        let authority = authority.ok_or_else(|| wrong("it names no host"))?;
        if authority.as_str().contains('@') {
            let why = "a URL is for everybody to read; move the credentials into a Secret";
            return Err(wrong(why));
        }
        Ok(Proxy {
            protocol,
            host: authority.host().into(),
            port: authority.port_u16().unwrap_or(port),
            sign_in: sign_in.map(|(name, password)| (name.into(), Hidden::new(password))),
        })
    }

    /// Where it is, to be shown.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// The same for the HTTP client.
    pub(super) fn client(&self) -> Result<ureq::Proxy, SourceError> {
        let mut proxy = ureq::Proxy::builder(self.protocol)
            .host(&self.host)
            .port(self.port);
        if let Some((name, password)) = &self.sign_in {
            let password = password.text().unwrap_or_default();
            proxy = proxy.username(name).password(password);
        }
        proxy
            .build()
            .map_err(|_| setting("proxy", "it is no proxy that can be used"))
    }
}

#[cfg(test)]
mod tests {
    use super::Proxy;

    #[test]
    fn a_proxy_is_a_url_without_credentials() {
        let proxy = Proxy::new("http://proxy.example:3128", Some(("me", "hunter2")));
        let proxy = proxy.expect("a proxy");
        assert_eq!(proxy.shown(), "proxy.example:3128");
        assert!(!format!("{proxy:?}").contains("hunter2"));
        for wrong in [
            "proxy.example:3128",
            "socks5://proxy.example",
            "http://me:hunter2@proxy.example",
            "",
            "http://",
        ] {
            let error = Proxy::new(wrong, None).expect_err(wrong);
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
