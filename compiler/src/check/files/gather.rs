//! Many findings of one code in files beside the cluster become one for each folder of the source.
//!
//! The repository may be about something else as well, and hold hundreds of examples.

use crate::check::finding::{About, Finding};
use gitopsc_core::{Diagnostic, TreePath};
use std::collections::BTreeMap;

/// How many findings of one code in one folder are told one by one.
const MOST_ALONE: usize = 3;

/// The findings, those outside of the cluster in `root` gathered where there are many.
pub(crate) fn gather(findings: Vec<Finding>, root: &TreePath) -> Vec<Finding> {
    let mut kept = Vec::new();
    let mut beside: BTreeMap<(&str, String), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        match folder_beside(&finding, root) {
            Some(folder) => {
                let group = beside.entry((finding.diagnostic.code.0, folder));
                group.or_default().push(finding);
            }
            None => kept.push(finding),
        }
    }
    for ((_, folder), group) in beside {
        if group.len() <= MOST_ALONE {
            kept.extend(group);
        } else {
            kept.extend(gathered(&folder, group));
        }
    }
    kept
}

/// The first folder of a finding's file that does not hold the cluster in `root`; nothing if the file lies in it.
fn folder_beside(finding: &Finding, root: &TreePath) -> Option<String> {
    let About::File(file) = &finding.about else {
        return None;
    };
    if file.path.is_within(root) {
        return None;
    }
    let mut folder = TreePath::root();
    for segment in file.path.segments() {
        folder = folder.join(segment);
        if !root.is_within(&folder) {
            break;
        }
    }
    Some(folder.to_string())
}

fn gathered(folder: &str, group: Vec<Finding>) -> Option<Finding> {
    let others = group.len() - 1;
    let mut rest = group.into_iter();
    let first = rest.next()?.diagnostic;
    let labels = rest
        .take(MOST_ALONE - 1)
        .flat_map(|other| other.diagnostic.labels);
    let message = format!("{}, and {others} more in {folder}", first.message);
    let mut labels: Vec<_> = first.labels.into_iter().chain(labels).collect();
    labels.truncate(MOST_ALONE);
    let diagnostic = Diagnostic {
        message,
        labels,
        ..first
    };
    Some(Finding::whole(diagnostic.hint(
        "if these are examples, accept them under `check.ignore` in gitopsc.yaml by their code and path",
    )))
}
