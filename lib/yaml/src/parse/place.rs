//! From offsets in the text that is parsed to offsets in the text that was given.
//!
//! Kustomize turns `\r\n` into `\n` before it reads; a diagnostic must point into the file as it is.

use crate::resolve::Dialect;
use std::borrow::Cow;

/// Where carriage returns were taken out.
pub(crate) struct Places {
    /// For each one the offset, in the text without them, of the line feed that it stood before; ascending.
    removed: Vec<u32>,
}

impl Places {
    /// The text that `dialect` parses and its places.
    pub(crate) fn of(text: &str, dialect: Dialect) -> (Cow<'_, str>, Places) {
        let mut removed = Vec::new();
        if dialect == Dialect::Kubectl || !text.contains("\r\n") {
            return (Cow::Borrowed(text), Places { removed });
        }
        let mut kept = String::with_capacity(text.len());
        for (number, line) in text.split("\r\n").enumerate() {
            if number > 0 {
                removed.push(offset(kept.len()));
                kept.push('\n');
            }
            kept.push_str(line);
        }
        (Cow::Owned(kept), Places { removed })
    }

    /// The offset in the given text of `at` in the parsed text.
    pub(crate) fn original(&self, at: usize) -> u32 {
        let at = offset(at);
        at + offset(self.removed.partition_point(|removed| *removed < at))
    }
}

/// Offsets fit: longer texts are refused before they are read.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_the_carriage_returns_that_were_taken_out() {
        let (text, places) = Places::of("a\r\nb\r\r\nc", Dialect::Kustomize);
        assert_eq!(text, "a\nb\r\nc");
        let original: Vec<u32> = (0..7).map(|at| places.original(at)).collect();
        assert_eq!(original, [0, 1, 3, 4, 5, 7, 8]);
    }
}
