//! The table of what we refuse: which code for which file.

use crate::build::Finding;
use std::collections::BTreeSet;

/// The lines of the table for one refused build, named by the columns `name`.
#[must_use]
pub fn rows(name: &[&str], findings: &[Finding]) -> String {
    let rows: BTreeSet<String> = findings
        .iter()
        .map(|finding| {
            let file = if finding.file.is_empty() {
                "-"
            } else {
                &finding.file
            };
            format!("{}\t{}\t{file}\n", name.join("\t"), finding.code)
        })
        .collect();
    rows.into_iter().collect()
}
