//! Telling what was found, to people on standard error and to programs wherever they want it.

use super::output;
use super::summary::{Outcome, Summary};
use crate::arguments::{Color, Format, Messages};
use crate::diagnostics::{self, Finding, Paths, Sources, Style, Verbosity};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::{Compilation, Meaning};
use gitopsc_core::Diagnostic;
use gitopsc_host::write_file;
use std::io::Write as _;
use std::time::Instant;

/// How text looks where no terminal shows it.
const PLAIN: Style = Style {
    colour: false,
    columns: 120,
};

/// How findings are told.
pub struct Report<'r> {
    /// What the user wants to hear.
    pub messages: &'r Messages,
    /// What standard error is.
    pub environment: &'r Environment,
    /// When the build began.
    pub started: Instant,
}

impl Report<'_> {
    /// Tells what was found before there was a tree.
    pub fn without_result(&self, own: &[Diagnostic]) -> Exit {
        let findings = diagnostics::findings(None, own);
        self.tell(&findings, &Sources::default(), &Paths::default(), "")
    }

    /// Tells what was found in `compilation`, and beside it in `own`.
    pub fn of(
        &self,
        compilation: &Compilation,
        own: &[Diagnostic],
        paths: &Paths,
        outcome: Outcome,
    ) -> Exit {
        let findings = diagnostics::findings(Some(compilation), own);
        let sources = Sources::of(&findings, &compilation.files);
        let summary = Summary {
            compilation,
            counts: diagnostics::count(&findings),
            elapsed: self.started.elapsed(),
            outcome,
        };
        self.tell(&findings, &sources, paths, &self.summary(&summary))
    }

    /// A lone kustomization has a summary only for people at a terminal: a program that ran Kustomize
    /// before takes every word on standard error for trouble.
    fn summary(&self, summary: &Summary<'_>) -> String {
        let lone = summary.compilation.meaning == Meaning::Kustomization;
        if self.messages.quiet || (lone && !self.environment.terminal) {
            return String::new();
        }
        summary.text()
    }

    fn tell(
        &self,
        findings: &[Finding<'_>],
        sources: &Sources<'_>,
        paths: &Paths,
        summary: &str,
    ) -> Exit {
        let document = diagnostics::for_programs(self.messages.diagnostics, findings, sources);
        if let Some(file) = &self.messages.diagnostics_file {
            let document = document.unwrap_or_else(|| {
                diagnostics::for_people(findings, sources, paths, PLAIN, Verbosity::Verbose)
            });
            let failure = write_file(file, document.as_bytes()).err();
            let failure = failure.as_ref().map(output::unwritten);
            let failure = failure.as_ref().map(|diagnostic| Finding {
                diagnostic,
                units: Vec::new(),
            });
            let findings: Vec<Finding<'_>> = findings.iter().cloned().chain(failure).collect();
            complain(&[&self.text(&findings, sources, paths), summary]);
            return diagnostics::exit(&findings);
        }
        match (document, self.messages.diagnostics) {
            (None, _) => complain(&[&self.text(findings, sources, paths), summary]),
            (Some(document), Format::Github) => complain(&[&document, summary]),
            // A document is one only as long as nothing stands around it.
            (Some(document), _) => complain(&[&document]),
        }
        diagnostics::exit(findings)
    }

    fn text(&self, findings: &[Finding<'_>], sources: &Sources<'_>, paths: &Paths) -> String {
        let colour = match self.messages.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => self.environment.wants_colour(),
        };
        let style = Style {
            colour,
            columns: self.environment.columns.unwrap_or(PLAIN.columns),
        };
        let verbosity = match (self.messages.quiet, self.messages.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        diagnostics::for_people(findings, sources, paths, style, verbosity)
    }
}

/// Writes to standard error. Where that is closed, nobody is left to be told.
fn complain(texts: &[&str]) {
    let mut stderr = std::io::stderr().lock();
    for text in texts {
        let _ = stderr.write_all(text.as_bytes());
    }
}
