//! Files that are listed and gone when they are read.

use gitopsc_compiler::{Options, compile};
use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{Class, DirEntry, Entry, Fault, SourceTree, TreePath};
use std::sync::Arc;

/// A tree that lists one file more than it has.
struct Vanishing {
    tree: MemoryTree,
    directory: TreePath,
    name: &'static str,
}

impl SourceTree for Vanishing {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.tree.kind(path)
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        let mut entries = self.tree.list(path)?;
        if let Some(entries) = entries.as_mut().filter(|_| *path == self.directory) {
            entries.push(DirEntry {
                name: self.name.to_owned(),
                entry: Entry::File,
            });
        }
        Ok(entries)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        self.tree.read(path)
    }
}

#[test]
fn a_file_that_vanishes_is_told_and_the_rest_of_the_tree_is_checked() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let tree = Vanishing {
        tree: MemoryTree::new([
            ("apps/web/web.yaml", map),
            ("platform/dns/dns.yaml", "apiVersion: v1\nkind: Service\n"),
        ]),
        directory: TreePath::new("apps/web"),
        name: "gone.yaml",
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let compilation = compile(&tree, &Options::default(), &pool);
    let found: Vec<_> = compilation.all_diagnostics().collect();
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "error[manifest-without-name]: this Service has no metadata.name",
            "error[unreadable]: this cannot be read: it was there a moment ago and is gone",
        ]
    );
    assert_eq!(found[1].class, Class::Io);
    let place = compilation.files.path(found[1].labels[0].span.file);
    assert_eq!(place.map(TreePath::as_str), Some("apps/web/gone.yaml"));
}
