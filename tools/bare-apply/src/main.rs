//! A bare loop of server-side applies: what an API server can take from one client, as a measure for `gitopsc apply`.
//!
//! `gitopsc-bare-apply KUBECONFIG IN-FLIGHT FILE`. A line of the file is one request: a path, a tab, a body. An empty
//! line waits for the answers to all before it. It uses the HTTP client that gitopsc uses, and does nothing else:
//! it reads no cluster, decides nothing, and throws answers away unread.

use kube::client::Body;
use kube::config::{Config, KubeConfigOptions, Kubeconfig};
use kube::{Client, Error as KubeError};
use std::error::Error;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kubeconfig, in_flight, file] = arguments.as_slice() else {
        return Err("KUBECONFIG IN-FLIGHT FILE".into());
    };
    let requests = std::fs::read_to_string(file)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(kubeconfig, in_flight.parse()?, &requests))
}

async fn run(kubeconfig: &str, in_flight: usize, requests: &str) -> Result<(), Failure> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let options = KubeConfigOptions::default();
    let client = Client::try_from(Config::from_custom_kubeconfig(kubeconfig, &options).await?)?;
    let mut running = JoinSet::new();
    for line in requests.lines() {
        let room = if line.is_empty() { 1 } else { in_flight };
        while running.len() >= room
            && let Some(done) = running.join_next().await
        {
            done??;
        }
        if let Some((path, body)) = line.split_once('\t') {
            running.spawn(apply(client.clone(), path.to_owned(), body.to_owned()));
        }
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}

async fn apply(client: Client, path: String, body: String) -> Result<(), Failure> {
    let request = http::Request::patch(format!("{path}?fieldManager=bare&fieldValidation=Strict"))
        .header(http::header::CONTENT_TYPE, "application/apply-patch+yaml")
        .header(http::header::ACCEPT, "application/json")
        .body(Body::from(body.into_bytes()))?;
    let response = client.send(request).await?;
    let status = response.status();
    let answer = response.into_body().collect_bytes().await;
    let answer: Result<_, KubeError> = answer;
    let answer = answer?;
    if status.is_success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer);
    Err(format!("{path}: {status}: {said}").into())
}
