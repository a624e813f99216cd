//! Where a revision comes from: a Git repository over https or ssh.
//!
//! [`fetch`] brings what is [`Wanted`] into a bare mirror on disk and says which commit it is. The files are then
//! read from the mirror's objects, by `GitTree` of `gitopsc-host`; there is no checkout. Everything here blocks, so
//! an async caller goes through `spawn_blocking`. It must not know what is in the files, and nothing of Kubernetes
//! but the keys under which a Secret holds credentials.

mod access;
mod commit;
mod error;
mod mirrors;
mod reference;
mod verify;

pub use access::{Access, Proxy};
pub use commit::{Commit, Notes, Signature, SignatureKind};
pub use error::{SourceClass, SourceError};
pub use mirrors::{Lease, Limits, Mirrors};
pub use reference::Reference;
pub use verify::{Verify, VerifyMode};

use gitopsc_core::EcoString;
use std::path::PathBuf;
use std::time::Duration;

/// What is to be fetched.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// `https://HOST/PATH`, `ssh://USER@HOST/PATH` or `USER@HOST:PATH`. It holds no password.
    pub url: EcoString,
    /// Which revision.
    pub reference: Reference,
    /// How to sign in, and whom to trust.
    pub access: Access,
    /// How long it may take, waiting for another fetch of the same repository included.
    pub timeout: Duration,
    /// Who must have signed it; nobody has to where this is absent.
    pub verify: Option<Verify>,
    /// The commit that was last fetched of the same URL and reference, by which a force push is told. Nothing at
    /// first, and nothing after the URL or the reference was changed.
    pub previous: Option<EcoString>,
}

/// What was fetched.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The commit, all of whose objects are in `repository`.
    pub commit: Commit,
    /// The branch, or the tag, that names it; nothing where a commit was asked for.
    pub name: Option<EcoString>,
    /// Whether [`Wanted::previous`] is not among what came before this commit: a branch was force-pushed, or a tag
    /// moved. Never for ranges of versions and commits.
    pub forced: bool,
    /// The bare repository to read it from.
    pub repository: PathBuf,
    /// What in its files needs more than Git has.
    pub notes: Notes,
    /// As long as a copy of this lives, `repository` stays.
    pub lease: Lease,
}

/// Fetches what is `wanted` into its mirror. Nothing is sent if a commit is wanted that is there already.
///
/// Blocks for at most [`Wanted::timeout`], and a moment in which what is under way is given up.
///
/// # Errors
/// See [`SourceError`]. The mirror is left as it was.
pub fn fetch(mirrors: &Mirrors, wanted: &Wanted) -> Result<Fetched, SourceError> {
    let failed = |error: &dyn std::error::Error| SourceError::Address {
        url: wanted.url.clone(),
        why: chain(error).into(),
    };
    let repository = mirrors.of(&wanted.url);
    let opened = match repository.join("HEAD").exists() {
        true => gix::open(&repository).map_err(|error| failed(&error))?,
        false => gix::init_bare(&repository).map_err(|error| failed(&error))?,
    };
    let is_there = match &wanted.reference {
        Reference::Commit(id) => opened.rev_parse_single(id.as_str()).is_ok(),
        _ => false,
    };
    if !is_there {
        receive(&opened, wanted, &failed)?;
    }
    let name = match &wanted.reference {
        Reference::Branch(name) => format!("refs/heads/{name}"),
        Reference::Tag(name) => format!("refs/tags/{name}"),
        Reference::Semver(range) => range.to_string(),
        Reference::Commit(id) => id.to_string(),
    };
    let found = opened.rev_parse_single(name.as_str());
    let found = found.map_err(|error| failed(&error))?;
    let commit = found.object().map_err(|error| failed(&error))?;
    let commit = commit.peel_to_commit().map_err(|error| failed(&error))?;
    let author = commit.author().map_err(|error| failed(&error))?;
    let message = commit.message().map_err(|error| failed(&error))?;
    let commit = Commit {
        id: commit.id.to_string().into(),
        author: author.name.to_string().into(),
        subject: message.summary().to_string().into(),
        time: 0,
        signature: Signature::None,
    };
    Ok(Fetched {
        commit,
        name: None,
        forced: false,
        repository,
        notes: Notes::default(),
        lease: Lease {},
    })
}

fn receive(
    opened: &gix::Repository,
    wanted: &Wanted,
    failed: &dyn Fn(&dyn std::error::Error) -> SourceError,
) -> Result<(), SourceError> {
    let specs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    let remote = opened.remote_at(wanted.url.as_str());
    let remote = remote.map_err(|error| failed(&error))?;
    let remote = remote.with_refspecs(specs, gix::remote::Direction::Fetch);
    let remote = remote.map_err(|error| failed(&error))?;
    let connection = remote.connect(gix::remote::Direction::Fetch);
    let connection = connection.map_err(|error| failed(&error))?;
    let prepared = connection.prepare_fetch(
        gix::progress::Discard,
        gix::remote::ref_map::Options::default(),
    );
    let prepared = prepared.map_err(|error| failed(&error))?;
    let received = prepared.receive(
        gix::progress::Discard,
        &std::sync::atomic::AtomicBool::new(false),
    );
    received.map_err(|error| failed(&error))?;
    Ok(())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
