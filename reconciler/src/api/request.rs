//! One request and its answer.

use super::error::{ApiError, Refusal};
use super::{Api, Collection, FIELD_MANAGER, Resource, retry};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, read_json, write_json};
use http::{HeaderMap, Method, Request, StatusCode};
use kube::client::Body;
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long an answer may take. A webhook may take 30 s of it.
const TIMEOUT: Duration = Duration::from_secs(45);

/// How long a read is repeated while the server is in trouble.
const READING: Duration = Duration::from_secs(15);

const APPLY: &str = "application/apply-patch+yaml";
const JSON_PATCH: &str = "application/json-patch+json";
const MERGE_PATCH: &str = "application/merge-patch+json";
const JSON: &str = "application/json";
pub(super) const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/// How an object is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Take fields that others own with other values.
    pub force: bool,
    /// Change nothing, and give the object as it would be.
    pub dry_run: bool,
    /// Give the object's metadata alone.
    pub metadata_only: bool,
}

/// What must still be true for a deletion, and what becomes of what the object owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Its UID.
    pub uid: EcoString,
    /// Its resource version.
    pub resource_version: EcoString,
    /// What becomes of what it owns.
    pub owned: Owned,
}

/// What becomes of what a deleted object owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owned {
    /// It stays.
    Stays,
    /// It goes first: until then the object is there.
    GoesFirst,
    /// It goes later.
    GoesLater,
}

impl Api {
    /// The object; nothing if it, its namespace or its kind is not there.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get(&self, at: &Resource) -> Result<Option<Json>, ApiError> {
        let call = Call::new("get", Method::GET, at.path(), at);
        found(self.call(call).await)
    }

    /// The object's metadata; nothing if it, its namespace or its kind is not there.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get_metadata(&self, at: &Resource) -> Result<Option<Json>, ApiError> {
        let mut call = Call::new("get", Method::GET, at.path(), at);
        call.accept = METADATA;
        found(self.call(call).await)
    }

    /// Applies `body` by server-side apply with strict validation, and gives the object as it is then.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn apply(&self, at: &Resource, body: &Json, how: Patch) -> Result<Json, ApiError> {
        let operation = if how.dry_run { "try" } else { "apply" };
        let mut call = Call::new(operation, Method::PATCH, at.path(), at);
        call.query = format!("fieldManager={FIELD_MANAGER}&fieldValidation=Strict");
        if how.force {
            call.query.push_str("&force=true");
        }
        if how.dry_run {
            call.query.push_str("&dryRun=All");
        }
        if how.metadata_only {
            call.accept = METADATA;
        }
        let version = body.str_at(&["metadata", "resourceVersion"]);
        let call = call.conditional(version.is_some());
        self.call(call.body(APPLY, body)).await
    }

    /// Makes `body`, which must not be there.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn create(&self, within: &Collection, body: &Json) -> Result<Json, ApiError> {
        let mut call = Call::new("create", Method::POST, within.path(), within);
        call.query = format!("fieldManager={FIELD_MANAGER}");
        self.call(call.body(JSON, body)).await
    }

    /// Puts `body`, which carries the resource version that it replaces.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn replace(&self, at: &Resource, body: &Json) -> Result<Json, ApiError> {
        let mut call = Call::new("replace", Method::PUT, at.path(), at).conditional(true);
        call.query = format!("fieldManager={FIELD_MANAGER}");
        self.call(call.body(JSON, body)).await
    }

    /// Changes the object by the JSON patch `operations`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn patch(&self, at: &Resource, operations: &Json) -> Result<Json, ApiError> {
        let mut call = Call::new("patch", Method::PATCH, at.path(), at).conditional(true);
        call.query = format!("fieldManager={FIELD_MANAGER}");
        self.call(call.body(JSON_PATCH, operations)).await
    }

    /// Sets the annotation `name` of one of our own objects to `value`, under a name of its own as the owner of fields:
    /// whoever applies the object does not take it away.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn annotate(&self, at: &Resource, name: &str, value: &str) -> Result<(), ApiError> {
        let mut call = Call::new("annotate", Method::PATCH, at.path(), at);
        call.query = format!("fieldManager={FIELD_MANAGER}-marks");
        call.accept = METADATA;
        let annotations = Json::object([(name, Json::string(value))]);
        let metadata = Json::object([("annotations", annotations)]);
        let body = Json::object([("metadata", metadata)]);
        self.call(call.body(MERGE_PATCH, &body)).await.map(drop)
    }

    /// Deletes the object, if it is still the one that was seen. What is gone already is no error.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn delete(&self, at: &Resource, deletion: &Deletion) -> Result<(), ApiError> {
        let call = Call::new("delete", Method::DELETE, at.path(), at).conditional(true);
        found(self.call(call.body(JSON, &deletion.options())).await).map(drop)
    }

    /// Deletes one of our own objects, whatever became of it. What is gone already is no error.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn delete_own(&self, at: &Resource) -> Result<(), ApiError> {
        let call = Call::new("delete", Method::DELETE, at.path(), at);
        found(self.call(call).await).map(drop)
    }

    /// Any document that the server serves at `path`, such as its discovery.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn document(&self, path: &str, accept: &'static str) -> Result<Json, ApiError> {
        let mut call = Call::new("read", Method::GET, path, &path);
        call.accept = accept;
        self.call(call).await
    }

    pub(super) async fn call(&self, call: Call) -> Result<Json, ApiError> {
        if call.method != Method::GET {
            return self.once(call).await;
        }
        retry::with_retry(READING, || self.once(call.clone())).await
    }

    async fn once(&self, call: Call) -> Result<Json, ApiError> {
        let (operation, target) = (call.operation, call.target.clone());
        let answer = tokio::time::timeout(TIMEOUT, self.answer(call)).await;
        answer.unwrap_or_else(|_| {
            self.requests.count(operation, None);
            Err(ApiError::Late {
                operation,
                target,
                after: TIMEOUT,
            })
        })
    }

    async fn answer(&self, call: Call) -> Result<Json, ApiError> {
        let (operation, target) = (call.operation, call.target.clone());
        let conditional = call.conditional;
        let response = self.send(call).await?;
        let (head, body) = response.into_parts();
        let bytes = body.collect_bytes().await;
        let bytes = bytes.map_err(|source| unanswered(operation, target.clone(), source))?;
        let text = String::from_utf8_lossy(&bytes);
        let value = read_json(&text);
        if head.status.is_success() {
            return value.map_err(|at| ApiError::Unreadable {
                operation,
                target,
                at,
            });
        }
        // Proxies answer in text; then that is the message.
        let status = value.unwrap_or_else(|_| message(text.trim()));
        if head.status == StatusCode::TOO_MANY_REQUESTS {
            self.too_many.fetch_add(1, Ordering::Relaxed);
        }
        let retry_after = retry_after(&head.headers);
        let refusal = Refusal::read(head.status.as_u16(), &status, retry_after);
        Err(ApiError::Refused {
            operation,
            target,
            refusal: Box::new(Refusal {
                unconditional: !conditional,
                ..refusal
            }),
        })
    }

    pub(super) async fn send(&self, call: Call) -> Result<http::Response<Body>, ApiError> {
        let (operation, target) = (call.operation, call.target.clone());
        let request = call.request();
        let sent = self.client.send(request).await;
        let code = sent.as_ref().ok().map(|answer| answer.status().as_u16());
        self.requests.count(operation, code);
        sent.map_err(|source| unanswered(operation, target, source))
    }
}

/// A request that is about to be sent.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) target: EcoString,
    method: Method,
    path: EcoString,
    pub(super) query: String,
    pub(super) accept: &'static str,
    content: Option<(&'static str, String)>,
    /// Whether it is refused if the object is not as it was when it was read.
    conditional: bool,
}

impl Call {
    pub(super) fn new(
        operation: &'static str,
        method: Method,
        path: &str,
        target: &dyn fmt::Display,
    ) -> Call {
        Call {
            operation,
            target: EcoString::from(target.to_string()),
            method,
            path: path.into(),
            query: String::new(),
            accept: JSON,
            content: None,
            conditional: false,
        }
    }

    fn conditional(mut self, conditional: bool) -> Call {
        self.conditional = conditional;
        self
    }

    fn body(mut self, kind: &'static str, body: &Json) -> Call {
        let mut text = String::new();
        write_json(body, Form::Canonical, Secrets::Reveal, &mut text);
        self.content = Some((kind, text));
        self
    }

    fn request(self) -> Request<Body> {
        let mut uri = String::from(self.path);
        if !self.query.is_empty() {
            uri.push('?');
            uri.push_str(&self.query);
        }
        let request = Request::builder().method(self.method).uri(uri);
        let request = request.header(http::header::ACCEPT, self.accept);
        let request = match self.content {
            None => request.body(Body::empty()),
            Some((kind, text)) => request
                .header(http::header::CONTENT_TYPE, kind)
                .body(Body::from(text.into_bytes())),
        };
        request.expect("paths are escaped and headers are constants")
    }
}

impl Deletion {
    fn options(&self) -> Json {
        let policy = match self.owned {
            Owned::Stays => "Orphan",
            Owned::GoesFirst => "Foreground",
            Owned::GoesLater => "Background",
        };
        let preconditions = Json::object([
            ("uid", Json::string(self.uid.clone())),
            (
                "resourceVersion",
                Json::string(self.resource_version.clone()),
            ),
        ]);
        Json::object([
            ("kind", Json::string("DeleteOptions")),
            ("apiVersion", Json::string("v1")),
            ("propagationPolicy", Json::string(policy)),
            ("preconditions", preconditions),
        ])
    }
}

/// Nothing instead of the answer that something is not there.
fn found(answer: Result<Json, ApiError>) -> Result<Option<Json>, ApiError> {
    match answer {
        Ok(object) => Ok(Some(object)),
        Err(ApiError::Refused { refusal, .. }) if refusal.code == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn unanswered(
    operation: &'static str,
    target: EcoString,
    source: kube::Error,
) -> ApiError {
    ApiError::Unanswered {
        operation,
        target,
        source: Box::new(source),
    }
}

fn message(text: &str) -> Json {
    Json::object([("message", Json::string(text))])
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    value.parse().ok().map(Duration::from_secs)
}
