//! Where in `gitopsc.yaml` something stands.

use gitopsc_core::{EcoString, FileId, Span};

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The text.
    pub text: EcoString,
    /// Its place.
    pub span: Span,
}

/// The place in the file that `location` is, as the reader counts lines and columns of `text`.
pub(super) fn span_at(location: serde_yaml::Location, file: FileId, text: &str) -> Span {
    let line = usize::try_from(location.line()).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(location.column()).unwrap_or(1).max(1) - 1;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let within: usize = rest.chars().take(column).map(char::len_utf8).sum();
    Span::new(file, u32::try_from(start + within).unwrap_or(0))
}
