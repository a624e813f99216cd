//! Custom resources against the CRDs among the manifests.

mod defaults;
mod limits;
mod rules;
#[cfg(test)]
mod sample;
mod structural;

pub(crate) use rules::Unchecked;

use super::builtin;
use super::problem::Problem;
use crate::check::kubernetes::Api;
use crate::objects::index::{Index, Member};
use crate::objects::path::{self, Pointer};
use gitopsc_core::{EcoString, Gvk, Json, Span};
use limits::Patterns;
use rules::RuleTree;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The kinds that CRDs declare. Only look-ups are made.
pub(crate) struct Crds<'c> {
    by_kind: HashMap<(EcoString, EcoString), Crd<'c>>,
    patterns: Patterns,
}

/// One kind that a CRD declares.
pub(crate) struct Crd<'c> {
    place: Span,
    versions: Vec<Version<'c>>,
}

/// One version of such a kind.
struct Version<'c> {
    name: &'c str,
    served: bool,
    /// Set if it is deprecated, with the warning that is written.
    deprecated: Option<Option<&'c str>>,
    schema: Option<&'c Json>,
    /// Whether `status` is written apart, so that it does not matter here.
    own_status: bool,
    /// The CEL rules of the schema, compiled when they are first asked for.
    rules: OnceLock<Option<RuleTree>>,
}

impl<'c> Crds<'c> {
    pub(crate) fn new(index: &Index<'c>) -> Crds<'c> {
        let mut by_kind = HashMap::new();
        for crd in index.of_kind(("apiextensions.k8s.io", "CustomResourceDefinition")) {
            let text = |keys: &[&str]| path::text(crd.body(), keys).map(EcoString::from);
            let named = (text(&["spec", "group"]), text(&["spec", "names", "kind"]));
            if let (Some(group), Some(kind)) = named {
                by_kind.entry((group, kind)).or_insert_with(|| Crd::of(crd));
            }
        }
        Crds {
            by_kind,
            patterns: Patterns::default(),
        }
    }

    /// The CRD of a kind, whatever its version.
    pub(crate) fn of(&self, gvk: &Gvk) -> Option<&Crd<'c>> {
        self.by_kind.get(&(gvk.group.clone(), gvk.kind.clone()))
    }

    /// What does not fit in `body`, and what cannot be said; nothing if there is no schema for it.
    pub(crate) fn walk(
        &self,
        gvk: &Gvk,
        body: &Json,
        api: &Api,
    ) -> Option<(Vec<Problem>, Vec<Unchecked>)> {
        let version = self.of(gvk)?.version(&gvk.version)?;
        let schema = version.schema?;
        let filled = defaults::filled(schema, body);
        let body = filled.as_ref().unwrap_or(body);
        let mut problems = structural::walk(schema, body, version.own_status, &self.patterns);
        if let Some(metadata) = body.get("metadata") {
            let at = Pointer::of(&["metadata"]);
            problems.extend(builtin::walk_at(api, "meta/v1.ObjectMeta", metadata, at));
        }
        let tree = version.rules.get_or_init(|| RuleTree::of(schema));
        let unchecked = match tree {
            // What is of the wrong form is not what rules are about.
            Some(tree) if problems.is_empty() => tree.walk(body, gvk, &mut problems),
            _ => Vec::new(),
        };
        Some((problems, unchecked))
    }
}

impl<'c> Crd<'c> {
    fn of(crd: Member<'c>) -> Crd<'c> {
        let versions = path::items(crd.body(), &["spec", "versions"]).iter();
        let is_on = |version: &Json, field: &str| version.get(field) == Some(&Json::Bool(true));
        let version = |version: &'c Json| {
            let deprecated = is_on(version, "deprecated");
            Some(Version {
                name: path::text(version, &["name"])?,
                served: is_on(version, "served"),
                deprecated: deprecated.then(|| path::text(version, &["deprecationWarning"])),
                schema: path::at(version, &["schema", "openAPIV3Schema"]),
                own_status: path::at(version, &["subresources", "status"]).is_some(),
                rules: OnceLock::new(),
            })
        };
        Crd {
            place: crd.manifest.span,
            versions: versions.filter_map(version).collect(),
        }
    }

    /// Where the CRD stands.
    pub(crate) fn place(&self) -> Span {
        self.place
    }

    fn version(&self, name: &str) -> Option<&Version<'c>> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// Whether objects of the version `name` can be written.
    pub(crate) fn serves(&self, name: &str) -> bool {
        self.version(name).is_some_and(|version| version.served)
    }

    /// The versions in which objects can be written.
    pub(crate) fn served(&self) -> Vec<&'c str> {
        let served = self.versions.iter().filter(|version| version.served);
        served.map(|version| version.name).collect()
    }

    /// Set if the version `name` is deprecated, with the warning that its CRD has.
    pub(crate) fn deprecation(&self, name: &str) -> Option<Option<&'c str>> {
        self.version(name)?.deprecated
    }
}
