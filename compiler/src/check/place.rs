//! From a place in an object to the place in a file that it came from.

use crate::files::Renumbering;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::Span;

/// How far back from a value its key is looked for, in bytes.
const MOST_BACK: usize = 4096;

/// Finds places, in the numbers of the finished table.
pub(crate) struct Places<'r> {
    texts: &'r Renumbering,
}

impl<'r> Places<'r> {
    pub(crate) fn new(texts: &'r Renumbering) -> Places<'r> {
        Places { texts }
    }

    /// Where what is at `pointer` came from; where nothing is there, what would hold it.
    pub(crate) fn of(&self, member: Member<'_>, pointer: &Pointer) -> Span {
        member.manifest.place(pointer.as_str())
    }

    /// Where the key of what is at `pointer` stands, if it stands before the value.
    pub(crate) fn of_key(&self, member: Member<'_>, pointer: &Pointer, key: &str) -> Span {
        let value = self.of(member, pointer);
        let before = self.texts.bytes(value.file).and_then(|text| {
            let end = value.offset as usize;
            let start = end.saturating_sub(MOST_BACK);
            Some(start + last_key(text.get(start..end)?, key.as_bytes())?)
        });
        let offset = before.and_then(|offset| u32::try_from(offset).ok());
        offset.map_or(value, |offset| Span::new(value.file, offset))
    }
}

/// The offset of the last `key:` in `text` that begins a word.
fn last_key(text: &[u8], key: &[u8]) -> Option<usize> {
    let is_key = |at: usize| {
        let rest = text[at + key.len()..].trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        let before = at.checked_sub(1).map(|before| text[before]);
        rest.starts_with(b":") && before.is_none_or(|byte| b" \t\r\n{,\"'".contains(&byte))
    };
    let last = text.len().checked_sub(key.len())?;
    (0..=last)
        .rev()
        .find(|at| text[*at..].starts_with(key) && is_key(*at))
}

#[cfg(test)]
mod tests {
    use super::last_key;

    #[test]
    fn the_key_of_a_value_is_the_last_one_before_it() {
        for (text, wanted) in [
            ("spec:\n  replcas: ", Some(8)),
            ("a: 1\nb: {a: ", Some(9)),
            ("{\"a\": ", Some(2)),
            ("data: ", None),
            ("a-b: ", None),
            ("", None),
        ] {
            let key = if text.contains("replcas") {
                "replcas"
            } else {
                "a"
            };
            assert_eq!(last_key(text.as_bytes(), key.as_bytes()), wanted, "{text}");
        }
    }
}
