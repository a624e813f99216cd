//! Things that only one thread can use at a time, kept for the next that needs one.

use std::sync::{Mutex, PoisonError};

/// A store of handles, one for each thread that is at work at the same time.
pub(super) struct Handles<H> {
    idle: Mutex<Vec<H>>,
}

impl<H> Handles<H> {
    /// A store that holds `first`.
    pub(super) fn new(first: H) -> Handles<H> {
        Handles {
            idle: Mutex::new(vec![first]),
        }
    }

    /// Does `work` with a handle of the store, or with one that is `made` for it.
    pub(super) fn with<T, E>(
        &self,
        made: impl FnOnce() -> Result<H, E>,
        work: impl FnOnce(&mut H) -> T,
    ) -> Result<T, E> {
        let idle = self.lock().pop();
        let mut handle = idle.map_or_else(made, Ok)?;
        let done = work(&mut handle);
        self.lock().push(handle);
        Ok(done)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<H>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
