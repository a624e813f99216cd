//! What is public of an object whatever file it came from: its version, kind, name, namespace, and the type
//! of a Secret.
//!
//! They say what an object is. Selectors, references and messages use them, and no output masks them.

use gitopsc_yaml::{Node, NodeValue, Text};

/// The fields that are public, as paths from the root.
pub(super) const PUBLIC: [&[&str]; 5] = [
    &["apiVersion"],
    &["kind"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["type"],
];

/// Makes plain text of what is public in the object at `root`, and in the items of a list.
pub fn publish(root: &mut Node) {
    for path in PUBLIC {
        let is_type = path == ["type"];
        if is_type && root.get("kind").and_then(Node::as_str) != Some("Secret") {
            continue;
        }
        let field = path
            .iter()
            .try_fold(&mut *root, |node, key| node.get_mut(key));
        if let Some(Node {
            value: NodeValue::Scalar(text),
            ..
        }) = field
            && text.is_secret()
        {
            *text = Text::from(text.as_str());
        }
    }
    let is_list = root.get("kind").and_then(Node::as_str);
    if is_list.is_some_and(|kind| kind.ends_with("List"))
        && let Some(items) = root.get_mut("items").and_then(Node::as_sequence_mut)
    {
        items.iter_mut().for_each(publish);
    }
}
