//! Our builds against the real program's, over cases made at random.
//!
//! `GITOPSC_SEED` and `GITOPSC_CASES` choose others than the usual ones; the seed is in the names of the
//! tests. A case that fails is made small and kept as a folder in `testdata/kustomize`.

#![allow(clippy::print_stdout, reason = "a test target prints")]

use gitopsc_conformance::case::Question;
use gitopsc_conformance::generate::{Case, case};
use gitopsc_conformance::shrink::shrink;
use gitopsc_conformance::verdict::still;
use gitopsc_conformance::{Disagreement, Real, Tree, Verdict, real, verdict};
use gitopsc_core::TreePath;
use gitopsc_test_support::oracle::{Runner, oracle};
use gitopsc_test_support::{Outcome, Test, run, workspace};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More refusals by both than this, in percent, and the cases prove too little.
const MOST_REFUSED: usize = 15;

/// How many failing cases of a run are made small.
const MOST_SHRUNK: usize = 8;

/// What is counted while the cases run.
#[derive(Default)]
struct Counts {
    same: AtomicUsize,
    refused: AtomicUsize,
    failed: AtomicUsize,
}

fn main() -> ExitCode {
    let kustomize = match oracle("kustomize") {
        Ok(kustomize) => kustomize,
        Err(missing) => return run(vec![Test::new("generated", || missing.into())]),
    };
    let seed = number("GITOPSC_SEED", 1);
    let cases = number("GITOPSC_CASES", 2_000);
    let counts = Arc::new(Counts::default());
    let tests = (0..cases).map(|index| {
        let (kustomize, counts) = (kustomize.clone(), Arc::clone(&counts));
        Test::new(format!("seed-{seed}-case-{index:04}"), move || {
            Outcome::from(compare(seed, index, &kustomize, &counts))
        })
    });
    let tests = tests.collect();
    println!("seed {seed}");
    let code = run(tests);
    let same = counts.same.load(Ordering::Relaxed);
    let refused = counts.refused.load(Ordering::Relaxed);
    let ran = same + refused + counts.failed.load(Ordering::Relaxed);
    println!("of {ran} cases both print the same for {same} and both refuse {refused}");
    if ran >= 100 && refused * 100 > ran * MOST_REFUSED {
        println!(
            "that is more than {MOST_REFUSED} % refused: the generator makes too much nonsense"
        );
        return ExitCode::FAILURE;
    }
    code
}

fn number(variable: &str, usual: u64) -> u64 {
    let set = std::env::var(variable).ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn compare(seed: u64, index: u64, kustomize: &Runner, counts: &Counts) -> Result<(), String> {
    let case = case(seed, index);
    let verdict = in_folder(&case, |tree| verdict(kustomize, tree, &question(&case)))?;
    match verdict {
        Verdict::Same => counts.same.fetch_add(1, Ordering::Relaxed),
        Verdict::BothRefuse | Verdict::NeedsProgram => {
            counts.refused.fetch_add(1, Ordering::Relaxed)
        }
        Verdict::Differ(kind, how) => {
            let before = counts.failed.fetch_add(1, Ordering::Relaxed);
            if before >= MOST_SHRUNK {
                return Err(how);
            }
            return Err(make_small(&case, kind, seed, index, kustomize)?);
        }
    };
    Ok(())
}

/// What `ask` says of `case` while its files lie in a folder.
fn in_folder<T>(case: &Case, ask: impl FnOnce(&Tree) -> Result<T, String>) -> Result<T, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    ask(&laid(case, folder.path())?)
}

fn question(case: &Case) -> Question {
    Question {
        directory: TreePath::new(&case.directory),
        ..Question::default()
    }
}

/// Writes the files of `case` into `folder`.
fn laid(case: &Case, folder: &Path) -> Result<Tree, String> {
    let write = || {
        for (path, text) in &case.files {
            let file = folder.join(path);
            std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
            std::fs::write(file, text)?;
        }
        Tree::load("generated", folder)
    };
    write().map_err(|error: std::io::Error| format!("{}: {error}", folder.display()))
}

/// Makes `case` small and keeps it; what is wrong with it then.
fn make_small(
    case: &Case,
    kind: Disagreement,
    seed: u64,
    index: u64,
    kustomize: &Runner,
) -> Result<String, String> {
    let mut fails = |smaller: &Case| {
        in_folder(smaller, |tree| {
            Ok(still(kind, kustomize, tree, &question(smaller)))
        })
        .unwrap_or(false)
    };
    let small = shrink(case, &mut fails);
    let folder = workspace().join(format!("testdata/kustomize/generated-{seed}-{index:04}"));
    let tree = keep(&small, &folder, kustomize)?;
    let Verdict::Differ(_, how) = verdict(kustomize, &tree, &question(&small))? else {
        return Err("the smaller case agrees".to_owned());
    };
    Ok(format!("{how}\nkept in {}", folder.display()))
}

/// Keeps `case` in `folder`, with the real program's answer.
fn keep(case: &Case, folder: &PathBuf, kustomize: &Runner) -> Result<Tree, String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    }
    let tree = laid(case, &folder.join("in"))?;
    let command = format!("{{\n  \"dir\": \"{}\"\n}}\n", case.directory);
    std::fs::write(folder.join("cmd.json"), command).map_err(|error| error.to_string())?;
    if let Real::Printed(text) = real::ask(kustomize, &tree, &question(case))? {
        std::fs::write(folder.join("expected.yaml"), text).map_err(|error| error.to_string())?;
    }
    Ok(tree)
}
