//! One of several replicas acts, on a real API server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gitopsc_reconciler::api::{Api, Target, connect};
use gitopsc_reconciler::leader::lead;
use gitopsc_reconciler::lease::{self, Contest};
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Missing, Outcome, Test, run};
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

fn main() -> ExitCode {
    run(vec![Test::new(
        "one replica leads, and another follows who ends and who dies",
        || match ControlPlane::start(&Options::api_server_only()) {
            Ok(plane) => on_one_thread(one_after_another(&plane)),
            Err(Missing(why)) => Missing(why).into(),
        },
    )])
}

fn on_one_thread(work: impl Future<Output = Result<(), String>>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(work).into()
}

/// What replicas tell: who leads now, who does not any more.
#[derive(Debug, PartialEq)]
enum Told {
    Leads(&'static str),
    Ended(&'static str),
}

struct Replica {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

fn start(api: &Api, name: &'static str, told: &mpsc::UnboundedSender<Told>) -> Replica {
    let (stop, stopped) = watch::channel(false);
    let (api, told) = (api.clone(), told.clone());
    let task = tokio::spawn(async move {
        let contest = Contest::of_replicas("default", "replicas");
        let work = |mut ends: watch::Receiver<bool>| {
            let told = told.clone();
            async move {
                told.send(Told::Leads(name)).unwrap();
                let _ = ends.wait_for(|end| *end).await;
                told.send(Told::Ended(name)).unwrap();
            }
        };
        let failed = |error: &lease::LeaseError| panic!("{error}");
        lead(&api, &contest, name, &stopped, work, failed).await;
    });
    Replica { stop, task }
}

async fn one_after_another(plane: &ControlPlane) -> Result<(), String> {
    let target = Target {
        kubeconfig: vec![plane.kubeconfig().to_owned()],
        ..Target::default()
    };
    let (api, _) = connect(&target).await.map_err(|error| error.to_string())?;
    let (sender, mut told) = mpsc::unbounded_channel();
    let mut next = async || {
        let within = Duration::from_secs(60);
        let next = tokio::time::timeout(within, told.recv()).await;
        next.map_err(|_| "nobody tells anything".to_owned())
            .map(Option::unwrap)
    };

    let first = start(&api, "first", &sender);
    assert_eq!(next().await?, Told::Leads("first"));
    let second = start(&api, "second", &sender);
    // The first ends its work before the second begins.
    first.stop.send(true).unwrap();
    assert_eq!(next().await?, Told::Ended("first"));
    assert_eq!(next().await?, Told::Leads("second"));
    first.task.await.unwrap();

    // The second dies with the lease in its hands.
    let third = start(&api, "third", &sender);
    second.task.abort();
    assert_eq!(next().await?, Told::Leads("third"));

    // Somebody takes the lease away from it.
    let taken = r#"{"spec": {"holderIdentity": "somebody"}}"#;
    plane.run_kubectl(
        &["patch", "lease", "replicas", "--type=merge", "-p", taken],
        "",
    )?;
    assert_eq!(next().await?, Told::Ended("third"));
    // It stands by, and leads again once nobody renews.
    assert_eq!(next().await?, Told::Leads("third"));
    third.stop.send(true).unwrap();
    assert_eq!(next().await?, Told::Ended("third"));
    third.task.await.map_err(|error| error.to_string())
}
