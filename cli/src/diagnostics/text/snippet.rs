//! The source lines of one finding.

use super::extent::extent;
use crate::diagnostics::sources::Source;
use crate::diagnostics::{Paths, Sources};
use annotate_snippets::{Annotation, AnnotationKind, Element, Origin, Snippet};
use gitopsc_core::{Diagnostic, Label};
use std::ops::Range;

/// Labels of one file that are farther apart than this many lines are shown in pieces of their own.
const MOST_LINES_TOGETHER: u32 = 100;

/// Source text longer than this is not shown, only its place is told.
const MOST_BYTES: usize = 16 * 1024;

/// The source lines of `diagnostic`, those of its main place first.
pub fn snippets<'s>(
    diagnostic: &'s Diagnostic,
    sources: &'s Sources<'_>,
    paths: &Paths,
) -> Vec<Element<'s>> {
    pieces(diagnostic, sources)
        .iter()
        .map(|piece| piece.element(paths))
        .collect()
}

/// Labels of one file that are shown together.
struct Piece<'s> {
    source: &'s Source<'s>,
    labels: Vec<(AnnotationKind, &'s Label)>,
    lines: (u32, u32),
}

fn pieces<'s>(diagnostic: &'s Diagnostic, sources: &'s Sources<'_>) -> Vec<Piece<'s>> {
    let mut pieces: Vec<Piece<'s>> = Vec::new();
    for label in &diagnostic.labels {
        let Some(source) = sources.source(label.span) else {
            continue;
        };
        let line = source.line(label.span);
        let kind = match pieces.is_empty() {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        match pieces.iter_mut().find(|piece| piece.takes(source, line)) {
            Some(piece) => piece.add(kind, label, line),
            None => pieces.push(Piece {
                source,
                labels: vec![(kind, label)],
                lines: (line, line),
            }),
        }
    }
    pieces
}

impl<'s> Piece<'s> {
    /// Whether a label of `source` at `line` is to be shown with these.
    fn takes(&self, source: &Source<'_>, line: u32) -> bool {
        let (first, last) = (self.lines.0.min(line), self.lines.1.max(line));
        std::ptr::eq(self.source.path, source.path) && last - first <= MOST_LINES_TOGETHER
    }

    fn add(&mut self, kind: AnnotationKind, label: &'s Label, line: u32) {
        self.labels.push((kind, label));
        self.lines = (self.lines.0.min(line), self.lines.1.max(line));
    }

    fn element(&self, paths: &Paths) -> Element<'s> {
        let path = paths.shown(self.source.path);
        let shown = self.shown();
        if shown.len() > MOST_BYTES {
            return self.origin(path);
        }
        let annotations = self
            .labels
            .iter()
            .map(|(kind, label)| self.annotation(*kind, label, shown.start));
        Snippet::source(&self.source.text[shown.clone()])
            .path(path)
            .line_start(self.lines.0 as usize)
            .annotations(annotations)
            .into()
    }

    /// The whole lines from the first label to the last.
    fn shown(&self) -> Range<usize> {
        let offsets = self
            .labels
            .iter()
            .map(|(_, label)| self.source.offset(label.span));
        let (first, last) = offsets.fold((usize::MAX, 0), |(first, last), offset| {
            (first.min(offset), last.max(offset))
        });
        self.source.line_start(first.min(last))..self.source.line_end(last)
    }

    fn annotation(&self, kind: AnnotationKind, label: &'s Label, start: usize) -> Annotation<'s> {
        let offset = self.source.offset(label.span);
        let rest = &self.source.text[offset..self.source.line_end(offset).max(offset)];
        let mark = offset - start..offset - start + extent(rest);
        let annotation = kind.span(mark);
        if label.text.is_empty() {
            return annotation;
        }
        annotation.label(label.text.as_str())
    }

    fn origin(&self, path: String) -> Element<'s> {
        let place = self
            .labels
            .first()
            .map(|(_, label)| self.source.place(label.span));
        let origin = Origin::path(path);
        match place {
            Some(place) => origin
                .line(place.line as usize)
                .char_column(place.column as usize)
                .into(),
            None => origin.into(),
        }
    }
}
