//! From replacements as they are written to replacements ready to be made.

use super::path::FieldPath;
use super::source::{Part, Source};
use super::target::Target;
use super::{FieldOptions, Replacement, ReplacementField, TargetFields};
use crate::codes;
use crate::context::Context;
use crate::decode::{Decode, Decoder, Mode, Spanned, describe};
use crate::load::Directory;
use crate::report::Report;
use gitopsc_core::{Diagnostic, EcoString, Span};
use gitopsc_yaml::NodeValue;

/// The field that is meant where none is named.
const DEFAULT_PATH: &str = "metadata.name";

/// All replacements that `entries` hold or name; nothing if one of them is wrong.
pub(super) fn replacements(
    entries: &[Spanned<ReplacementField>],
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Vec<Replacement>> {
    let before = context.report.errors();
    let mut replacements = Vec::new();
    for entry in entries {
        let field = &entry.value;
        if field.path.value.is_empty() {
            replacements.extend(replacement(field, entry.span.0, context));
            continue;
        }
        let inline = field.source.as_ref().map(|source| source.span.0);
        let first = field.targets.iter().flatten().next();
        if let Some(inline) = inline.or(first.map(|target| target.span.0)) {
            let diagnostic = incomplete("a replacement has either `path` or its own fields");
            let diagnostic = diagnostic
                .at(field.path.span.0, "one")
                .at(inline, "and the other");
            context.report.push(diagnostic.hint("remove one of them"));
            continue;
        }
        for (field, span) in file(&field.path, directory, context) {
            replacements.extend(replacement(&field, span, context));
        }
    }
    (context.report.errors() == before).then_some(replacements)
}

/// The replacements of a file: a list of them, or one alone.
fn file(
    path: &Spanned<EcoString>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Vec<(ReplacementField, Span)> {
    let before = context.report.errors();
    let root = context.read_typed(directory, path);
    if context.report.errors() > before {
        return Vec::new();
    }
    let items = match root.as_ref().map(|root| (root, &root.value)) {
        Some((_, NodeValue::Sequence(items))) => items.as_slice(),
        Some((root, NodeValue::Mapping(_))) => std::slice::from_ref(root),
        other => {
            let found = other.map_or("nothing", |(root, _)| describe(root));
            let diagnostic = incomplete("a file of replacements holds a list of them, or one");
            let diagnostic = diagnostic.at(path.span.0, format!("this file holds {found}"));
            context
                .report
                .push(diagnostic.hint("begin each with `- source:`"));
            return Vec::new();
        }
    };
    let mut decoder = Decoder::new(context.report, "file of replacements", Mode::Lenient);
    let decoded = items.iter().map(|item| {
        let field = ReplacementField::decode(item, &mut decoder)?;
        Some((field, item.span))
    });
    decoded.flatten().collect()
}

/// Compiles one replacement; everything that is wrong with it is reported.
fn replacement(
    field: &ReplacementField,
    span: Span,
    context: &mut Context<'_>,
) -> Option<Replacement> {
    let limit = context.options.limits.depth;
    let report = &mut *context.report;
    let source = source(field, span, report);
    let Some(targets) = field.targets.as_ref().filter(|targets| !targets.is_empty()) else {
        let diagnostic = incomplete("a replacement needs targets").at(span, "none here");
        report.push(diagnostic.hint("add `targets` with `select` and `fieldPaths`"));
        return None;
    };
    let targets: Vec<Option<Target>> = targets
        .iter()
        .map(|fields| target(fields, limit, report))
        .collect();
    Some(Replacement {
        source: source?,
        targets: targets.into_iter().collect::<Option<_>>()?,
    })
}

fn source(field: &ReplacementField, span: Span, report: &mut Report) -> Option<Source> {
    match (&field.source, &field.source_value) {
        (None, None) => {
            let diagnostic = incomplete("a replacement needs a source").at(span, "none here");
            report.push(diagnostic.hint("add `source`, or a value as `sourceValue`"));
            None
        }
        (Some(source), Some(value)) => {
            let diagnostic = incomplete("a replacement has either `source` or `sourceValue`");
            let diagnostic = diagnostic
                .at(source.span.0, "one")
                .at(value.span.0, "and the other");
            report.push(diagnostic.hint("remove one of them"));
            None
        }
        (None, Some(value)) => Some(Source::fixed(value)),
        (Some(source), None) => {
            let options = options(source.value.options.as_ref(), report);
            let path = or_default(&source.value.field_path, source.span.0);
            Some(Source::field(
                &source.value,
                source.span.0,
                &path,
                options.part,
            ))
        }
    }
}

fn target(fields: &Spanned<TargetFields>, limit: usize, report: &mut Report) -> Option<Target> {
    let TargetFields {
        select,
        reject,
        field_paths,
        options: written,
    } = &fields.value;
    let options = options(written.as_ref(), report);
    let paths = match field_paths.as_slice() {
        [] => vec![or_default(&Spanned::default(), fields.span.0)],
        paths => paths.to_vec(),
    };
    let paths = paths.iter().map(|path| {
        let parsed = FieldPath::parse(path, limit);
        parsed.map_err(|problem| report.push(*problem)).ok()
    });
    let paths: Vec<Option<FieldPath>> = paths.collect();
    let reject: Vec<_> = reject
        .iter()
        .map(|selector| selector.value.compile(report))
        .collect();
    let Some(select) = select else {
        let diagnostic = incomplete("a target needs `select`").at(fields.span.0, "none here");
        report.push(diagnostic.hint("say by kind and name which resources are meant"));
        return None;
    };
    Some(Target {
        select: select.value.compile(report)?,
        span: select.span.0,
        reject: reject.into_iter().collect::<Option<_>>()?,
        paths: paths.into_iter().collect::<Option<_>>()?,
        part: options.part,
        create: options.create,
    })
}

/// `path`, or the default one at `span`.
fn or_default(path: &Spanned<EcoString>, span: Span) -> Spanned<EcoString> {
    if !path.value.is_empty() {
        return path.clone();
    }
    Spanned {
        value: DEFAULT_PATH.into(),
        span: crate::decode::At(span),
    }
}

#[derive(Default)]
struct Options {
    part: Option<Part>,
    create: bool,
}

fn options(written: Option<&FieldOptions>, report: &mut Report) -> Options {
    let Some(written) = written else {
        return Options::default();
    };
    if !written.encoding.value.is_empty() {
        let diagnostic = Diagnostic::warning(
            codes::REPLACEMENT_OPTION_IGNORED,
            "Kustomize does not implement `encoding`: the value is copied as it is",
        );
        report.push(
            diagnostic
                .at(written.encoding.span.0, "this option")
                .hint("remove it, and encode the value where it is written"),
        );
    }
    let delimiter = &written.delimiter;
    Options {
        part: (!delimiter.value.is_empty()).then(|| Part {
            delimiter: delimiter.value.clone(),
            span: delimiter.span.0,
            index: written.index,
        }),
        create: written.create,
    }
}

fn incomplete(message: &str) -> Diagnostic {
    Diagnostic::error(codes::REPLACEMENT_INCOMPLETE, message)
}
