//! What is to be had at which path.

use super::Metrics;
use super::pulse::{Pulse, State};
use crate::http::{Answer, text, typed};
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;

/// The media type of OpenMetrics text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Who answers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages {
    metrics: Arc<Metrics>,
    pulse: Pulse,
}

impl Pages {
    /// What there is to see of `metrics` and of the loop behind `pulse`.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>, pulse: Pulse) -> Pages {
        Pages { metrics, pulse }
    }

    /// The answer to `request`; its body is not read.
    pub async fn answer<B>(&self, request: Request<B>) -> Answer {
        if request.method() != Method::GET {
            return text(StatusCode::METHOD_NOT_ALLOWED, "there is only GET here");
        }
        match request.uri().path() {
            "/metrics" => typed(StatusCode::OK, OPEN_METRICS, self.metrics.text()),
            "/healthz" => healthy(&self.pulse.feel().await),
            "/readyz" => ready(&self.pulse.feel().await),
            "/status" => status(&self.pulse.feel().await),
            _ => text(
                StatusCode::NOT_FOUND,
                "there are /metrics, /status, /healthz and /readyz",
            ),
        }
    }
}

fn healthy(state: &State) -> Answer {
    match state {
        State::Stuck => text(StatusCode::SERVICE_UNAVAILABLE, STUCK),
        State::Rests | State::Begins | State::Runs(_) => text(StatusCode::OK, "ok"),
    }
}

/// Whoever rests is ready to follow, and to take webhooks.
fn ready(state: &State) -> Answer {
    match state {
        State::Stuck => text(StatusCode::SERVICE_UNAVAILABLE, STUCK),
        State::Begins => text(StatusCode::SERVICE_UNAVAILABLE, BEGINS),
        State::Rests | State::Runs(_) => text(StatusCode::OK, "ok"),
    }
}

fn status(state: &State) -> Answer {
    let why = match state {
        State::Runs(syncs) => {
            let body = serde_json::json!({"syncs": syncs});
            return typed(StatusCode::OK, "application/json", body.to_string());
        }
        State::Rests => "another replica acts",
        State::Stuck => STUCK,
        State::Begins => BEGINS,
    };
    text(StatusCode::SERVICE_UNAVAILABLE, why)
}

const STUCK: &str = "the loop does not answer";
const BEGINS: &str = "the Syncs were not read yet";
