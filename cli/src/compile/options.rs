//! From arguments to what the compiler may be told.

use super::Input;
use crate::arguments::{LimitArguments, Selection};
use crate::codes;
use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::{Meaning, Options};
use gitopsc_core::{Diagnostic, EcoString, TreePath};
use gitopsc_host::Place;
use gitopsc_yaml::Limits;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::PathBuf;

/// A warning for flags that do nothing for what `meaning` says is built.
pub fn without_effect(selection: &Selection, meaning: Meaning) -> Option<Diagnostic> {
    let chosen = !selection.include.is_empty() || !selection.exclude.is_empty();
    (chosen && meaning == Meaning::Kustomization).then(|| {
        let message = "--include and --exclude do nothing here, because a kustomization is built";
        Diagnostic::warning(codes::FLAG_WITHOUT_EFFECT, message)
            .usage()
            .hint("they choose among the units of a cluster; name its folder")
    })
}

/// The options of the compiler.
pub fn compiler(input: &Input<'_>, place: &Place) -> Options<'static> {
    Options {
        target: place.target.clone(),
        target_given: input.directory.is_some(),
        layers: texts(&input.common.selection.layers),
        include: texts(&input.common.selection.include),
        exclude: texts(&input.common.selection.exclude),
        kustomize: gitopsc_kustomize::Options {
            root_path: Some(place.tree.root_text().into()),
            ..input.kustomize.clone()
        },
        limits: limits(&input.common.limits),
        ignored: None,
        decryption: Decryption::default(),
        provenance: Vec::new(),
        keep_texts: false,
    }
}

/// `files` as paths in the tree of `place`; what lies elsewhere is none of its files.
pub fn in_tree(files: &[PathBuf], place: &Place) -> Vec<TreePath> {
    let below = |file: &PathBuf| {
        let real = file.canonicalize().ok()?;
        let below = real.strip_prefix(place.tree.root()).ok()?;
        let names = below.components().map(|name| name.as_os_str().to_str());
        let names: Option<Vec<&str>> = names.collect();
        Some(TreePath::new(&names?.join("/")))
    };
    files.iter().filter_map(below).collect()
}

fn texts(arguments: &[String]) -> Vec<EcoString> {
    arguments.iter().map(EcoString::from).collect()
}

fn limits(arguments: &LimitArguments) -> Limits {
    Limits {
        depth: arguments.max_yaml_depth.into(),
        aliases: arguments.max_yaml_aliases,
        nodes: arguments.max_yaml_nodes,
    }
}

/// Stack that one level of nesting takes at most, in bytes; a build that is not optimised takes the most.
const STACK_PER_LEVEL: usize = 2 * 1024;

/// The most threads that are started unasked: each costs a smallest build 0.05 ms.
const MOST_THREADS: usize = 16;

fn usual_threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    processors.min(MOST_THREADS)
}

/// The threads that everything runs on. The calling one is among them, so that one thread costs nothing,
/// unless values may nest deeper than its stack is sure to bear.
///
/// # Errors
/// The system gives no threads.
pub fn pool(arguments: &LimitArguments) -> Result<ThreadPool, Box<Diagnostic>> {
    let count = arguments.threads.map_or_else(usual_threads, usize::from);
    let depth = limits(arguments).depth;
    let builder = ThreadPoolBuilder::new().num_threads(count);
    let builder = if depth > Limits::default().depth {
        builder.stack_size(depth.saturating_mul(STACK_PER_LEVEL))
    } else {
        builder.use_current_thread()
    };
    builder.build().map_err(|error| unavailable(&error))
}

/// The calling thread alone.
///
/// # Errors
/// It serves another pool.
pub fn single_thread() -> Result<ThreadPool, Box<Diagnostic>> {
    let builder = ThreadPoolBuilder::new().num_threads(1);
    let pool = builder.use_current_thread().build();
    pool.map_err(|error| unavailable(&error))
}

fn unavailable(error: &rayon::ThreadPoolBuildError) -> Box<Diagnostic> {
    let message = format!("cannot start threads: {error}");
    let diagnostic = Diagnostic::error(codes::THREADS_UNAVAILABLE, message);
    Box::new(diagnostic.io().hint("ask for fewer with --threads"))
}
