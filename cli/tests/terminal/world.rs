//! What is applied in a test: three objects in a namespace of its own, one of which waits for a Secret that nobody makes.

use crate::pty::Session;
use gitopsc_fault_proxy::{FaultProxy, Rule};
use gitopsc_test_support::control_plane::ControlPlane;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub struct World<'p> {
    plane: &'p ControlPlane,
    /// The name of the set, its namespace, and the namespace of its records.
    pub name: &'static str,
    folder: TempDir,
}

impl World<'_> {
    /// One in which the Deployment waits so long for its Secret.
    pub fn new<'p>(plane: &'p ControlPlane, name: &'static str, wait: &str) -> World<'p> {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
        write(
            "kustomization.yaml",
            "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [objects.yaml]\n",
        );
        let objects = include_str!("objects.yaml");
        write(
            "objects.yaml",
            &objects.replace("NAME", name).replace("WAIT", wait),
        );
        World {
            plane,
            name,
            folder,
        }
    }

    /// `gitopsc COMMAND` of the set, with further arguments, on a terminal.
    pub fn start(&self, command: &str, arguments: &[&str]) -> Session {
        let kubeconfig = self.plane.kubeconfig();
        Session::start(self.command(command, kubeconfig).args(arguments), 24, 100)
    }

    /// `gitopsc apply` of the set, with a fault on its way.
    pub fn apply_with(&self, rule: Rule) -> (Session, FaultProxy) {
        let proxy = FaultProxy::start(self.plane.server(), &self.plane.ca());
        proxy.authorize(self.plane.token());
        proxy.add(rule);
        let kubeconfig: PathBuf = self.plane.kubeconfig_through(&proxy.url());
        let session = Session::start(&mut self.command("apply", &kubeconfig), 24, 100);
        (session, proxy)
    }

    /// `gitopsc COMMAND` of the set, ready to be started.
    pub fn command(&self, command: &str, kubeconfig: &Path) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
        program
            .current_dir(self.folder.path())
            .env("KUBECONFIG", kubeconfig)
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .args([command, "--yes", "--set", self.name])
            .args(["--set-namespace", &format!("{}-records", self.name)]);
        program
    }

    /// `gitopsc apply` of the set, ready to be started.
    pub fn apply(&self) -> Command {
        self.command("apply", self.plane.kubeconfig())
    }

    /// Runs kubectl.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> Result<(), String> {
        self.plane.run_kubectl(arguments, input).map(drop)
    }
}
