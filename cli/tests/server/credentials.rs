//! Credentials that a program hands out, as a kubeconfig names it.

use crate::large::{config_map, namespace};
use crate::program::{Ran, Trees, apply, expect, finish};
use crate::server::Server;
use std::path::Path;

/// A plug-in of the kubeconfig is asked for the token; what it says when it fails is told.
pub fn of_a_plugin(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let files = [
        ("platform/p/p.yaml".to_owned(), namespace("plugin")),
        (
            "apps/a/all.yaml".to_owned(),
            config_map("plugin", "one", ""),
        ),
    ];
    let tree = trees.write("tree", &files);
    let token = server.plane.token();
    let credential = format!(
        r#"{{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {{"token": "{token}"}}}}"#
    );
    let ran = with(server, &trees, &tree, &format!("echo '{credential}'"));
    ran.succeeded()?;
    expect("written", ran.count("written"), Some(2))?;
    let ran = with(server, &trees, &tree, "exit 3");
    expect("the status without a token", ran.code, Some(2))?;
    match ran.stderr.contains("error[cluster-unreachable]") && !ran.stderr.contains(token) {
        true => Ok(()),
        false => Err(ran.stderr),
    }
}

/// An apply of `tree` with a kubeconfig whose plug-in is `script`.
fn with(server: &Server, trees: &Trees, tree: &Path, script: &str) -> Ran {
    let own = std::fs::read_to_string(server.plane.kubeconfig()).unwrap();
    let script = serde_json::to_string(script).unwrap();
    let plugin = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, {script}], interactiveMode: Never}}"
    );
    let token = format!("token: {}", server.plane.token());
    let kubeconfig = trees.file("kubeconfig", &own.replace(&token, &plugin));
    finish(&mut apply(&kubeconfig, tree, "plugin"))
}
