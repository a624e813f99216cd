//! metrics-server: an aggregated API that says what pods and nodes use, so that autoscalers have something to go by.

use super::serve;
use crate::cluster::Seen;
use gitopsc_engine::timestamp::Timestamp;
use gitopsc_stand_ins::{Asked, Reply, StandIn};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

const NAMESPACE: &str = "metrics-server";
const VERSION: &str = "metrics.k8s.io/v1beta1";

/// The server.
#[derive(Default)]
pub struct Metrics {
    server: Option<StandIn>,
    /// What is used, as it was last looked at.
    used: Arc<Mutex<Used>>,
}

/// What is used by what there is.
#[derive(Default)]
struct Used {
    pods: Vec<Value>,
    nodes: Vec<Value>,
}

impl Metrics {
    /// Does what is to be done.
    pub fn play(&mut self, seen: &Seen) -> Result<(), String> {
        if !seen.runs(NAMESPACE, "metrics-server") {
            self.server = None;
            return Ok(());
        }
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = used(seen);
        if self.server.is_none() {
            let used = Arc::clone(&self.used);
            let answer = move |asked: &Asked| {
                let used = used.lock().unwrap_or_else(PoisonError::into_inner);
                answer(&asked.path, &used)
            };
            self.server = serve(seen, NAMESPACE, "metrics-server", answer)?;
        }
        Ok(())
    }
}

/// Every container that runs uses the same, and a node is half idle.
fn used(seen: &Seen) -> Used {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = i64::try_from(since.unwrap_or_default().as_secs()).unwrap_or(i64::MAX);
    let now = Timestamp(seconds).to_string();
    let running = seen
        .all("Pod")
        .filter(|pod| pod["status"]["phase"] == "Running");
    let pods = running.map(|pod| {
        let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
        let containers: Vec<Value> = containers
            .map(|of| json!({"name": of["name"], "usage": {"cpu": "20m", "memory": "32Mi"}}))
            .collect();
        json!({"metadata": named(pod), "timestamp": now, "window": "1s", "containers": containers})
    });
    let nodes = seen.all("Node").map(|node| {
        let usage = json!({"cpu": "500m", "memory": "2Gi"});
        json!({"metadata": named(node), "timestamp": now, "window": "1s", "usage": usage})
    });
    Used {
        pods: pods.collect(),
        nodes: nodes.collect(),
    }
}

fn named(object: &Value) -> Value {
    let metadata = &object["metadata"];
    json!({"name": metadata["name"], "namespace": metadata["namespace"], "labels": metadata["labels"]})
}

/// Answers a request for `path`. Selectors are passed over: who asks looks for its own pods by name.
fn answer(path: &str, used: &Used) -> Reply {
    let path = path.split('?').next().unwrap_or(path);
    let Some(rest) = path.strip_prefix("/apis/metrics.k8s.io/v1beta1") else {
        return unknown();
    };
    let parts: Vec<&str> = rest.split('/').skip(1).collect();
    match parts.as_slice() {
        [] => Reply::ok(resources()),
        ["pods"] => Reply::ok(list("PodMetricsList", &used.pods, |_| true)),
        ["namespaces", of, "pods"] => Reply::ok(list("PodMetricsList", &used.pods, |pod| {
            pod["metadata"]["namespace"] == **of
        })),
        ["nodes"] => Reply::ok(list("NodeMetricsList", &used.nodes, |_| true)),
        _ => unknown(),
    }
}

fn list(kind: &str, all: &[Value], is_wanted: impl Fn(&Value) -> bool) -> Value {
    let items: Vec<&Value> = all.iter().filter(|item| is_wanted(item)).collect();
    json!({"apiVersion": VERSION, "kind": kind, "metadata": {}, "items": items})
}

fn resources() -> Value {
    let resource = |name: &str, kind: &str, namespaced: bool| json!({"name": name, "singularName": "", "kind": kind, "namespaced": namespaced, "verbs": ["get", "list"]});
    json!({
        "apiVersion": "v1",
        "kind": "APIResourceList",
        "groupVersion": VERSION,
        "resources": [
            resource("pods", "PodMetrics", true),
            resource("nodes", "NodeMetrics", false),
        ],
    })
}

fn unknown() -> Reply {
    Reply {
        status: 404,
        body: json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 404}),
    }
}
