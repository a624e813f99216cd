//! What the target means: a kustomization, a cluster, or neither.

use crate::candidates::{self, Candidates};
use crate::codes;
use crate::compilation::Meaning;
use crate::config;
use crate::discover::walk::unreadable;
use crate::memo::Memo;
use crate::options::Options;
use gitopsc_core::links::Lead;
use gitopsc_core::{Diagnostic, Entry, Fault, TreePath};

/// The names of a kustomization file, in Kustomize's order.
pub const KUSTOMIZATION_FILES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The layers of a cluster that names none.
pub const USUAL_LAYERS: [&str; 3] = ["bootstrap", "platform", "apps"];

/// The file with settings of a whole cluster.
pub const SETTINGS_FILE: &str = "gitopsc.yaml";

/// Why nothing can be built.
#[derive(Clone, Debug)]
pub struct Nothing {
    /// In words.
    pub diagnostic: Diagnostic,
    /// What could have been meant.
    pub candidates: Candidates,
}

/// What the target is, and the directory meant.
///
/// Naming layers, be it by option or in `gitopsc.yaml`, makes a cluster of any directory.
///
/// # Errors
/// What could have been meant instead, or why it cannot be told.
pub fn meaning(
    memo: &Memo<'_>,
    options: &Options<'_>,
) -> Result<(Meaning, TreePath), Box<Nothing>> {
    let target = real(memo, &options.target);
    let mut tried = vec![target.clone()];
    if !options.target_given {
        tried.push(target.join("cluster"));
    }
    for directory in tried {
        let meaning = meaning_of(memo, options, &directory).map_err(|fault| {
            Box::new(Nothing {
                diagnostic: unreadable(memo, &fault),
                candidates: Candidates::default(),
            })
        })?;
        if let Some(meaning) = meaning {
            return Ok((meaning, directory));
        }
    }
    Err(Box::new(nothing(memo, options, &target)))
}

/// The directory that `path` leads to; `path` itself where it leads to none.
fn real(memo: &Memo<'_>, path: &TreePath) -> TreePath {
    match memo.follow(path) {
        Ok(Lead::To(real, Entry::Directory)) => real,
        _ => path.clone(),
    }
}

fn meaning_of(
    memo: &Memo<'_>,
    options: &Options<'_>,
    directory: &TreePath,
) -> Result<Option<Meaning>, Fault> {
    let kind = |name: &str| memo.kind(&directory.join(name));
    if memo.kind(directory)? != Some(Entry::Directory) {
        return Ok(None);
    }
    let settings = kind(SETTINGS_FILE)? == Some(Entry::File);
    if !options.layers.is_empty() || (settings && names_layers(memo, directory)) {
        return Ok(Some(Meaning::Cluster));
    }
    for name in KUSTOMIZATION_FILES {
        if matches!(kind(name)?, Some(Entry::File | Entry::Symlink(_))) {
            return Ok(Some(Meaning::Kustomization));
        }
    }
    let mut layers = 0;
    for name in USUAL_LAYERS {
        layers += usize::from(kind(name)? == Some(Entry::Directory));
    }
    Ok((settings || layers >= 2).then_some(Meaning::Cluster))
}

/// Whether `gitopsc.yaml` in `directory` has layers. One that is wrong has none and is reported later.
fn names_layers(memo: &Memo<'_>, directory: &TreePath) -> bool {
    let content = memo.read(&directory.join(SETTINGS_FILE)).ok().flatten();
    let config = content.and_then(|content| config::read(&content).ok());
    config.is_some_and(|config| config.layers.is_some())
}

fn nothing(memo: &Memo<'_>, options: &Options<'_>, target: &TreePath) -> Nothing {
    let candidates = match memo.kind(target) {
        Ok(Some(Entry::Directory)) => Candidates {
            above: above(memo, target),
            ..candidates::below(memo, options, target)
        },
        Ok(None) => {
            let message = format!("{target} does not exist");
            return Nothing::without_candidates(message, "name a directory");
        }
        _ => {
            let message = format!("{target} is not a directory");
            let hint = "name the directory that holds the kustomization";
            return Nothing::without_candidates(message, hint);
        }
    };
    Nothing {
        diagnostic: neither(target, &candidates, &TreePath::to_string),
        candidates,
    }
}

/// The nearest cluster above `target`, by the usual layers or its `gitopsc.yaml`.
fn above(memo: &Memo<'_>, target: &TreePath) -> Option<TreePath> {
    let above = std::iter::successors(target.parent(), TreePath::parent);
    let is_cluster = |directory: &TreePath| {
        let meaning = meaning_of(memo, &Options::default(), directory);
        matches!(meaning, Ok(Some(Meaning::Cluster)))
    };
    above.into_iter().find(is_cluster)
}

/// That `target` is neither a kustomization nor a cluster, and what could have been meant; `show` says how
/// the user writes a path.
#[must_use]
pub fn neither(
    target: &TreePath,
    candidates: &Candidates,
    show: &dyn Fn(&TreePath) -> String,
) -> Diagnostic {
    let message = format!(
        "`{}` holds neither a kustomization nor a cluster",
        show(target)
    );
    Diagnostic::error(codes::NOTHING_TO_BUILD, message)
        .usage()
        .hint(candidates.advice(show))
}

impl Nothing {
    fn without_candidates(message: String, hint: &str) -> Nothing {
        let diagnostic = Diagnostic::error(codes::NOTHING_TO_BUILD, message);
        Nothing {
            diagnostic: diagnostic.usage().hint(hint),
            candidates: Candidates::default(),
        }
    }
}
