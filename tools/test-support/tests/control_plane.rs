//! The control plane starts, behaves as a cluster does, and goes without leaving anything.

use gitopsc_test_support::control_plane::{ControlPlane, Options, launcher};
use gitopsc_test_support::{Missing, Outcome, Test, run};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Set for a process of this program that starts a control plane and waits to be killed.
const HOLDS: &str = "GITOPSC_TEST_HOLDS";

fn main() -> ExitCode {
    if std::env::var_os(HOLDS).is_some() {
        return hold();
    }
    run(vec![
        Test::new("nothing_is_left_of_one_whose_test_was_killed", || {
            outcome(killed())
        }),
        Test::new("workloads_become_ready_and_jobs_complete", || {
            on(Options::whole(), workloads)
        }),
        Test::new("two_run_side_by_side_and_nothing_is_left_of_them", || {
            outcome(side_by_side())
        }),
        Test::new("without_controllers_only_the_api_server_is_there", || {
            on(Options::api_server_only(), alone)
        }),
    ])
}

fn on(options: Options, test: fn(&ControlPlane) -> Result<(), String>) -> Outcome {
    match ControlPlane::start(&options) {
        Ok(plane) => test(&plane).into(),
        Err(missing) => missing.into(),
    }
}

/// What a test that starts control planes itself came to.
fn outcome(result: Result<Result<(), String>, Missing>) -> Outcome {
    result.map_or_else(Outcome::from, Outcome::from)
}

const WORKLOADS: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: first, image: first}]
      containers: [{name: web, image: web}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: good}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: job}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: bad}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {tests.gitopsc.dev/exit-code: "3"}}
    spec: {restartPolicy: Never, containers: [{name: job, image: job}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: stuck
  annotations: {tests.gitopsc.dev/waiting: ImagePullBackOff}
spec: {containers: [{name: stuck, image: stuck}]}
"#;

fn workloads(plane: &ControlPlane) -> Result<(), String> {
    plane.run_kubectl(&["apply", "-f", "-"], WORKLOADS)?;
    let wait = |what: &[&str]| plane.run_kubectl(&[&["wait", "--timeout=60s"], what].concat(), "");
    wait(&["deployment/web", "--for=jsonpath={.status.readyReplicas}=3"])?;
    wait(&["job/good", "--for=condition=Complete"])?;
    wait(&["job/bad", "--for=condition=Failed"])?;
    let reason = "{.status.containerStatuses[0].state.waiting.reason}";
    wait(&[
        "pod/stuck",
        &format!("--for=jsonpath={reason}=ImagePullBackOff"),
    ])?;
    plane.run_kubectl(&["create", "namespace", "short-lived"], "")?;
    plane.run_kubectl(&["delete", "namespace", "short-lived", "--timeout=60s"], "")?;
    plane.run_kubectl(
        &[
            "delete",
            "deployment",
            "web",
            "--cascade=foreground",
            "--timeout=60s",
        ],
        "",
    )?;
    let left = plane.run_kubectl(&["get", "pods", "-l", "app=web", "-o", "name"], "")?;
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("pods are left: {left}"))
    }
}

fn alone(plane: &ControlPlane) -> Result<(), String> {
    let started: Vec<&str> = plane
        .summary()
        .processes
        .keys()
        .map(String::as_str)
        .collect();
    if started != ["etcd", "kube-apiserver"] {
        return Err(format!("started: {started:?}"));
    }
    // Nobody makes service accounts, and pods are accepted all the same.
    let pod = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "a"}]}}"#;
    plane.run_kubectl(&["create", "-f", "-"], pod).map(drop)
}

fn side_by_side() -> Result<Result<(), String>, Missing> {
    let one = ControlPlane::start(&Options::api_server_only())?;
    let other = ControlPlane::start(&Options::api_server_only())?;
    let folders = [
        one.summary().directory.clone(),
        other.summary().directory.clone(),
    ];
    let make = one.run_kubectl(&["create", "configmap", "here"], "");
    let seen = other.run_kubectl(&["get", "configmap", "here"], "");
    let servers = [one.server().to_owned(), other.server().to_owned()];
    drop((one, other));
    Ok((|| {
        make?;
        if seen.is_ok() {
            return Err("one shows what was made in the other".to_owned());
        }
        if let Some(folder) = folders.iter().find(|folder| folder.exists()) {
            return Err(format!("{} is still there", folder.display()));
        }
        servers.iter().try_for_each(|server| gone(server))
    })())
}

/// Waits until nothing answers at `server` any more.
fn gone(server: &str) -> Result<(), String> {
    let address = server.trim_start_matches("https://");
    let begun = Instant::now();
    while std::net::TcpStream::connect(address).is_ok() {
        if begun.elapsed() > Duration::from_secs(5) {
            return Err(format!("{server} still answers"));
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Starts a control plane, says where it is, and waits.
#[allow(
    clippy::print_stdout,
    reason = "the process that kills this one reads it"
)]
fn hold() -> ExitCode {
    let plane = ControlPlane::start(&Options::api_server_only());
    let plane = plane.expect("whoever started this found the programs");
    println!("{} {}", plane.server(), plane.summary().directory.display());
    sleep(Duration::from_secs(600));
    ExitCode::FAILURE
}

fn killed() -> Result<Result<(), String>, Missing> {
    launcher(&Options::api_server_only())?;
    let own = std::env::current_exe().expect("a program knows where it is");
    let mut test = Command::new(own)
        .env(HOLDS, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be started again");
    let output = test.stdout.take().expect("standard output is piped");
    let mut line = String::new();
    let read = BufReader::new(output).read_line(&mut line);
    test.kill().expect("a child can be killed");
    test.wait().expect("a child can be waited for");
    read.expect("the output can be read");
    let Some((server, directory)) = line.trim_end().split_once(' ') else {
        return Ok(Err(format!("it did not start: {line}")));
    };
    let begun = Instant::now();
    while Path::new(directory).exists() {
        if begun.elapsed() > Duration::from_secs(10) {
            return Ok(Err(format!("{directory} is still there")));
        }
        sleep(Duration::from_millis(20));
    }
    Ok(gone(server))
}
