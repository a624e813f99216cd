//! `generators`, `transformers` and `validators`: built-in ones configured in files, directories or inline.
//!
//! api/internal/plugins/loader. What is not built in would be a program or a container; that is refused.

use crate::accumulate::{Accumulator, Progress, Target, add_resources};
use crate::codes;
use crate::context::Context;
use crate::decode::Spanned;
use crate::documents;
use crate::generate::Generator;
use crate::generate::ksops::is_ksops;
use crate::id::ResId;
use crate::kustomization::Entry;
use crate::origin::{self, Origin};
use crate::patch;
use crate::resource::Resource;
use crate::steps::{self, Step};
use crate::transform::{self, Transformer};
use gitopsc_core::{Diagnostic, EcoString, FileId, Text};
use gitopsc_yaml::{Dialect, Limits, Node};

/// The generators that `generators` configures, in order, each with its origin if origins are tracked.
pub fn generators(target: &Target, context: &mut Context<'_>) -> Vec<(Generator, Option<Origin>)> {
    let mut generators = Vec::new();
    for config in configurations(target, &target.kustomization.generators, context) {
        let origin = origin_of(&config, context);
        let known = is_ksops(&config.gvk()) || is_builtin(&config, context);
        if known && let Some(generator) = Generator::decode(&config, context) {
            generators.push((generator, origin));
        }
    }
    generators
}

/// The transformers that `entries` configure, in order.
pub fn transformers(
    target: &Target,
    entries: &[Spanned<Text>],
    context: &mut Context<'_>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for config in configurations(target, entries, context) {
        let origin = origin_of(&config, context);
        if is_builtin(&config, context)
            && let Some((name, transformer)) = transformer(&config, target, context)
        {
            steps.push(Step {
                transformer,
                name,
                span: config.node.span,
                origin,
            });
        }
    }
    steps
}

/// Runs the validators, none of which may change anything but the label `validated-by`.
pub fn validate(
    target: &Target,
    accumulator: &mut Accumulator,
    progress: Progress,
    context: &mut Context<'_>,
) {
    for step in transformers(target, &target.kustomization.validators, context) {
        if !progress.is_complete(context) {
            continue;
        }
        let before = accumulator.resources.clone();
        steps::apply(&step, accumulator, context);
        let after = accumulator.resources.resources.iter();
        let changed = before.resources.len() != after.len()
            || before
                .resources
                .iter()
                .zip(after)
                .any(|(a, b)| !is_same(a, b));
        if changed {
            let diagnostic = Diagnostic::error(
                codes::VALIDATOR_CHANGED,
                format!("the validator {} changes resources", step.name),
            );
            context.report.push(
                diagnostic
                    .at(step.span, "configured here")
                    .hint("list it under `transformers`"),
            );
        }
    }
}

fn is_same(before: &Resource, after: &Resource) -> bool {
    let mut after = after.clone();
    let mut labels = after.labels();
    if labels.remove("validated-by").is_some() {
        after.set_labels(labels);
    }
    before.node == after.node
}

/// The configuration objects that `entries` hold or name.
fn configurations(
    target: &Target,
    entries: &[Spanned<Text>],
    context: &mut Context<'_>,
) -> Vec<Resource> {
    let mut inline = Accumulator::default();
    let mut paths: Vec<Entry> = Vec::new();
    for entry in entries {
        match inline_resources(entry, context) {
            Some(mut resources) => {
                if let Some(origin) = context.tracked(target.origin.append(target.found.name)) {
                    resources
                        .iter_mut()
                        .for_each(|resource| origin::mark(resource, &origin));
                }
                inline
                    .resources
                    .append_all(resources, &context.schema, context.report);
            }
            None => paths.push(Spanned {
                value: EcoString::from(entry.value.as_str()),
                span: entry.span,
            }),
        }
    }
    add_resources(target, &paths, inline, context)
        .resources
        .resources
}

/// The resources written into the entry itself; nothing if its text is a path.
fn inline_resources(entry: &Spanned<Text>, context: &Context<'_>) -> Option<Vec<Resource>> {
    let parsed = patch::parse_inline(entry, context);
    documents::resources(&parsed).ok()
}

fn is_builtin(config: &Resource, context: &mut Context<'_>) -> bool {
    let gvk = config.gvk();
    if gvk.group.is_empty() && gvk.version == "builtin" {
        return true;
    }
    context
        .report
        .push(not_builtin(&config.id(&context.schema), config));
    false
}

fn not_builtin(id: &ResId, config: &Resource) -> Diagnostic {
    let message = format!("{id} is an external plugin, and gitopsc runs no other programs");
    Diagnostic::error(codes::PLUGIN_UNSUPPORTED, message)
        .at(config.node.span, "configured here")
        .hint("use a built-in one (apiVersion: builtin), or render its output into a file")
}

/// A built-in transformer by its kind.
fn transformer(
    config: &Resource,
    target: &Target,
    context: &mut Context<'_>,
) -> Option<(&'static str, Transformer)> {
    match config.kind().as_str() {
        "PatchTransformer" => {
            let patch: patch::Patch = transform::decode(config, context)?;
            let patch = patch::configure_patch(&patch, &target.directory, context)?;
            Some(("PatchTransformer", Transformer::Patch(patch)))
        }
        "PatchJson6902Transformer" => {
            let patch: patch::Json6902Config = transform::decode(config, context)?;
            let patch = patch::configure_json6902(&patch.into_patch(), &target.directory, context)?;
            Some(("PatchJson6902Transformer", Transformer::Patch(patch)))
        }
        "PatchStrategicMergeTransformer" => {
            let patches: patch::StrategicMergeConfig = transform::decode(config, context)?;
            let patches = patch::configure_strategic_merges(
                &patches,
                config.node.span,
                &target.directory,
                context,
            )?;
            Some((
                "PatchStrategicMergeTransformer",
                Transformer::StrategicMerge(patches),
            ))
        }
        _ => Transformer::decode(config, &target.directory, context),
    }
}

/// Where the configuration came from, as the origin of what it makes or changes.
fn origin_of(config: &Resource, context: &Context<'_>) -> Option<Origin> {
    let annotation = config.annotations().remove(origin::ORIGIN)?;
    let limits = &Limits::default();
    let documents = gitopsc_yaml::parse(
        annotation.as_str(),
        FileId::NONE,
        Dialect::Kustomize,
        limits,
    )
    .ok()?;
    let path = documents
        .first()?
        .root
        .get("path")
        .and_then(Node::as_str)?
        .into();
    context.tracked(Origin {
        path: EcoString::new(),
        configured_in: path,
        configured_by: [
            config.api_version(),
            config.kind(),
            config.name(),
            config.namespace(),
        ],
    })
}
