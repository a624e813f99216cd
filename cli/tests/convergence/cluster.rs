//! The control plane of all tests here, and how they look at it and edit it: beside gitopsc, as an administrator.

use crate::state::State;
use gitopsc_fault_proxy::FaultProxy;
use gitopsc_test_support::Missing;
use gitopsc_test_support::control_plane::{ControlPlane, Options};
use serde_json::Value;
use std::sync::OnceLock;
use std::time::Duration;
use ureq::Agent;

/// A control plane that runs.
pub struct Cluster {
    pub plane: ControlPlane,
    /// Fails nothing: over it, tests need neither TLS nor a token.
    way: FaultProxy,
    agent: Agent,
    kinds: OnceLock<Vec<Kind>>,
    /// What each revision comes to if nothing disturbs it: found once, for all tests.
    pub undisturbed: OnceLock<Result<[State; 2], String>>,
}

/// A kind of objects that can be listed.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Where its group and version are: `/api/v1`.
    pub root: String,
    pub plural: String,
    pub kind: String,
    pub namespaced: bool,
}

impl Kind {
    /// Where its objects are: in `namespace`, or all there are.
    pub fn path(&self, namespace: Option<&str>) -> String {
        match namespace {
            Some(name) => format!("{}/namespaces/{name}/{}", self.root, self.plural),
            None => format!("{}/{}", self.root, self.plural),
        }
    }
}

impl Cluster {
    pub fn start() -> Result<Cluster, Missing> {
        let plane = ControlPlane::start(&Options::whole())?;
        let way = FaultProxy::start(plane.server(), &plane.ca());
        way.authorize(plane.token());
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Ok(Cluster {
            plane,
            way,
            agent: settings.build().into(),
            kinds: OnceLock::new(),
            undisturbed: OnceLock::new(),
        })
    }

    /// What is at `path`; nothing if nothing is there.
    pub fn get(&self, path: &str) -> Option<Value> {
        let answer = self.agent.get(self.url(path)).call().unwrap();
        read(path, answer)
    }

    /// The objects at `path`; none if their kind is not there.
    pub fn list(&self, path: &str) -> Vec<Value> {
        match self.get(path).as_mut().map(|list| list["items"].take()) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    /// Merges `patch` into what is at `path`, if it is there.
    pub fn merge(&self, path: &str, patch: &Value) -> Option<Value> {
        let request = self.agent.patch(self.url(path));
        let request = request.content_type("application/merge-patch+json");
        read(path, request.send(patch.to_string()).unwrap())
    }

    /// Applies `body` at `path`, which has the query.
    pub fn apply(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.patch(self.url(path));
        let request = request.content_type("application/apply-patch+yaml");
        let applied = read(path, request.send(body.to_string()).unwrap());
        applied.unwrap_or_else(|| panic!("{path} has no place"))
    }

    /// Deletes what is at `path`, if anything is.
    pub fn delete(&self, path: &str) {
        read(path, self.agent.delete(self.url(path)).call().unwrap());
    }

    /// The kinds that the server has from the beginning.
    pub fn kinds(&self) -> &[Kind] {
        self.kinds.get_or_init(|| {
            let groups = self.get("/apis").unwrap();
            let versions = groups["groups"].as_array().unwrap().iter();
            let own = versions
                .filter(|group| !group["name"].as_str().unwrap().ends_with("example.org"))
                .map(|group| format!("/apis/{}", text(&group["preferredVersion"], "groupVersion")));
            let roots = std::iter::once("/api/v1".to_owned()).chain(own);
            roots.flat_map(|root| self.kinds_at(&root)).collect()
        })
    }

    /// The kinds at `root`, such as `/api/v1`.
    pub fn kinds_at(&self, root: &str) -> Vec<Kind> {
        let found = self.get(root).unwrap_or_default();
        let resources = found["resources"].as_array().cloned().unwrap_or_default();
        let can_be_listed = |resource: &&Value| {
            let verbs = resource["verbs"].as_array().unwrap();
            verbs.iter().any(|verb| verb == "list")
        };
        let kind = |resource: &Value| Kind {
            root: root.to_owned(),
            plural: text(resource, "name"),
            kind: text(resource, "kind"),
            namespaced: resource["namespaced"] == true,
        };
        let listed = resources.iter().filter(can_be_listed);
        listed.map(kind).collect()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.way.url())
    }
}

fn read(path: &str, mut answer: ureq::http::Response<ureq::Body>) -> Option<Value> {
    let body = answer.body_mut().read_to_string().unwrap();
    if answer.status() == 404 {
        return None;
    }
    assert!(answer.status().is_success(), "{path}: {body}");
    Some(serde_json::from_str(&body).unwrap())
}

/// The text at `key` of `value`; empty if there is none.
pub fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
