//! What is done next, as tables: second, event, commands.

use super::{At, Command, Event, Facts, Happened, Moment, Outcome, Phase, State, SyncKey};
use std::time::Duration;

fn key(name: &str) -> SyncKey {
    SyncKey {
        namespace: "n".into(),
        name: name.into(),
    }
}

fn facts() -> Facts {
    Facts {
        generation: 1,
        interval: Duration::from_secs(60),
        ..Facts::default()
    }
}

fn seen(facts: Facts) -> Happened {
    Happened::Seen {
        facts,
        before: None,
    }
}

fn fetched(revision: &str) -> Happened {
    Happened::Fetched(revision.into())
}

fn applied(revision: &str, outcome: Outcome) -> Happened {
    Happened::Applied(revision.into(), outcome)
}

fn reverted(revision: &str, outcome: Outcome) -> Happened {
    Happened::Reverted(revision.into(), outcome)
}

/// The commands but for reports, in words.
fn words(commands: &[Command]) -> String {
    let words = commands.iter().filter_map(|command| match command {
        Command::Fetch(_) => Some("fetch".to_owned()),
        Command::Apply(_, revision) => Some(format!("apply {revision}")),
        Command::Revert(_, revision) => Some(format!("revert {revision}")),
        Command::StopApply(_) => Some("stop".to_owned()),
        Command::Report(_) => None,
        Command::Forget(_) => Some("forget".to_owned()),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What happens to one Sync, second by second, and what is to be done then. A second without an event is a tick.
fn check(rows: Vec<(u64, Option<Happened>, &str)>) {
    let mut state = State::default();
    for (at, (second, happened, wanted)) in rows.into_iter().enumerate() {
        let now = At {
            now: Moment(second * 1000),
            chance: 0,
        };
        let shown = format!("row {at}, second {second}: {happened:?}");
        let event = happened.map_or(Event::Tick, |happened| Event::Of(key("a"), happened));
        assert_eq!(words(&state.on(event, now)), wanted, "{shown}");
    }
}

#[test]
fn what_is_pushed_is_applied_and_then_looked_at_at_the_interval() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(applied("one", Outcome::Done)), ""),
        (60, None, ""),
        (61, None, "fetch"),
        (62, Some(fetched("one")), ""),
        (122, None, "fetch"),
        (123, Some(fetched("two")), "apply two"),
        (124, Some(applied("two", Outcome::Done)), ""),
    ]);
}

#[test]
fn a_newer_revision_stops_the_one_that_runs_and_follows_it() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(Happened::Woken), "fetch"),
        (3, Some(fetched("two")), "stop"),
        (4, Some(applied("one", Outcome::Stopped)), "apply two"),
        (5, Some(applied("two", Outcome::Done)), ""),
    ]);
}

#[test]
fn many_calls_while_one_fetch_runs_cause_one_more() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(Happened::Woken), ""),
        (1, Some(Happened::Woken), ""),
        (2, Some(fetched("one")), "fetch, apply one"),
        (3, Some(fetched("one")), ""),
    ]);
}

#[test]
fn what_cannot_be_built_leaves_what_was_built_enforced() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(applied("one", Outcome::Done)), ""),
        (61, None, "fetch"),
        (62, Some(fetched("bad")), "apply bad"),
        (63, Some(applied("bad", Outcome::Broken)), ""),
        (64, Some(Happened::Drifted), "revert one"),
        (65, Some(reverted("one", Outcome::Done)), ""),
        (122, None, "fetch"),
        (123, Some(fetched("bad")), ""),
        (183, None, "fetch"),
        (184, Some(fetched("fix")), "apply fix"),
    ]);
}

#[test]
fn what_was_stopped_for_a_revision_that_cannot_be_built_goes_on() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(Happened::Woken), "fetch"),
        (3, Some(fetched("bad")), "stop"),
        (4, Some(applied("one", Outcome::Stopped)), "apply bad"),
        (5, Some(applied("bad", Outcome::Broken)), "apply one"),
    ]);
}

#[test]
fn a_source_that_is_away_is_tried_again_later_and_later_and_drift_is_put_right() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(applied("one", Outcome::Done)), ""),
        (61, None, "fetch"),
        (62, Some(Happened::FetchFailed), ""),
        (63, None, "fetch"),
        (63, Some(Happened::FetchFailed), ""),
        (64, None, ""),
        (65, None, "fetch"),
        (65, Some(Happened::Drifted), "revert one"),
        (65, Some(reverted("one", Outcome::Done)), ""),
        (66, Some(fetched("one")), ""),
        (125, None, ""),
        (126, None, "fetch"),
    ]);
}

#[test]
fn what_drifted_is_put_back_by_itself_and_what_cannot_be_is_left_to_an_apply_of_everything() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(Happened::Drifted), "stop"),
        (3, Some(applied("one", Outcome::Stopped)), "apply one"),
        (4, Some(applied("one", Outcome::Done)), ""),
        (5, Some(Happened::Drifted), "revert one"),
        // What drifts meanwhile is put back after that.
        (6, Some(Happened::Drifted), ""),
        (7, Some(reverted("one", Outcome::Done)), "revert one"),
        (8, Some(reverted("one", Outcome::Incomplete)), "apply one"),
        (9, Some(applied("one", Outcome::Incomplete)), ""),
        (9, Some(Happened::Drifted), "apply one"),
        (10, Some(applied("one", Outcome::Done)), ""),
        (11, Some(Happened::Drifted), "revert one"),
        // A new revision does not wait for it.
        (12, Some(Happened::Woken), "fetch"),
        (13, Some(fetched("two")), "stop"),
        (14, Some(reverted("one", Outcome::Stopped)), "apply two"),
        (15, Some(applied("two", Outcome::Done)), ""),
        (16, Some(Happened::Ran), "apply two"),
    ]);
}

#[test]
fn after_a_start_what_was_enforced_before_is_enforced_though_the_source_is_away() {
    let before = Happened::Seen {
        facts: facts(),
        before: Some("old".into()),
    };
    check(vec![
        (0, Some(before), "fetch"),
        (1, Some(Happened::FetchFailed), ""),
        (2, None, "fetch, apply old"),
        (3, Some(applied("old", Outcome::Done)), ""),
        (4, Some(fetched("new")), "apply new"),
    ]);
}

#[test]
fn what_failed_is_tried_again_later_and_later_and_a_new_revision_at_once() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (0, Some(fetched("one")), "apply one"),
        (1, Some(applied("one", Outcome::Incomplete)), ""),
        (2, None, "apply one"),
        (2, Some(applied("one", Outcome::Incomplete)), ""),
        (3, None, ""),
        (4, None, "apply one"),
        (4, Some(applied("one", Outcome::Incomplete)), ""),
        (5, Some(Happened::Woken), "fetch"),
        (5, Some(fetched("two")), "apply two"),
    ]);
}

#[test]
fn a_suspended_sync_does_nothing_until_it_is_resumed() {
    let suspended = Facts {
        suspend: true,
        generation: 2,
        ..facts()
    };
    let resumed = Facts {
        generation: 3,
        ..facts()
    };
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(seen(suspended)), "stop"),
        (3, Some(applied("one", Outcome::Stopped)), ""),
        (4, Some(Happened::Drifted), ""),
        (5, Some(Happened::Woken), ""),
        (9, None, ""),
        (10, Some(seen(resumed)), "fetch, apply one"),
    ]);
}

#[test]
fn consent_is_waited_for_and_acted_on_at_once() {
    let agreed = Facts {
        approved: Some("digest".into()),
        ..facts()
    };
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(applied("one", Outcome::Consent)), ""),
        (30, None, ""),
        (31, Some(seen(agreed)), "apply one"),
    ]);
}

#[test]
fn what_is_fetched_for_an_older_wish_is_not_applied() {
    let changed = Facts {
        generation: 2,
        ..facts()
    };
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(seen(changed)), ""),
        (2, Some(fetched("of the old url")), "fetch"),
        (3, Some(fetched("new")), "apply new"),
    ]);
}

#[test]
fn what_is_gone_is_forgotten_once_nothing_of_it_runs() {
    check(vec![
        (0, Some(seen(facts())), "fetch"),
        (1, Some(fetched("one")), "apply one"),
        (2, Some(Happened::Gone), "stop"),
        (3, Some(applied("one", Outcome::Stopped)), "forget"),
        (4, Some(Happened::Woken), ""),
    ]);
}

#[test]
fn one_that_fails_does_not_slow_another() {
    let mut state = State::default();
    let at = |second: u64| At {
        now: Moment(second * 1000),
        chance: 0,
    };
    for name in ["a", "b"] {
        state.on(Event::Of(key(name), seen(facts())), at(0));
        state.on(Event::Of(key(name), fetched("one")), at(1));
    }
    for second in 2..20 {
        let failed = applied("one", Outcome::Incomplete);
        state.on(Event::Of(key("a"), failed), at(second));
    }
    let done = applied("one", Outcome::Done);
    state.on(Event::Of(key("b"), done), at(20));
    let commands = state.on(Event::Of(key("b"), Happened::Drifted), at(21));
    assert_eq!(words(&commands), "revert one");
    assert_eq!(
        state.get(&key("a")).map(|a| a.phase()),
        Some(Phase::Waiting)
    );
}
