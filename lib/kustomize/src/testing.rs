//! Files in memory, for the tests of this crate.

use crate::files::{Bytes, Content, Files, Parsed, ReadError};
use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{Entry, Fault, FileId, SourceTree, Span, TreePath};
use gitopsc_yaml::{Dialect, Limits, Origins, parse};
use std::sync::{Arc, Mutex};

/// A memory tree as the input of a build.
#[derive(Debug)]
pub struct MemoryFiles {
    tree: MemoryTree,
    secrets: Vec<TreePath>,
    ids: Mutex<Vec<TreePath>>,
}

impl MemoryFiles {
    /// The files of `tree`.
    pub fn new(tree: MemoryTree) -> MemoryFiles {
        MemoryFiles {
            tree,
            secrets: Vec::new(),
            ids: Mutex::new(Vec::new()),
        }
    }

    /// The same with the file `path` as one that was decrypted.
    pub fn with_secret(mut self, path: &str) -> MemoryFiles {
        self.secrets.push(TreePath::new(path));
        self
    }

    fn id(&self, path: &TreePath) -> FileId {
        let mut ids = self
            .ids
            .lock()
            .expect("no test panics while it holds the lock");
        let at = ids
            .iter()
            .position(|known| known == path)
            .unwrap_or_else(|| {
                ids.push(path.clone());
                ids.len() - 1
            });
        FileId(u32::try_from(at).expect("few files in a test"))
    }
}

impl Files for MemoryFiles {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.tree.kind(path)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Content>, ReadError> {
        let content = self.tree.read(path)?;
        let file = self.id(path);
        let secret = self.secrets.contains(path).then(|| Origins::one(file));
        Ok(content.map(|bytes| Content {
            file,
            bytes: Bytes::from(bytes),
            secret,
        }))
    }

    fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError> {
        let Some(content) = self.read(path)? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&content.bytes);
        Ok(Some(Arc::new(Parsed {
            file: content.file,
            documents: parse(&text, content.file, Dialect::Kustomize, &Limits::default()),
        })))
    }

    fn inline(&self, _: Span) -> FileId {
        FileId::NONE
    }
}
