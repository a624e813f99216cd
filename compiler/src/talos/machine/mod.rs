//! The machine configuration of Talos: documents, and patches applied as Talos applies them.
//!
//! This is also the model in which the forms of bundles are tested. It is made after the source of Talos and
//! was not run against Talos itself.

mod conflicts;
mod deletion;
pub mod document;
mod patch;
mod strategic;
pub mod view;

use crate::codes;
use document::{Document, Id, documents, roots};
use gitopsc_core::{Diagnostic, Span};
use gitopsc_kustomize::Content;
use gitopsc_yaml::{Limits, Node};
use std::collections::BTreeSet;

/// The configuration of one machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its documents, in order.
    pub documents: Vec<Document>,
    /// Documents that a patch deleted.
    pub deleted: BTreeSet<Id>,
    /// Whether there are only patches: what they do not say is then not known.
    pub only_patches: bool,
    /// Where it begins.
    pub place: Span,
}

impl Machine {
    /// The machine of these documents, which begin at `place`.
    #[must_use]
    pub fn new(documents: Vec<Document>, place: Span) -> Machine {
        Machine {
            documents,
            deleted: BTreeSet::new(),
            only_patches: false,
            place,
        }
    }

    /// The document with this id.
    #[must_use]
    pub fn document(&self, id: &Id) -> Option<&Node> {
        let found = self.documents.iter().find(|document| document.id == *id);
        found.map(|document| &document.root)
    }

    /// The documents of this kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Node> {
        let documents = self.documents.iter();
        documents
            .filter(move |document| document.id.kind() == kind)
            .map(|document| &document.root)
    }

    /// The value under `keys` in the document without a kind.
    #[must_use]
    pub fn legacy(&self, keys: &[&str]) -> Option<&Node> {
        self.document(&Id::Legacy)?.get_path(keys)
    }
}

/// The machines that `configurations` describe, with all `patches` applied to each, and what is wrong with them.
///
/// A file with `machine` and `cluster` is a machine of its own; one with nothing but other documents is a
/// part of each. Without any there is one machine that is known by its patches only; if one cannot be read,
/// there is none.
#[must_use]
pub fn machines(
    configurations: &[Content],
    patches: &[Content],
    limits: &Limits,
) -> (Vec<Machine>, Vec<Diagnostic>) {
    let mut wrong = Vec::new();
    let mut machines = Vec::new();
    let mut shared: Vec<Document> = Vec::new();
    for content in configurations {
        match roots(content, limits).and_then(documents) {
            Err(found) => wrong.extend(found),
            Ok(found) => match found.iter().find(|document| document.id == Id::Legacy) {
                Some(legacy) => machines.push(Machine::new(found.clone(), legacy.root.span)),
                None => shared.extend(found),
            },
        }
    }
    if !wrong.is_empty() {
        return (Vec::new(), wrong);
    }
    if machines.is_empty() {
        let first = configurations.first().or(patches.first());
        let place = first.map_or(Span::NONE, |content| Span::new(content.file, 0));
        let only_patches = configurations.is_empty();
        let mut machine = Machine::new(Vec::new(), place);
        machine.only_patches = only_patches;
        machines.push(machine);
    }
    let patches: Vec<patch::Patch> = patches
        .iter()
        .filter_map(|content| {
            patch::read(content, limits)
                .map_err(|found| wrong.extend(found))
                .ok()
        })
        .collect();
    for machine in &mut machines {
        for document in &shared {
            match machine.document(&document.id) {
                Some(first) => wrong.push(twice(&document.id, document.root.span, first.span)),
                None => machine.documents.push(document.clone()),
            }
        }
        for patch in &patches {
            wrong.extend(patch.apply(machine));
        }
        wrong.extend(conflicts::conflicts(machine));
    }
    (machines, wrong)
}

fn twice(id: &Id, again: Span, first: Span) -> Diagnostic {
    let message = format!("{id} is in two files of one configuration");
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message)
        .at(again, "again here")
        .at(first, "first here")
        .hint("keep one of them")
}
