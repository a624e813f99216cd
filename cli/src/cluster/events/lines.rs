//! What happens, in lines for people.

use crate::cluster::line::{Line, Tone};
use crate::cluster::verb::verb;
use gitopsc_engine::health::Status;
use gitopsc_reconciler::lease::Wait;
use gitopsc_reconciler::progress::Progress;

/// What is said of `progress`; nothing if that is nothing to people.
pub fn line(progress: &Progress) -> Option<Line> {
    let (word, tone, rest) = match progress {
        Progress::Held(wait) => ("waiting", Tone::Plain, held(wait)),
        Progress::Done(step) => (verb(step).done, Tone::Good, step.object.to_string()),
        Progress::Failed { step, why } => ("failed", Tone::Bad, format!("{}: {why}", step.object)),
        Progress::Waits { object, why } => ("waits", Tone::Plain, format!("{object}: {why}")),
        Progress::Is { object, health } => {
            let tone = match health.status {
                Status::Current => Tone::Good,
                Status::Failed => Tone::Bad,
                _ => Tone::Plain,
            };
            let rest = format!("{object}: {}", health.reason);
            (health.status.word(), tone, rest)
        }
        Progress::Blocked { object, by, .. } => {
            let rest = format!("{object}: blocked by {by}");
            ("waits", Tone::Plain, rest)
        }
        Progress::Remains { object, why } => ("remains", Tone::Bad, format!("{object}: {why}")),
        Progress::Recording { .. } | Progress::Begins(_) | Progress::Gone(_) => return None,
    };
    Some(Line::new(word, tone, rest))
}

/// Who has the set, since when, and how long that is waited for.
fn held(wait: &Wait) -> String {
    let mut text = format!("the set is held by {}", wait.holder);
    if let Some(since) = &wait.since {
        text.push_str(&format!(" since {since}"));
    }
    if let Some(renewed) = &wait.renewed {
        text.push_str(&format!(", last heard of at {renewed}"));
    }
    let (at_most, lasts) = (wait.at_most.as_secs_f64().ceil(), wait.lasts.as_secs());
    let until = "until it ends or has been silent for";
    text + &format!("; it is waited for up to {at_most} s, {until} {lasts} s")
}

/// Whether something came to an end with `progress`, or is of the set as a whole, so that no view of what is under way
/// tells of it.
pub fn is_an_end(progress: &Progress) -> bool {
    match progress {
        Progress::Held(_)
        | Progress::Done(_)
        | Progress::Failed { .. }
        | Progress::Remains { .. } => true,
        Progress::Is { health, .. } => health.status == Status::Failed,
        _ => false,
    }
}
