//! Asking a repository what it has, and receiving it, by the Git library.

use super::error::{SourceError, is_full};
use super::link::{Carrier, Link};
use super::mirrors::LARGEST_OBJECT;
use gitopsc_core::EcoString;
use gix::progress::Discard;
use gix::remote::fetch::Tags;
use gix::remote::{Direction, ref_map};
use std::error::Error;
use std::io;

/// Why something was not received.
pub(super) enum Stopped {
    /// It is known.
    Known(SourceError),
    /// Either the mirror is damaged, or the server talks nonsense.
    Unclear(EcoString),
}

impl From<SourceError> for Stopped {
    fn from(error: SourceError) -> Stopped {
        Stopped::Known(error)
    }
}

/// The names of the references below `prefixes` (`refs/tags/`), ascending.
pub(super) fn names(
    repository: &gix::Repository,
    link: &Link<'_>,
    prefixes: &[&str],
) -> Result<Vec<EcoString>, Stopped> {
    let specs = prefixes.iter().map(|prefix| format!("{prefix}*:{prefix}*"));
    let specs: Vec<String> = specs.collect();
    let listed = connected(repository, link, &specs, |connection, _| {
        let (map, _) = connection.ref_map(Discard, ref_map::Options::default())?;
        Ok(map.remote_refs)
    })?;
    let names = listed
        .iter()
        .map(|found| found.unpack().0.to_string().into());
    let mut names: Vec<EcoString> = names.collect();
    names.sort_unstable();
    Ok(names)
}

/// Receives what `spec` (`refs/heads/main:refs/gitopsc/1`) names, with all that came before. Says whether there is
/// such a thing.
pub(super) fn receive(
    repository: &gix::Repository,
    link: &Link<'_>,
    spec: &str,
) -> Result<bool, Stopped> {
    let specs = [spec.to_owned()];
    connected(repository, link, &specs, |connection, stop| {
        let prepared = connection.prepare_fetch(Discard, ref_map::Options::default())?;
        if prepared.ref_map().mappings.is_empty() {
            return Ok(false);
        }
        prepared.receive(Discard, stop)?;
        Ok(true)
    })
}

type Connection<'r, 'g> = gix::remote::Connection<'r, 'static, 'g, Carrier>;

fn connected<T>(
    repository: &gix::Repository,
    link: &Link<'_>,
    specs: &[String],
    work: impl FnOnce(Connection<'_, '_>, &std::sync::atomic::AtomicBool) -> gix::Result<T>,
) -> Result<T, Stopped> {
    let unclear = |error: gix::Error| stopped(repository, link, &error);
    let remote = repository.remote_at_without_url_rewrite(link.attempt.url().as_str());
    let remote = remote.map_err(unclear)?.with_fetch_tags(Tags::None);
    let specs = specs.iter().map(String::as_str);
    let remote = remote
        .with_refspecs(specs, Direction::Fetch)
        .map_err(unclear)?;
    let carrier = link.open()?;
    let connection = remote.to_connection_with_transport(carrier);
    // Transports sign in by themselves: nobody is asked, and no program that stores credentials is run.
    let connection = connection.with_credentials(|_| Ok(None));
    let done = link.attempt.watch(|stop| work(connection, stop));
    done.map_err(unclear)
}

/// Why the Git library failed: what the transport said, if it was that.
fn stopped(repository: &gix::Repository, link: &Link<'_>, error: &gix::Error) -> Stopped {
    if let Some(failure) = link.attempt.failure() {
        return Stopped::Known(failure);
    }
    if let Some(full) = error.iter_errors().find_map(no_room) {
        return Stopped::Known(SourceError::Disk {
            operation: "write",
            path: repository.git_dir().to_owned(),
            source: full.into(),
        });
    }
    if error.is_resource_exhausted() {
        return Stopped::Known(SourceError::LargeObject {
            url: link.attempt.url().clone(),
            most: LARGEST_OBJECT,
        });
    }
    let last = error.iter_errors().last();
    Stopped::Unclear(
        last.map_or_else(|| error.to_string(), ToString::to_string)
            .into(),
    )
}

fn no_room(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if is_full(error) {
                return Some(error.kind());
            }
            // Its own source leaves out the error that it wraps.
            if let Some(kind) = error.get_ref().and_then(|inner| no_room(inner)) {
                return Some(kind);
            }
        }
        next = error.source();
    }
    None
}
