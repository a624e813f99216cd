//! In which styles a text may be written.
//!
//! The analysis of libyaml's emitter with go-yaml's changes, one pass over the bytes. It does not know what
//! a plain text would be resolved to.

use super::sink::{break_len, ends_with_break};

/// The styles that keep a text what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Plain, outside of flow collections.
    pub(super) block_plain: bool,
    /// Plain, inside of flow collections.
    pub(super) flow_plain: bool,
    /// Between single quotes.
    pub(super) single: bool,
    /// Literal and folded.
    pub(super) block: bool,
    /// Whether there is a line break.
    pub(super) multiline: bool,
}

/// Whose analysis: they differ in tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    /// go-yaml v2: a tab is a special character.
    V2,
    /// go-yaml v3: a tab only forbids plain and single-quoted text.
    V3,
}

/// What the pass over the bytes has seen.
#[derive(Default)]
struct Seen {
    block_indicator: bool,
    flow_indicator: bool,
    line_break: bool,
    special: bool,
    tab: bool,
    break_space: bool,
    space_break: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Ordinary,
    Space,
    Break,
    Colon,
    Hash,
    Flow,
    Tab,
    Control,
    High,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Ordinary; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' => Class::Space,
            b'\n' | b'\r' => Class::Break,
            b':' => Class::Colon,
            b'#' => Class::Hash,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => Class::Flow,
            b'\t' => Class::Tab,
            0..=0x1F | 0x7F => Class::Control,
            0x80..=0xFF => Class::High,
            _ => Class::Ordinary,
        };
        byte += 1;
    }
    table
}

/// Whether the character that begins at `at` may be written as it is; LF counts, CR and tab do not.
pub(super) fn printable(bytes: &[u8], at: usize) -> bool {
    match bytes[at..] {
        [b'\n' | 0x20..=0x7E, ..] => true,
        [0xC2, second, ..] => second >= 0xA0,
        [0xED, second, ..] => second < 0xA0,
        [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => false,
        [0xC3..=0xEF, ..] => true,
        _ => false,
    }
}

/// Analyses `text`.
pub(super) fn analyze(text: &str, library: Library) -> Allowed {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else {
        return Allowed {
            block_plain: true,
            flow_plain: false,
            single: true,
            block: false,
            multiline: false,
        };
    };
    let mut seen = Seen::default();
    look_at_start(bytes, *first, &mut seen);
    look_at_all(bytes, &mut seen);
    if seen.tab && library == Library::V2 {
        seen.special = true;
    }
    verdict(bytes, &seen)
}

fn look_at_start(bytes: &[u8], first: u8, seen: &mut Seen) {
    let before_blank = blank_follows(bytes, 1);
    match first {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => {
            seen.flow_indicator = true;
            seen.block_indicator = true;
        }
        b'?' | b':' => {
            seen.flow_indicator = true;
            seen.block_indicator = before_blank;
        }
        b'-' if before_blank => {
            seen.flow_indicator = true;
            seen.block_indicator = true;
        }
        _ => {}
    }
    if bytes.starts_with(b"---") || bytes.starts_with(b"...") {
        seen.flow_indicator = true;
        seen.block_indicator = true;
    }
}

fn look_at_all(bytes: &[u8], seen: &mut Seen) {
    for (at, byte) in bytes.iter().enumerate() {
        match CLASSES[usize::from(*byte)] {
            Class::Ordinary => {}
            Class::Space => seen.break_space |= ends_with_break(&bytes[..at]),
            Class::Break => {
                see_break(bytes, at, seen);
                seen.special |= *byte == b'\r';
            }
            Class::Colon if at > 0 => {
                seen.flow_indicator = true;
                seen.block_indicator |= blank_follows(bytes, at + 1);
            }
            Class::Hash if at > 0 && blank_precedes(bytes, at) => {
                seen.flow_indicator = true;
                seen.block_indicator = true;
            }
            Class::Colon | Class::Hash => {}
            Class::Flow => seen.flow_indicator |= at > 0,
            Class::Tab => seen.tab = true,
            Class::Control => seen.special = true,
            Class::High => see_high(bytes, at, seen),
        }
    }
}

fn see_break(bytes: &[u8], at: usize, seen: &mut Seen) {
    seen.line_break = true;
    seen.space_break |= at > 0 && bytes[at - 1] == b' ';
}

fn see_high(bytes: &[u8], at: usize, seen: &mut Seen) {
    if bytes[at] & 0xC0 == 0x80 {
        return;
    }
    seen.special |= !printable(bytes, at);
    if break_len(bytes, at) > 0 {
        see_break(bytes, at, seen);
    }
}

fn blank_follows(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t'))
}

fn blank_precedes(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at - 1], b' ' | b'\t' | 0) || ends_with_break(&bytes[..at])
}

fn verdict(bytes: &[u8], seen: &Seen) -> Allowed {
    let leading = bytes[0] == b' ' || break_len(bytes, 0) > 0;
    let trailing_space = bytes.last() == Some(&b' ');
    let never_plain =
        leading || trailing_space || ends_with_break(bytes) || seen.break_space || seen.line_break;
    let only_escaped = seen.space_break || seen.special;
    let plain = !never_plain && !only_escaped && !seen.tab;
    Allowed {
        block_plain: plain && !seen.block_indicator,
        flow_plain: plain && !seen.flow_indicator,
        single: !seen.break_space && !only_escaped && !seen.tab,
        block: !trailing_space && !only_escaped,
        multiline: seen.line_break,
    }
}
