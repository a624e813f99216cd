//! What all commands that read a tree have in common: find it, compile it, tell what was found.

mod ignored;
mod options;
mod report;
mod summary;

pub use summary::Outcome;

use crate::arguments::{LimitArguments, Messages, Selection};
use crate::diagnostics::Paths;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::source;
use gitopsc_compiler::candidates::Candidates;
use gitopsc_compiler::{Compilation, Options, target};
use gitopsc_core::{Diagnostic, TreePath};
use gitopsc_host::Place;
use gitopsc_kustomize::Content;
use ignored::Rules;
use rayon::ThreadPool;
use report::Report;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a command is to read, and how.
pub struct Input<'a> {
    /// The directory that the user named.
    pub directory: Option<&'a Path>,
    /// What belongs to the cluster.
    pub selection: &'a Selection,
    /// What may be used up.
    pub limits: &'a LimitArguments,
    /// What is said on the way.
    pub messages: &'a Messages,
    /// Options of every Kustomize build, without the root's path.
    pub kustomize: gitopsc_kustomize::Options,
}

/// A compilation and what it was made with.
pub struct Compiled<'c> {
    /// The result.
    pub compilation: &'c Compilation,
    /// The threads.
    pub pool: &'c ThreadPool,
    /// The root of the tree on this host.
    pub root: &'c Path,
    /// The files that were handed in beside the tree, in their order.
    pub beside: &'c [Content],
}

/// A file that is no part of the tree, and that findings may point into.
pub struct Beside {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

/// Compiles `input`, lets `finish` do what the command is for, and tells everything that was found: `own` before,
/// by the compiler, and by `finish`.
pub fn run(
    input: &Input<'_>,
    environment: &Environment,
    own: Vec<Diagnostic>,
    finish: impl FnOnce(&Compiled<'_>, &mut Vec<Diagnostic>) -> Outcome + Send,
) -> Exit {
    run_beside(input, environment, own, Vec::new(), finish)
}

/// The same with files `beside` the tree.
pub fn run_beside(
    input: &Input<'_>,
    environment: &Environment,
    own: Vec<Diagnostic>,
    beside: Vec<Beside>,
    finish: impl FnOnce(&Compiled<'_>, &mut Vec<Diagnostic>) -> Outcome + Send,
) -> Exit {
    let report = Report {
        messages: input.messages,
        environment,
        started: Instant::now(),
    };
    let directory = input.directory.unwrap_or(Path::new("."));
    let source_root = input.selection.source_root.as_deref();
    let ready = source::locate(directory, source_root)
        .and_then(|place| Ok((place, options::pool(input.limits)?)));
    match ready {
        Err(diagnostic) => report.without_result(&[own, vec![*diagnostic]].concat()),
        Ok((place, pool)) => pool.install(|| {
            let paths = Paths {
                root: place.tree.root_text().into(),
                current: environment.directory.clone(),
            };
            let rules = Rules::of(&place);
            let mut compilation = compile(input, &place, &rules, &paths, &pool);
            let add = |file: Beside| Content {
                file: compilation
                    .files
                    .add(paths.in_tree(&file.path), Arc::clone(&file.bytes)),
                bytes: file.bytes,
                secret: None,
            };
            let beside: Vec<Content> = beside.into_iter().map(add).collect();
            let mut findings = own;
            findings.extend(rules.faults());
            findings.extend(options::without_effect(
                input.selection,
                compilation.meaning,
            ));
            let compiled = Compiled {
                compilation: &compilation,
                pool: &pool,
                root: &paths.root,
                beside: &beside,
            };
            let outcome = finish(&compiled, &mut findings);
            let exit = report.of(&compilation, &findings, &paths, outcome);
            // The process ends here, and freeing value by value would take a tenth of its time. Nothing in it
            // is secret as long as nothing is decrypted.
            std::mem::forget(compilation);
            exit
        }),
    }
}

fn compile(
    input: &Input<'_>,
    place: &Place,
    rules: &Rules<'_>,
    paths: &Paths,
    pool: &ThreadPool,
) -> Compilation {
    let ignored = |path: &TreePath, directory: bool| rules.ignore(path, directory);
    let options = Options {
        ignored: Some(&ignored),
        ..options::compiler(input, place)
    };
    let mut compilation = gitopsc_compiler::compile(&place.tree, &options, pool);
    if compilation.candidates != Candidates::default() {
        // Told again in paths that the user can copy.
        let show = |path: &TreePath| paths.shown(path);
        let (root, candidates) = (&compilation.root, &compilation.candidates);
        compilation.diagnostics = vec![target::neither(root, candidates, &show)];
    }
    compilation
}
