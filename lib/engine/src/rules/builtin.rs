//! Rules that hold without being written: replicas that something scales, and CA bundles that something injects.

use super::{Pointer, Why};
use crate::fields::{FieldPath, Operation, entries};
use gitopsc_core::{EcoString, Gvk, Json, ObjectRef};
use std::collections::BTreeMap;

/// What is scaled by an HPA or a ScaledObject, and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scaled(BTreeMap<ObjectRef, EcoString>);

/// What the autoscalers among `objects` scale.
#[must_use]
pub fn scaled_by<'j>(objects: impl IntoIterator<Item = (ObjectRef, &'j Json)>) -> Scaled {
    let targets = objects
        .into_iter()
        .filter_map(|(scaler, body)| target(scaler, body));
    Scaled(targets.collect())
}

fn target(scaler: ObjectRef, body: &Json) -> Option<(ObjectRef, EcoString)> {
    let is_hpa = scaler.group == "autoscaling" && scaler.kind == "HorizontalPodAutoscaler";
    let is_keda = scaler.group == "keda.sh" && scaler.kind == "ScaledObject";
    if !is_hpa && !is_keda {
        return None;
    }
    let text = |field: &str| body.str_at(&["spec", "scaleTargetRef", field]);
    // The defaults are KEDA's; an HPA names both.
    let version = text("apiVersion").unwrap_or("apps/v1");
    let gvk = Gvk::parse(version, text("kind").unwrap_or("Deployment"));
    let target = ObjectRef {
        group: gvk.group,
        kind: gvk.kind,
        namespace: scaler.namespace,
        name: text("name")?.into(),
    };
    Some((target, format!("{}/{}", scaler.kind, scaler.name).into()))
}

fn named(object: &Json) -> Option<ObjectRef> {
    let text = |value: Option<&Json>| value.and_then(Json::as_plain_str).map(EcoString::from);
    let metadata = object.get("metadata")?;
    let version = object.get("apiVersion").and_then(Json::as_plain_str)?;
    let gvk = Gvk::parse(version, object.get("kind").and_then(Json::as_plain_str)?);
    Some(ObjectRef {
        group: gvk.group,
        kind: gvk.kind,
        namespace: text(metadata.get("namespace")).unwrap_or_default(),
        name: text(metadata.get("name"))?,
    })
}

/// The replicas of an object that something scales: an autoscaler in the graph, or one that wrote last.
pub(super) fn replicas(
    desired: &Json,
    live: Option<&Json>,
    scaled: &Scaled,
) -> Option<(Pointer, Why)> {
    let scaler = named(desired).and_then(|object| scaled.0.get(&object));
    let why = match scaler {
        Some(name) => Why::ScaledBy(name.clone()),
        // Where Git sets none there is nothing to give up: what the autoscaler wrote is its own.
        None => {
            desired.at(&["spec", "replicas"])?;
            Why::Autoscaler(autoscaler_of(live?)?)
        }
    };
    Some((Pointer::of(&["spec", "replicas"]), why))
}

/// The autoscaler that holds the replicas of a live object. A person who ran `kubectl scale` is none.
fn autoscaler_of(live: &Json) -> Option<EcoString> {
    let replicas = FieldPath::fields(["spec", "replicas"]);
    let entries = entries(live).into_iter();
    let mut scalers = entries.filter(|entry| {
        let manager = entry.manager.as_str();
        let is_autoscaler = manager == "kube-controller-manager"
            || manager.contains("keda")
            || manager.contains("scaler");
        entry.subresource == "scale"
            && entry.operation == Operation::Update
            && is_autoscaler
            && entry.fields.contains(&replicas)
    });
    scalers.next().map(|entry| entry.manager)
}

/// Annotations that ask for a CA bundle, beginning with these.
const INJECTORS: [&str; 4] = [
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-apiserver-ca",
    "service.beta.openshift.io/inject-cabundle",
    "service.alpha.openshift.io/inject-cabundle",
];

/// The kinds that have a CA bundle, and where it is.
const BUNDLES: [(&str, &[&str]); 4] = [
    (
        "MutatingWebhookConfiguration",
        &["webhooks", "*", "clientConfig", "caBundle"],
    ),
    (
        "ValidatingWebhookConfiguration",
        &["webhooks", "*", "clientConfig", "caBundle"],
    ),
    ("APIService", &["spec", "caBundle"]),
    (
        "CustomResourceDefinition",
        &["spec", "conversion", "webhook", "clientConfig", "caBundle"],
    ),
];

/// The CA bundles of an object into which something injects them: it asks for that, or Git has none to speak of.
pub(super) fn injected(desired: &Json) -> Option<(Pointer, Why)> {
    let kind = desired.get("kind").and_then(Json::as_plain_str)?;
    let (_, names) = BUNDLES.iter().find(|(name, _)| *name == kind)?;
    let pointer = Pointer::of(names);
    let annotations = desired.get("metadata")?.get("annotations");
    let asks = match annotations {
        Some(Json::Object(annotations)) => annotations
            .iter()
            .any(|(key, _)| INJECTORS.iter().any(|injector| key.starts_with(injector))),
        _ => false,
    };
    // A line feed or nothing in base64: what charts write for want of a bundle.
    let is_placeholder = |path: &FieldPath| {
        let value = path.value(desired).and_then(Json::as_plain_str);
        value.is_some_and(|value| matches!(value.trim(), "" | "Cg==" | "Cgo="))
    };
    let written = pointer.paths_in(desired);
    let all_blank = !written.is_empty() && written.iter().all(is_placeholder);
    (asks || all_blank).then_some((pointer, Why::Injected))
}
