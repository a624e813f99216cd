//! The same tree gives the same compilation: whatever the number of threads, the order of directory entries,
//! and how the target is written.

mod trees;

use gitopsc_compiler::{Compilation, Options, compile};
use gitopsc_core::{DirEntry, Entry, Fault, SourceTree, TreePath};
use gitopsc_test_support::{Missing, Outcome, Test, difference, run};
use gitopsc_yaml::emit::{Secrets, emit};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use trees::{EXAMPLES, Example};

/// How many threads a compilation gets that is compared with one of a single thread.
const THREADS: usize = 8;

fn main() -> ExitCode {
    let tests = EXAMPLES.into_iter().flat_map(|example| {
        [
            test(&example, "with any number of threads", |example, tree| {
                let again =
                    (0..3).map(|_| (fingerprint(tree, &example.options(), THREADS), THREADS));
                again.collect()
            }),
            test(&example, "in any order of entries", |example, tree| {
                let shuffled = |seed| {
                    let tree = Shuffled { tree, seed };
                    (fingerprint(&tree, &example.options(), THREADS), THREADS)
                };
                (1..4).map(shuffled).collect()
            }),
            test(
                &example,
                "with and without a slash at the end",
                |example, tree| {
                    let target = TreePath::new(&format!("./{}/", example.target));
                    let options = Options {
                        target,
                        ..example.options()
                    };
                    vec![(fingerprint(tree, &options, 1), 1)]
                },
            ),
        ]
    });
    run(tests.collect())
}

/// Compilations to be compared with the plain one, as text.
type Variants = fn(&Example, &dyn SourceTree) -> Vec<(String, usize)>;

fn test(example: &Example, what: &str, variants: Variants) -> Test {
    let example = example.clone();
    Test::new(format!("{} is the same {what}", example.name), move || {
        check(&example, variants).unwrap_or_else(Outcome::from)
    })
}

fn check(example: &Example, variants: Variants) -> Result<Outcome, Missing> {
    let tree = example.tree()?;
    let plain = fingerprint(&tree, &example.options(), 1);
    for (variant, threads) in variants(example, &tree) {
        if variant != plain {
            let how = difference(&plain, &variant);
            return Ok(Outcome::Failed(format!("with {threads} threads: {how}")));
        }
    }
    Ok(Outcome::Passed)
}

/// Everything that a compilation gives, as text.
fn fingerprint(tree: &dyn SourceTree, options: &Options<'_>, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let compilation = compile(tree, options, &pool.expect("threads can be started"));
    let mut text = String::new();
    let result = write_compilation(&mut text, &compilation);
    result.expect("a string takes any text");
    text
}

fn write_compilation(text: &mut String, compilation: &Compilation) -> std::fmt::Result {
    writeln!(text, "{:?} {:?}", compilation.meaning, compilation.digest)?;
    for unit in &compilation.units {
        writeln!(text, "{} {} {:?}", unit.path, unit.input, unit.output)?;
        writeln!(text, "{:?} {:?}", unit.settings, unit.diagnostics)?;
        for (manifest, digest) in unit.manifests.iter().zip(&unit.digests) {
            writeln!(text, "{digest} {:?} {:?}", manifest.span, manifest.trail)?;
            emit(&manifest.body, Secrets::Mask, text);
        }
    }
    writeln!(
        text,
        "{:?} {:?}",
        compilation.left_out, compilation.diagnostics
    )?;
    compilation
        .files
        .iter()
        .try_for_each(|(id, path)| writeln!(text, "{id:?} {path}"))
}

/// A tree that lists what is in a directory in another order than by name.
struct Shuffled<'t> {
    tree: &'t dyn SourceTree,
    seed: u64,
}

impl SourceTree for Shuffled<'_> {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.tree.kind(path)
    }

    fn list(&self, path: &TreePath) -> Result<Option<Vec<DirEntry>>, Fault> {
        let mut listed = self.tree.list(path)?;
        if let Some(entries) = &mut listed {
            entries.sort_by_key(|entry| scrambled(&entry.name, self.seed));
        }
        Ok(listed)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Arc<[u8]>>, Fault> {
        self.tree.read(path)
    }
}

/// A number that has nothing to do with the order of names (FNV-1a).
fn scrambled(name: &str, seed: u64) -> u64 {
    name.bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
