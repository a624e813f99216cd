//! Which value stands where in the printed text: for whoever writes something beside it.

use super::order::{Entries, in_order};
use super::{Secrets, emit_noting};
use crate::json::Json;
use crate::pointer::{below, item};
use ecow::EcoString;

/// A scalar or an empty collection in a printed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where it is in the value, as an RFC 6901 pointer.
    pub pointer: EcoString,
    /// Where it begins in the text, in bytes: behind what stands before it on its line.
    pub offset: usize,
}

/// As [`super::emit`], and says where each scalar and empty collection stands, in the order of the text.
///
/// ```
/// use gitopsc_yaml::emit::{Secrets, emit_with_places};
/// use gitopsc_yaml::{Json, Object};
/// let value = Json::Object(Object::new(vec![("a/b".into(), Json::Bool(true))]));
/// let mut text = String::new();
/// let places = emit_with_places(&value, Secrets::Mask, &mut text);
/// assert_eq!((places[0].pointer.as_str(), places[0].offset), ("/a~1b", 4));
/// assert_eq!(text, "a/b: true\n");
/// ```
pub fn emit_with_places(value: &Json, secrets: Secrets, out: &mut String) -> Vec<Placed> {
    let mut offsets = Vec::new();
    emit_noting(value, secrets, out, &mut |offset| offsets.push(offset));
    let placed = pointers(value).into_iter().zip(offsets);
    placed
        .map(|(pointer, offset)| Placed { pointer, offset })
        .collect()
}

/// Whether `value` holds no others.
pub(super) fn is_leaf(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(object) => object.is_empty(),
        _ => true,
    }
}

/// What of a collection is still to come, and the pointer to it.
enum Open<'a> {
    Map(Entries<'a>, EcoString),
    List(std::iter::Enumerate<std::slice::Iter<'a, Json>>, EcoString),
}

impl<'a> Open<'a> {
    fn next(&mut self) -> Option<(EcoString, &'a Json)> {
        match self {
            Open::Map(entries, above) => {
                let (key, value) = entries.next()?;
                Some((below(above, key.as_str()), value))
            }
            Open::List(items, above) => {
                let (at, value) = items.next()?;
                Some((item(above, at), value))
            }
        }
    }
}

/// The pointers of all leaves, in the order in which they are printed.
fn pointers(value: &Json) -> Vec<EcoString> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    visit(EcoString::new(), value, &mut open, &mut found);
    while let Some(last) = open.last_mut() {
        match last.next() {
            Some((pointer, value)) => visit(pointer, value, &mut open, &mut found),
            None => {
                open.pop();
            }
        }
    }
    found
}

fn visit<'a>(
    pointer: EcoString,
    value: &'a Json,
    open: &mut Vec<Open<'a>>,
    found: &mut Vec<EcoString>,
) {
    match value {
        Json::Array(items) if !items.is_empty() => {
            open.push(Open::List(items.iter().enumerate(), pointer));
        }
        Json::Object(object) if !object.is_empty() => {
            open.push(Open::Map(in_order(object), pointer));
        }
        _ => found.push(pointer),
    }
}

#[cfg(test)]
mod tests {
    use super::emit_with_places;
    use crate::emit::{Secrets, emit};
    use crate::lower::lower;
    use crate::{Dialect, FileId, Limits, parse};

    #[test]
    fn each_value_is_placed_on_its_line() {
        let source = "a10: x\na9: |\n  one\n  two\nl:\n- {c: 1, b: []}\n- [p, q]\nz: {}\n";
        let documents = parse(source, FileId(0), Dialect::Kustomize, &Limits::default());
        let value = lower(&documents.unwrap()[0].root).unwrap();
        let (mut text, mut plain) = (String::new(), String::new());
        let places = emit_with_places(&value, Secrets::Mask, &mut text);
        emit(&value, Secrets::Mask, &mut plain);
        assert_eq!(text, plain);
        let lines: Vec<(&str, &str)> = places
            .iter()
            .map(|placed| {
                let start = text[..placed.offset].rfind('\n').map_or(0, |at| at + 1);
                let line = text[start..].lines().next().unwrap_or_default();
                (placed.pointer.as_str(), line)
            })
            .collect();
        let wanted = [
            ("/a9", "a9: |"),
            ("/a10", "a10: x"),
            ("/l/0/b", "- b: []"),
            ("/l/0/c", "  c: 1"),
            ("/l/1/0", "- - p"),
            ("/l/1/1", "  - q"),
            ("/z", "z: {}"),
        ];
        assert_eq!(lines, wanted);
    }
}
