//! Every bundle that was written is in the configuration once, as it was written, and none that is no more.

use crate::bundle::index::Entry;
use crate::bundle::name;
use crate::bundle::text::verified;
use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::Machine;
use crate::talos::machine::view::{Declared, Source};
use gitopsc_core::{Diagnostic, Span};
use std::collections::BTreeSet;

pub fn check(facts: &Facts<'_>) -> State {
    let mut found = outdated(facts);
    for machine in facts.control_planes() {
        let declared = machine.manifests();
        found.extend(of_machine(&facts.bundles.bundles, &declared, machine));
        found.extend(left_over(facts, &declared));
    }
    State::Checked(found)
}

/// Whether `declared` is some version of the bundle called `name`.
pub fn is_bundle(declared: &Declared, name: &str) -> bool {
    let by_url = match &declared.source {
        Source::Inline(_) => None,
        Source::External { url, .. } => file(url).and_then(|file| file.strip_prefix(name)),
    };
    declared.name == name || by_url.is_some_and(|rest| rest.starts_with('-') || rest == ".yaml")
}

/// Whether `declared` is called like a bundle of the layer, be it one or not.
pub fn is_ours(facts: &Facts<'_>, declared: &Declared) -> bool {
    let stem = name::stem(&facts.bundles.layer);
    let url = match &declared.source {
        Source::Inline(_) => None,
        Source::External { url, .. } => file(url),
    };
    let named = [Some(declared.name.as_str()), url].into_iter().flatten();
    let rests = named.filter_map(|name| name.strip_prefix(&stem));
    rests
        .into_iter()
        .any(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
}

/// The last part of a URL's path.
pub fn file(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    path.rsplit('/').next()
}

/// The bundles whose objects changed since they were written.
fn outdated(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let (written, fresh) = (&facts.bundles.bundles, &facts.fresh.bundles);
    let same = |entry: &&Entry| {
        fresh
            .iter()
            .any(|now| now.name == entry.name && now.digest == entry.digest)
    };
    let changed: Vec<&str> = written
        .iter()
        .filter(|entry| !same(entry))
        .map(|entry| entry.name.as_str())
        .collect();
    let is_new = |entry: &&Entry| !written.iter().any(|old| old.name == entry.name);
    let new = fresh.iter().filter(is_new).map(|entry| entry.name.as_str());
    let names: Vec<&str> = changed.into_iter().chain(new).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "the layer changed since its bundles were written: {}",
        names.join(", ")
    );
    let diagnostic = Diagnostic::error(codes::TALOS_BUNDLE_STALE, message);
    vec![diagnostic.hint(
        "run `gitopsc talos bundle` again, and patch the machine configuration with what it writes",
    )]
}

/// What is wrong with the bundles in one configuration.
fn of_machine(bundles: &[Entry], declared: &[Declared], machine: &Machine) -> Vec<Diagnostic> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for bundle in bundles {
        let is_meant = |declared: &&Declared| is_bundle(declared, &bundle.name);
        let of_bundle: Vec<&Declared> = declared.iter().filter(is_meant).collect();
        match of_bundle.as_slice() {
            [] => missing.push(bundle.name.as_str()),
            [only] => found.extend(stale(bundle, only)),
            several => found.push(repeated(bundle, several)),
        }
    }
    if !missing.is_empty() {
        found.push(absent(&missing, machine.place));
    }
    found
}

fn absent(names: &[&str], place: Span) -> Diagnostic {
    let message = match names {
        [name] => format!("the bundle {name} is not in this configuration"),
        names => format!(
            "these bundles are not in this configuration: {}",
            names.join(", ")
        ),
    };
    Diagnostic::error(codes::TALOS_BUNDLE_MISSING, message).at(place, "").hint(
        "patch it with what `gitopsc talos bundle` wrote, and name that file with --config-patch here",
    )
}

fn repeated(bundle: &Entry, several: &[&Declared]) -> Diagnostic {
    let message = format!(
        "the bundle {} is there {} times",
        bundle.name,
        several.len()
    );
    let mut diagnostic = Diagnostic::error(codes::TALOS_BUNDLE_REPEATED, message);
    // A patch that was applied twice is one place.
    let places: BTreeSet<Span> = several.iter().map(|declared| declared.span).collect();
    for place in places {
        diagnostic = diagnostic.at(place, "here");
    }
    diagnostic.hint(
        "keep one: lists of a `cluster:` block grow with each patch, the documents of Talos 1.14 do not",
    )
}

/// What is wrong with the only mention of a bundle.
fn stale(bundle: &Entry, declared: &Declared) -> Option<Diagnostic> {
    let message = match &declared.source {
        Source::External { url, .. } if file(url) == Some(bundle.file.as_str()) => return None,
        Source::External { .. } => format!(
            "this is not the newest {}, which is {}",
            bundle.name, bundle.file
        ),
        Source::Inline(text) => match verified(text) {
            Some(digest) if digest.to_string() == bundle.digest => return None,
            Some(_) => format!("this is not the newest {}", bundle.name),
            None => format!(
                "this {} is not as it was written: its digest differs",
                bundle.name
            ),
        },
    };
    let diagnostic = Diagnostic::error(codes::TALOS_BUNDLE_STALE, message).at(declared.span, "");
    Some(diagnostic.hint("patch the configuration with what `gitopsc talos bundle` wrote last"))
}

/// What is called like a bundle and is none.
fn left_over(facts: &Facts<'_>, declared: &[Declared]) -> Vec<Diagnostic> {
    let is_known = |declared: &&Declared| {
        let mut bundles = facts.bundles.bundles.iter();
        bundles.any(|bundle| is_bundle(declared, &bundle.name))
    };
    let left = declared
        .iter()
        .filter(|declared| is_ours(facts, declared) && !is_known(declared));
    let diagnostic = |declared: &Declared| {
        let message = format!("{} is no bundle any more", declared.told());
        let diagnostic =
            Diagnostic::error(codes::TALOS_BUNDLE_LEFT_OVER, message).at(declared.span, "");
        diagnostic.hint("patch the configuration with removed.yaml, which `gitopsc talos bundle` writes beside the bundles, or delete it by hand")
    };
    left.map(diagnostic).collect()
}
