//! What Kustomize reads of what SOPS' writer wrote, without writing it.

use super::Builder;
use crate::error::Error;
use crate::tree::Branch;
use gitopsc_yaml::emit::node::{Layout, emit_documents, is_read_back, written_style};
use gitopsc_yaml::resolve::{Dialect, plain_tag};
use gitopsc_yaml::{FileId, Limits, Node, NodeValue, Origins, Span, Style, Tag, parse_bytes};
use zeroize::Zeroizing;

/// The documents of `branches` as they are read back, at their places in the encrypted file. Secrets have
/// the origins `origins`.
pub(crate) fn reread(
    branches: &[Branch],
    origins: &Origins,
    limits: &Limits,
) -> Result<Vec<Node>, Error> {
    let mut builder = Builder::new(origins.clone());
    let roots = branches.iter().map(|branch| builder.document(branch));
    let roots = roots.collect::<Result<Vec<Node>, Error>>()?;
    if builder.has_comments_and_brackets() {
        check(&roots, &builder, limits)?;
    }
    let reread = |root| node(root, &builder, 0, 0);
    roots.into_iter().map(reread).collect()
}

/// Reads what is written after all: go-yaml may put comments and `{}` or `[]` so that it is no YAML.
fn check(roots: &[Node], builder: &Builder, limits: &Limits) -> Result<(), Error> {
    let mut text = String::new();
    emit_documents(roots, builder, Layout::SOPS, &mut text);
    let text = Zeroizing::new(text.into_bytes());
    let read = parse_bytes(&text, FileId::NONE, Dialect::Kustomize, limits);
    let what = "SOPS writes its comments beside empty maps and lists so that it is not read back";
    let start = roots
        .first()
        .map_or(Span::NONE, |root| builder.place(root.span));
    read.map_err(|_| Error::unsupported(what, start))
        .map(|_| ())
}

/// The node that stands in a collection at column `outer`, and is itself, or is continued, at column `column`.
fn node(mut read: Node, builder: &Builder, outer: usize, column: usize) -> Result<Node, Error> {
    read.span = builder.place(read.span);
    if read.is_null_or_empty() && !read.is_null() {
        read.style = Style::Flow;
    }
    match &mut read.value {
        NodeValue::Scalar(_) => return scalar(read, false, outer, column),
        NodeValue::Sequence(items) => {
            for item in items.iter_mut() {
                let unread = std::mem::replace(item, Node::mapping());
                *item = node(unread, builder, column, column + 2)?;
            }
        }
        NodeValue::Mapping(mapping) => {
            let inner = next_level(column);
            for entry in &mut mapping.entries {
                let mut key = std::mem::replace(&mut entry.key, Node::mapping());
                key.span = builder.place(key.span);
                entry.key = scalar(key, true, column, inner)?;
                let unread = std::mem::replace(&mut entry.value, Node::mapping());
                entry.value = node(unread, builder, column, inner)?;
            }
        }
    }
    Ok(read)
}

fn scalar(mut read: Node, is_key: bool, outer: usize, column: usize) -> Result<Node, Error> {
    if !is_read_back(&read, Layout::SOPS, outer, column) {
        let what = "SOPS writes a text of several lines that begins with a space or an empty line so that it \
                    is not read back where it stands in a list";
        return Err(Error::unsupported(what, read.span));
    }
    read.style = written_style(&read, is_key);
    if !matches!(read.tag, Tag::Binary | Tag::Merge | Tag::Str) {
        read.tag = plain_tag(read.as_str().unwrap_or_default(), Dialect::Kustomize);
    }
    Ok(read)
}

fn next_level(column: usize) -> usize {
    let level = Layout::SOPS.indent;
    (column + level) / level * level
}
