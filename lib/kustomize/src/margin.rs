//! What stands beside the nodes of resources in their files, comments and written tags, read when somebody asks.
//!
//! Kustomize's nodes carry them, and a few of its rules let them show: the text that `[key=value]` of a
//! replacement looks at, and a value that is put into YAML text.

use crate::files::Files;
use crate::resmap::ResMap;
use gitopsc_core::{FileId, TreePath};
use gitopsc_yaml::commented::MarginTable;
use gitopsc_yaml::emit::node::{Beside, Comments};
use gitopsc_yaml::{Limits, Node};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The files of resources that a build has read, by id.
pub type Sources = BTreeMap<FileId, TreePath>;

/// What stands beside the nodes of resources.
pub struct Margins<'f> {
    files: &'f dyn Files,
    limits: &'f Limits,
    tables: BTreeMap<FileId, (&'f TreePath, OnceCell<MarginTable>)>,
}

impl<'f> Margins<'f> {
    /// What stands beside the nodes of `resources`, which come from `sources`.
    #[must_use]
    pub fn new(
        files: &'f dyn Files,
        limits: &'f Limits,
        sources: &'f Sources,
        resources: &ResMap,
    ) -> Margins<'f> {
        let files_of = resources
            .resources
            .iter()
            .map(|resource| resource.node.span.file);
        let tables = files_of
            .filter_map(|file| Some((file, (sources.get(&file)?, OnceCell::new()))))
            .collect();
        Margins {
            files,
            limits,
            tables,
        }
    }

    /// What stands in a file beside its nodes. One that was encrypted shows nothing.
    fn read(&self, path: &TreePath) -> MarginTable {
        match self.files.read(path) {
            Ok(Some(content)) if content.secret.is_none() => {
                MarginTable::of(&content.bytes, self.limits)
            }
            _ => MarginTable::default(),
        }
    }
}

impl Margins<'_> {
    /// What stands beside the nodes of the file that `node` comes from.
    fn table(&self, node: &Node) -> Option<&MarginTable> {
        let (path, table) = self.tables.get(&node.span.file)?;
        Some(table.get_or_init(|| self.read(path)))
    }
}

impl Beside for Margins<'_> {
    fn comments(&self, node: &Node) -> Option<&Comments> {
        self.table(node)?.comments(node)
    }

    fn tag(&self, node: &Node) -> Option<&str> {
        self.table(node)?.tag(node)
    }
}
