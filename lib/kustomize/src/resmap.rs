//! The resources of a build in order, with the rules for adding to them.

use crate::codes;
use crate::id::ResId;
use crate::origin;
use crate::report::Report;
use crate::resource::{Behavior, Resource};
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_yaml::{Node, Text};
use std::collections::{BTreeMap, HashMap};

/// The resources of a build, in order.
#[derive(Clone, Debug, Default)]
pub struct ResMap {
    /// The resources; changed in place by transformers.
    pub resources: Vec<Resource>,
}

impl ResMap {
    /// No resources.
    #[must_use]
    pub fn new() -> ResMap {
        ResMap::default()
    }

    /// Appends all of `others`; one whose present id is taken is reported and left out. What a patch emptied has
    /// no id, and keeps its place until the step is over.
    pub fn append_all(&mut self, others: Vec<Resource>, schema: &Schema, report: &mut Report) {
        self.resources.reserve(others.len());
        let mut seen: HashMap<ResId, usize> =
            HashMap::with_capacity(self.resources.len() + others.len());
        for (at, resource) in self.resources.iter().enumerate() {
            seen.entry(resource.id(schema)).or_insert(at);
        }
        for resource in others {
            if resource.is_empty() {
                self.resources.push(resource);
                continue;
            }
            match seen.entry(resource.id(schema)) {
                std::collections::hash_map::Entry::Occupied(taken) => {
                    report.push(duplicate(
                        &self.resources[*taken.get()],
                        &resource,
                        taken.key(),
                    ));
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(self.resources.len());
                    self.resources.push(resource);
                }
            }
        }
    }

    /// Adds generated resources by their behavior: create, replace or merge.
    ///
    /// Matches any id that an existing resource has or had (api/resmap/reswrangler.go, `appendReplaceOrMerge`).
    pub fn absorb_all(&mut self, generated: Vec<Resource>, schema: &Schema, report: &mut Report) {
        if generated.is_empty() {
            return;
        }
        let mut bearers = Bearers::of(&self.resources);
        for resource in generated {
            self.absorb(resource, &mut bearers, schema, report);
        }
    }

    fn absorb(
        &mut self,
        resource: Resource,
        bearers: &mut Bearers,
        schema: &Schema,
        report: &mut Report,
    ) {
        let id = resource.id(schema);
        let is_called = |at: &usize| {
            let existing = &self.resources[*at];
            !existing.is_empty() && existing.has_id(schema, |other| *other == id)
        };
        let named = bearers.of_name(&id.name).iter().copied();
        let matches: Vec<usize> = named.filter(is_called).collect();
        let behavior = resource.state.behavior.unwrap_or_default();
        match (matches.as_slice(), behavior) {
            ([], Behavior::Create | Behavior::Unspecified) => {
                bearers.add(self.resources.len(), &resource);
                self.resources.push(resource);
            }
            ([], _) => report.push(nothing_to_change(&resource, &id, behavior)),
            (&[at], Behavior::Replace | Behavior::Merge) => {
                let merged = over(&self.resources[at], resource, behavior);
                self.resources[at] = merged;
            }
            (&[at], _) => report.push(already_there(&self.resources[at], &resource, &id)),
            (several, _) => {
                let found = several
                    .iter()
                    .map(|at| &self.resources[*at])
                    .collect::<Vec<_>>();
                report.push(several_to_change(&found, &resource, &id));
            }
        }
    }

    /// Indices of the resources of which `matches` holds for the present id or an earlier one.
    #[must_use]
    pub fn indices_by_any_id(
        &self,
        schema: &Schema,
        matches: impl Fn(&ResId) -> bool,
    ) -> Vec<usize> {
        let found = self
            .resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| !resource.is_empty() && resource.has_id(schema, &matches));
        found.map(|(at, _)| at).collect()
    }

    /// Indices of the resources that are or were called `id`.
    #[must_use]
    pub fn indices_by_any_id_equal(&self, schema: &Schema, id: &ResId) -> Vec<usize> {
        // Names are compared first, without making an id of every resource.
        let named = |resource: &Resource| {
            resource.has_name(&id.name)
                || resource
                    .state
                    .previous
                    .iter()
                    .any(|previous| previous.name == id.name)
        };
        let found = self.resources.iter().enumerate();
        let found = found.filter(|(_, resource)| {
            named(resource) && !resource.is_empty() && resource.has_id(schema, |other| other == id)
        });
        found.map(|(at, _)| at).collect()
    }

    /// Leaves out what a transformer emptied.
    pub fn drop_empty(&mut self) {
        self.resources.retain(|resource| !resource.is_empty());
    }
}

/// Who has or had a name, so that not every resource is asked for every generated one.
struct Bearers(HashMap<EcoString, Vec<usize>>);

impl Bearers {
    fn of(resources: &[Resource]) -> Bearers {
        let mut bearers = Bearers(HashMap::with_capacity(resources.len()));
        for (at, resource) in resources.iter().enumerate() {
            bearers.add(at, resource);
        }
        bearers
    }

    fn add(&mut self, at: usize, resource: &Resource) {
        let previous = resource.state.previous.iter();
        let previous = previous.map(|previous| previous.name.clone());
        for name in previous.chain([resource.name()]) {
            let bearers = self.0.entry(name).or_default();
            if bearers.last() != Some(&at) {
                bearers.push(at);
            }
        }
    }

    /// Indices, ascending.
    fn of_name(&self, name: &str) -> &[usize] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// `new` in the place of `old`: metadata joined, and for a merge the data too.
fn over(old: &Resource, mut new: Resource, behavior: Behavior) -> Resource {
    copy_merge_metadata(old, &mut new);
    if behavior == Behavior::Merge {
        for field in ["data", "binaryData"] {
            merge_data(old, &mut new, field);
        }
        origin::keep(old, &mut new);
    }
    new
}

/// Kustomize's `CopyMergeMetaDataFieldsFrom`: labels and annotations of both, name and namespace of `old`,
/// and `old`'s build state, but for the hash mark, which only stays if `new` has it too.
pub fn copy_merge_metadata(old: &Resource, new: &mut Resource) {
    let mut labels = old.labels();
    labels.extend(new.labels());
    new.set_labels(labels);
    let mut annotations = old.annotations();
    annotations.extend(new.annotations());
    new.set_annotations(annotations);
    new.set_name(Text::Plain(old.name()));
    new.set_namespace(Text::Plain(old.namespace()));
    let needs_hash = old.state.needs_hash && new.state.needs_hash;
    new.state = old.state.clone();
    new.state.needs_hash = needs_hash;
    new.var_names = old.var_names.clone();
}

fn merge_data(old: &Resource, new: &mut Resource, field: &str) {
    let mut merged = data_map(old, field);
    merged.extend(data_map(new, field));
    crate::edit::remove_field(&mut new.node, field);
    if merged.is_empty() {
        return;
    }
    crate::edit::set_field(&mut new.node, field, crate::generate::data_node(merged));
}

fn data_map(resource: &Resource, field: &str) -> BTreeMap<EcoString, Node> {
    let entries = resource
        .node
        .get(field)
        .and_then(Node::as_mapping)
        .map_or(&[][..], |mapping| &mapping.entries);
    let pair = |entry: &gitopsc_yaml::Entry| {
        (
            crate::resource::scalar_text(&entry.key),
            entry.value.clone(),
        )
    };
    entries.iter().map(pair).collect()
}

fn duplicate(first: &Resource, second: &Resource, id: &ResId) -> Diagnostic {
    Diagnostic::error(codes::DUPLICATE_ID, format!("{id} is there twice"))
        .at(second.node.span, "the second one")
        .at(first.node.span, "the first one")
        .hint("remove one, or give one of them another name or namespace")
}

fn nothing_to_change(resource: &Resource, id: &ResId, behavior: Behavior) -> Diagnostic {
    let message = format!(
        "there is no {id} that the generator could {}",
        behavior.word()
    );
    Diagnostic::error(codes::GENERATOR_WITHOUT_BASE, message)
        .at(resource.node.span, "generated here")
        .hint("remove `behavior`, or add the base that makes the original")
}

fn already_there(existing: &Resource, resource: &Resource, id: &ResId) -> Diagnostic {
    Diagnostic::error(
        codes::DUPLICATE_ID,
        format!("{id} is already there and cannot be created again"),
    )
    .at(resource.node.span, "generated here")
    .at(existing.node.span, "exists since here")
    .hint("set `behavior: merge` or `behavior: replace`, or choose another name")
}

fn several_to_change(existing: &[&Resource], resource: &Resource, id: &ResId) -> Diagnostic {
    let message = format!(
        "{} resources are or were called {id}; which one the generator means cannot be told",
        existing.len()
    );
    let diagnostic = Diagnostic::error(codes::AMBIGUOUS_REFERENCE, message)
        .at(resource.node.span, "generated here");
    existing
        .iter()
        .fold(diagnostic, |diagnostic, found| {
            diagnostic.at(found.node.span, "one of them")
        })
        .hint("name the resource as it is called after its own prefixes and suffixes")
}
