//! From INI to a branch of sections.

use super::{DEFAULT_SECTION, DELIMITERS, find_any};
use crate::bytes::{find, find_last, trim, trim_start};
use crate::error::Error;
use crate::tree::{Branch, Comment, Content, Item, Value};
use gitopsc_yaml::{FileId, Span};
use std::collections::BTreeMap;

/// The sections of `bytes`, each with its keys. The section of keys above all others is always there.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Result<Branch, Error> {
    let mut reader = Reader::new(bytes, file);
    let mut sections = vec![Section::new(DEFAULT_SECTION.to_vec(), reader.span())];
    while let Some(line) = reader.line() {
        let line = trim_start(line);
        match line.first() {
            None => {}
            Some(b'#' | b';') => reader.comment.extend_from_slice(line),
            Some(b'[') => sections.push(reader.section(line)?),
            Some(_) => {
                if let Some(section) = sections.last_mut() {
                    reader.entry(line, section)?;
                }
            }
        }
    }
    Ok(sections.into_iter().map(Section::into_item).collect())
}

struct Section {
    name: Vec<u8>,
    span: Span,
    comment: Vec<u8>,
    keys: Vec<SectionKey>,
    /// Where each key is.
    places: BTreeMap<Vec<u8>, usize>,
}

struct SectionKey {
    name: Vec<u8>,
    span: Span,
    value: Vec<u8>,
    comment: Vec<u8>,
}

impl Section {
    fn new(name: Vec<u8>, span: Span) -> Section {
        Section {
            name,
            span,
            comment: Vec::new(),
            keys: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Sets a key: in place where it is there already.
    fn set(&mut self, key: SectionKey) {
        match self.places.get(&key.name) {
            Some(at) => self.keys[*at] = key,
            None => {
                self.places.insert(key.name.clone(), self.keys.len());
                self.keys.push(key);
            }
        }
    }

    fn into_item(self) -> Item {
        let mut branch = Vec::new();
        let comment = |text: &[u8], branch: &mut Branch| {
            if !text.is_empty() {
                branch.push(Item::Comment(Comment::new(without_mark(text))));
            }
        };
        comment(&self.comment, &mut branch);
        for key in self.keys {
            let value = Value::new(Content::text(&key.value), key.span);
            branch.push(Item::new(&key.name, value));
            comment(&key.comment, &mut branch);
        }
        Item::new(&self.name, Value::new(Content::Map(branch), self.span))
    }
}

/// A comment without the mark and the blanks that it begins with.
fn without_mark(comment: &[u8]) -> &[u8] {
    let mark = match comment.first() {
        Some(mark @ (b'#' | b';')) => *mark,
        _ => return comment,
    };
    let end = comment
        .iter()
        .position(|byte| *byte != mark && *byte != b' ');
    &comment[end.unwrap_or(comment.len())..]
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Where the line at hand begins.
    line_at: usize,
    file: FileId,
    /// Comments that wait for a section or key.
    comment: Vec<u8>,
    /// The number of the next key that is named `-`.
    next_number: usize,
}

impl<'t> Reader<'t> {
    fn new(bytes: &'t [u8], file: FileId) -> Reader<'t> {
        let marks: [&[u8]; 3] = [b"\xFE\xFF", b"\xFF\xFE", b"\xEF\xBB\xBF"];
        let mark = marks.into_iter().find(|mark| bytes.starts_with(mark));
        let at = mark.map_or(0, <[u8]>::len);
        Reader {
            bytes,
            at,
            line_at: at,
            file,
            comment: Vec::new(),
            next_number: 1,
        }
    }

    /// The next line with its end.
    fn line(&mut self) -> Option<&'t [u8]> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        self.line_at = self.at;
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| end + 1);
        self.at += end;
        Some(&rest[..end])
    }

    fn span(&self) -> Span {
        Span::new(self.file, u32::try_from(self.line_at).unwrap_or(u32::MAX))
    }

    fn refused<T>(&self, what: &str) -> Result<T, Error> {
        Err(Error::malformed(what, self.span()))
    }

    fn take_comment(&mut self) -> Vec<u8> {
        let comment = std::mem::take(&mut self.comment);
        trim(&comment).to_vec()
    }

    fn section(&mut self, line: &[u8]) -> Result<Section, Error> {
        let Some(end) = find_last(line, b"]") else {
            return self.refused("a section has no `]`");
        };
        let name = &line[1..end];
        if name.is_empty() {
            return self.refused("a section has no name");
        }
        let mut section = Section::new(name.to_vec(), self.span());
        let behind = &line[end + 1..];
        if let Some(at) = find_any(behind, b"#;") {
            self.comment.extend_from_slice(&behind[at..]);
        }
        section.comment = self.take_comment();
        self.next_number = 1;
        Ok(section)
    }

    fn entry(&mut self, line: &[u8], section: &mut Section) -> Result<(), Error> {
        let span = self.span();
        let (name, value) = self.key(line)?;
        let mut name = name.to_vec();
        if name == b"-" {
            name = format!("#{}", self.next_number).into_bytes();
            self.next_number += 1;
        }
        if name.is_empty() {
            return self.refused("a key has no name");
        }
        let value = self.value(value)?;
        let comment = self.take_comment();
        section.set(SectionKey {
            name,
            span,
            value,
            comment,
        });
        Ok(())
    }

    /// The key of a line, and what is behind its delimiter.
    fn key<'l>(&self, line: &'l [u8]) -> Result<(&'l [u8], &'l [u8]), Error> {
        let quote: &[u8] = match line {
            [b'"', b'"', b'"', ..] if line.len() > 6 => b"\"\"\"",
            [b'"', ..] => b"\"",
            [b'`', ..] => b"`",
            _ => b"",
        };
        if quote.is_empty() {
            return match find_any(line, DELIMITERS) {
                Some(0) => self.refused("a key has no name"),
                Some(end) => Ok((trim(&line[..end]), &line[end + 1..])),
                None => self.refused("a line has no `=`"),
            };
        }
        let Some(end) = find(&line[quote.len()..], quote) else {
            return self.refused("a key's quotes are not closed");
        };
        let name = &line[quote.len()..quote.len() + end];
        let behind = &line[quote.len() + end + quote.len()..];
        match find_any(behind, DELIMITERS) {
            Some(at) => Ok((trim(name), &behind[at + 1..])),
            None => self.refused("a line has no `=`"),
        }
    }

    /// The value that `text` begins with; it may go on on more lines.
    fn value(&mut self, text: &[u8]) -> Result<Vec<u8>, Error> {
        let line = trim_start(text);
        let quote: &[u8] = match line {
            [b'"', b'"', b'"', _, ..] => b"\"\"\"",
            [b'`', ..] => b"`",
            _ => b"",
        };
        if !quote.is_empty() {
            let inner = &line[quote.len()..];
            return match find_last(inner, quote) {
                Some(end) => Ok(inner[..end].to_vec()),
                None => self.lines_up_to(quote, inner),
            };
        }
        let mut line = trim(line);
        if let Some(continued) = line.strip_suffix(b"\\") {
            return Ok(self.continued(continued));
        }
        if let Some(at) = find_any(line, b"#;") {
            self.comment.extend_from_slice(&line[at..]);
            line = trim(&line[..at]);
        }
        Ok(without_quotes(line).to_vec())
    }

    /// A quoted value that is closed on another line.
    fn lines_up_to(&mut self, quote: &[u8], first: &[u8]) -> Result<Vec<u8>, Error> {
        let mut value = first.to_vec();
        while let Some(line) = self.line() {
            let Some(end) = find_last(line, quote) else {
                value.extend_from_slice(line);
                continue;
            };
            let behind = &line[end + quote.len()..];
            if trim(behind).ends_with(b"\\") {
                value.extend_from_slice(line);
                continue;
            }
            value.extend_from_slice(&line[..end]);
            if let Some(at) = find_any(&line[end..], b"#;") {
                self.comment.extend_from_slice(trim(&line[end + at..]));
            }
            return Ok(value);
        }
        self.refused("a value's quotes are not closed")
    }

    /// A value that goes on on the next line as long as lines end with a backslash.
    fn continued(&mut self, first: &[u8]) -> Vec<u8> {
        let mut value = first.to_vec();
        while let Some(line) = self.line() {
            let next = trim(line);
            if next.is_empty() {
                break;
            }
            value.extend_from_slice(next);
            if value.last() != Some(&b'\\') {
                break;
            }
            value.pop();
        }
        value
    }
}

/// A value without quotes of one kind around it, if there are no more of them.
fn without_quotes(text: &[u8]) -> &[u8] {
    match text {
        [first @ (b'"' | b'\''), inner @ .., last] if first == last && !inner.contains(first) => {
            inner
        }
        _ => text,
    }
}
