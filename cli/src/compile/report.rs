//! Telling what was found, to people on standard error and to programs wherever they want it.

use super::summary::{Outcome, Summary};
use crate::arguments::{Format, Messages};
use crate::build::{print, unwritten};
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
    /// When the work began.
    pub started: Instant,
    /// What findings are to the command.
    pub role: Role,
}

/// What findings are to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// They are told beside its output, all of them on standard error.
    Beside,
    /// They are told beside an answer to a question about something else: only errors are.
    Answer,
    /// They are its output: documents for programs go to standard output.
    Output {
        /// Whether warnings count as errors for the exit status.
        strict: bool,
    },
}

/// What is to be told.
struct Told<'t> {
    findings: Vec<Finding<'t>>,
    sources: &'t Sources<'t>,
    paths: &'t Paths,
    summary: String,
    verbosity: Verbosity,
}

impl Report<'_> {
    /// Tells what was found before there was a tree.
    pub fn without_result(&self, own: &[Diagnostic]) -> Exit {
        self.tell(Told {
            findings: diagnostics::findings(None, own),
            sources: &Sources::default(),
            paths: &Paths::default(),
            summary: String::new(),
            verbosity: self.verbosity(None),
        })
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
        let summary = Summary {
            compilation,
            counts: diagnostics::count(&findings),
            elapsed: self.started.elapsed(),
            outcome,
        };
        let summary = match self.verbosity(Some(compilation)) {
            Verbosity::Quiet | Verbosity::Terse => String::new(),
            Verbosity::Verbose if self.role == Role::Beside => summary.left_out() + &summary.text(),
            Verbosity::Normal | Verbosity::Full | Verbosity::Verbose => summary.text(),
        };
        self.tell(Told {
            sources: &Sources::of(&findings, &compilation.files),
            findings,
            paths,
            summary,
            verbosity: self.verbosity(Some(compilation)),
        })
    }

    /// Tells `warning` at once, whatever is to be told besides; gives it back where findings are one document,
    /// in which it belongs then.
    pub fn first(&self, warning: Diagnostic) -> Option<Diagnostic> {
        let format = self.messages.diagnostics;
        let to_stderr = self.messages.diagnostics_file.is_none();
        match format {
            Format::Json | Format::Sarif | Format::Gitlab if to_stderr => return Some(warning),
            _ => {}
        }
        let findings = diagnostics::findings(None, std::slice::from_ref(&warning));
        let sources = Sources::default();
        let document = diagnostics::for_programs(format, &findings, &sources);
        let text = document.filter(|_| to_stderr).unwrap_or_else(|| {
            let (paths, style) = (Paths::default(), self.style());
            diagnostics::for_people(&findings, &sources, &paths, style, Verbosity::Normal)
        });
        complain(&[&text]);
        None
    }

    /// How much is told. Of a lone kustomization that is little where no person looks: a program that ran
    /// Kustomize before takes every word on standard error for trouble.
    fn verbosity(&self, compilation: Option<&Compilation>) -> Verbosity {
        let lone = compilation.is_some_and(|found| found.meaning == Meaning::Kustomization);
        match (self.messages.quiet, self.messages.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) if self.role == Role::Answer => Verbosity::Quiet,
            (false, false) if self.role != Role::Beside => Verbosity::Full,
            (false, false) if lone && !self.environment.terminal => Verbosity::Terse,
            (false, false) => Verbosity::Normal,
        }
    }

    fn tell(&self, told: Told<'_>) -> Exit {
        let format = self.messages.diagnostics;
        let document = diagnostics::for_programs(format, &told.findings, told.sources);
        match (&self.messages.diagnostics_file, document) {
            (Some(file), document) => {
                let document = document.unwrap_or_else(|| told.text(PLAIN, Verbosity::Verbose));
                let failure = write_file(file, document.as_bytes()).err();
                let failure = failure.as_ref().map(unwritten);
                return self.tell_people(told.and(failure.as_ref()));
            }
            (None, None) => return self.tell_people(told),
            (None, Some(document)) if matches!(self.role, Role::Output { .. }) => {
                let failure = print(document.as_bytes());
                complain(&[&told.summary]);
                let told = told.and(failure.as_ref());
                return self.exit(&told.findings);
            }
            (None, Some(document)) if format == Format::Github => {
                complain(&[&document, &told.summary]);
            }
            // A document is one only as long as nothing stands around it.
            (None, Some(document)) => complain(&[&document]),
        }
        self.exit(&told.findings)
    }

    fn exit(&self, findings: &[Finding<'_>]) -> Exit {
        let strict = self.role == Role::Output { strict: true };
        let warnings = diagnostics::count(findings).warnings;
        let exit = diagnostics::exit(findings);
        if strict && warnings > 0 {
            return exit.max(Exit::Input);
        }
        exit
    }

    fn style(&self) -> Style {
        Style {
            colour: (self.messages.color.choice()).unwrap_or(self.environment.wants_colour()),
            columns: self.environment.columns.unwrap_or(PLAIN.columns),
        }
    }

    fn tell_people(&self, told: Told<'_>) -> Exit {
        complain(&[&told.text(self.style(), told.verbosity), &told.summary]);
        self.exit(&told.findings)
    }
}

impl<'t> Told<'t> {
    /// The same with one more finding.
    fn and(mut self, diagnostic: Option<&'t Diagnostic>) -> Told<'t> {
        self.findings.extend(diagnostic.map(|diagnostic| Finding {
            diagnostic,
            units: Vec::new(),
        }));
        self
    }

    fn text(&self, style: Style, verbosity: Verbosity) -> String {
        diagnostics::for_people(&self.findings, self.sources, self.paths, style, verbosity)
    }
}

/// Writes to standard error. Where that is closed, nobody is left to be told.
fn complain(texts: &[&str]) {
    let mut stderr = std::io::stderr().lock();
    for text in texts {
        let _ = stderr.write_all(text.as_bytes());
    }
}
