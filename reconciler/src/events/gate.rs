//! What is told at all: nothing twice in a row in a short time, and of one Sync only so much.

use super::Notice;
use gitopsc_engine::reconcile::SyncKey;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the same notice is not told again if there was no other meanwhile.
const AGAIN: Duration = Duration::from_secs(600);
/// How many notices of one Sync are told in a row.
const BURST: u32 = 20;
/// After how long there is room for one more.
const REFILL: Duration = Duration::from_secs(15);

/// What was told lately. Times are since some beginning.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// The last notice of each Sync.
    told: BTreeMap<SyncKey, (Notice, Duration)>,
    spent: BTreeMap<SyncKey, Spent>,
}

/// How much of what a Sync may tell is used up.
#[derive(Debug, Default)]
struct Spent {
    count: u32,
    since: Duration,
}

impl Gate {
    /// Whether `notice` is told `now`; then it was told.
    pub(super) fn lets(&mut self, notice: &Notice, now: Duration) -> bool {
        self.told.retain(|_, (_, at)| now < *at + AGAIN);
        self.spent.retain(|_, spent| spent.left(now) < BURST);
        let last = self.told.get(&notice.key);
        if last.is_some_and(|(last, _)| last == notice) {
            return false;
        }
        let spent = self.spent.entry(notice.key.clone()).or_default();
        if spent.left(now) == 0 {
            return false;
        }
        spent.take(now);
        self.told.insert(notice.key.clone(), (notice.clone(), now));
        true
    }
}

impl Spent {
    fn left(&self, now: Duration) -> u32 {
        BURST - self.count + self.refilled(now)
    }

    /// How many of those that were used up there is room for again.
    fn refilled(&self, now: Duration) -> u32 {
        let passed = now.saturating_sub(self.since).as_secs() / REFILL.as_secs();
        u32::try_from(passed).unwrap_or(u32::MAX).min(self.count)
    }

    fn take(&mut self, now: Duration) {
        let refilled = self.refilled(now);
        self.since = match refilled == self.count {
            true => now,
            false => self.since + REFILL * refilled,
        };
        self.count += 1;
        self.count -= refilled;
    }
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, BURST, Gate, REFILL};
    use crate::events::{Notice, Tone};
    use gitopsc_engine::reconcile::SyncKey;
    use std::time::Duration;

    fn notice(name: &str, note: u32) -> Notice {
        Notice {
            key: SyncKey {
                namespace: "n".into(),
                name: name.into(),
            },
            uid: "1".into(),
            tone: Tone::Normal,
            reason: "Applied".into(),
            action: "Apply",
            note: note.to_string(),
        }
    }

    #[test]
    fn the_same_is_told_again_only_after_a_while_or_after_something_else() {
        let mut gate = Gate::default();
        assert!(gate.lets(&notice("a", 1), Duration::ZERO));
        assert!(gate.lets(&notice("b", 1), Duration::ZERO));
        assert!(!gate.lets(&notice("a", 1), AGAIN - Duration::from_secs(1)));
        assert!(gate.lets(&notice("a", 1), AGAIN));
        assert!(gate.lets(&notice("a", 2), AGAIN));
        assert!(gate.lets(&notice("a", 1), AGAIN));
    }

    #[test]
    fn one_sync_tells_only_so_much_and_keeps_no_other_from_telling() {
        let mut gate = Gate::default();
        let mut told = |name, from: u32, now| {
            let notes = from..from + 100;
            notes
                .filter(|note| gate.lets(&notice(name, *note), now))
                .count()
        };
        assert_eq!(told("a", 0, Duration::ZERO), BURST as usize);
        assert_eq!(told("b", 0, Duration::ZERO), BURST as usize);
        assert_eq!(told("a", 100, REFILL - Duration::from_secs(1)), 0);
        assert_eq!(told("a", 200, REFILL), 1);
        assert_eq!(told("a", 300, REFILL * 4), 3);
        assert_eq!(told("a", 400, REFILL * 100), BURST as usize);
    }
}
