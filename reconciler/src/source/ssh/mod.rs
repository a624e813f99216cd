//! Git over SSH, by libssh2: the transport under the Git library.
//!
//! The server's key is held against `known_hosts` before anything is said to it, and who asks signs in with the key
//! from the Secret. No file of the user is read, and no agent is asked.

mod known_hosts;
mod session;
mod stream;

use super::access::{Access, setting};
use super::address::SshPlace;
use super::attempt::Attempt;
use super::error::SourceError;
use gix_transport::Protocol;
use gix_transport::client::blocking_io::Transport;
use gix_transport::client::git::{ConnectMode, blocking_io::Connection};
use std::sync::Arc;

/// A transport to the repository at `place`.
///
/// # Errors
/// The access is not what it should be, the server cannot be reached, is not the one that is meant, or does not
/// accept who asks.
pub(super) fn transport(
    place: &SshPlace,
    access: &Access,
    attempt: &Arc<Attempt>,
) -> Result<Box<dyn Transport + Send>, SourceError> {
    let (Some(key), Some(known)) = (&access.ssh_key, &access.known_hosts) else {
        let why = "a URL of ssh needs `identity` and `known_hosts` in it, named in `secretRef`";
        return Err(setting("the Secret", why));
    };
    if access.proxy.is_some() {
        return Err(setting(
            "proxy",
            "it is for https, and the URL is one of ssh",
        ));
    }
    let keys = known_hosts::keys(known, &place.host, place.port);
    let session = session::open(place, &keys, attempt)?;
    session::sign_in(&session, place, key, access.password.as_ref(), attempt)?;
    let (reader, writer) = stream::run(&session, &place.path, attempt)?;
    let host = Some((place.host.to_string(), Some(place.port)));
    let connection = Connection::new(
        reader,
        writer,
        Protocol::V2,
        place.path.as_str(),
        host,
        ConnectMode::Process,
        false,
    );
    Ok(Box::new(connection))
}
