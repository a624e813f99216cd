//! Where a value comes from.

use super::SourceField;
use super::problem::Problem;
use crate::codes;
use crate::decode::Spanned;
use crate::edit::split_path_with_brackets;
use crate::id::{ResId, is_selected};
use crate::lookup::{self, Place};
use crate::resmap::ResMap;
use crate::resource::Resource;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Span, Text};
use gitopsc_yaml::{Node, NodeValue};

/// A part of a text that is split.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) delimiter: EcoString,
    pub(super) span: Span,
    pub(super) index: i64,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// It is written in the replacement.
    Fixed(Node),
    /// A field has it.
    Field(Box<Field>),
}

/// A field of the one resource that is or was called `id`.
#[derive(Clone, Debug)]
pub(super) struct Field {
    id: ResId,
    span: Span,
    path: Spanned<EcoString>,
    parts: Vec<String>,
    part: Option<Part>,
}

/// A value on its way to its targets.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) node: Node,
    /// Where it stands, if it is copied from there each time: a target may change it.
    place: Option<(usize, Place)>,
}

impl Source {
    pub(super) fn fixed(value: &Spanned<Text>) -> Source {
        Source::Fixed(Node::scalar(value.value.clone()).at(value.span.0))
    }

    pub(super) fn field(
        source: &SourceField,
        span: Span,
        path: &Spanned<EcoString>,
        part: Option<Part>,
    ) -> Source {
        Source::Field(Box::new(Field {
            id: ResId {
                gvk: Gvk {
                    group: source.group.clone(),
                    version: source.version.clone(),
                    kind: source.kind.clone(),
                },
                name: source.name.clone(),
                namespace: source.namespace.clone(),
                cluster_scoped: false,
            },
            span,
            parts: split_path_with_brackets(&path.value, '.'),
            path: path.clone(),
            part,
        }))
    }

    /// The value as it is now.
    ///
    /// # Errors
    /// None or several resources are meant, or the one has no such field.
    pub(super) fn value(&self, resources: &ResMap) -> Result<Value, Box<Diagnostic>> {
        match self {
            Source::Fixed(node) => Ok(Value {
                node: node.clone(),
                place: None,
            }),
            Source::Field(field) => field.value(resources),
        }
    }
}

impl Value {
    /// The node that this is a copy of, if it is in the resource at `index`: to be compared with, nothing else.
    pub(super) fn original(&self, index: usize, resource: &Resource) -> Option<*const Node> {
        let (source, place) = self.place.as_ref()?;
        let node = lookup::at(&resource.node, place).filter(|_| *source == index)?;
        Some(std::ptr::from_ref(node))
    }

    /// Takes over what became of the value, after a change to the resource at `index`.
    pub(super) fn refresh(&mut self, index: usize, resource: &Resource) {
        if let Some((source, place)) = &self.place
            && *source == index
            && let Some(node) = lookup::at(&resource.node, place)
        {
            self.node = node.clone();
        }
    }
}

impl Field {
    fn value(&self, resources: &ResMap) -> Result<Value, Box<Diagnostic>> {
        let index = self.resource(resources)?;
        let root = &resources.resources[index].node;
        let at_path = |problem: Problem| Box::new(problem.diagnostic(self.path.span.0));
        let place =
            lookup::find(root, &self.parts).map_err(|astray| at_path(Problem::astray(astray)))?;
        let found = place.and_then(|place| Some((lookup::at(root, &place)?, place)));
        let Some((node, place)) = found.filter(|(node, _)| !node.is_null_or_empty()) else {
            return Err(at_path(Problem::missing(root.span, &self.path.value)));
        };
        let Some(part) = &self.part else {
            return Ok(Value {
                node: node.clone(),
                place: Some((index, place)),
            });
        };
        let text = part_of(node, part).map_err(at_path)?;
        let node = Node {
            value: NodeValue::Scalar(text),
            ..node.clone()
        };
        Ok(Value { node, place: None })
    }

    /// The index of the one resource that is meant.
    fn resource(&self, resources: &ResMap) -> Result<usize, Box<Diagnostic>> {
        let found = resources.resources.iter().enumerate();
        let found: Vec<usize> = found
            .filter(|(_, resource)| self.is_or_was(resource))
            .map(|(at, _)| at)
            .collect();
        match found.as_slice() {
            &[at] => Ok(at),
            [] => Err(self.unmatched(resources)),
            several => Err(self.ambiguous(several, resources)),
        }
    }

    fn is_or_was(&self, resource: &Resource) -> bool {
        let Gvk { kind, .. } = &self.id.gvk;
        // Most resources are told apart by their names, without looking at anything else.
        let named = |name: &str| self.id.name.is_empty() || self.id.name == name;
        let is = (self.id.name.is_empty() || resource.has_name(&self.id.name)) && {
            let id = ResId {
                gvk: resource.gvk(),
                name: resource.name(),
                namespace: resource.namespace(),
                cluster_scoped: false,
            };
            id.is_selected_by(&self.id)
        };
        let was = |previous: &crate::resource::PreviousId| {
            let namespace = &self.id.namespace;
            named(&previous.name)
                && (kind.is_empty() || *kind == previous.kind)
                && (namespace.is_empty() || self.id.effective_namespace() == previous.namespace)
                && is_selected(
                    &Gvk {
                        kind: kind.clone(),
                        ..resource.gvk()
                    },
                    &self.id.gvk,
                )
        };
        is || resource.state.previous.iter().any(was)
    }

    fn unmatched(&self, resources: &ResMap) -> Box<Diagnostic> {
        let message = match self.words() {
            Some(words) => format!("there is no {words} to take a value from"),
            None => "there is no resource to take a value from".to_owned(),
        };
        let diagnostic = Diagnostic::error(codes::REPLACEMENT_SOURCE_UNMATCHED, message)
            .at(self.span, "this source");
        let resources = resources.resources.iter();
        let namesakes = resources.filter(|resource| resource.has_name(&self.id.name));
        let diagnostic = match namesakes.collect::<Vec<_>>().as_slice() {
            [only] => diagnostic.at(only.node.span, "did you mean this?"),
            _ => diagnostic,
        };
        Box::new(diagnostic.hint(
            "group, version, kind, name and namespace must be equal to what the resource has or had; hash suffixes are not there yet",
        ))
    }

    fn ambiguous(&self, several: &[usize], resources: &ResMap) -> Box<Diagnostic> {
        let words = self
            .words()
            .map_or_else(String::new, |words| format!(" {words}"));
        let message = format!("{} resources could be the source{words}", several.len());
        let diagnostic =
            Diagnostic::error(codes::AMBIGUOUS_REFERENCE, message).at(self.span, "this source");
        let diagnostic = several.iter().fold(diagnostic, |diagnostic, at| {
            diagnostic.at(resources.resources[*at].node.span, "one of them")
        });
        Box::new(diagnostic.hint("add kind, name or namespace until only one is left"))
    }

    /// Kind, group, namespace and name, as far as they are said.
    fn words(&self) -> Option<String> {
        let id = self.id.to_string();
        let words = id.trim();
        (!words.is_empty()).then(|| words.to_owned())
    }
}

/// The part of a text that is meant.
fn part_of(node: &Node, part: &Part) -> Result<Text, Problem> {
    let Some(text) = node.as_text() else {
        return Err(Problem::no_text(node));
    };
    let mut parts = text.as_str().split(part.delimiter.as_str());
    let found = usize::try_from(part.index)
        .ok()
        .and_then(|index| parts.nth(index));
    match found {
        Some(found) => Ok(Text::derive(found, [text])),
        None => {
            let count = text.as_str().split(part.delimiter.as_str()).count();
            Err(Problem::no_part(node.span, part.index, count))
        }
    }
}
