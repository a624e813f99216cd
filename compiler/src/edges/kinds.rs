//! What an object needs to exist at all: its namespace, and whoever brings its kind.

use super::references::{Found, outside};
use super::rules::Kind;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{Edge, Force, NodeId, Reason, Wait};
use std::collections::HashMap;

/// The namespaces that every cluster has.
const OWN_NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// The groups that an API server of 1.36 serves by itself, sorted.
const BUILTIN_GROUPS: [&str; 24] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Who brings kinds that are not built in.
#[derive(Debug, Default)]
pub(crate) struct Providers {
    by_kind: HashMap<Kind, Vec<(NodeId, Reason)>>,
    by_group: HashMap<EcoString, NodeId>,
    /// The workloads behind the conversion webhook of a kind.
    converters: HashMap<Kind, Vec<NodeId>>,
}

/// Whether an API server has `group` by itself.
pub(crate) fn is_builtin_group(group: &str) -> bool {
    BUILTIN_GROUPS.binary_search(&group).is_ok()
}

impl Providers {
    /// The providers among the objects.
    pub(crate) fn new(index: &Index<'_>) -> Providers {
        let mut providers = Providers::default();
        for crd in index.of_kind(("apiextensions.k8s.io", "CustomResourceDefinition")) {
            providers.definition(crd, index);
        }
        for composite in
            index.of_kind(("apiextensions.crossplane.io", "CompositeResourceDefinition"))
        {
            for names in ["names", "claimNames"] {
                providers.made(composite, &["spec", names, "kind"], &["spec", "group"]);
            }
        }
        for template in index.of_kind(("templates.gatekeeper.sh", "ConstraintTemplate")) {
            let kind = path::text(template.body(), &["spec", "crd", "spec", "names", "kind"]);
            if let Some(kind) = kind {
                let kind = Kind {
                    group: "constraints.gatekeeper.sh".into(),
                    kind: kind.into(),
                };
                providers.add(kind, template.id, Reason::Kind);
            }
        }
        for service in index.of_kind(("apiregistration.k8s.io", "APIService")) {
            let group = path::text(service.body(), &["spec", "group"]);
            let is_remote = path::at(service.body(), &["spec", "service"]).is_some();
            if let Some(group) = group.filter(|_| is_remote) {
                providers.by_group.entry(group.into()).or_insert(service.id);
            }
        }
        providers
    }

    /// Adds that `by` brings `kind` at run time.
    pub(crate) fn add(&mut self, kind: Kind, by: NodeId, reason: Reason) {
        self.by_kind.entry(kind).or_default().push((by, reason));
    }

    fn made(&mut self, by: Member<'_>, kind: &[&str], group: &[&str]) {
        let text = |keys: &[&str]| path::text(by.body(), keys);
        if let (Some(kind), Some(group)) = (text(kind), text(group)) {
            let kind = Kind {
                group: group.into(),
                kind: kind.into(),
            };
            self.add(kind, by.id, Reason::Kind);
        }
    }

    fn definition(&mut self, crd: Member<'_>, index: &Index<'_>) {
        let text = |keys: &[&str]| path::text(crd.body(), keys);
        let (Some(kind), Some(group)) =
            (text(&["spec", "names", "kind"]), text(&["spec", "group"]))
        else {
            return;
        };
        let kind = Kind {
            group: group.into(),
            kind: kind.into(),
        };
        let service = path::at(
            crd.body(),
            &["spec", "conversion", "webhook", "clientConfig", "service"],
        );
        if let Some(service) = service {
            let behind = super::backends::workloads(service, index);
            let ids = behind.iter().map(|member| member.id).collect();
            self.converters.insert(kind.clone(), ids);
        }
        self.add(kind, crd.id, Reason::Crd);
    }
}

/// Adds the namespace and the providers that `member` needs.
pub(crate) fn derive(
    member: Member<'_>,
    index: &Index<'_>,
    providers: &Providers,
    found: &mut Found,
) {
    namespace(member, index, found);
    if !is_builtin_group(&member.gvk().group) {
        kind(member, providers, found);
    }
}

fn hard(member: Member<'_>, to: NodeId, reason: Reason, wait: Wait) -> Edge {
    Edge::new(member.id, to, reason, wait, Force::Hard)
}

fn namespace(member: Member<'_>, index: &Index<'_>, found: &mut Found) {
    let is_known = |name: &&str| !OWN_NAMESPACES.contains(name);
    let Some(name) = member.namespace.filter(is_known) else {
        return;
    };
    match index.namespace(name) {
        Some(namespace) => {
            let edge = hard(member, namespace.id, Reason::Namespace, Wait::Applied);
            found.edges.push(edge);
        }
        None => {
            let namespace = ObjectRef {
                kind: "Namespace".into(),
                name: name.into(),
                ..ObjectRef::default()
            };
            let need = outside(member, namespace, Reason::Namespace);
            found.outside.push(need);
        }
    }
}

/// Who brings the kind, which is not built in.
fn kind(member: Member<'_>, providers: &Providers, found: &mut Found) {
    let (gvk, kind) = (member.gvk(), super::references::kind_of(member));
    if let Some(by) = providers.by_kind.get(&kind) {
        let edges = by
            .iter()
            .map(|(id, reason)| hard(member, *id, *reason, Wait::Ready));
        found.edges.extend(edges);
        let converters = providers.converters.get(&kind).into_iter().flatten();
        let edges = converters.map(|id| hard(member, *id, Reason::Webhook, Wait::Ready));
        found.edges.extend(edges);
    } else if let Some(service) = providers.by_group.get(&gvk.group) {
        let edge = hard(member, *service, Reason::ApiService, Wait::Ready);
        found.edges.push(edge);
    } else {
        let definition = ObjectRef {
            group: "apiextensions.k8s.io".into(),
            kind: "CustomResourceDefinition".into(),
            namespace: EcoString::new(),
            name: format!("{}.{}", gvk.kind, gvk.group).into(),
        };
        let need = outside(member, definition, Reason::Crd);
        found.outside.push(need);
    }
}

/// The plural names, as webhook rules write them, of the kinds that CRDs among the objects declare.
pub(crate) fn plurals(index: &Index<'_>) -> HashMap<Kind, EcoString> {
    let mut plurals = HashMap::new();
    for crd in index.of_kind(("apiextensions.k8s.io", "CustomResourceDefinition")) {
        let text = |keys: &[&str]| path::text(crd.body(), keys).map(EcoString::from);
        let names = ["kind", "plural"].map(|name| text(&["spec", "names", name]));
        if let ([Some(kind), Some(plural)], Some(group)) = (names, text(&["spec", "group"])) {
            plurals.insert(Kind { group, kind }, plural);
        }
    }
    plurals
}

/// The plural of `kind` where nobody says it, by the rule that Kubernetes' own kinds follow.
pub(crate) fn guessed_plural(kind: &str) -> String {
    let lower = kind.to_lowercase();
    if lower == "endpoints" {
        return lower;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if ends(&["s", "x", "z", "ch", "sh"]) {
        return format!("{lower}es");
    }
    match lower.strip_suffix('y') {
        Some(stem) if !ends(&["ay", "ey", "oy", "uy"]) => format!("{stem}ies"),
        _ => format!("{lower}s"),
    }
}

/// Whether `object` has `field` set to true.
pub(crate) fn is_true(value: Option<&Json>) -> bool {
    matches!(value, Some(Json::Bool(true)))
}
