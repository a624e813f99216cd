//! From a reference to the object that it names, in a mirror.

use super::error::SourceError;
use super::link::{Link, hexadecimal};
use super::receive::{Stopped, names, receive};
use super::reference::Reference;
use gitopsc_core::EcoString;
use gix::ObjectId;
use semver::{Version, VersionReq};
use sha2::{Digest as _, Sha256};

/// What a reference names.
pub(super) struct Found {
    /// The commit, or the annotated tag of it.
    pub object: ObjectId,
    /// The branch or tag; nothing where a commit was asked for.
    pub name: Option<EcoString>,
}

/// Receives what `reference` names.
pub(super) fn find(
    repository: &gix::Repository,
    link: &Link<'_>,
    reference: &Reference,
) -> Result<Found, Stopped> {
    match reference {
        Reference::Branch(name) => named(repository, link, reference, "refs/heads/", name),
        Reference::Tag(name) => named(repository, link, reference, "refs/tags/", name),
        Reference::Semver(range) => {
            let tags = names(repository, link, &["refs/tags/"])?;
            match highest(&tags, range) {
                Some(name) => named(repository, link, reference, "refs/tags/", &name),
                None => Err(missing(repository, link, reference)),
            }
        }
        Reference::Commit(id) => commit(repository, link, reference, id),
    }
}

fn named(
    repository: &gix::Repository,
    link: &Link<'_>,
    reference: &Reference,
    prefix: &str,
    name: &EcoString,
) -> Result<Found, Stopped> {
    let full = format!("{prefix}{name}");
    if gix::validate::reference::name(full.as_str().into()).is_err() {
        return Err(SourceError::Setting {
            what: "ref".into(),
            why: format!("nothing in Git can be called `{name}`").into(),
        }
        .into());
    }
    let kept = kept(&full);
    if !receive(repository, link, &format!("+{full}:{kept}"))? {
        return Err(missing(repository, link, reference));
    }
    Ok(Found {
        object: target(repository, &kept)?,
        name: Some(name.clone()),
    })
}

fn commit(
    repository: &gix::Repository,
    link: &Link<'_>,
    reference: &Reference,
    id: &str,
) -> Result<Found, Stopped> {
    let object = ObjectId::from_hex(id.as_bytes()).map_err(|_| SourceError::Setting {
        what: "ref.commit".into(),
        why: format!("`{id}` is no whole hash of a commit, which has 40 digits").into(),
    })?;
    let found = Found { object, name: None };
    if repository.has_object(object) {
        return Ok(found);
    }
    let by_hash = receive(repository, link, &format!("+{object}:{}", kept(id)));
    match by_hash {
        Err(Stopped::Unclear(_)) | Ok(false) => {}
        Err(known) => return Err(known),
        Ok(true) => return Ok(found),
    }
    // Some servers give no commit by its hash, so it is looked for in what has a name.
    for all in [
        "+refs/heads/*:refs/gitopsc/heads/*",
        "+refs/tags/*:refs/gitopsc/tags/*",
    ] {
        receive(repository, link, all)?;
        if repository.has_object(object) {
            return Ok(found);
        }
    }
    Err(missing(repository, link, reference))
}

/// The reference in a mirror under which another repository's is kept: flat, since `a` may have been replaced
/// by `a/b`.
fn kept(full: &str) -> String {
    format!("refs/gitopsc/{}", hexadecimal(&Sha256::digest(full)[..16]))
}

fn target(repository: &gix::Repository, name: &str) -> Result<ObjectId, Stopped> {
    let unclear = |error: gix::Error| Stopped::Unclear(error.to_string().into());
    let reference = repository.find_reference(name).map_err(unclear)?;
    let target = reference.target().try_id().map(ToOwned::to_owned);
    target.ok_or_else(|| Stopped::Unclear(format!("{name} names no object").into()))
}

/// Says that there is no such revision, and what there is.
fn missing(repository: &gix::Repository, link: &Link<'_>, reference: &Reference) -> Stopped {
    let (url, what) = (link.attempt.url().clone(), reference.to_string().into());
    let all = match names(repository, link, &["refs/heads/", "refs/tags/"]) {
        Ok(all) => all,
        Err(stopped) => return stopped,
    };
    if all.is_empty() {
        return SourceError::Empty { url }.into();
    }
    let (kind, prefix) = match reference {
        Reference::Branch(_) => ("branches", "refs/heads/"),
        Reference::Tag(_) | Reference::Semver(_) => ("tags", "refs/tags/"),
        Reference::Commit(_) => {
            let hint = "it may have been removed by a force push";
            return SourceError::NoRevision {
                url,
                reference: what,
                hint: Some(hint.into()),
            }
            .into();
        }
    };
    let there: Vec<&str> = all
        .iter()
        .filter_map(|name| name.strip_prefix(prefix))
        .collect();
    SourceError::NoRevision {
        url,
        reference: what,
        hint: Some(listing(kind, &there).into()),
    }
    .into()
}

fn listing(kind: &str, names: &[&str]) -> String {
    const SHOWN: usize = 8;
    match names.len() {
        0 => format!("it has no {kind}"),
        all if all > SHOWN => {
            let shown = names[..SHOWN].join(", ");
            format!("its {kind} are {shown} and {} more", all - SHOWN)
        }
        _ => format!("its {kind} are {}", names.join(", ")),
    }
}

/// The tag of the highest version in the range; a `v` in front of a version does not count.
fn highest(tags: &[EcoString], range: &VersionReq) -> Option<EcoString> {
    let versions = tags.iter().filter_map(|full| {
        let name = full.strip_prefix("refs/tags/")?;
        let version = Version::parse(name.strip_prefix('v').unwrap_or(name)).ok()?;
        range.matches(&version).then_some((version, name))
    });
    versions.max().map(|(_, name)| name.into())
}

#[cfg(test)]
mod tests {
    use super::{highest, listing};
    use gitopsc_core::EcoString;

    fn chosen(tags: &[&str], range: &str) -> Option<EcoString> {
        let tags: Vec<EcoString> = tags
            .iter()
            .map(|tag| format!("refs/tags/{tag}").into())
            .collect();
        highest(&tags, &range.parse().expect("a range"))
    }

    #[test]
    fn the_highest_version_in_the_range_is_chosen() {
        let tags = [
            "v1.2.0",
            "v1.10.0",
            "1.9.0",
            "v2.0.0",
            "v1.11.0-rc.1",
            "nightly",
            "v1",
        ];
        assert_eq!(chosen(&tags, "^1").as_deref(), Some("v1.10.0"));
        assert_eq!(chosen(&tags, "<1.10").as_deref(), Some("1.9.0"));
        assert_eq!(
            chosen(&tags, ">=1.11.0-rc.0, <1.12").as_deref(),
            Some("v1.11.0-rc.1")
        );
        assert_eq!(chosen(&tags, "^3"), None);
    }

    #[test]
    fn what_is_there_instead_is_listed_in_part() {
        assert_eq!(listing("tags", &[]), "it has no tags");
        assert_eq!(listing("branches", &["a", "b"]), "its branches are a, b");
        let many = ["a"; 10];
        assert_eq!(
            listing("tags", &many),
            "its tags are a, a, a, a, a, a, a, a and 2 more"
        );
    }
}
