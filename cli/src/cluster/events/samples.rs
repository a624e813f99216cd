//! Samples of everything that a run may tell, for tests.

use gitopsc_core::{Gvk, ObjectRef};
use gitopsc_engine::health::{Health, Status};
use gitopsc_engine::plan::{Action, Step};
use gitopsc_reconciler::lease::Wait;
use gitopsc_reconciler::progress::Progress;
use std::time::Duration;

/// The ConfigMap of this name.
pub fn object(name: &str) -> ObjectRef {
    ObjectRef {
        kind: "ConfigMap".into(),
        namespace: "web".into(),
        name: name.into(),
        ..ObjectRef::default()
    }
}

/// That `action` is done to an object of the unit `apps/web`.
pub fn step(name: &str, action: Action) -> Step {
    Step {
        object: object(name),
        gvk: Gvk {
            version: "v1".into(),
            kind: "ConfigMap".into(),
            ..Gvk::default()
        },
        unit: "apps/web".into(),
        node: None,
        action,
        given_up: Vec::new(),
        kept: Vec::new(),
    }
}

/// One of each.
pub fn all() -> Vec<Progress> {
    let create = step("made", Action::Create { estimated: None });
    let (what, why, by) = ("apps/web".into(), "no".into(), "Secret web/db".into());
    let all = vec![
        Progress::Recording { what },
        Progress::Held(Wait {
            holder: "somebody".into(),
            since: Some("2026-01-01T00:00:00.000000Z".into()),
            renewed: None,
            at_most: Duration::from_secs(60),
            lasts: Duration::from_secs(30),
        }),
        Progress::Begins(create.clone()),
        Progress::Done(create.clone()),
        Progress::Failed { step: create, why },
        Progress::Waits {
            object: object("slow"),
            why: "a webhook is down".into(),
        },
        Progress::Is {
            object: object("sick"),
            health: Health::new(Status::InProgress, "not yet"),
        },
        Progress::Blocked {
            object: object("held"),
            unit: "apps/web".into(),
            by,
        },
        Progress::Gone(object("old")),
        Progress::Remains {
            object: object("old"),
            why: "a finalizer".into(),
        },
    ];
    all
}
