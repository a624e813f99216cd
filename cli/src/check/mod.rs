//! `gitopsc check`: compile, look, say what was found.

mod summary;

use crate::arguments::CheckArguments;
use crate::compile::{Job, Request};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::report::{Report, Role};
use gitopsc_compiler::check::KubeVersion;
use gitopsc_core::Diagnostic;
use std::cell::Cell;
use std::time::Instant;

/// Checks what `arguments` name.
pub fn run(arguments: &CheckArguments, environment: &Environment) -> Exit {
    let report = Report {
        messages: &arguments.messages,
        environment,
        started: Instant::now(),
        role: Role::Output {
            strict: arguments.strict,
        },
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
        Ok(job) => job.install(|| check(arguments.kube_version, &job, &report, own)),
    }
}

fn check(
    asked: Option<KubeVersion>,
    job: &Job<'_>,
    report: &Report<'_>,
    mut findings: Vec<Diagnostic>,
) -> Exit {
    let version = Cell::new(KubeVersion::newest());
    let (compilation, found) = job.compile(&|tree, options, pool| {
        let checked = gitopsc_compiler::check::check(tree, options, asked, pool);
        version.set(checked.version);
        checked.compilation
    });
    findings.extend(found);
    report.of(&compilation, &findings, &job.paths, |counts, elapsed| {
        summary::text(&compilation, version.get(), counts, elapsed)
    })
}
