//! Paths of operations, and how the library walks them: negative indices, a first segment that does not count.

use super::value::{Kind, Member, Null, Value};
use gitopsc_core::{EcoString, Span, Text};
use gitopsc_yaml::pointer::unescaped;
use std::str::FromStr as _;

/// The path of an operation.
#[derive(Clone, Debug)]
pub(super) struct Pointer {
    /// Its text.
    pub(super) text: Text,
    /// Where it is written.
    pub(super) span: Span,
}

/// Why a container does not give or take a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The key is not there.
    NoKey,
    /// The key is no index of a list.
    NoIndex,
    /// The index lies outside of the list.
    OutOfRange,
    /// It is a null that was copied; Kustomize crashes here.
    Crash,
}

impl Pointer {
    /// Whether this is the whole document.
    pub(super) fn is_root(&self) -> bool {
        self.text.as_str().is_empty()
    }

    /// Whether the library passes over what stands before the first slash.
    pub(super) fn lacks_slash(&self) -> bool {
        let text = self.text.as_str();
        !text.starts_with('/') && text.contains('/')
    }

    /// How many collections stand around what is at this path.
    pub(super) fn depth(&self) -> usize {
        self.text.as_str().matches('/').count()
    }

    /// The container of `document` that the path ends in, and the key there.
    pub(super) fn find<'d>(&self, document: &'d mut Value) -> Option<(&'d mut Value, EcoString)> {
        let (way, key) = self.text.as_str().rsplit_once('/')?;
        let mut container = document;
        for segment in way.split('/').skip(1) {
            container = get_mut(container, &unescaped(segment)).ok()??;
            if !container.is_container() {
                return None;
            }
        }
        Some((container, unescaped(key).into()))
    }
}

impl Value {
    /// Whether the library looks for keys in this.
    fn is_container(&self) -> bool {
        matches!(
            self.kind,
            Kind::Map(_) | Kind::List(_) | Kind::Null(Null::Copied)
        )
    }
}

/// The value under `key`; nothing if the key of a map is not there or a null that was read.
pub(super) fn get_mut<'d>(
    container: &'d mut Value,
    key: &str,
) -> Result<Option<&'d mut Value>, Refusal> {
    let found = match &mut container.kind {
        Kind::List(items) => {
            let at = existing(key, items.len())?;
            items.get_mut(at)
        }
        Kind::Map(members) => members.get_mut(key).map(|member| &mut member.value),
        _ => None,
    };
    Ok(found.filter(|value| !matches!(value.kind, Kind::Null(Null::Read))))
}

/// Puts `value` under `key` of a map, or in its place in a list, which makes room.
pub(super) fn add(
    container: &mut Value,
    key: EcoString,
    key_span: Span,
    value: Value,
) -> Result<(), Refusal> {
    let Kind::List(items) = &mut container.kind else {
        return set_key(container, key, key_span, value);
    };
    if key == "-" {
        items.push(value);
        return Ok(());
    }
    let at = place(index(&key)?, items.len() + 1).ok_or(Refusal::OutOfRange)?;
    items.insert(at, value);
    Ok(())
}

/// Puts `value` in place of what is under `key`; in a map there may be nothing.
pub(super) fn set(
    container: &mut Value,
    key: EcoString,
    key_span: Span,
    value: Value,
) -> Result<(), Refusal> {
    let Kind::List(items) = &mut container.kind else {
        return set_key(container, key, key_span, value);
    };
    let at = existing(&key, items.len())?;
    items[at] = value;
    Ok(())
}

fn set_key(
    container: &mut Value,
    key: EcoString,
    key_span: Span,
    value: Value,
) -> Result<(), Refusal> {
    let Kind::Map(members) = &mut container.kind else {
        return Err(Refusal::Crash);
    };
    members.insert(key, Member { key_span, value });
    Ok(())
}

/// Takes out what is under `key`.
pub(super) fn remove(container: &mut Value, key: &str) -> Result<Value, Refusal> {
    match &mut container.kind {
        Kind::List(items) => {
            let at = existing(key, items.len())?;
            Ok(items.remove(at))
        }
        Kind::Map(members) => {
            let removed = members.remove(key).map(|member| member.value);
            removed.ok_or(Refusal::NoKey)
        }
        _ => Err(Refusal::NoKey),
    }
}

/// The index that `key` means in a list of `length` items.
fn existing(key: &str, length: usize) -> Result<usize, Refusal> {
    place(index(key)?, length).ok_or(Refusal::OutOfRange)
}

/// The number `key` as Go's `Atoi` reads it: with a sign or leading zeros if it likes.
fn index(key: &str) -> Result<i64, Refusal> {
    i64::from_str(key).map_err(|_| Refusal::NoIndex)
}

/// A negative index counts from the end.
fn place(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if index < 0 { index + length } else { index };
    (0..length)
        .contains(&at)
        .then(|| usize::try_from(at).ok())?
}

#[cfg(test)]
mod tests {
    use super::{index, place, unescaped};

    #[test]
    fn indices_are_read_as_go_reads_them() {
        let cases = [
            ("0", Ok(Some(0))),
            ("01", Ok(Some(1))),
            ("+2", Ok(Some(2))),
            ("-1", Ok(Some(2))),
            ("-3", Ok(Some(0))),
        ];
        for (text, at) in cases {
            assert_eq!(index(text).map(|index| place(index, 3)), at, "{text}");
        }
        for text in ["3", "-4", "9223372036854775807"] {
            assert_eq!(index(text).map(|index| place(index, 3)), Ok(None), "{text}");
        }
        for text in ["", "a", "1_0", "1.0", "9223372036854775808", "+"] {
            assert!(index(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tildes_stand_for_slashes_and_themselves() {
        assert_eq!(unescaped("a~1b~0c~01"), "a/b~c~1");
        assert_eq!(unescaped("~2"), "~2");
    }
}
