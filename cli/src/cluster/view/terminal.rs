//! A region at the bottom of a terminal, and what scrolls above it.
//!
//! The cursor stands below the region and stays visible, and no mode of the terminal is changed: whatever ends the
//! process, the terminal is as it was. All that is to be seen is written in one piece.

use super::text::columns;
use crate::cluster::line::Line;
use crate::environment::Screen;
use std::io::Write as _;

/// How large a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// What is taken for the size of a terminal that does not tell it.
const USUAL: Size = Size {
    columns: 80,
    rows: 24,
};

/// The region, on standard output.
pub struct Terminal {
    screen: Screen,
    /// What is to scroll above.
    pending: String,
    /// What is seen of the region.
    drawn: Vec<Line>,
    /// How large the terminal was then.
    size: Size,
}

impl Terminal {
    pub fn new(screen: Screen) -> Terminal {
        Terminal {
            screen,
            pending: String::new(),
            drawn: Vec::new(),
            size: USUAL,
        }
    }

    /// How large the terminal is now.
    pub fn size(&self) -> Size {
        let size = terminal_size::terminal_size_of(std::io::stdout());
        let size = size.map(|(width, height)| Size {
            columns: width.0.into(),
            rows: height.0.into(),
        });
        // Some say that they have no columns until somebody has looked at them.
        size.filter(|size| size.columns > 0 && size.rows > 0)
            .unwrap_or(USUAL)
    }

    /// Has `line` scroll above the region with the next redrawing.
    pub fn print(&mut self, line: &Line) {
        self.pending.push_str(&line.shown(self.screen.colour));
        self.pending.push('\n');
    }

    /// Makes the region hold `lines`, on a terminal of this size.
    pub fn redraw(&mut self, lines: &[Line], size: Size) {
        if self.pending.is_empty() && self.drawn == lines && self.size == size {
            return;
        }
        let frame = self.frame(lines, size);
        let mut stdout = std::io::stdout().lock();
        // Nobody may be looking any more.
        let _ = stdout.write_all(frame.as_bytes());
        let _ = stdout.flush();
        self.pending.clear();
        self.drawn = lines.to_vec();
        self.size = size;
    }

    /// What turns the region that is seen into `lines`, with what is pending above.
    fn frame(&self, lines: &[Line], size: Size) -> String {
        let mut frame = String::from(BEGIN);
        let up = rows(&self.drawn, size.columns);
        if up > 0 {
            frame.push_str(&format!("\x1b[{up}A"));
        }
        frame.push('\r');
        if !self.pending.is_empty() || self.size != size {
            frame.push_str(CLEAR_BELOW);
        }
        frame.push_str(&self.pending);
        for line in lines {
            frame.push_str(&line.shown(self.screen.colour));
            frame.push_str(CLEAR_LINE);
            frame.push('\n');
        }
        frame.push_str(CLEAR_BELOW);
        frame.push_str(END);
        frame
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let size = self.size();
        self.redraw(&[], size);
    }
}

/// Shows nothing until the end of the frame; terminals that cannot do that ignore it.
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";
const CLEAR_LINE: &str = "\x1b[K";
const CLEAR_BELOW: &str = "\x1b[J";

/// How many rows `lines` take, which most terminals break anew when they get narrower.
fn rows(lines: &[Line], wide: usize) -> usize {
    let rows = |line: &Line| columns(&line.plain()).div_ceil(wide.max(1)).max(1);
    lines.iter().map(rows).sum()
}
