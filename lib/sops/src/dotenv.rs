//! SOPS' dotenv files: a key, `=` and a value a line, with `\n` for line breaks.

use crate::bytes::{Plaintext, find, replaced};
use crate::error::Error;
use crate::text::shown;
use crate::tree::{Branch, Comment, Content, Item, Value};
use gitopsc_yaml::{FileId, Span};
use zeroize::Zeroizing;

/// How keys of the metadata begin.
pub(crate) const METADATA_PREFIX: &[u8] = b"sops_";

/// The entries of `bytes`.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Result<Branch, Error> {
    let mut branch = Vec::new();
    let mut at = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let span = Span::new(file, u32::try_from(at).unwrap_or(u32::MAX));
        at += line.len() + 1;
        match line {
            [] => {}
            [b'#', comment @ ..] => branch.push(Item::Comment(Comment::new(comment))),
            _ => {
                let equals =
                    find(line, b"=").ok_or_else(|| Error::malformed("a line has no `=`", span))?;
                let text = replaced(&line[equals + 1..], b"\\n", b"\n");
                let value = Value::new(Content::Text(text), span);
                branch.push(Item::new(&line[..equals], value));
            }
        }
    }
    Ok(branch)
}

/// Takes the entries of the metadata out of `branch`, without their prefix.
pub(crate) fn take_metadata(branch: &mut Branch) -> Branch {
    let mut metadata = Vec::new();
    let all = std::mem::take(branch);
    for item in all {
        let rest = item
            .entry()
            .and_then(|entry| entry.key.text.as_deref()?.strip_prefix(METADATA_PREFIX))
            .map(<[u8]>::to_vec);
        match (item, rest) {
            (Item::Entry(entry), Some(key)) => metadata.push(Item::new(&key, entry.value)),
            (item, _) => branch.push(item),
        }
    }
    metadata
}

/// The text of `branch`. `size` is about how long it will be.
pub(crate) fn write(branch: &Branch, size: usize) -> Result<Plaintext, Error> {
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    for item in branch {
        match item {
            Item::Comment(comment) => {
                out.push(b'#');
                out.extend_from_slice(&comment.text);
            }
            Item::Entry(entry) => {
                out.extend_from_slice(entry.key.text.as_deref().unwrap_or_default());
                out.push(b'=');
                match &entry.value.content {
                    Content::Text(text) => out.extend_from_slice(&replaced(text, b"\n", b"\\n")),
                    Content::Map(_) | Content::List(_) | Content::Comment(_) => {
                        let what = "a map or list has no form in a dotenv file";
                        return Err(Error::unsupported(what, entry.value.span));
                    }
                    other => out.extend_from_slice(&shown(other)),
                }
            }
        }
        out.push(b'\n');
    }
    Ok(out)
}
