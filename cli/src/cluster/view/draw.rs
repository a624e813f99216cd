//! How far a run is, as lines that fit into a terminal.
//!
//! First how far each layer is, then what there is to wait for, the oldest first, and at last how much of it all there
//! is: what does not fit is counted there.

use super::layers;
use super::share::share;
use super::state::{Item, Stage, State};
use super::terminal::Size;
use super::text::{columns, cut, long, on_one_line, wrap};
use crate::cluster::line::{Line, Tone};
use gitopsc_core::ObjectRef;
use gitopsc_engine::health::Status;
use std::time::Duration;

/// How many rows are used at most, however many there are.
const MOST: usize = 20;
/// What takes less is not named: nobody could read it.
const BRIEF: Duration = Duration::from_millis(500);

/// What is shown of `state` at `now`, on a terminal of `size`.
pub fn draw(state: &State, now: Duration, size: Size) -> Vec<Line> {
    // Half of the screen is for what scrolls above. The last column stays free: some terminals go on from it.
    let rows = (size.rows / 2).clamp(1, MOST) - 1;
    let room = size.columns.saturating_sub(1);
    let mut lines = layers::lines(state, rows / 2);
    let waits = Waits::of(state);
    lines.extend(waits.lines(state, now, rows - lines.len(), room));
    lines.push(waits.footer(state, now));
    let fit = |line: Line| Line {
        rest: cut(&line.rest, room.saturating_sub(columns(&line.word))),
        word: cut(&line.word, room),
        tone: line.tone,
    };
    lines.into_iter().map(fit).collect()
}

/// What there is to wait for, the oldest first.
struct Waits<'s> {
    under_way: Vec<(&'s ObjectRef, &'s Item)>,
    unready: Vec<(&'s ObjectRef, &'s Item)>,
    blocked: Vec<(&'s ObjectRef, &'s Item)>,
    /// How many have not come to their turn.
    to_come: usize,
}

impl<'s> Waits<'s> {
    fn of(state: &'s State) -> Waits<'s> {
        let in_stage = |is: fn(&Stage) -> bool| {
            let found = state.items.iter().filter(|(_, item)| is(&item.stage));
            let mut found: Vec<_> = found.collect();
            found.sort_by_key(|(_, item)| item.since);
            found
        };
        Waits {
            under_way: in_stage(|stage| matches!(stage, Stage::UnderWay { .. })),
            // What has failed may recover, and nobody waits for that.
            unready: in_stage(
                |stage| matches!(stage, Stage::Unready(health) if health.status != Status::Failed),
            ),
            blocked: in_stage(|stage| matches!(stage, Stage::Blocked(_))),
            to_come: in_stage(|stage| matches!(stage, Stage::Waits)).len(),
        }
    }

    /// Some of it, in so many `rows`.
    fn lines(&self, state: &State, now: Duration, rows: usize, room: usize) -> Vec<Line> {
        let is_long = |(_, item): &&(&ObjectRef, &Item)| now.saturating_sub(item.since) >= BRIEF;
        let under_way: Vec<_> = self.under_way.iter().filter(is_long).collect();
        let record = state.recording.as_ref();
        let record = record.filter(|(_, since)| now.saturating_sub(*since) >= BRIEF);
        let wanted = [
            usize::from(record.is_some()),
            under_way.len(),
            self.unready.len(),
            self.blocked.len(),
        ];
        let [records, of_under_way, of_unready, of_blocked] = share(wanted, rows);
        let record = record.map(|(what, since)| Entry {
            word: "recording",
            tone: Tone::Plain,
            unit: "",
            what: what.to_string(),
            end: time("", now.saturating_sub(*since)),
        });
        let named = |(object, item): &(&'s ObjectRef, &'s Item)| named(object, item, now);
        let mut entries: Vec<Entry<'_>> = record.into_iter().take(records).collect();
        entries.extend(under_way.into_iter().take(of_under_way).map(named));
        entries.extend(self.unready.iter().take(of_unready).map(named));
        entries.extend(self.blocked.iter().take(of_blocked).map(named));
        let mut more = rows.saturating_sub(entries.len());
        let mut lines = Vec::new();
        for entry in &entries {
            let of_entry = entry.lines(room, 1 + more.min(MORE));
            more -= of_entry.len() - 1;
            lines.extend(of_entry);
        }
        lines
    }

    /// How much there is of everything, and what the user can do.
    fn footer(&self, state: &State, now: Duration) -> Line {
        let counts = [
            (self.under_way.len(), "under way"),
            (self.unready.len(), "not ready"),
            (self.blocked.len(), "blocked"),
            (self.to_come, "to come"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let counts = Some(counts.join(", ")).filter(|counts| !counts.is_empty());
        let (tone, parts) = match state.stopping {
            true => (Tone::Warning, [Some(STOPPING.to_owned()), counts]),
            false => (Tone::Dim, [counts, Some("ctrl-c stops".to_owned())]),
        };
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Line {
            word: format!("{:WORD$} ", long(now)),
            tone,
            rest: parts.join("; "),
        }
    }
}

/// What is said after the first interrupt.
const STOPPING: &str = "stopping after what is under way; ctrl-c again ends at once";
/// How wide the words are at the beginning of lines.
pub const WORD: usize = 10;

/// How many further lines one of them may have.
const MORE: usize = 2;

/// What is waited for.
struct Entry<'e> {
    word: &'e str,
    tone: Tone,
    unit: &'e str,
    what: String,
    /// For how long.
    end: String,
}

/// The entry of one object.
fn named<'e>(object: &ObjectRef, item: &'e Item, now: Duration) -> Entry<'e> {
    let waited = now.saturating_sub(item.since);
    let (word, tone, what, before) = match &item.stage {
        Stage::Blocked(by) => (
            "blocked",
            Tone::Warning,
            format!("{object} by {by}"),
            "since ",
        ),
        Stage::Unready(health) => {
            let what = format!("{object}: {}", health.reason);
            (health.status.word(), Tone::Plain, what, "")
        }
        Stage::UnderWay { doing, why } => {
            let because = if why.is_empty() { "" } else { ": " };
            (*doing, Tone::Plain, format!("{object}{because}{why}"), "")
        }
        _ => ("", Tone::Plain, object.to_string(), ""),
    };
    Entry {
        word,
        tone,
        unit: &item.unit,
        what,
        end: time(before, waited),
    }
}

fn time(before: &str, waited: Duration) -> String {
    format!("  {before}{}", long(waited))
}

impl Entry<'_> {
    /// The entry on `most` lines at the most. Its end is seen in any case, and the unit where there is room for it.
    fn lines(&self, room: usize, most: usize) -> Vec<Line> {
        let what = on_one_line(&self.what);
        let others = room.saturating_sub(WORD + 1);
        let first = others.saturating_sub(columns(&self.end));
        let whole = format!("{}: {what}", self.unit);
        let has_unit =
            !matches!(self.unit, "" | ".") && columns(&whole) <= first + (most - 1) * others;
        let text = if has_unit { &whole } else { &what };
        let mut texts = wrap(text, first, others, most).into_iter();
        let line = |word: &str, rest: String| Line {
            word: format!("{word:WORD$} "),
            tone: self.tone,
            rest,
        };
        let begin = texts.next().unwrap_or_default() + &self.end;
        let begin = line(self.word, begin);
        let further = texts.map(|text| line("", text));
        std::iter::once(begin).chain(further).collect()
    }
}
