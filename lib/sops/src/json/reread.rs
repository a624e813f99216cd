//! What Kustomize reads of the JSON that `sops -d` prints, without printing it: YAML in flow style.

use super::write::scalar;
use crate::error::Error;
use crate::tree::{Branch, Content, Item, Value};
use gitopsc_yaml::resolve::{Dialect, plain_tag};
use gitopsc_yaml::{Entry, Mapping, Node, Origins, Span, Style, Text, is_forbidden};

/// The document of `branch`, whose secrets have these origins.
pub(crate) fn reread(branch: &Branch, origins: &Origins) -> Result<Node, Error> {
    let first = branch.iter().find_map(Item::entry);
    let span = first.map_or(Span::NONE, |entry| entry.key.span);
    map(branch, span, origins)
}

fn map(branch: &Branch, span: Span, origins: &Origins) -> Result<Node, Error> {
    let mut mapping = Mapping::default();
    for entry in branch.iter().filter_map(Item::entry) {
        let text = entry.key.text.as_deref().unwrap_or_default();
        let key = quoted(Text::from(readable(text, entry.key.span)?));
        mapping.entries.push(Entry {
            key: key.at(entry.key.span),
            value: value(&entry.value, origins)?,
        });
    }
    Ok(flow(Node::from(mapping), span))
}

fn value(value: &Value, origins: &Origins) -> Result<Node, Error> {
    let text = |text: String| match value.secret {
        true => Text::secret(text, origins.clone()),
        false => Text::from(text),
    };
    let node = match &value.content {
        Content::Map(branch) => return map(branch, value.span, origins),
        Content::List(items) => {
            let items = items
                .iter()
                .filter(|item| !matches!(item.content, Content::Comment(_)));
            let items = items.map(|item| self::value(item, origins));
            return Ok(flow(
                Node::sequence(items.collect::<Result<_, _>>()?),
                value.span,
            ));
        }
        Content::Text(bytes) => quoted(text(readable(bytes, value.span)?)),
        Content::Time(_) => {
            let shown = scalar(&value.content, value.span)?;
            quoted(text(shown.trim_matches('"').to_owned()))
        }
        other => {
            let shown = scalar(other, value.span)?;
            Node {
                tag: plain_tag(&shown, Dialect::Kustomize),
                ..Node::scalar(text(shown))
            }
        }
    };
    Ok(node.at(value.span))
}

/// The text of a string, if Kustomize can read it: JSON allows characters that YAML forbids, and only those
/// below U+0020 are written as escapes.
fn readable(bytes: &[u8], span: Span) -> Result<String, Error> {
    let text = String::from_utf8_lossy(bytes);
    if text.chars().any(|c| c >= ' ' && is_forbidden(c)) {
        let what = "a text has a character that JSON allows and YAML, which Kustomize reads it as, forbids";
        return Err(Error::unsupported(what, span));
    }
    Ok(text.into_owned())
}

fn quoted(text: Text) -> Node {
    Node {
        style: Style::DoubleQuoted,
        ..Node::string(text)
    }
}

fn flow(node: Node, span: Span) -> Node {
    Node {
        style: Style::Flow,
        ..node
    }
    .at(span)
}
