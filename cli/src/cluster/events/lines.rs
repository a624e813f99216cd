//! What happens, in lines for people.

use crate::cluster::line::{Line, Tone};
use crate::cluster::verb::verb;
use gitopsc_engine::health::Status;
use gitopsc_reconciler::progress::Progress;

/// What is said of `progress`; nothing if that is nothing to people.
pub fn line(progress: &Progress) -> Option<Line> {
    let (word, tone, rest) = match progress {
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

/// Whether something came to an end with `progress`, so that no view of what is under way tells of it any more.
pub fn is_an_end(progress: &Progress) -> bool {
    match progress {
        Progress::Done(_) | Progress::Failed { .. } | Progress::Remains { .. } => true,
        Progress::Is { health, .. } => health.status == Status::Failed,
        _ => false,
    }
}
