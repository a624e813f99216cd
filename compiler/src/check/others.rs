//! Who may make objects that are not among the manifests: releases of charts, and operators.
//!
//! What they make is not known, so nothing is said to be missing that one of them may bring. The same goes for what
//! is here without a namespace, because another engine adds that.

use crate::codes;
use crate::compilation::{Compilation, Unit};
use crate::edges::kinds::is_builtin_group;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use std::collections::{HashMap, HashSet};

/// The makers by namespace. Only look-ups are made.
pub(crate) struct Others<'c> {
    /// Namespaces in which a chart is released.
    releases: HashSet<&'c str>,
    /// Whether a chart is released into a namespace that is not known.
    release_anywhere: bool,
    /// Names of custom resources.
    custom: HashMap<&'c str, HashSet<&'c str>>,
    /// Kinds and names of objects whose namespace is not known.
    unplaced: HashSet<(&'c str, &'c str)>,
}

impl<'c> Others<'c> {
    pub(crate) fn new(compilation: &'c Compilation, index: &Index<'c>) -> Others<'c> {
        let mut others = Others {
            releases: HashSet::new(),
            release_anywhere: false,
            custom: HashMap::new(),
            unplaced: HashSet::new(),
        };
        let described: Vec<bool> = compilation.units.iter().map(is_described).collect();
        for member in index.members() {
            let release = released_into(*member);
            others.releases.extend(release);
            if described[member.unit] && member.object().namespace.is_empty() {
                others.release_anywhere |= release.is_some();
                let object = member.object();
                let named = (object.kind.as_str(), object.name.as_str());
                others.unplaced.insert(named);
            }
            if let Some(namespace) = member.namespace
                && !is_builtin_group(&member.gvk().group)
            {
                let names = others.custom.entry(namespace).or_default();
                names.insert(member.object().name.as_str());
            }
        }
        others
    }

    /// Whether a chart is released into `namespace`.
    pub(crate) fn release(&self, namespace: &str) -> bool {
        self.release_anywhere || self.releases.contains(namespace)
    }

    /// Whether an object of this kind and name is here, in a namespace that is not known.
    pub(crate) fn unplaced(&self, kind: &str, name: &str) -> bool {
        self.unplaced.contains(&(kind, name))
    }

    /// Whether an object called `name` may come from a custom resource: operators call what they make after it.
    pub(crate) fn operator(&self, namespace: &str, name: &str) -> bool {
        let Some(custom) = self.custom.get(namespace) else {
            return false;
        };
        let mut ends = name.match_indices('-').map(|(at, _)| at);
        custom.contains(name) || ends.any(|end| custom.contains(&name[..end]))
    }
}

/// Whether another engine describes `unit`, and may add a namespace.
pub(crate) fn is_described(unit: &Unit) -> bool {
    let mut found = unit.diagnostics.iter();
    found.any(|diagnostic| diagnostic.code == codes::DESCRIBED_ELSEWHERE)
}

/// The namespace into which `member` releases a chart.
fn released_into<'c>(member: Member<'c>) -> Option<&'c str> {
    let body = member.body();
    let text = |keys: &[&str]| path::text(body, keys);
    match (member.gvk().group.as_str(), member.gvk().kind.as_str()) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            text(&["spec", "targetNamespace"]).or(member.namespace)
        }
        ("helm.cattle.io", "HelmChart") => text(&["spec", "targetNamespace"]).or(member.namespace),
        ("argoproj.io", "Application") if holds_chart(member) => {
            text(&["spec", "destination", "namespace"])
        }
        _ => None,
    }
}

/// Whether one of the sources of an Argo Application is a chart.
fn holds_chart(application: Member<'_>) -> bool {
    let body = application.body();
    let sources = path::items(body, &["spec", "sources"]).iter();
    let source = path::at(body, &["spec", "source"]);
    let mut all = source.into_iter().chain(sources);
    all.any(|source| source.get("chart").is_some() || source.get("helm").is_some())
}
