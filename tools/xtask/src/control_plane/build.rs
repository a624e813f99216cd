//! Building the programs of the control plane, each by its own Go module, into the user's cache.

use crate::shell;
use gitopsc_test_support::control_plane::{Program, missing, programs};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Builds what is not there.
///
/// # Errors
/// Go is not there, or cannot download or build it.
pub(crate) fn build() -> Result<(), String> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::is_there("go") {
        return Err("Go is not installed".to_owned());
    }
    println!("building the control plane for tests; the first time takes about 6 minutes");
    let modules: BTreeSet<&str> = missing
        .iter()
        .map(|program| program.module.as_str())
        .collect();
    modules.into_iter().try_for_each(module)
}

/// Builds all programs of one module: they are kept together.
fn module(name: &str) -> Result<(), String> {
    let all = programs().into_iter();
    let programs: Vec<Program> = all.filter(|program| program.module == name).collect();
    let Some(first) = programs.first() else {
        return Ok(());
    };
    shell::fill(&first.folder(), |fresh| {
        programs.iter().zip(1..).try_for_each(|(program, number)| {
            println!("{name} {number}/{}: {}", programs.len(), program.name);
            let begun = Instant::now();
            compile(program, fresh)?;
            println!("  {:.0} s", begun.elapsed().as_secs_f64());
            Ok(())
        })
    })
}

fn compile(program: &Program, folder: &Path) -> Result<(), String> {
    let stamps = program.stamps.iter().map(|stamp| format!(" -X {stamp}"));
    let linker = format!("-s -w{}", stamps.collect::<String>());
    shell::run(
        Command::new("go")
            .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", &linker])
            .arg("-o")
            .arg(folder.join(program.file()))
            .arg(&program.package)
            .current_dir(program.sources())
            .env("CGO_ENABLED", "0")
            .env("GOFLAGS", "")
            .env("GOWORK", "off")
            .env_remove("GOOS")
            .env_remove("GOARCH"),
    )
}
