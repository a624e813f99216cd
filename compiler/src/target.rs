//! What the target means: a kustomization, a cluster, or neither.

use crate::codes;
use crate::compilation::Meaning;
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
/// # Errors
/// What could have been meant instead, or why it cannot be told.
pub fn meaning(
    memo: &Memo<'_>,
    options: &Options<'_>,
) -> Result<(Meaning, TreePath), Vec<Diagnostic>> {
    let target = options.target.clone();
    let below = target.join("cluster");
    let tried = if options.target_given {
        vec![target.clone()]
    } else {
        vec![target.clone(), below]
    };
    for directory in tried {
        if let Some(meaning) =
            meaning_of(memo, options, &directory).map_err(|fault| vec![unreadable(&fault)])?
        {
            return Ok((meaning, directory));
        }
    }
    Err(vec![nothing(&target)])
}

fn meaning_of(
    memo: &Memo<'_>,
    options: &Options<'_>,
    directory: &TreePath,
) -> Result<Option<Meaning>, Fault> {
    let is = |name: &str, wanted: Entry| Ok(memo.kind(&directory.join(name))? == Some(wanted));
    if !options.layers.is_empty() {
        return Ok(Some(Meaning::Cluster));
    }
    for name in KUSTOMIZATION_FILES {
        if memo.kind(&directory.join(name))?.is_some() {
            return Ok(Some(Meaning::Kustomization));
        }
    }
    let mut layers = 0;
    for name in USUAL_LAYERS {
        layers += usize::from(is(name, Entry::Directory)?);
    }
    let cluster = layers >= 2 || is(SETTINGS_FILE, Entry::File)?;
    Ok(cluster.then_some(Meaning::Cluster))
}

fn nothing(target: &TreePath) -> Diagnostic {
    let message = format!("{target} holds neither a kustomization nor a cluster");
    Diagnostic::error(codes::NOTHING_TO_BUILD, message)
        .usage()
        .hint("name a directory with a kustomization, or the layers with --layers")
}

fn unreadable(fault: &Fault) -> Diagnostic {
    Diagnostic::error(codes::NOTHING_TO_BUILD, fault.to_string()).io()
}
