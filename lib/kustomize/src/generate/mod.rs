//! The ConfigMap and Secret generators, and the hash of their content.

use gitopsc_yaml::Node;

/// Puts one entry into a ConfigMap's or Secret's `data`, in the style that Kustomize gives it.
pub fn set_data_entry(data: &mut Node, key: &str, value: Node) {
    crate::edit::set_field(data, key, value);
}
