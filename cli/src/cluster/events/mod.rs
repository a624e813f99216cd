//! What happens while a plan is carried out, as it happens: a view on a terminal, lines for people who are not at one, or
//! one event a line for programs.

mod json;
mod lines;
#[cfg(test)]
pub mod samples;
mod summary;

use super::plan;
use super::view::{State, View};
use crate::arguments::ApplyFormat;
use crate::environment::Screen;
use gitopsc_core::words::counted;
use gitopsc_engine::plan::Plan;
use gitopsc_reconciler::apply::{Applied, Prepared};
use gitopsc_reconciler::delete::Deleted;
use gitopsc_reconciler::progress::Progress;
use std::io::Write as _;
use std::time::Instant;
use summary::Summary;

/// Tells what happens on standard output.
pub struct Teller {
    format: ApplyFormat,
    /// The kind of events.
    kind: &'static str,
    started: Instant,
    /// What is drawn while the plan is carried out, for people who are at a terminal.
    view: Option<View>,
}

impl Teller {
    pub fn new(format: ApplyFormat, kind: &'static str) -> Teller {
        Teller {
            format,
            kind,
            started: Instant::now(),
            view: None,
        }
    }

    /// Shows the plan.
    pub fn plan(&mut self, plan: &Plan) {
        match self.format {
            ApplyFormat::Text => write(&plan::text(plan)),
            ApplyFormat::Json => write(&json::line(self.kind, json::plan(plan))),
        }
    }

    /// From now on, people who are at a `screen` see how far a run is that begins with `state`.
    pub fn show(&mut self, screen: Option<Screen>, state: impl FnOnce() -> State) {
        let screen = screen.filter(|_| self.format == ApplyFormat::Text);
        self.view = screen.map(|screen| View::new(state(), screen));
    }

    /// Tells that something happened.
    pub fn tell(&mut self, progress: &Progress) {
        match (self.format, &mut self.view) {
            (ApplyFormat::Json, _) => write(&json::line(self.kind, json::progress(progress))),
            (ApplyFormat::Text, Some(view)) => {
                view.on(progress);
                let ended = lines::line(progress).filter(|_| lines::is_an_end(progress));
                ended.iter().for_each(|line| view.print(line));
            }
            (ApplyFormat::Text, None) => {
                let line = lines::line(progress);
                line.iter().for_each(|line| write(&(line.plain() + "\n")));
            }
        }
    }

    /// Tells that it was asked to stop.
    pub fn stopping(&mut self) {
        match (self.format, &mut self.view) {
            (ApplyFormat::Json, _) => {}
            (ApplyFormat::Text, Some(view)) => view.stopping(),
            (ApplyFormat::Text, None) => write("stopping after what is under way\n"),
        }
    }

    /// Brings the view up to date, where there is one.
    pub fn redraw(&mut self) {
        if let Some(view) = &mut self.view {
            view.redraw();
        }
    }

    /// Takes the view away.
    pub fn leave(&mut self) {
        self.view = None;
    }

    /// Ends with how a deletion went.
    pub fn deleted(&mut self, plan: &Plan, deleted: &Deleted) {
        let summary = Summary::of_delete(plan, deleted);
        if self.format == ApplyFormat::Json {
            let event = json::deleted(&summary, deleted.whole);
            return write(&json::line(self.kind, event));
        }
        let total = summary.total();
        let mut parts = vec![format!("{} deleted", counted(total.pruned, "object"))];
        parts.extend(total.lacks());
        let set = match deleted.whole {
            true => "the set is gone",
            false => "the records of the set stay",
        };
        let told = format!("{}; {set}", parts.join(", "));
        self.end(&summary, "deleted", &told);
    }

    /// Ends with how an apply went.
    pub fn applied(&mut self, prepared: &Prepared, applied: &Applied) {
        let summary = Summary::of_apply(prepared, applied);
        if self.format == ApplyFormat::Json {
            return write(&json::line(self.kind, json::applied(&summary)));
        }
        let total = summary.total();
        let mut parts = vec![
            format!("{} applied", counted(total.written, "object")),
            format!("{} unchanged", total.unchanged),
            format!("{} pruned", total.pruned),
        ];
        parts.extend(total.lacks());
        self.end(&summary, "pruned", &parts.join(", "));
    }

    fn end(&self, summary: &Summary, pruned: &str, told: &str) {
        let stopped = if summary.stopped { "stopped: " } else { "" };
        let seconds = self.started.elapsed().as_secs_f64();
        let units = summary.by_unit(pruned);
        write(&format!("{units}{stopped}{told} in {seconds:.1} s\n"));
    }
}

/// Nobody may be reading any more: the work goes on, and its exit status tells how it ended.
fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
