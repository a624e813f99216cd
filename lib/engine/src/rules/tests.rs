//! What is given up of an object, and why.

use super::{Rule, Ruled, Rules, Scaled, Selector, apply_rules, listed, scaled_by};
use crate::normalise::normalise;
use gitopsc_core::{Gvk, Json, ObjectRef};
use gitopsc_yaml::json::read_json;

const WEB: &str = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"n"},"spec":{"replicas":3,"paused":true}}"#;

fn read(text: &str) -> Json {
    read_json(text).unwrap()
}

fn ruled(desired: &str, live: Option<&str>, rules: Rules<'_>) -> Option<Ruled> {
    let live = live.map(read);
    apply_rules(&normalise(&read(desired), None, ""), live.as_ref(), rules)
}

/// What is given up, in words.
fn told(desired: &str, live: Option<&str>, rules: Rules<'_>) -> Vec<String> {
    let ruled = ruled(desired, live, rules);
    let fields = ruled.iter().flat_map(|ruled| ruled.left.fields());
    fields.map(ToString::to_string).collect()
}

fn no_rules(scaled: &Scaled) -> Rules<'_> {
    Rules {
        configured: &[],
        of_unit: &[],
        scaled,
    }
}

fn autoscaler(gvk: &Gvk, body: &str) -> Scaled {
    let object = ObjectRef {
        group: gvk.group.clone(),
        kind: gvk.kind.clone(),
        namespace: "n".into(),
        name: "scaler".into(),
    };
    scaled_by([(object, &read(body))])
}

#[test]
fn replicas_are_left_to_an_autoscaler_of_the_graph() {
    let hpa = Gvk::parse("autoscaling/v2", "HorizontalPodAutoscaler");
    let keda = Gvk::parse("keda.sh/v1alpha1", "ScaledObject");
    let full =
        r#"{"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}"#;
    let short = r#"{"spec":{"scaleTargetRef":{"name":"web"}}}"#;
    let other =
        r#"{"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web"}}}"#;
    let one = "spec.replicas (scaled by HorizontalPodAutoscaler/scaler)";
    let two = "spec.replicas (scaled by ScaledObject/scaler)";
    for (gvk, body, wanted) in [
        (&hpa, full, Some(one)),
        (&keda, short, Some(two)),
        (&hpa, other, None),
    ] {
        let scaled = autoscaler(gvk, body);
        let told = told(WEB, None, no_rules(&scaled));
        assert_eq!(told.first().map(String::as_str), wanted, "{body}");
    }
    let scaled = autoscaler(&hpa, full);
    let kept = ruled(WEB, None, no_rules(&scaled)).unwrap().desired;
    assert_eq!(kept.body().get("spec"), Some(&read(r#"{"paused":true}"#)));
}

#[test]
fn replicas_are_left_to_an_autoscaler_that_wrote_them_last_and_to_no_person() {
    let by = |manager: &str, subresource: &str| {
        format!(
            r#"{{"metadata":{{"managedFields":[{{"manager":"{manager}","operation":"Update","subresource":"{subresource}","apiVersion":"apps/v1","fieldsV1":{{"f:spec":{{"f:replicas":{{}}}}}}}}]}}}}"#
        )
    };
    let scaled = Scaled::default();
    for (manager, subresource, wanted) in [
        ("kube-controller-manager", "scale", true),
        ("keda", "scale", true),
        ("kube-controller-manager", "", false),
        ("kubectl", "scale", false),
    ] {
        let live = by(manager, subresource);
        let told = told(WEB, Some(&live), no_rules(&scaled));
        assert_eq!(!told.is_empty(), wanted, "{manager} {subresource}");
    }
}

#[test]
fn bundles_are_left_where_they_are_asked_for_or_only_held_a_place_for() {
    let webhooks = |annotations: &str, bundles: [&str; 2]| {
        let bundles = bundles.map(|bundle| format!(r#"{{"name":"a","clientConfig":{bundle}}}"#));
        format!(
            r#"{{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration","metadata":{{"name":"w","annotations":{annotations}}},"webhooks":[{}]}}"#,
            bundles.join(",")
        )
    };
    let asks = r#"{"cert-manager.io/inject-ca-from":"a/b"}"#;
    let (real, blank) = (r#"{"caBundle":"aGVsbG8="}"#, r#"{"caBundle":"Cg=="}"#);
    let scaled = Scaled::default();
    for (annotations, bundles, count) in [
        ("{}", [real, real], 0),
        ("{}", [real, blank], 0),
        ("{}", [blank, blank], 2),
        (asks, [real, blank], 2),
        (asks, ["{}", "{}"], 0),
    ] {
        let object = webhooks(annotations, bundles);
        assert_eq!(
            told(&object, None, no_rules(&scaled)).len(),
            count,
            "{object}"
        );
    }
}

#[test]
fn the_annotation_of_an_object_replaces_that_of_its_unit() {
    let plain = r#"{"kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","y":"2"}}"#;
    let annotated = r#"{"kind":"ConfigMap","metadata":{"name":"a","annotations":{"gitopsc.dev/ignore-fields":"/data/x"}},"data":{"x":"1","y":"2"}}"#;
    let (of_unit, _) = listed("/data/y");
    let scaled = Scaled::default();
    let rules = Rules {
        of_unit: &of_unit,
        ..no_rules(&scaled)
    };
    let because = "(the annotation gitopsc.dev/ignore-fields)";
    assert_eq!(told(plain, None, rules), [format!("data.y {because}")]);
    assert_eq!(told(annotated, None, rules), [format!("data.x {because}")]);
}

#[test]
fn a_selector_has_to_fit_in_everything_that_it_says() {
    let service = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop-a","labels":{"tier":"front"}},"spec":{"a":1}}"#;
    let any = Selector::default();
    let scaled = Scaled::default();
    for (of, fits) in [
        (any.clone(), true),
        (
            Selector {
                group: Some("".into()),
                ..any.clone()
            },
            true,
        ),
        (
            Selector {
                group: Some("*".into()),
                kind: Some("Service".into()),
                ..any.clone()
            },
            true,
        ),
        (
            Selector {
                group: Some("serving.knative.dev".into()),
                ..any.clone()
            },
            false,
        ),
        (
            Selector {
                namespace: Some("shop-*".into()),
                name: Some("*e*".into()),
                ..any.clone()
            },
            true,
        ),
        (
            Selector {
                namespace: Some("shop".into()),
                ..any.clone()
            },
            false,
        ),
        (
            Selector {
                labels: [("tier".into(), "f*".into())].into(),
                ..any.clone()
            },
            true,
        ),
        (
            Selector {
                labels: [("team".into(), "*".into())].into(),
                ..any.clone()
            },
            false,
        ),
    ] {
        let rule = Rule {
            at: listed("/spec").0,
            of,
        };
        let rules = Rules {
            configured: std::slice::from_ref(&rule),
            ..no_rules(&scaled)
        };
        assert_eq!(
            !told(service, None, rules).is_empty(),
            fits,
            "{:?}",
            rule.of
        );
    }
}
