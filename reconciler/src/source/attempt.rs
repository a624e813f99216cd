//! One fetch under way: until when, how much, and what first went wrong.
//!
//! The Git library tells of a failed transport in words of its own, so what failed is kept here, by its kind.

use super::error::SourceError;
use gitopsc_core::EcoString;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// One fetch under way.
#[derive(Debug)]
pub(super) struct Attempt {
    url: EcoString,
    timeout: Duration,
    deadline: Instant,
    most: u64,
    received: AtomicU64,
    /// The Git library gives up once this is set.
    stop: AtomicBool,
    failure: Mutex<Option<SourceError>>,
}

impl Attempt {
    /// A fetch from `url`, shown without credentials, that begins now and receives at most `most` bytes.
    pub(super) fn new(url: EcoString, timeout: Duration, most: u64) -> Attempt {
        Attempt {
            url,
            timeout,
            deadline: Instant::now() + timeout,
            most,
            received: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// The URL, to be shown.
    pub(super) fn url(&self) -> &EcoString {
        &self.url
    }

    /// How much time is left.
    ///
    /// # Errors
    /// None is.
    pub(super) fn left(&self) -> Result<Duration, SourceError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.too_late());
        }
        Ok(left)
    }

    pub(super) fn too_late(&self) -> SourceError {
        SourceError::Timeout {
            url: self.url.clone(),
            after: self.timeout,
        }
    }

    /// Counts what was received.
    ///
    /// # Errors
    /// It is too much, or too late.
    pub(super) fn receive(&self, bytes: usize) -> Result<(), SourceError> {
        let bytes = bytes as u64;
        if self.received.fetch_add(bytes, Ordering::Relaxed) + bytes > self.most {
            return Err(SourceError::TooLarge {
                url: self.url.clone(),
                most: self.most,
            });
        }
        self.left().map(drop)
    }

    /// Keeps what went wrong, if it is the first, and gives what the Git library is told.
    pub(super) fn fail(&self, error: SourceError) -> io::Error {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
        // Not of a kind on which the library would ask somebody for credentials.
        io::Error::other("the transport failed")
    }

    /// What first went wrong.
    pub(super) fn failure(&self) -> Option<SourceError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = failure.take();
        kept.or_else(|| self.stop.load(Ordering::Relaxed).then(|| self.too_late()))
    }

    /// Does `work`, which is told to stop when it is too late.
    pub(super) fn watch<T>(&self, work: impl FnOnce(&AtomicBool) -> T) -> T {
        let (done, is_done) = channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                let left = self.deadline.saturating_duration_since(Instant::now());
                if is_done.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                    self.stop.store(true, Ordering::Relaxed);
                }
            });
            let result = work(&self.stop);
            drop(done);
            result
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::SourceClass;
    use super::Attempt;
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    fn attempt(timeout: Duration) -> Attempt {
        Attempt::new("https://git.example/site".into(), timeout, 100)
    }

    #[test]
    fn the_first_failure_is_the_one_that_is_told() {
        let attempt = attempt(Duration::from_secs(3600));
        let large = attempt.receive(101).expect_err("more than 100 bytes");
        let told = attempt.fail(large);
        let late = attempt.too_late();
        attempt.fail(late);
        assert!(!told.to_string().contains("git.example"));
        assert_eq!(
            attempt.failure().map(|error| error.class()),
            Some(SourceClass::Full)
        );
        assert!(attempt.failure().is_none());
    }

    #[test]
    fn work_that_takes_too_long_is_told_to_stop() {
        let attempt = attempt(Duration::ZERO);
        attempt.watch(|stop| {
            while !stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
        });
        assert_eq!(
            attempt.failure().map(|error| error.class()),
            Some(SourceClass::Timeout)
        );
        assert!(attempt.left().is_err());
    }
}
