//! Replacements: copying a value from one field into others.
//!
//! api/filters/replacement, api/internal/builtins/ReplacementTransformer.go. Where values come from is said in
//! `source`, where they go in `target`; `reach` follows paths, `text` changes JSON and YAML inside a scalar.

mod configure;
mod path;
mod problem;
mod reach;
mod source;
mod target;
mod text;

use crate::context::Context;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::load::Directory;
use crate::margin::Margins;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::select::Selector;
use crate::transform;
use gitopsc_core::{EcoString, Text};
use gitopsc_yaml::Limits;
use source::Source;
use target::Target;

decode_struct! {
    /// One entry of `replacements`.
    pub struct ReplacementField {
        /// A file of replacements.
        "path" => path: Spanned<EcoString>,
        /// The field that has the value.
        "source" => source: Option<Spanned<SourceField>>,
        /// The value itself.
        "sourceValue" => source_value: Option<Spanned<Text>>,
        /// The fields that get it.
        "targets" => targets: Option<Vec<Spanned<TargetFields>>>,
    }
}

decode_struct! {
    /// The field that has the value: of the one resource that is or was called so.
    pub struct SourceField {
        /// API group.
        "group" => group: EcoString,
        /// API version.
        "version" => version: EcoString,
        /// Kind.
        "kind" => kind: EcoString,
        /// Name.
        "name" => name: EcoString,
        /// Namespace.
        "namespace" => namespace: EcoString,
        /// The path of the field; `metadata.name` if it is empty.
        "fieldPath" => field_path: Spanned<EcoString>,
        /// Which part of the value.
        "options" => options: Option<FieldOptions>,
    }
}

decode_struct! {
    /// The fields that get the value.
    pub struct TargetFields {
        /// Of which resources.
        "select" => select: Option<Spanned<Selector>>,
        /// Of which of these not.
        "reject" => reject: Vec<Spanned<Selector>>,
        /// The paths of the fields; `metadata.name` if there are none.
        "fieldPaths" => field_paths: Vec<Spanned<EcoString>>,
        /// Which part of them.
        "options" => options: Option<FieldOptions>,
    }
}

decode_struct! {
    /// Which part of a field is meant, and what if it is not there.
    pub struct FieldOptions {
        /// What the field is split at.
        "delimiter" => delimiter: Spanned<EcoString>,
        /// Which of its parts, from 0.
        "index" => index: i64,
        /// Nothing in Kustomize reads this.
        "encoding" => encoding: Spanned<EcoString>,
        /// Whether a target is created.
        "create" => create: bool,
    }
}

decode_struct! {
    /// The configuration of a ReplacementTransformer.
    struct ReplacementConfig {
        "replacements" => replacements: Vec<Spanned<ReplacementField>>,
    }
}

/// Copies values.
#[derive(Clone, Debug)]
pub struct ReplacementTransformer {
    replacements: Vec<Replacement>,
}

/// One value and where it goes.
#[derive(Clone, Debug)]
struct Replacement {
    source: Source,
    targets: Vec<Target>,
}

impl ReplacementTransformer {
    /// The transformer that the entries of `replacements` mean.
    pub fn configure(
        entries: &[Spanned<ReplacementField>],
        directory: &Directory,
        context: &mut Context<'_>,
    ) -> Option<ReplacementTransformer> {
        Some(ReplacementTransformer {
            replacements: configure::replacements(entries, directory, context)?,
        })
    }

    /// The transformer that a configuration object means.
    pub fn decode(
        config: &Resource,
        directory: &Directory,
        context: &mut Context<'_>,
    ) -> Option<ReplacementTransformer> {
        let config: ReplacementConfig = transform::decode(config, context)?;
        ReplacementTransformer::configure(&config.replacements, directory, context)
    }

    /// Copies; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, context: &mut Context<'_>) {
        let surroundings = Surroundings {
            margins: Margins::new(
                context.loader.files(),
                &context.options.limits,
                &context.sources,
                resources,
            ),
            limits: &context.options.limits,
        };
        for replacement in &self.replacements {
            match replacement.source.value(resources) {
                Ok(mut value) => {
                    for target in &replacement.targets {
                        target.write(&mut value, resources, &surroundings, context.report);
                    }
                }
                Err(problem) => context.report.push(*problem),
            }
        }
    }
}

/// What a replacement needs to know besides the resources.
struct Surroundings<'c> {
    /// What stands beside nodes of resources.
    margins: Margins<'c>,
    /// The bounds of texts that are read.
    limits: &'c Limits,
}
