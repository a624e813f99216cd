//! What Git ignores, found out when somebody first asks: a lone kustomization never does.
//!
//! Only the rules of the repository count, so that a tree is the same cluster for everyone.

use crate::codes;
use gitopsc_core::{Diagnostic, TreePath};
use gitopsc_host::{Configuration, GitError, Ignored, Place};
use std::sync::OnceLock;

/// The rules of the Git work tree that holds a place.
pub struct Rules<'p> {
    place: &'p Place,
    opened: OnceLock<Option<Result<Ignored, GitError>>>,
}

impl<'p> Rules<'p> {
    /// The rules for `place`; nothing is read yet.
    pub fn of(place: &'p Place) -> Rules<'p> {
        Rules {
            place,
            opened: OnceLock::new(),
        }
    }

    /// Whether `path` is ignored. Where that cannot be told it is not.
    pub fn ignore(&self, path: &TreePath, directory: bool) -> bool {
        match self.opened.get_or_init(|| self.open()) {
            Some(Ok(ignored)) => ignored.is_ignored(path, directory),
            Some(Err(_)) | None => false,
        }
    }

    /// Warnings about rules that could not be read.
    pub fn faults(&self) -> Vec<Diagnostic> {
        let warning = |message: String| {
            Diagnostic::warning(codes::IGNORE_RULES_UNREADABLE, message)
                .io()
                .hint("check the permissions; until then nothing there is taken as ignored")
        };
        match self.opened.get() {
            Some(Some(Ok(ignored))) => {
                let faults = ignored.faults().into_iter();
                faults.map(|fault| warning(fault.to_string())).collect()
            }
            Some(Some(Err(error))) => {
                let reason = std::error::Error::source(error).map(|source| format!(": {source}"));
                vec![warning(format!("{error}{}", reason.unwrap_or_default()))]
            }
            _ => Vec::new(),
        }
    }

    fn open(&self) -> Option<Result<Ignored, GitError>> {
        let git_root = self.place.git_root.as_deref()?;
        let opened = Ignored::open(git_root, &self.place.tree, Configuration::OfRepository);
        Some(opened)
    }
}
