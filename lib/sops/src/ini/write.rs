//! From a branch of sections to INI: keys aligned, a line between sections.

use super::{DEFAULT_SECTION, DELIMITERS, find_any};
use crate::bytes::{Plaintext, trim};
use crate::error::Error;
use crate::text::shown;
use crate::tree::{Branch, Comment, Content, Entry, Item};
use gitopsc_yaml::Span;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// A key with the comment above it.
struct Line {
    key: Vec<u8>,
    value: Plaintext,
    comment: Plaintext,
}

struct Section<'b> {
    name: &'b [u8],
    comment: Plaintext,
    lines: Vec<Line>,
    span: Span,
}

/// The text of `branches`. `size` is about how long it will be.
pub(crate) fn write(branches: &[Branch], size: usize) -> Result<Plaintext, Error> {
    let entries = branches.iter().flatten().filter_map(Item::entry);
    let sections = entries.map(section).collect::<Result<Vec<_>, _>>()?;
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    for (at, section) in sections.iter().enumerate() {
        comment(&section.comment, false, section.span, &mut out)?;
        if at == 0 && section.name.eq_ignore_ascii_case(DEFAULT_SECTION) {
            if section.lines.is_empty() {
                continue;
            }
        } else {
            out.extend_from_slice(&[b"[", section.name, b"]\n"].concat());
        }
        lines(section, &mut out)?;
        if at + 1 < sections.len() {
            out.push(b'\n');
        }
    }
    Ok(out)
}

fn section(entry: &Entry) -> Result<Section<'_>, Error> {
    let span = entry.key.span;
    let name = entry.key.text.as_deref().unwrap_or_default();
    let Content::Map(branch) = &entry.value.content else {
        let what = "a value outside of all sections has no form in an INI file";
        return Err(Error::unsupported(what, span));
    };
    if name.is_empty() {
        return Err(Error::unsupported("a section has no name", span));
    }
    let (comment, items) = match branch.as_slice() {
        [Item::Comment(comment), rest @ ..] => (comment.text.clone(), rest),
        all => (Plaintext::default(), all),
    };
    let mut lines = Lines::default();
    let mut last = None;
    for item in items {
        match item {
            Item::Comment(Comment { text, .. }) => {
                if let Some(line) = last.and_then(|at: usize| lines.lines.get_mut(at)) {
                    line.comment = text.clone();
                }
            }
            Item::Entry(entry) => last = Some(lines.set(entry)?),
        }
    }
    Ok(Section {
        name,
        comment,
        lines: lines.lines,
        span,
    })
}

/// The lines of a section, and where each key is.
#[derive(Default)]
struct Lines {
    lines: Vec<Line>,
    places: BTreeMap<Vec<u8>, usize>,
}

impl Lines {
    /// Sets a key, in place where it is there already; where it is.
    fn set(&mut self, entry: &Entry) -> Result<usize, Error> {
        let key = entry.key.text.clone().unwrap_or_default();
        if key.is_empty() {
            return Err(Error::unsupported("a key has no name", entry.key.span));
        }
        if matches!(
            entry.value.content,
            Content::Map(_) | Content::List(_) | Content::Comment(_)
        ) {
            let what = "a map or list in a section has no form in an INI file";
            return Err(Error::unsupported(what, entry.value.span));
        }
        let value = shown(&entry.value.content);
        if let Some(at) = self.places.get(&key) {
            self.lines[*at].value = value;
            return Ok(*at);
        }
        self.places.insert(key.clone(), self.lines.len());
        self.lines.push(Line {
            key,
            value,
            comment: Plaintext::default(),
        });
        Ok(self.lines.len() - 1)
    }
}

fn lines(section: &Section<'_>, out: &mut Plaintext) -> Result<(), Error> {
    let keys: Vec<Vec<u8>> = section
        .lines
        .iter()
        .map(|line| quoted_key(&line.key))
        .collect();
    let width = keys.iter().map(Vec::len).max().unwrap_or(0);
    for (line, key) in section.lines.iter().zip(&keys) {
        comment(&line.comment, true, section.span, out)?;
        out.extend_from_slice(key);
        out.extend(std::iter::repeat_n(b' ', width - key.len()));
        out.extend_from_slice(b" = ");
        let quote = quote_for(&line.value);
        out.extend_from_slice(quote);
        out.extend_from_slice(&line.value);
        out.extend_from_slice(quote);
        out.push(b'\n');
    }
    Ok(())
}

fn quoted_key(key: &[u8]) -> Vec<u8> {
    let quote: &[u8] = if key.contains(&b'"') || find_any(key, DELIMITERS).is_some() {
        b"`"
    } else if key.contains(&b'`') {
        b"\"\"\""
    } else {
        b""
    };
    [quote, key, quote].concat()
}

fn quote_for(value: &[u8]) -> &'static [u8] {
    if find_any(value, b"\n`").is_some() {
        b"\"\"\""
    } else if find_any(value, b"#;").is_some() {
        b"`"
    } else if trim(value).len() != value.len() {
        b"\""
    } else {
        b""
    }
}

/// Appends the lines of a comment, with a mark where they have none.
fn comment(text: &[u8], trimmed: bool, span: Span, out: &mut Plaintext) -> Result<(), Error> {
    if text.is_empty() {
        return Ok(());
    }
    for line in text.split(|byte| *byte == b'\n') {
        match line {
            [] => return Err(Error::unsupported("a comment has an empty line", span)),
            [mark @ (b'#' | b';'), rest @ ..] => {
                out.push(*mark);
                out.push(b' ');
                out.extend_from_slice(trim(rest));
            }
            _ => {
                out.extend_from_slice(b"; ");
                out.extend_from_slice(if trimmed { trim(line) } else { line });
            }
        }
        out.push(b'\n');
    }
    Ok(())
}
