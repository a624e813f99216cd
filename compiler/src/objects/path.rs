//! Walking into values by paths such as `spec.volumes.*.secret`.

use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::pointer;

/// A way into a value: keys, with `*` for every item of a list or value of a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<EcoString>);

/// One step on the way to a value that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Key(&'s str),
    Item(usize),
}

impl Path {
    /// Reads a path with dots.
    pub(crate) fn new(text: &str) -> Path {
        let segments = text.split('.').filter(|segment| !segment.is_empty());
        Path(segments.map(EcoString::from).collect())
    }

    /// Calls `found` with every value that the path leads to, and the steps to it.
    pub(crate) fn each<'s, 'j: 's>(
        &'s self,
        value: &'j Json,
        found: &mut dyn FnMut(&[Step<'s>], &'j Json),
    ) {
        walk(&self.0, value, &mut Vec::new(), found);
    }
}

fn walk<'s, 'j: 's>(
    segments: &'s [EcoString],
    value: &'j Json,
    steps: &mut Vec<Step<'s>>,
    found: &mut dyn FnMut(&[Step<'s>], &'j Json),
) {
    let Some((segment, rest)) = segments.split_first() else {
        return found(steps, value);
    };
    let mut into = |step, value| {
        steps.push(step);
        walk(rest, value, steps, found);
        steps.pop();
    };
    match value {
        Json::Array(items) if segment == "*" => {
            let items = items.iter().enumerate();
            items.for_each(|(at, item)| into(Step::Item(at), item));
        }
        Json::Object(object) if segment == "*" => {
            object
                .iter()
                .for_each(|(key, item)| into(Step::Key(key), item));
        }
        _ => {
            if let Some(value) = value.get(segment) {
                into(Step::Key(segment), value);
            }
        }
    }
}

/// The value under `keys`, one map inside the other.
pub(crate) fn at<'j>(value: &'j Json, keys: &[&str]) -> Option<&'j Json> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

/// The plain text under `keys`.
pub(crate) fn text<'j>(value: &'j Json, keys: &[&str]) -> Option<&'j str> {
    at(value, keys)?.as_plain_str()
}

/// The items of the list under `keys`; none if there is no list.
pub(crate) fn items<'j>(value: &'j Json, keys: &[&str]) -> &'j [Json] {
    match at(value, keys) {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}

/// A place in a value, as an RFC 6901 pointer that grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer(EcoString);

impl Pointer {
    /// The place under `keys`.
    pub(crate) fn of(keys: &[&str]) -> Pointer {
        let mut pointer = Pointer::default();
        keys.iter().for_each(|key| pointer.push(Step::Key(key)));
        pointer
    }

    /// The same place, `steps` further in.
    pub(crate) fn then(&self, steps: &[Step<'_>]) -> Pointer {
        let mut pointer = self.clone();
        steps.iter().for_each(|step| pointer.push(*step));
        pointer
    }

    /// The place of `key` in the map that is here.
    pub(crate) fn key(&self, key: &str) -> Pointer {
        self.then(&[Step::Key(key)])
    }

    /// The place of an item of the list that is here.
    pub(crate) fn item(&self, at: usize) -> Pointer {
        self.then(&[Step::Item(at)])
    }

    fn push(&mut self, step: Step<'_>) {
        self.0 = match step {
            Step::Item(at) => pointer::item(&self.0, at),
            Step::Key(key) => pointer::below(&self.0, key),
        };
    }

    /// The pointer as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Pointer};
    use gitopsc_core::Json;

    #[test]
    fn what_is_found_has_its_pointer() {
        let text = |text: &str| Json::String(text.into());
        let map =
            |key: &str, value| Json::Object(gitopsc_yaml::Object::new(vec![(key.into(), value)]));
        let list = Json::Array([map("a/b~", text("x")), map("c", text("y"))].into());
        let body = map("spec", list);
        let path = Path::new("spec.*.*");
        let mut found = Vec::new();
        path.each(&body, &mut |steps, value| {
            let pointer = Pointer::default().then(steps);
            found.push((pointer.as_str().to_owned(), value.as_plain_str()));
        });
        let wanted = [("/spec/0/a~1b~0", Some("x")), ("/spec/1/c", Some("y"))];
        assert_eq!(found, wanted.map(|(at, value)| (at.to_owned(), value)));
    }
}
