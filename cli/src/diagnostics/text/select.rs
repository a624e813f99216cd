//! Which findings a person sees.

use crate::diagnostics::Finding;
use gitopsc_core::Severity;
use std::collections::BTreeMap;

/// How much a person wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors.
    Quiet,
    /// Errors, and some warnings of each code.
    Terse,
    /// Errors, some warnings of each code, and notes if there are few.
    Normal,
    /// Errors, more warnings of each code, and notes if there are few.
    Full,
    /// Everything.
    Verbose,
}

/// Findings of one severity that are not shown, counted by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Their severity.
    pub severity: Severity,
    /// How many there are of each code.
    pub codes: BTreeMap<&'static str, usize>,
    /// Whether others of these codes are shown.
    pub more: bool,
}

/// How many warnings with one code are shown.
const MOST_WARNINGS: usize = 3;

/// How many of them are shown where findings are what was asked for.
const MOST_WARNINGS_OF_CHECKS: usize = 10;

/// How many notes are shown; if there are more, none is.
const MOST_NOTES: usize = 3;

/// The findings to show, the worst last, and what is kept back.
pub fn select<'f, 'd>(
    findings: &'f [Finding<'d>],
    verbosity: Verbosity,
) -> (Vec<&'f Finding<'d>>, Vec<Hidden>) {
    let mut shown: Vec<&Finding<'d>> = Vec::new();
    let mut hidden = Vec::new();
    for severity in [Severity::Note, Severity::Warning, Severity::Error] {
        let all: Vec<&Finding<'d>> = findings
            .iter()
            .filter(|finding| finding.diagnostic.severity == severity)
            .collect();
        let most = match (verbosity, severity) {
            (Verbosity::Verbose, _) | (_, Severity::Error) => usize::MAX,
            (Verbosity::Quiet, _) | (Verbosity::Terse, Severity::Note) => continue,
            (Verbosity::Full, Severity::Warning) => MOST_WARNINGS_OF_CHECKS,
            (_, Severity::Warning) => MOST_WARNINGS,
            (_, Severity::Note) if all.len() > MOST_NOTES => 0,
            (_, Severity::Note) => MOST_NOTES,
        };
        let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in all {
            let times = seen.entry(finding.diagnostic.code.0).or_default();
            *times += 1;
            if *times <= most {
                shown.push(finding);
            }
        }
        seen.retain(|_, times| *times > most);
        seen.values_mut().for_each(|times| *times -= most);
        if !seen.is_empty() {
            hidden.push(Hidden {
                severity,
                codes: seen,
                more: most > 0,
            });
        }
    }
    (shown, hidden)
}

/// One line on all that is not shown; nothing if everything is.
pub fn told(hidden: &[Hidden]) -> Option<String> {
    let parts: Vec<String> = hidden.iter().rev().map(Hidden::told).collect();
    (!parts.is_empty()).then(|| format!("not shown without --verbose: {}", parts.join(", ")))
}

impl Hidden {
    fn told(&self) -> String {
        let total: usize = self.codes.values().sum();
        let more = if self.more { "more " } else { "" };
        let plural = if total == 1 { "" } else { "s" };
        let codes: Vec<String> = match self.codes.len() {
            1 => self.codes.keys().map(ToString::to_string).collect(),
            _ => {
                let counted = self.codes.iter();
                counted
                    .map(|(code, times)| format!("{times} {code}"))
                    .collect()
            }
        };
        format!(
            "{total} {more}{}{plural} ({})",
            self.severity,
            codes.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Verbosity, select, told};
    use crate::diagnostics::Finding;
    use gitopsc_core::{Code, Diagnostic};

    fn findings(diagnostics: &[Diagnostic]) -> Vec<Finding<'_>> {
        let finding = |diagnostic| Finding {
            diagnostic,
            units: Vec::new(),
        };
        diagnostics.iter().map(finding).collect()
    }

    #[test]
    fn repeated_warnings_and_many_notes_are_counted_and_errors_come_last() {
        let mut diagnostics = vec![Diagnostic::error(Code("bad"), "e")];
        diagnostics.extend((0..5).map(|_| Diagnostic::warning(Code("odd"), "w")));
        diagnostics.extend((0..4).map(|_| Diagnostic::note(Code("so"), "n")));
        let findings = findings(&diagnostics);
        let (shown, hidden) = select(&findings, Verbosity::Normal);
        let codes: Vec<&str> = shown.iter().map(|found| found.diagnostic.code.0).collect();
        assert_eq!(codes, ["odd", "odd", "odd", "bad"]);
        assert_eq!(
            told(&hidden).as_deref(),
            Some("not shown without --verbose: 2 more warnings (odd), 4 notes (so)")
        );
        assert_eq!(select(&findings, Verbosity::Verbose).0.len(), 10);
        assert_eq!(select(&findings, Verbosity::Quiet).0.len(), 1);
        let (shown, hidden) = select(&findings, Verbosity::Terse);
        assert_eq!((shown.len(), hidden.len()), (4, 1));
    }

    #[test]
    fn a_few_notes_are_shown() {
        let diagnostics = [Diagnostic::note(Code("so"), "n")];
        let findings = findings(&diagnostics);
        assert_eq!(select(&findings, Verbosity::Normal).0.len(), 1);
    }
}
