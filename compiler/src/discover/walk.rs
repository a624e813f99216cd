//! Lists the directories of the layers.

use crate::cluster::Cluster;
use crate::codes;
use crate::memo::Memo;
use crate::pattern;
use crate::target::KUSTOMIZATION_FILES;
use gitopsc_core::links::Lead;
use gitopsc_core::{Diagnostic, DirEntry, Entry, Fault, Span, TreePath};
use gitopsc_sops::age_file::inner_name;
use rayon::prelude::*;

/// The file that makes a directory a Helm chart.
pub(crate) const CHART_FILE: &str = "Chart.yaml";

/// One directory of a layer.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path in the tree.
    pub path: TreePath,
    /// Index of its layer.
    pub layer: usize,
    /// Its kustomization file, the first if there are several.
    pub kustomization: Option<TreePath>,
    /// Whether it holds a Helm chart.
    pub chart: bool,
    /// Whether it lies below a kustomization or chart.
    pub covered: bool,
    /// Its YAML and JSON files with links followed; none if it is or lies below a kustomization or chart.
    pub files: Vec<TreePath>,
    /// What is wrong with links in it that seem to be manifests.
    pub broken_links: Vec<Diagnostic>,
}

impl Found {
    /// Whether its manifests may make it a unit.
    #[must_use]
    pub fn may_be_plain(&self) -> bool {
        self.kustomization.is_none() && !self.chart && !self.covered
    }
}

/// All directories of the layers.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// By layer, then by path.
    pub found: Vec<Found>,
    /// Directories that options or `gitopsc.yaml` exclude.
    pub excluded: Vec<TreePath>,
    /// What could not be listed or followed.
    pub diagnostics: Vec<Diagnostic>,
}

/// A directory still to be listed.
#[derive(Clone)]
struct Todo {
    path: TreePath,
    layer: usize,
    covered: bool,
}

/// What listing one directory gave.
struct Listed {
    found: Option<Found>,
    below: Vec<Todo>,
    excluded: Vec<TreePath>,
    diagnostics: Vec<Diagnostic>,
}

/// Lists the layers of `cluster`, level by level, each level in parallel.
#[must_use]
pub fn walk(memo: &Memo<'_>, cluster: &Cluster<'_>) -> Walked {
    let mut walked = Walked::default();
    let mut level = roots(cluster);
    while !level.is_empty() {
        let listed: Vec<Listed> = level
            .into_par_iter()
            .map(|todo| list(memo, cluster, &todo))
            .collect();
        level = Vec::new();
        for one in listed {
            walked.found.extend(one.found);
            walked.excluded.extend(one.excluded);
            walked.diagnostics.extend(one.diagnostics);
            level.extend(one.below);
        }
    }
    walked
        .found
        .sort_by(|a, b| (a.layer, &a.path).cmp(&(b.layer, &b.path)));
    walked.found.dedup_by(|second, first| {
        let same = second.path == first.path;
        if same && first.covered && !second.covered {
            std::mem::swap(second, first);
        }
        same
    });
    walked.excluded.sort();
    walked
}

/// The layers themselves, and what is included by its exact path.
fn roots(cluster: &Cluster<'_>) -> Vec<Todo> {
    let layers = cluster.layers.iter().map(|layer| Todo {
        path: cluster.root.join(&layer.name),
        layer: layer.index,
        covered: false,
    });
    let included = cluster.include.iter().filter_map(|placed| {
        let path = cluster.root.join(&placed.text);
        let layer = cluster.layer_of(&path)?;
        let wanted = pattern::is_plain(&placed.text) && path != cluster.root.join(&layer.name);
        wanted.then_some(Todo {
            path,
            layer: layer.index,
            covered: false,
        })
    });
    layers.chain(included).collect()
}

fn list(memo: &Memo<'_>, cluster: &Cluster<'_>, todo: &Todo) -> Listed {
    let mut listed = Listed {
        found: None,
        below: Vec::new(),
        excluded: Vec::new(),
        diagnostics: Vec::new(),
    };
    match memo.list(&todo.path) {
        Err(fault) => listed.diagnostics.push(unreadable(memo, &fault)),
        Ok(None) => {}
        Ok(Some(entries)) => sort_out(memo, cluster, todo, &entries, &mut listed),
    }
    listed
}

fn sort_out(
    memo: &Memo<'_>,
    cluster: &Cluster<'_>,
    todo: &Todo,
    entries: &[DirEntry],
    listed: &mut Listed,
) {
    let has = |name: &str| {
        let is_file = |entry: &Entry| matches!(entry, Entry::File | Entry::Symlink(_));
        entries
            .iter()
            .any(|entry| entry.name == name && is_file(&entry.entry))
    };
    let kustomization = KUSTOMIZATION_FILES.into_iter().find(|name| has(name));
    let mut found = Found {
        path: todo.path.clone(),
        layer: todo.layer,
        kustomization: kustomization.map(|name| todo.path.join(name)),
        chart: has(CHART_FILE),
        covered: todo.covered,
        files: Vec::new(),
        broken_links: Vec::new(),
    };
    let covers = found.kustomization.is_some() || found.chart || todo.covered;
    for entry in entries {
        let path = todo.path.join(&entry.name);
        let directory = entry.entry == Entry::Directory;
        if entry.name.starts_with('.') || cluster.is_ignored(&path, directory) {
            continue;
        }
        match &entry.entry {
            Entry::Directory if cluster.is_excluded(&path) => listed.excluded.push(path),
            Entry::Directory => listed.below.push(Todo {
                path,
                layer: todo.layer,
                covered: covers,
            }),
            Entry::File if !covers && is_manifest_name(&entry.name) => found.files.push(path),
            Entry::Symlink(_) if !covers => link(memo, &path, &mut found, listed),
            _ => {}
        }
    }
    listed.found = Some(found);
}

/// A link in a directory whose manifests count.
fn link(memo: &Memo<'_>, path: &TreePath, found: &mut Found, listed: &mut Listed) {
    let manifest = path.name().is_some_and(is_manifest_name);
    let place = memo.place(path);
    let lead = match memo.follow(path) {
        Ok(lead) => lead,
        Err(fault) => return found.broken_links.push(unreadable(memo, &fault)),
    };
    match lead {
        Lead::To(real, Entry::File) if manifest => found.files.push(real),
        Lead::To(_, Entry::Directory) => listed.diagnostics.push(not_followed(place)),
        Lead::Circle if manifest => found.broken_links.push(circle(place)),
        Lead::Circle => listed.diagnostics.push(circle(place)),
        Lead::Nothing(_) if manifest => found.broken_links.push(dangling(place)),
        Lead::To(..) | Lead::Nothing(_) => {}
    }
}

/// Whether discovery reads a file of this name.
fn is_manifest_name(name: &str) -> bool {
    // What an age file is, its inner name says.
    let name = inner_name(name).unwrap_or(name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("yaml" | "yml" | "json"))
}

/// The diagnostic for what is there and cannot be read.
pub(crate) fn unreadable(memo: &Memo<'_>, fault: &Fault) -> Diagnostic {
    let message = format!("this cannot be read: {}", fault.reason);
    Diagnostic::error(codes::UNREADABLE, message)
        .io()
        .at(memo.place(&fault.path), "")
        .hint("check the permissions, and that nothing changes the files meanwhile")
}

fn not_followed(place: Span) -> Diagnostic {
    let message = "this is a link to a directory, and units are not looked for behind links";
    Diagnostic::note(codes::LINK_NOT_FOLLOWED, message)
        .at(place, "")
        .hint("move the directory here, or build on it in a kustomization")
}

fn circle(place: Span) -> Diagnostic {
    Diagnostic::warning(codes::LINK_CIRCLE, "this symbolic link leads in a circle")
        .at(place, "")
        .hint("correct or remove the link")
}

fn dangling(place: Span) -> Diagnostic {
    Diagnostic::warning(codes::LINK_DANGLING, "this symbolic link leads to nothing")
        .at(place, "")
        .hint("correct or remove the link")
}
