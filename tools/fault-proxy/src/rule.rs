//! Which requests meet which fault, by script.

use crate::fault::Fault;
use crate::request::{Request, Verb};
use regex::Regex;
use serde::{Deserialize, Deserializer};

/// A fault for the requests that it describes. Without further words that is every request.
///
/// As JSON: `{"fault": {"answer": "conflict"}, "verbs": ["apply"], "path": "/configmaps/", "times": {"nth": 2}}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub(crate) fault: Fault,
    #[serde(default)]
    verbs: Vec<Verb>,
    #[serde(default, deserialize_with = "pattern")]
    path: Option<Regex>,
    #[serde(default)]
    times: Times,
    #[serde(default)]
    writes: bool,
    #[serde(default)]
    of_each: bool,
}

/// Which of the requests that a rule describes meet its fault, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// All of them.
    #[default]
    Always,
    /// Only this one.
    Nth(usize),
    /// These many at the beginning.
    First(usize),
    /// All after these many.
    After(usize),
}

impl Rule {
    /// Every request meets `fault`.
    #[must_use]
    pub fn new(fault: Fault) -> Rule {
        Rule {
            fault,
            verbs: Vec::new(),
            path: None,
            times: Times::Always,
            writes: false,
            of_each: false,
        }
    }

    /// Only requests with this verb, or one of those named so far.
    #[must_use]
    pub fn verb(mut self, verb: Verb) -> Rule {
        self.verbs.push(verb);
        self
    }

    /// Only requests that change something on the server.
    #[must_use]
    pub fn writes(mut self) -> Rule {
        self.writes = true;
        self
    }

    /// Requests are counted for each verb and path apart.
    #[must_use]
    pub fn of_each(mut self) -> Rule {
        self.of_each = true;
        self
    }

    /// Only requests whose path contains what this regular expression describes.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn path(mut self, pattern: &str) -> Rule {
        self.path = Some(Regex::new(pattern).expect("a rule's path is a regular expression"));
        self
    }

    /// Only the `n`th of them, counted from 1.
    #[must_use]
    pub fn nth(mut self, n: usize) -> Rule {
        self.times = Times::Nth(n);
        self
    }

    /// Only the first `n` of them.
    #[must_use]
    pub fn first(mut self, n: usize) -> Rule {
        self.times = Times::First(n);
        self
    }

    /// Only those after the first `n`.
    #[must_use]
    pub fn after(mut self, n: usize) -> Rule {
        self.times = Times::After(n);
        self
    }

    pub(crate) fn describes(&self, request: &Request) -> bool {
        let verb = self.verbs.is_empty() || self.verbs.contains(&request.verb);
        let path = self.path.as_ref();
        let kind = request.is_write() || !self.writes;
        verb && kind && path.is_none_or(|path| path.is_match(&request.path))
    }

    /// What `request` is counted with.
    pub(crate) fn counted_with(&self, request: &Request) -> Option<(Verb, String)> {
        self.of_each.then(|| (request.verb, request.path.clone()))
    }

    /// Whether the request that is the `count`th of those described meets the fault.
    pub(crate) fn meets(&self, count: usize) -> bool {
        match self.times {
            Times::Always => true,
            Times::Nth(n) => count == n,
            Times::First(n) => count <= n,
            Times::After(n) => count > n,
        }
    }
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Regex>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let pattern = text.map(|text| Regex::new(&text)).transpose();
    pattern.map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::{Rule, Times};
    use crate::fault::{Answer, Fault};
    use crate::request::Request;
    use hyper::http::{HeaderMap, Method};

    #[test]
    fn a_rule_can_be_written_as_json() {
        let text = r#"{"fault": {"answer": {"too-many-requests": 2}}, "verbs": ["delete-collection"], "path": "/pods$", "times": {"nth": 2}}"#;
        let rule: Rule = serde_json::from_str(text).unwrap();
        assert_eq!(rule.fault, Fault::Answer(Answer::TooManyRequests(2)));
        assert_eq!(rule.times, Times::Nth(2));
        assert!(serde_json::from_str::<Rule>(r#"{"fault": "cut-before"}"#).is_ok());
        assert!(serde_json::from_str::<Rule>(r#"{"fault": "cut-before", "path": "("}"#).is_err());
        assert!(serde_json::from_str::<Rule>(r#"{"fault": "explode"}"#).is_err());
    }

    #[test]
    fn times_are_counted_from_one() {
        let met = |rule: Rule| {
            (1..=4)
                .filter(|count| rule.meets(*count))
                .collect::<Vec<_>>()
        };
        let rule = || Rule::new(Fault::CutBefore);
        assert_eq!(met(rule()), [1, 2, 3, 4]);
        assert_eq!(met(rule().nth(2)), [2]);
        assert_eq!(met(rule().first(2)), [1, 2]);
        assert_eq!(met(rule().after(2)), [3, 4]);
    }
    #[test]
    fn writes_can_be_told_from_reads_and_counted_apart() {
        let request = |method: Method, uri: &str| {
            Request::read(&method, &uri.parse().unwrap(), &HeaderMap::new())
        };
        let rule = Rule::new(Fault::CutBefore).writes();
        let [a, b] = ["/api/v1/nodes/a", "/api/v1/nodes/b"];
        assert!(rule.describes(&request(Method::DELETE, a)));
        assert!(!rule.describes(&request(Method::GET, a)));
        assert!(!rule.describes(&request(Method::PATCH, "/api/v1/nodes/a?dryRun=All")));
        let counted = |rule: &Rule, uri| rule.counted_with(&request(Method::DELETE, uri));
        assert_eq!(counted(&rule, a), counted(&rule, b));
        let rule = rule.of_each();
        assert_ne!(counted(&rule, a), counted(&rule, b));
    }
}
