//! What SOPS asks of the first document, and of no other: it is decoded into a map once, so that go-yaml
//! refuses keys that are there twice and texts that are not what their tags say.

use super::read::scalar;
use crate::error::Error;
use gitopsc_yaml::commented::{CommentedNode, Content};
use gitopsc_yaml::{Span, Tag};
use std::collections::BTreeSet;

/// Refuses what cannot be decoded into a map. `nodes` is how many values there may be, aliases followed.
pub(super) fn first_document(root: &CommentedNode, nodes: usize) -> Result<(), Error> {
    let mut check = Check { left: nodes };
    match &root.content {
        Content::Mapping(entries) => check.mapping(entries, true),
        Content::Scalar(text)
            if matches!(scalar(root.tag, text), Some(crate::tree::Content::Null)) =>
        {
            Ok(())
        }
        Content::Alias(_) | Content::Scalar(_) | Content::Sequence(_) => {
            Err(Error::unsupported("a document is no map", root.span))
        }
    }
}

struct Check {
    left: usize,
}

impl Check {
    fn node(&mut self, node: &CommentedNode) -> Result<(), Error> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            Error::unsupported("its aliases stand for too many values", node.span)
        })?;
        match &node.content {
            Content::Scalar(text) => match scalar(node.tag, text) {
                Some(_) => Ok(()),
                None => Err(Error::malformed(
                    "a value is not what its tag says",
                    node.span,
                )),
            },
            Content::Sequence(items) => items.iter().try_for_each(|item| self.node(item)),
            Content::Mapping(entries) => self.mapping(entries, false),
            Content::Alias(target) => self.node(target),
        }
    }

    fn mapping(
        &mut self,
        entries: &[(CommentedNode, CommentedNode)],
        is_root: bool,
    ) -> Result<(), Error> {
        unique(entries)?;
        for (key, value) in entries {
            if key.tag == Tag::Merge && matches!(key.content, Content::Scalar(_)) {
                merged(value)?;
            } else if is_root && matches!(&key.content, Content::Scalar(_)) && key.tag == Tag::Null
            {
                continue;
            } else {
                self.key(key)?;
            }
            self.node(value)?;
        }
        Ok(())
    }

    fn key(&mut self, key: &CommentedNode) -> Result<(), Error> {
        let target = match &key.content {
            Content::Alias(target) => target,
            _ => key,
        };
        match &target.content {
            Content::Scalar(_) => self.node(target),
            _ => Err(Error::malformed(
                "a key cannot be a map or a list",
                key.span,
            )),
        }
    }
}

/// Refuses keys that are there twice.
fn unique(entries: &[(CommentedNode, CommentedNode)]) -> Result<(), Error> {
    let mut texts = BTreeSet::new();
    for (key, _) in entries {
        let text = match &key.content {
            Content::Scalar(text) => (0, text.as_str()),
            Content::Sequence(_) => (1, ""),
            Content::Mapping(_) => (2, ""),
            Content::Alias(_) => continue,
        };
        if !texts.insert(text) {
            return Err(twice(key.span));
        }
    }
    Ok(())
}

fn twice(span: Span) -> Error {
    Error::malformed("this key is there already", span)
}

/// Refuses what a merge key cannot merge.
fn merged(value: &CommentedNode) -> Result<(), Error> {
    let is_map = |node: &CommentedNode| match &node.content {
        Content::Mapping(_) => true,
        Content::Alias(target) => matches!(target.content, Content::Mapping(_)),
        _ => false,
    };
    let good = match &value.content {
        Content::Sequence(items) => items.iter().all(is_map),
        _ => is_map(value),
    };
    if good {
        return Ok(());
    }
    Err(Error::malformed(
        "a merge key `<<` needs a map, or a list of maps",
        value.span,
    ))
}
