//! The last line of a check: what was looked at, how long it took, what was found.

use crate::diagnostics::Counts;
use crate::words::{counted, counts, elapsed};
use gitopsc_compiler::check::KubeVersion;
use gitopsc_compiler::{Compilation, Meaning};
use std::time::Duration;

/// The summary as text.
pub fn text(
    compilation: &Compilation,
    version: KubeVersion,
    found: Counts,
    time: Duration,
) -> String {
    let units = &compilation.units;
    let objects: usize = units.iter().map(|unit| unit.manifests.len()).sum();
    let objects = counted(objects, "object");
    let what = match compilation.meaning {
        Meaning::Nothing => return String::new(),
        Meaning::Cluster => format!("{}, {objects}", counted(units.len(), "unit")),
        Meaning::Kustomization => objects,
    };
    let failed = units.iter().filter(|unit| unit.failed).count();
    let end = match (compilation.meaning, failed) {
        (_, 0) => String::new(),
        (Meaning::Cluster, some) => {
            let failed = counted(some, "unit");
            format!("; the objects of {failed} that failed were not looked at")
        }
        _ => "; it cannot be built, so its objects were not looked at".to_owned(),
    };
    let (counts, time) = (counts(found), elapsed(time));
    format!("checked {what} against Kubernetes {version} in {time}{counts}{end}\n")
}
