//! Finding out whether a patch takes away what Kustomize keeps in annotations.
//!
//! Kustomize's state of a resource lies in its annotations, where a patch reaches it; ours lies beside the resource.
//! While a patch runs, an annotation stands for the state of each side. What becomes of that annotation is what
//! becomes of the state.

use crate::edit;
use crate::resource::{Resource, State};
use gitopsc_yaml::{Node, Text};

/// Stands for the state of the resource.
const RESOURCE: &str = "internal.config.kubernetes.io/state-of-resource";

/// Stands for what the patch may change.
const PATCH: &str = "internal.config.kubernetes.io/state-of-patch";

/// The marks that were put.
pub(super) struct Marks {
    resource: bool,
    patch: bool,
}

impl Marks {
    /// Puts a mark into the annotations of each side that has a state.
    pub(super) fn put(resource: &mut Resource, patch: &mut Resource) -> Marks {
        let put = |resource: &mut Resource, mark: &str| {
            !resource.state.is_empty() && add(&mut resource.node, mark)
        };
        Marks {
            resource: put(resource, RESOURCE),
            patch: put(patch, PATCH),
        }
    }

    /// Takes the marks out of the patched resource, whose state is then what its marks say.
    pub(super) fn take(self, resource: &mut Resource, patch: &State) {
        if self.resource && !remove(&mut resource.node, RESOURCE) {
            resource.state = State::default();
        }
        if self.patch && remove(&mut resource.node, PATCH) {
            resource.state.allow_name_change |= patch.allow_name_change;
            resource.state.allow_kind_change |= patch.allow_kind_change;
        }
        if self.resource || self.patch {
            remove_if_empty(&mut resource.node);
        }
    }
}

fn add(node: &mut Node, mark: &str) -> bool {
    let Some(metadata) = edit::metadata_mut(node) else {
        return false;
    };
    if metadata.get("annotations").is_none_or(Node::is_null) {
        edit::set_field(metadata, "annotations", Node::mapping());
    }
    let annotations = metadata
        .get_mut("annotations")
        .and_then(Node::as_mapping_mut);
    annotations.is_some_and(|annotations| {
        annotations.set(mark, Node::string(Text::new()));
        true
    })
}

fn remove(node: &mut Node, mark: &str) -> bool {
    let annotations = node
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("annotations"));
    annotations.is_some_and(|annotations| edit::remove_field(annotations, mark).is_some())
}

fn remove_if_empty(node: &mut Node) {
    if let Some(metadata) = node.get_mut("metadata")
        && metadata
            .get("annotations")
            .is_some_and(Node::is_null_or_empty)
    {
        edit::remove_field(metadata, "annotations");
    }
}
