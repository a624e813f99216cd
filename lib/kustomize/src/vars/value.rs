//! The value of a var: what Go makes of the field that has it.
//!
//! kyaml/yaml/rnode.go (`GetFieldValue`), api/filters/refvar (`updateNodeValue`).

use crate::edit::split_path_with_brackets;
use crate::lookup;
use gitopsc_core::{Span, Text};
use gitopsc_yaml::{Node, Style, Tag};

/// A value that can be put into texts.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// What stands in the place of a text that is this var and nothing else.
    pub(super) whole: Node,
    /// What stands inside a text.
    pub(super) part: Text,
}

/// Why a field has no value for a var.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// There is no such field, or the path cannot be gone.
    Missing,
    /// The text is not the number or boolean that its tag says, by Go's stricter rules.
    Unreadable(Span, &'static str),
}

impl Value {
    /// The value of the field at `path` below `root`; nothing for a map or list, which Kustomize passes over.
    pub(super) fn of(root: &Node, path: &str) -> Result<Option<Value>, Unfit> {
        let place = lookup::find(root, &parts(path)).map_err(|_| Unfit::Missing)?;
        let field = place.and_then(|place| lookup::at(root, &place));
        let field = field.ok_or(Unfit::Missing)?;
        let Some(text) = field.as_text() else {
            return Ok(None);
        };
        let (tag, whole, part) = match field.tag {
            Tag::Int => {
                let number = text.as_str().parse::<i64>();
                let number =
                    number.map_err(|_| Unfit::Unreadable(field.span, "a decimal integer"))?;
                (Tag::Int, number.to_string(), number.to_string())
            }
            Tag::Float => {
                let number = text.as_str().parse::<f64>();
                let number = number.map_err(|_| Unfit::Unreadable(field.span, "a float"))?;
                (Tag::Float, number.to_string(), general(number))
            }
            Tag::Bool => {
                let value = boolean(text.as_str());
                let value = value.ok_or(Unfit::Unreadable(field.span, "`true` or `false`"))?;
                (Tag::Bool, value.to_string(), value.to_string())
            }
            _ => return Ok(Some(Value::text(text.clone(), field.span))),
        };
        let scalar = Node {
            tag,
            style: Style::Plain,
            ..Node::scalar(Text::derive(whole, [text]))
        };
        Ok(Some(Value {
            whole: scalar.at(field.span),
            part: Text::derive(part, [text]),
        }))
    }

    /// The string `text`.
    pub(super) fn text(text: Text, span: Span) -> Value {
        Value {
            whole: Node::string(text.clone()).at(span),
            part: text,
        }
    }
}

/// A path in parts: `name[2]` is two of them.
fn parts(path: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in split_path_with_brackets(path, '.') {
        let indexed = part
            .strip_suffix(']')
            .and_then(|part| part.rsplit_once('['))
            .filter(|(_, index)| {
                !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())
            });
        match indexed {
            None => parts.push(part),
            Some(("", index)) => parts.push(index.to_owned()),
            Some((name, index)) => parts.extend([name.to_owned(), index.to_owned()]),
        }
    }
    parts
}

/// Go's `ParseBool`, of what can have this tag.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A float as Go's `%v` has it: with an exponent below -4 and from 21 on.
fn general(number: f64) -> String {
    let scientific = format!("{number:e}");
    let parts = scientific.split_once('e');
    let exponent = parts.and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    match (parts, exponent) {
        (Some((mantissa, _)), Some(exponent)) if !(-4..21).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unfit, Value, parts};
    use gitopsc_yaml::{Dialect, FileId, Limits, parse};

    fn value(field: &str) -> Result<Option<(String, String)>, ()> {
        let text = format!("a:\n- b: {field}\n");
        let documents = parse(&text, FileId(0), Dialect::Kustomize, &Limits::default());
        let root = documents.expect("good YAML").remove(0).root;
        match Value::of(&root, "a[0].b") {
            Ok(value) => Ok(value.map(|value| {
                let whole = value.whole.as_str().unwrap_or_default();
                (
                    format!("{:?} {whole}", value.whole.tag),
                    value.part.to_string(),
                )
            })),
            Err(Unfit::Unreadable(..)) => Err(()),
            Err(Unfit::Missing) => unreachable!("the field is there"),
        }
    }

    #[test]
    fn values_keep_the_type_that_go_gives_them() {
        for (field, whole, part) in [
            ("word", "Str word", "word"),
            ("\"5\"", "Str 5", "5"),
            ("5", "Int 5", "5"),
            ("-0", "Int 0", "0"),
            ("0644", "Int 644", "644"),
            ("true", "Bool true", "true"),
            ("FALSE", "Bool false", "false"),
            ("1.50", "Float 1.5", "1.5"),
            (".5", "Float 0.5", "0.5"),
            ("1e3", "Float 1000", "1000"),
            ("1e21", "Float 1000000000000000000000", "1e+21"),
            ("1.5e-7", "Float 0.00000015", "1.5e-07"),
            ("~", "Str ~", "~"),
            ("2001-01-01", "Str 2001-01-01", "2001-01-01"),
        ] {
            let expected = Some((whole.to_owned(), part.to_owned()));
            assert_eq!(value(field), Ok(expected), "{field}");
        }
        assert_eq!(value("{c: d}"), Ok(None));
        for field in ["0x10", "1_000", "0o7", "12345678901234567890", ".inf"] {
            assert_eq!(value(field), Err(()), "{field}");
        }
    }

    #[test]
    fn an_index_in_brackets_is_a_part_of_its_own() {
        for (path, expected) in [
            ("a.b[2].c", &["a", "b", "2", "c"][..]),
            ("a.[2]", &["a", "2"]),
            ("a.[b=c].d", &["a", "[b=c]", "d"]),
            ("a.b[x]", &["a", "b[x]"]),
        ] {
            assert_eq!(parts(path), expected, "{path}");
        }
    }
}
