//! Telling a remote base or file from a path (api/internal/git/repospec.go, api/internal/loader/fileloader.go).
//!
//! Nothing is fetched here; what is remote becomes a diagnostic.

use crate::codes;
use gitopsc_core::{Diagnostic, Span};

/// What kind of remote thing an entry of `resources` or `components` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remote {
    /// A Git repository.
    Git,
    /// A file at a URL.
    File,
}

/// What `entry` names, if it is remote.
#[must_use]
pub fn classify(entry: &str) -> Option<Remote> {
    // Kustomize asks for a URL as a file first; of one that ends like a file nobody means a repository.
    let ends_like_file = [".yaml", ".yml", ".json"]
        .iter()
        .any(|ending| entry.ends_with(ending));
    if is_url(entry) && ends_like_file {
        return Some(Remote::File);
    }
    if is_git(entry) {
        return Some(Remote::Git);
    }
    is_url(entry).then_some(Remote::File)
}

/// Whether this is an http(s) URL; such a thing is never looked up as a path.
#[must_use]
pub fn is_url(entry: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| has_prefix(entry, scheme))
}

/// The diagnostic for a file that would have to be fetched.
#[must_use]
pub fn unsupported_file(span: Span) -> Diagnostic {
    Diagnostic::error(codes::REMOTE_RESOURCE, "files at URLs are not fetched yet")
        .at(span, "this is remote")
        .hint("copy the file into this repository and name its path")
}

/// Whether Kustomize takes this for a Git repository.
fn is_git(entry: &str) -> bool {
    let entry = entry.split('?').next().unwrap_or_default();
    if entry.starts_with('/') {
        return false;
    }
    let entry = strip_prefix(entry, "git::").unwrap_or(entry);
    let schemes = ["ssh://", "https://", "http://", "file://"];
    let scheme = schemes.into_iter().find(|scheme| has_prefix(entry, scheme));
    let rest = &entry[scheme.map_or(0, str::len)..];
    let (user, rest) = split_user(rest);
    if scheme == Some("file://") {
        return !rest.is_empty() || user;
    }
    let lower = rest.to_ascii_lowercase();
    let github = lower.starts_with("github.com/") || lower.starts_with("github.com:");
    let scp = scheme.is_none() && (user || github);
    if scheme.is_none() && !scp {
        return false;
    }
    match host_end(rest, scp) {
        None => false,
        Some(at) => has_repository(&rest[at + 1..]),
    }
}

fn host_end(rest: &str, scp: bool) -> Option<usize> {
    let slash = rest.find('/');
    let colon = rest.find(':').filter(|_| scp);
    match (slash, colon) {
        (None, colon) => colon,
        (Some(slash), Some(colon)) if colon > 0 && colon < slash => Some(colon),
        (slash, _) => slash,
    }
}

/// Whether a repository's path can be cut from what follows the host.
fn has_repository(path: &str) -> bool {
    let (repository, inner) = if let Some(at) = path.find("_git/") {
        (
            &path[..at + 5],
            path[at + 5..]
                .split_once('/')
                .map_or("", |(_, inner)| inner),
        )
    } else if let Some(at) = path.find("//") {
        (&path[..at], &path[at + 2..])
    } else if let Some(at) = path.find(".git") {
        (&path[..at + 4], &path[at + 4..])
    } else {
        let mut slashes = path.match_indices('/').map(|(at, _)| at);
        match (slashes.next(), slashes.next()) {
            (None, _) => return false,
            (Some(_), None) => (path, ""),
            (Some(_), Some(second)) => (&path[..second], &path[second + 1..]),
        }
    };
    let inner = gitopsc_core::TreePath::new(inner);
    !repository.is_empty() && inner.segments().next() != Some("..")
}

fn split_user(rest: &str) -> (bool, &str) {
    let Some((user, after)) = rest.split_once('@') else {
        return (false, rest);
    };
    let mut letters = user.chars();
    let well_formed = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '-');
    if well_formed {
        (true, after)
    } else {
        (false, rest)
    }
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    strip_prefix(text, prefix).is_some()
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::{Remote, classify};

    #[test]
    fn entries_are_told_apart_as_kustomize_does() {
        for git in [
            "github.com/org/repo",
            "github.com/org/repo//deploy?ref=v1",
            "git@github.com:org/repo.git",
            "https://github.com/org/repo//config/default?ref=main",
            "ssh://git@example.org/org/repo.git",
            "https://dev.azure.com/org/project/_git/repo/path",
            "file:///srv/repo",
            "git::https://example.org/a/b.git",
        ] {
            assert_eq!(classify(git), Some(Remote::Git), "{git}");
        }
        for file in [
            "https://example.org/crds.yaml",
            "https://raw.githubusercontent.com/org/repo/main/install.yaml",
        ] {
            assert_eq!(classify(file), Some(Remote::File), "{file}");
        }
        for path in [
            "../base",
            "base",
            "a@b",
            "github.com",
            "./x.git",
            "/abs/path",
            "example.org/a/b",
        ] {
            assert_eq!(classify(path), None, "{path}");
        }
    }
}
