//! Built-in transformers, one file each, and the choice among them.

pub mod image;
pub mod namespace;
pub mod pairs;
pub mod prefix;
pub mod replicas;
pub mod value_add;

use crate::codes;
use crate::context::Context;
use crate::decode::{Decode, Decoder, Mode};
use crate::finish;
use crate::load::Directory;
use crate::patch::{self, PatchTransformer};
use crate::replace::ReplacementTransformer;
use crate::resmap::ResMap;
use crate::resource::Resource;
use gitopsc_core::Diagnostic;

/// A transformer that is configured and ready to be applied.
#[derive(Clone, Debug)]
pub enum Transformer {
    /// Strategic merge patches, each for the resource it names.
    StrategicMerge(Vec<Resource>),
    /// A patch of either kind.
    Patch(PatchTransformer),
    /// Sets namespaces.
    Namespace(namespace::NamespaceTransformer),
    /// Puts text before or behind names.
    Affixes(Vec<prefix::AffixTransformer>),
    /// Sets labels or annotations.
    Pairs(pairs::PairsTransformer),
    /// Sets replica counts.
    Replicas(replicas::ReplicaCountTransformer),
    /// Changes images.
    Image(image::ImageTagTransformer),
    /// Copies values.
    Replacement(ReplacementTransformer),
    /// Adds a value to paths.
    ValueAdd(value_add::ValueAddTransformer),
    /// Appends content hashes to names that want one.
    Hash,
}

impl Transformer {
    /// Applies it to all resources; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, context: &mut Context<'_>) {
        let (schema, report) = (&context.schema, &mut *context.report);
        match self {
            Transformer::StrategicMerge(patches) => {
                patch::apply_strategic_merges(patches, resources, schema, report)
            }
            Transformer::Patch(patch) => patch::apply(patch, resources, schema, report),
            Transformer::Namespace(namespace) => namespace.apply(resources, schema, report),
            Transformer::Affixes(affixes) => affixes
                .iter()
                .for_each(|affix| affix.apply(resources, schema, report)),
            Transformer::Pairs(pairs) => pairs.apply(resources, report),
            Transformer::Replicas(replicas) => replicas.apply(resources, schema, report),
            Transformer::Image(image) => image.apply(resources, report),
            Transformer::Replacement(replacement) => replacement.apply(resources, context),
            Transformer::ValueAdd(value_add) => value_add.apply(resources, schema, report),
            Transformer::Hash => finish::append_hashes(resources, schema, report),
        }
    }

    /// The transformer that a configuration object of `apiVersion: builtin` describes, and its name.
    pub fn decode(
        config: &Resource,
        directory: &Directory,
        context: &mut Context<'_>,
    ) -> Option<(&'static str, Transformer)> {
        let configured = match config.kind().as_str() {
            "AnnotationsTransformer" => {
                let config: pairs::AnnotationsConfig = decode(config, context)?;
                ("AnnotationsTransformer", Transformer::Pairs(config.into()))
            }
            "LabelTransformer" => {
                let config: pairs::LabelsConfig = decode(config, context)?;
                ("LabelTransformer", Transformer::Pairs(config.into()))
            }
            "NamespaceTransformer" => {
                let namespace: namespace::NamespaceConfig = decode(config, context)?;
                (
                    "NamespaceTransformer",
                    Transformer::Namespace(namespace.configure(context.report)?),
                )
            }
            kind @ ("PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer") => {
                let affixes: prefix::AffixConfig = decode(config, context)?;
                let affixes = affixes.configure(kind, config.node.span, context.report)?;
                (prefix::name(kind), Transformer::Affixes(affixes))
            }
            "ImageTagTransformer" => {
                let image: image::ImageTagConfig = decode(config, context)?;
                (
                    "ImageTagTransformer",
                    Transformer::Image(image.configure(context.report)?),
                )
            }
            "ReplicaCountTransformer" => (
                "ReplicaCountTransformer",
                Transformer::Replicas(decode(config, context)?),
            ),
            "ReplacementTransformer" => {
                let replacement = ReplacementTransformer::decode(config, directory, context)?;
                (
                    "ReplacementTransformer",
                    Transformer::Replacement(replacement),
                )
            }
            "ValueAddTransformer" => {
                let value_add: value_add::ValueAddConfig = decode(config, context)?;
                let value_add = value_add.configure(config.node.span, directory, context)?;
                ("ValueAddTransformer", Transformer::ValueAdd(value_add))
            }
            "HashTransformer" => ("HashTransformer", Transformer::Hash),
            _ => {
                context.report.push(unknown_kind(config));
                return None;
            }
        };
        Some(configured)
    }
}

/// Reads a configuration object into its type.
pub fn decode<T: Decode>(config: &Resource, context: &mut Context<'_>) -> Option<T> {
    let before = context.report.errors();
    let mut decoder = Decoder::new(context.report, "transformer configuration", Mode::Lenient);
    let decoded = T::decode(&config.node, &mut decoder)?;
    (context.report.errors() == before).then_some(decoded)
}

fn unknown_kind(config: &Resource) -> Diagnostic {
    Diagnostic::error(
        codes::PLUGIN_UNSUPPORTED,
        format!("there is no built-in transformer {}", config.kind()),
    )
    .at(config.node.span, "configured here")
    .hint("check the kind")
}
