//! Name prefixes and suffixes (api/internal/builtins/PrefixTransformer.go, SuffixTransformer.go).

use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::set_scalar;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::id::ResId;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::{Node, Tag};

/// On which side of a name the text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Prefix,
    /// Behind it.
    Suffix,
}

/// Puts a text before or behind names.
#[derive(Clone, Debug)]
pub struct AffixTransformer {
    /// On which side.
    pub side: Side,
    /// The text and where it stands.
    pub text: Spanned<Text>,
    /// Which names.
    pub specs: Vec<FieldSpec>,
}

decode_struct! {
    /// The configuration of a PrefixTransformer, a SuffixTransformer or both in one.
    pub struct AffixConfig {
        /// Text before.
        "prefix" => prefix: Spanned<Text>,
        /// Text behind.
        "suffix" => suffix: Spanned<Text>,
        /// Which names.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
    }
}

/// The name of a transformer of this file, for records.
#[must_use]
pub fn name(kind: &str) -> &'static str {
    match kind {
        "PrefixTransformer" => "PrefixTransformer",
        "SuffixTransformer" => "SuffixTransformer",
        _ => "PrefixSuffixTransformer",
    }
}

impl AffixConfig {
    /// The transformers that a configuration of `kind` at `span` means.
    pub fn configure(
        self,
        kind: &str,
        span: Span,
        report: &mut Report,
    ) -> Option<Vec<AffixTransformer>> {
        if self.field_specs.is_empty() {
            let diagnostic = Diagnostic::error(
                codes::PLUGIN_CONFIGURATION,
                format!("a {kind} needs `fieldSpecs`"),
            );
            report.push(
                diagnostic
                    .at(span, "none here")
                    .hint("add `fieldSpecs`, such as `- path: metadata/name`"),
            );
            return None;
        }
        let prefix = AffixTransformer {
            side: Side::Prefix,
            text: self.prefix,
            specs: self.field_specs.clone(),
        };
        let suffix = AffixTransformer {
            side: Side::Suffix,
            text: self.suffix,
            specs: self.field_specs,
        };
        Some(match kind {
            "PrefixTransformer" => vec![prefix],
            "SuffixTransformer" => vec![suffix],
            _ => vec![prefix, suffix],
        })
    }
}

impl AffixTransformer {
    /// Renames; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, schema: &Schema, report: &mut Report) {
        for resource in &mut resources.resources {
            let original = resource.original_id(schema);
            if is_skipped(&original) {
                continue;
            }
            for spec in self.specs.iter().filter(|spec| spec.matches(&original.gvk)) {
                if let Err(problem) = self.apply_one(spec, resource, schema) {
                    report.push(*problem);
                }
            }
        }
    }

    fn apply_one(
        &self,
        spec: &FieldSpec,
        resource: &mut Resource,
        schema: &Schema,
    ) -> Result<(), Box<Diagnostic>> {
        let text = &self.text.value;
        if spec.path == "metadata/name" && !text.as_str().is_empty() {
            match self.side {
                Side::Prefix => resource.state.prefixes.push(EcoString::from(text.as_str())),
                Side::Suffix => resource.state.suffixes.push(EcoString::from(text.as_str())),
            }
            resource.store_previous_id(schema);
        }
        if !spec.matches(&resource.gvk()) {
            return Ok(());
        }
        walk(
            spec,
            &mut resource.node,
            Create::Scalar(Tag::Str),
            &mut |field| {
                let name = field.as_text().cloned().unwrap_or_default();
                let joined = match self.side {
                    Side::Prefix => Text::concat(&[text, &name]),
                    Side::Suffix => Text::concat(&[&name, text]),
                };
                match set_scalar(field, Node::scalar(joined).at(self.text.span.0)) {
                    true => Ok(()),
                    false => Err(no_scalar(field, spec)),
                }
            },
        )
    }
}

/// Names that are names of other things: of a CRD's plural, of an API's group, of a namespace.
fn is_skipped(id: &ResId) -> bool {
    match id.gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => id.gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

/// The diagnostic for a field that should be a scalar and is not.
pub(super) fn no_scalar(field: &Node, spec: &FieldSpec) -> Box<Diagnostic> {
    let message = format!(
        "the field `{}` must be a single value, and this is {}",
        spec.path,
        crate::decode::describe(field)
    );
    Box::new(
        Diagnostic::error(codes::FIELD_NOT_REACHED, message)
            .at(field.span, "this value")
            .hint("write a single value here"),
    )
}
