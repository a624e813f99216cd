//! Whether there is anything to do at all.

use super::records::what_is_left;
use super::{Applied, Prepared, Source};
use crate::execute::Outcome;
use crate::lease::Record;
use crate::required::Looked;
use crate::set::Options;
use gitopsc_engine::health::Health;
use gitopsc_engine::plan::Desired;

impl Prepared {
    /// Whether there is nothing to write, nothing to wait for, and nothing to record: a run that was killed at its end
    /// may have left that.
    #[must_use]
    pub fn is_at_rest(&self, source: Source<'_>, options: &Options, record: &Record) -> bool {
        let health = &self.observation.health;
        let is_ready =
            |desired: &Desired| health.get(&desired.object).is_none_or(Health::is_current);
        let is_recorded = || {
            let left = what_is_left(source, self, &self.unchanged(), options);
            let is_of_all = options.units.is_empty();
            (!is_of_all || self.lease.record == *record) && left == self.parents
        };
        let is_met = |(_, looked): &(_, Looked)| looked.health().is_current();
        self.plan.writes().next().is_none()
            && self.desired.iter().all(is_ready)
            && self.required.iter().all(is_met)
            && (!self.plan.is_empty() || is_recorded())
    }

    /// Whether there is nothing to write and nothing to record. What gets ready by itself is not waited for.
    #[must_use]
    pub fn writes_nothing(&self, source: Source<'_>, options: &Options, record: &Record) -> bool {
        let is_recorded = self.lease.record == *record || !self.plan.is_empty();
        self.plan.writes().next().is_none()
            && is_recorded
            && (options.sync.is_none() || self.lease.sync == options.sync)
            && what_is_left(source, self, &self.unchanged(), options) == self.parents
    }

    /// What a run comes to that does nothing.
    fn unchanged(&self) -> Applied {
        let mut applied = Applied::default();
        let settled = &mut applied.settled;
        for desired in &self.desired {
            settled.outcomes.insert(desired.node, Outcome::Unchanged);
            let health = self.observation.health.get(&desired.object);
            if health.is_some_and(Health::is_current) {
                settled.ready.insert(desired.node);
            }
        }
        applied
    }
}
