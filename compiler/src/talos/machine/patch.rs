//! Patches of a machine configuration: strategic ones, and lists of JSON operations.
//!
//! Which is which is decided as in siderolabs/talos, `pkg/machinery/config/configpatcher/load.go`; what they
//! do, as in `apply.go` beside it.

use super::Machine;
use super::deletion::{self, Deletion};
use super::document::{Document, Id, roots};
use super::strategic;
use crate::codes;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_kustomize::Content;
use gitopsc_kustomize::jsonpatch::JsonPatch;
use gitopsc_yaml::{Limits, Mapping, Node};

/// A patch.
#[derive(Clone, Debug)]
pub enum Patch {
    /// Documents to merge, each with what it deletes before.
    Strategic(Vec<Part>),
    /// Operations on the only document.
    Json(JsonPatch, Span),
}

/// What a strategic patch does to one document.
#[derive(Clone, Debug)]
pub struct Part {
    id: Id,
    deletions: Vec<Deletion>,
    merged: Option<Node>,
}

/// Reads a patch.
///
/// # Errors
/// What is none.
pub fn read(content: &Content, limits: &Limits) -> Result<Patch, Vec<Diagnostic>> {
    let roots = roots(content, limits)?;
    if roots
        .first()
        .is_some_and(|root| root.as_sequence().is_some())
    {
        let patch = JsonPatch::parse(content, limits)?;
        return Ok(Patch::Json(patch, Span::new(content.file, 0)));
    }
    let (mut parts, mut wrong) = (Vec::new(), Vec::new());
    for mut root in roots {
        let Some(id) = Id::of(&root) else {
            wrong.push(no_patch(root.span));
            continue;
        };
        let (deletions, rest) = deletion::take(&mut root);
        parts.push(Part {
            id,
            deletions,
            merged: rest.then_some(root),
        });
    }
    if wrong.is_empty() {
        Ok(Patch::Strategic(parts))
    } else {
        Err(wrong)
    }
}

impl Patch {
    /// Applies this to `machine`; gives what Talos would refuse.
    pub fn apply(&self, machine: &mut Machine) -> Vec<Diagnostic> {
        match self {
            Patch::Strategic(parts) => parts.iter().flat_map(|part| part.apply(machine)).collect(),
            Patch::Json(patch, place) => json(patch, *place, machine),
        }
    }
}

impl Part {
    fn apply(&self, machine: &mut Machine) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        for deletion in &self.deletions {
            if deletion.path.is_empty() {
                machine.documents.retain(|document| document.id != self.id);
                machine.deleted.insert(self.id.clone());
                continue;
            }
            let mut documents = machine.documents.iter_mut();
            let target = documents.find(|document| document.id == self.id);
            let missed = target.is_some_and(|document| !deletion.apply(&mut document.root));
            if missed && !machine.only_patches {
                wrong.push(nothing_to_delete(deletion));
            }
        }
        let Some(merged) = self.merged.clone() else {
            return wrong;
        };
        machine.deleted.remove(&self.id);
        let mut documents = machine.documents.iter_mut();
        match documents.find(|document| document.id == self.id) {
            Some(document) => strategic::merge(self.id.kind(), &mut document.root, merged),
            None => machine.documents.push(Document {
                id: self.id.clone(),
                root: merged,
            }),
        }
        wrong
    }
}

fn json(patch: &JsonPatch, place: Span, machine: &mut Machine) -> Vec<Diagnostic> {
    if machine.only_patches && machine.documents.is_empty() {
        machine.documents.push(Document {
            id: Id::Legacy,
            root: skeleton(),
        });
    }
    let [document] = machine.documents.as_mut_slice() else {
        return vec![several(place, machine.place)];
    };
    match patch.apply(&document.root, &[]) {
        Ok(patched) => {
            document.root = patched.node;
            Vec::new()
        }
        Err(found) if machine.only_patches => found.iter().map(unknown).collect(),
        Err(found) => found.iter().map(failed).collect(),
    }
}

/// What every configuration has.
fn skeleton() -> Node {
    let mut root = Mapping::default();
    root.set("machine", Node::mapping());
    root.set("cluster", Node::mapping());
    Node::from(root)
}

fn no_patch(span: Span) -> Diagnostic {
    let message = "this patches no document of a machine configuration";
    Diagnostic::error(codes::TALOS_PATCH_FAILED, message).at(span, "").hint(
        "a strategic patch has `machine` or `cluster`, or both apiVersion and kind; a JSON patch is a list",
    )
}

fn nothing_to_delete(deletion: &Deletion) -> Diagnostic {
    let message = format!(
        "{} is to be deleted and is not there, which Talos refuses",
        deletion.words()
    );
    Diagnostic::error(codes::TALOS_PATCH_FAILED, message)
        .at(deletion.span, "")
        .hint("remove this from the patch, or correct the path")
}

fn several(patch: Span, machine: Span) -> Diagnostic {
    let message = "Talos applies JSON patches to configurations of one document only";
    Diagnostic::error(codes::TALOS_PATCH_FAILED, message)
        .at(patch, "this JSON patch")
        .at(machine, "this configuration has several documents, or none")
        .hint("write a strategic patch; of bundles, the form `documents` is one")
}

fn failed(found: &Diagnostic) -> Diagnostic {
    Diagnostic {
        code: codes::TALOS_PATCH_FAILED,
        ..found.clone()
    }
}

fn unknown(found: &Diagnostic) -> Diagnostic {
    let message = format!(
        "this patch needs the configuration that it is for: {}",
        found.message
    );
    let mut warning = Diagnostic::warning(codes::TALOS_PATCH_FAILED, message);
    warning.labels.clone_from(&found.labels);
    warning.hint("name the machine configuration with --machine-config")
}
