//! The namespace transformer (api/filters/namespace, api/internal/builtins/NamespaceTransformer.go).

use super::prefix::no_scalar;
use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::{mapping_mut, set_scalar};
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::id::ResId;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Text};
use gitopsc_yaml::{Entry, Node, Tag};
use std::collections::HashMap;

/// Which subjects of role bindings get the namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subjects {
    /// Those called `default`, whatever their kind.
    #[default]
    DefaultOnly,
    /// All of kind ServiceAccount.
    AllServiceAccounts,
    /// None.
    None,
}

/// Sets the namespace of everything namespaced.
#[derive(Clone, Debug)]
pub struct NamespaceTransformer {
    /// The namespace and where it stands.
    pub namespace: Spanned<Text>,
    /// Fields besides `metadata.namespace`.
    pub specs: Vec<FieldSpec>,
    /// Whether a namespace that is set already stays.
    pub unset_only: bool,
    /// Which subjects get it.
    pub subjects: Subjects,
}

decode_struct! {
    /// The configuration of a NamespaceTransformer.
    pub struct NamespaceConfig {
        /// Holds the namespace to set.
        "metadata" => metadata: NamespaceMetadata,
        /// Fields besides `metadata.namespace`.
        "fieldSpecs" => field_specs: Vec<FieldSpec>,
        /// Whether a namespace that is set already stays.
        "unsetOnly" => unset_only: bool,
        /// Which subjects of role bindings get it.
        "setRoleBindingSubjects" => set_role_binding_subjects: Spanned<EcoString>,
    }
}

decode_struct! {
    /// Holds the namespace to set.
    pub struct NamespaceMetadata {
        /// The namespace.
        "namespace" => namespace: Spanned<Text>,
    }
}

impl NamespaceConfig {
    /// The transformer that this means.
    pub fn configure(self, report: &mut Report) -> Option<NamespaceTransformer> {
        let mode = &self.set_role_binding_subjects;
        let subjects = match mode.value.as_str() {
            "" | "defaultOnly" => Subjects::DefaultOnly,
            "allServiceAccounts" => Subjects::AllServiceAccounts,
            "none" => Subjects::None,
            other => {
                let diagnostic = Diagnostic::error(
                    codes::PLUGIN_CONFIGURATION,
                    format!("there is no mode `{other}` of setRoleBindingSubjects"),
                );
                report.push(
                    diagnostic
                        .at(mode.span.0, "")
                        .hint("write defaultOnly, allServiceAccounts or none"),
                );
                return None;
            }
        };
        Some(NamespaceTransformer {
            namespace: self.metadata.namespace,
            specs: self.field_specs,
            unset_only: self.unset_only,
            subjects,
        })
    }
}

impl NamespaceTransformer {
    /// Sets the namespace; what fails, and objects that now have the same id, are reported.
    pub fn apply(&self, resources: &mut ResMap, schema: &Schema, report: &mut Report) {
        if self.namespace.value.as_str().is_empty() {
            return;
        }
        for resource in &mut resources.resources {
            if !is_helm_generated(resource) {
                resource.store_previous_id(schema);
                self.apply_one(resource, schema, report);
            }
        }
        report_conflicts(resources, schema, report);
    }

    /// Sets the namespace of one resource, without remembering its earlier id.
    pub fn apply_one(&self, resource: &mut Resource, schema: &Schema, report: &mut Report) {
        let gvk = resource.gvk();
        let mut problems = Vec::new();
        if !schema.is_certainly_cluster_scoped(&gvk) {
            let own = FieldSpec::new(Gvk::default(), "metadata/namespace".into(), true);
            problems.extend(self.set(&own, resource).err());
        }
        let is_binding = matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if is_binding {
            problems.extend(self.set_subjects(&mut resource.node).err());
        }
        for spec in self
            .specs
            .iter()
            .filter(|spec| spec.matches(&gvk) && applies(spec, &gvk, is_binding))
        {
            problems.extend(self.set(spec, resource).err());
        }
        report.extend(problems.into_iter().map(|problem| *problem));
    }

    fn set(&self, spec: &FieldSpec, resource: &mut Resource) -> Result<(), Box<Diagnostic>> {
        walk(
            spec,
            &mut resource.node,
            Create::Scalar(Tag::Str),
            &mut |field| self.set_value(field, spec),
        )
    }

    fn set_value(&self, field: &mut Node, spec: &FieldSpec) -> Result<(), Box<Diagnostic>> {
        let is_set = field.as_str().is_some_and(|text| !text.is_empty()) && !field.is_null();
        if self.unset_only && is_set {
            return Ok(());
        }
        let value = Node::string(self.namespace.value.clone()).at(self.namespace.span.0);
        if set_scalar(field, value) {
            Ok(())
        } else {
            Err(no_scalar(field, spec))
        }
    }

    fn set_subjects(&self, node: &mut Node) -> Result<(), Box<Diagnostic>> {
        let (field, wanted) = match self.subjects {
            Subjects::None => return Ok(()),
            Subjects::DefaultOnly => ("name", "default"),
            Subjects::AllServiceAccounts => ("kind", "ServiceAccount"),
        };
        let spec = FieldSpec::new(Gvk::default(), "subjects/namespace".into(), true);
        let subjects = node.get_mut("subjects").and_then(Node::as_sequence_mut);
        for subject in subjects.into_iter().flatten() {
            if subject.get(field).and_then(Node::as_str) == Some(wanted) {
                self.set_value(namespace_of(subject), &spec)?;
            }
        }
        Ok(())
    }
}

/// The field `namespace` of a subject, created if it is not there.
fn namespace_of(subject: &mut Node) -> &mut Node {
    let mapping = mapping_mut(subject).expect("a subject with a field is a map");
    let at = mapping.position("namespace").unwrap_or_else(|| {
        mapping.entries.push(Entry {
            key: Node::scalar("namespace"),
            value: Node::scalar(""),
        });
        mapping.len() - 1
    });
    &mut mapping.entries[at].value
}

/// `metadata.namespace` and a binding's subjects are done by rules of their own; only core objects are named by it.
fn applies(spec: &FieldSpec, gvk: &Gvk, is_binding: bool) -> bool {
    let names_core_only =
        spec.path != "metadata/name" || (gvk.group.is_empty() && gvk.version == "v1");
    let subjects = is_binding
        && matches!(spec.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding")
        && spec.path == "subjects/namespace";
    spec.path != "metadata/namespace" && names_core_only && !subjects
}

fn is_helm_generated(resource: &Resource) -> bool {
    let annotation = [
        "metadata",
        "annotations",
        "internal.config.kubernetes.io/helm-generated",
    ];
    resource.node.get_path(&annotation).and_then(Node::as_str) == Some("true")
}

fn report_conflicts(resources: &ResMap, schema: &Schema, report: &mut Report) {
    let mut seen: HashMap<ResId, usize> = HashMap::with_capacity(resources.resources.len());
    for (at, resource) in resources.resources.iter().enumerate() {
        let id = resource.id(schema);
        if let Some(&first) = seen.get(&id) {
            let diagnostic = Diagnostic::error(
                codes::DUPLICATE_ID,
                format!("with this namespace there are two of {id}"),
            );
            let diagnostic = diagnostic
                .at(resource.node.span, "one")
                .at(resources.resources[first].node.span, "and another");
            report.push(
                diagnostic.hint("rename one of them, or set the namespace in two kustomizations"),
            );
        } else {
            seen.insert(id, at);
        }
    }
}
