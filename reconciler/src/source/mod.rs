//! Where a revision comes from: a Git repository over https or ssh.
//!
//! [`fetch`] brings what is [`Wanted`] into a bare mirror on disk and says which commit it is. The files are then
//! read from the mirror's objects, by `GitTree` of `gitopsc-host`; there is no checkout. Everything here blocks, so
//! an async caller goes through `spawn_blocking`. It must not know what is in the files, and nothing of Kubernetes
//! but the keys under which a Secret holds credentials.

mod access;
mod address;
mod attempt;
mod certificates;
mod commit;
mod error;
mod hidden;
mod https;
mod link;
mod mirrors;
mod notes;
mod proxy;
mod receive;
mod reference;
mod revision;
mod ssh;
mod verify;

pub use access::Access;
pub use commit::{Commit, Signature, SignatureKind};
pub use error::{SourceClass, SourceError};
pub use mirrors::{Lease, Limits, Mirrors};
pub use notes::Notes;
pub use proxy::Proxy;
pub use reference::Reference;
pub use verify::{Verify, VerifyMode};

use address::Address;
use attempt::Attempt;
use gitopsc_core::EcoString;
use link::Link;
use mirrors::Held;
use receive::Stopped;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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
    let limits = mirrors.limits();
    let address = Address::parse(&wanted.url, limits.local)?;
    let attempt = Attempt::new(address.shown.clone(), wanted.timeout, limits.bytes);
    let link = Link::new(address, &wanted.access, Arc::new(attempt))?;
    let held = mirrors.hold(&link.name(), &link.attempt)?;
    let (held, seen) = match look(&held, &link, wanted) {
        // What makes no sense of a new mirror is the server's doing; of an old one, it may be that it is damaged.
        Err(Stopped::Unclear(_)) if !held.is_new() => {
            let anew = held.anew()?;
            let seen = look(&anew, &link, wanted);
            (anew, seen)
        }
        seen => (held, seen),
    };
    let seen = seen.map_err(|stopped| match stopped {
        Stopped::Known(error) => error,
        Stopped::Unclear(why) => SourceError::Unreachable {
            url: link.attempt.url().clone(),
            why: format!("the server's answer makes no sense: {why}").into(),
        },
    })?;
    let (repository, lease) = held.settle()?;
    // What is not signed stays in the mirror, so that it is not received again and again.
    let commit = seen.commit?;
    mirrors.bound(&repository, link.attempt.url())?;
    Ok(Fetched {
        commit,
        name: seen.name,
        forced: seen.forced,
        repository,
        notes: seen.notes,
        lease,
    })
}

/// What is told of a revision that is in a mirror.
struct Seen {
    /// The commit, if it is signed as it must be.
    commit: Result<Commit, SourceError>,
    name: Option<EcoString>,
    forced: bool,
    notes: Notes,
}

fn look(held: &Held, link: &Link<'_>, wanted: &Wanted) -> Result<Seen, Stopped> {
    let opened = held.repository();
    let repository = opened.map_err(|error| match held.is_new() {
        true => Stopped::Known(error),
        false => Stopped::Unclear(error.to_string().into()),
    })?;
    let found = revision::find(&repository, link, &wanted.reference)?;
    let named = commit::named(&repository, found.object, &wanted.reference, link)?;
    let unclear = |error: gix::Error| Stopped::Unclear(error.to_string().into());
    let follows = matches!(wanted.reference, Reference::Branch(_) | Reference::Tag(_));
    let previous = wanted.previous.as_deref().filter(|_| follows);
    let forced = previous.map(|previous| commit::is_apart(&named.commit, previous));
    let commit = commit::told(&named).map_err(unclear)?;
    let commit = match &wanted.verify {
        None => Ok(commit),
        Some(verify) => {
            let signature = verify.check(
                &named,
                &wanted.reference,
                found.name.as_ref(),
                SystemTime::now(),
            );
            let signature = signature.map_err(unclear)?;
            signature.map(|signature| Commit {
                signature,
                ..commit
            })
        }
    };
    Ok(Seen {
        commit,
        name: found.name,
        forced: forced.transpose().map_err(unclear)?.unwrap_or(false),
        notes: notes::of(&named.commit).map_err(unclear)?,
    })
}
