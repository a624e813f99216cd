//! A cluster to look around in: a real control plane, the example cluster applied to it by `gitopsc apply`, and
//! stand-ins for the operators that the example brings. `cargo xtask demo` builds all of it and starts this.
//!
//! Pods do not run, kwok only says that they do. So what would run in them is played here, as far as others wait
//! for it. Everything ends with this process.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]

mod cluster;
mod operators;

use cluster::Cluster;
use gitopsc_test_support::workspace;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

fn main() -> ExitCode {
    let program = std::env::args_os().nth(1).map(PathBuf::from);
    let Some(program) = program else {
        eprintln!("`cargo xtask demo` starts this with the program to show");
        return ExitCode::from(2);
    };
    match demo(&program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn demo(program: &Path) -> Result<(), String> {
    let interrupts = interrupts();
    println!("starting a cluster of three nodes");
    let cluster = Cluster::start()?;
    let over = AtomicBool::new(false);
    let shown = thread::scope(|scope| {
        scope.spawn(|| operators::play(&cluster, &over));
        let shown = show(program, &cluster, &interrupts);
        over.store(true, Ordering::SeqCst);
        shown
    });
    drop(cluster);
    println!("the cluster is gone");
    shown
}

/// Applies the example, says how to look around, and stays until somebody interrupts.
fn show(program: &Path, cluster: &Cluster, interrupts: &Receiver<()>) -> Result<(), String> {
    let example = workspace().join("cluster");
    println!("gitopsc apply {} --yes\n", example.display());
    let mut command = Command::new(program);
    command
        .arg("apply")
        .arg(&example)
        .arg("--yes")
        .env("KUBECONFIG", cluster.kubeconfig())
        .env("SOPS_AGE_KEY_FILE", key());
    let mut child = command
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    loop {
        if interrupts.try_recv().is_ok() {
            // The cluster goes away anyway.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(());
        }
        if child
            .try_wait()
            .map_err(|error| error.to_string())?
            .is_some()
        {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    println!("{}", around(program, cluster));
    // Whoever sends has gone: then nobody can interrupt, and there is nothing to stay for.
    let _ = interrupts.recv();
    Ok(())
}

/// What can be done now.
fn around(program: &Path, cluster: &Cluster) -> String {
    let folder = |path: &Path| path.parent().unwrap_or(path).display().to_string();
    let (kubectl, gitopsc) = (folder(cluster.kubectl()), folder(program));
    let (kubeconfig, key) = (cluster.kubeconfig().display(), key());
    let (example, key) = (workspace().join("cluster"), key.display());
    let example = example.display();
    format!(
        "
The cluster stays until ctrl-c. In another terminal:

    export KUBECONFIG='{kubeconfig}'
    export SOPS_AGE_KEY_FILE='{key}'
    export PATH='{gitopsc}:{kubectl}':\"$PATH\"

    kubectl get deployments,statefulsets,daemonsets --all-namespaces
    kubectl top pods --all-namespaces
    kubectl get service web --namespace web-production
    kubectl get configmaps,leases --namespace gitopsc-system

What differs is put right again:

    kubectl delete service cache --namespace web-production
    kubectl set image deployment web web=example.com/other --namespace web-staging
    gitopsc apply '{example}'

Change a copy, and apply it to the same set:

    mkdir /tmp/demo && cp -r '{example}' /tmp/demo
    gitopsc apply /tmp/demo/cluster
"
    )
}

/// What opens the secrets of the example.
fn key() -> PathBuf {
    workspace().join("cluster/test-key.txt")
}

/// Hears of each interrupt from now on.
fn interrupts() -> Receiver<()> {
    let (sender, interrupts) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Without a runtime an interrupt ends the process, and with it everything.
        if let Ok(runtime) = runtime {
            while runtime.block_on(tokio::signal::ctrl_c()).is_ok() && sender.send(()).is_ok() {}
        }
    });
    interrupts
}
