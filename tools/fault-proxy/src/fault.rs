//! What can go wrong between a client and an API server.

use serde::Deserialize;

/// A fault. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// The request reaches the server this much later.
    Delay(u64),
    /// The server does what is asked, and its answer comes this much later.
    Late(u64),
    /// The connection is cut before the server hears of the request.
    CutBefore,
    /// The server does what is asked, then the connection is cut without an answer.
    CutAfter,
    /// The server does what is asked, then the connection is cut in the middle of the answer.
    CutMidway,
    /// There is no answer until the client gives up; the server does not hear of the request.
    Hang,
    /// The proxy answers; the server does not hear of the request.
    Answer(Answer),
    /// The server does what is asked, but the client gets this answer.
    AnswerAfter(Answer),
    /// A watch ends after this time, as a server ends one that is old.
    WatchCloses(u64),
    /// A watch ends after this time with the event that its resourceVersion is too old.
    WatchExpires(u64),
    /// A watch stays open and tells nothing more after this time.
    WatchSilent(u64),
}

/// An answer that is no success, as an API server words it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// 409: the object was changed in between.
    Conflict,
    /// 409: it is there already.
    AlreadyExists,
    /// 410: the resourceVersion or the continue token is too old.
    Expired,
    /// 429: come back in this many seconds.
    TooManyRequests(u32),
    /// 500 with a reason.
    InternalError,
    /// 500 without a reason, as for what a server fails to decode or convert.
    Unexplained,
    /// 503: no backend is there.
    Unavailable,
    /// 504: the server gave up; the reason is Timeout.
    Timeout,
}
