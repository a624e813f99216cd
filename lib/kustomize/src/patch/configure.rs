//! From the entries of a kustomization to patches ready to be applied.

use super::{Change, Patch, PatchOptions, PatchTransformer, StrategicMergeConfig, Target};
use crate::codes;
use crate::context::Context;
use crate::decode::Spanned;
use crate::documents;
use crate::files::{Bytes, Content, Parsed};
use crate::jsonpatch::JsonPatch;
use crate::load::Directory;
use crate::resource::Resource;
use crate::select::Selector;
use gitopsc_core::{Diagnostic, Span, Text};
use gitopsc_yaml::{Dialect, Document, Node, NodeValue, ParseError};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The text of a patch, wherever it stood.
struct Source {
    content: Content,
    parsed: Arc<Parsed>,
    span: Span,
}

/// An entry of `patches`: a strategic merge patch or a JSON patch, whichever the text is.
pub fn configure_patch(
    patch: &Patch,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<PatchTransformer> {
    let source = one_source(patch, patch.patch.value.as_str().trim(), directory, context)?;
    let target = compile_target(patch.target.as_ref(), context)?;
    let change = if is_list(&source) {
        match operations(&source, context)? {
            patch if patch.is_empty() => Change::Nothing,
            patch => Change::Operations(patch),
        }
    } else {
        merge_patches(&source, &patch.options, context)?
    };
    check_target(&change, target.as_ref(), source.span, context)?;
    Some(PatchTransformer {
        change,
        target,
        stores_previous_id: true,
        span: source.span,
    })
}

/// An entry of `patchesJson6902`.
pub fn configure_json6902(
    patch: &Patch,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<PatchTransformer> {
    let source = one_source(patch, patch.patch.value.as_str(), directory, context)?;
    let named = patch
        .target
        .as_ref()
        .is_some_and(|target| !target.value.name.value.is_empty());
    if !named {
        context.report.push(target_missing(
            source.span,
            "an entry of `patchesJson6902` must name its target",
        ));
        return None;
    }
    let target = compile_target(patch.target.as_ref(), context)?;
    let patch = operations(&source, context)?;
    if patch.is_empty() {
        context.report.push(empty_patch(source.span));
        return None;
    }
    Some(PatchTransformer {
        change: Change::Operations(patch),
        target,
        stores_previous_id: false,
        span: source.span,
    })
}

/// The patches of a PatchStrategicMergeTransformer, configured at `span`.
pub fn configure_strategic_merges(
    config: &StrategicMergeConfig,
    span: Span,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Vec<Resource>> {
    let before = context.report.errors();
    let mut patches = Vec::new();
    for entry in &config.paths {
        patches.extend(strategic_merge(entry, directory, context).unwrap_or_default());
    }
    if !config.patches.value.as_str().is_empty() {
        match documents::resources(&parse_inline(&config.patches, context)) {
            Ok(inline) => patches.extend(inline),
            Err(problems) => context.report.extend(problems),
        }
    }
    if context.report.errors() > before {
        return None;
    }
    if patches.is_empty() {
        context.report.push(empty_patch(span));
        return None;
    }
    Some(patches)
}

/// An entry of `patchesStrategicMerge`: inline text if it reads as resources, else a path.
fn strategic_merge(
    entry: &Spanned<Text>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Vec<Resource>> {
    if let Ok(patches) = documents::resources(&parse_inline(entry, context)) {
        return Some(patches);
    }
    let parsed = match context.loader.documents(directory, entry.value.as_str()) {
        Ok(parsed) => parsed,
        Err(error) => {
            context.report.push(error.diagnostic(entry.span.0));
            return None;
        }
    };
    match documents::resources(&parsed) {
        Ok(patches) => Some(patches),
        Err(problems) => {
            context.report.extend(problems);
            None
        }
    }
}

/// The text of a patch that has to be given once, in place or by path.
///
/// `inline` is the text in place; only that of `patches` loses the space around it.
fn one_source(
    patch: &Patch,
    inline: &str,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Source> {
    let path = &patch.path;
    match (inline.is_empty(), path.value.is_empty()) {
        (true, true) => {
            let span = [patch.patch.span.0, path.span.0]
                .into_iter()
                .chain(patch.target.iter().map(|target| target.span.0));
            let span = span
                .into_iter()
                .find(|span| !span.is_none())
                .unwrap_or(Span::NONE);
            let diagnostic =
                Diagnostic::error(codes::PATCH_SOURCE, "a patch needs `patch` or `path`")
                    .at(span, "neither is here");
            context.report.push(
                diagnostic
                    .hint("write the patch under `patch`, or the path of its file under `path`"),
            );
            None
        }
        (false, false) => {
            let diagnostic = Diagnostic::error(
                codes::PATCH_SOURCE,
                "a patch has either `patch` or `path`, not both",
            );
            let diagnostic = diagnostic
                .at(patch.patch.span.0, "one")
                .at(path.span.0, "and the other");
            context.report.push(diagnostic.hint("remove one of them"));
            None
        }
        (false, true) => {
            let text = Text::derive(inline, [&patch.patch.value]);
            Some(inline_source(
                &Spanned {
                    value: text,
                    span: patch.patch.span,
                },
                context,
            ))
        }
        (true, false) => file_source(path, directory, context),
    }
}

/// The documents of text that stands in another file's value.
#[must_use]
pub fn parse_inline(entry: &Spanned<Text>, context: &Context<'_>) -> Parsed {
    let file = context.loader.files().inline(entry.span.0);
    let documents = gitopsc_yaml::parse_bytes(
        entry.value.as_str().as_bytes(),
        file,
        Dialect::Kustomize,
        &context.options.limits,
    );
    Parsed {
        file,
        documents: marked(documents, &entry.value),
    }
}

fn inline_source(entry: &Spanned<Text>, context: &Context<'_>) -> Source {
    let parsed = parse_inline(entry, context);
    Source {
        content: Content {
            file: parsed.file,
            bytes: bytes_of(&entry.value),
            secret: entry.value.origins().cloned(),
        },
        parsed: Arc::new(parsed),
        span: entry.span.0,
    }
}

fn bytes_of(text: &Text) -> Bytes {
    let bytes = text.as_str().as_bytes();
    if text.is_secret() {
        Bytes::from(Zeroizing::new(bytes.to_vec()))
    } else {
        Bytes::from(bytes)
    }
}

/// Documents parsed from a secret text hold secret texts.
fn marked(
    documents: Result<Vec<Document>, Vec<ParseError>>,
    source: &Text,
) -> Result<Vec<Document>, Vec<ParseError>> {
    let mut documents = documents?;
    if source.is_secret() {
        documents
            .iter_mut()
            .for_each(|document| mark(&mut document.root, source));
    }
    Ok(documents)
}

/// Makes every text of `node` a secret of what `source` came from.
pub fn mark(node: &mut Node, source: &Text) {
    match &mut node.value {
        NodeValue::Scalar(text) => *text = Text::derive(text.as_str(), [source]),
        NodeValue::Sequence(items) => items.iter_mut().for_each(|item| mark(item, source)),
        NodeValue::Mapping(mapping) => mapping
            .entries
            .iter_mut()
            .for_each(|entry| mark(&mut entry.value, source)),
    }
}

fn file_source(
    path: &Spanned<gitopsc_core::EcoString>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Source> {
    let span = path.span.0;
    let loaded = context
        .loader
        .read(directory, &path.value)
        .and_then(|content| {
            let parsed = context.loader.documents(directory, &path.value)?;
            Ok(Source {
                content,
                parsed,
                span,
            })
        });
    loaded
        .map_err(|error| context.report.push(error.diagnostic(span)))
        .ok()
}

/// Whether the text is a list, and so can only be a JSON patch.
fn is_list(source: &Source) -> bool {
    let documents = source.parsed.documents.as_deref().unwrap_or_default();
    let is_sequence = |document: &Document| matches!(document.root.value, NodeValue::Sequence(_));
    source.content.bytes.starts_with(b"[") || documents.first().is_some_and(is_sequence)
}

fn operations(source: &Source, context: &mut Context<'_>) -> Option<JsonPatch> {
    match JsonPatch::parse(&source.content, &context.options.limits) {
        Ok(patch) => {
            context.report.extend(patch.notes().iter().cloned());
            Some(patch)
        }
        Err(problems) => {
            context.report.extend(problems);
            None
        }
    }
}

fn merge_patches(
    source: &Source,
    options: &PatchOptions,
    context: &mut Context<'_>,
) -> Option<Change> {
    let mut patches = match documents::resources(&source.parsed) {
        Ok(patches) => patches,
        Err(problems) => {
            context.report.extend(problems);
            return None;
        }
    };
    for patch in &mut patches {
        patch.state.allow_name_change = options.allow_name_change;
        patch.state.allow_kind_change = options.allow_kind_change;
    }
    Some(if patches.is_empty() {
        Change::Nothing
    } else {
        Change::Merge(patches)
    })
}

fn compile_target(
    target: Option<&Spanned<Selector>>,
    context: &mut Context<'_>,
) -> Option<Option<Target>> {
    let Some(target) = target else {
        return Some(None);
    };
    let selector = target.value.compile(context.report)?;
    Some(Some(Target {
        selector,
        span: target.span.0,
    }))
}

fn check_target(
    change: &Change,
    target: Option<&Target>,
    span: Span,
    context: &mut Context<'_>,
) -> Option<()> {
    match (change, target) {
        (Change::Operations(_), None) => {
            context
                .report
                .push(target_missing(span, "a JSON patch needs a target"));
            None
        }
        (Change::Merge(patches), Some(target)) if patches.len() > 1 => {
            let message = format!(
                "{} patches in one entry cannot share a target",
                patches.len()
            );
            let diagnostic = Diagnostic::error(codes::PATCH_SOURCE, message)
                .at(span, "these patches")
                .at(target.span, "this target");
            context
                .report
                .push(diagnostic.hint("make an entry of each patch, or remove the target"));
            None
        }
        _ => Some(()),
    }
}

fn target_missing(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(codes::PATCH_TARGET_MISSING, message)
        .at(span, "this patch")
        .hint("add `target` with at least kind and name")
}

fn empty_patch(span: Span) -> Diagnostic {
    Diagnostic::error(codes::PATCH_SOURCE, "this patch has no operations")
        .at(span, "this patch")
        .hint("add operations, or remove the entry")
}
