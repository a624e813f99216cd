//! Who may make objects that are not among the manifests: releases of charts, and operators.
//!
//! What they make is not known, so nothing is said to be missing that one of them may bring.

use crate::edges::kinds::is_builtin_group;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use std::collections::{HashMap, HashSet};

/// The makers by namespace. Only look-ups are made.
pub(crate) struct Others<'c> {
    /// Namespaces in which a chart is released.
    releases: HashSet<&'c str>,
    /// Names of custom resources.
    custom: HashMap<&'c str, HashSet<&'c str>>,
}

impl<'c> Others<'c> {
    pub(crate) fn new(index: &Index<'c>) -> Others<'c> {
        let mut others = Others {
            releases: HashSet::new(),
            custom: HashMap::new(),
        };
        for member in index.members() {
            others.releases.extend(released_into(*member));
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
        self.releases.contains(namespace)
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
