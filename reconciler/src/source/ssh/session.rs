//! A session: connected, with a server that is known, signed in.

use super::known_hosts::{Keys, Shown};
use crate::source::access::setting;
use crate::source::address::SshPlace;
use crate::source::attempt::Attempt;
use crate::source::error::SourceError;
use crate::source::hidden::Hidden;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest as _, Sha256};
use ssh2::{ErrorCode, MethodType, Session};
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

/// Errors of libssh2, by the numbers in its `libssh2.h`.
mod code {
    pub(super) const KEX_FAILURE: i32 = -5;
    pub(super) const KEY_EXCHANGE_FAILURE: i32 = -8;
    pub(super) const TIMEOUT: i32 = -9;
    pub(super) const METHOD_NONE: i32 = -17;
    pub(super) const AUTHENTICATION_FAILED: i32 = -18;
    pub(super) const PUBLICKEY_UNVERIFIED: i32 = -19;
    pub(super) const FILE: i32 = -16;
    pub(super) const SOCKET_TIMEOUT: i32 = -30;
}

/// A session with the server at `place`, which has shown one of `keys`.
pub(super) fn open(
    place: &SshPlace,
    keys: &Keys,
    attempt: &Attempt,
) -> Result<Session, SourceError> {
    let algorithms = keys.algorithms();
    if algorithms.is_empty() {
        let why = format!(
            "`known_hosts` has no key of {}; put the lines there that `ssh-keyscan` prints, once you have compared them with what the host publishes",
            shown(place)
        );
        return Err(untrusted(attempt, why));
    }
    let failed = |error: ssh2::Error| told(&error, attempt);
    let mut session = Session::new().map_err(failed)?;
    session.set_tcp_stream(connect(place, attempt)?);
    let preferred = session.method_pref(MethodType::HostKey, &algorithms.join(","));
    preferred.map_err(failed)?;
    limit(&session, attempt)?;
    session.handshake().map_err(|error| match error.code() {
        ErrorCode::Session(code::KEX_FAILURE | code::KEY_EXCHANGE_FAILURE | code::METHOD_NONE) => {
            untrusted(attempt, other_kind(place, &algorithms))
        }
        _ => failed(error),
    })?;
    let key = session.host_key().map(|(key, _)| key).unwrap_or_default();
    let fingerprint = STANDARD_NO_PAD.encode(Sha256::digest(key));
    match keys.shown(key) {
        Shown::Known => Ok(session),
        Shown::Revoked => Err(untrusted(
            attempt,
            format!(
                "the key that the server shows, SHA256:{fingerprint}, is revoked in `known_hosts`"
            ),
        )),
        Shown::Other => Err(untrusted(
            attempt,
            format!(
                "the server shows a key that `known_hosts` does not have, SHA256:{fingerprint}; it may be another server. If its key was changed, put the new one there"
            ),
        )),
    }
}

/// Signs in with a key.
pub(super) fn sign_in(
    session: &Session,
    place: &SshPlace,
    key: &Hidden,
    passphrase: Option<&Hidden>,
    attempt: &Attempt,
) -> Result<(), SourceError> {
    limit(session, attempt)?;
    let key = key.text().unwrap_or_default();
    let passphrase = passphrase.and_then(Hidden::text);
    let signed_in = session.userauth_pubkey_memory(&place.user, None, key, passphrase);
    signed_in.map_err(|error| match error.code() {
        ErrorCode::Session(code::FILE) => setting(
            "identity",
            match passphrase {
                None => "it cannot be read; it may need a passphrase, as `password`",
                Some(_) => "it cannot be read; the passphrase in `password` may be wrong",
            },
        ),
        ErrorCode::Session(code::AUTHENTICATION_FAILED | code::PUBLICKEY_UNVERIFIED) => {
            let why = format!(
                "the server does not accept the key for the user `{}`; add its public half there",
                place.user
            );
            SourceError::Credentials {
                url: attempt.url().clone(),
                why: why.into(),
            }
        }
        _ => told(&error, attempt),
    })
}

/// Lets what comes next take as long as is left.
pub(super) fn limit(session: &Session, attempt: &Attempt) -> Result<(), SourceError> {
    let left = attempt.left()?.as_millis();
    // None at all would be no limit.
    session.set_timeout(u32::try_from(left).unwrap_or(u32::MAX).max(1));
    Ok(())
}

/// What an error of libssh2 means, wherever it comes from.
pub(super) fn told(error: &ssh2::Error, attempt: &Attempt) -> SourceError {
    match error.code() {
        ErrorCode::Session(code::TIMEOUT | code::SOCKET_TIMEOUT) => attempt.too_late(),
        _ => SourceError::Unreachable {
            url: attempt.url().clone(),
            why: format!("ssh fails: {}", error.message()).into(),
        },
    }
}

fn connect(place: &SshPlace, attempt: &Attempt) -> Result<TcpStream, SourceError> {
    let unreachable = |why: &str| SourceError::Unreachable {
        url: attempt.url().clone(),
        why: why.into(),
    };
    let mut last = unreachable("no address is known for its host");
    for address in addresses(place, attempt)? {
        match TcpStream::connect_timeout(&address, attempt.left()?) {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                last = match error.kind() {
                    io::ErrorKind::TimedOut => attempt.too_late(),
                    io::ErrorKind::ConnectionRefused => {
                        unreachable("nothing listens there (connection refused)")
                    }
                    _ => unreachable(&error.to_string()),
                }
            }
        }
    }
    Err(last)
}

/// The addresses of the host. The system's resolver cannot be told how long to take, so it is not waited for longer.
fn addresses(place: &SshPlace, attempt: &Attempt) -> Result<Vec<SocketAddr>, SourceError> {
    let (found, finds) = channel();
    let (host, port) = (place.host.to_string(), place.port);
    thread::spawn(move || {
        let addresses = (host.as_str(), port).to_socket_addrs();
        // Nobody may be waiting any more.
        let _ = found.send(addresses.map(Iterator::collect).unwrap_or_default());
    });
    match finds.recv_timeout(attempt.left()?) {
        Ok(addresses) => Ok(addresses),
        Err(RecvTimeoutError::Timeout) => Err(attempt.too_late()),
        Err(RecvTimeoutError::Disconnected) => Ok(Vec::new()),
    }
}

fn shown(place: &SshPlace) -> String {
    match place.port {
        22 => format!("`{}`", place.host),
        port => format!("`[{}]:{port}`", place.host),
    }
}

fn other_kind(place: &SshPlace, algorithms: &[&str]) -> String {
    format!(
        "the server has no key of a kind that `known_hosts` has for {} ({}), or no cipher in common",
        shown(place),
        algorithms.join(", ")
    )
}

fn untrusted(attempt: &Attempt, why: String) -> SourceError {
    SourceError::Trust {
        url: attempt.url().clone(),
        why: why.into(),
    }
}
