//! What Kustomize reads of what SOPS' writer wrote, without writing it.

use super::Builder;
use crate::error::Error;
use gitopsc_yaml::emit::node::{Layout, is_read_back, written_style};
use gitopsc_yaml::resolve::{Dialect, plain_tag};
use gitopsc_yaml::{Node, NodeValue, Style, Tag};

/// The nodes of `root` as they are read back, at their places in the encrypted file.
pub(crate) fn reread(root: Node, builder: &Builder) -> Result<Node, Error> {
    node(root, builder, 0, 0)
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
