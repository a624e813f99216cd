//! `gitopsc build`: compile, print, say what was found.

mod documents;
mod names;
pub mod output;
mod summary;

use crate::arguments::BuildArguments;
use crate::compile::{Job, Request};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::report::{Report, Role};
use gitopsc_compiler::{Compilation, Meaning};
use gitopsc_core::Diagnostic;
use std::path::Path;
use std::time::Instant;
use summary::{Outcome, Summary};

/// Builds what `arguments` name.
pub fn run(arguments: &BuildArguments, environment: &Environment) -> Exit {
    let report = Report {
        messages: &arguments.messages,
        environment,
        started: Instant::now(),
        role: Role::Beside,
    };
    let request = Request {
        directory: arguments.directory.as_deref(),
        selection: &arguments.selection,
        limits: &arguments.limits,
        kustomize: &arguments.kustomize,
    };
    let own = request.deprecations();
    match Job::prepare(request, environment) {
        Err(diagnostic) => report.without_result(&[own, vec![*diagnostic]].concat()),
        Ok(job) => job.install(|| build(arguments, &job, &report, own)),
    }
}

/// Compiles, writes, reports.
fn build(
    arguments: &BuildArguments,
    job: &Job<'_>,
    report: &Report<'_>,
    mut findings: Vec<Diagnostic>,
) -> Exit {
    let (compilation, found) = job.compile(&gitopsc_compiler::compile);
    findings.extend(found);
    let outcome = if is_wanted(arguments, &compilation) {
        let found = output::write(output_of(arguments), &compilation);
        let failed = found.as_ref().is_some_and(Diagnostic::is_error);
        findings.extend(found);
        if failed {
            Outcome::Unwritable
        } else {
            Outcome::Written
        }
    } else {
        Outcome::HeldBack
    };
    report.of(&compilation, &findings, &job.paths, |counts, elapsed| {
        let summary = Summary {
            compilation: &compilation,
            counts,
            elapsed,
            outcome,
        };
        summary.text()
    })
}

/// The path to write to; Kustomize takes an empty one for none.
fn output_of(arguments: &BuildArguments) -> Option<&Path> {
    let path = arguments.output.as_deref();
    path.filter(|path| !path.as_os_str().is_empty())
}

/// Whether the manifests are to be written.
fn is_wanted(arguments: &BuildArguments, compilation: &Compilation) -> bool {
    let whole = arguments.keep_going || !compilation.failed();
    whole && compilation.meaning != Meaning::Nothing
}
