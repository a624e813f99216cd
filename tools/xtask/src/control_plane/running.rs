//! A control plane that runs until somebody stops it. One file says how to reach it, and the launcher ends
//! when that file is gone: nobody has to remember a process id.

use super::build;
use gitopsc_test_support::control_plane::{Options, Summary, launcher};
use gitopsc_test_support::target;
use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The longest that starting and stopping may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Starts one unless it runs.
pub(super) fn start() -> Result<(), String> {
    if let Some(running) = running() {
        eprintln!("it runs already: {}", running.server);
        return env();
    }
    build()?;
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| told(&folder, &error))?;
    let mut child = detached()?;
    let begun = Instant::now();
    while running().is_none() {
        let ended = child.try_wait().map_err(|error| error.to_string())?;
        if ended.is_some() || begun.elapsed() > PATIENCE {
            let _ = fs::remove_file(state());
            let log = fs::read_to_string(log()).unwrap_or_default();
            return Err(format!("the control plane did not start\n{log}"));
        }
        sleep(Duration::from_millis(50));
    }
    env()
}

/// Prints what a shell needs, for `eval`.
pub(super) fn env() -> Result<(), String> {
    let running = running().ok_or("no control plane runs: `cargo xtask control-plane start`")?;
    println!("export KUBECONFIG='{}'", running.kubeconfig.display());
    if let Some(folder) = running
        .kubectl
        .parent()
        .filter(|_| running.kubectl.is_file())
    {
        println!("export PATH='{}':\"$PATH\"", folder.display());
    }
    Ok(())
}

/// Ends it, and waits until its files are gone.
pub(super) fn stop() -> Result<(), String> {
    let Some(running) = running() else {
        eprintln!("no control plane runs");
        return Ok(());
    };
    fs::remove_file(state()).map_err(|error| told(&state(), &error))?;
    let begun = Instant::now();
    while running.directory.exists() {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{} is still there", running.directory.display()));
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The one that runs, if it still answers.
fn running() -> Option<Summary> {
    let text = fs::read_to_string(state()).ok()?;
    let summary: Summary = serde_json::from_str(&text).ok()?;
    let address = summary.server.trim_start_matches("https://");
    TcpStream::connect(address).is_ok().then_some(summary)
}

/// The launcher, in a group of its own, so that ctrl-c in the terminal does not reach it.
fn detached() -> Result<Child, String> {
    let output = File::create(state()).map_err(|error| told(&state(), &error))?;
    let errors = File::create(log()).map_err(|error| told(&log(), &error))?;
    let mut command = launcher(&Options::whole()).map_err(String::from)?;
    command.arg("--while-exists").arg(state());
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(|error| error.to_string())
}

fn folder() -> PathBuf {
    target().join("control-plane")
}

/// What the launcher said, as long as it runs.
fn state() -> PathBuf {
    folder().join("running.json")
}

fn log() -> PathBuf {
    folder().join("launcher.log")
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
