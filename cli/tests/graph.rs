//! `gitopsc graph` in its formats, on the clusters of `testdata/graph`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{files, folders, workspace};
use serde_json::Value;
use support::{Place, Ran};

/// Runs `gitopsc graph` in the case `name`.
fn graph(name: &str, arguments: &[&str]) -> Ran {
    let files = files(&workspace().join("testdata/graph").join(name).join("in"));
    let all = [&["graph", "."], arguments].concat();
    Place::of(&files).run(&all)
}

const CERT_MANAGER: &str = "cert-manager-comes-before-what-it-admits-and-issues";

#[test]
fn waves_say_what_each_object_waits_for() {
    let ran = graph(CERT_MANAGER, &["--object", "Certificate/web", "--quiet"]);
    assert_eq!(
        ran.stdout,
        "wave 1, platform
  platform/cert-manager
    CustomResourceDefinition.apiextensions.k8s.io certificates.cert-manager.io
wave 4, platform
  platform/cert-manager
    ValidatingWebhookConfiguration.admissionregistration.k8s.io cert-manager
      needs Service cert-manager/webhook (backend)
      needs ready Deployment.apps cert-manager/webhook (backend)
wave 5, platform
  platform/issuers
    ClusterIssuer.cert-manager.io letsencrypt
      needs ready CustomResourceDefinition.apiextensions.k8s.io clusterissuers.cert-manager.io (crd)
      needs ready ValidatingWebhookConfiguration.admissionregistration.k8s.io cert-manager (webhook)
wave 6, apps
  apps/web
    Certificate.cert-manager.io default/web
      needs ready CustomResourceDefinition.apiextensions.k8s.io certificates.cert-manager.io (crd)
      needs ready ValidatingWebhookConfiguration.admissionregistration.k8s.io cert-manager (webhook)
      waits for ready ClusterIssuer.cert-manager.io letsencrypt (issuer)
wave 7, apps
  apps/web
    Deployment.apps default/web
      waits for Secret default/web-tls, made by Certificate.cert-manager.io default/web (secret)
"
    );
}

#[test]
fn documents_keep_to_their_schema() {
    let schema = workspace().join("docs/reference/schemas/graph.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for case in folders(&workspace().join("testdata/graph")) {
        let ran = graph(&case.name, &["--format", "json"]);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|problem| problem.to_string())
            .collect();
        assert!(problems.is_empty(), "{}: {problems:?}", case.name);
        assert!(
            !document["nodes"].as_array().unwrap().is_empty(),
            "{}",
            case.name
        );
    }
}

#[test]
fn diagrams_show_what_gives_way() {
    let arguments = ["--unit", "apps/web", "--quiet", "--format"];
    let dot = graph(CERT_MANAGER, &[&arguments[..], &["dot"]].concat()).stdout;
    assert!(
        dot.starts_with("digraph gitopsc {\n") && dot.ends_with("}\n"),
        "{dot}"
    );
    assert!(dot.contains("[label=\"issuer\", style=dashed];"), "{dot}");
    let mermaid = graph(CERT_MANAGER, &[&arguments[..], &["mermaid"]].concat()).stdout;
    assert!(mermaid.starts_with("flowchart RL\n"), "{mermaid}");
    assert!(mermaid.contains("-->|crd|"), "{mermaid}");
}

#[test]
fn what_is_not_there_cannot_be_shown() {
    for name in ["Deployment/nowhere", "web", "Deployment/"] {
        let ran = graph(CERT_MANAGER, &["--object", name]);
        assert_eq!((ran.exit.trim(), ran.stdout.as_str()), ("2", ""), "{name}");
        assert!(ran.stderr.contains("not-in-graph"), "{}", ran.stderr);
    }
}

#[test]
fn objects_are_named_as_for_explain() {
    let narrowed = |name: &str| graph(CERT_MANAGER, &["--object", name, "--quiet"]).stdout;
    let full = narrowed("Deployment.apps/web");
    assert!(full.contains("Deployment.apps default/web"), "{full}");
    for name in ["deploy/web", "deployments/web", "Deployment/default/web"] {
        assert_eq!(narrowed(name), full, "{name}");
    }
}
