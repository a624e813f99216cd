//! `gitopsc build`: print the manifests of what was compiled.

pub mod documents;
mod names;
mod order;
mod output;

pub use output::{left_behind, print, unprinted, unwritten};

use crate::arguments::BuildArguments;
use crate::codes;
use crate::compile::{self, Input, Outcome, is_in_a_layer};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::store;
use documents::Shown;
use gitopsc_compiler::{Compilation, Meaning};
use gitopsc_core::Diagnostic;
use gitopsc_core::words::counted;
use std::path::Path;

/// Builds what `arguments` name.
pub fn run(arguments: &BuildArguments, environment: &Environment) -> Exit {
    let kustomize = &arguments.kustomize;
    let input = Input {
        directory: arguments.directory.as_deref(),
        common: &arguments.common,
        kustomize: gitopsc_kustomize::Options {
            load_restriction: kustomize.load_restrictor,
            reorder: kustomize.reorder,
            managed_by_label: kustomize.managed_by.0 == Some(true) || environment.managed_by_label,
            ..gitopsc_kustomize::Options::default()
        },
    };
    let own = deprecations(arguments);
    compile::run(&input, environment, own, |compiled, findings| {
        if let Some(directory) = &arguments.store {
            return store::write(directory, compiled, findings);
        }
        let (manifests, cycles) = order::ordered(compiled);
        // A key file that cannot be used was asked for, even where another key opened everything.
        let unusable = findings.iter().any(Diagnostic::is_error);
        let failed = compiled.compilation.failed() || unusable || !cycles.is_empty();
        findings.extend(cycles);
        let nothing = compiled.compilation.meaning == Meaning::Nothing;
        if nothing || failed && !arguments.keep_going {
            return Outcome::HeldBack;
        }
        let shown = Shown {
            reveal: arguments.reveal_secrets,
            opened: &compiled.compilation.secrets,
        };
        if let Some(warning) = masked(&shown, compiled.compilation) {
            findings.extend(compiled.report.first(warning));
        }
        let destination = path(arguments);
        let found = match destination.filter(|path| is_in_a_layer(path, compiled)) {
            Some(path) => Some(output::in_a_layer(path)),
            None => output::write(destination, compiled.compilation, &manifests, &shown),
        };
        let failed = found.as_ref().is_some_and(Diagnostic::is_error);
        findings.extend(found);
        if failed {
            Outcome::Unwritable
        } else {
            Outcome::Written
        }
    })
}

/// Prints `text`, which is all that a command is for.
pub fn printed(text: &str, findings: &mut Vec<Diagnostic>) -> Outcome {
    match print(text.as_bytes()) {
        None => Outcome::Written,
        Some(failure) => {
            findings.push(failure);
            Outcome::Unwritable
        }
    }
}

/// What has to be known of output with masks, before its first byte.
fn masked(shown: &Shown<'_>, compilation: &Compilation) -> Option<Diagnostic> {
    masks(
        compilation
            .manifests()
            .filter(|manifest| shown.masks(manifest))
            .count(),
    )
}

/// What has to be known of output in which so many objects hold masks.
pub fn masks(count: usize) -> Option<Diagnostic> {
    let hold = match count {
        0 => return None,
        1 => "holds",
        _ => "hold",
    };
    let objects = counted(count, "object");
    let message = format!(
        "{objects} {hold} masks in place of decrypted values, so this output cannot be applied"
    );
    let diagnostic = Diagnostic::warning(codes::SECRETS_MASKED, message);
    Some(diagnostic.hint("--reveal-secrets prints the values"))
}

/// The path to write to; Kustomize takes an empty one for none.
fn path(arguments: &BuildArguments) -> Option<&Path> {
    let path = arguments.output.as_deref();
    path.filter(|path| !path.as_os_str().is_empty())
}

/// Warnings for flags that Kustomize deprecated.
fn deprecations(arguments: &BuildArguments) -> Vec<Diagnostic> {
    let kustomize = &arguments.kustomize;
    let reorder = kustomize.reorder.map(|_| {
        Diagnostic::warning(codes::DEPRECATED_FLAG, "--reorder is deprecated")
            .hint("set `sortOptions` in the kustomization")
    });
    let managed_by = kustomize.managed_by.0.map(|_| {
        let message = "--enable-managedby-label is deprecated";
        Diagnostic::warning(codes::DEPRECATED_FLAG, message)
            .hint("set `buildMetadata: [managedByLabel]` in the kustomization")
    });
    reorder.into_iter().chain(managed_by).collect()
}
