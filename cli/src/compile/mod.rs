//! From arguments to a compilation: what every command does first that looks at a tree.

mod ignored;
mod options;

use crate::arguments::{KustomizeArguments, LimitArguments, Selection};
use crate::diagnostics::Paths;
use crate::environment::Environment;
use crate::source;
use gitopsc_compiler::candidates::Candidates;
use gitopsc_compiler::{Compilation, Options, target};
use gitopsc_core::{Diagnostic, SourceTree, TreePath};
use gitopsc_host::Place;
use ignored::Rules;
use rayon::ThreadPool;
use std::path::Path;

/// What is to be compiled, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The directory, if one is named.
    pub directory: Option<&'a Path>,
    /// What belongs to the cluster.
    pub selection: &'a Selection,
    /// What may be used up.
    pub limits: &'a LimitArguments,
    /// The flags of Kustomize.
    pub kustomize: &'a KustomizeArguments,
}

/// A way to compile a tree.
pub type Compile<'c> = dyn Fn(&dyn SourceTree, &Options<'_>, &ThreadPool) -> Compilation + 'c;

/// A compilation whose tree and threads are there.
pub struct Job<'a> {
    request: Request<'a>,
    environment: &'a Environment,
    place: Place,
    pool: ThreadPool,
    /// How the user writes paths.
    pub paths: Paths,
}

impl<'a> Job<'a> {
    /// Finds the tree and starts the threads.
    ///
    /// # Errors
    /// Why nothing can be compiled.
    pub fn prepare(
        request: Request<'a>,
        environment: &'a Environment,
    ) -> Result<Job<'a>, Box<Diagnostic>> {
        let directory = request.directory.unwrap_or(Path::new("."));
        let source_root = request.selection.source_root.as_deref();
        let place = source::locate(directory, source_root)?;
        let pool = options::pool(request.limits)?;
        Ok(Job {
            request,
            environment,
            paths: Paths {
                root: place.tree.root_text().into(),
                current: environment.directory.clone(),
            },
            place,
            pool,
        })
    }

    /// Does `work` on the threads.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// Compiles by `compile`; what was found beside the compilation comes with it.
    pub fn compile(&self, compile: &Compile<'_>) -> (Compilation, Vec<Diagnostic>) {
        let rules = Rules::of(&self.place);
        let ignored = |path: &TreePath, directory: bool| rules.ignore(path, directory);
        let options = Options {
            ignored: Some(&ignored),
            ..options::compiler(&self.request, self.environment, &self.place)
        };
        let mut compilation = compile(&self.place.tree, &options, &self.pool);
        if compilation.candidates != Candidates::default() {
            // Told again in paths that the user can copy.
            let show = |path: &TreePath| self.paths.shown(path);
            let (root, candidates) = (&compilation.root, &compilation.candidates);
            compilation.diagnostics = vec![target::neither(root, candidates, &show)];
        }
        let without_effect = options::without_effect(self.request.selection, compilation.meaning);
        let found = rules.faults().into_iter().chain(without_effect).collect();
        (compilation, found)
    }
}

impl Request<'_> {
    /// Warnings for flags that Kustomize deprecated.
    pub fn deprecations(&self) -> Vec<Diagnostic> {
        options::deprecations(self.kustomize)
    }
}
