//! Findings, and how they are written: one file for each format.
//!
//! A [`Finding`] is a diagnostic with the units it was found in: what is wrong with a base is found in
//! every unit that builds on it, and told once.

mod fingerprint;
mod github;
mod gitlab;
mod json;
mod paths;
mod sarif;
mod sources;
mod text;

pub use paths::Paths;
pub use sources::{Place, Sources};
pub use text::{Style, Verbosity};

use crate::arguments::Format;
use crate::exit::Exit;
use gitopsc_compiler::Compilation;
use gitopsc_core::{Diagnostic, Severity, TreePath, UnitPath};
use std::collections::BTreeMap;

/// A diagnostic and the units it was found in; none if it is about the whole.
#[derive(Clone, Debug)]
pub struct Finding<'d> {
    /// What was found.
    pub diagnostic: &'d Diagnostic,
    /// In which units.
    pub units: Vec<FoundIn<'d>>,
}

/// A unit in which something was found.
#[derive(Clone, Copy, Debug)]
pub struct FoundIn<'d> {
    /// Its name.
    pub unit: &'d UnitPath,
    /// Its directory in the tree.
    pub directory: &'d TreePath,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

/// All findings of `compilation`, each once, then `own`.
pub fn findings<'d>(
    compilation: Option<&'d Compilation>,
    own: &'d [Diagnostic],
) -> Vec<Finding<'d>> {
    let mut findings: Vec<Finding<'d>> = Vec::new();
    let mut known: BTreeMap<&Diagnostic, usize> = BTreeMap::new();
    let units = compilation
        .iter()
        .flat_map(|compilation| &compilation.units);
    for unit in units {
        let found_in = FoundIn {
            unit: &unit.path,
            directory: &unit.directory,
        };
        for diagnostic in &unit.diagnostics {
            let at = *known.entry(diagnostic).or_insert(findings.len());
            match findings.get_mut(at) {
                Some(finding) => finding.add(found_in),
                None => findings.push(Finding {
                    diagnostic,
                    units: vec![found_in],
                }),
            }
        }
    }
    let whole = compilation
        .iter()
        .flat_map(|compilation| &compilation.diagnostics);
    findings.extend(whole.chain(own).map(|diagnostic| Finding {
        diagnostic,
        units: Vec::new(),
    }));
    findings
}

impl<'d> Finding<'d> {
    /// The directory that a finding without a place belongs to.
    fn directory(&self) -> &str {
        self.units
            .first()
            .map_or(".", |found| found.directory.as_str())
    }

    /// Adds a unit, unless it was added last.
    fn add(&mut self, found_in: FoundIn<'d>) {
        if self
            .units
            .last()
            .is_none_or(|last| last.unit != found_in.unit)
        {
            self.units.push(found_in);
        }
    }
}

/// Counts `findings`.
pub fn count(findings: &[Finding<'_>]) -> Counts {
    let of = |severity| {
        let same = |finding: &&Finding<'_>| finding.diagnostic.severity == severity;
        findings.iter().filter(same).count()
    };
    Counts {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
    }
}

/// What `findings` make of a command.
pub fn exit(findings: &[Finding<'_>]) -> Exit {
    let exits = findings.iter().map(|finding| Exit::of(finding.diagnostic));
    exits.max().unwrap_or(Exit::Done)
}

/// Writes `findings` for another program; nothing if `format` is for people.
pub fn for_programs(
    format: Format,
    findings: &[Finding<'_>],
    sources: &Sources<'_>,
) -> Option<String> {
    match format {
        Format::Text => None,
        Format::Json => Some(json::render(findings, sources)),
        Format::Sarif => Some(sarif::render(findings, sources)),
        Format::Github => Some(github::render(findings, sources)),
        Format::Gitlab => Some(gitlab::render(findings, sources)),
    }
}

/// Writes `findings` for people.
pub fn for_people(
    findings: &[Finding<'_>],
    sources: &Sources<'_>,
    paths: &Paths,
    style: Style,
    verbosity: Verbosity,
) -> String {
    text::render(findings, sources, paths, style, verbosity)
}

/// A JSON document as text.
fn document(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
