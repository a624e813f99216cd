//! What each operation does to the document, with the library's deviations from RFC 6902.

use super::equal::{Comparison, compare};
use super::operation::{Action, Operation};
use super::pointer::{self, Pointer, Refusal};
use super::value::{Kind, Value};
use crate::codes;
use gitopsc_core::{Code, Diagnostic, EcoString, Span};

/// Performs one operation; what it does that RFC 6902 does not is noted.
pub(super) fn perform(
    document: &mut Value,
    operation: &Operation,
    notes: &mut Vec<Diagnostic>,
) -> Result<(), Diagnostic> {
    let action = operation
        .action
        .as_ref()
        .map_err(|problem| (**problem).clone())?;
    note_slashes(action, notes);
    match action {
        Action::Add { path, value } => {
            add(document, path, given(value.as_ref(), operation.span, notes))
        }
        Action::Remove { path } => take(document, path, "remove").map(drop),
        Action::Replace { path, value } if path.is_root() => {
            replace_root(document, path, value.as_ref())
        }
        Action::Replace { path, value } => {
            let value = given(value.as_ref(), operation.span, notes);
            replace(document, path, value, notes)
        }
        Action::Move { from, path } => {
            let value = take(document, from, "move")?;
            add(document, path, value)
        }
        Action::Copy { from, path } => copy(document, from, path, notes),
        Action::Test { path, value } => test(document, path, value.as_ref()),
    }
}

/// The value of an operation that takes null where it has none.
fn given(value: Option<&Value>, span: Span, notes: &mut Vec<Diagnostic>) -> Value {
    if let Some(value) = value {
        return value.clone();
    }
    let message = "this operation has no `value`, so the field becomes null";
    notes.push(
        note(codes::PATCH_VALUE_MISSING, message, span)
            .hint("add `value`, or remove the field with `op: remove`"),
    );
    Value::null(span)
}

fn add(document: &mut Value, path: &Pointer, value: Value) -> Result<(), Diagnostic> {
    let (container, key) = find(document, path)?;
    pointer::add(container, key, path.span, value).map_err(|refusal| refused(path, refusal))
}

fn take(document: &mut Value, path: &Pointer, verb: &str) -> Result<Value, Diagnostic> {
    let (container, key) = find(document, path)?;
    pointer::remove(container, &key).map_err(|refusal| match refusal {
        Refusal::NoKey => missing(format!("there is no {} to {verb}", path.text), path.span),
        refusal => refused(path, refusal),
    })
}

fn replace(
    document: &mut Value,
    path: &Pointer,
    value: Value,
    notes: &mut Vec<Diagnostic>,
) -> Result<(), Diagnostic> {
    let (container, key) = find(document, path)?;
    let is_new = pointer::get_mut(container, &key)
        .map_err(|refusal| refused(path, refusal))?
        .is_none();
    if is_new && !container.has(&key) {
        let message = format!("there is no {} to replace, so it is added", path.text);
        notes.push(
            note(codes::PATCH_REPLACES_NOTHING, message, path.span)
                .hint("correct the path, or write `op: add`"),
        );
    }
    pointer::set(container, key, path.span, value).map_err(|refusal| refused(path, refusal))
}

fn replace_root(
    document: &mut Value,
    path: &Pointer,
    value: Option<&Value>,
) -> Result<(), Diagnostic> {
    match value {
        Some(value) if matches!(value.kind, Kind::Map(_) | Kind::List(_)) => {
            *document = value.clone();
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

fn copy(
    document: &mut Value,
    from: &Pointer,
    path: &Pointer,
    notes: &mut Vec<Diagnostic>,
) -> Result<(), Diagnostic> {
    let (container, key) = find(document, from)?;
    let source = pointer::get_mut(container, &key).map_err(|refusal| refused(from, refusal))?;
    let value = match source {
        Some(value) => value.copied(),
        None => Value::null(from.span),
    };
    if value.is_null() && !container.has(&key) {
        let message = format!("there is no {} to copy, so null is added", from.text);
        notes.push(note(codes::PATCH_COPIES_NOTHING, message, from.span).hint("correct `from`"));
    }
    add(document, path, value)
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
