//! Which renamed resource a reference means.

use crate::codes;
use crate::id::{ResId, is_selected};
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Span};
use gitopsc_yaml::{Node, NodeValue, Tag};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A resource that was renamed, and so may be what a reference means.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) id: ResId,
    pub(super) name: EcoString,
    pub(super) namespace: EcoString,
    pub(super) span: Span,
    original_namespace: EcoString,
    previous: Vec<ResId>,
    affixes: Affixes,
}

/// The chains of prefixes and suffixes that a resource got.
#[derive(Debug)]
struct Affixes {
    prefixes: Vec<EcoString>,
    suffixes: Vec<EcoString>,
}

/// A resource that may refer to others.
pub(super) struct Referrer {
    id: ResId,
    affixes: Affixes,
    role: Option<Gvk>,
    subject_namespaces: HashSet<EcoString>,
}

/// The renamed resources by each name they had.
pub(super) struct Candidates {
    all: Vec<Candidate>,
    by_name: HashMap<EcoString, Vec<usize>>,
    /// Effective namespaces of all resources, renamed or not: now and originally.
    namespaces: BTreeSet<(EcoString, EcoString)>,
}

/// What a reference means.
pub(super) enum Choice<'c> {
    None,
    One(&'c Candidate),
    Several(Vec<&'c Candidate>),
}

impl Candidates {
    pub(super) fn new(resources: &[Resource], schema: &Schema) -> Candidates {
        let mut candidates = Candidates {
            all: Vec::new(),
            by_name: HashMap::new(),
            namespaces: BTreeSet::new(),
        };
        for resource in resources {
            let id = resource.id(schema);
            let original = resource.original_id(schema);
            let pair = (
                id.effective_namespace().into(),
                original.effective_namespace().into(),
            );
            candidates.namespaces.insert(pair);
            if !resource.state.previous.is_empty() {
                candidates.add(resource, id, &original);
            }
        }
        candidates
    }

    fn add(&mut self, resource: &Resource, id: ResId, original: &ResId) {
        let at = self.all.len();
        for previous in &resource.state.previous {
            let bearers = self.by_name.entry(previous.name.clone()).or_default();
            if bearers.last() != Some(&at) {
                bearers.push(at);
            }
        }
        self.all.push(Candidate {
            name: id.name.clone(),
            namespace: id.namespace.clone(),
            span: resource.node.span,
            original_namespace: original.effective_namespace().into(),
            previous: resource.previous_ids(),
            affixes: Affixes::of(resource),
            id,
        });
    }

    /// The resource that `referrer` means by `name`, and by `namespace` if the reference has one.
    pub(super) fn choose(
        &self,
        referrer: &Referrer,
        target: &Gvk,
        path: &str,
        name: &str,
        namespace: Option<&str>,
        by_namespace: bool,
    ) -> Choice<'_> {
        let bearers = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<&Candidate> = bearers.iter().map(|at| &self.all[*at]).collect();
        if found.is_empty() {
            return Choice::None;
        }
        let was = |candidate: &Candidate, gvk: &Gvk| {
            candidate
                .previous
                .iter()
                .any(|id| is_selected(&id.gvk, gvk))
        };
        found.retain(|candidate| referrer.reaches(candidate));
        if let Some(namespace) = namespace.filter(|_| by_namespace) {
            self.keep_namespace(&mut found, referrer, namespace);
        }
        found.retain(|candidate| was(candidate, target));
        if let Some(role) = referrer
            .role
            .as_ref()
            .filter(|_| path.ends_with("roleRef/name"))
        {
            found.retain(|candidate| was(candidate, role));
        }
        found.retain(|candidate| referrer.shares_namespace(candidate));
        decide(found, referrer, by_namespace)
    }

    /// Keeps those that came from `namespace`; if nothing within reach did, those that are there now.
    fn keep_namespace(&self, found: &mut Vec<&Candidate>, referrer: &Referrer, namespace: &str) {
        let within_reach = |current: &str| {
            referrer.id.cluster_scoped
                || current == referrer.id.effective_namespace()
                || referrer.subject_namespaces.contains(current)
        };
        let is_origin = self
            .namespaces
            .iter()
            .any(|(current, original)| original == namespace && within_reach(current));
        if is_origin {
            found.retain(|candidate| candidate.original_namespace == namespace);
        } else {
            found.retain(|candidate| candidate.id.effective_namespace() == namespace);
        }
    }
}

/// One is left, or the chains of prefixes and suffixes decide; those that are all called the same are as good as one.
fn decide<'c>(
    mut found: Vec<&'c Candidate>,
    referrer: &Referrer,
    by_namespace: bool,
) -> Choice<'c> {
    if let [only] = found.as_slice() {
        return Choice::One(only);
    }
    found.retain(|candidate| candidate.affixes.fits(&referrer.affixes, true));
    if found.len() > 1 {
        found.retain(|candidate| candidate.affixes.fits(&referrer.affixes, false));
    }
    match found.as_slice() {
        [] => Choice::None,
        [first, rest @ ..] => {
            let same = |other: &&Candidate| {
                other.name == first.name && (!by_namespace || other.namespace == first.namespace)
            };
            if rest.iter().all(same) {
                Choice::One(first)
            } else {
                Choice::Several(found)
            }
        }
    }
}

impl Referrer {
    /// # Errors
    /// A subject of a role binding whose namespace is no text.
    pub(super) fn new(resource: &Resource, schema: &Schema) -> Result<Referrer, Box<Diagnostic>> {
        Ok(Referrer {
            id: resource.id(schema),
            affixes: Affixes::of(resource),
            role: role(&resource.node),
            subject_namespaces: subject_namespaces(resource)?,
        })
    }

    /// Kustomize's first cut: what is cluster-scoped, in the same namespace, or in that of a subject.
    fn reaches(&self, candidate: &Candidate) -> bool {
        self.id.cluster_scoped
            || candidate.id.cluster_scoped
            || candidate.id.is_namespace_equal(&self.id)
            || self.subject_namespaces.contains(&candidate.namespace)
    }

    fn shares_namespace(&self, candidate: &Candidate) -> bool {
        self.id.cluster_scoped
            || candidate.id.cluster_scoped
            || candidate.id.gvk.kind == "ServiceAccount"
            || candidate.id.is_namespace_equal(&self.id)
    }
}

/// What `roleRef` says it refers to.
fn role(node: &Node) -> Option<Gvk> {
    let role = node.get("roleRef")?;
    Some(Gvk {
        group: role.get("apiGroup")?.as_str().unwrap_or_default().into(),
        version: EcoString::new(),
        kind: role.get("kind")?.as_str().unwrap_or_default().into(),
    })
}

fn subject_namespaces(resource: &Resource) -> Result<HashSet<EcoString>, Box<Diagnostic>> {
    let mut namespaces = HashSet::new();
    if resource.kind() != "RoleBinding" {
        return Ok(namespaces);
    }
    for subject in resource
        .node
        .get("subjects")
        .and_then(Node::as_sequence)
        .into_iter()
        .flatten()
    {
        let is_account = subject.get("kind").and_then(Node::as_str) == Some("ServiceAccount");
        let Some(namespace) = subject.get("namespace").filter(|_| is_account) else {
            continue;
        };
        match (&namespace.value, namespace.tag) {
            (NodeValue::Scalar(text), Tag::Str | Tag::None) => {
                namespaces.insert(text.as_str().into());
            }
            _ => {
                let diagnostic = Diagnostic::error(
                    codes::WRONG_TYPE,
                    "the namespace of a subject must be a string",
                );
                return Err(Box::new(
                    diagnostic
                        .at(namespace.span, "this value")
                        .hint("write the namespace, or leave the field out"),
                ));
            }
        }
    }
    Ok(namespaces)
}

impl Affixes {
    fn of(resource: &Resource) -> Affixes {
        Affixes {
            prefixes: resource.state.prefixes.clone(),
            suffixes: resource.state.suffixes.clone(),
        }
    }

    /// Whether the chains end alike (api/resource/resource.go, `PrefixesSuffixesEquals`).
    fn fits(&self, other: &Affixes, empty_fits: bool) -> bool {
        let fits = |own: &[EcoString], other: &[EcoString]| {
            (empty_fits && (own.is_empty() || other.is_empty())) || ends_alike(own, other)
        };
        fits(&self.prefixes, &other.prefixes) && fits(&self.suffixes, &other.suffixes)
    }
}

/// Whether the shorter list is the end of the longer one; an empty one only fits an empty one.
fn ends_alike(a: &[EcoString], b: &[EcoString]) -> bool {
    a.is_empty() == b.is_empty() && a.iter().rev().zip(b.iter().rev()).all(|(a, b)| a == b)
}
