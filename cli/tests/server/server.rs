//! The control plane of all tests here, asked beside gitopsc.

use gitopsc_fault_proxy::FaultProxy;
use gitopsc_test_support::Missing;
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use ureq::Agent;

/// A control plane that runs.
pub struct Server {
    pub plane: ControlPlane,
    /// Fails nothing: over it, tests need neither TLS nor a token.
    way: FaultProxy,
    agent: Agent,
}

impl Server {
    pub fn start() -> Result<Server, Missing> {
        let plane = ControlPlane::start(&Options::whole())?;
        let way = FaultProxy::start(plane.server(), &plane.ca());
        way.authorize(plane.token());
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Ok(Server {
            plane,
            way,
            agent: settings.build().into(),
        })
    }

    /// What is at `path`; nothing if nothing is there.
    pub fn get(&self, path: &str) -> Option<Value> {
        let mut answer = self.agent.get(self.url(path)).call().unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        let found = answer.status().is_success();
        found.then(|| serde_json::from_str(&body).unwrap())
    }

    /// Posts `body` to `path`: the status, and what was answered.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.agent.post(self.url(path));
        let request = request.content_type("application/json");
        let mut answer = request.send(body.to_string()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let answered = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (answer.status().as_u16(), answered)
    }

    /// A proxy of a test's own before the server, and the kubeconfig that leads through it.
    pub fn way(&self) -> (FaultProxy, PathBuf) {
        let proxy = FaultProxy::start(self.plane.server(), &self.plane.ca());
        proxy.authorize(self.plane.token());
        let kubeconfig = self.plane.kubeconfig_through(&proxy.url());
        (proxy, kubeconfig)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.way.url())
    }
}
