//! `cargo xtask bench apply`: how fast a tree is applied to a real API server, against a bare loop of the same
//! requests and the real kubectl, on the same server.
//!
//! A round is a control plane of its own, so that what one round leaves behind slows no other. Of several rounds the
//! least of each figure counts.

mod input;
mod rows;
mod server;
mod table;

use super::{machine, table::write};
use crate::{control_plane, shell};
use gitopsc_test_support::{target, workspace};
use std::env::{self, consts::EXE_SUFFIX};
use std::path::PathBuf;

/// How much is measured, and with what.
struct Plan {
    /// Our program.
    ours: PathBuf,
    /// The program of the bare loop.
    bare: PathBuf,
    /// Where input is made.
    folder: PathBuf,
    /// How many ConfigMaps are applied.
    maps: usize,
    /// How many Deployments are.
    deployments: usize,
    /// How many rounds there are.
    rounds: usize,
}

/// How many requests of the bare loop are in flight: as many as ours has.
const IN_FLIGHT: usize = 16;

/// Namespaces, and units, that objects are spread over.
const UNITS: usize = 10;

/// Measures, prints the table, and with `save` writes it into the document.
pub(super) fn run(quick: bool, save: bool) -> Result<(), String> {
    control_plane::build()?;
    let packages = ["gitopsc", "gitopsc-bare-apply"];
    let named = packages.iter().flat_map(|name| ["--package", name]);
    let always = ["build", "--locked", "--release"];
    shell::run(&mut shell::cargo(always.into_iter().chain(named)))?;
    let program = |name: &str| target().join(format!("release/{name}{EXE_SUFFIX}"));
    let plan = Plan {
        ours: program("gitopsc"),
        bare: program("gitopsc-bare-apply"),
        // Not below `target`: Git ignores that, and with it every unit of a cluster there.
        folder: env::temp_dir().join(format!("gitopsc-bench-{}", std::process::id())),
        maps: if quick { 200 } else { 5_000 },
        deployments: if quick { 20 } else { 1_000 },
        rounds: if quick { 1 } else { 3 },
    };
    let measured = measure(&plan);
    // Thousands of files are of no use any more; failing to remove them harms nobody.
    let _ = std::fs::remove_dir_all(&plan.folder);
    let text = table::table(&plan, &measured?, &machine::named());
    println!("\n{text}");
    if save && !quick {
        let document = workspace().join("docs/performance.md");
        write(
            &document,
            "<!-- made by cargo xtask bench apply --write -->",
            &text,
        )?;
    }
    Ok(())
}

/// What all rounds took, in the least.
fn measure(plan: &Plan) -> Result<rows::Figures, String> {
    let mut least: Option<rows::Figures> = None;
    for round in 0..plan.rounds {
        println!("round {} of {}", round + 1, plan.rounds);
        let figures = rows::round(plan, round % 2 == 0)?;
        least = Some(match least {
            None => figures,
            Some(before) => before.least(&figures),
        });
    }
    least.ok_or_else(|| "no round was measured".to_owned())
}
