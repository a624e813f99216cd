//! Fights: somebody changes an object again and again after it was put back.
//!
//! Putting it back at once each time would only make the other one faster. So it is done once in a while then, until
//! nobody has changed the object for some time.

use super::Moment;
use gitopsc_core::ObjectRef;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often the same is put back within [`WITHIN`] where there is a fight about it.
const MANY: usize = 5;
/// See [`MANY`].
const WITHIN: Duration = Duration::from_secs(60);
/// How often an object that is fought about is put back.
const PAUSE: Duration = Duration::from_secs(60);
/// How long nobody has to change an object until a fight about it is over.
const PEACE: Duration = Duration::from_secs(300);

/// Which objects of a Sync were put back lately, and about which there is a fight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fights {
    objects: BTreeMap<ObjectRef, Rounds>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rounds {
    /// When what was put back within [`WITHIN`], the earliest first.
    lately: Vec<(Moment, String)>,
    fight: Option<Fight>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fight {
    /// When it was last put back.
    last: Moment,
    /// When it is to be put back next; nothing as long as nobody has changed it.
    due: Option<Moment>,
    /// What was last done to put it back, for people.
    done: String,
}

impl Fights {
    /// Takes note that `object` was changed, and says whether it is put back now; else it is [`due`](Fights::due) later.
    pub fn changed(&mut self, object: &ObjectRef, now: Moment) -> bool {
        self.forget(now);
        let rounds = self.objects.get_mut(object);
        let Some(fight) = rounds.and_then(|rounds| rounds.fight.as_mut()) else {
            return true;
        };
        let next = fight.last.after(PAUSE);
        if next > now {
            fight.due = Some(next);
        }
        next <= now
    }

    /// Takes note of what was `done` to put `object` back, in words that are the same for the same.
    pub fn put_back(&mut self, object: &ObjectRef, done: &str, now: Moment) {
        self.forget(now);
        let rounds = self.objects.entry(object.clone()).or_default();
        rounds.lately.push((now, done.to_owned()));
        let same = rounds.lately.iter().filter(|(_, of)| of == done);
        if same.count() >= MANY || rounds.fight.is_some() {
            rounds.fight = Some(Fight {
                last: now,
                due: None,
                done: done.to_owned(),
            });
        }
    }

    /// When the next object is to be put back.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        let fights = self.objects.values().filter_map(|of| of.fight.as_ref());
        fights.filter_map(|fight| fight.due).min()
    }

    /// The objects that are to be put back by now. They are not due any more.
    pub fn take_due(&mut self, now: Moment) -> Vec<ObjectRef> {
        let mut taken = Vec::new();
        for (object, rounds) in &mut self.objects {
            let fight = rounds.fight.as_mut();
            let due = fight.filter(|fight| fight.due.is_some_and(|due| due <= now));
            if let Some(fight) = due {
                fight.due = None;
                taken.push(object.clone());
            }
        }
        taken
    }

    /// The objects about which there is a fight, and what was last done to put them back.
    pub fn ongoing(&mut self, now: Moment) -> impl Iterator<Item = (&ObjectRef, &str)> {
        self.forget(now);
        self.objects.iter().filter_map(|(object, rounds)| {
            let fight = rounds.fight.as_ref()?;
            Some((object, fight.done.as_str()))
        })
    }

    fn forget(&mut self, now: Moment) {
        self.objects.retain(|_, rounds| {
            rounds.lately.retain(|(then, _)| now <= then.after(WITHIN));
            let is_over = |fight: &mut Fight| fight.due.is_none() && now > fight.last.after(PEACE);
            rounds.fight.take_if(is_over);
            rounds.fight.is_some() || !rounds.lately.is_empty()
        });
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

    /// What was changed at `at` and is put back at once, if it is.
    fn round(fights: &mut Fights, name: &str, done: &str, at: u64) -> bool {
        let is_now = fights.changed(&object(name), second(at));
        if is_now {
            fights.put_back(&object(name), done, second(at));
        }
        is_now
    }

    #[test]
    fn the_fifth_time_in_a_minute_is_a_fight_which_is_slowed() {
        let mut fights = Fights::default();
        let a = object("a");
        for at in 0..4 {
            assert!(round(&mut fights, "a", "colour", at), "{at}");
        }
        assert_eq!(fights.ongoing(second(4)).count(), 0);
        assert!(round(&mut fights, "a", "colour", 5));
        let told = fights.ongoing(second(5)).next();
        assert_eq!(told, Some((&a, "colour")));
        assert!(!round(&mut fights, "a", "colour", 6));
        assert!(
            round(&mut fights, "b", "colour", 7),
            "others are put back at once"
        );
        assert_eq!(fights.due(), Some(second(65)));
        assert!(fights.take_due(second(64)).is_empty());
        assert_eq!(fights.take_due(second(65)), std::slice::from_ref(&a));
        assert_eq!(fights.due(), None);
        fights.put_back(&a, "colour", second(66));
        assert!(!round(&mut fights, "a", "colour", 67));
        assert_eq!(fights.due(), Some(second(126)));
    }

    #[test]
    fn changes_now_and_then_or_of_other_things_are_no_fight() {
        let mut fights = Fights::default();
        for at in 0..20 {
            assert!(round(&mut fights, "a", "colour", at * 16), "{at}");
        }
        for at in 400..420 {
            assert!(round(&mut fights, "a", &format!("colour {at}"), at), "{at}");
        }
    }

    #[test]
    fn a_fight_is_over_once_nobody_has_changed_the_object_for_five_minutes() {
        let mut fights = Fights::default();
        for at in 0..5 {
            round(&mut fights, "a", "colour", at);
        }
        assert_eq!(fights.ongoing(second(304)).count(), 1);
        assert_eq!(fights.ongoing(second(305)).count(), 0);
        assert!(round(&mut fights, "a", "colour", 306));
        assert!(round(&mut fights, "a", "colour", 307));
        assert_eq!(fights.ongoing(second(1000)).count(), 0);
        assert_eq!(fights, Fights::default());
    }
}
