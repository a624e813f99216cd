//! Fights: somebody changes an object again and again after it was put back.
//!
//! Putting it back at once each time would only make the other one faster. So it is done once in a while then, until
//! nobody has changed the object for some time.

use super::Moment;
use gitopsc_core::ObjectRef;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many changes within [`WITHIN`] are a fight.
pub const MANY: usize = 5;
/// See [`MANY`].
pub const WITHIN: Duration = Duration::from_secs(60);
/// How often an object that is fought about is put back.
const PAUSE: Duration = Duration::from_secs(60);
/// How long nobody has to change an object until a fight about it is over.
const PEACE: Duration = Duration::from_secs(300);

/// Which objects of a Sync were changed lately, and about which there is a fight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fights {
    objects: BTreeMap<ObjectRef, Changes>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Changes {
    /// When it was changed lately, at most [`MANY`] times, the earliest first.
    lately: Vec<Moment>,
    is_fight: bool,
    /// When it was last let be put back in the fight.
    put_back: Option<Moment>,
    /// When it is to be put back next.
    due: Option<Moment>,
    /// What was last done to put it back, for people.
    done: String,
}

impl Fights {
    /// Takes note that `object` was changed, and says whether it is put back now; else it is [`due`](Fights::due) later.
    pub fn changed(&mut self, object: &ObjectRef, now: Moment) -> bool {
        let changes = self.objects.entry(object.clone()).or_default();
        changes.take_note(now);
        if !changes.is_fight {
            return true;
        }
        let next = changes.put_back.map_or(now, |last| last.after(PAUSE));
        if next <= now {
            changes.put_back = Some(now);
            changes.due = None;
            return true;
        }
        changes.due = Some(next);
        false
    }

    /// Takes note of what was `done` to put `object` back, for people.
    pub fn put_back(&mut self, object: &ObjectRef, done: &str) {
        if let Some(changes) = self.objects.get_mut(object) {
            done.clone_into(&mut changes.done);
        }
    }

    /// When the next object is to be put back.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.objects
            .values()
            .filter_map(|changes| changes.due)
            .min()
    }

    /// The objects that are to be put back by now. They are not due any more.
    pub fn take_due(&mut self, now: Moment) -> Vec<ObjectRef> {
        let is_due = |changes: &Changes| changes.due.is_some_and(|due| due <= now);
        let due = self
            .objects
            .iter_mut()
            .filter(|(_, changes)| is_due(changes));
        due.map(|(object, changes)| {
            changes.due = None;
            changes.put_back = Some(now);
            object.clone()
        })
        .collect()
    }

    /// The objects about which there is a fight, and what was last done to put them back. What was quiet long enough is
    /// forgotten.
    pub fn ongoing(&mut self, now: Moment) -> impl Iterator<Item = (&ObjectRef, &str)> {
        self.objects.retain(|_, changes| !changes.is_over(now));
        let fights = self.objects.iter().filter(|(_, changes)| changes.is_fight);
        fights.map(|(object, changes)| (object, changes.done.as_str()))
    }
}

impl Changes {
    fn take_note(&mut self, now: Moment) {
        if self.is_over(now) {
            *self = Changes::default();
        }
        self.lately.push(now);
        if self.lately.len() > MANY {
            self.lately.remove(0);
        }
        let is_full = self.lately.len() == MANY;
        self.is_fight |= is_full && now <= self.lately[0].after(WITHIN);
    }

    fn is_over(&self, now: Moment) -> bool {
        let quiet = if self.is_fight { PEACE } else { WITHIN };
        let is_quiet = |last: &Moment| now > last.after(quiet);
        self.due.is_none() && self.lately.last().is_none_or(is_quiet)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fights, Moment};
    use gitopsc_core::ObjectRef;

    fn object(name: &str) -> ObjectRef {
        ObjectRef {
            group: "".into(),
            kind: "ConfigMap".into(),
            namespace: "n".into(),
            name: name.into(),
        }
    }

    fn second(second: u64) -> Moment {
        Moment(second * 1000)
    }

    #[test]
    fn the_fifth_change_in_a_minute_is_a_fight_which_is_slowed() {
        let mut fights = Fights::default();
        let a = object("a");
        for at in 0..4 {
            assert!(fights.changed(&a, second(at)), "{at}");
        }
        assert_eq!(fights.ongoing(second(4)).count(), 0);
        assert!(
            fights.changed(&a, second(5)),
            "the fight is told, and the object put back"
        );
        fights.put_back(&a, "patch data.colour");
        let told = fights.ongoing(second(5)).next();
        assert_eq!(told, Some((&a, "patch data.colour")));
        assert!(!fights.changed(&a, second(6)));
        assert!(
            fights.changed(&object("b"), second(7)),
            "others are put back at once"
        );
        assert_eq!(fights.due(), Some(second(65)));
        assert!(fights.take_due(second(64)).is_empty());
        assert_eq!(fights.take_due(second(65)), [a.clone()]);
        assert!(!fights.changed(&a, second(66)));
        assert_eq!(fights.due(), Some(second(125)));
    }

    #[test]
    fn a_change_now_and_then_is_no_fight() {
        let mut fights = Fights::default();
        for at in 0..20 {
            assert!(fights.changed(&object("a"), second(at * 16)), "{at}");
        }
        assert_eq!(fights.ongoing(second(320)).count(), 0);
    }

    #[test]
    fn a_fight_is_over_once_nobody_has_changed_the_object_for_five_minutes() {
        let mut fights = Fights::default();
        for at in 0..5 {
            fights.changed(&object("a"), second(at));
        }
        assert_eq!(fights.ongoing(second(304)).count(), 1);
        assert_eq!(fights.ongoing(second(305)).count(), 0);
        assert!(fights.changed(&object("a"), second(306)));
        assert!(fights.changed(&object("a"), second(307)));
    }
}
