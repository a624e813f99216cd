//! The real kubectl and the real API server, with the proxy between them.

use gitopsc_fault_proxy::{Answer, Fault, FaultProxy, Rule, Verb};
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Outcome, Test, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(vec![Test::new(
        "kubectl_works_through_the_proxy_and_meets_faults",
        || match ControlPlane::start(&Options::api_server_only()) {
            Ok(plane) => Outcome::from(through(&plane)),
            Err(missing) => missing.into(),
        },
    )])
}

const OBJECT: &str =
    r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}"#;
const APPLY: [&str; 4] = ["apply", "--server-side", "-f", "-"];

fn through(plane: &ControlPlane) -> Result<(), String> {
    let proxy = FaultProxy::start(plane.server(), &plane.ca());
    proxy.authorize(plane.token());
    let config = plane.kubeconfig_through(&proxy.url());
    let config = config.to_string_lossy();
    let kubectl = |arguments: &[&str], input: &str| {
        let arguments = [&["--kubeconfig", &config], arguments].concat();
        plane.run_kubectl(&arguments, input)
    };
    kubectl(&APPLY, OBJECT)?;
    let seen = proxy.take_seen();
    expect(seen.writes().count() == 1, "an apply is one write")?;
    expect(
        seen.of(Verb::Apply).count() == 1,
        "an apply is told from a patch",
    )?;

    let watch = [
        "get",
        "configmaps",
        "--watch",
        "--request-timeout=2s",
        "-o",
        "name",
    ];
    let printed = kubectl(&watch, "").unwrap_or_default();
    expect(printed.contains("configmap/a"), "a watch passes")?;

    proxy.add(
        Rule::new(Fault::Answer(Answer::TooManyRequests(1)))
            .verb(Verb::Apply)
            .first(1),
    );
    proxy.add(Rule::new(Fault::Answer(Answer::Unexplained)).verb(Verb::Delete));
    kubectl(&APPLY, OBJECT)?;
    expect(
        proxy.seen().of(Verb::Apply).count() == 2,
        "kubectl tries again after 429",
    )?;
    let refused = kubectl(&["delete", "configmap", "a"], "");
    expect(
        refused.is_err_and(|why| why.contains("failed on purpose")),
        "500 reaches kubectl",
    )?;
    plane.run_kubectl(&["get", "configmap", "a"], "").map(drop)
}

fn expect(holds: bool, what: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("not so: {what}"))
    }
}
