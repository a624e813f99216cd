//! One build, from a directory to its finished resources, and from a resource to its manifest.

use crate::accumulate::{Accumulator, Progress, Target, accumulate};
use crate::codes;
use crate::config::TransformerConfig;
use crate::context::Context;
use crate::files::Files;
use crate::finish::finish;
use crate::load::Loader;
use crate::margin::Sources;
use crate::options::{Built, Options};
use crate::origin::Origin;
use crate::provenance::provenance;
use crate::report::Report;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, Manifest, ObjectRef, Span, TreePath};
use gitopsc_yaml::lower::lower;
use std::sync::Arc;

/// Builds the kustomization in `directory`.
///
/// Nothing is returned if the build failed; everything found, errors and warnings, is in `report`.
pub fn build(
    files: &dyn Files,
    directory: &TreePath,
    options: &Options,
    report: &mut Report,
) -> Option<Built> {
    let before = report.errors();
    let loader = Loader::new(
        files,
        options.load_restriction,
        options.root_path.as_deref(),
    );
    let mut context = Context {
        loader,
        options,
        schema: Schema::builtin(),
        builtin_config: TransformerConfig::builtin(),
        report,
        sources: Sources::new(),
        transforms: Vec::new(),
        track_origins: false,
    };
    let resources = build_resources(directory, &mut context);
    let Context {
        transforms, report, ..
    } = context;
    let resources = resources.filter(|_| report.errors() == before)?;
    Some(Built {
        resources,
        transforms,
    })
}

fn build_resources(directory: &TreePath, context: &mut Context<'_>) -> Option<Vec<Resource>> {
    let top = match context.loader.top(directory) {
        Ok(top) => top,
        Err(error) => {
            context.report.push(error.diagnostic(Span::NONE));
            return None;
        }
    };
    let target = Target::read(top, Span::NONE, Origin::default(), context)?;
    context.use_openapi(&target, true)?;
    context.track_origins = !target.kustomization.build_metadata.is_empty();
    let progress = Progress::start(context);
    let accumulator = accumulate(&target, Accumulator::default(), progress, context);
    context.report.extend(context.schema.problems());
    progress
        .is_complete(context)
        .then(|| finish(&target, accumulator, context))
}

/// The manifest of a finished resource, with the provenance of its values if that is `wanted`.
///
/// # Errors
/// What of it cannot be printed: repeated keys, keys that are no strings, numbers that JSON does not have.
pub fn manifest(resource: Resource, wanted: bool) -> Result<Manifest, Vec<Diagnostic>> {
    let gvk = resource.gvk();
    let object = ObjectRef {
        group: gvk.group.clone(),
        kind: gvk.kind.clone(),
        namespace: resource.namespace(),
        name: resource.name(),
    };
    match lower(&resource.node) {
        Ok(body) => Ok(Manifest {
            gvk,
            object,
            body: Arc::new(body),
            span: resource.node.span,
            provenance: wanted.then(|| Arc::new(provenance(&resource.node, &resource.touched))),
            trail: resource.trail,
        }),
        Err(errors) => Err(errors
            .iter()
            .map(|error| {
                Diagnostic::error(
                    codes::UNPRINTABLE,
                    format!("{} of {object}: {}", error.path, error.message),
                )
                .at(error.span, "this value")
                .hint("correct the value where it is written")
            })
            .collect()),
    }
}
