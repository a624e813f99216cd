//! The real `gitopsc run`, and its log.

use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// A reconciler that runs as long as this lives.
pub struct Reconciler {
    child: Child,
}

/// What one is started with.
pub struct How<'h> {
    pub kubeconfig: &'h Path,
    pub namespace: &'h str,
    /// Whether it looks at the Syncs of that namespace alone.
    pub only: bool,
    pub folder: &'h Path,
}

impl How<'_> {
    /// Where the log is written.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Reconciler {
    /// Starts one.
    pub fn start(how: &How<'_>) -> Reconciler {
        let log = File::options().create(true).append(true).open(how.log());
        let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("NO_COLOR", "1")
            .env("KUBECONFIG", how.kubeconfig)
            .arg("run")
            .arg("--cache")
            .arg(how.folder.join("cache"))
            .args(["--namespace", how.namespace])
            .args(["--hook-listen", "127.0.0.1:0"])
            .args(["--metrics-listen", "127.0.0.1:0"])
            .args(["--local-sources", "--threads=2", "--log-level=debug"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap());
        if how.only {
            command.args(["--only", how.namespace]);
        }
        let child = command.spawn().unwrap();
        Reconciler { child }
    }

    /// Asks it to stop, and waits for that.
    pub fn stop(mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Reconciler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
