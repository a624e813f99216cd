//! JSON and YAML inside a scalar: `data.config\.json.server.port`.
//!
//! api/filters/replacement (`setValueInStructuredData`): the text is read, changed and written anew; JSON with
//! sorted keys, in one line or indented by two, YAML by go-yaml's encoder. What does not work out here falls
//! back to the path as such.

use super::Surroundings;
use super::path::{FieldPath, Kind};
use super::reach::{Found, Reach};
use crate::lookup::{self, Place, Step};
use crate::patch::mark;
use gitopsc_core::{FileId, Span, Text};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::emit::node::Beside;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::lower::read_once;
use gitopsc_yaml::rewrite::{self, Draft, Margin};
use gitopsc_yaml::{Dialect, Limits, Node, NodeValue, parse};

/// Writes `value` to `path` if that leads into a text; says what was found and where the text stands.
pub(super) fn write(
    root: &mut Node,
    path: &FieldPath,
    value: &Node,
    create: Option<Kind>,
    surroundings: &Surroundings<'_>,
) -> Option<(Found, Span)> {
    let limits = surroundings.limits;
    let Inside {
        mut draft,
        place,
        taken,
    } = enter(root, path, limits)?;
    let field = lookup::at_mut(root, &place)?;
    let old = field.as_text()?.clone();
    if old.is_secret() {
        mark(&mut draft.root, &old);
    }
    let margin = &draft.margin;
    let mut reach = Reach {
        create,
        beside: margin,
        limits,
        found: Found::default(),
    };
    let set = &mut |field: &mut Node| {
        set(field, value, margin);
        Ok(())
    };
    let rest = &path.segments[taken..];
    reach.walk(&mut draft.root, rest, set).ok()?;
    let found = reach.found.seen_at(field.span);
    if found.fields == 0 {
        return None;
    }
    let written = written(&draft, &old, surroundings)?;
    let mut sources = vec![&old];
    texts(value, &mut sources);
    let text = Text::derive(written, sources);
    let span = field.span;
    field.value = NodeValue::Scalar(text);
    Some((found, span))
}

/// Sets one field. A text keeps its tag and style, an alias does not stay one.
fn set(field: &mut Node, value: &Node, margin: &Margin) {
    if field.as_text().is_some() && !margin.is_alias(field) {
        field.value = NodeValue::Scalar(value.as_text().cloned().unwrap_or_default());
    } else {
        *field = value.clone();
    }
}

/// A text on the way along a path.
struct Inside {
    draft: Draft,
    place: Place,
    /// How many parts of the path lead to it.
    taken: usize,
}

/// Finds the first text on the way that can be read and is not its end.
fn enter(root: &Node, path: &FieldPath, limits: &Limits) -> Option<Inside> {
    let mut place = Place::new();
    let mut node = root;
    let (_, inner) = path.parts.split_last()?;
    for (taken, part) in inner.iter().enumerate() {
        match lookup::step(node, part).ok()? {
            Step::Here => {}
            Step::To(at) => {
                place.push(at);
                node = lookup::child(node, at)?;
            }
            Step::Nowhere => return None,
        }
        let Some(text) = node.as_str() else {
            continue;
        };
        if let Ok(draft) = rewrite::read(text, limits) {
            return Some(Inside {
                draft: draft?,
                place,
                taken: taken + 1,
            });
        }
    }
    None
}

/// The text of `draft` in the form that `old` has.
fn written(draft: &Draft, old: &Text, surroundings: &Surroundings<'_>) -> Option<String> {
    let text = draft.write(&surroundings.margins);
    if !old.as_str().trim_start().starts_with(['{', '[']) {
        return Some(text.trim().to_owned());
    }
    let text = Text::derive(text, [old]);
    let documents = parse(
        text.as_str(),
        FileId::NONE,
        Dialect::Kustomize,
        surroundings.limits,
    )
    .ok()?;
    let value = read_once(&documents.first()?.root).ok()?;
    let indented = old.as_str().contains('\n') && old.as_str().contains("  ");
    let form = if indented { Form::GoIndented } else { Form::Go };
    let mut json = String::new();
    write_json(&value, form, Secrets::Reveal, &mut json);
    Some(json)
}

/// All texts of a value, which are the sources of what it is written into.
fn texts<'n>(node: &'n Node, found: &mut Vec<&'n Text>) {
    match &node.value {
        NodeValue::Scalar(text) => found.push(text),
        NodeValue::Sequence(items) => items.iter().for_each(|item| texts(item, found)),
        NodeValue::Mapping(mapping) => mapping.entries.iter().for_each(|entry| {
            texts(&entry.key, found);
            texts(&entry.value, found);
        }),
    }
}
