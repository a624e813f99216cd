//! What is a unit, what is none and why, for whole trees: one table a tree in `testdata/units`.
//!
//! A line is a directory, what it is, and why; behind a `!` stand the codes of what keeps a unit from being
//! built. What is said beyond single units follows.

mod trees;

use gitopsc_compiler::{Compilation, Meaning, Options, Unit, UnitKind, compile};
use gitopsc_test_support::{Outcome, Test, expect, run, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::ExitCode;
use trees::{EXAMPLES, Example};

fn main() -> ExitCode {
    let mut tests = Vec::new();
    for example in EXAMPLES {
        tests.push(table(example.name, example.clone()));
        if !example.layers.is_empty() {
            let bare = Example {
                layers: &[],
                ..example
            };
            tests.push(table(&format!("{}-without-layers", bare.name), bare));
        }
    }
    run(tests)
}

/// A test that compares the table called `name`.
fn table(name: &str, example: Example) -> Test {
    let file = workspace().join(format!("testdata/units/{name}.txt"));
    Test::new(name, move || {
        let tree = match example.tree() {
            Ok(tree) => tree,
            Err(missing) => return missing.into(),
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
        let pool = pool.expect("threads can be started");
        let options = example.options();
        let compilation = compile(&tree, &options, &pool);
        Outcome::from(expect(&file, &shown(&compilation, &options)))
    })
}

fn shown(compilation: &Compilation, options: &Options<'_>) -> String {
    let meaning = match compilation.meaning {
        Meaning::Kustomization => "a kustomization",
        Meaning::Cluster => "a cluster",
        Meaning::Nothing => "nothing",
    };
    let layers: Vec<&str> = compilation
        .layers
        .iter()
        .map(|layer| layer.name.as_str())
        .collect();
    let mut text = format!(
        "{} is {meaning}\nlayers: {}\n\n",
        options.target,
        layers.join(", ")
    );
    for (path, line) in directories(compilation) {
        writeln!(text, "{path}\t{line}").expect("a string takes any text");
    }
    text.push('\n');
    for diagnostic in &compilation.diagnostics {
        writeln!(text, "{diagnostic}").expect("a string takes any text");
        if let (Meaning::Nothing, Some(hint)) = (compilation.meaning, &diagnostic.hint) {
            writeln!(text, "{hint}").expect("a string takes any text");
        }
    }
    text
}

/// Units and what is none, by path.
fn directories(compilation: &Compilation) -> BTreeMap<String, String> {
    let units = compilation
        .units
        .iter()
        .map(|unit| (unit.path.to_string(), unit_line(unit)));
    let left_out = compilation.left_out.iter().map(|left| {
        (
            left.path.to_string(),
            format!("{}\t{}", left.reason.word(), left.reason),
        )
    });
    units.chain(left_out).collect()
}

fn unit_line(unit: &Unit) -> String {
    let kind = match unit.kind {
        UnitKind::Kustomization => "a kustomization",
        UnitKind::Plain => "manifests",
    };
    let mut line = format!("unit\t{kind}");
    if unit.failed {
        let errors = unit
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error());
        let codes: BTreeSet<&str> = errors.map(|error| error.code.0).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        line = format!("{line}\t! {}", codes.join(", "));
    }
    line
}
