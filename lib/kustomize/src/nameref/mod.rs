//! Name references: repairing who refers to what was renamed.
//!
//! api/filters/nameref, api/internal/accumulator/namereferencetransformer.go, with an index from earlier
//! names to what bore them in the place of Kustomize's scan of everything for every field.

mod candidates;

use crate::codes;
use crate::config::TransformerConfig;
use crate::edit::{set_field, set_scalar};
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use candidates::{Candidate, Candidates, Choice, Referrer};
use gitopsc_core::{Diagnostic, Gvk};
use gitopsc_yaml::{Node, NodeValue};
use std::collections::HashMap;

/// Repairs the references in all resources; one that could mean several resources is reported.
pub fn fix(
    resources: &mut ResMap,
    config: &TransformerConfig,
    schema: &Schema,
    report: &mut Report,
) {
    let candidates = Candidates::new(&resources.resources, schema);
    let mut fields_by_kind: HashMap<Gvk, Vec<(&Gvk, &FieldSpec)>> = HashMap::new();
    for resource in &mut resources.resources {
        let original = resource.original_id(schema).gvk;
        let fields = fields_by_kind
            .entry(original)
            .or_insert_with_key(|gvk| fields_of(gvk, config));
        if fields.is_empty() {
            continue;
        }
        match Referrer::new(resource, schema) {
            Ok(referrer) => fix_one(resource, &referrer, fields, &candidates, report),
            Err(problem) => report.push(*problem),
        }
    }
}

/// The fields of objects of `gvk` that refer to something, each with what it refers to.
fn fields_of<'c>(gvk: &Gvk, config: &'c TransformerConfig) -> Vec<(&'c Gvk, &'c FieldSpec)> {
    let pairs = config.name_reference.iter().flat_map(|references| {
        let referrers = references.referrers.iter();
        referrers.map(|spec| (&references.target, spec))
    });
    pairs.filter(|(_, spec)| spec.matches(gvk)).collect()
}

fn fix_one(
    resource: &mut Resource,
    referrer: &Referrer,
    fields: &[(&Gvk, &FieldSpec)],
    candidates: &Candidates,
    report: &mut Report,
) {
    let mut places = Vec::new();
    for (target, spec) in fields {
        let fixer = Fixer {
            referrer,
            candidates,
            target,
            spec,
        };
        if let Err(problem) = walk(spec, &mut resource.node, Create::Nothing, &mut |field| {
            fixer.field(field)
        }) {
            // Many paths lead through one value; what is wrong with it is said once.
            let place = problem.labels.first().map(|label| label.span);
            if !places.contains(&place) {
                places.push(place);
                report.push(problem.at(resource.node.span, "in this resource"));
            }
        }
    }
}

/// Repairs the references at one field spec.
struct Fixer<'a> {
    referrer: &'a Referrer,
    candidates: &'a Candidates,
    target: &'a Gvk,
    spec: &'a FieldSpec,
}

impl Fixer<'_> {
    fn field(&self, field: &mut Node) -> Result<(), Box<Diagnostic>> {
        if field.is_null() {
            return Ok(());
        }
        match &mut field.value {
            NodeValue::Scalar(_) => self.scalar(field),
            NodeValue::Mapping(_) => self.mapping(field),
            NodeValue::Sequence(items) => items
                .iter_mut()
                .filter(|item| !item.is_null())
                .try_for_each(|item| match &item.value {
                    NodeValue::Scalar(_) => self.scalar(item),
                    NodeValue::Mapping(_) => self.mapping(item),
                    NodeValue::Sequence(_) => Err(self.no_reference(item)),
                }),
        }
    }

    fn scalar(&self, field: &mut Node) -> Result<(), Box<Diagnostic>> {
        let old = field.as_str().unwrap_or_default();
        let Some(referral) = self.choose(old, None, field)? else {
            return Ok(());
        };
        if referral.name != old {
            let value = Node::scalar(referral.name.clone()).at(field.span);
            let set = set_scalar(field, value);
            debug_assert!(set, "a text is a scalar");
        }
        Ok(())
    }

    /// A reference by name and namespace: both are written.
    fn mapping(&self, field: &mut Node) -> Result<(), Box<Diagnostic>> {
        let Some(name) = field.get("name") else {
            return Err(self.no_reference(field));
        };
        let (old, span) = (name.as_str().unwrap_or_default(), name.span);
        let namespace = field
            .get("namespace")
            .map(|namespace| namespace.as_str().unwrap_or_default());
        let Some(referral) = self.choose(old, namespace, field)? else {
            return Ok(());
        };
        if referral.name == old && referral.namespace.is_empty() {
            return Ok(());
        }
        set_field(field, "name", Node::scalar(referral.name.clone()).at(span));
        if !referral.namespace.is_empty() {
            set_field(
                field,
                "namespace",
                Node::scalar(referral.namespace.clone()).at(span),
            );
        }
        Ok(())
    }

    fn choose(
        &self,
        name: &str,
        namespace: Option<&str>,
        field: &Node,
    ) -> Result<Option<&Candidate>, Box<Diagnostic>> {
        let by_namespace = matches!(field.value, NodeValue::Mapping(_));
        match self.candidates.choose(
            self.referrer,
            self.target,
            &self.spec.path,
            name,
            namespace,
            by_namespace,
        ) {
            Choice::None => Ok(None),
            Choice::One(candidate) => Ok(Some(candidate)),
            Choice::Several(candidates) => Err(ambiguous(name, field, &candidates)),
        }
    }

    fn no_reference(&self, field: &Node) -> Box<Diagnostic> {
        let message = format!(
            "the reference `{}` must be a name, or a map with `name`",
            self.spec.path
        );
        Box::new(
            Diagnostic::error(codes::FIELD_NOT_REACHED, message)
                .at(field.span, "this value")
                .hint("write a name here"),
        )
    }
}

fn ambiguous(name: &str, field: &Node, candidates: &[&Candidate]) -> Box<Diagnostic> {
    let message = format!(
        "`{name}` could refer to {} resources that were called so",
        candidates.len()
    );
    let diagnostic =
        Diagnostic::error(codes::AMBIGUOUS_REFERENCE, message).at(field.span, "this reference");
    let diagnostic = candidates.iter().fold(diagnostic, |diagnostic, candidate| {
        diagnostic.at(candidate.span, format!("now {}", candidate.id))
    });
    Box::new(diagnostic.hint("give the originals different names, or bring reference and referred together under one prefix"))
}
