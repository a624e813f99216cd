//! Writes one text in one style: plain, quoted, literal or folded, with libyaml's rules of folding.

use super::analysis::printable;
use super::sink::{Sink, break_len, ends_with_break};
use std::fmt::Write as _;
use std::ops::Range;

/// The style that a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScalarStyle {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// Where a text stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The column that continuation lines begin in.
    pub(super) indent: usize,
    /// Whether the text may continue on another line: not in a key.
    pub(super) may_fold: bool,
}

/// Writes `text` in `style`, separated from what stands before.
pub(super) fn write_scalar(sink: &mut Sink, text: &str, style: ScalarStyle, place: Place) {
    match style {
        ScalarStyle::Plain => plain(sink, text, place),
        ScalarStyle::Single => single(sink, text, place),
        ScalarStyle::Double => double(sink, text, place),
        ScalarStyle::Literal => block(sink, "|", text, place.indent, literal_body),
        ScalarStyle::Folded => block(sink, ">", text, place.indent, folded_body),
    }
}

fn plain(sink: &mut Sink, text: &str, place: Place) {
    if text.is_empty() {
        sink.indention = false;
        return;
    }
    sink.separate();
    if fits(sink, text, place) {
        sink.put(text);
    } else {
        fold_at_spaces(sink, text, place.indent);
    }
    sink.text_written();
}

/// Whether no folding can happen.
fn fits(sink: &Sink, text: &str, place: Place) -> bool {
    !place.may_fold || sink.column.saturating_add(text.len()) <= sink.best_width
}

/// Writes `text`, which has no line break, and breaks at single spaces right of the best width.
fn fold_at_spaces(sink: &mut Sink, text: &str, indent: usize) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut column = sink.column;
    for at in 0..bytes.len() {
        if bytes[at] == b' ' && column > sink.best_width && lone_space(bytes, at) {
            sink.put(&text[from..at]);
            sink.text_written();
            sink.indent_to(indent);
            from = at + 1;
            column = sink.column;
        } else if bytes[at] & 0xC0 != 0x80 {
            column += 1;
        }
    }
    sink.put(&text[from..]);
}

/// Whether the space at `at` has no space on either side.
fn lone_space(bytes: &[u8], at: usize) -> bool {
    (at == 0 || bytes[at - 1] != b' ') && bytes.get(at + 1) != Some(&b' ')
}

fn single(sink: &mut Sink, text: &str, place: Place) {
    sink.indicator("'", false);
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut after_break = false;
    while at < bytes.len() {
        let breaks = break_len(bytes, at);
        if breaks > 0 {
            if !after_break && bytes[at] == b'\n' {
                sink.put_break("\n");
            }
            sink.put_break(&text[at..at + breaks]);
            after_break = true;
            at += breaks;
            continue;
        }
        if after_break {
            sink.indent_to(place.indent);
            after_break = false;
        }
        let end = run_of_text(bytes, at);
        single_run(sink, text, at..end, place);
        at = end;
    }
    sink.attach("'");
}

/// The end of the text that begins at `at` and has no line break.
fn run_of_text(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len())
        .find(|at| break_len(bytes, *at) > 0)
        .unwrap_or(bytes.len())
}

/// Writes a part of a single-quoted text that lies on one line of the source.
fn single_run(sink: &mut Sink, text: &str, run: Range<usize>, place: Place) {
    let bytes = text.as_bytes();
    let mut from = run.start;
    let mut column = sink.column;
    for at in run.clone() {
        let folds = bytes[at] == b' '
            && place.may_fold
            && column > sink.best_width
            && at > 0
            && at + 1 < bytes.len()
            && lone_space(bytes, at);
        if folds {
            sink.put(&text[from..at]);
            sink.text_written();
            sink.indent_to(place.indent);
            from = at + 1;
            column = sink.column;
        } else if bytes[at] == b'\'' {
            sink.put(&text[from..=at]);
            from = at;
            column += 2;
        } else if bytes[at] & 0xC0 != 0x80 {
            column += 1;
        }
    }
    sink.put(&text[from..run.end]);
    sink.indention = false;
}

fn double(sink: &mut Sink, text: &str, place: Place) {
    sink.indicator("\"", false);
    let bytes = text.as_bytes();
    // go-yaml asks for a byte order mark at the start of the text, whatever character it looks at.
    let escape_all = text.starts_with('\u{FEFF}');
    let mut from = 0;
    let mut column = sink.column;
    let mut after_space = false;
    for (at, character) in text.char_indices() {
        if escape_all || must_escape(bytes, at) {
            sink.put(&text[from..at]);
            escape(sink, character);
            from = at + character.len_utf8();
            column = sink.column;
            after_space = false;
            continue;
        }
        let space = character == ' ';
        if space
            && place.may_fold
            && !after_space
            && column > sink.best_width
            && at > 0
            && at + 1 < bytes.len()
        {
            sink.put(&text[from..at]);
            sink.text_written();
            sink.indent_to(place.indent);
            if bytes[at + 1] == b' ' {
                sink.put("\\");
            }
            from = at + 1;
            column = sink.column;
        } else {
            column += 1;
        }
        after_space = space;
    }
    sink.put(&text[from..]);
    sink.attach("\"");
}

fn must_escape(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at], b'"' | b'\\') || !printable(bytes, at) || break_len(bytes, at) > 0
}

fn escape(sink: &mut Sink, character: char) {
    let short = match character {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{A0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => "",
    };
    if short.is_empty() {
        escape_by_number(sink, u32::from(character));
    } else {
        sink.put(short);
    }
}

fn escape_by_number(sink: &mut Sink, code: u32) {
    let mut text = String::with_capacity(10);
    let done = match code {
        0..=0xFF => write!(text, "\\x{code:02X}"),
        0x100..=0xFFFF => write!(text, "\\u{code:04X}"),
        _ => write!(text, "\\U{code:08X}"),
    };
    debug_assert!(done.is_ok());
    sink.put(&text);
}

/// Writes `|` or `>` with the hints on indentation, that of a level, and on the breaks at the end.
pub(super) fn block_header(sink: &mut Sink, mark: &str, text: &str, level: usize) {
    sink.indicator(mark, false);
    let bytes = text.as_bytes();
    if bytes.first() == Some(&b' ') || (!bytes.is_empty() && break_len(bytes, 0) > 0) {
        sink.attach(&level.to_string());
    }
    let Some(last) = text.char_indices().next_back().map(|(at, _)| at) else {
        sink.attach("-");
        return;
    };
    if break_len(bytes, last) == 0 {
        sink.attach("-");
    } else if last == 0 || ends_with_break(&bytes[..last]) {
        sink.attach("+");
    }
}

fn block(sink: &mut Sink, mark: &str, text: &str, indent: usize, body: fn(&mut Sink, &str, usize)) {
    block_header(sink, mark, text, 2);
    sink.put_break("\n");
    body(sink, text, indent);
}

/// Writes the lines of a literal text, from the start of a line.
pub(super) fn literal_body(sink: &mut Sink, text: &str, indent: usize) {
    sink.whitespace = true;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let breaks = break_len(bytes, at);
        if breaks > 0 {
            sink.put_break(&text[at..at + breaks]);
            at += breaks;
            continue;
        }
        let end = run_of_text(bytes, at);
        sink.indent_to(indent);
        sink.put(&text[at..end]);
        sink.indention = false;
        at = end;
    }
}

/// Writes the lines of a folded text, from the start of a line.
pub(super) fn folded_body(sink: &mut Sink, text: &str, indent: usize) {
    sink.whitespace = true;
    let bytes = text.as_bytes();
    let mut after_break = true;
    let mut leading_blank = true;
    let mut at = 0;
    while at < bytes.len() {
        let breaks = break_len(bytes, at);
        if breaks > 0 {
            if !after_break && !leading_blank && bytes[at] == b'\n' && !begins_blank(text) {
                sink.put_break("\n");
            }
            sink.put_break(&text[at..at + breaks]);
            after_break = true;
            at += breaks;
            continue;
        }
        if after_break {
            sink.indent_to(indent);
            leading_blank = matches!(bytes[at], b' ' | b'\t');
        }
        let end = run_of_text(bytes, at);
        folded_run(sink, text, at..end, indent);
        after_break = false;
        at = end;
    }
}

/// Whether the first line that is not empty begins with a blank, or there is none.
///
/// libyaml means the line after the break at hand, but looks from the start of the text; so do we.
fn begins_blank(text: &str) -> bool {
    let rest = text.trim_start_matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    rest.is_empty() || rest.starts_with([' ', '\t', '\0'])
}

fn folded_run(sink: &mut Sink, text: &str, run: Range<usize>, indent: usize) {
    let line = &text[run];
    let bytes = line.as_bytes();
    let mut from = 0;
    let mut column = sink.column;
    for at in 0..bytes.len() {
        let folds = at > 0
            && bytes[at] == b' '
            && bytes.get(at + 1) != Some(&b' ')
            && column > sink.best_width;
        if folds {
            sink.put(&line[from..at]);
            sink.indention = false;
            sink.indent_to(indent);
            from = at + 1;
            column = sink.column;
        } else if bytes[at] & 0xC0 != 0x80 {
            column += 1;
        }
    }
    sink.put(&line[from..]);
    sink.indention = false;
}
