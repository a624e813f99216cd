//! Vars: `$(NAME)` expanded at the end of a build.
//!
//! api/types/var.go, api/filters/refvar, api/internal/accumulator.

use crate::codes;
use crate::config::TransformerConfig;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit::split_path_with_brackets;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::id::ResId;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Text};
use gitopsc_yaml::{Node, NodeValue, Style, Tag};
use std::collections::{BTreeMap, BTreeSet};

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
        let target = var.object.id(schema);
        let any_namespace = target.namespace.is_empty() && !target.cluster_scoped;
        let matches = |id: &ResId| {
            if any_namespace {
                id.is_gvkn_equal(&target)
            } else {
                *id == target
            }
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
    fn id(&self, schema: &Schema) -> ResId {
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
        ResId::new(gvk, self.name.clone(), self.namespace.clone(), schema)
    }
}

/// The node that holds a var's value; a collection has no text to put anywhere.
fn value_of(var: &Var, resources: &ResMap) -> Result<Node, Box<Diagnostic>> {
    let name = &var.name.value;
    let problem = |message: String, hint: &str| {
        let diagnostic =
            Diagnostic::error(codes::VAR_WITHOUT_VALUE, message).at(var.name.span.0, "this var");
        Err(Box::new(diagnostic.hint(hint)))
    };
    let owner = resources
        .resources
        .iter()
        .find(|resource| resource.var_names.contains(name));
    let Some(owner) = owner else {
        let message = format!("there is no resource that the var {name} refers to");
        return problem(
            message,
            "check `objref`: apiVersion, kind and name as they are at this point of the build",
        );
    };
    let path = if var.field.path.is_empty() {
        "metadata.name"
    } else {
        &var.field.path
    };
    match field(&owner.node, path) {
        Some(node) => Ok(node.clone()),
        None => problem(
            format!("the resource that the var {name} refers to has no field {path}"),
            "check `fieldref.fieldPath`",
        ),
    }
}

/// The field at a dotted path; `name[2]` and bare numbers are items of lists.
fn field<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    let mut node = node;
    for segment in split_path_with_brackets(path, '.') {
        let (name, index) = match segment
            .strip_suffix(']')
            .and_then(|segment| segment.rsplit_once('['))
        {
            Some((name, index))
                if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) =>
            {
                (name, Some(index))
            }
            _ => (segment.as_str(), None),
        };
        if !name.is_empty() {
            node = item_or_field(node, name)?;
        }
        if let Some(index) = index {
            node = item_or_field(node, index)?;
        }
    }
    Some(node)
}

fn item_or_field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    match node.as_sequence() {
        Some(items) => items.get(name.parse::<usize>().ok()?),
        None => node.get(name),
    }
}

type Values = BTreeMap<EcoString, Node>;

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
                        let diagnostic = Diagnostic::error(
                            codes::WRONG_TYPE,
                            "vars are expanded in lists of strings only",
                        );
                        let diagnostic = diagnostic.at(
                            item.span,
                            format!("this is {}", crate::decode::describe(item)),
                        );
                        return Err(Box::new(diagnostic.hint("put the value in quotes")));
                    }
                    expand_text(item, values, used);
                }
            }
            NodeValue::Mapping(mapping) => mapping
                .entries
                .iter_mut()
                .for_each(|entry| expand_text(&mut entry.value, values, used)),
        }
        Ok(())
    })
}

fn is_string(node: &Node) -> bool {
    matches!(node.value, NodeValue::Scalar(_)) && matches!(node.tag, Tag::Str | Tag::None)
}

/// Expands one string. A text that is nothing but one var takes over the value's type.
fn expand_text(node: &mut Node, values: &Values, used: &mut BTreeSet<EcoString>) {
    if !is_string(node) {
        return;
    }
    let Some(text) = node.as_text().cloned() else {
        return;
    };
    let span = node.span;
    *node = match expand(&text, values, used) {
        Expanded::Whole(value) => Node {
            style: Style::Plain,
            ..value.clone()
        },
        Expanded::Text(text) => Node::string(text).at(span),
    };
}

enum Expanded<'v> {
    /// The text was one var and nothing else.
    Whole(&'v Node),
    /// A text.
    Text(Text),
}

/// Kubernetes' expansion: `$(NAME)`, `$$` for a dollar, unknown names stay (api/filters/refvar/expand.go).
fn expand<'v>(input: &Text, values: &'v Values, used: &mut BTreeSet<EcoString>) -> Expanded<'v> {
    let text = input.as_str();
    let mut parts: Vec<Text> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = after;
        match (
            after.chars().next(),
            after
                .strip_prefix('(')
                .and_then(|inner| inner.split_once(')')),
        ) {
            (None, _) => plain.push('$'),
            (Some('$'), _) => {
                plain.push('$');
                rest = &after[1..];
            }
            (Some('('), Some((name, behind))) => {
                rest = behind;
                let value = values.get(name).filter(|value| value.as_text().is_some());
                match value {
                    None => plain.push_str(&format!("$({name})")),
                    Some(value) => {
                        used.insert(name.into());
                        if text.len() == name.len() + 3 {
                            return Expanded::Whole(value);
                        }
                        parts.push(Text::derive(std::mem::take(&mut plain), [input]));
                        parts.push(value.as_text().cloned().unwrap_or_default());
                    }
                }
            }
            (Some(_), _) => plain.push('$'),
        }
    }
    plain.push_str(rest);
    parts.push(Text::derive(plain, [input]));
    Expanded::Text(Text::concat(&parts.iter().collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::{Expanded, Values, expand};
    use gitopsc_core::Text;
    use gitopsc_yaml::Node;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_expanded_and_dollars_escaped() {
        let values = Values::from([
            ("A".into(), Node::string("x")),
            ("B".into(), Node::string("$(A)")),
        ]);
        for (input, expected) in [
            ("a $(A) b", "a x b"),
            ("$$(A)", "$(A)"),
            ("$(C)", "$(C)"),
            ("$(A)$(B)", "x$(A)"),
            ("$(A", "$(A"),
            ("a$", "a$"),
            ("$x$", "$x$"),
            ("$é", "$é"),
        ] {
            let text = match expand(&Text::from(input), &values, &mut BTreeSet::new()) {
                Expanded::Text(text) => text.as_str().to_owned(),
                Expanded::Whole(_) => "whole".to_owned(),
            };
            assert_eq!(text, expected, "{input}");
        }
    }
}
