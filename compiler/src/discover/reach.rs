//! Follows kustomizations to everything they build on, wherever it lies.

use super::kustomization::{self, Kustomization};
use crate::memo::Memo;
use crate::target::KUSTOMIZATION_FILES;
use gitopsc_core::links::Lead;
use gitopsc_core::{Entry, FileId, TreePath};
use gitopsc_kustomize::Content;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One kustomization and what it names.
#[derive(Clone, Debug)]
pub struct Reached {
    /// Its file, for messages.
    pub file: FileId,
    /// What it says.
    pub says: Kustomization,
    /// The directories it builds on, links followed, in order.
    pub directories: Vec<TreePath>,
    /// The resource files it names, links followed, in order.
    pub files: Vec<TreePath>,
}

/// Every kustomization that was found or reached, by directory.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// By directory, links followed.
    pub kustomizations: BTreeMap<TreePath, Reached>,
}

impl Reach {
    /// The directories reached from `start`, itself included, each once, in the order of first mention.
    #[must_use]
    pub fn from(&self, start: &TreePath) -> Vec<&TreePath> {
        let mut seen = BTreeSet::new();
        let mut order = Vec::new();
        let mut pending = vec![start];
        while let Some(directory) = pending.pop() {
            if let Some((key, reached)) = self.kustomizations.get_key_value(directory)
                && seen.insert(key)
            {
                order.push(key);
                pending.extend(reached.directories.iter().rev());
            }
        }
        order
    }

    /// How often the build of `roots` comes by each directory.
    ///
    /// A base under several overlays of one unit is come by once for each. Directories on a circle, which
    /// no build survives, are left out.
    #[must_use]
    pub fn visits<'r>(&'r self, roots: &[&'r TreePath]) -> BTreeMap<&'r TreePath, u32> {
        let mut waiting: BTreeMap<&TreePath, usize> = BTreeMap::new();
        let reached: BTreeSet<&TreePath> = roots.iter().flat_map(|root| self.from(root)).collect();
        for child in reached
            .iter()
            .flat_map(|directory| self.children(directory))
        {
            *waiting.entry(child).or_default() += 1;
        }
        let mut visits: BTreeMap<&TreePath, u32> = BTreeMap::new();
        for root in roots {
            *visits.entry(root).or_default() += 1;
        }
        let is_free = |directory: &&TreePath| !waiting.contains_key(*directory);
        let mut free: Vec<&TreePath> = reached.iter().copied().filter(is_free).collect();
        while let Some(directory) = free.pop() {
            let times = visits.get(directory).copied().unwrap_or(0);
            for child in self.children(directory) {
                let sum = visits.entry(child).or_default();
                *sum = sum.saturating_add(times);
                if let Some(left) = waiting.get_mut(child) {
                    *left -= 1;
                    if *left == 0 {
                        free.push(child);
                    }
                }
            }
        }
        visits
    }

    fn children(&self, directory: &TreePath) -> impl Iterator<Item = &TreePath> {
        let reached = self.kustomizations.get(directory);
        reached.into_iter().flat_map(|reached| &reached.directories)
    }
}

/// Reads the kustomizations in `directories` and, level by level, all that they build on.
#[must_use]
pub fn reach(memo: &Memo<'_>, directories: impl IntoIterator<Item = TreePath>) -> Reach {
    let mut reach = Reach::default();
    let mut level: BTreeSet<TreePath> = directories.into_iter().collect();
    while !level.is_empty() {
        let read: Vec<(TreePath, Option<Reached>)> = level
            .into_par_iter()
            .map(|directory| {
                let reached = read(memo, &directory);
                (directory, reached)
            })
            .collect();
        let named = read.iter().filter_map(|(_, reached)| reached.as_ref());
        let named: BTreeSet<TreePath> = named
            .flat_map(|reached| &reached.directories)
            .cloned()
            .collect();
        let there = read
            .into_iter()
            .filter_map(|(directory, reached)| Some((directory, reached?)));
        reach.kustomizations.extend(there);
        level = named;
        level.retain(|directory| !reach.kustomizations.contains_key(directory));
    }
    reach
}

/// The kustomization in `directory`; nothing if there is none, or none that can be read.
fn read(memo: &Memo<'_>, directory: &TreePath) -> Option<Reached> {
    let Ok(Lead::To(directory, Entry::Directory)) = memo.follow(directory) else {
        return None;
    };
    let (path, content) = file(memo, &directory)?;
    let says = kustomization::read(&memo.configuration(&path, &content));
    let (mut directories, mut files) = (Vec::new(), Vec::new());
    for name in &says.names {
        if is_named_as_file(name) {
            // Mostly it is one, which reading proves, and the build wants it anyway.
            let _ = memo.read(&directory.join(name));
        }
        match memo.follow_from(&directory, name) {
            Ok(Lead::To(real, Entry::Directory)) => directories.push(real),
            Ok(Lead::To(real, Entry::File)) => files.push(real),
            _ => {}
        }
    }
    Some(Reached {
        file: content.file,
        says,
        directories,
        files,
    })
}

/// Whether `name`, seen from a directory, should be that of a file in it.
fn is_named_as_file(name: &str) -> bool {
    name.ends_with(".yaml") && !name.contains('/')
}

/// The kustomization file in `directory`, links followed.
fn file(memo: &Memo<'_>, directory: &TreePath) -> Option<(TreePath, Content)> {
    let mut first = None;
    for name in KUSTOMIZATION_FILES {
        let path = directory.join(name);
        match first {
            None => first = followed(memo, path),
            // The build will ask for the other names too; here they are looked up on all threads.
            Some(_) => drop(memo.kind(&path)),
        }
    }
    first
}

/// What `path`, to which no link leads, leads to, and its content.
fn followed(memo: &Memo<'_>, path: TreePath) -> Option<(TreePath, Content)> {
    // Mostly it is a file, which reading it proves.
    if let Ok(Some(content)) = memo.read(&path) {
        return Some((path, content));
    }
    match memo.follow(&path).ok()? {
        Lead::To(real, Entry::File) => {
            let content = memo.read(&real).ok()??;
            Some((real, content))
        }
        _ => None,
    }
}
