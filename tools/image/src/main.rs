//! Puts a program of ours into an OCI image layout: `gitopsc-image PROGRAM LAYOUT NAME`.
//!
//! No container engine, no base image: the image is one layer that is made here, byte for byte the same for the
//! same program. What is in it stands in `contents`, how it is started in `start`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]

mod contents;
mod layer;
mod machine;
mod start;

use gitopsc_host::oci::{Artifact, Layout, Part};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [program, layout, name] = arguments.as_slice() else {
        eprintln!("gitopsc-image PROGRAM LAYOUT NAME");
        return ExitCode::from(2);
    };
    match write(Path::new(program), Path::new(layout), name) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the image of `program` into the layout under `name`, and says what came of it.
fn write(program: &Path, layout: &Path, name: &str) -> Result<String, String> {
    let bytes = fs::read(program).map_err(|error| format!("{}: {error}", program.display()))?;
    let architecture = machine::of(&bytes)
        .ok_or_else(|| format!("{}: no program of a machine known here", program.display()))?;
    let archive = layer::archive(&contents::of(bytes)).map_err(|error| error.to_string())?;
    let layer = layer::compress(&archive).map_err(|error| error.to_string())?;
    let size = layer.len();
    let image = Artifact {
        kind: None,
        config: Part {
            media_type: "application/vnd.oci.image.config.v1+json".to_owned(),
            title: None,
            bytes: start::config(architecture, &archive)
                .to_string()
                .into_bytes(),
        },
        layers: vec![Part {
            media_type: "application/vnd.oci.image.layer.v1.tar+gzip".to_owned(),
            title: None,
            bytes: layer,
        }],
    };
    let stored = Layout::create(layout).and_then(|layout| layout.put(name, &image));
    let stored = stored.map_err(|error| error.to_string())?;
    Ok(format!(
        "{}:{name} {} linux/{architecture}, {:.1} MB compressed",
        layout.display(),
        stored.digest,
        size as f64 / 1e6,
    ))
}
