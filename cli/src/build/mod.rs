//! `gitopsc build`: compile, print, say what was found.

mod documents;
mod ignored;
mod names;
mod options;
mod output;
mod report;
mod summary;

use crate::arguments::BuildArguments;
use crate::diagnostics::Paths;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::source;
use gitopsc_compiler::candidates::Candidates;
use gitopsc_compiler::{Compilation, Meaning, Options, target};
use gitopsc_core::{Diagnostic, TreePath};
use gitopsc_host::Place;
use ignored::Rules;
use rayon::ThreadPool;
use report::Report;
use std::path::Path;
use std::time::Instant;
use summary::Outcome;

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
        .and_then(|place| Ok((place, options::pool(&arguments.limits)?)));
    match ready {
        Err(diagnostic) => report.without_result(&[own, vec![*diagnostic]].concat()),
        Ok((place, pool)) => {
            let paths = Paths {
                root: place.tree.root_text().into(),
                current: environment.directory.clone(),
            };
            let job = Job {
                arguments,
                environment,
                place: &place,
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
    place: &'b Place,
    paths: &'b Paths,
    pool: &'b ThreadPool,
}

impl Job<'_> {
    /// Compiles, writes, reports.
    fn run(&self, report: &Report<'_>, mut findings: Vec<Diagnostic>) -> Exit {
        let rules = Rules::of(self.place);
        let compilation = self.compile(&rules);
        findings.extend(rules.faults());
        let selection = &self.arguments.selection;
        findings.extend(options::without_effect(selection, compilation.meaning));
        let outcome = if self.is_wanted(&compilation) {
            let found = output::write(self.output(), &compilation);
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
        let exit = report.of(&compilation, &findings, self.paths, outcome);
        // The process ends here, and freeing value by value would take a tenth of its time. Nothing in it
        // is secret as long as nothing is decrypted.
        std::mem::forget(compilation);
        exit
    }

    /// The path to write to; Kustomize takes an empty one for none.
    fn output(&self) -> Option<&Path> {
        let path = self.arguments.output.as_deref();
        path.filter(|path| !path.as_os_str().is_empty())
    }

    /// Whether the manifests are to be written.
    fn is_wanted(&self, compilation: &Compilation) -> bool {
        let whole = self.arguments.keep_going || !compilation.failed();
        whole && compilation.meaning != Meaning::Nothing
    }

    fn compile(&self, rules: &Rules<'_>) -> Compilation {
        let ignored = |path: &TreePath, directory: bool| rules.ignore(path, directory);
        let options = Options {
            ignored: Some(&ignored),
            ..options::compiler(self.arguments, self.environment, self.place)
        };
        let mut compilation = gitopsc_compiler::compile(&self.place.tree, &options, self.pool);
        if compilation.candidates != Candidates::default() {
            // Told again in paths that the user can copy.
            let show = |path: &TreePath| self.paths.shown(path);
            let (root, candidates) = (&compilation.root, &compilation.candidates);
            compilation.diagnostics = vec![target::neither(root, candidates, &show)];
        }
        compilation
    }
}
