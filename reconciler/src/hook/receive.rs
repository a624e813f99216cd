//! From a request to its answer.
//!
//! Who does not know the token of a path learns nothing: a path that nobody has and a signature that is wrong get the same
//! answer, after the same work.

use super::delivery::{Delivery, Forge, News, Rejection, recognise};
use super::matching::is_meant;
use super::path::UNDER;
use super::table::{Entry, Table};
use crate::http::{Answer, Budget, Unread, read, text};
use gitopsc_engine::reconcile::SyncKey;
use hyper::body::{Body, Bytes};
use hyper::header::{ALLOW, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How large a body may be, in bytes.
const MOST: usize = 3 * 1024 * 1024;
/// How much all bodies may hold at once, in bytes.
const ALL: usize = 4 * MOST;
/// How long a body may take.
pub const WITHIN: Duration = Duration::from_secs(10);
/// What stands for the token where there is none, so that it takes as long to find that out.
const NOBODY: &[u8] = b"nobody has this path, whatever is signed";

/// Who answers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Receiver {
    table: Arc<Table>,
    wake: mpsc::Sender<SyncKey>,
    budget: Budget,
    within: Duration,
}

impl Receiver {
    /// One that knows the hooks of `table`, names to `wake` what is to be looked at, and reads bodies `within` that time.
    #[must_use]
    pub fn new(table: Arc<Table>, wake: mpsc::Sender<SyncKey>, within: Duration) -> Receiver {
        Receiver {
            table,
            wake,
            budget: Budget::new(ALL),
            within,
        }
    }

    /// The answer to `request`, and who sent it, if it is signed.
    pub async fn answer<B>(&self, request: Request<B>) -> (Option<Forge>, Answer)
    where
        B: Body<Data = Bytes> + Unpin,
    {
        match self.delivery(request).await {
            Err(answer) => (None, answer),
            Ok((entry, delivery)) => (Some(delivery.forge), self.take(&entry, &delivery)),
        }
    }

    /// What is delivered by `request`, and to whom; or what is answered if nothing is.
    async fn delivery<B>(&self, request: Request<B>) -> Result<(Arc<Entry>, Delivery), Answer>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        if !path.starts_with(UNDER) {
            return Err(not_found());
        }
        if head.method != Method::POST {
            let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "a webhook is sent by POST");
            let headers = answer.headers_mut();
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
            return Err(answer);
        }
        let body = read(body, MOST, self.within, &self.budget).await;
        let body = body.map_err(unread)?;
        let entry = self.table.find(path);
        let token = entry.as_ref().map_or(NOBODY, |entry| &entry.token);
        let recognised = recognise(&head.headers, body.as_ref(), token);
        match (entry, recognised) {
            (Some(entry), Ok(delivery)) => Ok((entry, delivery)),
            (Some(_), Err(Rejection::Unreadable(why))) => Err(text(StatusCode::BAD_REQUEST, why)),
            (None, _) | (Some(_), Err(Rejection::Signature)) => Err(not_found()),
        }
    }

    fn take(&self, entry: &Entry, delivery: &Delivery) -> Answer {
        let (key, forge) = (&entry.key, delivery.forge);
        let id = delivery.id.as_deref().unwrap_or_default();
        let ignored = match &delivery.news {
            News::Ping => return text(StatusCode::OK, "the webhook works"),
            News::Other(event) => Err(format!("{event} is no push")),
            News::Pushed(pushed) => is_meant(pushed, &entry.watched),
            News::Changed => Ok(()),
        };
        if let Err(why) = ignored {
            tracing::debug!(sync = %key, %forge, id, why, "webhook ignored");
            return text(StatusCode::ACCEPTED, &format!("ignored: {why}"));
        }
        tracing::debug!(sync = %key, %forge, id, "webhook accepted");
        match self.wake.try_send(key.clone()) {
            Ok(()) => text(
                StatusCode::ACCEPTED,
                "accepted: the repository is looked at",
            ),
            Err(_) => busy(),
        }
    }
}

fn unread(why: Unread) -> Answer {
    match why {
        Unread::Large => text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than 3 MiB",
        ),
        Unread::Slow => text(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
        Unread::Broken => text(StatusCode::BAD_REQUEST, "the body breaks off"),
        Unread::Busy => busy(),
    }
}

fn busy() -> Answer {
    let mut answer = text(StatusCode::SERVICE_UNAVAILABLE, "there is too much to do");
    let headers = answer.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    answer
}

fn not_found() -> Answer {
    text(
        StatusCode::NOT_FOUND,
        "there is no such webhook, or this is not signed with its token",
    )
}
