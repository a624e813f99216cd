//! One check for each of many, several at once: mostly they wait for controllers.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};
use std::thread;

const AT_ONCE: usize = 6;

/// Does `check` for each of `items`, as many of them as come before one has failed.
///
/// # Errors
/// The first failure of each worker, with its item.
pub fn each<T: Clone + Debug>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    check: impl Fn(T) -> Result<(), String> + Sync,
) -> Result<(), String> {
    let items = Mutex::new(items.into_iter());
    let work = || -> Result<(), String> {
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(item) = next else {
                return Ok(());
            };
            let shown = format!("{item:?}");
            check(item).map_err(|why| format!("{shown}: {why}"))?;
        }
    };
    let failed: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(|worker| worker.join().unwrap());
        done.filter_map(Result::err).collect()
    });
    if failed.is_empty() {
        return Ok(());
    }
    Err(failed.join("\n"))
}
