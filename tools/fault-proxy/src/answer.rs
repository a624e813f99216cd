//! How an API server words its refusals.

use crate::fault::Answer;
use hyper::http::{Response, StatusCode, header};
use serde_json::{Value, json};

/// An answer's status, reason and words.
fn words(answer: &Answer) -> (u16, &'static str, &'static str) {
    match answer {
        Answer::Conflict => (
            409,
            "Conflict",
            "the object has been modified; please apply your changes to the latest version and try again",
        ),
        Answer::AlreadyExists => (409, "AlreadyExists", "the object already exists"),
        Answer::Expired => (410, "Expired", "too old resource version"),
        Answer::TooManyRequests(_) => (
            429,
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
        ),
        Answer::InternalError => (
            500,
            "InternalError",
            "an error on the server has prevented the request from succeeding",
        ),
        Answer::Unexplained => (500, "", "failed on purpose, without a reason"),
        Answer::Unavailable => (
            503,
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        Answer::Timeout => (
            504,
            "Timeout",
            "the server was unable to return a response in the time allotted",
        ),
    }
}

/// `answer` as a Status object.
fn status(answer: &Answer) -> Value {
    let (code, reason, message) = words(answer);
    let mut status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "code": code,
    });
    if !reason.is_empty() {
        status["reason"] = reason.into();
    }
    if let Answer::TooManyRequests(seconds) = answer {
        status["details"] = json!({"retryAfterSeconds": seconds});
    }
    status
}

/// `answer` as a response.
pub(crate) fn response(answer: &Answer) -> Response<String> {
    let (code, _, _) = words(answer);
    let mut response = Response::new(status(answer).to_string());
    *response.status_mut() = StatusCode::from_u16(code).expect("all codes in the table are ones");
    let headers = response.headers_mut();
    let json = header::HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    if let Answer::TooManyRequests(seconds) = answer {
        headers.insert(header::RETRY_AFTER, (*seconds).into());
    }
    response
}

/// The event by which a watch tells that its resourceVersion is too old.
pub(crate) fn expired_event() -> String {
    let event = json!({"type": "ERROR", "object": status(&Answer::Expired)});
    format!("{event}\n")
}
