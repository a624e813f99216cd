//! What a request asks of an API server, read from its method, path, query and headers.

use hyper::http::{HeaderMap, Method, Uri, header};
use serde::Deserialize;
use std::fmt;

/// What is asked for, in Kubernetes' words; a server-side apply is apart from other patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// One object.
    Get,
    /// All objects of a kind.
    List,
    /// Changes of a kind.
    Watch,
    /// A new object.
    Create,
    /// A server-side apply.
    Apply,
    /// A patch of another type.
    Patch,
    /// An object replaced.
    Update,
    /// One object deleted.
    Delete,
    /// All objects of a selection deleted.
    DeleteCollection,
    /// No resource: discovery, schemas, health.
    Other,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub verb: Verb,
    /// The group of the resource, empty for the core.
    pub group: String,
    /// The plural name of the resource, empty for [`Verb::Other`].
    pub resource: String,
    /// The namespace, if the path has one.
    pub namespace: Option<String>,
    /// The object's name, if the path has one.
    pub name: Option<String>,
    /// The subresource, such as `status`.
    pub subresource: Option<String>,
    /// Whether the server is to change nothing.
    pub dry_run: bool,
    /// Whether only metadata is wanted.
    pub metadata_only: bool,
    /// The path without the query.
    pub path: String,
    /// The query.
    pub query: String,
}

impl Request {
    /// Whether it changes something on the server.
    #[must_use]
    pub fn is_write(&self) -> bool {
        let reads = [Verb::Get, Verb::List, Verb::Watch, Verb::Other];
        // Questions about rights are asked by creating objects that nobody keeps.
        let question =
            ["authorization.k8s.io", "authentication.k8s.io"].contains(&self.group.as_str());
        !reads.contains(&self.verb) && !self.dry_run && !question
    }

    /// The resource with its group, such as `deployments.apps`.
    #[must_use]
    pub fn kind(&self) -> String {
        if self.group.is_empty() {
            return self.resource.clone();
        }
        format!("{}.{}", self.resource, self.group)
    }

    pub(crate) fn read(method: &Method, uri: &Uri, headers: &HeaderMap) -> Request {
        let query = uri.query().unwrap_or_default();
        let mut request = place(uri.path());
        request.query = query.to_owned();
        request.dry_run = has(query, "dryRun");
        request.metadata_only = says(headers, header::ACCEPT, "as=PartialObjectMetadata");
        if !request.resource.is_empty() {
            let apply = says(headers, header::CONTENT_TYPE, "application/apply-patch");
            let watch = has(query, "watch") && !query.contains("watch=false");
            request.verb = verb(method, request.name.is_some(), apply, watch);
        }
        request
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dry = if self.dry_run { " (dry run)" } else { "" };
        write!(f, "{:?} {}{dry}", self.verb, self.path)
    }
}

fn verb(method: &Method, named: bool, apply: bool, watch: bool) -> Verb {
    match (method.as_str(), named) {
        ("GET", _) if watch => Verb::Watch,
        ("GET", true) => Verb::Get,
        ("GET", false) => Verb::List,
        ("POST", _) => Verb::Create,
        ("PUT", _) => Verb::Update,
        ("PATCH", _) if apply => Verb::Apply,
        ("PATCH", _) => Verb::Patch,
        ("DELETE", true) => Verb::Delete,
        ("DELETE", false) => Verb::DeleteCollection,
        _ => Verb::Other,
    }
}

/// What a path names.
fn place(path: &str) -> Request {
    let mut request = Request {
        verb: Verb::Other,
        group: String::new(),
        resource: String::new(),
        namespace: None,
        name: None,
        subresource: None,
        dry_run: false,
        metadata_only: false,
        path: path.to_owned(),
        query: String::new(),
    };
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let (group, rest) = match words.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return request,
    };
    let object = match rest {
        // A namespace is both an object and a place for others.
        ["namespaces", _] | ["namespaces", _, "status" | "finalize"] => rest,
        ["namespaces", namespace, rest @ ..] => {
            request.namespace = Some((*namespace).to_owned());
            rest
        }
        _ => rest,
    };
    let word = |at: usize| object.get(at).map(|word| (*word).to_owned());
    group.clone_into(&mut request.group);
    request.resource = word(0).unwrap_or_default();
    request.name = word(1);
    request.subresource = word(2);
    request
}

fn has(query: &str, key: &str) -> bool {
    query
        .split('&')
        .any(|pair| pair.split('=').next() == Some(key))
}

fn says(headers: &HeaderMap, name: header::HeaderName, words: &str) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{Request, Verb};
    use hyper::http::{HeaderMap, Method, header};

    fn read(method: &str, uri: &str, content: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content.parse().unwrap());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Request::read(&method, &uri.parse().unwrap(), &headers)
    }

    #[test]
    fn verbs_are_told_apart() {
        let json = "application/json";
        let table = [
            ("GET", "/api/v1/configmaps", json, Verb::List),
            (
                "GET",
                "/api/v1/configmaps?limit=5&watch=1",
                json,
                Verb::Watch,
            ),
            ("GET", "/api/v1/configmaps?watch=false", json, Verb::List),
            ("GET", "/api/v1/namespaces/a/configmaps/b", json, Verb::Get),
            ("GET", "/api/v1/namespaces/a", json, Verb::Get),
            ("GET", "/api/v1/namespaces", json, Verb::List),
            (
                "POST",
                "/apis/apps/v1/namespaces/a/deployments",
                json,
                Verb::Create,
            ),
            (
                "PUT",
                "/apis/apps/v1/namespaces/a/deployments/b",
                json,
                Verb::Update,
            ),
            (
                "PATCH",
                "/api/v1/namespaces/a",
                "application/apply-patch+yaml",
                Verb::Apply,
            ),
            (
                "PATCH",
                "/api/v1/namespaces/a",
                "application/json-patch+json",
                Verb::Patch,
            ),
            ("DELETE", "/api/v1/namespaces/a", json, Verb::Delete),
            (
                "DELETE",
                "/api/v1/namespaces/a/pods",
                json,
                Verb::DeleteCollection,
            ),
            ("GET", "/apis", json, Verb::Other),
            ("GET", "/apis/apps/v1", json, Verb::Other),
            ("GET", "/openapi/v3/api/v1", json, Verb::Other),
        ];
        for (method, uri, content, verb) in table {
            assert_eq!(read(method, uri, content).verb, verb, "{method} {uri}");
        }
    }

    #[test]
    fn a_path_names_kind_place_and_part() {
        let request = read(
            "PATCH",
            "/apis/apps/v1/namespaces/a/deployments/b/scale",
            "",
        );
        assert_eq!(request.kind(), "deployments.apps");
        assert_eq!(request.namespace.as_deref(), Some("a"));
        assert_eq!(request.name.as_deref(), Some("b"));
        assert_eq!(request.subresource.as_deref(), Some("scale"));
        let namespace = read("PUT", "/api/v1/namespaces/a/finalize", "");
        assert_eq!(namespace.kind(), "namespaces");
        assert_eq!(namespace.name.as_deref(), Some("a"));
        assert_eq!(namespace.subresource.as_deref(), Some("finalize"));
    }

    #[test]
    fn dry_runs_and_questions_are_no_writes() {
        assert!(read("DELETE", "/api/v1/namespaces/a", "").is_write());
        assert!(!read("DELETE", "/api/v1/namespaces/a?dryRun=All", "").is_write());
        assert!(!read("GET", "/api/v1/namespaces/a", "").is_write());
        let review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        assert!(!read("POST", review, "").is_write());
    }
}
