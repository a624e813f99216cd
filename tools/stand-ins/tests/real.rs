//! The real API server calls a webhook behind a Service, and a local server answers it.

use gitopsc_stand_ins::{Decision, StandIn, admission};
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Missing, Outcome, Test, run};
use serde_json::json;
use std::net::Ipv4Addr;
use std::process::ExitCode;

const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 96, 3, 7);

fn main() -> ExitCode {
    run(vec![Test::new(
        "a_webhook_behind_a_service_is_answered_and_fails_closed_without",
        || {
            if !cfg!(target_os = "linux") {
                return Missing("Linux".to_owned()).into();
            }
            match ControlPlane::start(&Options::api_server_only()) {
                Ok(plane) => Outcome::from(webhook(&plane)),
                Err(missing) => missing.into(),
            }
        },
    )])
}

fn webhook(plane: &ControlPlane) -> Result<(), String> {
    let policy = StandIn::start(
        ADDRESS,
        "policy.default.svc",
        admission(|request| match request["name"].as_str() {
            Some("bad") => Decision::Deny("not this one".to_owned()),
            _ => {
                Decision::Patch(json!([{"op": "add", "path": "/data", "value": {"by": "policy"}}]))
            }
        }),
    );
    let made = json!({"apiVersion": "v1", "kind": "List", "items": [
        {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "policy"},
            "spec": {"clusterIP": ADDRESS, "ports": [{"port": policy.port()}]},
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "policy"},
            "webhooks": [{
                "name": "policy.tests.gitopsc.dev",
                "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Fail",
                "clientConfig": {
                    "service": {"name": "policy", "namespace": "default", "port": policy.port()},
                    "caBundle": policy.ca_bundle(),
                },
                "rules": [{
                    "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                    "operations": ["CREATE"],
                }],
            }],
        },
    ]});
    plane.run_kubectl(&["create", "-f", "-"], &made.to_string())?;
    let create = |name: &str| plane.run_kubectl(&["create", "configmap", name], "");
    // The server takes a moment until it calls a new webhook.
    let called = (0..50).any(|number| {
        let made = create(&format!("early-{number}"));
        std::thread::sleep(std::time::Duration::from_millis(100));
        made.is_ok() && policy.calls() > 0
    });
    expect(called, "the webhook is called")?;
    create("good")?;
    let by = plane.run_kubectl(
        &["get", "configmap", "good", "-o", "jsonpath={.data.by}"],
        "",
    )?;
    expect(by == "policy", "the webhook's changes are kept")?;
    let refused = create("bad");
    expect(
        refused.is_err_and(|why| why.contains("not this one")),
        "the webhook refuses",
    )?;
    drop(policy);
    let refused = create("late");
    expect(
        refused.is_err_and(|why| why.contains("failed calling webhook")),
        "it fails closed",
    )
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("not so: {what}"))
    }
}
