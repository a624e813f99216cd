//! Cutting a file at its separators before anything is parsed, as Kustomize does (kyaml's byteio_reader.go).
//!
//! A separator is a line that begins with `---`, is not the file's first, and ends in a line break. That it
//! may stand inside a block scalar does not matter to Kustomize, so not to us.

use std::ops::Range;

/// The ranges of the pieces of `text`, each with its final line break, or the offset of a separator that has
/// more on its line than a comment.
pub(crate) fn split(text: &str) -> Result<Vec<Range<usize>>, usize> {
    let mut pieces = Vec::new();
    if text.is_empty() {
        return Ok(pieces);
    }
    let mut begin = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("\n---") {
        let line = from + found + 1;
        let Some(length) = text[line..].find('\n') else {
            break;
        };
        let rest = text[line + 3..line + length].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(line);
        }
        pieces.push(begin..line);
        begin = line + length + 1;
        from = begin;
    }
    pieces.push(begin..text.len());
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::split;

    fn pieces(text: &str) -> Vec<&str> {
        split(text)
            .expect("good separators")
            .into_iter()
            .map(|piece| &text[piece])
            .collect()
    }

    #[test]
    fn a_separator_uses_up_its_line_break_so_that_of_two_in_a_row_the_second_stays() {
        assert_eq!(pieces("a\n---\nb\n"), ["a\n", "b\n"]);
        assert_eq!(pieces("---\na\n"), ["---\na\n"]);
        assert_eq!(pieces("a\n---\n---\nb"), ["a\n", "---\nb"]);
        assert_eq!(pieces("a\n--- # two\n\n---"), ["a\n", "\n---"]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn text_after_a_separator_is_refused_where_it_stands() {
        assert_eq!(split("a\n---\nb\n--- c\n"), Err(8));
        assert_eq!(split("a: |\n-----BEGIN\n"), Err(5));
    }
}
