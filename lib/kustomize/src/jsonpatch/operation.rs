//! One operation of a patch, read from its JSON form.

use super::pointer::Pointer;
use super::value::{Kind, Null, Value};
use crate::codes;
use gitopsc_core::{Diagnostic, Span};

/// An operation, or what is wrong with it, which counts only when it is its turn.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// Where it begins.
    pub(super) span: Span,
    /// What it does.
    pub(super) action: Result<Action, Box<Diagnostic>>,
}

/// What an operation does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Add { path: Pointer, value: Option<Value> },
    Remove { path: Pointer },
    Replace { path: Pointer, value: Option<Value> },
    Move { from: Pointer, path: Pointer },
    Copy { from: Pointer, path: Pointer },
    Test { path: Pointer, value: Option<Value> },
}

/// The operations that `root` lists; null lists none.
pub(super) fn operations(root: Value) -> Result<Vec<Operation>, Vec<Diagnostic>> {
    let items = match root.kind {
        Kind::Null(_) => return Ok(Vec::new()),
        Kind::List(items) => items,
        _ => {
            return Err(vec![invalid(
                "a JSON patch is a list of operations",
                root.span,
            )]);
        }
    };
    let wrong = items
        .iter()
        .filter(|item| !matches!(item.kind, Kind::Map(_) | Kind::Null(_)));
    let wrong: Vec<Diagnostic> = wrong
        .map(|item| invalid("an operation is a map", item.span))
        .collect();
    if wrong.is_empty() {
        return Ok(items.iter().map(operation).collect());
    }
    Err(wrong)
}

fn operation(item: &Value) -> Operation {
    Operation {
        span: item.span,
        action: action(item).map_err(Box::new),
    }
}

fn action(item: &Value) -> Result<Action, Diagnostic> {
    let Some(verb) = item
        .get("op")
        .filter(|verb| !matches!(verb.kind, Kind::Null(_)))
    else {
        return Err(invalid("this operation has no `op`", item.span));
    };
    let Kind::String(word) = &verb.kind else {
        return Err(invalid("`op` must be a string", verb.span));
    };
    let path = || pointer(item, "path");
    let from = || pointer(item, "from");
    Ok(match word.text.as_str() {
        "add" => Action::Add {
            path: path()?,
            value: given(item),
        },
        "remove" => Action::Remove { path: path()? },
        "replace" => Action::Replace {
            path: path()?,
            value: given(item),
        },
        "move" => Action::Move {
            from: from()?,
            path: path()?,
        },
        "copy" => Action::Copy {
            from: from()?,
            path: path()?,
        },
        "test" => Action::Test {
            path: path()?,
            value: given(item),
        },
        _ => {
            return Err(invalid(
                &format!("there is no operation `{}`", word.text),
                verb.span,
            ));
        }
    })
}

fn pointer(item: &Value, field: &str) -> Result<Pointer, Diagnostic> {
    let Some(value) = item
        .get(field)
        .filter(|value| !matches!(value.kind, Kind::Null(_)))
    else {
        return Err(invalid(
            &format!("this operation has no `{field}`"),
            item.span,
        ));
    };
    match &value.kind {
        Kind::String(string) => Ok(Pointer {
            text: string.text.clone(),
            span: value.span,
        }),
        _ => Err(invalid(&format!("`{field}` must be a string"), value.span)),
    }
}

/// The `value` of an operation, if it has one.
fn given(item: &Value) -> Option<Value> {
    let mut value = item.get("value")?.clone();
    if let Kind::Null(null) = &mut value.kind {
        *null = Null::Given;
    }
    Some(value)
}

fn invalid(message: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::PATCH_OPERATION_INVALID, message)
        .at(span, "")
        .hint("an operation has `op` (add, remove, replace, move, copy or test), `path`, and `value` or `from`")
}
