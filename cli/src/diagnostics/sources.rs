//! The texts that findings point into, with their lines, each looked at once.

use super::Finding;
use gitopsc_compiler::FileTable;
use gitopsc_core::{Diagnostic, FileId, Label, Span, TreePath};
use gitopsc_yaml::LineIndex;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The files that some findings point into.
#[derive(Debug, Default)]
pub struct Sources<'f> {
    files: BTreeMap<FileId, Source<'f>>,
}

/// One file or directory.
#[derive(Debug)]
pub struct Source<'f> {
    /// Its path.
    pub path: &'f TreePath,
    /// Its text; nothing for what was not read.
    pub text: Option<SourceText<'f>>,
}

/// The text of a file with its lines.
#[derive(Debug)]
pub struct SourceText<'f> {
    /// The text; what is no UTF-8 is replaced.
    pub text: Cow<'f, str>,
    lines: LineIndex,
}

/// A place as people and programs count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'s> {
    /// The file or directory.
    pub path: &'s TreePath,
    /// The position in it; nothing if all of it is meant.
    pub position: Option<Position>,
}

/// Line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl<'f> Sources<'f> {
    /// The files of `files` that `findings` point into.
    pub fn of(findings: &[Finding<'_>], files: &'f FileTable) -> Sources<'f> {
        let labels = findings
            .iter()
            .flat_map(|finding| &finding.diagnostic.labels);
        let mut sources = Sources::default();
        for file in labels.map(|label| label.span.file) {
            if !sources.files.contains_key(&file)
                && let Some(path) = files.path(file)
            {
                let text = files.text(file).map(|text| SourceText {
                    lines: LineIndex::new(&text),
                    text,
                });
                sources.files.insert(file, Source { path, text });
            }
        }
        sources
    }

    /// All files of `files` whose texts are kept.
    pub fn of_all(files: &'f FileTable) -> Sources<'f> {
        let mut sources = Sources::default();
        for (file, path) in files.iter() {
            if let Some(text) = files.text(file) {
                let lines = LineIndex::new(&text);
                let text = Some(SourceText { text, lines });
                sources.files.insert(file, Source { path, text });
            }
        }
        sources
    }

    /// The file of `span`.
    pub fn source(&self, span: Span) -> Option<&Source<'f>> {
        self.files.get(&span.file)
    }

    /// The place of `label`; nothing if it is in no file.
    pub fn place(&self, label: &Label) -> Option<Place<'_>> {
        let source = self.source(label.span)?;
        let position = source.text.as_ref().map(|text| text.position(label.span));
        Some(Place {
            path: source.path,
            position,
        })
    }

    /// The first place of `diagnostic`.
    pub fn main_place(&self, diagnostic: &Diagnostic) -> Option<Place<'_>> {
        diagnostic.labels.iter().find_map(|label| self.place(label))
    }
}

impl SourceText<'_> {
    /// The line of `span`, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.lines.line_column(span.offset).0
    }

    /// The offset of `span` in the text, on a character's border.
    pub fn offset(&self, span: Span) -> usize {
        let offset = (span.offset as usize).min(self.text.len());
        (0..=offset)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0)
    }

    /// Where the line that holds the byte `offset` begins.
    pub fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the line that holds the byte `offset` ends, without its break.
    pub fn line_end(&self, offset: usize) -> usize {
        let rest = &self.text[offset..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = rest[..length].strip_suffix('\r').unwrap_or(&rest[..length]);
        offset + line.len()
    }

    /// Line and column of `span`.
    pub fn position(&self, span: Span) -> Position {
        let offset = self.offset(span);
        let before = &self.text[self.line_start(offset)..offset];
        let characters = u32::try_from(before.chars().count()).unwrap_or(u32::MAX);
        Position {
            line: self.line(span),
            column: characters.saturating_add(1),
        }
    }
}
