//! `$patch: delete` in strategic patches: a document, a value, or an item of a list is taken away.
//!
//! The rules are those of siderolabs/talos, `pkg/machinery/config/configloader/internal/decoder/delete.go`
//! and `selector.go`. What is not there to be deleted is an error, unless it is a whole document.

use gitopsc_yaml::{Node, NodeValue, Span};

/// What is to be deleted from one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The keys that lead there; none for the document itself.
    pub path: Vec<String>,
    /// For an item of the list there: a key that it has, and its value.
    pub item: Option<(String, String)>,
    /// Where it is said.
    pub span: Span,
}

/// Takes all deletions out of the patch `root`, which may be empty then: whether anything but its name is left.
pub fn take(root: &mut Node) -> (Vec<Deletion>, bool) {
    let mut found = Vec::new();
    let gone = take_from(root, &mut Vec::new(), &mut found);
    let rest = root.as_mapping().is_some_and(|mapping| {
        let only_names = |entry: &gitopsc_yaml::Entry| {
            matches!(
                entry.key.as_str(),
                Some("apiVersion" | "kind" | "name" | "version")
            )
        };
        !mapping.entries.iter().all(only_names)
    });
    (found, !gone && rest)
}

/// Whether all of `node` is to be deleted.
fn take_from(node: &mut Node, path: &mut Vec<String>, found: &mut Vec<Deletion>) -> bool {
    let span = node.span;
    match &mut node.value {
        NodeValue::Scalar(_) => false,
        NodeValue::Mapping(mapping) => {
            if mapping.get("$patch").and_then(Node::as_str) == Some("delete") {
                found.push(Deletion {
                    path: path.clone(),
                    item: None,
                    span,
                });
                return true;
            }
            let before = mapping.entries.len();
            mapping.entries.retain_mut(|entry| {
                path.push(entry.key.as_str().unwrap_or_default().to_owned());
                let gone = take_from(&mut entry.value, path, found);
                path.pop();
                !gone
            });
            before > 0 && mapping.entries.is_empty()
        }
        NodeValue::Sequence(items) => {
            let before = items.len();
            items.retain_mut(|item| match marked(item) {
                None => true,
                Some(key) => {
                    found.push(Deletion {
                        path: path.clone(),
                        item: Some(key),
                        span: item.span,
                    });
                    false
                }
            });
            before > 0 && items.is_empty()
        }
    }
}

/// The first key and value of an item that is to be deleted.
fn marked(item: &Node) -> Option<(String, String)> {
    let mapping = item.as_mapping()?;
    (mapping.get("$patch")?.as_str()? == "delete").then_some(())?;
    let mut entries = mapping.entries.iter();
    let entry = entries.find(|entry| entry.key.as_str() != Some("$patch"))?;
    Some((
        entry.key.as_str()?.to_owned(),
        entry.value.as_str()?.to_owned(),
    ))
}

impl Deletion {
    /// Deletes from the document `root`; whether it was there.
    #[must_use]
    pub fn apply(&self, root: &mut Node) -> bool {
        let Some((last, above)) = self.path.split_last() else {
            return false;
        };
        let target = above.iter().try_fold(root, |node, key| node.get_mut(key));
        let Some(mapping) = target.and_then(Node::as_mapping_mut) else {
            return false;
        };
        let Some((key, value)) = &self.item else {
            return mapping.remove(last).is_some();
        };
        let items = mapping.get_mut(last).and_then(Node::as_sequence_mut);
        let is_meant = |item: &Node| item.get(key).and_then(Node::as_str) == Some(value);
        items.is_some_and(|items| {
            let at = items.iter().position(is_meant);
            at.map(|at| items.remove(at)).is_some()
        })
    }

    /// What it names, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let path = self.path.join(".");
        match &self.item {
            Some((key, value)) => format!("the item of {path} with {key} {value}"),
            None => path,
        }
    }
}
