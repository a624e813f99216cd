//! What the target means: a kustomization, a cluster, or neither.

use crate::candidates;
use crate::codes;
use crate::compilation::Meaning;
use crate::config;
use crate::discover::walk::unreadable;
use crate::links::{self, Lead};
use crate::memo::Memo;
use crate::options::Options;
use gitopsc_core::{Diagnostic, Entry, Fault, TreePath};

/// The names of a kustomization file, in Kustomize's order.
pub const KUSTOMIZATION_FILES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The layers of a cluster that names none.
pub const USUAL_LAYERS: [&str; 3] = ["bootstrap", "platform", "apps"];

/// The file with settings of a whole cluster.
pub const SETTINGS_FILE: &str = "gitopsc.yaml";

/// What the target is, and the directory meant.
///
/// Naming layers, be it by option or in `gitopsc.yaml`, makes a cluster of any directory.
///
/// # Errors
/// What could have been meant instead, or why it cannot be told.
pub fn meaning(memo: &Memo<'_>, options: &Options<'_>) -> Result<(Meaning, TreePath), Diagnostic> {
    let target = real(memo, &options.target);
    let mut tried = vec![target.clone()];
    if !options.target_given {
        tried.push(target.join("cluster"));
    }
    for directory in tried {
        let meaning = meaning_of(memo, options, &directory).map_err(|fault| unreadable(&fault))?;
        if let Some(meaning) = meaning {
            return Ok((meaning, directory));
        }
    }
    Err(nothing(memo, options, &target))
}

/// The directory that `path` leads to; `path` itself where it leads to none.
fn real(memo: &Memo<'_>, path: &TreePath) -> TreePath {
    match links::follow(memo, path) {
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

fn nothing(memo: &Memo<'_>, options: &Options<'_>, target: &TreePath) -> Diagnostic {
    let (message, hint) = match memo.kind(target) {
        Ok(Some(Entry::Directory)) => (
            format!("{target} holds neither a kustomization nor a cluster"),
            candidates::below(memo, options, target).advice(),
        ),
        Ok(None) => (
            format!("{target} does not exist"),
            "name a directory".to_owned(),
        ),
        _ => (
            format!("{target} is not a directory"),
            "name the directory that holds the kustomization".to_owned(),
        ),
    };
    Diagnostic::error(codes::NOTHING_TO_BUILD, message)
        .usage()
        .hint(hint)
}
