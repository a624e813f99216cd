//! From what a Sync says of its source to a commit in a mirror.

use super::{Shared, keys};
use crate::resources::{GitReference, Sync};
use crate::source::{self, Access, Fetched, Reference, Wanted};
use gitopsc_core::EcoString;
use gitopsc_engine::policy::seconds;
use std::sync::Arc;
use std::time::Duration;

/// Looks at the source of `sync`, which was at `previous` before.
pub(super) async fn fetch(
    shared: Arc<Shared>,
    sync: Arc<Sync>,
    previous: Option<EcoString>,
) -> Result<Fetched, String> {
    let reference = reference(&sync.spec.source.git.reference)?;
    at(shared, &sync, reference, previous).await
}

/// The commit `id` of the source of `sync`, from the mirror if that has it.
pub(super) async fn commit(
    shared: Arc<Shared>,
    sync: &Sync,
    id: &EcoString,
) -> Result<Fetched, String> {
    at(shared, sync, Reference::Commit(id.clone()), None).await
}

async fn at(
    shared: Arc<Shared>,
    sync: &Sync,
    reference: Reference,
    previous: Option<EcoString>,
) -> Result<Fetched, String> {
    let git = &sync.spec.source.git;
    let access = match &git.secret_ref {
        None => Access::anonymous(),
        Some(named) => {
            let entries = keys::secret(&shared, sync, named).await?;
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (key.as_str(), value.as_slice()));
            Access::from_secret(entries).map_err(|error| error.to_string())?
        }
    };
    let wanted = Wanted {
        url: git.url.as_str().into(),
        reference,
        access,
        timeout: Duration::from_secs(seconds(&git.timeout).unwrap_or(TIMEOUT)),
        verify: None,
        previous,
    };
    let fetched = tokio::task::spawn_blocking(move || source::fetch(&shared.mirrors, &wanted));
    let fetched = fetched
        .await
        .expect("a fetch neither panics nor is cancelled");
    fetched.map_err(|error| chain(&error))
}

/// How long a look may take, in seconds, where nothing that can be read says so.
const TIMEOUT: u64 = 60;

fn reference(named: &GitReference) -> Result<Reference, String> {
    if let Some(commit) = &named.commit {
        return Ok(Reference::Commit(commit.as_str().into()));
    }
    if let Some(tag) = &named.tag {
        return Ok(Reference::Tag(tag.as_str().into()));
    }
    if let Some(range) = &named.semver {
        let parsed = semver::VersionReq::parse(range);
        return parsed
            .map(Reference::Semver)
            .map_err(|error| format!("`{range}` is no range of versions: {error}"));
    }
    let branch = named.branch.as_deref().unwrap_or("main");
    Ok(Reference::Branch(branch.into()))
}

/// `error` with what caused it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        if !line.contains(&next) {
            line.push_str(": ");
            line.push_str(&next);
        }
        source = error.source();
    }
    line
}
