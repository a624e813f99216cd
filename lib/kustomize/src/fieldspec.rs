//! Field specs: which field of which kind, and the walk to it.
//!
//! api/types/fieldspec.go, api/filters/fieldspec/fieldspec.go.

use crate::codes;
use crate::decode::{Decode, Decoder};
use crate::decode_struct;
use crate::edit::{mapping_mut, split_path};
use crate::id::is_selected;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::{Entry, Node, NodeValue, Tag};
use std::sync::Arc;

/// A path into objects of some kinds, `/`-separated; lists on the way are entered without a segment of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldSpec {
    /// Of which objects; empty fields match anything.
    pub gvk: Gvk,
    /// The path as written.
    pub path: EcoString,
    /// Whether what is missing is created.
    pub create: bool,
    segments: Arc<[EcoString]>,
}

decode_struct! {
    /// A field spec as written.
    struct Written {
        "group" => group: EcoString,
        "version" => version: EcoString,
        "kind" => kind: EcoString,
        "path" => path: EcoString,
        "create" => create: bool,
    }
}

impl Decode for FieldSpec {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let written = Written::decode(node, decoder)?;
        let gvk = Gvk {
            group: written.group,
            version: written.version,
            kind: written.kind,
        };
        Some(FieldSpec::new(gvk, written.path, written.create))
    }
}

impl FieldSpec {
    /// A spec of `path` in objects that `gvk` selects.
    #[must_use]
    pub fn new(gvk: Gvk, path: EcoString, create: bool) -> FieldSpec {
        let segments = split_path(&path, '/')
            .into_iter()
            .map(EcoString::from)
            .collect();
        FieldSpec {
            gvk,
            path,
            create,
            segments,
        }
    }

    /// Whether objects of `gvk` are meant.
    #[must_use]
    pub fn matches(&self, gvk: &Gvk) -> bool {
        is_selected(gvk, &self.gvk)
    }
}

/// Adds `spec` to `specs` unless one there covers it.
///
/// # Errors
/// One there covers it and disagrees on `create`.
pub fn merge_one(specs: &mut Vec<FieldSpec>, spec: &FieldSpec) -> Result<(), Box<Diagnostic>> {
    let covering = specs
        .iter()
        .find(|other| is_selected(&other.gvk, &spec.gvk) && other.path == spec.path);
    match covering {
        None => specs.push(spec.clone()),
        Some(other) if other.create == spec.create => {}
        Some(_) => {
            let message = format!(
                "the field spec `{}` is given both with and without `create`",
                spec.path
            );
            let diagnostic = Diagnostic::error(codes::FIELD_SPEC_CONFLICT, message);
            return Err(Box::new(diagnostic.hint(
                "give it the same `create` as the one built in or in a base",
            )));
        }
    }
    Ok(())
}

/// Adds all of `added` to `specs`.
///
/// # Errors
/// As [`merge_one`]; what comes before is added.
pub fn merge_all(specs: &mut Vec<FieldSpec>, added: &[FieldSpec]) -> Result<(), Box<Diagnostic>> {
    added.iter().try_for_each(|spec| merge_one(specs, spec))
}

/// What is created at the end of a path whose spec says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// Nothing, whatever the spec says.
    Nothing,
    /// A scalar, tagged thus where it replaces a null.
    Scalar(Tag),
    /// A map.
    Map,
}

/// What is done to a field that a walk found.
pub type Set<'s> = dyn FnMut(&mut Node) -> Result<(), Box<Diagnostic>> + 's;

/// Walks `object` along `spec` and calls `set` on every field found or created. The kind is the caller's to check.
///
/// # Errors
/// What `set` says, or that the path runs into a scalar.
pub fn walk(
    spec: &FieldSpec,
    object: &mut Node,
    create: Create,
    set: &mut Set<'_>,
) -> Result<(), Box<Diagnostic>> {
    let create = if spec.create { create } else { Create::Nothing };
    Walk { spec, create }.enter(object, &spec.segments, set)
}

struct Walk<'s> {
    spec: &'s FieldSpec,
    create: Create,
}

impl Walk<'_> {
    fn enter(
        &self,
        node: &mut Node,
        path: &[EcoString],
        set: &mut Set<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let Some((segment, rest)) = path.split_first() else {
            return set(node);
        };
        if node.is_null() {
            return Ok(());
        }
        match &mut node.value {
            NodeValue::Sequence(items) => items
                .iter_mut()
                .try_for_each(|item| self.enter(item, path, set)),
            NodeValue::Mapping(_) => self.enter_field(node, segment, rest, set),
            NodeValue::Scalar(_) => Err(self.runs_into_scalar(node)),
        }
    }

    fn enter_field(
        &self,
        node: &mut Node,
        segment: &str,
        rest: &[EcoString],
        set: &mut Set<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let (name, is_list) = segment
            .strip_suffix("[]")
            .map_or((segment, false), |name| (name, true));
        let empty = match (is_list, self.create) {
            (true, _) => Some(Node::sequence(Vec::new())),
            (false, Create::Nothing) => None,
            (false, _) if !rest.is_empty() => Some(Node::mapping()),
            (false, Create::Map) => Some(untagged_mapping()),
            (false, Create::Scalar(tag)) => Some(Node {
                tag,
                ..Node::scalar("")
            }),
        };
        let Some(mapping) = mapping_mut(node) else {
            return Ok(());
        };
        let at = match (mapping.position(name), &empty) {
            (Some(at), _) => at,
            (None, Some(created)) if !is_list => {
                mapping.entries.push(Entry {
                    key: Node::scalar(name),
                    value: untagged(created),
                });
                mapping.len() - 1
            }
            (None, _) => return Ok(()),
        };
        let field = &mut mapping.entries[at].value;
        if let (true, Some(created)) = (field.is_null(), empty) {
            *field = created.at(field.span);
        }
        self.enter(field, rest, set)
    }

    fn runs_into_scalar(&self, node: &Node) -> Box<Diagnostic> {
        let message = format!(
            "the field `{}` lies in a map or list, and this is {}",
            self.spec.path,
            crate::decode::describe(node)
        );
        let diagnostic = Diagnostic::error(codes::FIELD_NOT_REACHED, message)
            .at(node.span, "on the way to the field");
        Box::new(diagnostic.hint("correct the value, or the field spec if it is your own"))
    }
}

fn untagged_mapping() -> Node {
    Node {
        tag: Tag::None,
        ..Node::mapping()
    }
}

/// What is created anew has no tag yet; its value decides.
fn untagged(created: &Node) -> Node {
    Node {
        tag: match created.value {
            NodeValue::Scalar(_) => Tag::None,
            _ => created.tag,
        },
        ..created.clone()
    }
}
