//! The last lines of a build: what was built, how long it took, and how to go on.

use crate::diagnostics::Counts;
use gitopsc_compiler::{Compilation, Meaning, Unit};
use gitopsc_core::Layer;
use std::fmt::Write as _;
use std::time::Duration;

/// What a summary tells of.
pub struct Summary<'c> {
    /// The result.
    pub compilation: &'c Compilation,
    /// What was found.
    pub counts: Counts,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether manifests were written.
    pub written: bool,
}

impl Summary<'_> {
    /// The summary as text: a line for each layer, and one for the whole.
    pub fn text(&self) -> String {
        match self.compilation.meaning {
            Meaning::Nothing => String::new(),
            Meaning::Kustomization => self.whole(),
            Meaning::Cluster => self.layers() + &self.whole(),
        }
    }

    fn layers(&self) -> String {
        let layers = &self.compilation.layers;
        let rows: Vec<[String; 4]> = layers.iter().map(|layer| self.row(layer)).collect();
        let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let [name, units, objects] = [0, 1, 2].map(|column| wide(column).unwrap_or(0));
        let mut text = String::new();
        for row in &rows {
            let line = format!(
                "{:name$}  {:>units$}  {:>objects$}  {}",
                row[0], row[1], row[2], row[3]
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Name, units, objects, failed units of `layer`.
    fn row(&self, layer: &Layer) -> [String; 4] {
        let of_layer = |unit: &&Unit| unit.layer == Some(layer.index);
        let units: Vec<&Unit> = self.compilation.units.iter().filter(of_layer).collect();
        let objects = units.iter().map(|unit| unit.manifests.len()).sum();
        let failed = match units.iter().filter(|unit| unit.failed).count() {
            0 => String::new(),
            some => format!("{some} failed"),
        };
        let name = layer.name.to_string();
        // Words of one length keep the columns straight.
        let pad = |text: String, one: bool| if one { text + " " } else { text };
        [
            name,
            pad(counted(units.len(), "unit"), units.len() == 1),
            pad(counted(objects, "object"), objects == 1),
            failed,
        ]
    }

    fn whole(&self) -> String {
        let units = &self.compilation.units;
        let objects: usize = units.iter().map(|unit| unit.manifests.len()).sum();
        let failed = units.iter().filter(|unit| unit.failed).count();
        let mut text = String::new();
        let elapsed = elapsed(self.elapsed);
        if !self.compilation.failed() {
            let what = match self.compilation.meaning {
                Meaning::Cluster => format!(
                    "{}, {}",
                    counted(units.len(), "unit"),
                    counted(objects, "object")
                ),
                _ => counted(objects, "object"),
            };
            let _ = write!(text, "built {what} in {elapsed}");
        } else if failed > 0 && self.compilation.meaning == Meaning::Cluster {
            let _ = write!(
                text,
                "failed {failed} of {} in {elapsed}",
                counted(units.len(), "unit")
            );
        } else {
            let _ = write!(text, "failed in {elapsed}");
        }
        text.push_str(&self.found());
        text.push('\n');
        text
    }

    fn found(&self) -> String {
        let Counts {
            errors,
            warnings,
            notes,
        } = self.counts;
        let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
        let counts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| counted(*count, what))
            .collect();
        let mut text = String::new();
        if !counts.is_empty() {
            let _ = write!(text, ": {}", counts.join(", "));
        }
        if self.compilation.failed() {
            text.push_str(match self.written {
                true => "; what could be built was written",
                false => "; nothing was written (--keep-going writes what can be built)",
            });
        }
        text
    }
}

/// `count` of `what`, in words.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// A time as people tell it.
fn elapsed(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", elapsed.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, elapsed};
    use std::time::Duration;

    #[test]
    fn counts_and_times_are_told_as_people_do() {
        assert_eq!(counted(1, "unit"), "1 unit");
        assert_eq!(counted(0, "unit"), "0 units");
        assert_eq!(elapsed(Duration::from_micros(3_900)), "3 ms");
        assert_eq!(elapsed(Duration::from_millis(2_340)), "2.3 s");
    }
}
