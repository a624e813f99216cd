//! Findings as a Code Quality report, which GitLab shows beside the changed lines of a merge request.
//!
//! Its schema is docs/reference/schemas/gitlab-code-quality.schema.json.

use super::fingerprint::fingerprints;
use super::{Finding, Sources};
use gitopsc_core::Severity;
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'f> {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'f>,
}

#[derive(Serialize)]
struct Location<'f> {
    path: &'f str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// One list of issues. Paths are seen from the root of the source.
pub fn render(findings: &[Finding<'_>], sources: &Sources<'_>) -> String {
    let fingerprints = fingerprints(findings, sources);
    let issues: Vec<Issue<'_>> = findings
        .iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| issue(finding, fingerprint, sources))
        .collect();
    super::document(&issues)
}

fn issue<'f>(finding: &'f Finding<'_>, fingerprint: String, sources: &'f Sources<'_>) -> Issue<'f> {
    let diagnostic = finding.diagnostic;
    let description = match &diagnostic.hint {
        Some(hint) => format!("{}; {hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let place = sources.main_place(diagnostic);
    let position = place.and_then(|place| place.position);
    let path = place.map_or_else(|| finding.directory(), |place| place.path.as_str());
    let begin = position.map_or(1, |position| position.line);
    Issue {
        description,
        check_name: diagnostic.code.0,
        fingerprint,
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location {
            path,
            lines: Lines { begin },
        },
    }
}
