//! `cargo xtask codegen`: writes the sources that are made from data, or checks that they are current.
//!
//! There are two: what Kustomize knows of Kubernetes kinds, from the Go module that the supported Kustomize embeds;
//! and what the API servers of several versions take, from their Go modules. The Go toolchain finds the
//! modules. Nothing is generated at build time.

mod cut;
mod kubernetes;
mod module;
mod openapi;
mod render;
mod scopes;
mod wire;

use gitopsc_test_support::workspace;
use std::path::Path;

/// The library in Kustomize 5.8.1 that holds its OpenAPI description.
const KYAML: &str = "sigs.k8s.io/kustomize/kyaml@v0.21.1";

/// What Kustomize knows, seen from the root of the workspace.
const BUILTIN: &str = "lib/kustomize/src/schema/builtin.rs";

/// What the API servers take, seen from the root of the workspace.
const KUBERNETES: &str = "compiler/src/check/kubernetes/api.txt";

/// A generated file, and what makes it.
type Generated = (&'static str, fn() -> Result<String, String>);

const FILES: [Generated; 2] = [(BUILTIN, builtin), (KUBERNETES, kubernetes::table)];

/// Writes the generated files; with `--check` compares them instead.
///
/// # Errors
/// One differs, or cannot be made; where a Go module is not to be had the message begins with `needs`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let check = match arguments {
        [] => false,
        [option] if option == "--check" => true,
        _ => return Err("cargo xtask codegen [--check]".to_owned()),
    };
    for (name, make) in FILES {
        let path = workspace().join(name);
        let text = make()?;
        if !check {
            std::fs::write(&path, text).map_err(|error| format!("{name}: {error}"))?;
            println!("wrote {name}");
        } else if read(&path)? != text.as_bytes() {
            return Err(format!(
                "{name} is not what `cargo xtask codegen` writes; run it and review the change"
            ));
        }
    }
    Ok(())
}

/// What Kustomize knows.
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
