//! In every namespace pods are closed until something is opened.

use crate::codes;
use crate::talos::check::{Facts, State};
use gitopsc_core::{Diagnostic, EcoString, Json, Manifest, Span};
use std::collections::BTreeMap;

/// Namespaces of Kubernetes itself.
const EXEMPT: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// Labels by which Cilium names the namespace of a pod.
const NAMESPACE_LABELS: [&str; 2] = [
    "io.kubernetes.pod.namespace",
    "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name",
];

/// What is closed.
#[derive(Clone, Copy, Debug, Default)]
struct Closed {
    ingress: bool,
    egress: bool,
}

pub fn check(facts: &Facts<'_>) -> State {
    let settings = facts.compilation.talos.exempt_namespaces.as_ref();
    let is_exempt = |name: &str| match settings {
        Some(names) => names.iter().any(|exempt| exempt == name),
        None => EXEMPT.contains(&name),
    };
    let policies: Vec<Policy<'_>> = facts
        .compilation
        .manifests()
        .filter_map(Policy::of)
        .collect();
    let mut found = Vec::new();
    for (namespace, span) in namespaces(facts) {
        if is_exempt(&namespace) {
            continue;
        }
        let mut closed = Closed::default();
        for policy in policies.iter().filter(|policy| policy.covers(&namespace)) {
            closed.ingress |= policy.closes.ingress;
            closed.egress |= policy.closes.egress;
        }
        found.extend(open(&namespace, span, closed));
    }
    State::Checked(found)
}

/// The namespaces of the repository: those that are declared, and those that objects are in.
fn namespaces(facts: &Facts<'_>) -> BTreeMap<EcoString, Span> {
    let mut namespaces: BTreeMap<EcoString, Span> = BTreeMap::new();
    let manifests = || facts.compilation.manifests();
    for manifest in manifests().filter(|manifest| is_kind(manifest, "", "Namespace")) {
        namespaces
            .entry(manifest.object.name.clone())
            .or_insert(manifest.span);
    }
    for manifest in manifests().filter(|manifest| runs_pods(manifest)) {
        let name = match manifest.object.namespace.as_str() {
            "" => "default".into(),
            name => EcoString::from(name),
        };
        namespaces.entry(name).or_insert(manifest.span);
    }
    namespaces
}

fn is_kind(manifest: &Manifest, group: &str, kind: &str) -> bool {
    manifest.object.group == group && manifest.object.kind == kind
}

fn runs_pods(manifest: &Manifest) -> bool {
    let (group, kind) = (
        manifest.object.group.as_str(),
        manifest.object.kind.as_str(),
    );
    matches!(
        (group, kind),
        ("", "Pod")
            | (
                "apps",
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet"
            )
            | ("batch", "Job" | "CronJob")
    )
}

/// A policy that selects all pods of some namespaces and opens nothing.
struct Policy<'m> {
    /// Its namespace; nothing if it is for the whole cluster.
    namespace: Option<&'m str>,
    /// What a policy for the whole cluster says of namespaces.
    selector: Option<&'m Json>,
    closes: Closed,
}

impl<'m> Policy<'m> {
    fn of(manifest: &'m Manifest) -> Option<Policy<'m>> {
        let namespace = match manifest.object.namespace.as_str() {
            "" => "default",
            name => name,
        };
        if is_kind(manifest, "networking.k8s.io", "NetworkPolicy") {
            let spec = manifest.body.get("spec")?;
            let closes = network_policy(spec)?;
            return Some(Policy {
                namespace: Some(namespace),
                selector: None,
                closes,
            });
        }
        if is_kind(manifest, "cilium.io", "CiliumNetworkPolicy") {
            let closes =
                specs(&manifest.body).filter(|spec| selects_all(spec.get("endpointSelector")));
            let closes = closes.map(cilium_policy).reduce(either)?;
            return Some(Policy {
                namespace: Some(namespace),
                selector: None,
                closes,
            });
        }
        if is_kind(manifest, "cilium.io", "CiliumClusterwideNetworkPolicy") {
            let spec = specs(&manifest.body).next()?;
            let selector = spec.get("endpointSelector")?;
            return Some(Policy {
                namespace: None,
                selector: Some(selector),
                closes: cilium_policy(spec),
            });
        }
        None
    }

    fn covers(&self, namespace: &str) -> bool {
        match (self.namespace, self.selector) {
            (Some(own), _) => own == namespace,
            (None, selector) => selector.is_some_and(|selector| is_selected(selector, namespace)),
        }
    }
}

fn either(a: Closed, b: Closed) -> Closed {
    Closed {
        ingress: a.ingress || b.ingress,
        egress: a.egress || b.egress,
    }
}

fn specs(body: &Json) -> impl Iterator<Item = &Json> {
    let list = match body.get("specs") {
        Some(Json::Array(items)) => items.iter(),
        _ => [].iter(),
    };
    body.get("spec").into_iter().chain(list)
}

/// What a NetworkPolicy of all pods closes; nothing if it is for some pods only.
fn network_policy(spec: &Json) -> Option<Closed> {
    if !selects_all(spec.get("podSelector")) {
        return None;
    }
    let has = |direction: &str| match spec.get("policyTypes") {
        Some(Json::Array(types)) => types
            .iter()
            .any(|item| item.as_plain_str() == Some(direction)),
        // Without a list, ingress is closed, and egress if there are rules for it.
        _ => direction == "Ingress" || spec.get("egress").is_some(),
    };
    let opens = |field: &str| holds_items(spec.get(field));
    Some(Closed {
        ingress: has("Ingress") && !opens("ingress"),
        egress: has("Egress") && !opens("egress"),
    })
}

/// What a policy of Cilium closes: a direction with no rule but the empty one, unless that is switched off.
fn cilium_policy(spec: &Json) -> Closed {
    let switched = |field: &str| match spec
        .get("enableDefaultDeny")
        .and_then(|switch| switch.get(field))
    {
        Some(Json::Bool(on)) => Some(*on),
        _ => None,
    };
    let closes = |field: &str, deny: &str| {
        let rules = match spec.get(field) {
            Some(Json::Array(rules)) => Some(rules),
            _ => None,
        };
        let opens = rules.is_some_and(|rules| {
            rules
                .iter()
                .any(|rule| *rule != Json::Object(gitopsc_yaml::Object::default()))
        });
        let is_there = rules.is_some() || spec.get(deny).is_some();
        switched(field).unwrap_or(is_there) && !opens
    };
    Closed {
        ingress: closes("ingress", "ingressDeny"),
        egress: closes("egress", "egressDeny"),
    }
}

fn holds_items(list: Option<&Json>) -> bool {
    matches!(list, Some(Json::Array(items)) if !items.is_empty())
}

/// Whether a label selector names no condition.
fn selects_all(selector: Option<&Json>) -> bool {
    let is_empty = |field: Option<&Json>| match field {
        Some(Json::Object(labels)) => labels.is_empty(),
        Some(Json::Array(items)) => items.is_empty(),
        _ => true,
    };
    match selector {
        Some(selector) => {
            is_empty(selector.get("matchLabels")) && is_empty(selector.get("matchExpressions"))
        }
        None => true,
    }
}

/// Whether a selector of a policy for the whole cluster takes all pods of `namespace`: it has conditions on
/// the namespace only, and `namespace` meets them.
fn is_selected(selector: &Json, namespace: &str) -> bool {
    let is_namespace = |label: &str| {
        let label = ["k8s:", "any:"]
            .iter()
            .find_map(|prefix| label.strip_prefix(prefix))
            .unwrap_or(label);
        NAMESPACE_LABELS.contains(&label)
    };
    let labels = match selector.get("matchLabels") {
        Some(Json::Object(labels)) => labels
            .iter()
            .all(|(label, value)| is_namespace(label) && value.as_plain_str() == Some(namespace)),
        _ => true,
    };
    let Some(Json::Array(expressions)) = selector.get("matchExpressions") else {
        return labels;
    };
    let meets = |expression: &Json| {
        let text = |field: &str| expression.get(field).and_then(Json::as_plain_str);
        let values = match expression.get("values") {
            Some(Json::Array(values)) => values
                .iter()
                .any(|value| value.as_plain_str() == Some(namespace)),
            _ => false,
        };
        text("key").is_some_and(is_namespace)
            && match text("operator") {
                Some("In") => values,
                Some("NotIn") => !values,
                Some("Exists") => true,
                _ => false,
            }
    };
    labels && expressions.iter().all(meets)
}

fn open(namespace: &str, span: Span, closed: Closed) -> Option<Diagnostic> {
    let hint = "add a NetworkPolicy with an empty podSelector and the policyTypes Ingress and Egress, or name it under \
                `talos.exemptNamespaces` in gitopsc.yaml";
    let code = codes::TALOS_NAMESPACE_OPEN;
    let found = match (closed.ingress, closed.egress) {
        (true, true) => return None,
        (true, false) => Diagnostic::note(
            code,
            format!("pods of {namespace} may send to anywhere: no policy denies egress by default"),
        ),
        (false, true) => Diagnostic::warning(
            code,
            format!(
                "pods of {namespace} may be reached from anywhere: no policy denies ingress by default"
            ),
        ),
        (false, false) => Diagnostic::warning(
            code,
            format!("the namespace {namespace} has no default-deny policy"),
        ),
    };
    Some(found.at(span, "").hint(hint))
}
