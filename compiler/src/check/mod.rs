//! What is wrong with a tree beyond what a build has to know: `gitopsc check`.
//!
//! [`check`] compiles as [`crate::compile()`] does, keeps where each value came from, and adds findings to the
//! compilation. `rules` looks at finished objects, a file for each rule, named for its code; `files` at files,
//! built or not; `ignore` takes out what the tree says is accepted. Nothing here changes an object.

mod context;
mod files;
mod finding;
mod ignore;
mod kubernetes;
mod others;
mod place;
mod rules;
mod schema;

pub use kubernetes::{KubeVersion, VersionError};

use crate::codes;
use crate::compilation::{Compilation, Meaning};
use crate::compile;
use crate::config;
use crate::edges::{self, report};
use crate::files::Renumbering;
use crate::memo::Memo;
use crate::options::Options;
use crate::scope::Scopes;
use context::Context;
use finding::{About, Finding};
use gitopsc_core::{Diagnostic, SourceTree, Span};
use ignore::Ignores;
use kubernetes::Api;
use place::Places;
use rayon::ThreadPool;

/// A compilation with the findings of a check.
#[derive(Debug)]
pub struct Checked {
    /// What is found about a unit is among its diagnostics, all else among those of the whole. A finding does not
    /// make a unit fail.
    pub compilation: Compilation,
    /// The version of Kubernetes that objects were held against.
    pub version: KubeVersion,
}

/// Compiles what `options` name in `tree` and checks it, in parallel on `pool`.
///
/// Objects are held against `version` of Kubernetes, or else that of `gitopsc.yaml`, or else the newest known one.
#[must_use]
pub fn check(
    tree: &dyn SourceTree,
    options: &Options<'_>,
    version: Option<KubeVersion>,
    pool: &ThreadPool,
) -> Checked {
    pool.install(|| check_here(tree, options, version))
}

fn check_here(
    tree: &dyn SourceTree,
    options: &Options<'_>,
    version: Option<KubeVersion>,
) -> Checked {
    let memo = Memo::new(
        tree,
        options.kustomize.root_path.clone(),
        options.limits,
        &options.decryption,
    );
    let mut draft = compile::draft(&memo, options, &|_| true);
    let said = std::mem::take(&mut draft.parts.check);
    let mut seen = match draft.meaning {
        Meaning::Nothing => Vec::new(),
        Meaning::Cluster | Meaning::Kustomization => files::look(&memo, options, &draft),
    };
    let (version, odd) = version_of(version, &said);
    seen.extend(odd.map(Finding::whole));
    let (mut compilation, mut renumbering) = compile::finish(&memo, draft);
    for finding in &mut seen {
        finding.renumber(&mut renumbering);
    }
    let added = findings(&compilation, &renumbering, &said, version, seen);
    for (unit, diagnostic) in added {
        renumbering.keep(&diagnostic);
        match unit.and_then(|unit| compilation.units.get_mut(unit)) {
            Some(unit) => unit.diagnostics.push(diagnostic),
            None => compilation.diagnostics.push(diagnostic),
        }
    }
    compilation.files = renumbering.into_table();
    Checked {
        compilation,
        version: version.nearest(),
    }
}

/// The version that objects are held against, and what is odd about it.
fn version_of(
    named: Option<KubeVersion>,
    said: &config::Check,
) -> (KubeVersion, Option<Diagnostic>) {
    let placed = said.kube_version.as_ref().filter(|_| named.is_none());
    let place = placed.map_or(Span::NONE, |placed| placed.span);
    let read = placed.map(|placed| placed.text.parse::<KubeVersion>());
    let version = match (named, read) {
        (Some(version), _) | (None, Some(Ok(version))) => version,
        (None, None) => return (KubeVersion::newest(), None),
        (None, Some(Err(error))) => {
            let invalid = Diagnostic::error(codes::SETTINGS_INVALID, error.to_string());
            let invalid = invalid
                .at(place, "")
                .hint("put it in quotes, or YAML takes it for a number");
            return (KubeVersion::newest(), Some(invalid));
        }
    };
    let nearest = version.nearest();
    let unknown = (nearest != version).then(|| {
        let message =
            format!("Kubernetes {version} is not known, so objects are held against {nearest}");
        Diagnostic::note(codes::KUBE_VERSION_UNKNOWN, message)
            .at(place, "")
            .hint(format!("known are {}", KubeVersion::known()))
    });
    (version, unknown)
}

/// All findings that are not accepted, each with the unit it belongs to; `seen` are those about files.
fn findings(
    compilation: &Compilation,
    renumbering: &Renumbering,
    said: &config::Check,
    version: KubeVersion,
    seen: Vec<Finding>,
) -> Vec<(Option<usize>, Diagnostic)> {
    let scopes = Scopes::of(&compilation.units);
    let (known, started) = edges::know(compilation, &scopes);
    let places = Places::new(renumbering);
    let context = Context::new(compilation, &known, &places, Api::of(version));
    let mut found = rules::all(&context);
    found.extend(schema::unavailable(&context));
    found.extend(seen);
    let mut ignores = Ignores::new(&context, said, renumbering);
    found.retain(|finding| !ignores.accept(finding, &context));
    found.extend(ignores.leftovers());
    let mut found = files::gather(found, &compilation.root);

    let settled = edges::settle(&known, started);
    let whole = [
        settled.undeclared,
        report::conflicts(compilation, &settled.graph, &settled.cycles),
        report::outside(compilation, &settled.graph, &|outside| {
            !rules::dangling_reference::tells(&context, outside)
        }),
    ];
    found.extend(whole.into_iter().flatten().map(Finding::whole));
    let unit_of = |about: &About| match about {
        About::Object(id) => Some(known.index.member(*id).unit),
        About::File(_) | About::Whole => None,
    };
    found
        .into_iter()
        .map(|finding| (unit_of(&finding.about), finding.diagnostic))
        .collect()
}
