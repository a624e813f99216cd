//! Vars: `$(NAME)` expanded at the end of a build.
//!
//! api/types/var.go, api/filters/refvar, api/internal/accumulator.

mod expand;
mod value;

use crate::codes;
use crate::config::TransformerConfig;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::id::ResId;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use expand::{Values, expand};
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::{Node, NodeValue, Tag};
use std::collections::{BTreeMap, BTreeSet};
use value::{Unfit, Value};

decode_struct! {
    /// One entry of `vars`.
    pub struct Var {
        /// The name that stands in `$(NAME)`.
        "name" => name: Spanned<EcoString>,
        /// The object that has the value.
        "objref" => object: VarTarget,
        /// The field that has it; `metadata.name` if it is not set.
        "fieldref" => field: VarField,
    }
}

decode_struct! {
    /// The object that has a var's value.
    pub struct VarTarget {
        /// API group and version in one.
        "apiVersion" => api_version: EcoString,
        /// API group.
        "group" => group: EcoString,
        /// API version.
        "version" => version: EcoString,
        /// Kind.
        "kind" => kind: EcoString,
        /// Name.
        "name" => name: EcoString,
        /// Namespace; any if it is empty.
        "namespace" => namespace: EcoString,
    }
}

decode_struct! {
    /// The field that has a var's value.
    pub struct VarField {
        /// Its path, with dots.
        "fieldPath" => path: EcoString,
    }
}

/// The vars of a build by name.
pub type VarSet = BTreeMap<EcoString, Var>;

/// Adds `incoming`; a name that is taken is reported.
pub fn merge(vars: &mut VarSet, incoming: impl IntoIterator<Item = Var>, report: &mut Report) {
    for var in incoming {
        if let Some(known) = vars.get(&var.name.value) {
            let diagnostic = Diagnostic::error(
                codes::DUPLICATE_VAR,
                format!("the var {} is there twice", var.name.value),
            );
            let diagnostic = diagnostic
                .at(var.name.span.0, "the second one")
                .at(known.name.span.0, "the first one");
            report.push(diagnostic.hint("rename one of them"));
            continue;
        }
        vars.insert(var.name.value.clone(), var);
    }
}

/// Declares the vars of a kustomization: the resource that each refers to remembers its name.
pub fn declare(
    vars: &mut VarSet,
    declared: &[Var],
    resources: &mut ResMap,
    schema: &Schema,
    report: &mut Report,
) {
    for var in declared {
        let target = var.object.id();
        let matches = |id: &ResId| {
            let anywhere = target.namespace.is_empty();
            id.is_gvkn_equal(&target) && (anywhere || id.is_namespace_equal(&target))
        };
        match resources.indices_by_any_id(schema, matches).as_slice() {
            [] => {}
            &[at] => resources.resources[at]
                .var_names
                .push(var.name.value.clone()),
            several => {
                let message = format!(
                    "{} resources could be what the var {} refers to",
                    several.len(),
                    var.name.value
                );
                let diagnostic = Diagnostic::error(codes::AMBIGUOUS_REFERENCE, message)
                    .at(var.name.span.0, "this var");
                let found = several.iter().map(|at| &resources.resources[*at]);
                let diagnostic = found.fold(diagnostic, |diagnostic, resource| {
                    diagnostic.at(resource.node.span, "one of them")
                });
                report.push(diagnostic.hint("say which one by `namespace` in `objref`"));
            }
        }
    }
    merge(vars, declared.iter().cloned(), report);
}

/// Expands all vars in the fields that `config` names.
pub fn resolve(
    vars: &VarSet,
    resources: &mut ResMap,
    config: &TransformerConfig,
    report: &mut Report,
) {
    let before = report.errors();
    let mut values = BTreeMap::new();
    for var in vars.values() {
        match value_of(var, resources) {
            Ok(value) => {
                values.insert(var.name.value.clone(), value);
            }
            Err(problem) => report.push(*problem),
        }
    }
    if values.is_empty() || report.errors() > before {
        return;
    }
    let mut used = BTreeSet::new();
    for resource in &mut resources.resources {
        let gvk = resource.gvk();
        for spec in config
            .var_reference
            .iter()
            .filter(|spec| spec.matches(&gvk))
        {
            if let Err(problem) = expand_field(spec, resource, &values, &mut used) {
                report.push(*problem);
            }
        }
    }
    for var in vars.values().filter(|var| !used.contains(&var.name.value)) {
        let diagnostic = Diagnostic::warning(
            codes::UNUSED_VAR,
            format!("the var {} is never used", var.name.value),
        );
        report.push(
            diagnostic
                .at(var.name.span.0, "")
                .hint("remove it, or check that the fields it stands in are var references"),
        );
    }
}

impl VarTarget {
    /// What is looked for; Kustomize does not ask here whether the kind has namespaces.
    fn id(&self) -> ResId {
        let parts: Vec<&str> = self.api_version.split('/').collect();
        let (group, version) = match parts.as_slice() {
            [version] if !version.is_empty() => (self.group.clone(), EcoString::from(*version)),
            [group, version] => (EcoString::from(*group), EcoString::from(*version)),
            _ => (self.group.clone(), self.version.clone()),
        };
        let gvk = Gvk {
            group,
            version,
            kind: self.kind.clone(),
        };
        ResId {
            gvk,
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            cluster_scoped: false,
        }
    }
}

/// The value of a var; nothing if it is a map or list, which has no text to put anywhere.
fn value_of(var: &Var, resources: &ResMap) -> Result<Option<Value>, Box<Diagnostic>> {
    let name = &var.name.value;
    let problem = |message: String, hint: &str| {
        let diagnostic =
            Diagnostic::error(codes::VAR_WITHOUT_VALUE, message).at(var.name.span.0, "this var");
        Box::new(diagnostic.hint(hint))
    };
    let owner = resources
        .resources
        .iter()
        .find(|resource| resource.var_names.contains(name));
    let Some(owner) = owner else {
        return Err(problem(
            format!("there is no resource that the var {name} refers to"),
            "check `objref`: apiVersion, kind and name as they are at this point of the build",
        ));
    };
    let path = if var.field.path.is_empty() {
        "metadata.name"
    } else {
        &var.field.path
    };
    Value::of(&owner.node, path).map_err(|unfit| match unfit {
        Unfit::Missing => problem(
            format!("the resource that the var {name} refers to has no field {path}"),
            "check `fieldref.fieldPath`",
        ),
        Unfit::Unreadable(span, wanted) => {
            let message = format!("the value of the var {name} must be {wanted} to Kustomize");
            let hint = "write it so, or put it in quotes to make a string of it";
            Box::new(problem(message, hint).at(span, "this value"))
        }
    })
}

fn expand_field(
    spec: &FieldSpec,
    resource: &mut Resource,
    values: &Values,
    used: &mut BTreeSet<EcoString>,
) -> Result<(), Box<Diagnostic>> {
    walk(spec, &mut resource.node, Create::Nothing, &mut |field| {
        match &mut field.value {
            NodeValue::Scalar(_) => expand_text(field, values, used),
            NodeValue::Sequence(items) => {
                for item in items {
                    if !is_string(item) {
                        return Err(no_string(item, "lists of strings"));
                    }
                    expand_text(item, values, used);
                }
            }
            NodeValue::Mapping(mapping) => {
                for entry in &mut mapping.entries {
                    if !is_string(&entry.key) {
                        return Err(no_string(&entry.key, "maps whose keys are strings"));
                    }
                    expand_text(&mut entry.value, values, used);
                }
            }
        }
        Ok(())
    })
}

fn no_string(node: &Node, wanted: &str) -> Box<Diagnostic> {
    let message = format!("vars are expanded in {wanted} only");
    let found = format!("this is {}", crate::decode::describe(node));
    let diagnostic = Diagnostic::error(codes::WRONG_TYPE, message).at(node.span, found);
    Box::new(diagnostic.hint("put the value in quotes"))
}

fn is_string(node: &Node) -> bool {
    matches!(node.value, NodeValue::Scalar(_)) && matches!(node.tag, Tag::Str | Tag::None)
}

/// Expands one string.
fn expand_text(node: &mut Node, values: &Values, used: &mut BTreeSet<EcoString>) {
    if !is_string(node) {
        return;
    }
    if let Some(text) = node.as_text().cloned() {
        let expanded = expand(&text, values, used);
        *node = match expanded.span.is_none() {
            true => expanded.at(node.span),
            false => expanded,
        };
    }
}
