//! Applying patches to the resources they are for.

use super::{Change, PatchTransformer, Target};
use crate::codes;
use crate::id::ResId;
use crate::jsonpatch::JsonPatch;
use crate::merge;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::select::select;
use gitopsc_core::{Diagnostic, Span};
use std::collections::BTreeMap;

/// Applies one patch; whatever fails is reported and leaves its resource as it was.
pub fn apply(
    patch: &PatchTransformer,
    resources: &mut ResMap,
    schema: &Schema,
    report: &mut Report,
) {
    match (&patch.change, &patch.target) {
        (Change::Nothing, _) => {}
        (Change::Merge(patches), None) => {
            for patch in patches {
                merge_into_named(patch, resources, schema, report);
            }
        }
        (Change::Merge(patches), Some(target)) => {
            let selected = selected(target, resources, schema, report);
            for patch in patches {
                merge::apply_to_selected(resources, &selected, patch, schema, report);
            }
        }
        (Change::Operations(operations), Some(target)) => {
            let selected = selected(target, resources, schema, report);
            operate_on_all(patch, operations, resources, &selected, schema, report);
        }
        (Change::Operations(_), None) => unreachable_without_target(),
    }
}

/// Applies patches of `patchesStrategicMerge`, each to the one resource that it names.
pub fn apply_strategic_merges(
    patches: &[Resource],
    resources: &mut ResMap,
    schema: &Schema,
    report: &mut Report,
) {
    for patch in patches {
        if let Some(at) = find_named(patch, resources, schema, report) {
            merge::apply_to_selected(resources, &[at], patch, schema, report);
        }
    }
}

/// `configure` refuses a JSON patch without a target.
fn unreachable_without_target() {
    debug_assert!(false, "a JSON patch is configured with a target");
}

fn selected(
    target: &Target,
    resources: &ResMap,
    schema: &Schema,
    report: &mut Report,
) -> Vec<usize> {
    let selected = select(resources, &target.selector, schema);
    if selected.is_empty() {
        let diagnostic = Diagnostic::warning(
            codes::PATCH_TARGET_UNMATCHED,
            "the target of this patch matches nothing",
        );
        report.push(
            diagnostic
                .at(target.span, "this target")
                .hint("correct the target, or remove the patch; Kustomize says nothing here"),
        );
    }
    selected
}

/// A patch without a target is for the one resource that is or was called like it.
fn merge_into_named(
    patch: &Resource,
    resources: &mut ResMap,
    schema: &Schema,
    report: &mut Report,
) {
    let Some(at) = find_named(patch, resources, schema, report) else {
        return;
    };
    resources.resources[at].apply_sm_patch(patch, schema, report);
}

/// The index of the one resource that is or was called like `patch`; none or several are reported.
fn find_named(
    patch: &Resource,
    resources: &ResMap,
    schema: &Schema,
    report: &mut Report,
) -> Option<usize> {
    let id = patch.original_id(schema);
    match resources.indices_by_any_id_equal(schema, &id).as_slice() {
        &[at] => Some(at),
        [] => {
            report.push(unmatched(patch, &id, resources));
            None
        }
        several => {
            let message = format!(
                "{} resources are or were called {id}; which one the patch means cannot be told",
                several.len()
            );
            let diagnostic = Diagnostic::error(codes::AMBIGUOUS_REFERENCE, message)
                .at(patch.node.span, "this patch");
            let found = several.iter().map(|at| &resources.resources[*at]);
            let diagnostic = found.fold(diagnostic, |diagnostic, resource| {
                diagnostic.at(resource.node.span, "one of them")
            });
            report.push(diagnostic.hint(
                "give the patch a `target` that selects by labels, or patch before the names meet",
            ));
            None
        }
    }
}

fn unmatched(patch: &Resource, id: &ResId, resources: &ResMap) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(codes::PATCH_UNMATCHED, format!("there is no {id} to patch"))
            .at(patch.node.span, "this patch");
    let namesakes = resources
        .resources
        .iter()
        .filter(|resource| resource.name() == id.name && resource.kind() == id.gvk.kind);
    match namesakes.collect::<Vec<_>>().as_slice() {
        [only] => diagnostic
            .at(only.node.span, "did you mean this?")
            .hint("apiVersion, kind, name and namespace must all be the same"),
        _ => diagnostic.hint("check apiVersion, kind, name and namespace; they are those before this kustomization's own changes"),
    }
}

fn operate_on_all(
    patch: &PatchTransformer,
    operations: &JsonPatch,
    resources: &mut ResMap,
    selected: &[usize],
    schema: &Schema,
    report: &mut Report,
) {
    let mut warnings = BTreeMap::new();
    for at in selected {
        let resource = &mut resources.resources[*at];
        if let Err(problems) = operate(patch, operations, resource, schema, &mut warnings) {
            report.extend(problems);
        }
    }
    let first_seen = |(warning, span): (Diagnostic, Span)| warning.at(span, "in this resource");
    report.extend(warnings.into_iter().map(first_seen));
}

/// Applies operations to one resource; those that fail leave it as it was. What is odd is reported once for a patch.
///
/// Kustomize keeps its state in the annotations, where the patch sees it, and puts it back afterwards; both kinds
/// of patch end by writing all annotations again.
fn operate(
    patch: &PatchTransformer,
    operations: &JsonPatch,
    resource: &mut Resource,
    schema: &Schema,
    warnings: &mut BTreeMap<Diagnostic, Span>,
) -> Result<(), Vec<Diagnostic>> {
    let mut state = resource.state.clone();
    if patch.stores_previous_id {
        resource.store_previous_id(schema);
        std::mem::swap(&mut resource.state, &mut state);
    }
    let span = resource.node.span;
    let patched = operations
        .apply(&resource.node, &state.annotations())
        .map_err(|problems| {
            let at = |problem: Diagnostic| problem.at(span, "in this resource");
            problems.into_iter().map(at).collect::<Vec<_>>()
        })?;
    for warning in patched.warnings {
        warnings.entry(warning).or_insert(span);
    }
    resource.node = patched.node;
    resource.state = state;
    resource.set_annotations(resource.annotations());
    // It went through JSON: nothing in it is one with anything else any more.
    resource.shared.clear();
    Ok(())
}
