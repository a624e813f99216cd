//! What a reconciler does next: a state machine of Syncs, told what happened and when.
//!
//! It knows neither clusters nor repositories, and no clock: time is an argument, and so is chance. Each Sync has its
//! own state, so that one that fails slows no other.
//!
//! ```
//! use gitopsc_engine::reconcile::{At, Command, Event, Facts, Happened, Moment, State, SyncKey};
//! use std::time::Duration;
//! let key = SyncKey { namespace: "gitopsc-system".into(), name: "cluster".into() };
//! let facts = Facts { interval: Duration::from_secs(60), ..Facts::default() };
//! let at = At { now: Moment(0), chance: 0 };
//! let mut state = State::default();
//! let seen = Happened::Seen { facts, before: None };
//! let commands = state.on(Event::Of(key.clone(), seen), at);
//! assert_eq!(commands, [Command::Fetch(key.clone()), Command::Report(key.clone())]);
//! let fetched = Happened::Fetched("c0ffee".into());
//! let commands = state.on(Event::Of(key.clone(), fetched), at);
//! assert_eq!(commands, [Command::Apply(key.clone(), "c0ffee".into()), Command::Report(key)]);
//! ```

mod backoff;
mod fights;
mod happened;
mod sync;
#[cfg(test)]
mod tests;

pub use backoff::backoff;
pub use fights::Fights;
pub use sync::{Phase, Sync};

use gitopsc_core::EcoString;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Names a Sync.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyncKey {
    /// Its namespace.
    pub namespace: EcoString,
    /// Its name.
    pub name: EcoString,
}

impl fmt::Display for SyncKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A point in time, in milliseconds since some beginning. It never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `later` after this.
    #[must_use]
    pub fn after(self, later: Duration) -> Moment {
        Moment(
            self.0
                .saturating_add(u64::try_from(later.as_millis()).unwrap_or(u64::MAX)),
        )
    }
}

/// When something is decided, and the chance that it is spread with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The time.
    pub now: Moment,
    /// Anything from 0 to 255, another one each time.
    pub chance: u8,
}

/// What of a Sync decides when something is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How often what is desired of it was changed.
    pub generation: i64,
    /// Whether nothing is done.
    pub suspend: bool,
    /// How often its source is looked at unasked.
    pub interval: Duration,
    /// The consent that was given.
    pub approved: Option<EcoString>,
    /// What somebody asked for a look at the source with.
    pub requested: Option<EcoString>,
}

/// How an apply ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as it should be, or on its way there by itself.
    Done,
    /// The revision cannot be built, and nothing of it was applied.
    Broken,
    /// Part of it is not done, or all of it: it is tried again.
    Incomplete,
    /// All is done but for what somebody must agree to.
    Consent,
    /// It was stopped before its end.
    Stopped,
}

/// What happened to a Sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was seen, new or changed. What was last built of it `before` counts where nothing is known yet.
    Seen {
        /// What it says.
        facts: Facts,
        /// The revision that its status says was last built.
        before: Option<EcoString>,
    },
    /// It is gone.
    Gone,
    /// Its source is at this revision.
    Fetched(EcoString),
    /// Its source could not be read.
    FetchFailed,
    /// An apply of this revision ended.
    Applied(EcoString, Outcome),
    /// Putting back what had drifted from this revision ended.
    Reverted(EcoString, Outcome),
    /// A member is not as it was left.
    Drifted,
    /// A member has run to its end, which is to be recorded.
    Ran,
    /// Something that is only told has changed, such as the health of members.
    Changed,
    /// Somebody says that its source has changed.
    Woken,
}

/// What reaches the state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something happened to one Sync.
    Of(SyncKey, Happened),
    /// Time has passed.
    Tick,
}

/// What is to be done. Nobody waits for it: its end is an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Look at the source.
    Fetch(SyncKey),
    /// Make the cluster equal to this revision.
    Apply(SyncKey, EcoString),
    /// Put back what has drifted from this revision. Everything else is as it says.
    Revert(SyncKey, EcoString),
    /// Stop the apply that is under way at the next safe point.
    StopApply(SyncKey),
    /// Tell how the Sync is.
    Report(SyncKey),
    /// Forget everything of it.
    Forget(SyncKey),
}

/// How far all Syncs are.
#[derive(Clone, Debug, Default)]
pub struct State {
    syncs: BTreeMap<SyncKey, Sync>,
}

impl State {
    /// Takes note of `event`, and says what is to be done.
    pub fn on(&mut self, event: Event, at: At) -> Vec<Command> {
        let mut commands = Vec::new();
        match event {
            Event::Of(key, happened) => self.on_one(key, happened, at, &mut commands),
            Event::Tick => {
                for (key, sync) in &mut self.syncs {
                    sync.settle(key, at, &mut commands);
                }
            }
        }
        commands
    }

    /// When something is due by itself.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        self.syncs.values().filter_map(Sync::due).min()
    }

    /// How far one Sync is.
    #[must_use]
    pub fn get(&self, key: &SyncKey) -> Option<&Sync> {
        self.syncs.get(key)
    }

    fn on_one(&mut self, key: SyncKey, happened: Happened, at: At, commands: &mut Vec<Command>) {
        if let Happened::Seen { facts, before } = &happened
            && !self.syncs.contains_key(&key)
        {
            let sync = Sync::new(facts.clone(), before.clone(), at);
            self.syncs.insert(key.clone(), sync);
        }
        let Some(sync) = self.syncs.get_mut(&key) else {
            return;
        };
        sync.on(happened, at);
        sync.settle(&key, at, commands);
        if sync.is_over() {
            self.syncs.remove(&key);
            commands.push(Command::Forget(key));
            return;
        }
        commands.push(Command::Report(key));
    }
}
