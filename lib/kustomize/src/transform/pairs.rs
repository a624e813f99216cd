//! Labels and annotations (api/filters/labels, api/filters/annotations).

use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::set_field;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::kustomization::Pairs;
use crate::report::Report;
use crate::resmap::ResMap;
use gitopsc_core::{Diagnostic, Gvk};
use gitopsc_yaml::{Node, NodeValue};

/// Sets the same pairs in the same fields of all resources.
#[derive(Clone, Debug)]
pub struct PairsTransformer {
    /// The pairs.
    pub pairs: Pairs,
    /// The maps that get them.
    pub specs: Vec<FieldSpec>,
}

decode_struct! {
    /// The configuration of a LabelTransformer.
    pub struct LabelsConfig {
        /// The labels.
        "labels" => labels: Pairs,
        /// The maps that get them.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

decode_struct! {
    /// The configuration of an AnnotationsTransformer.
    pub struct AnnotationsConfig {
        /// The annotations.
        "annotations" => annotations: Pairs,
        /// The maps that get them.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

impl From<LabelsConfig> for PairsTransformer {
    fn from(config: LabelsConfig) -> PairsTransformer {
        PairsTransformer {
            pairs: config.labels,
            specs: config.field_specs,
        }
    }
}

impl From<AnnotationsConfig> for PairsTransformer {
    fn from(config: AnnotationsConfig) -> PairsTransformer {
        PairsTransformer {
            pairs: config.annotations,
            specs: config.field_specs,
        }
    }
}

impl PairsTransformer {
    /// Pairs for `metadata.labels` alone.
    #[must_use]
    pub fn on_metadata_labels(pairs: Pairs) -> PairsTransformer {
        PairsTransformer {
            pairs,
            specs: vec![metadata_labels()],
        }
    }

    /// Sets the pairs; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, report: &mut Report) {
        if self.pairs.is_empty() {
            return;
        }
        for resource in &mut resources.resources {
            let gvk = resource.gvk();
            let specs = self.specs.iter().filter(|spec| spec.matches(&gvk));
            if specs.clone().nth(1).is_some() {
                let spans = self.pairs.values().map(|value| value.span.0);
                resource.shared.extend(spans.filter(|span| !span.is_none()));
            }
            let has_annotations = !resource.state.is_empty();
            for spec in specs {
                // Kustomize keeps its own state in annotations, so that there is a map to add to.
                let forced = has_annotations && !spec.create && spec.path == "metadata/annotations";
                let creating = forced.then(|| FieldSpec::new(gvk.clone(), spec.path.clone(), true));
                let spec = creating.as_ref().unwrap_or(spec);
                if let Err(problem) = walk(spec, &mut resource.node, Create::Map, &mut |field| {
                    self.set(field, spec)
                }) {
                    report.push(*problem);
                }
            }
        }
    }

    fn set(&self, field: &mut Node, spec: &FieldSpec) -> Result<(), Box<Diagnostic>> {
        // Kustomize adds to a null that it may not create, and the null stays one.
        if field.is_null() {
            return Ok(());
        }
        if !matches!(field.value, NodeValue::Mapping(_)) {
            return Err(no_map(field, spec));
        }
        for (key, Spanned { value, span }) in &self.pairs {
            set_field(field, key, Node::string(value.clone()).at(span.0));
        }
        Ok(())
    }
}

/// The field spec of `metadata.labels`.
#[must_use]
pub fn metadata_labels() -> FieldSpec {
    FieldSpec::new(Gvk::default(), "metadata/labels".into(), true)
}

fn no_map(field: &Node, spec: &FieldSpec) -> Box<Diagnostic> {
    let message = format!(
        "the field `{}` must be a map, and this is {}",
        spec.path,
        crate::decode::describe(field)
    );
    Box::new(
        Diagnostic::error(codes::FIELD_NOT_REACHED, message)
            .at(field.span, "this value")
            .hint("write a map here"),
    )
}
