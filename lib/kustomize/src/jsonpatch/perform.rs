//! What each operation does to the document, with the library's deviations from RFC 6902.

use super::equal::{Comparison, compare};
use super::operation::{Action, Operation};
use super::pointer::{self, Pointer, Refusal};
use super::value::{Kind, Value};
use crate::codes;
use gitopsc_core::{Code, Diagnostic, EcoString, Span};
use gitopsc_yaml::Limits;

/// A document on its way through a patch.
pub(super) struct Work {
    /// The document as it is now.
    pub(super) document: Value,
    /// What was done that RFC 6902 does not do.
    pub(super) notes: Vec<Diagnostic>,
    limits: Limits,
    /// How many values were put in so far.
    placed: usize,
}

impl Work {
    /// Begins with `document`; `limits` bound what it may grow to.
    pub(super) fn on(document: Value, limits: Limits) -> Work {
        Work {
            document,
            notes: Vec::new(),
            limits,
            placed: 0,
        }
    }
}

/// Performs one operation.
pub(super) fn perform(work: &mut Work, operation: &Operation) -> Result<(), Diagnostic> {
    let action = operation
        .action
        .as_ref()
        .map_err(|problem| (**problem).clone())?;
    note_slashes(action, &mut work.notes);
    match action {
        Action::Add { path, value } => {
            let value = given(work, value.as_ref(), operation.span);
            add(work, path, value)
        }
        Action::Remove { path } => take(&mut work.document, path, "remove").map(drop),
        Action::Replace { path, value } if path.is_root() => {
            replace_root(work, path, value.as_ref())
        }
        Action::Replace { path, value } => {
            let value = given(work, value.as_ref(), operation.span);
            replace(work, path, value)
        }
        Action::Move { from, path } => {
            let value = take(&mut work.document, from, "move")?;
            add(work, path, value)
        }
        Action::Copy { from, path } => copy(work, from, path),
        Action::Test { path, value } => test(&mut work.document, path, value.as_ref()),
    }
}

/// The value of an operation that takes null where it has none.
fn given(work: &mut Work, value: Option<&Value>, span: Span) -> Value {
    if let Some(value) = value {
        return value.clone();
    }
    let message = "this operation has no `value`, so the field becomes null";
    work.notes.push(
        note(codes::PATCH_VALUE_MISSING, message, span)
            .hint("add `value`, or remove the field with `op: remove`"),
    );
    Value::null(span)
}

/// Whether `value` may stand at `path` without making the document too deep or too large.
fn admit(work: &mut Work, path: &Pointer, value: &Value) -> Result<(), Diagnostic> {
    let (levels, values) = value.extent();
    work.placed = work.placed.saturating_add(values);
    let message = if path.depth() + levels > work.limits.depth {
        format!(
            "the patch nests deeper than {}, the limit of --max-yaml-depth",
            work.limits.depth
        )
    } else if work.placed > work.limits.nodes {
        format!(
            "the patch adds more than {} values, the limit of --max-yaml-nodes",
            work.limits.nodes
        )
    } else {
        return Ok(());
    };
    let diagnostic = Diagnostic::error(codes::PATCH_OPERATION_INVALID, message);
    Err(diagnostic
        .at(path.span, "at this operation")
        .hint("raise the limit if this is meant"))
}

fn add(work: &mut Work, path: &Pointer, value: Value) -> Result<(), Diagnostic> {
    admit(work, path, &value)?;
    let (container, key) = find(&mut work.document, path)?;
    pointer::add(container, key, path.span, value).map_err(|refusal| refused(path, refusal))
}

fn take(document: &mut Value, path: &Pointer, verb: &str) -> Result<Value, Diagnostic> {
    let (container, key) = find(document, path)?;
    pointer::remove(container, &key).map_err(|refusal| match refusal {
        Refusal::NoKey => missing(format!("there is no {} to {verb}", path.text), path.span),
        refusal => refused(path, refusal),
    })
}

fn replace(work: &mut Work, path: &Pointer, value: Value) -> Result<(), Diagnostic> {
    admit(work, path, &value)?;
    let (container, key) = find(&mut work.document, path)?;
    let is_new = pointer::get_mut(container, &key)
        .map_err(|refusal| refused(path, refusal))?
        .is_none();
    if is_new && !container.has(&key) {
        let message = format!("there is no {} to replace, so it is added", path.text);
        work.notes.push(
            note(codes::PATCH_REPLACES_NOTHING, message, path.span)
                .hint("correct the path, or write `op: add`"),
        );
    }
    pointer::set(container, key, path.span, value).map_err(|refusal| refused(path, refusal))
}

fn replace_root(work: &mut Work, path: &Pointer, value: Option<&Value>) -> Result<(), Diagnostic> {
    match value {
        Some(value) if matches!(value.kind, Kind::Map(_) | Kind::List(_)) => {
            admit(work, path, value)?;
            work.document = value.clone();
            Ok(())
        }
        _ => {
            let message = "a whole resource can only be replaced by a map";
            let diagnostic = Diagnostic::error(codes::PATCH_OPERATION_INVALID, message)
                .at(path.span, "the whole resource");
            Err(diagnostic.hint("name a field in `path`"))
        }
    }
}

fn copy(work: &mut Work, from: &Pointer, path: &Pointer) -> Result<(), Diagnostic> {
    let (container, key) = find(&mut work.document, from)?;
    let source = pointer::get_mut(container, &key).map_err(|refusal| refused(from, refusal))?;
    let value = match source {
        Some(value) => value.copied(),
        None => Value::null(from.span),
    };
    if value.is_null() && !container.has(&key) {
        let message = format!("there is no {} to copy, so null is added", from.text);
        work.notes
            .push(note(codes::PATCH_COPIES_NOTHING, message, from.span).hint("correct `from`"));
    }
    add(work, path, value)
}

fn test(document: &mut Value, path: &Pointer, expected: Option<&Value>) -> Result<(), Diagnostic> {
    if path.is_root() {
        let comparison = expected.map_or(Comparison::Crash, |expected| compare(document, expected));
        return verdict(comparison, path, document.span);
    }
    let (container, key) = find(document, path)?;
    let found = pointer::get_mut(container, &key).map_err(|refusal| refused(path, refusal))?;
    let is_null = expected.is_none_or(Value::is_null);
    match (found, expected) {
        (None, _) if is_null => Ok(()),
        (Some(found), Some(expected)) => verdict(compare(found, expected), path, found.span),
        (found, _) => verdict(
            Comparison::Different,
            path,
            found.map_or(Span::NONE, |found| found.span),
        ),
    }
}

fn verdict(comparison: Comparison, path: &Pointer, found: Span) -> Result<(), Diagnostic> {
    let message = match comparison {
        Comparison::Equal => return Ok(()),
        Comparison::Different => format!(
            "the value at {} is not the one that `test` expects",
            path.text
        ),
        Comparison::Crash => format!(
            "`test` of {} comes to a null in a list, at which Kustomize crashes",
            path.text
        ),
    };
    let diagnostic =
        Diagnostic::error(codes::PATCH_TEST_FAILED, message).at(path.span, "tested here");
    let diagnostic = match found.is_none() {
        true => diagnostic,
        false => diagnostic.at(found, "this is there"),
    };
    Err(diagnostic
        .hint("scalars must be the same as JSON text: `1.0` in a patch written in JSON is not `1`"))
}

fn find<'d>(
    document: &'d mut Value,
    path: &Pointer,
) -> Result<(&'d mut Value, EcoString), Diagnostic> {
    path.find(document)
        .ok_or_else(|| match path.text.as_str().contains('/') {
            true => missing(
                format!("what leads to {} is not there", path.text),
                path.span,
            ),
            false => missing("a path begins with `/`".to_owned(), path.span),
        })
}

fn refused(path: &Pointer, refusal: Refusal) -> Diagnostic {
    let message = match refusal {
        Refusal::NoKey => format!("there is no {}", path.text),
        Refusal::NoIndex => format!("{} ends in a list, but not with an index", path.text),
        Refusal::OutOfRange => format!("the index of {} lies outside of its list", path.text),
        Refusal::Crash => format!(
            "{} leads into a copied null, at which Kustomize crashes",
            path.text
        ),
    };
    missing(message, path.span)
}

fn missing(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(codes::PATCH_PATH_MISSING, message)
        .at(span, "this path")
        .hint("correct the path, or add what leads to it by an operation before this one")
}

fn note(code: Code, message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::warning(code, message).at(span, "")
}

fn note_slashes(action: &Action, notes: &mut Vec<Diagnostic>) {
    let paths = match action {
        Action::Move { from, path } | Action::Copy { from, path } => [Some(from), Some(path)],
        Action::Add { path, .. }
        | Action::Remove { path }
        | Action::Replace { path, .. }
        | Action::Test { path, .. } => [Some(path), None],
    };
    for path in paths
        .into_iter()
        .flatten()
        .filter(|path| path.lacks_slash())
    {
        let message = format!(
            "what stands before the first `/` of {} is passed over",
            path.text
        );
        notes.push(
            note(codes::PATCH_PATH_WITHOUT_SLASH, message, path.span)
                .hint("begin the path with `/`"),
        );
    }
}
