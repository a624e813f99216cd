//! Strategic merge as kyaml does it, byte for byte, with a warning where it does what nobody expects.
//!
//! api/resource/resource.go and api/resmap/reswrangler.go (`ApplySmPatch`), kyaml/yaml/merge2, kyaml/yaml/walk.
//! kyaml walks the whole resource, not only what the patch names: empty nulls and repeated list elements are gone
//! after any merge. `walk` is that walk, `list` merges lists by key. This module knows the kinds only through
//! [`Schema`], and no selector and no file.

mod directive;
mod findings;
mod list;
mod marks;
mod odd_list;
#[cfg(test)]
mod tests;
mod walk;

use crate::codes;
use crate::edit;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::{Resource, State};
use crate::schema::Schema;
use findings::Findings;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_yaml::{Node, Tag, Text};
use marks::Marks;
use walk::{Context, Outcome};

/// Applies `patch` to the resources at `selected`, one after the other; what does not fit is reported.
///
/// The patch is first written anew: its labels and annotations become strings, its kind and apiVersion those of the
/// resource (api/resmap/reswrangler.go, `ApplySmPatch`).
pub fn apply_to_selected(
    resources: &mut ResMap,
    selected: &[usize],
    patch: &Resource,
    schema: &Schema,
    report: &mut Report,
) {
    let mut findings = Findings::default();
    let mut prepared = patch.clone();
    for field in ["labels", "annotations"] {
        note_nulls(&patch.node, field, &mut findings);
    }
    prepared.set_labels(patch.labels());
    prepared.set_annotations(patch.annotations());
    Identity::of(&patch.node).write(&mut prepared.node, &State::default());
    for at in selected {
        let resource = &mut resources.resources[*at];
        let mut patch = prepared.clone();
        let api_version = Node::scalar(resource.gvk().api_version());
        let span = resource
            .node
            .get("apiVersion")
            .map_or(Span::NONE, |node| node.span);
        edit::set_field(&mut patch.node, "apiVersion", api_version.at(span));
        apply(resource, patch, schema, &mut findings);
    }
    report.extend(findings.into_diagnostics());
    if may_rename(&patch.state) {
        let patched = std::mem::take(&mut resources.resources);
        resources.append_all(patched, schema, report);
    }
}

impl Resource {
    /// Applies `patch` to this resource, whose name, namespace and kind stay unless the patch may change them
    /// (api/resource/resource.go, `ApplySmPatch`). What the patch deletes altogether becomes an empty node. Where
    /// the patch does not fit, which is reported, the resource stays as it was.
    pub fn apply_sm_patch(&mut self, patch: &Resource, schema: &Schema, report: &mut Report) {
        let mut findings = Findings::default();
        let mut patch = patch.clone();
        if may_rename(&patch.state) {
            // Kustomize notes the permission among the annotations, which become strings by that.
            note_nulls(&patch.node, "annotations", &mut findings);
            patch.set_annotations(patch.annotations());
        }
        apply(self, patch, schema, &mut findings);
        report.extend(findings.into_diagnostics());
    }
}

fn may_rename(patch: &State) -> bool {
    patch.allow_name_change || patch.allow_kind_change
}

fn apply(resource: &mut Resource, mut patch: Resource, schema: &Schema, findings: &mut Findings) {
    let identity = Identity::of(&resource.node);
    if may_rename(&patch.state) {
        resource.store_previous_id(schema);
    }
    let marks = Marks::put(resource, &mut patch);
    let mut context = Context { schema, findings };
    match walk::merge(&mut resource.node, &mut patch.node, None, &mut context) {
        Outcome::Cleared => {
            resource.node = Node {
                tag: Tag::Null,
                ..Node::scalar("")
            }
            .at(resource.node.span);
            return;
        }
        // ApplyFilter keeps the old object and forgets the new one.
        Outcome::Patch => findings.ignored(patch.node.span, "`$patch: replace` of a whole object"),
        Outcome::Resource => {}
    }
    marks.take(resource, &patch.state);
    if !resource.is_empty() {
        identity.write(&mut resource.node, &patch.state);
    }
}

/// What a patch may not change without permission, with the places it came from.
struct Identity {
    kind: Node,
    name: Node,
    namespace: Node,
}

impl Identity {
    fn of(node: &Node) -> Identity {
        let field = |path: &[&str]| {
            let found = node
                .get_path(path)
                .filter(|value| !value.is_null_or_empty());
            let text = found.and_then(Node::as_text).cloned().unwrap_or_default();
            Node::scalar(text).at(found.map_or(Span::NONE, |value| value.span))
        };
        Identity {
            kind: field(&["kind"]),
            name: field(&["metadata", "name"]),
            namespace: field(&["metadata", "namespace"]),
        }
    }

    /// Writes it back, but for what a patch with the permissions in `patch` may change.
    fn write(self, node: &mut Node, patch: &State) {
        if !patch.allow_kind_change {
            edit::set_field(node, "kind", self.kind);
        }
        if !patch.allow_name_change {
            edit::set_in_metadata(node, "name", self.name);
        }
        if self
            .namespace
            .as_text()
            .is_some_and(|text| !text.as_str().is_empty())
        {
            edit::set_in_metadata(node, "namespace", self.namespace);
        } else if let Some(metadata) = node.get_mut("metadata") {
            edit::remove_field(metadata, "namespace");
        }
    }
}

/// Warns of nulls in the labels or annotations of a patch that become strings before it is applied.
fn note_nulls(patch: &Node, field: &str, findings: &mut Findings) {
    let Some(map) = patch.get_path(&["metadata", field]) else {
        return;
    };
    let entries = map.as_mapping().map_or(&[][..], |mapping| &mapping.entries);
    let nulls = entries
        .iter()
        .map(|entry| &entry.value)
        .chain([map])
        .filter(|value| value.is_null());
    for null in nulls {
        let what = Diagnostic::warning(
            codes::PATCH_NULL_IGNORED,
            format!("null removes nothing from {field} here"),
        )
        .at(null.span, "Kustomize takes this for a text, or for nothing");
        findings.push(what.hint("remove it with a JSON patch: `op: remove`"));
    }
}

/// The empty text, where there is none.
static NO_TEXT: Text = Text::new();

/// `yaml.Node.Value` in Go: the text of a scalar, empty for anything else.
fn value_of(node: &Node) -> &Text {
    node.as_text().unwrap_or(&NO_TEXT)
}
