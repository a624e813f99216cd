//! From YAML to branches: comments become lines of their own, aliases what they stand for.

use super::check;
use crate::bytes::base64_lenient;
use crate::error::Error;
use crate::tree::{Branch, Comment, Content, Entry, Item, Key, Value};
use gitopsc_yaml::commented::{self, CommentedDocument, CommentedNode};
use gitopsc_yaml::resolve::{Dialect, Plain, resolve};
use gitopsc_yaml::{FileId, Limits, Tag};
use zeroize::Zeroizing;

/// The documents of `bytes`, each a branch.
pub(crate) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Vec<Branch>, Error> {
    let documents = commented::read(bytes, file, limits)
        .map_err(|error| Error::malformed(error.message, error.span))?;
    if let Some(first) = documents.first() {
        check::first_document(&first.root, limits.nodes)?;
    }
    let mut reader = Reader { left: limits.nodes };
    documents
        .iter()
        .map(|document| reader.document(document))
        .collect()
}

struct Reader {
    /// How many more values there may be, aliases followed.
    left: usize,
}

impl Reader {
    fn document(&mut self, document: &CommentedDocument) -> Result<Branch, Error> {
        let mut branch = Vec::new();
        lines(&document.comments.head, false, &mut branch);
        let root = match &document.root.content {
            commented::Content::Alias(target) => target,
            _ => &document.root,
        };
        match &root.content {
            commented::Content::Mapping(_) => self.mapping(root, false, &mut branch)?,
            commented::Content::Scalar(_) if root.tag == Tag::Null => {
                lines(&root.comments.head, false, &mut branch);
                lines(&root.comments.line, false, &mut branch);
            }
            _ => return Err(Error::unsupported("a document is no map", root.span)),
        }
        lines(&document.comments.foot, false, &mut branch);
        Ok(branch)
    }

    /// Appends the entries of a map; its own comments too, unless they are `handled`.
    fn mapping(
        &mut self,
        node: &CommentedNode,
        handled: bool,
        branch: &mut Branch,
    ) -> Result<(), Error> {
        let comments = &node.comments;
        if !handled {
            lines(&comments.head, false, branch);
            lines(&comments.line, false, branch);
        }
        let commented::Content::Mapping(entries) = &node.content else {
            return Ok(());
        };
        for (key, value) in entries {
            self.entry(key, value, branch)?;
        }
        if !handled {
            lines(&comments.foot, false, branch);
        }
        Ok(())
    }

    fn entry(
        &mut self,
        key: &CommentedNode,
        value: &CommentedNode,
        branch: &mut Branch,
    ) -> Result<(), Error> {
        lines(&key.comments.head, false, branch);
        lines(&key.comments.line, false, branch);
        let outside = matches!(
            value.content,
            commented::Content::Scalar(_) | commented::Content::Alias(_)
        );
        if outside {
            lines(&value.comments.head, false, branch);
            lines(&value.comments.line, true, branch);
        }
        let text = match &key.content {
            commented::Content::Scalar(text) => match scalar(key.tag, text) {
                Some(Content::Text(text)) => Some(text.to_vec()),
                _ => None,
            },
            _ => None,
        };
        let key_span = key.span;
        let value_read = self.value(value, outside)?;
        branch.push(Item::Entry(Entry {
            key: Key {
                span: key_span,
                text,
            },
            value: value_read,
        }));
        if outside {
            lines(&value.comments.foot, false, branch);
        }
        lines(&key.comments.foot, false, branch);
        Ok(())
    }

    fn value(&mut self, node: &CommentedNode, handled: bool) -> Result<Value, Error> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            Error::unsupported("its aliases stand for too many values", node.span)
        })?;
        let content = match &node.content {
            // What cannot be decoded is null: SOPS does not look at the error.
            commented::Content::Scalar(text) => scalar(node.tag, text).unwrap_or(Content::Null),
            commented::Content::Sequence(items) => {
                Content::List(self.sequence(node, items, handled)?)
            }
            commented::Content::Mapping(_) => {
                let mut branch = Vec::new();
                self.mapping(node, handled, &mut branch)?;
                Content::Map(branch)
            }
            commented::Content::Alias(target) => self.value(target, false)?.content,
        };
        Ok(Value::new(content, node.span))
    }

    fn sequence(
        &mut self,
        node: &CommentedNode,
        items: &[CommentedNode],
        handled: bool,
    ) -> Result<Vec<Value>, Error> {
        let mut list = Vec::with_capacity(items.len());
        let comment = |text: &str, inline: bool, list: &mut Vec<Value>| {
            let comments = comment_lines(text, inline).map(Content::Comment);
            list.extend(comments.map(|content| Value::new(content, node.span)));
        };
        if !handled {
            comment(&node.comments.head, false, &mut list);
            comment(&node.comments.line, false, &mut list);
        }
        for item in items {
            comment(&item.comments.head, false, &mut list);
            comment(&item.comments.line, true, &mut list);
            list.push(self.value(item, true)?);
            comment(&item.comments.foot, false, &mut list);
        }
        if !handled {
            comment(&node.comments.foot, false, &mut list);
        }
        Ok(list)
    }
}

/// The lines of a comment, without their `#`.
fn comment_lines(text: &str, inline: bool) -> impl Iterator<Item = Comment> + '_ {
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(move |line| Comment {
            text: Zeroizing::new(line.as_bytes()[1..].to_vec()),
            inline,
        })
}

fn lines(text: &str, inline: bool, branch: &mut Branch) {
    branch.extend(comment_lines(text, inline).map(Item::Comment));
}

/// What go-yaml decodes a scalar to; none if it is not what its tag says.
pub(super) fn scalar(tag: Tag, text: &str) -> Option<Content> {
    match tag {
        Tag::Binary => {
            base64_lenient(text.as_bytes()).map(|bytes| Content::Text(Zeroizing::new(bytes)))
        }
        Tag::Null | Tag::Bool | Tag::Int | Tag::Float | Tag::Timestamp | Tag::None => {
            resolved(tag, resolve(text, Dialect::Kustomize))
        }
        Tag::Str | Tag::Merge | Tag::Map | Tag::Seq | Tag::Custom => {
            Some(Content::text(text.as_bytes()))
        }
    }
}

fn resolved(tag: Tag, value: Plain) -> Option<Content> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "go-yaml converts in the same way"
    )]
    if let (Tag::Float, Plain::Int(int)) = (tag, value) {
        return Some(Content::Float(int as f64));
    }
    if tag != value.tag() {
        return None;
    }
    Some(match value {
        Plain::Str => return None,
        Plain::Null => Content::Null,
        Plain::Bool(value) => Content::Bool(value),
        Plain::Int(value) => Content::Int(value),
        Plain::UInt(value) => Content::Big(value),
        Plain::Float(value) => Content::Float(value),
        Plain::Timestamp(value) => Content::Time(value),
    })
}
