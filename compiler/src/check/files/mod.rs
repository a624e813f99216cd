//! What is wrong with files, whether a unit is made of them or not.
//!
//! Of a cluster the whole source tree is looked at, because a secret is out wherever it lies; of a lone
//! kustomization only what it was built from. Each rule is a file named for its code.

mod encryption_missing;
mod file_unparsable;
mod gather;
mod secret_in_plain_text;
mod sops;
mod walk;

pub(crate) use gather::gather;

use super::finding::{About, File, Finding};
use crate::compilation::Meaning;
use crate::compile::Draft;
use crate::memo::Memo;
use crate::options::Options;
use gitopsc_core::{Diagnostic, EcoString, FileId, Span, TreePath};
use gitopsc_kustomize::Content;
use gitopsc_yaml::{Dialect, Document, Node, ParseError};
use rayon::prelude::*;
use sops::Rules;
use std::collections::BTreeSet;

/// What all rules about files find; places are those of the running compilation.
pub(crate) fn look(memo: &Memo<'_>, options: &Options<'_>, draft: &Draft) -> Vec<Finding> {
    let (paths, mut found) = match draft.meaning {
        Meaning::Cluster => walk::all(memo, options),
        Meaning::Kustomization | Meaning::Nothing => (walk::known(memo), Vec::new()),
    };
    let (rules, wrong) = Rules::read(memo, &paths);
    found.extend(wrong.into_iter().map(Finding::whole));
    let look = Look {
        memo,
        options,
        root: &draft.root,
        rules: &rules,
        told: told(draft),
    };
    let of_file = |path: &TreePath| look.file(path);
    found.par_extend(paths.par_iter().flat_map_iter(of_file));
    found
}

/// The files in which the compilation itself found errors.
fn told(draft: &Draft) -> BTreeSet<FileId> {
    let units = draft.parts.units.iter().flat_map(|unit| &unit.diagnostics);
    let all = units.chain(&draft.parts.diagnostics);
    let errors = all.filter(|diagnostic| {
        diagnostic.is_error() || diagnostic.code == crate::codes::FILE_UNPARSABLE
    });
    errors
        .flat_map(|diagnostic| &diagnostic.labels)
        .map(|label| label.span.file)
        .collect()
}

struct Look<'l> {
    memo: &'l Memo<'l>,
    options: &'l Options<'l>,
    root: &'l TreePath,
    rules: &'l Rules,
    told: BTreeSet<FileId>,
}

impl Look<'_> {
    fn file(&self, path: &TreePath) -> Vec<Finding> {
        let yaml = walk::is_yaml(path);
        let rule = self.rules.of(path);
        if !yaml && rule.is_none() {
            return Vec::new();
        }
        // What cannot be read and matters is told by the compilation.
        let Ok(Some(content)) = self.memo.read(path) else {
            return Vec::new();
        };
        if content.secret.is_some() || sops::is_encrypted(&content.bytes) {
            return Vec::new();
        }
        if !yaml {
            let of_file = rule.and_then(|rule| encryption_missing::whole(rule, path, content.file));
            return of_file
                .map(|diagnostic| found(path, None, diagnostic))
                .into_iter()
                .collect();
        }
        self.yaml(path, &content, rule)
    }

    fn yaml(&self, path: &TreePath, content: &Content, rule: Option<&sops::Rule>) -> Vec<Finding> {
        let in_cluster = path.is_within(self.root);
        let wanted = in_cluster || rule.is_some() || secret_in_plain_text::may_hold(&content.bytes);
        if !wanted {
            return Vec::new();
        }
        match self.parse(content) {
            Ok(documents) => self.documents(path, &documents, rule),
            Err(errors) if in_cluster && !self.told.contains(&content.file) => {
                file_unparsable::check(path, &errors)
                    .into_iter()
                    .map(|diagnostic| found(path, None, diagnostic))
                    .collect()
            }
            Err(_) => Vec::new(),
        }
    }

    fn parse(&self, content: &Content) -> Result<Vec<Document>, Vec<ParseError>> {
        self.memo.parse(content, Dialect::Kustomize).documents
    }

    fn documents(
        &self,
        path: &TreePath,
        documents: &[Document],
        rule: Option<&sops::Rule>,
    ) -> Vec<Finding> {
        let mut all = Vec::new();
        for document in documents {
            let root = &document.root;
            let accepts = accepts(root);
            let missing = rule.and_then(|rule| encryption_missing::check(rule, path, root));
            let found_in = |diagnostic| found(path, accepts.clone(), diagnostic);
            match missing {
                Some(diagnostic) => all.push(found_in(diagnostic)),
                None => {
                    let read = |source: &TreePath| self.is_open(source);
                    let plain = secret_in_plain_text::check(path, root, &read);
                    all.extend(plain.into_iter().map(found_in));
                }
            }
        }
        all
    }

    /// Whether the file `path` lies in the source for everyone to read.
    fn is_open(&self, path: &TreePath) -> bool {
        let ignored = self
            .options
            .ignored
            .is_some_and(|ignored| ignored(path, false));
        let content = self.memo.read(path).ok().flatten();
        !ignored
            && content.is_some_and(|content| {
                content.secret.is_none()
                    && !content.bytes.is_empty()
                    && !sops::is_encrypted(&content.bytes)
            })
    }
}

fn found(path: &TreePath, accepts: Option<(EcoString, Span)>, diagnostic: Diagnostic) -> Finding {
    let about = About::File(File {
        path: path.clone(),
        accepts,
    });
    Finding { about, diagnostic }
}

/// What the object `root` says is accepted.
fn accepts(root: &Node) -> Option<(EcoString, Span)> {
    let annotation = ["metadata", "annotations", super::ignore::ANNOTATION];
    let said = root.get_path(&annotation)?;
    Some((said.as_str()?.into(), said.span))
}
