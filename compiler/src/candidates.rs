//! What could have been meant where the target is neither a kustomization nor a cluster.
//!
//! Found by looking a few levels down, which nothing else depends on.

use crate::memo::Memo;
use crate::options::Options;
use crate::target::{KUSTOMIZATION_FILES, SETTINGS_FILE, USUAL_LAYERS};
use gitopsc_core::words::some_of;
use gitopsc_core::{DirEntry, Entry, TreePath};

/// How far down candidates are looked for.
const LEVELS: usize = 4;

/// How many directories are looked at.
const MOST_LOOKED_AT: usize = 2_000;

/// What lies below a directory that is no target itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The cluster that the directory lies in.
    pub above: Option<TreePath>,
    /// Clusters, by path.
    pub clusters: Vec<TreePath>,
    /// The uppermost directories with a kustomization, by path.
    pub kustomizations: Vec<TreePath>,
    /// Folders right below that hold kustomizations somewhere: likely layers.
    pub layers: Vec<TreePath>,
}

/// Looks for candidates below `directory`, nearest first. What cannot be listed is passed over.
#[must_use]
pub fn below(memo: &Memo<'_>, options: &Options<'_>, directory: &TreePath) -> Candidates {
    let mut candidates = Candidates::default();
    let mut level = vec![directory.clone()];
    let mut looked_at = 0;
    for _ in 0..=LEVELS {
        let mut next = Vec::new();
        for path in level {
            looked_at += 1;
            if looked_at > MOST_LOOKED_AT {
                break;
            }
            let Ok(Some(entries)) = memo.list(&path) else {
                continue;
            };
            if path != *directory && candidates.take(&path, &entries) {
                continue;
            }
            next.extend(sub_directories(&path, &entries, options));
        }
        level = next;
    }
    candidates.layers = layers(directory, &candidates.kustomizations);
    candidates
}

impl Candidates {
    /// Takes `path` in if it is a target; what lies below is its own matter then.
    fn take(&mut self, path: &TreePath, entries: &[DirEntry]) -> bool {
        let has = |name: &str, directory: bool| {
            entries
                .iter()
                .any(|entry| entry.name == name && (entry.entry == Entry::Directory) == directory)
        };
        let layers = USUAL_LAYERS.iter().filter(|name| has(name, true)).count();
        if KUSTOMIZATION_FILES.iter().any(|name| has(name, false)) {
            self.kustomizations.push(path.clone());
        } else if layers >= 2 || has(SETTINGS_FILE, false) {
            self.clusters.push(path.clone());
        } else {
            return false;
        }
        true
    }

    /// Advice that names them, a few of each; `show` says how the user writes a path.
    #[must_use]
    pub fn advice(&self, show: &dyn Fn(&TreePath) -> String) -> String {
        let mut lines = Vec::new();
        if let Some(above) = &self.above {
            let above = show(above);
            lines.push(format!("build the cluster that it is in: {above}"));
        }
        if !self.clusters.is_empty() {
            lines.push(format!("build a cluster: {}", list(&self.clusters, show)));
        }
        if !self.kustomizations.is_empty() {
            let paths = list(&self.kustomizations, show);
            lines.push(format!("build one kustomization: {paths}"));
        }
        if self.layers.len() > 1 && self.above.is_none() {
            let names: Vec<&str> = self.layers.iter().map(TreePath::as_str).collect();
            let names = names.join(",");
            lines.push(format!(
                "build all below, with the folders that are layers named in order: --layers {names}"
            ));
        }
        if lines.is_empty() {
            return "name a directory with a kustomization, or with layers".to_owned();
        }
        lines.join("\nor ")
    }
}

fn sub_directories(path: &TreePath, entries: &[DirEntry], options: &Options<'_>) -> Vec<TreePath> {
    let shown = |entry: &&DirEntry| entry.entry == Entry::Directory && !entry.name.starts_with('.');
    let below = entries
        .iter()
        .filter(shown)
        .map(|entry| path.join(&entry.name));
    let ignored = |path: &TreePath| options.ignored.is_some_and(|ignored| ignored(path, true));
    below.filter(|path| !ignored(path)).collect()
}

/// The folders in which kustomizations lie, seen from `directory`: those right below it or, where all lie in one of
/// them, those below that.
fn layers(directory: &TreePath, kustomizations: &[TreePath]) -> Vec<TreePath> {
    let below: Vec<TreePath> = kustomizations
        .iter()
        .map(|path| path.relative_to(directory))
        .collect();
    let deepest = below.iter().map(|path| path.segments().count()).min();
    for depth in 1..=deepest.unwrap_or(0) {
        let folder = |path: &TreePath| {
            let segments: Vec<&str> = path.segments().take(depth).collect();
            TreePath::new(&segments.join("/"))
        };
        let folders: std::collections::BTreeSet<TreePath> = below.iter().map(folder).collect();
        if folders.len() > 1 {
            return folders.into_iter().collect();
        }
    }
    Vec::new()
}

fn list(paths: &[TreePath], show: &dyn Fn(&TreePath) -> String) -> String {
    const SHOWN: usize = 6;
    some_of(paths.iter().map(show), SHOWN)
}
