//! What is seen of a run on a terminal, step by step.

use super::draw::draw;
use super::state::{Item, Stage, State};
use super::terminal::Size;
use crate::cluster::events::samples::{self, object, step};
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::plan::{Action, Step};
use gitopsc_reconciler::progress::Progress;
use std::time::Duration;

const WIDE: Size = Size {
    columns: 80,
    rows: 24,
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn item(unit: &str, layer: Option<usize>, gets_ready: bool) -> Item {
    Item {
        unit: unit.into(),
        layer,
        gets_ready,
        stage: Stage::Waits,
        since: Duration::ZERO,
    }
}

/// Two layers with `a` and `b`, and `old`, which is to go.
fn begun() -> State {
    let items = [
        (object("a"), item("platform/db", Some(0), true)),
        (object("b"), item("apps/web", Some(1), false)),
        (object("old"), item("apps/web", None, false)),
    ];
    State {
        layers: ["platform".into(), "apps".into()].into(),
        items: items.into(),
        ..State::default()
    }
}

fn make(name: &str) -> Step {
    step(name, Action::Create { estimated: None })
}

fn prune(name: &str) -> Step {
    step(name, Action::Prune { consent: None })
}

fn is(name: &str, status: Status, reason: &str) -> Progress {
    Progress::Is {
        object: object(name),
        health: Health::new(status, reason),
    }
}

fn blocked(name: &str, by: &str) -> Progress {
    Progress::Blocked {
        object: object(name),
        unit: "apps/web".into(),
        by: by.into(),
    }
}

fn shown(state: &State, now: Duration, size: Size) -> String {
    let lines = draw(state, now, size);
    let text = |line: &crate::cluster::line::Line| line.plain().trim_end().to_owned() + "\n";
    lines.iter().map(text).collect()
}

#[test]
fn a_run_is_seen_from_its_beginning_to_its_end() {
    let mut state = begun();
    let told: [(u64, Progress, &str); 10] = [
        (
            1,
            Progress::Recording {
                what: "the lease of the set".into(),
            },
            "\
platform   0 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
recording  the lease of the set  2 s
3 s        3 to come; ctrl-c stops
",
        ),
        (
            4,
            Progress::Begins(make("a")),
            "\
platform   0 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
creating   platform/db: ConfigMap web/a  2 s
6 s        1 under way, 2 to come; ctrl-c stops
",
        ),
        (
            5,
            Progress::Waits {
                object: object("a"),
                why: "a webhook is down".into(),
            },
            "\
platform   0 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
creating   platform/db: ConfigMap web/a: a webhook is down  3 s
7 s        1 under way, 2 to come; ctrl-c stops
",
        ),
        (
            6,
            Progress::Done(make("a")),
            "\
platform   1 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
InProgress platform/db: ConfigMap web/a: nothing was seen of it yet  2 s
8 s        1 not ready, 2 to come; ctrl-c stops
",
        ),
        (
            7,
            blocked("b", "ConfigMap web/a (not ready)"),
            "\
platform   1 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
InProgress platform/db: ConfigMap web/a: nothing was seen of it yet  3 s
blocked    apps/web: ConfigMap web/b by ConfigMap web/a (not ready)  since 2 s
9 s        1 not ready, 1 blocked, 1 to come; ctrl-c stops
",
        ),
        (
            9,
            is("a", Status::InProgress, "0 of 1"),
            "\
platform   1 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
InProgress platform/db: ConfigMap web/a: 0 of 1  5 s
blocked    apps/web: ConfigMap web/b by ConfigMap web/a (not ready)  since 4 s
11 s       1 not ready, 1 blocked, 1 to come; ctrl-c stops
",
        ),
        (
            10,
            is("a", Status::Current, "there it is"),
            "\
platform   1 of 1 applied, 1 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
blocked    apps/web: ConfigMap web/b by ConfigMap web/a (not ready)  since 5 s
12 s       1 blocked, 1 to come; ctrl-c stops
",
        ),
        (
            11,
            Progress::Done(make("b")),
            "\
platform   1 of 1 applied, 1 ready
apps       1 of 1 applied, 1 ready
prunes     0 of 1 gone
13 s       1 to come; ctrl-c stops
",
        ),
        (
            12,
            Progress::Begins(prune("old")),
            "\
platform   1 of 1 applied, 1 ready
apps       1 of 1 applied, 1 ready
prunes     0 of 1 gone
deleting   apps/web: ConfigMap web/old  2 s
14 s       1 under way; ctrl-c stops
",
        ),
        (
            13,
            Progress::Remains {
                object: object("old"),
                why: "a finalizer".into(),
            },
            "\
platform   1 of 1 applied, 1 ready
apps       1 of 1 applied, 1 ready
prunes     0 of 1 gone, 1 not gone
15 s       ctrl-c stops
",
        ),
    ];
    for (at, progress, wanted) in told {
        state.on(&progress, seconds(at));
        let found = shown(&state, seconds(at + 2), WIDE);
        assert_eq!(found, wanted, "after {progress:?}");
    }
}

#[test]
fn what_takes_a_moment_is_counted_and_not_named() {
    let mut state = begun();
    state.on(&Progress::Begins(make("a")), seconds(1));
    let found = shown(&state, Duration::from_millis(1400), WIDE);
    assert!(!found.contains("creating"), "{found}");
    assert!(found.contains("1 under way"), "{found}");
}

#[test]
fn an_interrupt_is_answered() {
    let mut state = begun();
    state.stop();
    let found = shown(&state, seconds(1), WIDE);
    let footer = "stopping after what is under way; ctrl-c again ends at once";
    assert!(found.contains(footer), "{found}");
}

#[test]
fn nothing_that_is_told_is_wider_or_higher_than_the_terminal() {
    let mut state = begun();
    let name = |number: usize| format!("object-with-a-name-that-is-long-{number}-日本語");
    for number in 0..50 {
        let item = item("apps/a-unit-with-a-long-name", Some(1), true);
        state.items.insert(object(&name(number)), item);
        let told = match number % 3 {
            0 => Progress::Begins(make(&name(number))),
            1 => blocked(&name(number), "a Secret\nthat is \x1b[2Jnot there"),
            _ => is(&name(number), Status::Unknown, "nobody knows 日本語"),
        };
        state.on(&told, seconds(1));
    }
    samples::all()
        .iter()
        .for_each(|of| state.on(of, seconds(1)));
    for (columns, rows) in [(80, 24), (200, 60), (40, 8), (12, 3), (1, 1)] {
        let lines = draw(&state, seconds(9), Size { columns, rows });
        assert!(lines.len() <= (rows / 2).max(1), "{columns}x{rows}");
        for line in &lines {
            let text = line.plain();
            let wide = super::text::columns(&text);
            assert!(wide < columns.max(1), "{wide} of {columns}: {text}");
            assert!(!text.contains(char::is_control), "{text}");
        }
    }
}

#[test]
fn no_kind_of_waiting_takes_all_rows() {
    let mut state = begun();
    for number in 0..50 {
        let name = number.to_string();
        state.items.insert(object(&name), item(".", Some(1), true));
        state.on(&Progress::Begins(make(&name)), seconds(1));
    }
    state.on(&is("a", Status::InProgress, "0 of 1"), seconds(1));
    state.on(&blocked("b", "ConfigMap web/a"), seconds(1));
    let size = Size {
        columns: 60,
        rows: 16,
    };
    let wanted = "\
platform   1 of 1 applied, 0 ready
apps       0 of 51 applied, 0 ready
prunes     0 of 1 gone
creating   ConfigMap web/0  2 s
creating   ConfigMap web/1  2 s
InProgress platform/db: ConfigMap web/a: 0 of 1  2 s
blocked    ConfigMap web/b by ConfigMap web/a  since 2 s
3 s        50 under way, 1 not ready, 1 blocked, 1 to come…
";
    assert_eq!(shown(&state, seconds(3), size), wanted);
}

#[test]
fn a_long_reason_goes_on_where_there_is_room() {
    let mut state = begun();
    let reason = "0 of 1 replica is ready; pod web-0: container web waits (ImagePullBackOff)";
    state.on(&is("a", Status::InProgress, reason), seconds(1));
    let size = Size {
        columns: 60,
        rows: 16,
    };
    let wanted = "\
platform   1 of 1 applied, 0 ready
apps       0 of 1 applied, 0 ready
prunes     0 of 1 gone
InProgress platform/db: ConfigMap web/a: 0 of 1  2 s
           replica is ready; pod web-0: container web waits
           (ImagePullBackOff)
3 s        1 not ready, 2 to come; ctrl-c stops
";
    assert_eq!(shown(&state, seconds(3), size), wanted);
}
