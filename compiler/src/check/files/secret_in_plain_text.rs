//! Secrets that lie in the source for everyone to read: objects, and what generators make them from.
//!
//! Text that only stands for a secret, such as `${PASSWORD}`, is none.

use super::sops;
use crate::codes;
use crate::secrets::embedded::decoded;
use gitopsc_core::{Diagnostic, Span, TreePath};
use gitopsc_yaml::Node;

/// What a Secret keeps its values in.
const FIELDS: [&str; 2] = ["data", "stringData"];

/// What references to secrets kept elsewhere begin with.
const REFERENCES: [&str; 6] = ["ENC[", "op://", "ref+", "vault:", "secretref+", "<path:"];

/// Whether a file of these bytes is worth parsing.
pub(crate) fn may_hold(bytes: &[u8]) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    has(b"Secret") || has(b"secretGenerator")
}

/// Warnings for the Secrets in the document `root` of `path`; `open` says whether a file can be read by everyone.
pub(crate) fn check(
    path: &TreePath,
    root: &Node,
    open: &dyn Fn(&TreePath) -> bool,
) -> Vec<Diagnostic> {
    let is_list = root
        .get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"));
    let items = root
        .get("items")
        .filter(|_| is_list)
        .and_then(Node::as_sequence);
    let objects = std::iter::once(root).chain(items.into_iter().flatten());
    let generators = root.get("secretGenerator").and_then(Node::as_sequence);
    let generators = generators.into_iter().flatten();
    objects
        .filter_map(object)
        .chain(generators.filter_map(|generator| generated(path, generator, open)))
        .collect()
}

/// Whether `root` is a Secret with a value that can be read, and where the first one stands.
pub(crate) fn readable(root: &Node) -> Option<Span> {
    let text = |key: &str| root.get(key).and_then(Node::as_str);
    if text("kind") != Some("Secret") || text("apiVersion") != Some("v1") {
        return None;
    }
    let maps = FIELDS
        .iter()
        .filter_map(|field| root.get(field)?.as_mapping());
    let mut entries = maps.flat_map(|map| &map.entries);
    let is_readable = |text: &str| is_value(text) && !is_encrypted_file(text);
    let readable = entries.find(|entry| entry.value.as_str().is_some_and(is_readable))?;
    Some(readable.key.span)
}

/// Whether `text` is an encrypted file in base64, as Flux and this program decrypt them.
fn is_encrypted_file(text: &str) -> bool {
    let bytes = decoded(text);
    bytes.is_some_and(|bytes| sops::is_encrypted(&bytes))
}

fn object(root: &Node) -> Option<Diagnostic> {
    let place = readable(root)?;
    let name = root.get_path(&["metadata", "name"]).and_then(Node::as_str);
    let message = format!(
        "the Secret {} lies here in plain text",
        name.unwrap_or("without a name")
    );
    Some(warning(message, place))
}

/// Whether a generator takes its values from what everyone can read.
fn generated(
    path: &TreePath,
    generator: &Node,
    open: &dyn Fn(&TreePath) -> bool,
) -> Option<Diagnostic> {
    let name = generator
        .get("name")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let entries = |field: &str| {
        let entries = generator.get(field).and_then(Node::as_sequence);
        entries.into_iter().flatten()
    };
    let literal = entries("literals").find(|literal| {
        let value = literal.as_str().and_then(|text| text.split_once('='));
        value.is_some_and(|(_, value)| is_value(value.trim_matches(['"', '\''])))
    });
    if let Some(literal) = literal {
        let message = format!("the values of the generated Secret {name} lie here in plain text");
        return Some(warning(message, literal.span));
    }
    let files = entries("files")
        .chain(entries("envs"))
        .chain(generator.get("env"));
    let directory = path.parent()?;
    let file = files.into_iter().find(|entry| {
        let text = entry.as_str().unwrap_or_default();
        let source = text.split_once('=').map_or(text, |(_, source)| source);
        open(&directory.join(source))
    })?;
    let message = format!("the generated Secret {name} is made of a file in plain text");
    Some(warning(message, file.span))
}

fn warning(message: String, place: Span) -> Diagnostic {
    Diagnostic::warning(codes::SECRET_IN_PLAIN_TEXT, message)
        .discreetly()
        .at(place, "")
        .hint("encrypt it (SOPS, age), or keep it elsewhere; what was once committed has to be changed as well")
}

/// Whether `text` is a value, and does not only stand for one.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    let within = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    let stands_for = within("${", "}")
        || within("$(", ")")
        || within("<", ">")
        || text.contains("{{")
        || REFERENCES.iter().any(|start| text.starts_with(start));
    !text.is_empty() && !stands_for
}

#[cfg(test)]
mod tests {
    use super::{is_encrypted_file, is_value};

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for text in [
            "",
            "${TOKEN}",
            "<path:kv/a#b>",
            "{{ token }}",
            "op://vault/item/field",
            "ENC[AES256_GCM,data:x]",
        ] {
            assert!(!is_value(text), "{text}");
        }
        for text in ["hunter2", "aHVudGVyMg==", "$2y$10$abc", "a${b}"] {
            assert!(is_value(text), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_an_encrypted_file_is_none() {
        let sealed = "cGFzc3dvcmQ6IEVOQ1tBRVMyNTZfR0NNLGRhdGE6cjdWWkh4VEdRbThrTlFHNyxpdjp2cENDUFpta3JiN2QxLzB5S01UNFdrejh0SktNbWNkeFRkc2Q3NkdFWllJPSx0YWc6RzM3cnUwbnFmUGI5c2FjNVdiSHgydz09LHR5cGU6c3RyXQo=";
        assert!(is_encrypted_file(sealed));
        assert!(!is_encrypted_file("aHVudGVyMg=="));
    }
}
