//! A control plane that runs as long as a value lives.

use super::options::Options;
use super::programs::{find, folders, stages};
use crate::place::Missing;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A running control plane. It ends when this is dropped, and also when the process ends in any other way:
/// the launcher sees that its standard input was closed.
#[derive(Debug)]
pub struct ControlPlane {
    launcher: Child,
    summary: Summary,
}

/// What the launcher says once all is ready.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The address of the API server.
    pub server: String,
    /// The file for clients, with the rights of a cluster administrator.
    pub kubeconfig: PathBuf,
    /// The certificate of the authority, as PEM; its key lies beside it as `ca.key`.
    pub ca: PathBuf,
    /// The token of the cluster administrator.
    pub token: String,
    /// The folder of all files, logs among them.
    pub directory: PathBuf,
    /// The client's program; empty if it was not found.
    pub kubectl: PathBuf,
    /// Started programs with their process ids.
    pub processes: BTreeMap<String, u32>,
    /// How long starting took.
    pub milliseconds: u64,
}

impl ControlPlane {
    /// Starts one, which takes about 3 s.
    ///
    /// # Errors
    /// Its programs are not there, as a reason to ignore a test.
    ///
    /// # Panics
    /// It does not start; what the launcher says about it is on standard error.
    pub fn start(options: &Options) -> Result<ControlPlane, Missing> {
        let mut command = launcher(options)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut launcher = command.spawn().expect("the launcher can be started");
        let output = launcher.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the launcher's output can be read");
        let summary = serde_json::from_str(&line);
        let summary = summary.expect("the control plane started; if not, what it said is above");
        Ok(ControlPlane { launcher, summary })
    }

    /// How to reach it, and what was started.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The address of the API server, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.summary.server
    }

    /// The file for clients, with the rights of a cluster administrator.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.summary.kubeconfig
    }

    /// The token of the cluster administrator.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.summary.token
    }

    /// The authority that signed the server's certificate, as PEM.
    ///
    /// # Panics
    /// The file cannot be read.
    #[must_use]
    pub fn ca(&self) -> String {
        fs::read_to_string(&self.summary.ca).expect("the authority's certificate can be read")
    }

    /// How long it took to start.
    #[must_use]
    pub fn started_in(&self) -> Duration {
        Duration::from_millis(self.summary.milliseconds)
    }

    /// Writes a file for clients that reach the API server through `url`, such as that of a proxy, and gives its
    /// path. Over `https` the certificate of `url` must be signed by the same authority.
    ///
    /// # Panics
    /// The file cannot be written.
    #[must_use]
    pub fn kubeconfig_through(&self, url: &str) -> PathBuf {
        let own = fs::read_to_string(self.kubeconfig()).expect("the kubeconfig can be read");
        let name: String = url.chars().filter(char::is_ascii_digit).collect();
        let path = self.summary.directory.join(format!("kubeconfig-{name}"));
        let text = own.replace(&self.summary.server, url);
        let text = if url.starts_with("https:") {
            text
        } else {
            without_authority(&text)
        };
        fs::write(&path, text).expect("a kubeconfig can be written");
        path
    }

    /// The real kubectl, for this control plane, without settings and caches of the user.
    ///
    /// # Errors
    /// It is not there, as a reason to ignore a test.
    pub fn kubectl(&self) -> Result<Command, Missing> {
        let mut command = Command::new(find("kubectl")?);
        let home = &self.summary.directory;
        command
            .env_clear()
            .env("HOME", home)
            .env("USERPROFILE", home)
            .env("PATH", "")
            .env("KUBECONFIG", self.kubeconfig())
            // So that it knows of ApplySets.
            .env("KUBECTL_APPLYSET", "true")
            .stdin(Stdio::null());
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        Ok(command)
    }

    /// Runs the real kubectl with `arguments`, and `input` as standard input; gives what it prints.
    ///
    /// # Errors
    /// What it says when it fails, or that it is not there.
    ///
    /// # Panics
    /// It cannot be started.
    pub fn run_kubectl(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut command = self.kubectl().map_err(String::from)?;
        command.args(arguments).stdin(Stdio::piped());
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("kubectl can be started");
        let mut given = child.stdin.take().expect("standard input is piped");
        let output = thread::scope(|scope| {
            // A program that reads no input has closed it, which is no failure.
            scope.spawn(move || given.write_all(input.as_bytes()));
            child.wait_with_output()
        });
        let output = output.expect("kubectl can be waited for");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stderr))
        }
    }
}

impl Drop for ControlPlane {
    /// Ends it and waits until its files are gone.
    fn drop(&mut self) {
        drop(self.launcher.stdin.take());
        let _ = self.launcher.wait();
    }
}

/// The launcher with arguments for `options`, ready to be started.
///
/// # Errors
/// A program is not there, as a reason to ignore a test.
pub fn launcher(options: &Options) -> Result<Command, Missing> {
    for name in options.programs() {
        find(name)?;
    }
    let mut command = Command::new(find("launcher")?);
    for folder in folders() {
        command.arg("--assets").arg(folder);
    }
    command.arg("--stages").arg(stages());
    command.args(options.arguments());
    Ok(command)
}

/// `kubeconfig` without the line of the authority, which is refused with an address of plain HTTP.
fn without_authority(kubeconfig: &str) -> String {
    let lines = kubeconfig.lines();
    let kept = lines.filter(|line| !line.contains("certificate-authority-data:"));
    kept.map(|line| format!("{line}\n")).collect()
}
