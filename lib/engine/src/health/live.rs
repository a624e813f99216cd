//! A live object as rules read it: fields by their path, and conditions.

use super::condition::Condition;
use super::rules::Rules;
use super::status::Health;
use crate::timestamp::Timestamp;
use gitopsc_core::{EcoString, Json};

/// The most characters of a controller's message that are repeated.
const MOST_SHOWN: usize = 400;

/// A live object, and the time at which it is looked at.
#[derive(Clone, Copy)]
pub(super) struct Live<'j> {
    pub(super) body: &'j Json,
    pub(super) rules: &'j Rules,
    pub(super) now: Timestamp,
}

impl<'j> Live<'j> {
    /// The value at `path`, keys with dots between.
    pub(super) fn at(&self, path: &str) -> Option<&'j Json> {
        at(self.body, path)
    }

    /// The text at `path`; nothing for an empty one.
    pub(super) fn text(&self, path: &str) -> Option<&'j str> {
        text(self.body, path)
    }

    /// The integer at `path`.
    pub(super) fn int(&self, path: &str) -> Option<i64> {
        int(self.at(path)?)
    }

    /// The integer at `path`, or none.
    pub(super) fn count(&self, path: &str) -> i64 {
        self.int(path).unwrap_or(0)
    }

    /// Whether `path` holds `true`.
    pub(super) fn flag(&self, path: &str) -> bool {
        self.at(path) == Some(&Json::Bool(true))
    }

    /// The items of the list at `path`.
    pub(super) fn items(&self, path: &str) -> &'j [Json] {
        items(self.body, path)
    }

    /// The time at `path`.
    pub(super) fn time(&self, path: &str) -> Option<Timestamp> {
        Timestamp::parse(self.text(path)?)
    }

    /// InProgress because of `early` until `seconds` after it was made, then Current because of `late`: for what
    /// a controller may say or never say.
    pub(super) fn at_first(&self, seconds: i64, early: &str, late: &str) -> Health {
        let deadline = self
            .time("metadata.creationTimestamp")
            .map(|made| made.after(seconds));
        match deadline.filter(|deadline| self.now < *deadline) {
            Some(deadline) => Health::in_progress(early).until(deadline),
            None => Health::current(late),
        }
    }

    /// The annotation of this name.
    pub(super) fn annotation(&self, name: &str) -> Option<&'j str> {
        self.at("metadata.annotations")?.get(name)?.as_plain_str()
    }

    /// `metadata.generation`.
    pub(super) fn generation(&self) -> Option<i64> {
        self.int("metadata.generation")
    }

    /// `status.conditions`.
    pub(super) fn conditions(&self) -> impl Iterator<Item = Condition<'j>> + use<'j> {
        Condition::all(self.items("status.conditions"))
    }

    /// The condition of this type.
    pub(super) fn condition(&self, kind: &str) -> Option<Condition<'j>> {
        self.conditions().find(|condition| condition.kind == kind)
    }
}

/// The value at `path` in `value`, keys with dots between.
pub(super) fn at<'j>(value: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// The plain text at `path` in `value`; nothing for an empty one.
pub(super) fn text<'j>(value: &'j Json, path: &str) -> Option<&'j str> {
    at(value, path)?
        .as_plain_str()
        .filter(|text| !text.is_empty())
}

/// The items of the list at `path` in `value`.
pub(super) fn items<'j>(value: &'j Json, path: &str) -> &'j [Json] {
    match at(value, path) {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}

/// An integer, which some kinds write as text.
pub(super) fn int(value: &Json) -> Option<i64> {
    match value {
        Json::Int(number) => Some(*number),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// What a controller says, as one line that is not too long.
pub(super) fn line(message: &str) -> EcoString {
    let mut line = EcoString::new();
    for word in message.split_whitespace() {
        let space = if line.is_empty() { "" } else { " " };
        let left = MOST_SHOWN.saturating_sub(line.len() + space.len());
        line.push_str(space);
        if word.len() > left {
            let fits = word.char_indices().map(|(at, _)| at);
            let end = fits.take_while(|at| *at <= left).last().unwrap_or(0);
            line.push_str(&word[..end]);
            line.push('…');
            break;
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{MOST_SHOWN, line};

    #[test]
    fn a_message_becomes_one_line_that_is_not_too_long() {
        assert_eq!(line(" a\n  b\tc "), "a b c");
        for long in ["word ".repeat(200), "x".repeat(10_000), "ä".repeat(1_000)] {
            let line = line(&long);
            assert!(line.ends_with('…'), "{line}");
            assert!(
                (MOST_SHOWN - 8..MOST_SHOWN + 8).contains(&line.len()),
                "{line}"
            );
        }
    }
}
