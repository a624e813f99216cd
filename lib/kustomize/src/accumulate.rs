//! The recursion of a build: resources, configuration, generators, components, transformers, validators, vars.
//!
//! api/internal/target/kusttarget.go and api/internal/accumulator/resaccumulator.go. Names, hashes and
//! references are finished once, at the top: see [`crate::finish`].

use crate::codes;
use crate::config::TransformerConfig;
use crate::context::Context;
use crate::documents;
use crate::generators;
use crate::kustomization::{self, Entry, Found, Kustomization};
use crate::load::{Directory, LoadError};
use crate::origin::{self, Origin};
use crate::plugins;
use crate::remote::{Remote, classify, unsupported_file};
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::steps;
use crate::vars::{self, VarSet};
use gitopsc_core::{Diagnostic, Span};

/// What a kustomization has gathered so far.
#[derive(Clone, Debug, Default)]
pub struct Accumulator {
    /// The resources.
    pub resources: ResMap,
    /// Which fields transformers touch; a child's additions count in its parents.
    pub config: TransformerConfig,
    /// The vars.
    pub vars: VarSet,
}

/// One kustomization on its way through a build.
pub struct Target {
    /// The file.
    pub kustomization: Kustomization,
    /// Where it lies.
    pub found: Found,
    /// Its directory.
    pub directory: Directory,
    /// The way from the top of the build, for `buildMetadata`.
    pub origin: Origin,
}

impl Target {
    /// Reads the kustomization of `directory`, which `named` names.
    pub fn read(
        directory: Directory,
        named: Span,
        origin: Origin,
        context: &mut Context<'_>,
    ) -> Option<Target> {
        let (kustomization, found) = kustomization::read(
            &context.loader,
            &directory,
            named,
            &context.options.limits,
            context.report,
        )?;
        Some(Target {
            kustomization,
            found,
            directory,
            origin,
        })
    }
}

/// Whether everything that a kustomization builds on is there.
///
/// Patches that miss a resource which could not be read would only hide what is really wrong: once
/// something failed, the rest of that kustomization is checked but no longer run.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    errors_at_start: usize,
}

impl Progress {
    /// A kustomization begins; its components share its progress.
    #[must_use]
    pub fn start(context: &Context<'_>) -> Progress {
        Progress {
            errors_at_start: context.report.errors(),
        }
    }

    /// Whether nothing failed so far.
    #[must_use]
    pub fn is_complete(self, context: &Context<'_>) -> bool {
        context.report.errors() == self.errors_at_start
    }
}

/// Runs `target` over `accumulator`, which is empty for a Kustomization and the parent's for a Component.
pub fn accumulate(
    target: &Target,
    accumulator: Accumulator,
    progress: Progress,
    context: &mut Context<'_>,
) -> Accumulator {
    let mut accumulator = add_resources(
        target,
        &target.kustomization.resources,
        accumulator,
        context,
    );
    add_configuration(target, &mut accumulator, context);
    generators::run(target, &mut accumulator, progress, context);
    let mut accumulator = add_components(target, accumulator, progress, context);
    steps::run(target, &mut accumulator, progress, context);
    plugins::validate(target, &mut accumulator, progress, context);
    if progress.is_complete(context) {
        add_vars(target, &mut accumulator, context);
    }
    accumulator
}

/// Adds what `entries` name: each a file of resources, or else a directory with a kustomization.
///
/// The resources are gathered first and appended once, so that the check for equal ids stays linear.
pub fn add_resources(
    target: &Target,
    entries: &[Entry],
    mut accumulator: Accumulator,
    context: &mut Context<'_>,
) -> Accumulator {
    let mut gathered: Vec<Resource> = Vec::new();
    for entry in entries {
        match context.loader.source(&target.directory, &entry.value) {
            Ok((path, parsed)) => {
                let file = parsed.file;
                match documents::into_resources(parsed) {
                    Ok(resources) => {
                        context.sources.insert(file, path);
                        gathered.extend(from_file(target, entry, resources, context));
                    }
                    Err(problems) => context.report.extend(problems),
                }
            }
            Err(error) => {
                if let Some(child) = build_directory(target, entry, error, context) {
                    gathered.extend(merge_settings(child, &mut accumulator, context));
                }
            }
        }
    }
    accumulator
        .resources
        .append_all(gathered, &context.schema, context.report);
    accumulator
}

fn from_file(
    target: &Target,
    entry: &Entry,
    mut resources: Vec<Resource>,
    context: &Context<'_>,
) -> Vec<Resource> {
    // Kustomize meets each resource when it appends it, before a later base may choose another schema.
    resources
        .iter()
        .for_each(|resource| context.schema.meet(&resource.gvk()));
    if let Some(origin) = context.tracked(target.origin.append(&entry.value)) {
        resources
            .iter_mut()
            .for_each(|resource| origin::annotate(resource, &origin));
    }
    resources
}

/// Builds the kustomization in the directory that `entry` names; nothing if it failed. `file_error` says why the
/// entry is no file.
fn build_directory(
    target: &Target,
    entry: &Entry,
    file_error: LoadError,
    context: &mut Context<'_>,
) -> Option<Accumulator> {
    let span = entry.span.0;
    let base = match base_directory(target, entry, Some(file_error), context) {
        Ok(base) => base,
        Err(diagnostic) => {
            context.report.push(diagnostic);
            return None;
        }
    };
    let child = read_child(target, base, entry, context)?;
    if child.kustomization.is_component() {
        let diagnostic = Diagnostic::error(
            codes::COMPONENT_AS_RESOURCE,
            "a Component cannot be listed under `resources`",
        );
        context.report.push(
            diagnostic
                .at(span, "this is a Component")
                .hint("list it under `components`"),
        );
        return None;
    }
    let progress = Progress::start(context);
    let gathered = accumulate(&child, Accumulator::default(), progress, context);
    progress.is_complete(context).then_some(gathered)
}

/// The base that `entry` names, or why there is none.
fn base_directory(
    target: &Target,
    entry: &Entry,
    file_error: Option<LoadError>,
    context: &Context<'_>,
) -> Result<Directory, Diagnostic> {
    let span = entry.span.0;
    if let Some(remote) = classify(&entry.value) {
        return Err(unsupported_remote(remote, span));
    }
    let base = context.loader.base(&target.directory, &entry.value);
    base.map_err(|error| match (file_error, error) {
        // The entry is a file, and the reason why it cannot be had as one is the better one.
        (Some(file_error), LoadError::NotADirectory(_)) => file_error.diagnostic(span),
        (_, error) => error.diagnostic(span),
    })
}

fn unsupported_remote(remote: Remote, span: Span) -> Diagnostic {
    match remote {
        Remote::File => unsupported_file(span),
        Remote::Git => Diagnostic::error(
            codes::REMOTE_RESOURCE,
            "bases in remote Git repositories are not fetched yet",
        )
        .at(span, "this is remote")
        .hint("copy the base into this repository, or build it with kustomize until remote sources are supported"),
    }
}

fn read_child(
    target: &Target,
    base: Directory,
    entry: &Entry,
    context: &mut Context<'_>,
) -> Option<Target> {
    let child = Target::read(
        base,
        entry.span.0,
        target.origin.append(&entry.value),
        context,
    )?;
    context.use_openapi(&child, false)?;
    Some(child)
}

/// Takes over the configuration and the vars of `child`; its resources are returned.
fn merge_settings(
    child: Accumulator,
    accumulator: &mut Accumulator,
    context: &mut Context<'_>,
) -> Vec<Resource> {
    accumulator.config.merge(&child.config, context.report);
    vars::merge(
        &mut accumulator.vars,
        child.vars.into_values(),
        context.report,
    );
    child.resources.resources
}

fn add_configuration(target: &Target, accumulator: &mut Accumulator, context: &mut Context<'_>) {
    accumulator
        .config
        .merge(&context.builtin_config.clone(), context.report);
    for entry in &target.kustomization.configurations {
        if let Some(config) = read_config(target, entry, TransformerConfig::decode, context) {
            accumulator.config.merge(&config, context.report);
        }
    }
    for entry in &target.kustomization.crds {
        if let Some(config) = read_config(
            target,
            entry,
            TransformerConfig::from_crd_definitions,
            context,
        ) {
            accumulator.config.merge(&config, context.report);
        }
    }
}

type ReadConfig = fn(&gitopsc_yaml::Node, &mut crate::report::Report) -> Option<TransformerConfig>;

fn read_config(
    target: &Target,
    entry: &Entry,
    decode: ReadConfig,
    context: &mut Context<'_>,
) -> Option<TransformerConfig> {
    let root = context.read_typed(&target.directory, entry)?;
    decode(&root, context.report)
}

fn add_components(
    target: &Target,
    mut accumulator: Accumulator,
    progress: Progress,
    context: &mut Context<'_>,
) -> Accumulator {
    for entry in &target.kustomization.components {
        let span = entry.span.0;
        let base = match base_directory(target, entry, None, context) {
            Ok(base) => base,
            Err(diagnostic) => {
                context.report.push(diagnostic);
                continue;
            }
        };
        let Some(child) = read_child(target, base, entry, context) else {
            continue;
        };
        if !child.kustomization.is_component() {
            let diagnostic = Diagnostic::error(
                codes::RESOURCE_AS_COMPONENT,
                "only a Component can be listed under `components`",
            );
            context.report.push(
                diagnostic
                    .at(span, "this is a Kustomization")
                    .hint("list it under `resources`"),
            );
            continue;
        }
        // A component works on everything gathered so far.
        accumulator = accumulate(&child, accumulator, progress, context);
    }
    accumulator
}

fn add_vars(target: &Target, accumulator: &mut Accumulator, context: &mut Context<'_>) {
    let declared = target.kustomization.vars.as_deref().unwrap_or_default();
    vars::declare(
        &mut accumulator.vars,
        declared,
        &mut accumulator.resources,
        &context.schema,
        context.report,
    );
}
