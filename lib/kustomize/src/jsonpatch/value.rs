//! The JSON document that a patch works on: values with their places, and JSON text where that shows.
//!
//! The library keeps values as JSON text until it has to look into them. So `test` compares numbers and
//! strings by their text, and null comes in three kinds.

use gitopsc_core::{EcoString, Span, Text};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::{Json, Origins};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A value of the document or of an operation.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Where it stood.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: Kind,
}

/// The kinds of JSON value.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null(Null),
    /// `true` or `false`.
    Bool(Text),
    /// The JSON text of a number.
    Number(Text),
    String(JsonString),
    List(Vec<Value>),
    Map(BTreeMap<EcoString, Member>),
}

/// Where a null came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Null {
    /// It was inside a value that was read.
    Read,
    /// It is the value of an operation.
    Given,
    /// It was copied; the library looks into it as if it were a map.
    Copied,
}

/// A string and its JSON text.
#[derive(Clone, Debug)]
pub(super) struct JsonString {
    pub(super) text: Text,
    /// The JSON text, where it is not what Go's encoder writes.
    pub(super) raw: Option<Text>,
}

/// The value of a key, and where the key stands.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) key_span: Span,
    pub(super) value: Value,
}

impl Value {
    /// The value `kind` at `span`.
    pub(super) fn at(span: Span, kind: Kind) -> Value {
        Value { span, kind }
    }

    /// A null that was read.
    pub(super) fn null(span: Span) -> Value {
        Value::at(span, Kind::Null(Null::Read))
    }

    /// A string as Go's encoder writes it.
    pub(super) fn string(span: Span, text: Text) -> Value {
        Value::at(span, Kind::String(JsonString { text, raw: None }))
    }

    /// The value under `key`, if this is a map that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        match &self.kind {
            Kind::Map(members) => members.get(key).map(|member| &member.value),
            _ => None,
        }
    }

    /// Whether this is a map or list that has `key`, be it null.
    pub(super) fn has(&self, key: &str) -> bool {
        match &self.kind {
            Kind::List(_) => true,
            _ => self.get(key).is_some(),
        }
    }

    /// Whether this is null, of whichever kind.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// How many levels of collections this has, and how many values.
    pub(super) fn extent(&self) -> (usize, usize) {
        let (mut levels, mut values) = (0, 0);
        let mut pending = vec![(self, 1)];
        while let Some((value, level)) = pending.pop() {
            values += 1;
            match &value.kind {
                Kind::List(items) => {
                    levels = levels.max(level);
                    pending.extend(items.iter().map(|item| (item, level + 1)));
                }
                Kind::Map(members) => {
                    levels = levels.max(level);
                    let inner = members.values().map(|member| (&member.value, level + 1));
                    pending.extend(inner);
                }
                _ => {}
            }
        }
        (levels, values)
    }

    /// Makes all texts secret, of these origins.
    pub(super) fn conceal(&mut self, origins: &Origins) {
        let secret =
            |text: &mut Text| *text = Text::secret(text.as_str().to_owned(), origins.clone());
        let mut pending = vec![self];
        while let Some(value) = pending.pop() {
            match &mut value.kind {
                Kind::Bool(text) | Kind::Number(text) => secret(text),
                Kind::String(string) => secret(&mut string.text),
                Kind::List(items) => pending.extend(items),
                Kind::Map(members) => {
                    pending.extend(members.values_mut().map(|member| &mut member.value));
                }
                Kind::Null(_) => {}
            }
        }
    }

    /// The JSON text of a scalar that is not null.
    pub(super) fn raw(&self) -> Option<Cow<'_, str>> {
        match &self.kind {
            Kind::Bool(text) | Kind::Number(text) => Some(Cow::Borrowed(text.as_str())),
            Kind::String(string) => Some(match &string.raw {
                Some(raw) => Cow::Borrowed(raw.as_str()),
                None => Cow::Owned(go_string(string.text.as_str())),
            }),
            Kind::Null(_) | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The copy that the operation `copy` makes: through JSON text, in which Go escapes what HTML would read.
    pub(super) fn copied(&self) -> Value {
        let mut copy = self.clone();
        if let Kind::Null(null) = &mut copy.kind {
            *null = match *null {
                Null::Read => Null::Read,
                Null::Given | Null::Copied => Null::Copied,
            };
            return copy;
        }
        let mut pending = vec![&mut copy];
        while let Some(value) = pending.pop() {
            match &mut value.kind {
                Kind::Null(null) => *null = Null::Read,
                Kind::String(string) => string.escape_html(),
                Kind::List(items) => pending.extend(items),
                Kind::Map(members) => {
                    pending.extend(members.values_mut().map(|member| &mut member.value));
                }
                Kind::Bool(_) | Kind::Number(_) => {}
            }
        }
        copy
    }
}

impl JsonString {
    fn escape_html(&mut self) {
        let Some(raw) = &self.raw else { return };
        let escaped = raw.as_str().replace('<', "\\u003c").replace('>', "\\u003e");
        let escaped = escaped
            .replace('&', "\\u0026")
            .replace('\u{2028}', "\\u2028");
        let escaped = escaped.replace('\u{2029}', "\\u2029");
        self.raw = Some(Text::derive(escaped, [raw]));
    }
}

/// The JSON text that Go's encoder has for a string.
pub(super) fn go_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    write_json(
        &Json::String(text.into()),
        Form::Go,
        Secrets::Reveal,
        &mut json,
    );
    json
}
