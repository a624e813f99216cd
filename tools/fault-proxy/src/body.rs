//! Bodies that pass through as they come, end early, fall silent or break off.

use hyper::body::{Body, Bytes, Frame, Incoming};
use std::fmt;
use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep;

/// The connection is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// What becomes of a body after a time.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// It passes as it is.
    None,
    /// It ends after a time, with these last words.
    After(Duration, Bytes),
    /// Nothing passes any more after a time.
    Silence(Duration),
    /// The connection breaks off in the middle of the first piece.
    Midway,
}

/// A body whose pieces come from a task.
pub(crate) struct Piped(Receiver<Result<Frame<Bytes>, Cut>>);

impl Body for Piped {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.0.poll_recv(context)
    }
}

/// A body of one piece.
pub(crate) fn whole(text: impl Into<Bytes>) -> Piped {
    let (send, receive) = channel(1);
    let sent = send.try_send(Ok(Frame::data(text.into())));
    debug_assert!(sent.is_ok(), "an empty channel has room");
    Piped(receive)
}

/// `from` as it comes, until `end`. It is dropped, and so its connection closed, once nobody reads any more.
pub(crate) fn pipe(from: Incoming, end: End) -> Piped {
    let (send, receive) = channel(1);
    tokio::spawn(async move {
        tokio::select! {
            () = pass(from, &send, &end) => {}
            () = send.closed() => {}
        }
    });
    Piped(receive)
}

async fn pass(mut from: Incoming, to: &Sender<Result<Frame<Bytes>, Cut>>, end: &End) {
    let time = async {
        match end {
            End::After(time, _) | End::Silence(time) => sleep(*time).await,
            End::None | End::Midway => pending().await,
        }
    };
    tokio::pin!(time);
    loop {
        let frame = tokio::select! {
            biased;
            () = &mut time => return close(to, end).await,
            frame = next(&mut from) => frame,
        };
        let (frame, last) = match (frame, end) {
            (Some(Ok(frame)), End::Midway) => (first_half(frame), true),
            (Some(frame), _) => {
                let last = frame.is_err();
                (frame, last)
            }
            (None, _) => return,
        };
        if to.send(frame).await.is_err() {
            return;
        }
        if last {
            let _ = to.send(Err(Cut)).await;
            return;
        }
    }
}

async fn close(to: &Sender<Result<Frame<Bytes>, Cut>>, end: &End) {
    match end {
        End::After(_, words) if !words.is_empty() => {
            // A client that is gone needs no last words.
            let _ = to.send(Ok(Frame::data(words.clone()))).await;
        }
        End::Silence(_) => pending().await,
        _ => {}
    }
}

async fn next(from: &mut Incoming) -> Option<Result<Frame<Bytes>, Cut>> {
    let frame = std::future::poll_fn(|context| Pin::new(&mut *from).poll_frame(context)).await;
    frame.map(|frame| frame.map_err(|_| Cut))
}

fn first_half(frame: Frame<Bytes>) -> Result<Frame<Bytes>, Cut> {
    let mut data = frame.into_data().map_err(|_| Cut)?;
    data.truncate(data.len() / 2);
    Ok(Frame::data(data))
}
