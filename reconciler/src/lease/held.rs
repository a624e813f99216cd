//! A lease that is held: renewed while there is work, then given back or removed.

use super::{Last, body};
use crate::api::{Api, ApiError, Class, Deletion, Resource};
use gitopsc_core::Json;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// How often a holder renews.
const RENEW: Duration = Duration::from_secs(10);

/// A lease that is held.
#[derive(Debug)]
pub struct Held {
    pub(super) at: Resource,
    pub(super) lease: Json,
}

impl Held {
    /// Renews while `work` goes on, which is told to stop when `stop` says so or when the lease is another's: whoever
    /// has it then goes by another plan.
    pub async fn keep_while<T, F: Future<Output = T>>(
        &mut self,
        api: &Api,
        stop: &watch::Receiver<bool>,
        work: impl FnOnce(watch::Receiver<bool>) -> F,
    ) -> T {
        let (lost, is_lost) = watch::channel(false);
        let mut work = std::pin::pin!(work(either(stop.clone(), is_lost)));
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEW) => {
                    if self.renew(api).await.is_err_and(|error| error.class() == Class::Stale) {
                        let _ = lost.send(true);
                    }
                }
            }
        }
    }

    /// Says that we are still at work.
    ///
    /// # Errors
    /// It cannot be written; of class stale if it is another's now.
    async fn renew(&mut self, api: &Api) -> Result<(), ApiError> {
        self.lease = api.replace(&self.at, &body::renewed(&self.lease)).await?;
        Ok(())
    }

    /// Gives the lease back, with what is recorded of the set. What is another's by now is left to it.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn give_back(self, api: &Api, last: Last<'_>) -> Result<(), ApiError> {
        let body = body::given_back(&self.lease, last);
        unless_lost(api.replace(&self.at, &body).await.map(drop))
    }

    /// Removes the lease, because there is nothing of the set any more. What is another's by now is left to it.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub async fn remove(self, api: &Api) -> Result<(), ApiError> {
        let deletion = Deletion {
            uid: body::uid_of(&self.lease),
            resource_version: body::version_of(&self.lease),
            orphan: false,
        };
        unless_lost(api.delete(&self.at, &deletion).await)
    }
}

fn unless_lost(done: Result<(), ApiError>) -> Result<(), ApiError> {
    match done {
        Err(error) if error.class() == Class::Stale => Ok(()),
        done => done,
    }
}

/// One signal to stop made of two.
fn either(
    mut asked: watch::Receiver<bool>,
    mut lost: watch::Receiver<bool>,
) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(*asked.borrow());
    tokio::spawn(async move {
        tokio::select! {
            Ok(_) = asked.wait_for(|stop| *stop) => {}
            Ok(_) = lost.wait_for(|stop| *stop) => {}
            else => return,
        }
        // Nobody is at work any more.
        let _ = sender.send(true);
    });
    receiver
}
