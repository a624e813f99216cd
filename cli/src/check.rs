//! `gitopsc check`: compile, look, say what was found.

use crate::arguments::CheckArguments;
use crate::compile::{self, Input, Manner, Outcome, Role};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::check::KubeVersion;
use std::sync::OnceLock;

/// Checks what `arguments` name.
pub fn run(arguments: &CheckArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    let version = OnceLock::new();
    let manner = Manner {
        compile: &|tree, options, pool| {
            let checked =
                gitopsc_compiler::check::check(tree, options, arguments.kube_version, pool);
            version.get_or_init(|| checked.version);
            checked.compilation
        },
        role: Role::Output {
            strict: arguments.strict,
        },
        ..Manner::default()
    };
    compile::run_as(manner, &input, environment, Vec::new(), |_, _| {
        Outcome::Checked(version.get().copied().unwrap_or(KubeVersion::newest()))
    })
}
