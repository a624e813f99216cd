//! Since when an API is deprecated, when it goes, and what replaces it.

use super::go::Package;
use std::collections::BTreeMap;

/// Group, version, kind.
pub(super) type Gvk = (String, String, String);

/// Lives by kind.
pub(super) type Lives = BTreeMap<Gvk, Life>;

/// The life of an API; numbers are minor versions of Kubernetes 1.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Life {
    pub(super) deprecated: Option<u8>,
    pub(super) removed: Option<u8>,
    pub(super) replacement: Option<Gvk>,
}

/// Those of which the sources are gone (kubernetes.io/docs/reference/using-api/deprecation-guide).
const GONE: [(&str, &str, &str, u8, u8, &str, &str); 18] = [
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "MutatingWebhookConfiguration",
        16,
        22,
        "admissionregistration.k8s.io",
        "v1",
    ),
    (
        "admissionregistration.k8s.io",
        "v1beta1",
        "ValidatingWebhookConfiguration",
        16,
        22,
        "admissionregistration.k8s.io",
        "v1",
    ),
    (
        "apiextensions.k8s.io",
        "v1beta1",
        "CustomResourceDefinition",
        16,
        22,
        "apiextensions.k8s.io",
        "v1",
    ),
    (
        "apiregistration.k8s.io",
        "v1beta1",
        "APIService",
        19,
        22,
        "apiregistration.k8s.io",
        "v1",
    ),
    (
        "autoscaling",
        "v2beta1",
        "HorizontalPodAutoscaler",
        19,
        25,
        "autoscaling",
        "v2",
    ),
    (
        "autoscaling",
        "v2beta2",
        "HorizontalPodAutoscaler",
        23,
        26,
        "autoscaling",
        "v2",
    ),
    ("batch", "v2alpha1", "CronJob", 8, 21, "batch", "v1"),
    ("extensions", "v1beta1", "PodSecurityPolicy", 10, 16, "", ""),
    ("policy", "v1beta1", "PodSecurityPolicy", 21, 25, "", ""),
    (
        "rbac.authorization.k8s.io",
        "v1alpha1",
        "ClusterRole",
        17,
        22,
        "rbac.authorization.k8s.io",
        "v1",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1alpha1",
        "ClusterRoleBinding",
        17,
        22,
        "rbac.authorization.k8s.io",
        "v1",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1alpha1",
        "Role",
        17,
        22,
        "rbac.authorization.k8s.io",
        "v1",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1alpha1",
        "RoleBinding",
        17,
        22,
        "rbac.authorization.k8s.io",
        "v1",
    ),
    (
        "scheduling.k8s.io",
        "v1alpha1",
        "PriorityClass",
        14,
        17,
        "scheduling.k8s.io",
        "v1",
    ),
    ("settings.k8s.io", "v1alpha1", "PodPreset", 19, 20, "", ""),
    (
        "storage.k8s.io",
        "v1beta1",
        "CSINode",
        17,
        22,
        "storage.k8s.io",
        "v1",
    ),
    (
        "storage.k8s.io",
        "v1beta1",
        "CSIStorageCapacity",
        24,
        27,
        "storage.k8s.io",
        "v1",
    ),
    (
        "storage.k8s.io",
        "v1beta1",
        "VolumeAttachment",
        19,
        22,
        "storage.k8s.io",
        "v1",
    ),
];

/// Kinds that are deprecated for others, of which the sources say so in words only.
const FOR_OTHERS: [(&str, &str, &str, [&str; 3]); 1] = [(
    "",
    "v1",
    "Endpoints",
    ["discovery.k8s.io", "v1", "EndpointSlice"],
)];

/// Adds the lives of the kinds in `packages`; what a later version says counts.
pub(super) fn add(lives: &mut Lives, packages: &[Package]) {
    if lives.is_empty() {
        lives.extend(GONE.iter().map(|gone| {
            let (group, version, kind, deprecated, removed, new_group, new_version) = *gone;
            let gvk = |group: &str, version: &str| {
                (group.to_owned(), version.to_owned(), kind.to_owned())
            };
            let life = Life {
                deprecated: Some(deprecated),
                removed: Some(removed),
                replacement: (!new_version.is_empty()).then(|| gvk(new_group, new_version)),
            };
            (gvk(group, version), life)
        }));
    }
    for package in packages {
        let mut found: BTreeMap<String, Life> = BTreeMap::new();
        let lines = package.files.iter().flat_map(|file| file.lines());
        let mut method: Option<(String, String)> = None;
        for line in lines {
            if let Some(rest) = line.strip_prefix("func (in *") {
                method = rest.split_once(") ").map(|(kind, rest)| {
                    let name = rest.split('(').next().unwrap_or_default();
                    (kind.to_owned(), name.to_owned())
                });
            } else if let (Some((kind, name)), Some(value)) =
                (&method, line.trim().strip_prefix("return "))
            {
                let life = found.entry(kind.clone()).or_default();
                match name.as_str() {
                    "APILifecycleDeprecated" => life.deprecated = minor(value),
                    "APILifecycleRemoved" => life.removed = minor(value),
                    "APILifecycleReplacement" => life.replacement = replacement(value),
                    _ => {}
                }
                method = None;
            }
        }
        for (kind, life) in found {
            let mut life = life;
            let of_kind = FOR_OTHERS.iter().find(|(group, version, name, _)| {
                *group == package.group && *version == package.version && *name == kind
            });
            if let Some((.., other)) = of_kind {
                let [group, version, kind] = other.map(str::to_owned);
                life.replacement = Some((group, version, kind));
            }
            let known = life != Life::default() && !kind.ends_with("List");
            if known {
                let gvk = (package.group.clone(), package.version.clone(), kind);
                lives.insert(gvk, life);
            }
        }
    }
}

/// The minor version of `1, 25`.
fn minor(value: &str) -> Option<u8> {
    value.strip_prefix("1, ")?.parse().ok()
}

/// The kind of `schema.GroupVersionKind{Group: "policy", Version: "v1", Kind: "PodDisruptionBudget"}`.
fn replacement(value: &str) -> Option<Gvk> {
    let text = |field: &str| {
        let (_, rest) = value.split_once(&format!("{field}: \""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    Some((text("Group")?, text("Version")?, text("Kind")?))
}

#[cfg(test)]
mod tests {
    use super::{Lives, add};
    use crate::codegen::kubernetes::go::Package;

    #[test]
    fn lives_are_read_from_generated_methods() {
        let text = "func (in *A) APILifecycleDeprecated() (major, minor int) {\n\treturn 1, 21\n}\nfunc (in *A) APILifecycleReplacement() schema.GroupVersionKind {\n\treturn schema.GroupVersionKind{Group: \"g\", Version: \"v1\", Kind: \"A\"}\n}\nfunc (in *A) APILifecycleRemoved() (major, minor int) {\n\treturn 1, 25\n}\n";
        let package = Package {
            path: "g/v1beta1".to_owned(),
            group: "g".to_owned(),
            version: "v1beta1".to_owned(),
            files: vec![text.to_owned()],
        };
        let mut lives = Lives::new();
        add(&mut lives, &[package]);
        let owned = |parts: [&str; 3]| {
            let [group, version, kind] = parts.map(str::to_owned);
            (group, version, kind)
        };
        let life = &lives[&owned(["g", "v1beta1", "A"])];
        assert_eq!((life.deprecated, life.removed), (Some(21), Some(25)));
        assert_eq!(life.replacement, Some(owned(["g", "v1", "A"])));
        assert!(lives.contains_key(&owned([
            "autoscaling",
            "v2beta2",
            "HorizontalPodAutoscaler"
        ])));
    }
}
