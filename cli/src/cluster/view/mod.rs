//! What is under way, redrawn in place at the bottom of a terminal while what ended scrolls above it.
//!
//! [`begin`] and [`state`] know how far a run is, [`draw`] makes lines of that, [`terminal`] brings them to the screen.

mod begin;
mod draw;
mod layers;
mod share;
mod state;
mod terminal;
mod text;

pub use begin::{of_apply, of_delete};
pub use state::State;

use super::line::Line;
use crate::environment::Screen;
use gitopsc_reconciler::progress::Progress;
use std::time::{Duration, Instant};
use terminal::Terminal;

/// The view. It is gone from the screen when this is dropped.
pub struct View {
    state: State,
    terminal: Terminal,
    started: Instant,
}

impl View {
    /// A view of a run that begins now.
    pub fn new(state: State, screen: Screen) -> View {
        View {
            state,
            terminal: Terminal::new(screen),
            started: Instant::now(),
        }
    }

    /// Takes in what happened; it is seen when the view is redrawn.
    pub fn on(&mut self, progress: &Progress) {
        self.state.on(progress, self.now());
    }

    /// Has `line` scroll above, when the view is redrawn.
    pub fn print(&mut self, line: &Line) {
        self.terminal.print(line);
    }

    /// Says that the run is to stop.
    pub fn stopping(&mut self) {
        self.state.stop();
        self.redraw();
    }

    /// Shows how it is now.
    pub fn redraw(&mut self) {
        let size = self.terminal.size();
        let lines = draw::draw(&self.state, self.now(), size);
        self.terminal.redraw(&lines, size);
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests;
