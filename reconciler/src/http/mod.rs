//! Small HTTP servers for what comes from outside: a bounded number of connections, one request each, all with deadlines.
//!
//! What is answered is said by who listens. Nothing here knows of Syncs, and there is no TLS: that ends before the pod.

mod body;
mod listen;
#[cfg(test)]
mod tests;

pub use body::{Budget, Unread, read};
pub use listen::{ListenError, bind};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What is answered.
pub type Answer = Response<Full<Bytes>>;

/// What one server takes on.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections are open at once; further ones wait to be accepted.
    pub connections: usize,
    /// How long the head of a request may take.
    pub head: Duration,
    /// How long a connection may take as a whole.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 64,
            head: Duration::from_secs(10),
            whole: Duration::from_secs(30),
        }
    }
}

/// Answers what reaches `listener` by `answer`, and never ends. All connections end with this.
pub async fn serve<A, F>(listener: TcpListener, limits: Limits, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Answer> + Send,
{
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("nobody closes the semaphore");
        while connections.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of descriptors, mostly: others have to end first.
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let answer = answer.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let answered = answer(request);
                async move { Ok::<_, Infallible>(answered.await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(limits.head)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // Whoever is late or breaks off is told nothing more.
            let _ = tokio::time::timeout(limits.whole, connection).await;
            drop(place);
        });
    }
}

/// How long to wait before the next connection is accepted after one could not be.
const PAUSE: Duration = Duration::from_millis(100);

/// An answer in one line of text.
#[must_use]
pub fn text(status: StatusCode, line: &str) -> Answer {
    typed(status, "text/plain; charset=utf-8", format!("{line}\n"))
}

/// An answer whose body is of the media type `kind`.
#[must_use]
pub fn typed(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let kind = hyper::header::HeaderValue::from_static(kind);
    let headers = answer.headers_mut();
    headers.insert(hyper::header::CONTENT_TYPE, kind);
    answer
}
