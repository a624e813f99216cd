//! Transformer configuration: which fields each transformer touches; built in, merged, from `configurations` and `crds`.
//!
//! api/internal/plugins/builtinconfig/transformerconfig.go. A kustomization that adds nothing shares the
//! built-in configuration; only additions are ever merged.

mod builtin;
mod crds;

use crate::decode::{Decode, Decoder, Mode};
use crate::decode_struct;
use crate::fieldspec::{FieldSpec, merge_all};
use crate::id::is_selected;
use crate::report::Report;
use crate::sort::gvk_order;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::Node;
use std::sync::{Arc, LazyLock};

/// The field specs of every transformer, cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransformerConfig {
    specs: Arc<Specs>,
}

decode_struct! {
    /// The field specs of every transformer.
    pub struct Specs {
        /// Names that get the prefix.
        "namePrefix" => name_prefix: Vec<FieldSpec>,
        /// Names that get the suffix.
        "nameSuffix" => name_suffix: Vec<FieldSpec>,
        /// Namespaces besides `metadata.namespace`.
        "namespace" => namespace: Vec<FieldSpec>,
        /// Labels, selectors and templates.
        "commonLabels" => common_labels: Vec<FieldSpec>,
        /// Labels besides `metadata.labels`, for entries of `labels`.
        "labels" => labels: Vec<FieldSpec>,
        /// Labels of templates.
        "templateLabels" => template_labels: Vec<FieldSpec>,
        /// Annotations of objects and templates.
        "commonAnnotations" => common_annotations: Vec<FieldSpec>,
        /// Who refers to what by name.
        "nameReference" => name_reference: Vec<BackReferences>,
        /// Where vars are expanded.
        "varReference" => var_reference: Vec<FieldSpec>,
        /// Images.
        "images" => images: Vec<FieldSpec>,
        /// Replica counts.
        "replicas" => replicas: Vec<FieldSpec>,
    }
}

/// A kind that is referred to by name, and the fields that do so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackReferences {
    /// What is referred to.
    pub target: Gvk,
    /// Who refers.
    pub referrers: Vec<FieldSpec>,
}

decode_struct! {
    /// Back references as written.
    struct Written {
        "group" => group: EcoString,
        "version" => version: EcoString,
        "kind" => kind: EcoString,
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

impl Decode for BackReferences {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let written = Written::decode(node, decoder)?;
        Some(BackReferences {
            target: Gvk {
                group: written.group,
                version: written.version,
                kind: written.kind,
            },
            referrers: written.field_specs,
        })
    }
}

impl TransformerConfig {
    /// What Kustomize 5.8.1 has built in.
    #[must_use]
    pub fn builtin() -> TransformerConfig {
        // A constant that no `const` can be: hundreds of small texts, which every unit needs.
        static BUILTIN: LazyLock<TransformerConfig> = LazyLock::new(TransformerConfig::from_tables);
        BUILTIN.clone()
    }

    fn from_tables() -> TransformerConfig {
        let specs = Specs {
            name_prefix: specs(builtin::NAME_PREFIX),
            name_suffix: specs(builtin::NAME_SUFFIX),
            namespace: specs(builtin::NAMESPACE),
            common_labels: specs(builtin::COMMON_LABELS),
            labels: Vec::new(),
            template_labels: specs(builtin::TEMPLATE_LABELS),
            common_annotations: specs(builtin::COMMON_ANNOTATIONS),
            name_reference: builtin::NAME_REFERENCE
                .iter()
                .map(back_references)
                .collect(),
            var_reference: specs(builtin::VAR_REFERENCE),
            images: specs(builtin::IMAGES),
            replicas: specs(builtin::REPLICAS),
        };
        TransformerConfig {
            specs: Arc::new(specs),
        }
    }

    /// A file of `configurations`.
    pub fn decode(root: &Node, report: &mut Report) -> Option<TransformerConfig> {
        let mut decoder = Decoder::new(report, "transformer configuration", Mode::Strict);
        let specs = Specs::decode(root, &mut decoder)?;
        Some(TransformerConfig {
            specs: Arc::new(specs),
        })
    }

    /// A file of `crds`.
    pub fn from_crd_definitions(root: &Node, report: &mut Report) -> Option<TransformerConfig> {
        let specs = crds::specs(root, report)?;
        Some(TransformerConfig {
            specs: Arc::new(specs),
        })
    }

    /// Adds all of `other`. Conflicts are reported.
    pub fn merge(&mut self, other: &TransformerConfig, report: &mut Report) {
        if Arc::ptr_eq(&self.specs, &other.specs) || *other.specs == Specs::default() {
            return;
        }
        if *self.specs == Specs::default() {
            self.specs = Arc::clone(&other.specs);
            return;
        }
        if let Err(problem) = merge_specs(Arc::make_mut(&mut self.specs), &other.specs) {
            report.push(*problem);
        }
    }
}

impl std::ops::Deref for TransformerConfig {
    type Target = Specs;

    fn deref(&self) -> &Specs {
        &self.specs
    }
}

fn specs(table: &[builtin::Spec]) -> Vec<FieldSpec> {
    let spec = |builtin::Spec(group, version, kind, path, create): &builtin::Spec| {
        FieldSpec::new(gvk(group, version, kind), EcoString::from(*path), *create)
    };
    table.iter().map(spec).collect()
}

fn back_references(
    builtin::Target(group, version, kind, referrers): &builtin::Target,
) -> BackReferences {
    BackReferences {
        target: gvk(group, version, kind),
        referrers: specs(referrers),
    }
}

fn gvk(group: &str, version: &str, kind: &str) -> Gvk {
    Gvk {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
    }
}

fn merge_specs(into: &mut Specs, other: &Specs) -> Result<(), Box<Diagnostic>> {
    let lists = [
        (&mut into.name_prefix, &other.name_prefix),
        (&mut into.name_suffix, &other.name_suffix),
        (&mut into.namespace, &other.namespace),
        (&mut into.common_labels, &other.common_labels),
        (&mut into.labels, &other.labels),
        (&mut into.template_labels, &other.template_labels),
        (&mut into.common_annotations, &other.common_annotations),
        (&mut into.var_reference, &other.var_reference),
        (&mut into.images, &other.images),
        (&mut into.replicas, &other.replicas),
    ];
    for (list, added) in lists {
        merge_all(list, added)?;
        list.sort_by(|a, b| gvk_order(&a.gvk, &b.gvk));
    }
    for references in &other.name_reference {
        merge_back_references(&mut into.name_reference, references)?;
    }
    into.name_reference
        .sort_by(|a, b| gvk_order(&a.target, &b.target));
    Ok(())
}

/// Adds `references` to every entry of the same target, or as a new one.
fn merge_back_references(
    into: &mut Vec<BackReferences>,
    references: &BackReferences,
) -> Result<(), Box<Diagnostic>> {
    let mut found = false;
    for known in into
        .iter_mut()
        .filter(|known| known.target == references.target)
    {
        merge_all(&mut known.referrers, &references.referrers)?;
        found = true;
    }
    if !found {
        into.push(references.clone());
    }
    Ok(())
}

impl BackReferences {
    /// Whether objects of `gvk` are what is referred to.
    #[must_use]
    pub fn is_target(&self, gvk: &Gvk) -> bool {
        is_selected(gvk, &self.target)
    }
}
