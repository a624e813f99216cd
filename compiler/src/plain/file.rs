//! One file of a plain directory: its manifests, or what it is instead.

use super::document::{self, Kind};
use crate::codes;
use crate::discover::walk::unreadable;
use crate::memo::Memo;
use crate::secrets::embedded;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Manifest, ObjectRef, Span, Trail, TreePath};
use gitopsc_kustomize::Content;
use gitopsc_kustomize::provenance::{Touched, provenance};
use gitopsc_yaml::lower::{LowerError, lower};
use gitopsc_yaml::{Dialect, Document, Duplicate, Node, ParseError};
use std::sync::Arc;

/// What one file holds.
#[derive(Clone, Debug)]
pub struct PlainFile {
    /// Its path.
    pub path: TreePath,
    /// The place of the file as a whole.
    pub place: Span,
    /// Its manifests in order.
    pub manifests: Vec<Manifest>,
    /// Whether it holds a manifest, be it a wrong one.
    pub holds_manifest: bool,
    /// What is wrong with its manifests.
    pub diagnostics: Vec<Diagnostic>,
    /// Why it cannot be read or parsed; as errors.
    pub broken: Vec<Diagnostic>,
    /// What it is where it is no manifest.
    pub other: Option<String>,
}

/// Reads the file `path`; its manifests keep their provenance if that is `wanted`.
#[must_use]
pub fn read(memo: &Memo<'_>, path: &TreePath, wanted: bool) -> PlainFile {
    let mut file = PlainFile {
        path: path.clone(),
        place: memo.place(path),
        manifests: Vec::new(),
        holds_manifest: false,
        diagnostics: Vec::new(),
        broken: Vec::new(),
        other: None,
    };
    match memo.read(path) {
        Err(fault) => file.broken.push(unreadable(memo, &fault)),
        Ok(None) => {}
        Ok(Some(content)) => match memo.sealed_documents(path, &content, Dialect::Kubectl) {
            None => {
                let parsed = memo.parse(&content, Dialect::Kubectl);
                file.documents(memo, parsed.documents, wanted);
            }
            Some(Ok(sealed)) => {
                // What is left out must not take its unit with it.
                file.holds_manifest = sealed.left_out > Some(0);
                file.documents(memo, sealed.parsed.documents.clone(), wanted);
            }
            Some(Err(refusal)) => file.unopened(memo, &content, *refusal),
        },
    }
    file
}

impl PlainFile {
    fn documents(
        &mut self,
        memo: &Memo<'_>,
        documents: Result<Vec<Document>, Vec<ParseError>>,
        wanted: bool,
    ) {
        match documents {
            Err(errors) => self.broken.extend(errors.iter().map(syntax)),
            Ok(documents) => {
                for mut document in documents {
                    if let Err(problems) = embedded::open(memo, &mut document.root) {
                        self.diagnostics.extend(problems);
                    }
                    self.document(&document, wanted);
                }
            }
        }
    }

    /// An encrypted file that cannot be opened. Its keys are in plain text, so that it can mostly be told
    /// whether it holds objects; of an age file nothing is known, and it must not vanish.
    fn unopened(&mut self, memo: &Memo<'_>, content: &Content, refusal: Diagnostic) {
        let documents = memo.parse(content, Dialect::Kubectl).documents;
        let is_other = documents.is_ok_and(|documents| {
            let is_other =
                |document: &Document| matches!(document::kind_of(&document.root), Kind::Other(_));
            !documents.is_empty() && documents.iter().all(is_other)
        });
        if is_other {
            self.other = Some("encrypted, and no object".to_owned());
        } else {
            self.holds_manifest = true;
            self.diagnostics.push(refusal);
        }
    }

    fn document(&mut self, document: &Document, wanted: bool) {
        let root = &document.root;
        match document::kind_of(root) {
            Kind::Manifest(gvk) => {
                self.holds_manifest = true;
                self.diagnostics
                    .extend(document.duplicates.iter().map(repeated));
                self.manifest(root, gvk, wanted);
            }
            Kind::List => {
                self.holds_manifest = true;
                self.diagnostics
                    .extend(document.duplicates.iter().map(repeated));
                let items = root.get("items").and_then(Node::as_sequence);
                let items = items.into_iter().flatten();
                items.for_each(|item| self.item(item, wanted));
            }
            Kind::Nameless(gvk) => {
                self.holds_manifest = true;
                self.diagnostics.push(nameless(root, &gvk));
            }
            Kind::Versionless => {
                self.diagnostics.push(versionless(root));
                self.other = Some("kind without apiVersion".to_owned());
            }
            Kind::Other(_) if root.is_null() => {}
            Kind::Other(what) => self.other = Some(what),
        }
    }

    /// An item of a list; lists in lists are not taken apart further.
    fn item(&mut self, item: &Node, wanted: bool) {
        match document::kind_of(item) {
            Kind::Manifest(gvk) => self.manifest(item, gvk, wanted),
            Kind::Nameless(gvk) => self.diagnostics.push(nameless(item, &gvk)),
            _ => self.diagnostics.push(no_object(item)),
        }
    }

    fn manifest(&mut self, root: &Node, gvk: Gvk, wanted: bool) {
        match lower(root) {
            Err(errors) => self.diagnostics.extend(errors.iter().map(unprintable)),
            Ok(body) => self.manifests.push(Manifest {
                object: ObjectRef {
                    group: gvk.group.clone(),
                    kind: gvk.kind.clone(),
                    namespace: metadata(root, "namespace"),
                    name: metadata(root, "name"),
                },
                gvk,
                body: Arc::new(body),
                span: root.span,
                trail: Trail::default(),
                provenance: wanted.then(|| Arc::new(provenance(root, &Touched::new()))),
            }),
        }
    }
}

fn repeated(duplicate: &Duplicate) -> Diagnostic {
    Diagnostic::error(codes::MANIFEST_INVALID, "this key is there twice")
        .at(duplicate.again, "again here")
        .at(duplicate.first, "first here")
        .hint("remove one of them; kubectl would take the last one without a word")
}

fn metadata(root: &Node, name: &str) -> EcoString {
    let value = root.get_path(&["metadata", name]).and_then(Node::as_str);
    value.unwrap_or_default().into()
}

fn syntax(error: &ParseError) -> Diagnostic {
    Diagnostic::error(codes::FILE_UNPARSABLE, error.message.clone())
        .at(error.span, "")
        .hint("correct the YAML; if this is no manifest, move it, or exclude its directory under `units.exclude` in gitopsc.yaml")
}

fn unprintable(error: &LowerError) -> Diagnostic {
    let message = format!("`{}`: {}", error.path, error.message);
    let diagnostic = Diagnostic::error(codes::MANIFEST_INVALID, message).at(error.span, "");
    match error.first {
        Some(first) => diagnostic.at(first, "first here").hint("keep one of them"),
        None => diagnostic,
    }
}

fn nameless(root: &Node, gvk: &Gvk) -> Diagnostic {
    let message = format!("this {} has no metadata.name", gvk.kind);
    let place = root.get("kind").map_or(root.span, |kind| kind.span);
    let generated = root.get_path(&["metadata", "generateName"]).is_some();
    Diagnostic::error(codes::MANIFEST_WITHOUT_NAME, message).at(place, "").hint(if generated {
        "give it a name: what is named by the server anew each time cannot be kept in Git"
    } else {
        "give it a name; if it is no manifest, exclude its directory under `units.exclude` in gitopsc.yaml"
    })
}

fn versionless(root: &Node) -> Diagnostic {
    let message = "this has a kind and a name, but no apiVersion, and is not built";
    Diagnostic::warning(codes::MANIFEST_WITHOUT_VERSION, message)
        .at(root.get("kind").map_or(Span::NONE, |kind| kind.span), "")
        .hint("add its apiVersion")
}

fn no_object(item: &Node) -> Diagnostic {
    let message = "this item of a list is no object with apiVersion, kind and metadata.name";
    Diagnostic::error(codes::MANIFEST_INVALID, message)
        .at(item.span, "")
        .hint("correct or remove it")
}
