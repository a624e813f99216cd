//! JSON patch (RFC 6902) as Kustomize's library does it, quirks included.
//!
//! api/filters/patchjson6902 turns the whole resource into JSON and back, so that a patch changes more than
//! it names: all numbers become floats. gopkg.in/evanphx/json-patch.v4 does the operations. Nothing here
//! knows which resources a patch is for.

mod convert;
mod equal;
mod operation;
mod perform;
mod pointer;
mod text;
mod value;

use crate::codes;
use crate::documents::syntax_error;
use crate::files::Content;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::{Dialect, Limits, Node};
use operation::{Operation, operations};
use value::{Kind, Member, Value};

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    notes: Vec<Diagnostic>,
}

/// What a patch makes of a resource.
#[derive(Clone, Debug)]
pub struct Patched {
    /// The resource.
    pub node: Node,
    /// What Kustomize does without a word; the same for every resource that it happens to.
    pub warnings: Vec<Diagnostic>,
}

/// An annotation that the patch sees and the user does not.
pub type Hidden = (&'static str, EcoString);

impl JsonPatch {
    /// Reads operations: JSON if the text begins with `[`, else the first document of YAML in kubectl's dialect.
    ///
    /// # Errors
    /// Everything wrong with the text.
    pub fn parse(content: &Content, limits: &Limits) -> Result<JsonPatch, Vec<Diagnostic>> {
        let mut notes = Vec::new();
        let root = if content.bytes.starts_with(b"[") {
            text::read(
                &content.bytes,
                content.file,
                content.secret.as_ref(),
                limits.depth,
            )
            .map_err(|problem| vec![problem])?
        } else {
            yaml(content, limits, &mut notes)?
        };
        Ok(JsonPatch {
            operations: operations(root)?,
            notes,
        })
    }

    /// What is odd about the text, whatever it is applied to.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// Whether there are no operations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Applies all operations to a whole resource, to whose annotations the `hidden` ones are added meanwhile.
    ///
    /// # Errors
    /// The first operation that fails, or whatever has no JSON form.
    pub fn apply(&self, node: &Node, hidden: &[Hidden]) -> Result<Patched, Vec<Diagnostic>> {
        let mut document = convert::from_node(node)?;
        annotate(&mut document, hidden);
        let mut warnings = Vec::new();
        for operation in &self.operations {
            perform::perform(&mut document, operation, &mut warnings)
                .map_err(|problem| vec![problem])?;
        }
        let written = convert::into_node(document)?;
        warnings.extend(
            written
                .rounded
                .iter()
                .map(|(span, text)| rounded(*span, text)),
        );
        let mut node = written.node;
        bare(&mut node, hidden);
        Ok(Patched { node, warnings })
    }
}

fn yaml(
    content: &Content,
    limits: &Limits,
    notes: &mut Vec<Diagnostic>,
) -> Result<Value, Vec<Diagnostic>> {
    let parsed = gitopsc_yaml::parse_bytes(&content.bytes, content.file, Dialect::Kubectl, limits);
    let documents = parsed.map_err(|errors| errors.iter().map(syntax_error).collect::<Vec<_>>())?;
    if let Some(second) = documents.iter().find(|document| document.piece > 0) {
        let message = "of several documents only the first one is the patch";
        let diagnostic = Diagnostic::warning(codes::PATCH_DOCUMENT_IGNORED, message);
        notes.push(
            diagnostic
                .at(second.root.span, "passed over")
                .hint("make an entry of each patch"),
        );
    }
    let Some(first) = documents.iter().find(|document| document.piece == 0) else {
        return Ok(Value::null(Span::new(content.file, 0)));
    };
    let mut root = convert::from_node(&first.root)?;
    if let Some(origins) = &content.secret {
        root.conceal(origins);
    }
    Ok(root)
}

/// Adds the `hidden` annotations, if the annotations are a map.
fn annotate(document: &mut Value, hidden: &[Hidden]) {
    if hidden.is_empty() {
        return;
    }
    let annotations =
        map_in(document, "metadata").and_then(|metadata| map_in(metadata, "annotations"));
    let Some(Kind::Map(members)) = annotations.map(|annotations| &mut annotations.kind) else {
        return;
    };
    for (key, text) in hidden {
        let value = Value::string(Span::NONE, Text::Plain(text.clone()));
        value::set_member(
            members,
            Member {
                key: (*key).into(),
                key_span: Span::NONE,
                value,
            },
        );
    }
}

/// The map under `key`, made if there is nothing.
fn map_in<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let span = value.span;
    let Kind::Map(members) = &mut value.kind else {
        return None;
    };
    let at = match members.iter().position(|member| member.key == key) {
        Some(at) => at,
        None => {
            members.push(Member {
                key: key.into(),
                key_span: span,
                value: Value::null(span),
            });
            members.len() - 1
        }
    };
    let inner = &mut members.get_mut(at)?.value;
    if inner.is_null() {
        inner.kind = Kind::Map(Vec::new());
    }
    Some(inner)
}

/// Takes the `hidden` annotations out again.
fn bare(node: &mut Node, hidden: &[Hidden]) {
    let annotations = node
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("annotations"));
    let Some(annotations) = annotations.and_then(Node::as_mapping_mut) else {
        return;
    };
    annotations.entries.retain(|entry| {
        hidden
            .iter()
            .all(|(key, _)| entry.key.as_str() != Some(*key))
    });
}

fn rounded(span: Span, text: &Text) -> Diagnostic {
    let message = format!("the patch makes a float of this integer, which becomes {text}");
    Diagnostic::warning(codes::PATCH_NUMBER_ROUNDED, message)
        .at(span, "in a resource that a JSON patch changes")
        .hint("write the number as a string if that is allowed, or use a strategic merge patch")
}
