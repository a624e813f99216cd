//! From what a Sync says of its source to a commit in a mirror.

use super::{Shared, keys};
use crate::resources::{GitReference, GitSigned, GitSource, Sync};
use crate::secrets::Entries;
use crate::source::{
    self, Access, Fetched, Proxy, Reference, SourceError, Verify, VerifyMode, Wanted,
};
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
    let fetched = at(shared, &sync, reference, previous.clone()).await?;
    if previous.as_ref() != Some(&fetched.commit.id) {
        tell(&sync, &fetched);
    }
    Ok(fetched)
}

/// Says what is not there of a new revision.
fn tell(sync: &Sync, fetched: &Fetched) {
    let (namespace, name) = (&sync.metadata.namespace, &sync.metadata.name);
    let (namespace, name) = (
        namespace.as_deref().unwrap_or_default(),
        name.as_deref().unwrap_or_default(),
    );
    let missing = [
        (
            "submodules, whose files are not fetched",
            &fetched.notes.submodules,
        ),
        (
            "files in Git LFS, whose contents are not fetched",
            &fetched.notes.lfs_pointers,
        ),
    ];
    for (what, paths) in missing {
        if !paths.is_empty() {
            tracing::warn!(sync = %format!("{namespace}/{name}"), paths = paths.join(", "), "its source has {what}");
        }
    }
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
    let wanted = Wanted {
        url: git.url.as_str().into(),
        access: access(&shared, sync).await?,
        timeout: Duration::from_secs(seconds(&git.timeout).unwrap_or(TIMEOUT)),
        verify: verify(git, &reference).map_err(|error| chain(&error))?,
        reference,
        previous,
    };
    let fetched = tokio::task::spawn_blocking(move || source::fetch(&shared.mirrors, &wanted));
    let fetched = fetched
        .await
        .expect("a fetch neither panics nor is cancelled");
    fetched.map_err(|error| chain(&error))
}

/// How to sign in, and whom to trust.
async fn access(shared: &Shared, sync: &Sync) -> Result<Access, String> {
    let git = &sync.spec.source.git;
    let told = |error: SourceError| chain(&error);
    let mut access = match &git.secret_ref {
        None => Access::anonymous(),
        Some(named) => {
            let entries = keys::secret(shared, sync, named).await?;
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| (key.as_str(), value.as_slice()));
            Access::from_secret(entries).map_err(told)?
        }
    };
    if let Some(authorities) = &git.ca_bundle {
        access = access.trusting(authorities.as_bytes()).map_err(told)?;
    }
    let Some(proxy) = &git.proxy else {
        return Ok(access);
    };
    let entries = match &proxy.secret_ref {
        None => Entries::new(),
        Some(named) => keys::secret(shared, sync, named).await?,
    };
    let text = |key: &str| {
        entries
            .get(key)
            .and_then(|value| str::from_utf8(value).ok())
    };
    let proxy = Proxy::new(&proxy.url, text("username").zip(text("password")));
    Ok(access.through(proxy.map_err(told)?))
}

/// Who must have signed what `reference` names. A commit that a tag named before was looked at then: the tag does not
/// come with it.
fn verify(git: &GitSource, reference: &Reference) -> Result<Option<Verify>, SourceError> {
    let Some(verify) = &git.verify else {
        return Ok(None);
    };
    let keys = verify.keys.iter().map(String::as_str);
    match (verify.mode, reference) {
        (GitSigned::Tag, Reference::Commit(_)) => Ok(None),
        (GitSigned::Tag, _) => Verify::new(VerifyMode::Tag, keys).map(Some),
        (GitSigned::Head, _) => Verify::new(VerifyMode::Head, keys).map(Some),
    }
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
