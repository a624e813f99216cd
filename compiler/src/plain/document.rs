//! What one YAML document in a plain directory is.

use gitopsc_core::Gvk;
use gitopsc_yaml::{Node, NodeValue};

/// What one document is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A Kubernetes object.
    Manifest(Gvk),
    /// A list of objects, as `kubectl get -o yaml` prints it.
    List,
    /// It has apiVersion and kind, but no metadata.name.
    Nameless(Gvk),
    /// It has a kind and metadata, but no apiVersion: a manifest in the making.
    Versionless,
    /// Something else; the words say what.
    Other(String),
}

/// What the document `root` is.
#[must_use]
pub fn kind_of(root: &Node) -> Kind {
    let text = |name: &str| {
        let value = root.get(name).and_then(Node::as_str);
        value.filter(|text| !text.is_empty())
    };
    let name = root.get_path(&["metadata", "name"]).and_then(Node::as_str);
    match (text("apiVersion"), text("kind")) {
        (Some(version), Some(kind)) => with_kind(root, Gvk::parse(version, kind), name),
        (None, Some(_)) if name.is_some() => Kind::Versionless,
        _ => Kind::Other("no apiVersion and kind".to_owned()),
    }
}

fn with_kind(root: &Node, gvk: Gvk, name: Option<&str>) -> Kind {
    if is_tool_configuration(root, &gvk) {
        return Kind::Other(format!("{} of {}", gvk.kind, gvk.api_version()));
    }
    if name.is_some_and(|name| !name.is_empty()) {
        return Kind::Manifest(gvk);
    }
    if gvk.kind.ends_with("List") && root.get("items").is_some_and(is_sequence) {
        return Kind::List;
    }
    Kind::Nameless(gvk)
}

/// Whether this configures a program and no API server knows it: kubeadm, Talos, the components of
/// Kubernetes and Kustomize (`*.config.k8s.io`), a kubeconfig.
fn is_tool_configuration(root: &Node, gvk: &Gvk) -> bool {
    let group = gvk.group.as_str();
    let talos = group.is_empty() && gvk.version == "v1alpha1";
    let kubeconfig = group.is_empty() && gvk.kind == "Config" && root.get("clusters").is_some();
    group == "kubeadm.k8s.io" || group.ends_with(".config.k8s.io") || talos || kubeconfig
}

fn is_sequence(node: &Node) -> bool {
    matches!(node.value, NodeValue::Sequence(_))
}
