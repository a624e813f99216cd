//! What all commands that read a tree have in common: find it, compile it, tell what was found.

mod ignored;
mod layers;
mod options;
mod report;
mod summary;

pub use layers::is_in_a_layer;
pub use options::single_thread;
pub use report::{Report, Role};
pub use summary::Outcome;

use crate::arguments::{CommonArguments, Messages, ReadingArguments};
use crate::diagnostics::Paths;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::source;
use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::{Compilation, Options, target};
use gitopsc_core::{Diagnostic, SourceTree, TreePath, UnitPath};
use gitopsc_host::Place;
use gitopsc_kustomize::{Bytes, Content};
use ignored::Rules;
use rayon::ThreadPool;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// What a command is to read, and how.
pub struct Input<'a> {
    /// The directory that the user named.
    pub directory: Option<&'a Path>,
    /// How it is read.
    pub common: &'a CommonArguments,
    /// Options of every Kustomize build, without the root's path.
    pub kustomize: gitopsc_kustomize::Options,
}

impl<'a> Input<'a> {
    /// `directory`, read as `reading` says.
    pub fn new(directory: Option<&'a Path>, reading: &'a ReadingArguments) -> Input<'a> {
        Input {
            directory,
            common: &reading.common,
            kustomize: gitopsc_kustomize::Options {
                load_restriction: reading.load_restrictor,
                ..gitopsc_kustomize::Options::default()
            },
        }
    }
}

/// A compilation and what it was made with.
pub struct Compiled<'c> {
    /// The result.
    pub compilation: &'c Compilation,
    /// The threads.
    pub pool: &'c ThreadPool,
    /// Where the tree and the user are on this host.
    pub paths: &'c Paths,
    /// The files that were handed in beside the tree, in their order.
    pub beside: &'c [Content],
    /// How findings are told.
    pub report: &'c Report<'c>,
    /// Compiles the same again, these units with where each of their values came from.
    pub again: &'c dyn Fn(Vec<UnitPath>) -> Compilation,
}

/// A file that is no part of the tree, and that findings may point into.
pub struct Beside {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

/// A way to compile a tree.
pub type Compile<'c> =
    dyn Fn(&dyn SourceTree, &Options<'_>, &ThreadPool) -> Compilation + Sync + 'c;

/// In what a command differs from one that writes manifests.
#[derive(Clone, Copy)]
pub struct Manner<'m> {
    /// How it compiles.
    pub compile: &'m Compile<'m>,
    /// What findings are to it.
    pub role: Role,
    /// Files that it reads beside the tree.
    pub beside: &'m [Beside],
    /// Whether findings may come to light after the compilation, anywhere in the files.
    pub finds_later: bool,
}

impl Default for Manner<'_> {
    fn default() -> Self {
        Manner {
            compile: &gitopsc_compiler::compile,
            role: Role::Beside,
            beside: &[],
            finds_later: false,
        }
    }
}

/// Compiles `input`, lets `finish` do what the command is for, and tells everything that was found: `own` before,
/// by the compiler, and by `finish`.
pub fn run(
    input: &Input<'_>,
    environment: &Environment,
    own: Vec<Diagnostic>,
    finish: impl FnOnce(&Compiled<'_>, &mut Vec<Diagnostic>) -> Outcome + Send,
) -> Exit {
    run_as(Manner::default(), input, environment, own, finish)
}

/// As [`run`], in a manner of its own.
pub fn run_as(
    manner: Manner<'_>,
    input: &Input<'_>,
    environment: &Environment,
    own: Vec<Diagnostic>,
    finish: impl FnOnce(&Compiled<'_>, &mut Vec<Diagnostic>) -> Outcome + Send,
) -> Exit {
    let report = Report {
        messages: &input.common.messages,
        environment,
        started: Instant::now(),
        role: manner.role,
    };
    let directory = input.directory.unwrap_or(Path::new("."));
    let source_root = input.common.selection.source_root.as_deref();
    let ready = source::locate(directory, source_root)
        .and_then(|place| Ok((place, options::pool(&input.common.limits)?)));
    match ready {
        Err(diagnostic) => report.without_result(&[own, vec![*diagnostic]].concat()),
        Ok((place, pool)) => {
            pool.install(|| compile_and_tell(manner, input, &place, &pool, &report, own, finish))
        }
    }
}

/// What [`run_as`] does once everything is there that it needs.
fn compile_and_tell(
    manner: Manner<'_>,
    input: &Input<'_>,
    place: &Place,
    pool: &ThreadPool,
    report: &Report<'_>,
    own: Vec<Diagnostic>,
    finish: impl FnOnce(&Compiled<'_>, &mut Vec<Diagnostic>) -> Outcome,
) -> Exit {
    let paths = Paths {
        root: place.tree.root_text().into(),
        current: report.environment.directory.clone(),
    };
    let rules = Rules::of(place);
    let keys = Keys::new(&input.common.secrets, &report.environment.keys);
    let work = Work {
        input,
        place,
        rules: &rules,
        keys: &keys,
        paths: &paths,
        pool,
    };
    let first = Depth {
        provenance: Vec::new(),
        keep_texts: manner.finds_later,
    };
    let mut compilation = work.compile(manner.compile, first);
    let beside = add(manner.beside, &mut compilation, &paths);
    let mut findings = own;
    findings.extend(rules.faults());
    findings.extend(keys.problems().iter().cloned());
    findings.extend(options::without_effect(
        &input.common.selection,
        compilation.meaning,
    ));
    let compiled = Compiled {
        compilation: &compilation,
        pool,
        paths: &paths,
        beside: &beside,
        report,
        again: &|provenance| {
            let depth = Depth {
                provenance,
                keep_texts: true,
            };
            work.compile(manner.compile, depth)
        },
    };
    let outcome = finish(&compiled, &mut findings);
    let exit = report.of(&compilation, &findings, &paths, outcome);
    // The process ends here, and freeing value by value would take a tenth of its time. What was
    // decrypted is wiped all the same.
    if compilation.secrets.is_empty() {
        std::mem::forget(compilation);
    }
    exit
}

/// Adds `files` to those of `compilation`, so that findings can point into them.
fn add(files: &[Beside], compilation: &mut Compilation, paths: &Paths) -> Vec<Content> {
    let add = |file: &Beside| Content {
        file: compilation
            .files
            .add(paths.in_tree(&file.path), Arc::clone(&file.bytes)),
        bytes: Bytes::Plain(Arc::clone(&file.bytes)),
        secret: None,
    };
    files.iter().map(add).collect()
}

/// Tells `findings` of a command that compiles nothing.
pub fn tell(messages: &Messages, environment: &Environment, findings: &[Diagnostic]) -> Exit {
    let report = Report {
        messages,
        environment,
        started: Instant::now(),
        role: Role::Beside,
    };
    report.without_result(findings)
}

/// A compilation that is about to be made.
struct Work<'w> {
    input: &'w Input<'w>,
    place: &'w Place,
    rules: &'w Rules<'w>,
    keys: &'w Keys<'w>,
    paths: &'w Paths,
    pool: &'w ThreadPool,
}

/// How much a compilation keeps of where things came from.
struct Depth {
    provenance: Vec<UnitPath>,
    keep_texts: bool,
}

impl Work<'_> {
    fn compile(&self, compile: &Compile<'_>, depth: Depth) -> Compilation {
        let ignored = |path: &TreePath, directory: bool| self.rules.ignore(path, directory);
        let keyring = || self.keys.keyring();
        let secrets = &self.input.common.secrets;
        let options = Options {
            ignored: Some(&ignored),
            decryption: Decryption {
                keys: Some(&keyring),
                allow_encrypted: secrets.allow_encrypted,
                allow_missing_mac: options::in_tree(&secrets.allow_missing_mac, self.place),
            },
            provenance: depth.provenance,
            keep_texts: depth.keep_texts,
            ..options::compiler(self.input, self.place)
        };
        let mut compilation = compile(&self.place.tree, &options, self.pool);
        let (root, candidates) = (&compilation.root, &compilation.candidates);
        if compilation.diagnostics == [target::neither(root, candidates, &TreePath::to_string)] {
            // Told again in paths that the user can copy.
            let show = |path: &TreePath| self.paths.shown(path);
            compilation.diagnostics = vec![target::neither(root, candidates, &show)];
        }
        compilation
    }
}
