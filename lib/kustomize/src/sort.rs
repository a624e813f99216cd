//! The order of output: Kustomize's legacy order (SortOrderTransformer).
//!
//! Some kinds come first and some last, in a fixed order; between and among equals texts are compared, in
//! which missing parts have stand-ins that sort behind letters or before them. The core `Namespace` goes
//! before kinds of that name in other groups, against the texts.

use gitopsc_core::Gvk;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The kinds that come first if a kustomization names none.
pub const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// The kinds that come last if a kustomization names none.
pub const LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Where one resource stands in the order, to be compared with [`Place::compare`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    rank: i64,
    core_namespace: bool,
    namespace_kind: bool,
    gvk: String,
    id: String,
}

impl Place {
    /// The place of a resource by `ranks`; `namespace` as it is written.
    #[must_use]
    pub fn new(ranks: &BTreeMap<&str, i64>, gvk: &Gvk, namespace: &str, name: &str) -> Place {
        let [g, v, k] = [&gvk.group, &gvk.version, &gvk.kind].map(|text| text.as_str());
        let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
        Place {
            rank: ranks.get(k).copied().unwrap_or(0),
            namespace_kind: k == "Namespace",
            core_namespace: k == "Namespace" && g.is_empty(),
            gvk: [or(g, "~G"), or(v, "~V"), or(k, "~K")].join("_"),
            id: [
                [or(k, "[noKind]"), or(v, "[noVer]"), or(g, "[noGrp]")].join("."),
                or(namespace, "~X"),
                or(name, "~N"),
            ]
            .join("|"),
        }
    }

    /// Which of two resources comes first.
    #[must_use]
    pub fn compare(&self, other: &Place) -> Ordering {
        let texts = self.gvk.cmp(&other.gvk);
        let both = self.namespace_kind && other.namespace_kind;
        let against = both && (self.core_namespace || other.core_namespace);
        self.rank
            .cmp(&other.rank)
            .then(if against { texts.reverse() } else { texts })
            .then_with(|| self.id.cmp(&other.id))
    }
}

/// kyaml's order of kinds among field specs (`Gvk.IsLessThan`).
#[must_use]
pub fn gvk_order(a: &Gvk, b: &Gvk) -> Ordering {
    let ranks = ranks(&FIRST, &LAST);
    let rank = |gvk: &Gvk| ranks.get(gvk.kind.as_str()).copied().unwrap_or(0);
    let text = |gvk: &Gvk| Place::new(&ranks, gvk, "", "").gvk;
    rank(a).cmp(&rank(b)).then_with(|| text(a).cmp(&text(b)))
}

/// The ranks of kinds: those of `first` before all others, those of `last` behind, of a repeated kind the
/// last mention counts.
#[must_use]
pub fn ranks<'k>(first: &[&'k str], last: &[&'k str]) -> BTreeMap<&'k str, i64> {
    let count = i64::try_from(first.len()).unwrap_or(i64::MAX);
    let before = first.iter().copied().zip(-count..);
    before.chain(last.iter().copied().zip(1..)).collect()
}

/// Sorts `items` in the legacy order by kinds, namespaces as written, and names.
pub fn sort<T>(
    items: Vec<T>,
    ranks: &BTreeMap<&str, i64>,
    place: impl Fn(&T) -> (Gvk, &str, &str),
) -> Vec<T> {
    let placed = items.into_iter().map(|item| {
        let (gvk, namespace, name) = place(&item);
        (Place::new(ranks, &gvk, namespace, name), item)
    });
    let mut placed: Vec<(Place, T)> = placed.collect();
    placed.sort_by(|a, b| a.0.compare(&b.0));
    placed.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST, ranks, sort};
    use gitopsc_core::Gvk;

    #[test]
    fn kinds_come_in_their_fixed_order_and_texts_decide_between_equals() {
        let items = vec![
            ("v1", "Secret", "b", "x"),
            (
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                "",
                "w",
            ),
            ("example.com/v1", "Namespace", "", "n"),
            ("v1", "Secret", "", "x"),
            ("v1", "Namespace", "", "z"),
            ("v1", "Pod", "", "p"),
            ("apps/v1", "DaemonSet", "", "d"),
            ("v1", "Secret", "a", "y"),
        ];
        let sorted = sort(items, &ranks(&FIRST, &LAST), |item| {
            (Gvk::parse(item.0, item.1), item.2, item.3)
        });
        let names: Vec<String> = sorted
            .iter()
            .map(|item| format!("{} {}/{}", item.1, item.2, item.3))
            .collect();
        assert_eq!(
            names,
            [
                "Namespace /z",
                "Namespace /n",
                "Secret a/y",
                "Secret b/x",
                "Secret /x",
                "DaemonSet /d",
                "Pod /p",
                "MutatingWebhookConfiguration /w",
            ]
        );
    }
}
