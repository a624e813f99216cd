//! How far one node is.

/// How a node stands before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It is not there and is to be made.
    Create,
    /// It is there and is to be changed.
    Change,
    /// It is there, or is not managed by this run, and nothing is to be done.
    Nothing {
        /// Whether it is there.
        exists: bool,
        /// Whether it is ready.
        ready: bool,
    },
    /// It is there, nothing is to be done, and it is getting ready: an earlier run has written it a short while ago.
    Settles,
    /// Nothing will be done, because it was refused or cannot be known.
    Refused {
        /// Whether it is there all the same.
        exists: bool,
    },
    /// It stands for a unit that requires more than its objects: whether that is current has to be told.
    Requires,
}

/// What happened to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was applied.
    Applied,
    /// It could not be applied, and will not be tried again.
    Failed,
    /// Its health was looked at: whether it is current. Of a unit: whether all that it requires is.
    Ready(bool),
    /// It has waited for soft needs as long as it may.
    WaitOver,
    /// It has had as long to become ready as it may.
    Late,
}

/// How far a node's own step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Held,
    Released,
    Applied,
    Failed,
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) progress: Progress,
    pub(super) exists: bool,
    pub(super) ready: bool,
    pub(super) creates: bool,
    pub(super) wait_over: bool,
    pub(super) late: bool,
    /// Whether an earlier run has written it, and it is getting ready.
    pub(super) settles: bool,
    /// Whether a unit requires something that was not told to be current.
    pub(super) requires: bool,
}

impl State {
    pub(super) fn of(start: Start) -> State {
        let (progress, exists, ready) = match start {
            Start::Create | Start::Requires => (Progress::Held, false, false),
            Start::Change => (Progress::Held, true, false),
            Start::Nothing { exists, ready } => (Progress::Nothing, exists, ready),
            Start::Settles => (Progress::Nothing, true, false),
            Start::Refused { exists } => (Progress::Failed, exists, false),
        };
        State {
            progress,
            exists,
            ready,
            creates: matches!(start, Start::Create | Start::Requires),
            wait_over: false,
            late: false,
            settles: start == Start::Settles,
            requires: start == Start::Requires,
        }
    }

    /// Whether a later layer waits for it.
    pub(super) fn is_on_its_way(self) -> bool {
        let was_sent = matches!(self.progress, Progress::Released | Progress::Applied);
        (was_sent || self.settles) && !self.ready && !self.late
    }

    /// Whether its own step is over, one way or the other.
    pub(super) fn is_done(self) -> bool {
        !matches!(self.progress, Progress::Held | Progress::Released)
    }
}
