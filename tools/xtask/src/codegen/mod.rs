//! `cargo xtask codegen`: writes the Rust sources that are made from data, or checks that they are current.
//!
//! There is one: what Kustomize knows of Kubernetes kinds. It comes from the Go module that the supported
//! Kustomize embeds, found by the Go toolchain. Nothing is generated at build time.

mod cut;
mod module;
mod openapi;
mod render;
mod scopes;
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The library in Kustomize 5.8.1 that holds its OpenAPI description.
const KYAML: &str = "sigs.k8s.io/kustomize/kyaml@v0.21.1";

/// The generated file, seen from the root of the workspace.
const BUILTIN: &str = "lib/kustomize/src/schema/builtin.rs";

/// Runs the task: without arguments it writes, with `--check` it compares.
pub fn run(arguments: &[&str]) -> ExitCode {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("usage: cargo xtask codegen [--check]");
            return ExitCode::from(2);
        }
    };
    let path = workspace().join(BUILTIN);
    let done = builtin().and_then(|text| {
        if check {
            compare(&path, &text)
        } else {
            write(&path, &text)
        }
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!(
                "{BUILTIN} is not what `cargo xtask codegen` writes; run it and review the change"
            );
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// The text of the generated file.
fn builtin() -> Result<String, String> {
    let kyaml = module::directory(KYAML)?;
    let kubernetes = read(&kyaml.join("openapi/kubernetesapi/v1_21_2/swagger.pb"))?;
    let kustomization = read(&kyaml.join("openapi/kustomizationapi/swagger.json"))?;
    let source = read(&kyaml.join("openapi/openapi.go"))?;
    let kubernetes = openapi::from_protobuf(&kubernetes)?;
    let kustomization = openapi::from_json(&kustomization)?;
    let scopes = scopes::precomputed(&source)?;
    scopes::check(&scopes, &kubernetes.paths)?;
    let facts = cut::cut(&kubernetes.definitions, &kustomization.definitions)?;
    Ok(render::render(&facts, &scopes))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn compare(path: &Path, text: &str) -> Result<bool, String> {
    Ok(read(path)? == text.as_bytes())
}

fn write(path: &Path, text: &str) -> Result<bool, String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("wrote {BUILTIN}");
    Ok(true)
}

fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}
