//! The source lines of one finding.

use super::extent::extent;
use crate::diagnostics::sources::SourceText;
use crate::diagnostics::{Paths, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Element, Origin, Snippet};
use gitopsc_core::{Diagnostic, Label, Severity, TreePath};
use std::ops::Range;

/// Labels of one file that are farther apart than this many lines are shown in pieces of their own.
const MOST_LINES_TOGETHER: u32 = 100;

/// Source text longer than this is not shown, only its place is told.
const MOST_BYTES: usize = 16 * 1024;

/// The source lines of `diagnostic`, those of its main place first. Of notes, and where a line may hold a
/// secret, only the places are told.
pub fn snippets<'s>(
    diagnostic: &'s Diagnostic,
    sources: &'s Sources<'_>,
    paths: &Paths,
) -> Vec<Element<'s>> {
    let with_text = diagnostic.severity != Severity::Note && !diagnostic.discreet;
    pieces(diagnostic, sources)
        .iter()
        .map(|piece| piece.element(paths, with_text))
        .collect()
}

/// Labels of one file that are shown together.
struct Piece<'s> {
    path: &'s TreePath,
    text: Option<&'s SourceText<'s>>,
    labels: Vec<(AnnotationKind, &'s Label)>,
    lines: (u32, u32),
}

fn pieces<'s>(diagnostic: &'s Diagnostic, sources: &'s Sources<'_>) -> Vec<Piece<'s>> {
    let mut pieces: Vec<Piece<'s>> = Vec::new();
    for label in &diagnostic.labels {
        let Some(source) = sources.source(label.span) else {
            continue;
        };
        let text = source.text.as_ref();
        let line = text.map_or(1, |text| text.line(label.span));
        let kind = match pieces.is_empty() {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let near = |piece: &&mut Piece<'_>| piece.path == source.path && piece.is_near(line);
        match pieces.iter_mut().find(near) {
            Some(piece) => piece.add(kind, label, line),
            None => pieces.push(Piece {
                path: source.path,
                text,
                labels: vec![(kind, label)],
                lines: (line, line),
            }),
        }
    }
    pieces
}

impl<'s> Piece<'s> {
    fn is_near(&self, line: u32) -> bool {
        self.lines.1.max(line) - self.lines.0.min(line) <= MOST_LINES_TOGETHER
    }

    fn add(&mut self, kind: AnnotationKind, label: &'s Label, line: u32) {
        self.labels.push((kind, label));
        self.lines = (self.lines.0.min(line), self.lines.1.max(line));
    }

    fn element(&self, paths: &Paths, with_text: bool) -> Element<'s> {
        let path = paths.shown(self.path);
        let Some(text) = self.text else {
            return Origin::path(path).into();
        };
        let shown = self.shown(text);
        if !with_text || shown.len() > MOST_BYTES {
            return self.origin(path, text);
        }
        let annotations = self
            .labels
            .iter()
            .map(|(kind, label)| annotation(text, *kind, label, shown.start));
        Snippet::source(&text.text[shown.clone()])
            .path(path)
            .line_start(self.lines.0 as usize)
            .annotations(annotations)
            .into()
    }

    /// The whole lines from the first label to the last.
    fn shown(&self, text: &SourceText<'_>) -> Range<usize> {
        let labels = self.labels.iter();
        let offsets = labels.map(|(_, label)| text.offset(label.span));
        let (first, last) = offsets.fold((usize::MAX, 0), |(first, last), offset| {
            (first.min(offset), last.max(offset))
        });
        text.line_start(first.min(last))..text.line_end(last)
    }

    /// The place of the first label.
    fn origin(&self, path: String, text: &SourceText<'_>) -> Element<'s> {
        let origin = Origin::path(path);
        let Some((_, label)) = self.labels.first() else {
            return origin.into();
        };
        let position = text.position(label.span);
        origin
            .line(position.line as usize)
            .char_column(position.column as usize)
            .into()
    }
}

/// The mark of `label` in a text of which the part from `start` on is shown.
fn annotation<'s>(
    text: &SourceText<'_>,
    kind: AnnotationKind,
    label: &'s Label,
    start: usize,
) -> Annotation<'s> {
    let offset = text.offset(label.span);
    let rest = &text.text[offset..text.line_end(offset).max(offset)];
    let at = offset - start;
    let annotation = kind.span(at..at + extent(rest));
    if label.text.is_empty() {
        return annotation;
    }
    annotation.label(label.text.as_str())
}
