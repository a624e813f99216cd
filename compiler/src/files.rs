//! The table of files that spans point into, as a finished compilation shows it.
//!
//! During a compilation ids are given in the order in which threads ask, and text inside a value has
//! ids of its own ([`crate::memo`]). `Renumbering` turns both into what the user sees: ids in the order
//! of paths, and places in real files.

use crate::memo::{KnownFile, Memo};
use gitopsc_core::{Diagnostic, FileId, Span, TreePath};
use gitopsc_yaml::LineIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The paths that the spans of a finished compilation point to, in order. A [`FileId`] is an index into it.
#[derive(Clone, Debug, Default)]
pub struct FileTable {
    files: Vec<(TreePath, Option<Arc<[u8]>>)>,
}

impl FileTable {
    /// The path of `file`.
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<&TreePath> {
        self.files.get(file.0 as usize).map(|(path, _)| path)
    }

    /// The text of `file`: kept for the files that diagnostics point into. What is no UTF-8 is replaced.
    /// What was not read, such as a directory, has none.
    #[must_use]
    pub fn text(&self, file: FileId) -> Option<std::borrow::Cow<'_, str>> {
        let (_, bytes) = self.files.get(file.0 as usize)?;
        bytes.as_deref().map(String::from_utf8_lossy)
    }

    /// Adds a file that was read beside the tree; its path is as seen from there.
    pub fn add(&mut self, path: TreePath, bytes: Arc<[u8]>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push((path, Some(bytes)));
        id
    }

    /// How many paths there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All of them, by path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &TreePath)> {
        let id = |at: usize| FileId(u32::try_from(at).unwrap_or(u32::MAX));
        self.files
            .iter()
            .enumerate()
            .map(move |(at, (path, _))| (id(at), path))
    }
}

/// From the ids of a running compilation to those of its result.
pub(crate) struct Renumbering {
    ids: BTreeMap<FileId, FileId>,
    files: Vec<KnownFile>,
    inlines: Vec<Span>,
    used: std::collections::BTreeSet<FileId>,
}

impl Renumbering {
    /// The renumbering of everything that `memo` knows.
    pub(crate) fn new(memo: &Memo<'_>) -> Renumbering {
        let files = memo.known_files();
        let ids = files
            .iter()
            .zip(0..)
            .map(|(file, at)| (file.id, FileId(at)))
            .collect();
        Renumbering {
            ids,
            files,
            inlines: memo.inline_places(),
            used: std::collections::BTreeSet::new(),
        }
    }

    /// The same place in the finished table.
    pub(crate) fn span(&self, span: Span) -> Span {
        let outer = self.outermost(span);
        match self.ids.get(&outer.file) {
            Some(file) => Span::new(*file, outer.offset),
            None => Span::NONE,
        }
    }

    /// Renumbers the places of `diagnostics` and keeps the texts of the files they point into.
    pub(crate) fn diagnostics(&mut self, diagnostics: &mut [Diagnostic]) {
        for label in diagnostics.iter_mut().flat_map(|found| &mut found.labels) {
            label.span = self.span(label.span);
            self.used.insert(label.span.file);
        }
    }

    /// Keeps the texts of the files that `diagnostic` points into; its places have their final numbers.
    pub(crate) fn keep(&mut self, diagnostic: &Diagnostic) {
        let files = diagnostic.labels.iter().map(|label| label.span.file);
        self.used.extend(files);
    }

    /// Keeps the text of `file`, a final number.
    pub(crate) fn keep_text(&mut self, file: FileId) {
        self.used.insert(file);
    }

    /// Keeps the texts of all files.
    pub(crate) fn keep_texts(&mut self) {
        self.used.extend(self.ids.values());
    }

    /// The bytes of a file by its final number.
    pub(crate) fn bytes(&self, file: FileId) -> Option<&[u8]> {
        self.files.get(file.0 as usize)?.bytes.as_deref()
    }

    /// The final number of the file `path`.
    pub(crate) fn file(&self, path: &TreePath) -> Option<FileId> {
        let at = self.files.binary_search_by(|file| file.path.cmp(path));
        Some(FileId(u32::try_from(at.ok()?).ok()?))
    }

    /// The finished table.
    pub(crate) fn into_table(self) -> FileTable {
        let used = self.used;
        let files = self.files.into_iter().zip(0..).map(|(file, at)| {
            let shown = used.contains(&FileId(at));
            (file.path, file.bytes.filter(|_| shown))
        });
        FileTable {
            files: files.collect(),
        }
    }

    /// The place in a real file of a span that may lie in text inside a value, itself inside another.
    fn outermost(&self, span: Span) -> Span {
        let Some(within) = Memo::inline_index(span.file).and_then(|at| self.inlines.get(at)) else {
            return span;
        };
        let outer = self.outermost(*within);
        let offset = self
            .text_of(outer.file)
            .and_then(|text| offset_in_block(text, outer.offset, span.offset));
        Span::new(outer.file, offset.unwrap_or(outer.offset))
    }

    fn text_of(&self, file: FileId) -> Option<&str> {
        let at = self.ids.get(&file)?;
        let bytes = self.files.get(at.0 as usize)?.bytes.as_deref()?;
        std::str::from_utf8(bytes).ok()
    }
}

/// Where the byte `inner` of a literal block scalar stands in `text`, in which its `|` is at `start`.
///
/// Nothing for other styles, whose text is not their source line by line.
fn offset_in_block(text: &str, start: u32, inner: u32) -> Option<u32> {
    let header = text.get(start as usize..)?;
    if !header.starts_with('|') {
        return None;
    }
    let body = start as usize + header.find('\n')? + 1;
    let lines = text.get(body..)?.split_inclusive('\n');
    let indent = lines
        .clone()
        .find(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())?;
    let (mut at, mut left) = (body, inner as usize);
    for line in lines {
        let shown = line.len().saturating_sub(indent).max(1);
        if left < shown {
            return u32::try_from(at + (indent + left).min(line.len())).ok();
        }
        left -= shown;
        at += line.len();
    }
    None
}

/// Line and column, both from 1, of `span` in `text`.
#[must_use]
pub fn line_column(text: &str, span: Span) -> (u32, u32) {
    LineIndex::new(text).line_column(span.offset)
}

#[cfg(test)]
mod tests {
    use super::offset_in_block;

    #[test]
    fn an_offset_in_a_literal_block_is_found_in_its_file() {
        let text = "patch: |-\n  - op: add\n\n    path: /x\nnext: 1\n";
        let start = u32::try_from(text.find('|').unwrap()).unwrap();
        let inner = u32::try_from("- op: add\n\n  path: /x".find("/x").unwrap()).unwrap();
        let found = offset_in_block(text, start, inner).unwrap() as usize;
        assert_eq!(&text[found..found + 2], "/x");
        assert_eq!(offset_in_block("patch: 'x'", 7, 0), None);
    }
}
