//! Fetching a URL, as a program that only looks does: one request, its headers, a bounded answer.
//!
//! TLS takes the process' crypto provider, which the program installs first, and the host's certificates.

use std::io;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long an answer may take, all of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most bytes of an answer.
pub const LARGEST_ANSWER: u64 = 32 * 1024 * 1024;

/// A URL was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server answered with something else.
    #[error("the server answers {status}")]
    Status {
        /// The number.
        status: u16,
    },
    /// The answer is too long.
    #[error("the answer has more than {LARGEST_ANSWER} bytes")]
    TooLong,
    /// There is no answer.
    #[error("{reason}")]
    NoAnswer {
        /// Why, in words.
        reason: String,
    },
}

/// What fetches; the host's certificates are read once, when a first URL wants them.
#[derive(Debug, Default)]
pub struct Fetcher {
    plain: OnceLock<Agent>,
    secure: OnceLock<Agent>,
}

impl Fetcher {
    /// A new one; nothing is read or sent yet.
    #[must_use]
    pub fn new() -> Fetcher {
        Fetcher::default()
    }

    /// The content behind `url`, which is asked for with `headers`. Redirections are followed.
    ///
    /// # Errors
    /// There is no answer, it is no success, or it is too long.
    pub fn fetch(&self, url: &str, headers: &[(String, String)]) -> Result<Vec<u8>, FetchError> {
        let agent = if url.starts_with("https://") {
            self.secure.get_or_init(|| agent(host_certificates()))
        } else {
            // A redirection to https finds no certificates here, and says so.
            self.plain.get_or_init(|| agent(Vec::new()))
        };
        let mut request = agent.get(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.call().map_err(|error| unanswered(&error))?;
        let body = answer.body_mut().with_config().limit(LARGEST_ANSWER);
        body.read_to_vec().map_err(|error| unanswered(&error))
    }
}

fn agent(certificates: Vec<Certificate<'static>>) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates));
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(PATIENCE))
        // What the environment says is the command line's matter.
        .proxy(None)
        .user_agent(concat!("gitopsc/", env!("CARGO_PKG_VERSION")));
    config.build().new_agent()
}

/// The certificates of the authorities that this host trusts; those that cannot be read are left out.
#[must_use]
pub fn host_certificates() -> Vec<Certificate<'static>> {
    let found = rustls_native_certs::load_native_certs().certs;
    found
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect()
}

fn unanswered(error: &ureq::Error) -> FetchError {
    match error {
        ureq::Error::StatusCode(status) => FetchError::Status { status: *status },
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLong,
        ureq::Error::Io(error) => FetchError::NoAnswer {
            reason: io_reason(error),
        },
        // Its text is the URL, which may hold a sign-in.
        ureq::Error::BadUri(_) => FetchError::NoAnswer {
            reason: "it is no URL".to_owned(),
        },
        error => FetchError::NoAnswer {
            reason: error.to_string(),
        },
    }
}

fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        _ => error.to_string(),
    }
}
