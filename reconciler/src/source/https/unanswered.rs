//! Requests that nothing answers: why, by what the client says.

use crate::source::attempt::Attempt;
use crate::source::error::SourceError;
use std::io;

/// Why there is no answer.
pub(super) fn told(error: &ureq::Error, attempt: &Attempt) -> SourceError {
    match error {
        ureq::Error::Timeout(_) => attempt.too_late(),
        ureq::Error::Io(error) => broken(error, attempt),
        ureq::Error::Rustls(error) => of_tls(error, attempt),
        ureq::Error::HostNotFound => unreachable(attempt, "no address is known for its host"),
        ureq::Error::ConnectProxyFailed(_) => unreachable(
            attempt,
            "the proxy does not let through; look at its address and credentials",
        ),
        error => unreachable(attempt, &error.to_string()),
    }
}

/// Why a connection broke.
pub(super) fn broken(error: &io::Error, attempt: &Attempt) -> SourceError {
    if let Some(inner) = error.get_ref() {
        if let Some(error) = inner.downcast_ref::<rustls::Error>() {
            return of_tls(error, attempt);
        }
        if let Some(error) = inner.downcast_ref::<ureq::Error>() {
            return told(error, attempt);
        }
    }
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => attempt.too_late(),
        io::ErrorKind::ConnectionRefused => {
            unreachable(attempt, "nothing listens there (connection refused)")
        }
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => {
            unreachable(attempt, "the server ended the connection in the middle")
        }
        _ => unreachable(attempt, &error.to_string()),
    }
}

fn of_tls(error: &rustls::Error, attempt: &Attempt) -> SourceError {
    let url = attempt.url().clone();
    let why = match error {
        rustls::Error::InvalidCertificate(reason) => untrusted(reason),
        rustls::Error::AlertReceived(alert) => {
            format!(
                "the server ends the TLS handshake ({alert:?}); it may want a client certificate, as `tls.crt` and `tls.key` in the Secret"
            )
        }
        error => return unreachable(attempt, &format!("TLS fails: {error}")),
    };
    SourceError::Trust {
        url,
        why: why.into(),
    }
}

fn untrusted(reason: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Reason;
    match reason {
        Reason::UnknownIssuer => "its certificate is of an authority that is not trusted; put that authority's certificate into the Secret as `ca.crt`".to_owned(),
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => {
            "its certificate is for another host".to_owned()
        }
        Reason::Expired | Reason::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        Reason::NotValidYet | Reason::NotValidYetContext { .. } => {
            "its certificate is not valid yet; look at the clocks".to_owned()
        }
        reason => format!("its certificate is not to be trusted: {reason}"),
    }
}

fn unreachable(attempt: &Attempt, why: &str) -> SourceError {
    SourceError::Unreachable {
        url: attempt.url().clone(),
        why: why.into(),
    }
}
