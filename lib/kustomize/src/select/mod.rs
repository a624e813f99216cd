//! Selectors: which resources a patch, a ValueAddTransformer or a replacement is for.
//!
//! api/types/selector.go, api/resmap/reswrangler.go (`Select`). Names and namespaces match now or as they
//! were; how much "as they were" reaches back differs between patches and replacements, so the latter ask
//! for one id at a time.

mod labels;

pub use labels::LabelSelector;

use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::pattern::Pattern;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::{Mapping, Node};

decode_struct! {
    /// Which resources; every field is optional, and names are anchored regular expressions.
    pub struct Selector {
        /// API group.
        "group" => group: Spanned<EcoString>,
        /// API version.
        "version" => version: Spanned<EcoString>,
        /// Kind.
        "kind" => kind: Spanned<EcoString>,
        /// Name, now or originally.
        "name" => name: Spanned<EcoString>,
        /// Namespace, now or originally.
        "namespace" => namespace: Spanned<EcoString>,
        /// Annotations.
        "annotationSelector" => annotation_selector: Spanned<EcoString>,
        /// Labels.
        "labelSelector" => label_selector: Spanned<EcoString>,
    }
}

/// A selector that is ready to select.
#[derive(Clone, Debug)]
pub struct CompiledSelector {
    group: Wanted,
    version: Wanted,
    kind: Wanted,
    name: Wanted,
    namespace: Wanted,
    annotations: Option<LabelSelector>,
    labels: Option<LabelSelector>,
}

/// What a part of an id must match; none matches anything.
#[derive(Clone, Debug)]
struct Wanted(Option<Pattern>);

impl Wanted {
    fn matches(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|pattern| pattern.matches(text))
    }
}

impl Selector {
    /// Compiles the patterns; everything that is wrong with them is reported.
    pub fn compile(&self, report: &mut Report) -> Option<CompiledSelector> {
        let group = wanted(&self.group, report);
        let version = wanted(&self.version, report);
        let kind = wanted(&self.kind, report);
        let name = wanted(&self.name, report);
        let namespace = wanted(&self.namespace, report);
        let annotations = on_metadata(&self.annotation_selector, "an annotation", report);
        let labels = on_metadata(&self.label_selector, "a label", report);
        Some(CompiledSelector {
            group: group?,
            version: version?,
            kind: kind?,
            name: name?,
            namespace: namespace?,
            annotations: annotations?,
            labels: labels?,
        })
    }
}

impl CompiledSelector {
    /// Whether any id matches: the selector asks for metadata at most.
    #[must_use]
    pub fn is_for_any_id(&self) -> bool {
        let parts = [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
        ];
        parts.iter().all(|part| part.0.is_none())
    }

    /// Whether it asks for labels or annotations.
    #[must_use]
    pub fn asks_for_metadata(&self) -> bool {
        self.annotations.is_some() || self.labels.is_some()
    }

    /// Whether an id of these parts matches, `namespace` as it is written.
    #[must_use]
    pub fn matches_id(&self, gvk: &Gvk, name: &str, namespace: &str) -> bool {
        self.name.matches(name) && self.namespace.matches(namespace) && self.matches_gvk(gvk)
    }

    /// Whether the labels and annotations of `resource` match.
    #[must_use]
    pub fn matches_metadata(&self, resource: &Resource) -> bool {
        let matches = |selector: &Option<LabelSelector>, field: &str| {
            selector.as_ref().is_none_or(|selector| {
                let map = metadata_map(&resource.node, field);
                selector.matches(|key| value(map, key))
            })
        };
        matches(&self.labels, "labels") && matches(&self.annotations, "annotations")
    }

    fn matches_gvk(&self, gvk: &Gvk) -> bool {
        self.kind.matches(&gvk.kind)
            && self.group.matches(&gvk.group)
            && self.version.matches(&gvk.version)
    }

    fn selects(&self, resource: &Resource, schema: &Schema) -> bool {
        let first = resource.state.previous.first();
        let name = || {
            self.name.matches(&resource.name())
                || first.is_some_and(|first| self.name.matches(&first.name))
        };
        let namespace = || {
            self.namespace
                .matches(resource.id(schema).effective_namespace())
                || first.is_some_and(|first| self.namespace.matches(&first.namespace))
        };
        (self.name.0.is_none() || name())
            && self.matches_gvk(&resource.gvk())
            && (self.namespace.0.is_none() || namespace())
            && self.matches_metadata(resource)
    }
}

/// The indices of the resources that `selector` selects.
#[must_use]
pub fn select(resources: &ResMap, selector: &CompiledSelector, schema: &Schema) -> Vec<usize> {
    let found = resources.resources.iter().enumerate();
    found
        .filter(|(_, resource)| selector.selects(resource, schema))
        .map(|(at, _)| at)
        .collect()
}

fn wanted(pattern: &Spanned<EcoString>, report: &mut Report) -> Option<Wanted> {
    if pattern.value.is_empty() {
        return Some(Wanted(None));
    }
    match Pattern::whole(&pattern.value) {
        Ok(pattern) => Some(Wanted(Some(pattern))),
        Err(reason) => {
            // The place shows it, unless it came out of decryption.
            let message = "this pattern is no regular expression";
            let diagnostic = Diagnostic::error(codes::INVALID_PATTERN, message);
            report.push(
                diagnostic
                    .at(pattern.span.0, reason)
                    .hint("put a backslash before characters that stand for themselves"),
            );
            None
        }
    }
}

fn on_metadata(
    selector: &Spanned<EcoString>,
    what: &str,
    report: &mut Report,
) -> Option<Option<LabelSelector>> {
    if selector.value.is_empty() {
        return Some(None);
    }
    match LabelSelector::parse(&selector.value) {
        Ok(selector) => Some(Some(selector)),
        Err(reason) => {
            let message = format!("`{}` is not {what} selector", selector.value);
            let diagnostic = Diagnostic::error(codes::INVALID_SELECTOR, message);
            report.push(
                diagnostic
                    .at(selector.span.0, reason)
                    .hint("write it like `app=web,tier in (front,back),!legacy`"),
            );
            None
        }
    }
}

fn metadata_map<'n>(node: &'n Node, field: &str) -> Option<&'n Mapping> {
    node.get_path(&["metadata", field])
        .and_then(Node::as_mapping)
}

/// The text under `key`; of a repeated key the last one counts, and a collection has none.
fn value<'n>(map: Option<&'n Mapping>, key: &str) -> Option<&'n str> {
    let entries = map.map_or(&[][..], |map| &map.entries);
    let entry = entries
        .iter()
        .rev()
        .find(|entry| entry.key.as_str() == Some(key));
    entry.map(|entry| entry.value.as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Selector, select};
    use crate::decode::Spanned;
    use crate::report::Report;
    use crate::resmap::ResMap;
    use crate::resource::{PreviousId, Resource};
    use crate::schema::Schema;
    use gitopsc_core::FileId;
    use gitopsc_yaml::{Dialect, Limits, parse};

    const RESOURCES: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x-db-1, labels: {app: db}, annotations: {note: a.b}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
";

    fn resources() -> ResMap {
        let documents = parse(RESOURCES, FileId(0), Dialect::Kustomize, &Limits::default());
        let documents = documents.expect("good documents").into_iter();
        let mut resources = ResMap::new();
        resources.resources = documents
            .map(|document| Resource::new(document.root))
            .collect();
        for (namespace, name) in [("data", "db"), ("middle", "x-db")] {
            resources.resources[1].state.previous.push(PreviousId {
                namespace: namespace.into(),
                name: name.into(),
                kind: "StatefulSet".into(),
            });
        }
        resources
    }

    fn selector(fields: &[(&str, &str)]) -> Selector {
        let mut selector = Selector::default();
        for (field, value) in fields {
            let place = match *field {
                "group" => &mut selector.group,
                "version" => &mut selector.version,
                "kind" => &mut selector.kind,
                "name" => &mut selector.name,
                "namespace" => &mut selector.namespace,
                "annotations" => &mut selector.annotation_selector,
                _ => &mut selector.label_selector,
            };
            *place = Spanned {
                value: (*value).into(),
                ..Spanned::default()
            };
        }
        selector
    }

    #[test]
    fn resources_are_selected_by_what_they_are_and_were_first() {
        for (fields, expected) in [
            (&[][..], &[0, 1, 2][..]),
            (&[("kind", "Deployment|Service")], &[0, 2]),
            (&[("kind", "Deploy")], &[]),
            (&[("group", "apps"), ("version", "v.")], &[0, 1]),
            (&[("name", "w.*")], &[0, 2]),
            (&[("name", "db")], &[1]),
            (&[("name", "x-db-1")], &[1]),
            (&[("name", "x-db")], &[]),
            (&[("namespace", "default")], &[1, 2]),
            (&[("namespace", "data")], &[1]),
            (&[("namespace", "middle")], &[]),
            (&[("labels", "app in (web,db),!legacy")], &[0, 1]),
            (&[("annotations", "note=a.b")], &[1]),
            (&[("labels", "tier"), ("name", "web")], &[0]),
        ] {
            let selector = selector(fields)
                .compile(&mut Report::default())
                .expect("a good selector");
            let found = select(&resources(), &selector, &Schema::builtin());
            assert_eq!(found, expected, "{fields:?}");
        }
    }

    #[test]
    fn every_bad_pattern_is_reported() {
        let mut report = Report::default();
        let selector = selector(&[("name", "a("), ("kind", "**"), ("labels", "a b")]);
        assert!(selector.compile(&mut report).is_none());
        let codes: Vec<&str> = report.diagnostics().iter().map(|d| d.code.0).collect();
        assert_eq!(
            codes,
            ["invalid-pattern", "invalid-pattern", "invalid-selector"]
        );
    }
}
