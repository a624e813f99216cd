//! How far the mark under a source line goes: diagnostics know where something begins, not where it ends.

/// The longest mark, in characters.
const LONGEST: usize = 60;

/// How many bytes of `rest`, the rest of a line of YAML, belong to what begins there; at least one
/// character, if there is any.
pub fn extent(rest: &str) -> usize {
    let end = match rest.chars().next() {
        Some('[' | '{') => 1,
        Some(quote @ ('"' | '\'')) => quoted(rest, quote),
        _ => plain(rest),
    };
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let longest = rest
        .char_indices()
        .nth(LONGEST)
        .map_or(rest.len(), |(at, _)| at);
    end.max(first).min(longest)
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = quote == '"' && c == '\\' && !escaped;
    }
    rest.trim_end().len()
}

fn plain(rest: &str) -> usize {
    let rest = rest.split_once(" #").map_or(rest, |(before, _)| before);
    let begins_item = rest.starts_with("- ");
    let ends = [": ", ", "].iter().filter_map(|end| rest.find(end));
    let end = ends.min().filter(|_| !begins_item).unwrap_or(rest.len());
    rest[..end].trim_end().trim_end_matches(':').len()
}

#[cfg(test)]
mod tests {
    use super::extent;

    #[test]
    fn a_mark_covers_one_key_or_value() {
        let cases = [
            ("name: web", "name"),
            ("name:", "name"),
            ("web.yaml # the old one", "web.yaml"),
            ("\"a \\\" b\": c", "\"a \\\" b\""),
            ("'it: is'", "'it: is'"),
            ("\"open", "\"open"),
            ("a, b]", "a"),
            ("[a, b]", "["),
            ("- op: add", "- op: add"),
            ("ü", "ü"),
            (":", ":"),
            ("", ""),
        ];
        for (rest, wanted) in cases {
            assert_eq!(&rest[..extent(rest)], wanted);
        }
    }
}
