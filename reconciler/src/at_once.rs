//! Requests that do not depend on each other, some at once.

use crate::pace::Pace;
use std::future::Future;
use tokio::task::JoinSet;

/// How many requests may run.
pub trait Room {
    /// How many, where this many are `running`.
    fn allowed(&mut self, running: usize) -> usize;
    /// One has ended, and this many are still `running`.
    fn on_end(&mut self, running: usize);
}

impl Room for usize {
    fn allowed(&mut self, _: usize) -> usize {
        *self
    }

    fn on_end(&mut self, _: usize) {}
}

impl Room for Pace {
    fn allowed(&mut self, running: usize) -> usize {
        Pace::allowed(self, running)
    }

    fn on_end(&mut self, running: usize) {
        Pace::on_end(self, running);
    }
}

/// Does all of `requests`, never more at once than there is `room` for, and hands `each` what they give, in the order in
/// which they end.
pub async fn at_once<T, R>(
    mut room: impl Room,
    requests: impl IntoIterator<Item = R>,
    mut each: impl FnMut(T),
) where
    T: Send + 'static,
    R: Future<Output = T> + Send + 'static,
{
    let mut waiting = requests.into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < room.allowed(running.len())
            && let Some(request) = waiting.next()
        {
            running.spawn(request);
        }
        let Some(done) = running.join_next().await else {
            return;
        };
        room.on_end(running.len());
        each(done.expect("a request neither panics nor is cancelled"));
    }
}

#[cfg(test)]
mod tests {
    use super::at_once;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[tokio::test]
    async fn all_is_done_and_never_more_at_once_than_allowed() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let requests = (0..10).map(|number| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, SeqCst);
                number
            }
        });
        let mut done = Vec::new();
        at_once(3usize, requests, |number| done.push(number)).await;
        done.sort_unstable();
        assert_eq!(done, (0..10).collect::<Vec<_>>());
        assert_eq!(most.load(SeqCst), 3);
    }
}
