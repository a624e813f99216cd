//! Kustomize's one order of transformers, and running them.
//!
//! api/internal/target/kusttarget_configplugin.go, api/internal/target/multitransformer.go. All are
//! configured before the first one runs, so that a mistake in the last is found with the first.

use crate::accumulate::{Accumulator, Progress, Target};
use crate::config::TransformerConfig;
use crate::context::Context;
use crate::fieldspec::{self, FieldSpec};
use crate::kustomization::Label;
use crate::origin::{self, Origin};
use crate::patch::{self, StrategicMergeConfig};
use crate::plugins;
use crate::provenance::Before;
use crate::replace::ReplacementTransformer;
use crate::resmap::ResMap;
use crate::shared;
use crate::transform::Transformer;
use crate::transform::image::{Image, ImageTagConfig};
use crate::transform::namespace::{NamespaceTransformer, Subjects};
use crate::transform::pairs::{PairsTransformer, metadata_labels};
use crate::transform::prefix::{AffixTransformer, Side};
use crate::transform::replicas::ReplicaCountTransformer;
use gitopsc_core::{Diagnostic, Span, TransformId};

/// A transformer that is ready to run, with what is remembered of it.
pub struct Step {
    /// What it does.
    pub transformer: Transformer,
    /// Its name, as in Kustomize.
    pub name: &'static str,
    /// Where it is configured.
    pub span: Span,
    /// Where it is configured, for `buildMetadata`.
    pub origin: Option<Origin>,
}

/// Configures all transformers of `target` and, if nothing failed so far, runs them.
pub fn run(
    target: &Target,
    accumulator: &mut Accumulator,
    progress: Progress,
    context: &mut Context<'_>,
) {
    let mut steps = builtin(target, &accumulator.config, context);
    steps.extend(plugins::transformers(
        target,
        &target.kustomization.transformers,
        context,
    ));
    if progress.is_complete(context) {
        steps
            .iter()
            .for_each(|step| apply(step, accumulator, context));
    }
}

/// Runs one step over all resources and leaves out what it emptied.
pub fn apply(step: &Step, accumulator: &mut Accumulator, context: &mut Context<'_>) {
    let id = tracked(
        step.name,
        step.span,
        &mut accumulator.resources,
        context,
        |resources, context| {
            let shared = shared::Before::of(&resources.resources);
            step.transformer.apply(resources, context);
            if let Some(shared) = shared {
                shared.settle(&mut resources.resources);
            }
        },
    );
    for resource in &mut accumulator.resources.resources {
        resource.trail.0.push(id);
        if let Some(origin) = &step.origin {
            origin::record_transformation(resource, origin);
        }
    }
    accumulator.resources.drop_empty();
}

/// Runs `change` as the application of a transformer: it is remembered and, where that is asked for, so are the values
/// that it put in place.
pub fn tracked(
    name: &'static str,
    span: Span,
    resources: &mut ResMap,
    context: &mut Context<'_>,
    change: impl FnOnce(&mut ResMap, &mut Context<'_>),
) -> TransformId {
    let wanted = context.options.provenance;
    let before = wanted.then(|| Before::of(&resources.resources));
    change(resources, context);
    let id = context.transform(name, span);
    if let Some(before) = before {
        before.mark(&mut resources.resources, id);
    }
    id
}

/// The transformers that the fields of a kustomization mean, in Kustomize's order.
fn builtin(target: &Target, config: &TransformerConfig, context: &mut Context<'_>) -> Vec<Step> {
    let mut steps = Builtin {
        target,
        config,
        steps: Vec::new(),
    };
    steps.strategic_merges(context);
    steps.patches(context);
    steps.namespace(context);
    steps.affixes(context);
    steps.labels(context);
    steps.annotations(context);
    steps.json6902_patches(context);
    steps.replicas(context);
    steps.images(context);
    steps.replacements(context);
    steps.steps
}

/// Gathers the steps of one kustomization.
struct Builtin<'t> {
    target: &'t Target,
    config: &'t TransformerConfig,
    steps: Vec<Step>,
}

impl Builtin<'_> {
    fn push(
        &mut self,
        name: &'static str,
        span: Span,
        transformer: Transformer,
        context: &Context<'_>,
    ) {
        let origin = context.tracked(self.target.origin.builtin(self.target.found.name, name));
        self.steps.push(Step {
            transformer,
            name,
            span,
            origin,
        });
    }

    fn strategic_merges(&mut self, context: &mut Context<'_>) {
        let entries = self
            .target
            .kustomization
            .patches_strategic_merge
            .as_deref()
            .unwrap_or_default();
        let Some(first) = entries.first() else {
            return;
        };
        let config = StrategicMergeConfig {
            paths: entries.to_vec(),
            ..StrategicMergeConfig::default()
        };
        let span = first.span.0;
        if let Some(patches) =
            patch::configure_strategic_merges(&config, span, &self.target.directory, context)
        {
            self.push(
                "PatchStrategicMergeTransformer",
                span,
                Transformer::StrategicMerge(patches),
                context,
            );
        }
    }

    fn patches(&mut self, context: &mut Context<'_>) {
        for entry in &self.target.kustomization.patches {
            if let Some(patch) = patch::configure_patch(entry, &self.target.directory, context) {
                self.push(
                    "PatchTransformer",
                    patch.span,
                    Transformer::Patch(patch),
                    context,
                );
            }
        }
    }

    fn namespace(&mut self, context: &mut Context<'_>) {
        let namespace = &self.target.kustomization.namespace;
        if namespace.value.as_str().is_empty() {
            return;
        }
        let transformer = NamespaceTransformer {
            namespace: namespace.clone(),
            specs: self.config.namespace.clone(),
            unset_only: false,
            subjects: Subjects::DefaultOnly,
        };
        self.push(
            "NamespaceTransformer",
            namespace.span.0,
            Transformer::Namespace(transformer),
            context,
        );
    }

    fn affixes(&mut self, context: &mut Context<'_>) {
        let kustomization = &self.target.kustomization;
        let sides = [
            (
                "PrefixTransformer",
                Side::Prefix,
                &kustomization.name_prefix,
                &self.config.name_prefix,
            ),
            (
                "SuffixTransformer",
                Side::Suffix,
                &kustomization.name_suffix,
                &self.config.name_suffix,
            ),
        ];
        for (name, side, text, specs) in sides {
            if text.value.as_str().is_empty() {
                continue;
            }
            let transformer = AffixTransformer {
                side,
                text: text.clone(),
                specs: specs.clone(),
            };
            self.push(
                name,
                text.span.0,
                Transformer::Affixes(vec![transformer]),
                context,
            );
        }
    }

    /// Each entry of `labels`, then `commonLabels`, which Kustomize counts as a step wherever there are labels.
    fn labels(&mut self, context: &mut Context<'_>) {
        let kustomization = &self.target.kustomization;
        let common = kustomization.common_labels.clone().unwrap_or_default();
        if kustomization.labels.is_empty() && common.is_empty() {
            return;
        }
        for label in &kustomization.labels {
            let span = label
                .pairs
                .values()
                .next()
                .map_or(Span::NONE, |value| value.span.0);
            match label_specs(label, self.config) {
                Err(problem) => context.report.push(problem.at(span, "for these labels")),
                Ok(specs) => {
                    let pairs = label.pairs.clone();
                    self.push(
                        "LabelTransformer",
                        span,
                        Transformer::Pairs(PairsTransformer { pairs, specs }),
                        context,
                    );
                }
            }
        }
        let span = common
            .values()
            .next()
            .map_or(Span::NONE, |value| value.span.0);
        let transformer = PairsTransformer {
            pairs: common,
            specs: self.config.common_labels.clone(),
        };
        self.push(
            "LabelTransformer",
            span,
            Transformer::Pairs(transformer),
            context,
        );
    }

    fn annotations(&mut self, context: &mut Context<'_>) {
        let pairs = &self.target.kustomization.common_annotations;
        let Some(first) = pairs.values().next() else {
            return;
        };
        let transformer = PairsTransformer {
            pairs: pairs.clone(),
            specs: self.config.common_annotations.clone(),
        };
        self.push(
            "AnnotationsTransformer",
            first.span.0,
            Transformer::Pairs(transformer),
            context,
        );
    }

    fn json6902_patches(&mut self, context: &mut Context<'_>) {
        for entry in self
            .target
            .kustomization
            .patches_json6902
            .as_deref()
            .unwrap_or_default()
        {
            if let Some(patch) = patch::configure_json6902(entry, &self.target.directory, context) {
                self.push(
                    "PatchJson6902Transformer",
                    patch.span,
                    Transformer::Patch(patch),
                    context,
                );
            }
        }
    }

    fn replicas(&mut self, context: &mut Context<'_>) {
        for replica in &self.target.kustomization.replicas {
            let transformer = ReplicaCountTransformer {
                replica: replica.clone(),
                field_specs: self.config.replicas.clone(),
            };
            self.push(
                "ReplicaCountTransformer",
                replica.name.span.0,
                Transformer::Replicas(transformer),
                context,
            );
        }
    }

    fn images(&mut self, context: &mut Context<'_>) {
        for image in &self.target.kustomization.images {
            let config = ImageTagConfig {
                image_tag: Image::clone(image),
                field_specs: self.config.images.clone(),
            };
            if let Some(transformer) = config.configure(context.report) {
                self.push(
                    "ImageTagTransformer",
                    image.name.span.0,
                    Transformer::Image(transformer),
                    context,
                );
            }
        }
    }

    fn replacements(&mut self, context: &mut Context<'_>) {
        let entries = &self.target.kustomization.replacements;
        let Some(first) = entries.first() else {
            return;
        };
        if let Some(transformer) =
            ReplacementTransformer::configure(entries, &self.target.directory, context)
        {
            self.push(
                "ReplacementTransformer",
                first.span.0,
                Transformer::Replacement(transformer),
                context,
            );
        }
    }
}

/// The fields that one entry of `labels` is for.
fn label_specs(
    label: &Label,
    config: &TransformerConfig,
) -> Result<Vec<FieldSpec>, Box<Diagnostic>> {
    let mut specs = label.fields.clone();
    fieldspec::merge_all(&mut specs, &config.labels)?;
    if label.include_selectors {
        fieldspec::merge_all(&mut specs, &config.common_labels)?;
        return Ok(specs);
    }
    if label.include_templates {
        fieldspec::merge_all(&mut specs, &config.template_labels)?;
    }
    fieldspec::merge_one(&mut specs, &metadata_labels())?;
    Ok(specs)
}
