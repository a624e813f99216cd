//! One request and its answer, as the Git library wants them: the answer is read before it is known that there is one.
//!
//! A request with a body is sent once its answer is asked for; by then the body is whole.

use super::received;
use crate::source::attempt::Attempt;
use std::io::{self, BufReader, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use ureq::BodyReader;
use ureq::http::{Response, header};

/// What a server answers.
pub(super) struct Answer {
    /// The one header that the Git library looks at.
    head: io::Cursor<Vec<u8>>,
    body: BodyReader<'static>,
    attempt: Arc<Attempt>,
}

impl Answer {
    pub(super) fn new(response: Response<ureq::Body>, attempt: Arc<Attempt>) -> Answer {
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.map_or(&b""[..], |kind| kind.as_bytes());
        let head = [b"content-type:", kind, b"\n"].concat();
        Answer {
            head: io::Cursor::new(head),
            body: response.into_body().into_reader(),
            attempt,
        }
    }
}

type Send = dyn FnOnce(Vec<u8>) -> io::Result<Answer> + std::marker::Send;

struct State {
    upload: Vec<u8>,
    send: Option<Box<Send>>,
    answer: Option<Answer>,
}

impl State {
    fn answer(&mut self) -> io::Result<&mut Answer> {
        if let Some(send) = self.send.take() {
            self.answer = Some(send(std::mem::take(&mut self.upload))?);
        }
        let answer = self.answer.as_mut();
        answer.ok_or_else(|| io::Error::other("the transport failed"))
    }
}

/// One request and its answer.
pub(super) struct Exchange(Arc<Mutex<State>>);

impl Exchange {
    /// One that was answered.
    pub(super) fn over(answer: Answer) -> Exchange {
        Exchange(Arc::new(Mutex::new(State {
            upload: Vec::new(),
            send: None,
            answer: Some(answer),
        })))
    }

    /// One that `send` does, with the body of the request.
    pub(super) fn upload(
        send: impl FnOnce(Vec<u8>) -> io::Result<Answer> + std::marker::Send + 'static,
    ) -> Exchange {
        Exchange(Arc::new(Mutex::new(State {
            upload: Vec::new(),
            send: Some(Box::new(send)),
            answer: None,
        })))
    }

    pub(super) fn head(&self) -> BufReader<Head> {
        BufReader::new(Head(Arc::clone(&self.0)))
    }

    pub(super) fn body(&self) -> BufReader<Body> {
        BufReader::new(Body(Arc::clone(&self.0)))
    }

    pub(super) fn writer(&self) -> Upload {
        Upload(Arc::clone(&self.0))
    }
}

/// The headers of the answer.
pub(super) struct Head(Arc<Mutex<State>>);

/// The body of the answer.
pub(super) struct Body(Arc<Mutex<State>>);

/// The body of the request.
pub(super) struct Upload(Arc<Mutex<State>>);

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Read for Head {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        locked(&self.0).answer()?.head.read(into)
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut state = locked(&self.0);
        let answer = state.answer()?;
        let read = answer.body.read(into);
        received(&answer.attempt, read)
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&self.0).upload.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
