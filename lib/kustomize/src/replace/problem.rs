//! Why a value cannot be fetched or written.

use crate::codes;
use crate::decode::describe;
use crate::lookup::{Astray, Reason};
use gitopsc_core::{Code, Diagnostic, Span};
use gitopsc_yaml::Node;

/// What is wrong at one place of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    code: Code,
    message: String,
    span: Span,
    hint: String,
}

impl Problem {
    fn new(code: Code, message: String, span: Span, hint: &str) -> Problem {
        Problem {
            code,
            message,
            span,
            hint: hint.to_owned(),
        }
    }

    /// The path goes on in something else than it wants.
    pub(super) fn not_a(node: &Node, wanted: &str) -> Problem {
        Problem::other_kind(wanted, describe(node), node.span)
    }

    fn other_kind(wanted: &str, found: &str, span: Span) -> Problem {
        Problem::new(
            codes::FIELD_NOT_REACHED,
            format!("the path needs {wanted} here, and this is {found}"),
            span,
            "correct the path, or the value",
        )
    }

    /// A part in brackets that says nothing of items.
    pub(super) fn no_test(part: &str) -> Problem {
        Problem::new(
            codes::INVALID_PATH,
            format!("`{part}` names no items of a list"),
            Span::NONE,
            "write it as [key=value]; a field whose name has dots as [a.b] or a\\.b",
        )
    }

    /// A value in brackets that is no regular expression.
    pub(super) fn no_pattern(value: &str, reason: &str) -> Problem {
        Problem::new(
            codes::INVALID_PATTERN,
            format!("`{value}` is no regular expression: {reason}"),
            Span::NONE,
            "put a backslash before characters that stand for themselves",
        )
    }

    /// The same, met on the way at `node`.
    pub(super) fn seen_at(&self, node: &Node) -> Problem {
        Problem {
            span: node.span,
            ..self.clone()
        }
    }

    /// The path goes on in a text that cannot be read.
    pub(super) fn no_yaml(node: &Node, why: &str) -> Problem {
        Problem::new(
            codes::FIELD_NOT_REACHED,
            format!("the path goes on in a text that is neither JSON nor YAML: {why}"),
            node.span,
            "correct the text, or the path",
        )
    }

    /// The list is too short.
    pub(super) fn no_item(span: Span, at: usize, length: usize) -> Problem {
        Problem::new(
            codes::REPLACEMENT_FIELD_MISSING,
            format!("there is no item {at} in a list of {length}"),
            span,
            "items are counted from 0; `create: true` can only append one",
        )
    }

    /// An item would be created that the path does not find again.
    pub(super) fn never_found(span: Span, value: &str) -> Problem {
        Problem::new(
            codes::REPLACEMENT_FIELD_MISSING,
            format!("an item with `{value}` would be created, and the path would not find it"),
            span,
            "use a plain value in [key=value], which is a regular expression, where items are created",
        )
    }

    /// There is no such field.
    pub(super) fn missing(span: Span, path: &str) -> Problem {
        Problem::new(
            codes::REPLACEMENT_FIELD_MISSING,
            format!("there is no field `{path}`"),
            span,
            "correct the path, or set `options.create` if it may be missing",
        )
    }

    /// There is no such field, because of what stands at the text of an item.
    pub(super) fn disguised(item: Span, path: &str) -> Problem {
        Problem::new(
            codes::REPLACEMENT_FIELD_MISSING,
            format!(
                "there is no field `{path}`: Kustomize looks at the text of an item with its quotes and comments"
            ),
            item,
            "leave out `^` or `$`, or the quotes or comment at the item",
        )
    }

    /// A part of something that has no parts.
    pub(super) fn no_text(node: &Node) -> Problem {
        Problem::new(
            codes::WRONG_TYPE,
            format!("`delimiter` needs a text, and this is {}", describe(node)),
            node.span,
            "remove the delimiter, or name a field inside",
        )
    }

    /// A part of a text that has fewer.
    pub(super) fn no_part(span: Span, index: i64, parts: usize) -> Problem {
        Problem::new(
            codes::REPLACEMENT_FIELD_MISSING,
            format!("there is no part {index} in a text of {parts} parts"),
            span,
            "parts are counted from 0; check `options.delimiter` and `options.index`",
        )
    }

    /// The way to a source leads astray.
    pub(super) fn astray(astray: Astray) -> Problem {
        match astray.reason {
            Reason::OtherKind(wanted, found) => Problem::other_kind(wanted, found, astray.span),
            Reason::UnfitPart(part) => Problem::new(
                codes::INVALID_PATH,
                format!("`{part}` cannot stand in the path of a source"),
                astray.span,
                "name one field; an item of a list by its number or by [key=value]",
            ),
        }
    }

    /// The diagnostic, about the path at `span`.
    pub(super) fn diagnostic(self, span: Span) -> Diagnostic {
        Diagnostic::error(self.code, self.message)
            .at(span, "this path")
            .at(self.span, "in this value")
            .hint(self.hint)
    }
}
