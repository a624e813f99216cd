//! Kubernetes' expansion: `$(NAME)`, `$$` for a dollar, unknown names stay (api/filters/refvar/expand.go).

use super::value::Value;
use crate::generate::base64_lines;
use gitopsc_core::{EcoString, Text};
use gitopsc_yaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// The values of vars by name; none for a map or list, which is put nowhere.
pub(super) type Values = BTreeMap<EcoString, Option<Value>>;

/// What `input` becomes: a string, or the value of a var if it is that and nothing else. Notes in `used` which vars
/// it had.
pub(super) fn expand(input: &Text, values: &Values, used: &mut BTreeSet<EcoString>) -> Node {
    let text = input.as_str();
    let mut sources = vec![input];
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let Some(name) = reference(rest) else {
            rest = pass(rest, &mut out);
            continue;
        };
        match values.get(name).and_then(Option::as_ref) {
            None => out.extend_from_slice(format!("$({name})").as_bytes()),
            Some(value) => {
                used.insert(name.into());
                if text.len() == name.len() + "$()".len() {
                    return value.whole.clone();
                }
                out.extend_from_slice(value.part.as_str().as_bytes());
                sources.push(&value.part);
            }
        }
        rest = &rest[name.len() + "$()".len()..];
    }
    out.extend_from_slice(rest);
    Node::string(Text::derive(string(out), sources))
}

/// The name in the `$(NAME)` that `rest` begins with.
fn reference(rest: &[u8]) -> Option<&str> {
    let inner = rest.strip_prefix(b"$(")?;
    let end = inner.iter().position(|byte| *byte == b')')?;
    str::from_utf8(&inner[..end]).ok()
}

/// Passes over the `$` that `rest` begins with and the byte behind it, which Go takes for a character.
fn pass<'t>(rest: &'t [u8], out: &mut Vec<u8>) -> &'t [u8] {
    out.push(b'$');
    match rest.get(1) {
        None => &rest[1..],
        Some(b'$') => &rest[2..],
        Some(byte) => {
            let mut utf8 = [0; 2];
            out.extend_from_slice(char::from(*byte).encode_utf8(&mut utf8).as_bytes());
            &rest[2..]
        }
    }
}

/// The text of these bytes; what is no UTF-8 is base64, as go-yaml has it.
fn string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| base64_lines(error.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Values, expand};
    use crate::vars::value::Value;
    use gitopsc_core::{FileId, Span, Text};
    use gitopsc_yaml::{Node, Origins, Tag};
    use std::collections::BTreeSet;

    fn values() -> Values {
        let text = |text: &str| Some(Value::text(text.into(), Span::NONE));
        let number = Value {
            whole: Node {
                tag: Tag::Int,
                ..Node::scalar("5")
            },
            part: "5".into(),
        };
        Values::from([
            ("A".into(), text("x")),
            ("B".into(), text("$(A)")),
            ("N".into(), Some(number)),
            ("MAP".into(), None),
        ])
    }

    #[test]
    fn names_are_expanded_and_dollars_escaped() {
        for (input, expected) in [
            ("a $(A) b", "a x b"),
            ("$$(A)", "$(A)"),
            ("$(C)", "$(C)"),
            ("$(MAP)", "$(MAP)"),
            ("$(A)$(B)", "x$(A)"),
            ("$(A", "$(A"),
            ("$(A$(A)", "$(A$(A)"),
            ("a$", "a$"),
            ("$x$", "$x$"),
            ("$()", "$()"),
            ("é$(N)é", "é5é"),
            ("$é", "JMODqQ=="),
        ] {
            let node = expand(&input.into(), &values(), &mut BTreeSet::new());
            assert_eq!(
                (node.tag, node.as_str()),
                (Tag::Str, Some(expected)),
                "{input}"
            );
        }
    }

    #[test]
    fn a_text_that_is_one_var_takes_over_its_type() {
        let mut used = BTreeSet::new();
        let node = expand(&"$(N)".into(), &values(), &mut used);
        assert_eq!((node.tag, node.as_str()), (Tag::Int, Some("5")));
        assert_eq!(used, BTreeSet::from(["N".into()]));
    }

    #[test]
    fn what_holds_a_secret_var_is_secret() {
        let secret = Text::secret("s".to_owned(), Origins::one(FileId(1)));
        let values = Values::from([("S".into(), Some(Value::text(secret, Span::NONE)))]);
        for input in ["$(S)", "a-$(S)"] {
            let node = expand(&input.into(), &values, &mut BTreeSet::new());
            assert!(node.as_text().is_some_and(Text::is_secret), "{input}");
        }
    }
}
