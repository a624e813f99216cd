//! Env files: an entry `key=value` on each line (api/kv/kv.go).
//!
//! Nothing is quoted or escaped here: a value is what follows the first `=`, to the end of the line.

use super::data::Value;
use super::sources::Pair;
use crate::codes;
use crate::files::Content;
use crate::report::Report;
use gitopsc_core::{Diagnostic, Span, Text};

/// The longest line that Go's scanner takes, in bytes; it stops at a longer one without a word.
const LONGEST_LINE: usize = 65_535;

/// The entries of an env file; a line that is no UTF-8 is reported.
pub(super) fn pairs(content: &Content, report: &mut Report) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut start = 0;
    for line in content.bytes.split(|byte| *byte == b'\n') {
        let span = place(content, start);
        if line.len() > LONGEST_LINE {
            report.push(ignored(
                span,
                "this line is longer than 65535 bytes; it and all after it are passed over",
            ));
            break;
        }
        let ending = line.strip_suffix(b"\r").unwrap_or(line);
        match std::str::from_utf8(ending) {
            Ok(text) => pairs.extend(pair(text, start, content, report)),
            Err(_) => report.push(not_utf8(span)),
        }
        start += line.len() + 1;
    }
    pairs
}

/// The entry of one line, which begins at `start`.
fn pair(line: &str, start: usize, content: &Content, report: &mut Report) -> Option<Pair> {
    let text = match start {
        0 => line.strip_prefix('\u{FEFF}').unwrap_or(line),
        _ => line,
    };
    let text = text.trim_start_matches(is_go_space);
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    let key_span = place(content, start + line.len() - text.len());
    if key.is_empty() {
        report.push(ignored(key_span, "this line has no key and is passed over"));
        return None;
    }
    let marked = |text: &str| match &content.secret {
        Some(origins) => Text::secret(text.to_owned(), origins.clone()),
        None => Text::from(text),
    };
    Some(Pair {
        key: marked(key),
        key_span,
        value: Value::Text(marked(value)),
        span: place(content, start + line.len() - value.len()),
    })
}

/// Go's `unicode.IsSpace`: Unicode's white space.
fn is_go_space(character: char) -> bool {
    character.is_whitespace()
}

fn place(content: &Content, at: usize) -> Span {
    Span::new(content.file, u32::try_from(at).unwrap_or(u32::MAX))
}

fn ignored(span: Span, message: &str) -> Diagnostic {
    Diagnostic::warning(codes::ENV_LINE_IGNORED, message)
        .at(span, "")
        .hint("write each entry as `key=value`")
}

fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::ENV_FILE_ENCODING,
        "this line of an env file is not UTF-8",
    )
    .at(span, "")
    .hint("save the file as UTF-8, or list it under `files`")
}
