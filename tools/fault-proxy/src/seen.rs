//! What was asked, in order, and what it met.

use crate::fault::Fault;
use crate::request::{Request, Verb};
use std::collections::BTreeMap;

/// A request and the fault that it met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was asked.
    pub request: Request,
    /// The fault, if it met one.
    pub fault: Option<Fault>,
}

/// All requests in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(pub Vec<Entry>);

impl Seen {
    /// Requests that change something on the server; dry runs do not.
    pub fn writes(&self) -> impl Iterator<Item = &Request> {
        self.requests().filter(|request| request.is_write())
    }

    /// Requests with this verb.
    pub fn of(&self, verb: Verb) -> impl Iterator<Item = &Request> {
        self.requests().filter(move |request| request.verb == verb)
    }

    /// How often each kind was listed in each namespace; the further pages of a list do not count.
    #[must_use]
    pub fn lists(&self) -> BTreeMap<(String, Option<String>), usize> {
        let mut lists = BTreeMap::new();
        let begun = |request: &&Request| !request.query.contains("continue=");
        for request in self.of(Verb::List).filter(begun) {
            *lists
                .entry((request.kind(), request.namespace.clone()))
                .or_default() += 1;
        }
        lists
    }

    /// Requests that met a fault.
    pub fn faults(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(|entry| entry.fault.is_some())
    }

    fn requests(&self) -> impl Iterator<Item = &Request> {
        self.0.iter().map(|entry| &entry.request)
    }
}
