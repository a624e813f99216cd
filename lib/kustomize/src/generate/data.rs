//! `data` and `binaryData` as kyaml fills them: encoding, line breaks, styles (kyaml/yaml/datamap.go).

use super::sources::Pair;
use crate::decode::Spanned;
use crate::edit;
use crate::files::{Bytes, Content};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::{EcoString, Text};
use gitopsc_yaml::{Entry, Mapping, Node, Origins, Style};
use std::collections::BTreeMap;

/// How many characters of base64 stand on a line.
const LINE: usize = 70;

/// What is generated.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    ConfigMap,
    Secret {
        /// Its type; the usual one if empty.
        kind_of_secret: &'a Spanned<Text>,
    },
}

impl Form<'_> {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Form::ConfigMap => "ConfigMap",
            Form::Secret { .. } => "Secret",
        }
    }
}

/// The value of an entry before it is encoded.
pub(super) enum Value {
    Text(Text),
    /// Bytes that are no UTF-8.
    Binary {
        bytes: Bytes,
        secret: Option<Origins>,
    },
}

impl Value {
    /// The whole content of a file.
    pub(super) fn of(content: &Content) -> Value {
        match (std::str::from_utf8(&content.bytes), &content.secret) {
            (Ok(text), None) => Value::Text(Text::from(text)),
            (Ok(text), Some(origins)) => {
                Value::Text(Text::secret(text.to_owned(), origins.clone()))
            }
            (Err(_), secret) => Value::Binary {
                bytes: content.bytes.clone(),
                secret: secret.clone(),
            },
        }
    }

    /// Base64 in lines, as secret as the value.
    fn base64(&self) -> Text {
        match self {
            Value::Text(text) => Text::derive(base64_lines(text.as_str().as_bytes()), [text]),
            Value::Binary {
                bytes,
                secret: None,
            } => Text::from(base64_lines(bytes)),
            Value::Binary {
                bytes,
                secret: Some(origins),
            } => Text::secret(base64_lines(bytes), origins.clone()),
        }
    }
}

/// Puts the entries into `node`: all encoded for a Secret, which always has `data`; into `binaryData` of a ConfigMap
/// what is no UTF-8.
pub(super) fn put(node: &mut Node, pairs: BTreeMap<EcoString, Pair>, form: Form<'_>) {
    let is_secret = matches!(form, Form::Secret { .. });
    let (mut data, mut binary) = (BTreeMap::new(), BTreeMap::new());
    for (key, Pair { value, span, .. }) in pairs {
        match value {
            Value::Text(text) if !is_secret => data.insert(key, Node::string(text).at(span)),
            value if is_secret => data.insert(key, Node::string(value.base64()).at(span)),
            value => binary.insert(key, Node::string(value.base64()).at(span)),
        };
    }
    if is_secret || !data.is_empty() {
        edit::set_field(node, "data", data_node(data));
    }
    if !binary.is_empty() {
        edit::set_field(node, "binaryData", data_node(binary));
    }
}

/// The map of these entries as kyaml writes `data`: strings, in literal style if they have several lines.
///
/// What is no scalar, or null, becomes an empty string.
#[must_use]
pub fn data_node(entries: BTreeMap<EcoString, Node>) -> Node {
    let entry = |(key, old): (EcoString, Node)| {
        let text = old
            .as_text()
            .filter(|_| !old.is_null())
            .cloned()
            .unwrap_or_default();
        let mut value = Node::string(text);
        if value.as_str().is_some_and(|text| text.contains('\n')) {
            value.style = Style::Literal;
        }
        Entry {
            key: Node::scalar(key).at(old.span),
            value: edit::quoted_if_ambiguous(value).at(old.span),
        }
    };
    Node::from(Mapping {
        entries: entries.into_iter().map(entry).collect(),
    })
}

/// Base64 in one line.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64, with a line break behind every 70 characters and at the end if there are 70 or more.
#[must_use]
pub fn base64_lines(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LINE.min(rest.len()));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::base64_lines;

    #[test]
    fn base64_breaks_after_seventy_characters() {
        assert_eq!(base64_lines(b"a"), "YQ==");
        assert_eq!(base64_lines(&[0; 51]), "A".repeat(68));
        let wrapped = base64_lines(&[0; 54]);
        assert_eq!(wrapped, format!("{}\n{}\n", "A".repeat(70), "A".repeat(2)));
        let even = base64_lines(&[0; 105]);
        assert_eq!(even, format!("{0}\n{0}\n", "A".repeat(70)));
    }
}
