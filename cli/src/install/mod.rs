//! `gitopsc install`: what the reconciler needs in a cluster, as manifests.

mod manifests;

use crate::arguments::InstallArguments;
use crate::build::print;
use crate::compile::tell;
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_core::Diagnostic;
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::json::read_json;
use manifests::{Installed, manifests};

/// Prints what `arguments` ask for.
pub fn run(arguments: &InstallArguments, environment: &Environment) -> Exit {
    let usual = concat!("ghcr.io/gitopsc/gitopsc:", env!("CARGO_PKG_VERSION"));
    let installed = Installed {
        namespace: &arguments.namespace,
        image: arguments.image.as_deref().unwrap_or(usual),
    };
    let mut text = String::new();
    for (at, manifest) in manifests(&installed).iter().enumerate() {
        if at > 0 {
            text.push_str("---\n");
        }
        let json = read_json(&manifest.to_string()).expect("what serde wrote can be read");
        emit(&json, Secrets::Reveal, &mut text);
    }
    let failure: Vec<Diagnostic> = print(text.as_bytes()).into_iter().collect();
    tell(&arguments.messages, environment, &failure)
}
