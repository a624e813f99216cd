//! `cargo xtask bench`: how fast builds are, against the real Kustomize in the same run; `bench apply` measures
//! applying.
//!
//! Every build is a whole process, from start to exit, its output thrown away; of several runs the fastest
//! counts. With `--write` the table goes into `docs/performance.md`; `--quick` makes everything small, to
//! see that it works.

mod apply;
mod input;
mod machine;
mod measure;
mod rows;
mod table;

use crate::{oracles, shell};
use gitopsc_test_support::{target, workspace};
use std::env::{self, consts::EXE_SUFFIX};
use std::path::PathBuf;

/// How much is measured, and with what.
struct Plan {
    /// Our program.
    ours: PathBuf,
    /// Where input is made.
    folder: PathBuf,
    /// Whether everything is small.
    quick: bool,
}

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let known = ["apply", "--quick", "--write"];
    if let Some(unknown) = arguments
        .iter()
        .find(|argument| !known.contains(&argument.as_str()))
    {
        return Err(format!("bench [apply] [--quick] [--write], not {unknown}"));
    }
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let (quick, save) = (has("--quick"), has("--write"));
    match has("apply") {
        true => apply::run(quick, save),
        false => builds(quick, save),
    }
}

/// Measures builds.
fn builds(quick: bool, save: bool) -> Result<(), String> {
    oracles::install(&oracles::named("kustomize")?)?;
    shell::run(&mut shell::cargo([
        "build",
        "--locked",
        "--release",
        "--package",
        "gitopsc",
    ]))?;
    let plan = Plan {
        ours: target().join(format!("release/gitopsc{EXE_SUFFIX}")),
        // Not below `target`: Git ignores that, and with it every unit of a cluster there.
        folder: env::temp_dir().join(format!("gitopsc-bench-{}", std::process::id())),
        quick,
    };
    let text = table::table(&rows::rows(&plan)?, &machine::named());
    println!("\n{text}");
    if save && !quick {
        let document = workspace().join("docs/performance.md");
        table::write(&document, table::BEGIN, &text)?;
    }
    Ok(())
}

impl Plan {
    /// `count`, or a small part of it.
    fn size(&self, count: usize) -> usize {
        if self.quick { count / 20 } else { count }
    }
}
