//! Decoding nodes into typed values, with every mistake reported at its place.
//!
//! The rules are those of Go's encoding/json, through which Kustomize reads its own files: field names
//! match without regard to case, null means "not set", of a repeated field the last one counts. Strict
//! decoding refuses unknown fields.

use crate::codes;
use crate::report::Report;
use ecow::eco_format;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::json::number;
use gitopsc_yaml::lower::scalar_json;
use gitopsc_yaml::{Json, Node, NodeValue, Tag};
use std::collections::BTreeMap;

/// What a decoding run needs to know.
#[derive(Debug)]
pub struct Decoder<'r> {
    /// Where mistakes go.
    pub report: &'r mut Report,
    /// What is read, for messages: `kustomization file`.
    pub what: &'static str,
    /// How unknown fields and mistyped scalars are taken.
    pub mode: Mode,
    /// The way to what is being read, for messages: `images[].newTag`.
    way: String,
}

/// How unknown fields and mistyped scalars are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Unknown fields are errors, a number is no string: kustomization files and `configurations`.
    Strict,
    /// Unknown fields are ignored, a number is no string: the configuration of generators, into whose types
    /// sigs.k8s.io/yaml does not look, because they embed others.
    Typed,
    /// Unknown fields are ignored, a number or boolean is taken as a string where one is wanted: the
    /// configuration of transformers.
    Lenient,
}

impl<'r> Decoder<'r> {
    /// A run that reads `what` from its top.
    pub fn new(report: &'r mut Report, what: &'static str, mode: Mode) -> Decoder<'r> {
        Decoder {
            report,
            what,
            mode,
            way: String::new(),
        }
    }

    /// Reads the value of the field `name`.
    pub fn field<T: Decode>(&mut self, name: &str, value: &Node) -> Option<T> {
        let dot = if self.way.is_empty() { "" } else { "." };
        self.step([dot, name], |decoder| T::decode(value, decoder))
    }

    /// Goes one step further on the way for as long as `read` runs.
    fn step<T>(&mut self, step: [&str; 2], read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.way.len();
        self.way.extend(step);
        let read = read(self);
        self.way.truncate(outer);
        read
    }

    /// Reports that `node` should have been `wanted`, such as `a list of strings`.
    pub fn wrong_type(&mut self, node: &Node, wanted: &str) {
        let subject = match self.way.as_str() {
            "" => format!("this {}", self.what),
            way => format!("`{way}`"),
        };
        let message = format!("{subject} must be {wanted}, and is {}", describe(node));
        let hint = match (wanted, node.tag) {
            ("a string", Tag::Bool | Tag::Int | Tag::Float) => "put the value in quotes".to_owned(),
            _ => format!("write {wanted} here"),
        };
        self.report.push(
            Diagnostic::error(codes::WRONG_TYPE, message)
                .at(node.span, format!("in this {}", self.what))
                .hint(hint),
        );
    }

    /// Reports the unknown field `key`, with the nearest of `known` as advice. Only strict mode refuses it.
    pub fn unknown_field(&mut self, key: &Node, known: &[&str]) {
        if self.mode != Mode::Strict {
            return;
        }
        let name = key.as_text().cloned().unwrap_or_default();
        let hint = nearest(name.as_str(), known).map_or_else(
            || format!("remove it; known here are: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, format!("unknown field `{name}`"));
        self.report.push(
            diagnostic
                .at(key.span, format!("not a field of this {}", self.what))
                .hint(hint),
        );
    }
}

/// A value that can be read from a node.
pub trait Decode: Sized {
    /// Reads `node`; nothing if it is mistyped, which has then been reported.
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self>;
}

/// A value and where it stood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: At,
}

/// A span whose default is nowhere and that does not count in comparisons.
#[derive(Clone, Copy, Debug)]
pub struct At(pub Span);

impl Default for At {
    fn default() -> At {
        At(Span::NONE)
    }
}

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let value = T::decode(node, decoder)?;
        Some(Spanned {
            value,
            span: At(node.span),
        })
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        if node.is_null() {
            return Some(None);
        }
        T::decode(node, decoder).map(Some)
    }
}

impl Decode for Text {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        match (&node.value, node.tag) {
            (NodeValue::Scalar(text), Tag::Str | Tag::None | Tag::Custom | Tag::Merge) => {
                Some(text.clone())
            }
            (NodeValue::Scalar(_), Tag::Timestamp | Tag::Binary) => json_text(node, decoder),
            (NodeValue::Scalar(_), Tag::Bool | Tag::Int | Tag::Float)
                if decoder.mode == Mode::Lenient =>
            {
                json_text(node, decoder)
            }
            _ => {
                decoder.wrong_type(node, "a string");
                None
            }
        }
    }
}

/// What sigs.k8s.io/yaml makes of a scalar where a string is wanted: `0x10` is `16`, and a float has 32 bits.
fn json_text(node: &Node, decoder: &mut Decoder<'_>) -> Option<Text> {
    let json = match scalar_json(node, false) {
        Ok(json) => json,
        Err(message) => {
            let diagnostic = Diagnostic::error(codes::UNPRINTABLE, message);
            let place = format!("in this {}", decoder.what);
            decoder
                .report
                .push(diagnostic.at(node.span, place).hint("correct the value"));
            return None;
        }
    };
    let value = match &json {
        Json::SecretLiteral(literal) => literal.reveal(),
        value => value,
    };
    let text: EcoString = match value {
        Json::Int(value) => eco_format!("{value}"),
        Json::UInt(value) => eco_format!("{value}"),
        Json::Float(value) => number::go_float32(*value),
        Json::Bool(value) => eco_format!("{value}"),
        _ => return json.as_text(),
    };
    Some(Text::derive(text, node.as_text()))
}

impl Decode for EcoString {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        Text::decode(node, decoder).map(|text| text.as_str().into())
    }
}

impl Decode for bool {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        match (node.tag, node.as_str()) {
            (Tag::Bool, Some(text)) => Some(matches!(
                text.to_ascii_lowercase().as_str(),
                "true" | "yes" | "on" | "y"
            )),
            _ => {
                decoder.wrong_type(node, "true or false");
                None
            }
        }
    }
}

impl Decode for i64 {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let number = (node.tag == Tag::Int)
            .then(|| node.as_str()?.replace('_', "").parse().ok())
            .flatten();
        if number.is_none() {
            decoder.wrong_type(node, "a whole number");
        }
        number
    }
}

impl Decode for Node {
    fn decode(node: &Node, _: &mut Decoder<'_>) -> Option<Self> {
        Some(node.clone())
    }
}

impl<T: Decode + Default> Decode for Vec<T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Some(items) = node.as_sequence() else {
            decoder.wrong_type(node, "a list");
            return None;
        };
        Some(
            items
                .iter()
                .filter_map(|item| {
                    decoder.step(["[", "]"], |decoder| decode_or_default(item, decoder))
                })
                .collect(),
        )
    }
}

impl<T: Decode + Default> Decode for BTreeMap<EcoString, T> {
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Some(mapping) = node.as_mapping() else {
            decoder.wrong_type(node, "a map");
            return None;
        };
        let mut map = BTreeMap::new();
        for entry in &mapping.entries {
            let key = crate::resource::scalar_text(&entry.key);
            let value = decoder.step([".", &key], |decoder| {
                decode_or_default(&entry.value, decoder)
            });
            if let Some(value) = value {
                map.insert(key, value);
            }
        }
        Some(map)
    }
}

/// An item of a list or map: null stands for an empty one.
fn decode_or_default<T: Decode + Default>(node: &Node, decoder: &mut Decoder<'_>) -> Option<T> {
    match node.is_null() {
        true => Some(T::default()),
        false => T::decode(node, decoder),
    }
}

/// What a node is, in words for a person, without its text.
#[must_use]
pub fn describe(node: &Node) -> &'static str {
    match (&node.value, node.tag) {
        (NodeValue::Mapping(_), _) => "a map",
        (NodeValue::Sequence(_), _) => "a list",
        (_, Tag::Null) => "nothing",
        (_, Tag::Bool) => "a boolean",
        (_, Tag::Int | Tag::Float) => "a number",
        _ => "a string",
    }
}

/// The known word that `word` was most likely meant to be.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let distances = known
        .iter()
        .map(|other| (edit_distance(&word, &other.to_ascii_lowercase()), *other));
    distances
        .min()
        .filter(|(distance, _)| *distance <= 1 + word.len() / 4)
        .map(|(_, other)| other)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Declares a struct and reads it from a map: each field with the name it has in the file.
///
/// ```
/// use gitopsc_core::EcoString;
/// use gitopsc_kustomize::Report;
/// use gitopsc_kustomize::decode::{Decode, Decoder, Mode};
/// use gitopsc_yaml::Node;
///
/// gitopsc_kustomize::decode_struct! {
///     /// One entry of `replicas`.
///     pub struct Replica {
///         /// Name of the workload.
///         "name" => name: EcoString,
///     }
/// }
///
/// let mut report = Report::default();
/// let mut decoder = Decoder::new(&mut report, "kustomization file", Mode::Strict);
/// assert_eq!(Replica::decode(&Node::mapping(), &mut decoder), Some(Replica::default()));
/// ```
#[macro_export]
macro_rules! decode_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::decode::Decode for $name {
            fn decode(node: &gitopsc_yaml::Node, decoder: &mut $crate::decode::Decoder<'_>) -> Option<Self> {
                let Some(mapping) = node.as_mapping() else {
                    decoder.wrong_type(node, "a map");
                    return None;
                };
                let mut decoded = <$name>::default();
                for entry in &mapping.entries {
                    let key = entry.key.as_str().unwrap_or_default();
                    $(if key.eq_ignore_ascii_case($key) {
                        if !entry.value.is_null()
                            && let Some(value) = decoder.field($key, &entry.value)
                        {
                            decoded.$field = value;
                        }
                        continue;
                    })*
                    decoder.unknown_field(&entry.key, &[$($key),*]);
                }
                Some(decoded)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{Decode, Decoder, Mode};
    use crate::report::Report;
    use gitopsc_core::EcoString;
    use gitopsc_yaml::{Entry, Mapping, Node, Tag};

    decode_struct! {
        /// For the test.
        pub struct Sample {
            /// A word.
            "namePrefix" => name_prefix: EcoString,
            /// Words.
            "resources" => resources: Vec<EcoString>,
        }
    }

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let entries = entries.into_iter().map(|(key, value)| Entry {
            key: Node::string(key),
            value,
        });
        Node::from(Mapping {
            entries: entries.collect(),
        })
    }

    fn decode(node: &Node) -> (Option<Sample>, Vec<String>) {
        let mut report = Report::default();
        let mut decoder = Decoder::new(&mut report, "sample", Mode::Strict);
        let sample = Sample::decode(node, &mut decoder);
        let messages = report
            .diagnostics()
            .iter()
            .map(|d| format!("{d}; {}", d.hint.clone().unwrap_or_default()));
        (sample, messages.collect())
    }

    #[test]
    fn names_match_without_regard_to_case_and_the_last_one_counts() {
        let node = map(vec![
            ("NAMEPREFIX", Node::string("a-")),
            ("namePrefix", Node::string("b-")),
        ]);
        let (sample, messages) = decode(&node);
        assert_eq!(sample.unwrap().name_prefix, "b-");
        assert!(messages.is_empty());
    }

    #[test]
    fn every_mistake_is_reported() {
        let number = Node {
            tag: Tag::Int,
            ..Node::scalar("5")
        };
        let node = map(vec![
            ("resource", Node::string("x")),
            ("namePrefix", number),
            ("resources", Node::string("y")),
        ]);
        let (_, messages) = decode(&node);
        assert_eq!(
            messages,
            [
                "error[unknown-field]: unknown field `resource`; did you mean `resources`?",
                "error[wrong-type]: `namePrefix` must be a string, and is a number; put the value in quotes",
                "error[wrong-type]: `resources` must be a list, and is a string; write a list here",
            ]
        );
    }
}
