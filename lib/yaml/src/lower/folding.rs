//! Reads the lines of a folded scalar, as go-yaml does.
//!
//! go-yaml v3 does not always write a folded text so that the same text is read back; Kustomize's output has
//! what is read back.

/// The text that `lines`, without their indentation, stand for. `keep` says whether all breaks at the end
/// belong to it, or just the first.
pub(super) fn read(lines: &str, keep: bool) -> String {
    let mut text = String::with_capacity(lines.len());
    let mut rest = lines;
    let mut first_break = "";
    let mut after_blank = false;
    loop {
        let content = rest.trim_start_matches(is_break);
        let more_breaks = &rest[..rest.len() - content.len()];
        if content.is_empty() {
            text.push_str(first_break);
            text.push_str(if keep { more_breaks } else { "" });
            return text;
        }
        let begins_blank = content.starts_with([' ', '\t']);
        let folds = first_break == "\n" && !after_blank && !begins_blank;
        text.push_str(match (folds, more_breaks) {
            (true, "") => " ",
            (true, _) => "",
            (false, _) => first_break,
        });
        text.push_str(more_breaks);
        after_blank = begins_blank;
        let end = content.find(is_break).unwrap_or(content.len());
        let (line, after) = content.split_at(end);
        text.push_str(line);
        let width = after.chars().next().map_or(0, char::len_utf8);
        (first_break, rest) = after.split_at(width);
    }
}

/// The breaks that a block scalar can hold.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{2028}' | '\u{2029}')
}
