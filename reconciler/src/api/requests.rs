//! How often the server was asked for what, and what it answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A verb, and the HTTP status; nothing if there was no answer.
type Kind = (&'static str, Option<u16>);

/// Counts requests of all connections that it was handed to. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    counted: Arc<Mutex<BTreeMap<Kind, u64>>>,
}

impl Requests {
    /// One more.
    pub(super) fn count(&self, verb: &'static str, code: Option<u16>) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.entry((verb, code)).or_default() += 1;
    }

    /// All that were counted so far.
    #[must_use]
    pub fn counted(&self) -> Vec<(Kind, u64)> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted
            .iter()
            .map(|(kind, count)| (*kind, *count))
            .collect()
    }
}
