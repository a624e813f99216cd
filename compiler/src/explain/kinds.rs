//! The names that people have for kinds: as kubectl takes them.

use crate::compilation::Unit;
use crate::edges::kinds::guessed_plural;
use crate::objects::path;
use gitopsc_core::{EcoString, Gvk, Json};
use std::collections::BTreeMap;

/// Short names of well-known kinds, by kind.
const SHORT: [(&str, &[&str]); 43] = [
    ("Application", &["app", "apps"]),
    ("ApplicationSet", &["appset", "appsets"]),
    ("AppProject", &["appproj", "appprojs"]),
    ("Certificate", &["cert", "certs"]),
    ("CertificateRequest", &["cr", "crs"]),
    ("CertificateSigningRequest", &["csr"]),
    ("CiliumClusterwideNetworkPolicy", &["ccnp"]),
    ("CiliumNetworkPolicy", &["cnp", "ciliumnp"]),
    ("ClusterSecretStore", &["css"]),
    ("ConfigMap", &["cm"]),
    ("CronJob", &["cj"]),
    ("CustomResourceDefinition", &["crd", "crds"]),
    ("DaemonSet", &["ds"]),
    ("Deployment", &["deploy"]),
    ("Endpoints", &["ep"]),
    ("Event", &["ev"]),
    ("ExternalSecret", &["es"]),
    ("Gateway", &["gtw"]),
    ("GatewayClass", &["gc"]),
    ("HelmRelease", &["hr"]),
    ("HelmRepository", &["helmrepo"]),
    ("HorizontalPodAutoscaler", &["hpa"]),
    ("Ingress", &["ing"]),
    ("Kustomization", &["ks"]),
    ("LimitRange", &["limits"]),
    ("Namespace", &["ns"]),
    ("NetworkPolicy", &["netpol"]),
    ("Node", &["no"]),
    ("PersistentVolume", &["pv"]),
    ("PersistentVolumeClaim", &["pvc"]),
    ("Pod", &["po"]),
    ("PodDisruptionBudget", &["pdb"]),
    ("PodMonitor", &["pmon"]),
    ("PriorityClass", &["pc"]),
    ("PrometheusRule", &["promrule"]),
    ("ReplicaSet", &["rs"]),
    ("ReplicationController", &["rc"]),
    ("ResourceQuota", &["quota"]),
    ("Service", &["svc"]),
    ("ServiceAccount", &["sa"]),
    ("ServiceMonitor", &["smon"]),
    ("StatefulSet", &["sts"]),
    ("StorageClass", &["sc"]),
];

/// What the CRDs among the manifests call their kinds, by group and kind, in small letters.
pub(super) struct Kinds {
    declared: BTreeMap<(EcoString, EcoString), Vec<String>>,
}

impl Kinds {
    pub(super) fn of(units: &[Unit]) -> Kinds {
        let manifests = units.iter().flat_map(|unit| &unit.manifests);
        let crds = manifests.filter(|manifest| {
            let object = &manifest.object;
            object.kind == "CustomResourceDefinition" && object.group == "apiextensions.k8s.io"
        });
        Kinds {
            declared: crds.filter_map(|crd| names(&crd.body)).collect(),
        }
    }

    /// Whether `asked`, `KIND[.GROUP]` or `KIND.VERSION.GROUP`, is a name of the kind.
    pub(super) fn is_called(&self, gvk: &Gvk, asked: &str) -> bool {
        let asked = asked.to_lowercase();
        let (kind, group) = asked.split_once('.').unwrap_or((&asked, ""));
        let is_group = group.is_empty() || group == gvk.group || {
            let version = group.strip_prefix(gvk.version.as_str());
            let version = version.and_then(|rest| rest.strip_prefix('.').or(Some(rest)));
            version.is_some_and(|group| group == gvk.group)
        };
        is_group && self.is_kind(gvk, kind)
    }

    fn is_kind(&self, gvk: &Gvk, asked: &str) -> bool {
        if gvk.kind.to_lowercase() == asked {
            return true;
        }
        let declared = self.declared.get(&(gvk.group.clone(), gvk.kind.clone()));
        if let Some(names) = declared {
            return names.iter().any(|name| name == asked);
        }
        let short = SHORT.iter().filter(|(kind, _)| *kind == gvk.kind);
        let mut short = short.flat_map(|(_, names)| names.iter());
        guessed_plural(&gvk.kind) == asked || short.any(|name| *name == asked)
    }
}

/// Group and kind of a CRD, and its names in small letters.
fn names(crd: &Json) -> Option<((EcoString, EcoString), Vec<String>)> {
    let name = |field: &str| path::text(crd, &["spec", "names", field]);
    let group = path::text(crd, &["spec", "group"])?;
    let kind = name("kind")?;
    let short = path::items(crd, &["spec", "names", "shortNames"]);
    let short = short.iter().filter_map(Json::as_plain_str);
    let all = [name("plural"), name("singular")].into_iter().flatten();
    let names = all.chain(short).map(str::to_lowercase).collect();
    Some(((group.into(), kind.into()), names))
}

#[cfg(test)]
mod tests {
    use super::Kinds;
    use gitopsc_core::Gvk;
    use std::collections::BTreeMap;

    #[test]
    fn kinds_are_called_as_by_kubectl() {
        let widget = ("example.com".into(), "Widget".into());
        let names = vec!["widgetry".to_owned(), "wd".to_owned()];
        let kinds = Kinds {
            declared: BTreeMap::from([(widget, names)]),
        };
        for (api_version, kind, asked, fits) in [
            ("apps/v1", "Deployment", "Deployment", true),
            ("apps/v1", "Deployment", "deployments", true),
            ("apps/v1", "Deployment", "deploy", true),
            ("apps/v1", "Deployment", "deploy.apps", true),
            ("apps/v1", "Deployment", "deployments.v1.apps", true),
            ("apps/v1", "Deployment", "deployments.v2.apps", false),
            ("apps/v1", "Deployment", "deployment.extensions", false),
            ("v1", "Service", "svc", true),
            ("v1", "Service", "service.v1", true),
            ("v1", "Service", "service.serving.knative.dev", false),
            (
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "networkpolicies",
                true,
            ),
            ("networking.k8s.io/v1", "Ingress", "ingresses", true),
            ("v1", "Endpoints", "endpoints", true),
            ("example.com/v1", "Widget", "widgetry", true),
            ("example.com/v1", "Widget", "WD", true),
            ("example.com/v1", "Widget", "widgets", false),
        ] {
            let gvk = Gvk::parse(api_version, kind);
            assert_eq!(
                kinds.is_called(&gvk, asked),
                fits,
                "{api_version} {kind}: {asked}"
            );
        }
    }
}
