//! The server that is measured on: what it was asked, and at which versions its objects are.

use super::super::measure::{Cost, once};
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A control plane of one round.
pub(super) struct Server(ControlPlane);

/// Requests about members that the server has answered since it started.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Requests {
    /// Pages of lists.
    pub(super) lists: u64,
    /// Reads of one object.
    pub(super) reads: u64,
    /// Whatever may change an object.
    pub(super) writes: u64,
}

impl Requests {
    /// What came since `before`.
    pub(super) fn since(self, before: Requests) -> Requests {
        Requests {
            lists: self.lists - before.lists,
            reads: self.reads - before.reads,
            writes: self.writes - before.writes,
        }
    }
}

impl Server {
    /// Starts one.
    pub(super) fn start() -> Result<Server, String> {
        let plane = ControlPlane::start(&Options::whole());
        plane.map(Server).map_err(String::from)
    }

    /// The file for clients.
    pub(super) fn kubeconfig(&self) -> &Path {
        self.0.kubeconfig()
    }

    /// What kubectl takes to apply `directory`.
    pub(super) fn kubectl_apply(&self, directory: &Path) -> Result<Cost, String> {
        // GNU time hands on the environment of this process, and not that of a command.
        let program = self.0.kubectl().map_err(String::from)?;
        let mut command = Command::new(program.get_program());
        command.arg("--kubeconfig").arg(self.kubeconfig());
        let cache = self.0.summary().directory.join("cache");
        command.arg("--cache-dir").arg(cache);
        command
            .args(["apply", "--server-side", "--recursive", "-f"])
            .arg(directory.join("apps"));
        once(&mut command)
    }

    /// The resource version of each member of the set `set`, by UID.
    pub(super) fn versions(&self, set: &str) -> Result<BTreeMap<String, String>, String> {
        let line =
            r#"jsonpath={range .items[*]}{.metadata.uid} {.metadata.resourceVersion}{"\n"}{end}"#;
        let label = format!("gitopsc.dev/sync={set}");
        let kinds = "namespaces,configmaps,deployments";
        let arguments = ["get", kinds, "--all-namespaces", "-l", &label, "-o", line];
        let text = self.0.run_kubectl(&arguments, "")?;
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs
            .map(|(uid, version)| (uid.to_owned(), version.to_owned()))
            .collect())
    }

    /// What the server was asked about ConfigMaps and Namespaces, by its own count.
    pub(super) fn requests(&self) -> Result<Requests, String> {
        let text = self.0.run_kubectl(&["get", "--raw", "/metrics"], "")?;
        let mut requests = Requests::default();
        for line in text.lines() {
            let Some(line) = line.strip_prefix("apiserver_request_total{") else {
                continue;
            };
            let Some((labels, count)) = line.rsplit_once("} ") else {
                continue;
            };
            let is_of_members = ["configmaps", "namespaces"]
                .iter()
                .any(|resource| labels.contains(&format!(r#"resource="{resource}""#)));
            let is_dry = labels.contains(r#"dry_run="All""#);
            let verb = labels.split_once(r#"verb=""#);
            let verb = verb.and_then(|(_, rest)| rest.split('"').next());
            let count = count.parse::<f64>().unwrap_or(0.0) as u64;
            match verb.filter(|_| is_of_members) {
                Some("LIST") => requests.lists += count,
                Some("GET") => requests.reads += count,
                Some("APPLY" | "PATCH" | "POST" | "PUT" | "DELETE") if !is_dry => {
                    requests.writes += count;
                }
                _ => {}
            }
        }
        Ok(requests)
    }
}
