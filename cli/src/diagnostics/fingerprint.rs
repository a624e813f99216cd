//! Names for findings that stay the same while lines move.

use super::{Finding, Sources};
use gitopsc_core::{Digest, DigestOf};
use std::collections::BTreeMap;

struct Fingerprint;

impl DigestOf for Fingerprint {
    const LABEL: &'static str = "gitopsc.dev/finding/v1";
}

/// A name for each of `findings`, from its code, file, units and words, not from its line.
///
/// Equal ones are told apart by their order.
pub fn fingerprints(findings: &[Finding<'_>], sources: &Sources<'_>) -> Vec<String> {
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let name = |finding: &Finding<'_>| {
        let mut parts = identity(finding, sources);
        let times = seen.entry(parts.clone()).or_default();
        parts.push(times.to_string());
        *times += 1;
        hex(&Digest::<Fingerprint>::of_parts(parts))
    };
    findings.iter().map(name).collect()
}

fn identity(finding: &Finding<'_>, sources: &Sources<'_>) -> Vec<String> {
    let diagnostic = finding.diagnostic;
    let place = sources.main_place(diagnostic);
    let path = place.map_or_else(String::new, |place| place.path.to_string());
    let units = finding.units.first().map(|found| found.unit.to_string());
    vec![
        diagnostic.code.to_string(),
        path,
        units.unwrap_or_default(),
        diagnostic.message.clone(),
    ]
}

fn hex(digest: &Digest<Fingerprint>) -> String {
    let text = digest.to_string();
    text.strip_prefix("sha256:")
        .map(str::to_owned)
        .unwrap_or(text)
}
