//! How far each layer is, and what is pruned, as a line each.

use super::state::{Item, Stage, State};
use crate::cluster::line::{Line, Tone};
use gitopsc_engine::health::Status;

/// The lines of `state`, `most` at the most: those that are done are left out first.
pub fn lines(state: &State, most: usize) -> Vec<Line> {
    let layers = state.layers.iter().enumerate();
    let layers = layers.map(|(layer, name)| (name.as_str(), Counts::of(state, Some(layer))));
    let prunes = [("prunes", Counts::of(state, None))];
    let counted = layers.chain(prunes);
    let mut counted: Vec<_> = counted.filter(|(_, counts)| counts.all > 0).collect();
    let mut too_many = counted.len().saturating_sub(most);
    counted.retain(|(_, counts)| {
        let is_left_out = too_many > 0 && counts.is_done();
        too_many -= usize::from(is_left_out);
        !is_left_out
    });
    counted.truncate(most);
    let wide = counted.iter().map(|(name, _)| name.chars().count()).max();
    let wide = wide.unwrap_or(0).max(super::draw::WORD);
    let line = |(name, counts): (&str, Counts)| Line {
        word: format!("{name:wide$} "),
        tone: counts.tone(),
        rest: counts.text(),
    };
    counted.into_iter().map(line).collect()
}

/// How many objects there are in which state.
#[derive(Default)]
struct Counts {
    all: usize,
    applied: usize,
    ready: usize,
    failed: usize,
    gone: usize,
    /// Whether it is about what is to go.
    of_prunes: bool,
}

impl Counts {
    fn of(state: &State, layer: Option<usize>) -> Counts {
        let mut counts = Counts {
            of_prunes: layer.is_none(),
            ..Counts::default()
        };
        let items = state.items.values();
        items
            .filter(|item| item.layer == layer)
            .for_each(|item| counts.add(item));
        counts
    }

    fn add(&mut self, item: &Item) {
        self.all += 1;
        match &item.stage {
            Stage::Waits | Stage::Blocked(_) | Stage::UnderWay { .. } => {}
            Stage::Unready(health) => {
                self.applied += 1;
                self.failed += usize::from(health.status == Status::Failed);
            }
            Stage::Ready => {
                self.applied += 1;
                self.ready += 1;
            }
            Stage::Failed => self.failed += 1,
            Stage::Gone => self.gone += 1,
        }
    }

    fn is_done(&self) -> bool {
        self.ready + self.gone == self.all
    }

    fn tone(&self) -> Tone {
        match (self.failed, self.is_done()) {
            (0, true) => Tone::Good,
            (0, false) => Tone::Plain,
            _ => Tone::Bad,
        }
    }

    fn text(&self) -> String {
        let Counts {
            all,
            applied,
            ready,
            failed,
            gone,
            ..
        } = self;
        let how = match self.of_prunes {
            true => format!("{gone} of {all} gone"),
            false => format!("{applied} of {all} applied, {ready} ready"),
        };
        match (failed, self.of_prunes) {
            (0, _) => how,
            (_, true) => format!("{how}, {failed} not gone"),
            (_, false) => format!("{how}, {failed} failed"),
        }
    }
}
