//! Where a value stood: a file and a byte offset, eight bytes together.
//!
//! Line and column are computed from the file's text only when somebody looks.

/// Names a file of one compilation; an index into its table of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// The file of values that no file holds, such as those made by a generator option's default.
    pub const NONE: FileId = FileId(u32::MAX);
}

/// The place where a value begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Byte offset into that file's text.
    pub offset: u32,
}

impl Span {
    /// The span of a value that stood nowhere.
    pub const NONE: Span = Span {
        file: FileId::NONE,
        offset: 0,
    };

    /// A span in `file` at byte `offset`.
    #[must_use]
    pub const fn new(file: FileId, offset: u32) -> Span {
        Span { file, offset }
    }

    /// Whether this points into no file.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.file == FileId::NONE
    }
}

/// Finds lines and columns of byte offsets in one text.
///
/// ```
/// use gitopsc_yaml::LineIndex;
/// let index = LineIndex::new("a: 1\nb: 2\n");
/// assert_eq!(index.line_column(5), (2, 1));
/// assert_eq!(index.line_column(8), (2, 4));
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        let after_breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(at, _)| at + 1);
        let starts = std::iter::once(0)
            .chain(after_breaks)
            .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
            .collect();
        LineIndex { starts }
    }

    /// Line and column of `offset`, both from 1, the column in bytes.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        (number, offset - self.starts[line - 1] + 1)
    }
}
