//! A lease that is held: renewed while there is work, then given back or removed.

use super::{Last, body};
use crate::api::{Api, ApiError, Class, Deletion, Owned, Resource, retry};
use gitopsc_core::Json;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// How often one write finds that another one of ours was done before it.
const RELOOKS: usize = 5;

/// A lease that is held.
#[derive(Debug)]
pub struct Held {
    pub(super) at: Resource,
    pub(super) lease: Json,
    /// How often it is renewed.
    pub(super) renews: Duration,
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
        tokio::select! {
            done = &mut work => return done,
            () = self.keep(api) => {
                // Whoever has it now goes by another plan.
                let _ = lost.send(true);
            }
        }
        work.await
    }

    /// Renews as long as this is polled; ends when the lease is another's.
    async fn keep(&mut self, api: &Api) {
        loop {
            tokio::time::sleep(self.renews).await;
            let renewed = self.write(api, body::renewed).await;
            if renewed.is_err_and(|error| error.class() == Class::Stale) {
                return;
            }
        }
    }

    /// Writes what `change` makes of the lease, as long as it is ours. An answer may be lost although it was written.
    async fn write(&mut self, api: &Api, change: impl Fn(&Json) -> Json) -> Result<(), ApiError> {
        let mut looks = 0;
        loop {
            let body = change(&self.lease);
            let replaced = retry::with_retry(retry::RECORDS, || api.replace(&self.at, &body));
            let error = match replaced.await {
                Ok(lease) => {
                    self.lease = lease;
                    return Ok(());
                }
                Err(error) => error,
            };
            looks += 1;
            if error.class() != Class::Stale || looks > RELOOKS {
                return Err(error);
            }
            match api.get(&self.at).await? {
                Some(lease) if body::is_same(lease.get("spec"), self.lease.get("spec")) => {
                    self.lease = lease;
                }
                _ => return Err(error),
            }
        }
    }

    /// Gives the lease back, with what is recorded of the set. What is another's by now is left to it.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn give_back(mut self, api: &Api, last: Last<'_>) -> Result<(), ApiError> {
        let given = self.write(api, |lease| body::given_back(lease, last));
        unless_lost(given.await)
    }

    /// Removes the lease, because there is nothing of the set any more. What is another's by now is left to it.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub async fn remove(self, api: &Api) -> Result<(), ApiError> {
        let deletion = Deletion {
            uid: body::uid_of(&self.lease),
            resource_version: body::version_of(&self.lease),
            owned: Owned::GoesLater,
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
