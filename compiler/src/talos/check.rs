//! The list of what has to hold before a Talos cluster is bootstrapped.

use super::cilium::Cilium;
use super::machine::Machine;
use super::machine::view::{Declared, Source};
use super::rules;
use crate::bundle::Index;
use crate::compilation::Compilation;
use gitopsc_core::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// What the list is held against.
#[derive(Debug)]
pub struct Facts<'f> {
    /// The machines; none if a configuration cannot be read.
    pub machines: &'f [Machine],
    /// How Cilium is set up, if that is known.
    pub cilium: Option<&'f Cilium>,
    /// The bundles that were written, or would be.
    pub bundles: &'f Index,
    /// The bundles that the layer makes now, after those that were written.
    pub fresh: &'f Index,
    /// What is in the repository.
    pub compilation: &'f Compilation,
    /// Index of the layer that is bundled.
    pub layer: Option<usize>,
    /// What was fetched, by URL; nothing if nothing was to be.
    pub fetched: Option<&'f BTreeMap<String, Fetched>>,
}

/// What came of fetching a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Its content.
    Content(Vec<u8>),
    /// Nothing, and why.
    Failed(String),
}

/// One point of the list.
#[derive(Clone, Debug)]
pub struct Point {
    /// What it is about.
    pub name: &'static str,
    /// How it stands.
    pub state: State,
}

/// How a point stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It was looked at, and this was found.
    Checked(Vec<Diagnostic>),
    /// It was not looked at, and why.
    Skipped(&'static str),
}

impl State {
    /// The worst of what was found; nothing if nothing was found or looked at.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        match self {
            State::Checked(found) => found.iter().map(|found| found.severity).max(),
            State::Skipped(_) => None,
        }
    }
}

impl Facts<'_> {
    /// The machines that apply manifests.
    pub(super) fn control_planes(&self) -> impl Iterator<Item = &Machine> {
        self.machines.iter().filter(|machine| !machine.is_worker())
    }

    /// The text of a manifest: that of the configuration, or what was fetched.
    pub(super) fn text<'d>(&'d self, declared: &'d Declared) -> Option<std::borrow::Cow<'d, str>> {
        match &declared.source {
            Source::Inline(text) => Some(text.into()),
            Source::External { url, .. } => match self.fetched?.get(url)? {
                Fetched::Content(bytes) => Some(String::from_utf8_lossy(bytes)),
                Fetched::Failed(_) => None,
            },
        }
    }
}

/// What is to be fetched for the list: each URL with its headers, once.
#[must_use]
pub fn requests(machines: &[Machine]) -> BTreeMap<String, Vec<(String, String)>> {
    let machines = machines.iter().filter(|machine| !machine.is_worker());
    let declared = machines.flat_map(Machine::manifests);
    let external = declared.filter_map(|declared| match declared.source {
        Source::External { url, headers } => Some((url, headers)),
        Source::Inline(_) => None,
    });
    external.collect()
}

/// Goes through the list.
#[must_use]
pub fn check(facts: &Facts<'_>) -> Vec<Point> {
    type Rule = fn(&Facts<'_>) -> State;
    let list: [(&'static str, Rule); 11] = [
        ("network plug-in", rules::cni::check),
        ("kube-proxy", rules::kube_proxy::check),
        ("bundles", rules::bundles::check),
        ("sizes", rules::sizes::check),
        ("URLs", rules::urls::check),
        ("fetched URLs", rules::fetched::check),
        ("subnets", rules::subnets::check),
        ("KubePrism", rules::kube_prism::check),
        ("one owner", rules::owners::check),
        ("OIDC", rules::oidc::check),
        ("default deny", rules::default_deny::check),
    ];
    // What cannot be read would seem to lack everything.
    let unread = "the configuration cannot be read";
    let look = |rule: Rule| {
        if facts.machines.is_empty() {
            State::Skipped(unread)
        } else {
            rule(facts)
        }
    };
    list.into_iter()
        .map(|(name, rule)| Point {
            name,
            state: look(rule),
        })
        .collect()
}
