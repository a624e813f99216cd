//! `gitopsc build`: compile, print, say what was found.

mod documents;
mod options;
mod output;
mod report;
mod summary;

use crate::arguments::BuildArguments;
use crate::diagnostics::Paths;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::source::{self, Source};
use gitopsc_compiler::candidates::Candidates;
use gitopsc_compiler::{Compilation, Meaning, target};
use gitopsc_core::{Diagnostic, TreePath};
use rayon::ThreadPool;
use report::Report;
use std::path::Path;
use std::time::Instant;

/// Builds what `arguments` name.
pub fn run(arguments: &BuildArguments, environment: &Environment) -> Exit {
    let report = Report {
        messages: &arguments.messages,
        environment,
        started: Instant::now(),
    };
    let own = options::deprecations(arguments);
    let directory = arguments.directory.as_deref().unwrap_or(Path::new("."));
    let source_root = arguments.selection.source_root.as_deref();
    let ready = source::locate(directory, source_root)
        .and_then(|source| Ok((source, options::pool(&arguments.limits)?)));
    match ready {
        Err(diagnostic) => report.without_result(&[own, vec![*diagnostic]].concat()),
        Ok((source, pool)) => {
            let paths = Paths {
                root: source.tree.root().to_owned(),
                current: environment.directory.clone(),
            };
            let job = Job {
                arguments,
                environment,
                source: &source,
                paths: &paths,
                pool: &pool,
            };
            pool.install(|| job.run(&report, own))
        }
    }
}

/// A build whose tree and threads are there.
struct Job<'b> {
    arguments: &'b BuildArguments,
    environment: &'b Environment,
    source: &'b Source,
    paths: &'b Paths,
    pool: &'b ThreadPool,
}

impl Job<'_> {
    /// Compiles, writes, reports.
    fn run(&self, report: &Report<'_>, mut findings: Vec<Diagnostic>) -> Exit {
        let compilation = self.compile();
        let whole = !compilation.failed();
        let written = compilation.meaning != Meaning::Nothing && (whole || self.arguments.keep_going);
        let mut exit = Exit::Done;
        if written && let Err(failure) = output::write(self.arguments, &compilation) {
            exit = failure.exit;
            findings.push(failure.diagnostic);
        }
        exit.max(report.of(&compilation, &findings, self.paths, written))
    }

    fn compile(&self) -> Compilation {
        let options = options::compiler(self.arguments, self.environment, self.source);
        let mut compilation = gitopsc_compiler::compile(&self.source.tree, &options, self.pool);
        if compilation.candidates != Candidates::default() {
            // Told again in paths that the user can copy.
            let show = |path: &TreePath| self.paths.shown(path);
            let (root, candidates) = (&compilation.root, &compilation.candidates);
            compilation.diagnostics = vec![target::neither(root, candidates, &show)];
        }
        compilation
    }
}
