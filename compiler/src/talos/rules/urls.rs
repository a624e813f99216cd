//! What is fetched from elsewhere is known, and does not change by itself.

use super::bundles::is_ours;
use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::view::{Declared, Source};
use crate::talos::url::shown;
use gitopsc_core::Diagnostic;

/// Parts of a path that name what moves.
const MOVING: [&str; 10] = [
    "main", "master", "HEAD", "latest", "develop", "trunk", "nightly", "edge", "stable", "heads",
];

pub fn check(facts: &Facts<'_>) -> State {
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        for declared in machine.manifests() {
            if let Source::External { url, .. } = &declared.source
                && !is_ours(facts, &declared)
            {
                found.push(of_url(url, &declared));
            }
        }
    }
    State::Checked(found)
}

fn of_url(url: &str, declared: &Declared) -> Diagnostic {
    let told = shown(url);
    if let Some(part) = moving(url) {
        let message = format!("{told} changes with `{part}`: each boot may fetch something else");
        let diagnostic = Diagnostic::warning(codes::TALOS_URL_MOVING, message);
        return diagnostic
            .at(declared.span, "")
            .hint("name a release or a commit, or put the objects into the layer that is bundled");
    }
    let message = format!("{told} is fetched at each boot, and is none of the bundles");
    let diagnostic = Diagnostic::note(codes::TALOS_URL_FOREIGN, message);
    diagnostic.at(declared.span, "").hint(
        "nothing has to be done; while it cannot be fetched, Talos applies no manifest that is fetched or inlined",
    )
}

/// The part of `url` that names a branch or a moving release.
///
/// Releases are called by all kinds of names, so this knows the usual names of what moves.
fn moving(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let reference = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    // The last part names a file.
    let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
    let mut named = folders.iter().copied().chain(reference);
    if let Some(part) = named.find(|part| MOVING.contains(part)) {
        return Some(part);
    }
    let host = rest.split('/').next().unwrap_or_default();
    let branch = folders.get(2).filter(|part| part.starts_with("release-"));
    branch
        .copied()
        .filter(|_| host == "raw.githubusercontent.com")
}

#[cfg(test)]
mod tests {
    use super::moving;

    #[test]
    fn branches_move_and_releases_do_not() {
        let cases = [
            (
                "https://raw.githubusercontent.com/o/r/main/a.yaml",
                Some("main"),
            ),
            (
                "https://raw.githubusercontent.com/o/r/refs/heads/x/a.yaml",
                Some("heads"),
            ),
            (
                "https://raw.githubusercontent.com/o/r/release-1.2/a.yaml",
                Some("release-1.2"),
            ),
            (
                "https://raw.githubusercontent.com/o/r/v1.2.0/deploy/main.yaml",
                None,
            ),
            (
                "https://github.com/o/r/releases/latest/download/a.yaml",
                Some("latest"),
            ),
            (
                "https://github.com/o/r/releases/download/v1.2.0/latest",
                None,
            ),
            ("https://github.com/o/r?ref=master", Some("master")),
            ("https://main/a.yaml", None),
        ];
        for (url, wanted) in cases {
            assert_eq!(moving(url), wanted, "{url}");
        }
    }
}
