//! Which path is whose: what is known of the Syncs that have a hook.

use super::matching::Watched;
use super::path::path_of;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::SyncKey;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use zeroize::Zeroizing;

/// A Sync that has a hook.
pub struct Entry {
    /// The Sync.
    pub key: SyncKey,
    /// What it looks at.
    pub watched: Watched,
    /// What everything sent to it is signed with. Not empty.
    pub token: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Entry");
        shown
            .field("key", &self.key)
            .field("watched", &self.watched);
        shown.finish_non_exhaustive()
    }
}

/// The hooks that there are, for who answers and for who tells of them.
#[derive(Debug, Default)]
pub struct Table {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Inner {
    by_path: BTreeMap<EcoString, Arc<Entry>>,
    /// The path of each Sync whose token was looked for; nothing if there is none.
    paths: BTreeMap<SyncKey, Option<EcoString>>,
}

impl Table {
    /// Whose path this is.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Arc<Entry>> {
        self.inner().by_path.get(path).cloned()
    }

    /// The path of the Sync; nothing as long as its token was not looked for, and nothing in that if there is none.
    #[must_use]
    pub fn path_of(&self, key: &SyncKey) -> Option<Option<EcoString>> {
        self.inner().paths.get(key).cloned()
    }

    /// What says when the path of some Sync has become another one.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Takes note of a hook, in place of what the Sync had before.
    pub fn set(&self, entry: Entry) {
        let path = path_of(&entry.token, &entry.key);
        let mut inner = self.inner();
        let before = inner.paths.insert(entry.key.clone(), Some(path.clone()));
        inner.forget(before.as_ref());
        inner.by_path.insert(path.clone(), Arc::new(entry));
        drop(inner);
        self.tell(before != Some(Some(path)));
    }

    /// Takes note that the Sync has no token.
    pub fn unset(&self, key: &SyncKey) {
        let mut inner = self.inner();
        let before = inner.paths.insert(key.clone(), None);
        inner.forget(before.as_ref());
        drop(inner);
        self.tell(before != Some(None));
    }

    /// Forgets the Sync.
    pub fn remove(&self, key: &SyncKey) {
        let mut inner = self.inner();
        let before = inner.paths.remove(key);
        inner.forget(before.as_ref());
    }

    fn tell(&self, is_other: bool) {
        if is_other {
            self.changed.send_replace(());
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Whoever holds it does nothing that can fail half way.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn forget(&mut self, path: Option<&Option<EcoString>>) {
        if let Some(Some(path)) = path {
            self.by_path.remove(path);
        }
    }
}
