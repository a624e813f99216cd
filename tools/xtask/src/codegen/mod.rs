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

use gitopsc_test_support::workspace;
use std::path::Path;

/// The library in Kustomize 5.8.1 that holds its OpenAPI description.
const KYAML: &str = "sigs.k8s.io/kustomize/kyaml@v0.21.1";

/// The generated file, seen from the root of the workspace.
const BUILTIN: &str = "lib/kustomize/src/schema/builtin.rs";

/// Writes the generated file; with `--check` compares it instead.
///
/// # Errors
/// It differs, or cannot be made; where the Go module is not to be had the message begins with `needs`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let check = match arguments {
        [] => false,
        [option] if option == "--check" => true,
        _ => return Err("cargo xtask codegen [--check]".to_owned()),
    };
    let path = workspace().join(BUILTIN);
    let text = builtin()?;
    if !check {
        std::fs::write(&path, text).map_err(|error| format!("{BUILTIN}: {error}"))?;
        println!("wrote {BUILTIN}");
    } else if read(&path)? != text.as_bytes() {
        return Err(format!(
            "{BUILTIN} is not what `cargo xtask codegen` writes; run it and review the change"
        ));
    }
    Ok(())
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
