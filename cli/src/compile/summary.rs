//! The last lines of a build: what was built, how long it took, and how to go on.

use crate::diagnostics::Counts;
use gitopsc_compiler::check::KubeVersion;
use gitopsc_compiler::{Compilation, Meaning, Unit};
use gitopsc_core::Layer;
use gitopsc_core::words::counted;
use std::time::Duration;

/// What a summary tells of.
pub struct Summary<'c> {
    /// The result.
    pub compilation: &'c Compilation,
    /// What was found.
    pub counts: Counts,
    /// How long it took.
    pub elapsed: Duration,
    /// What became of the manifests.
    pub outcome: Outcome,
}

/// What became of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They were written.
    Written,
    /// They were held back, because something failed.
    HeldBack,
    /// Nothing was done with them, and nothing could be with a part of them.
    Unused,
    /// They were looked at, as far as they could be built.
    LookedAt,
    /// What became of them was told already.
    Told,
    /// They could not be written.
    Unwritable,
    /// They were held against a version of Kubernetes, and nothing was to be written.
    Checked(KubeVersion),
}

impl Summary<'_> {
    /// The summary as text: a line for each layer, and one for the whole.
    pub fn text(&self) -> String {
        match (self.compilation.meaning, self.outcome) {
            (Meaning::Nothing, _) | (_, Outcome::Told) => String::new(),
            (_, Outcome::Checked(version)) => self.checked(version),
            (Meaning::Kustomization, _) => self.whole(),
            (Meaning::Cluster, _) => self.layers() + &self.whole(),
        }
    }

    /// What in the layers is no unit, and why: a line for each directory.
    pub fn left_out(&self) -> String {
        let left_out = &self.compilation.left_out;
        let paths = left_out.iter().map(|left| left.path.as_str());
        let wide = paths.map(|path| path.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for left in left_out {
            let line = format!("no unit: {:wide$}  {}\n", left.path.as_str(), left.reason);
            text.push_str(&line);
        }
        text
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
        let counts = self.counts();
        let (what, end) = match self.outcome {
            Outcome::Unwritable => (self.built(), "; nothing was written"),
            _ if !self.compilation.failed() => (self.built(), ""),
            Outcome::Written | Outcome::Checked(_) | Outcome::Told => {
                (self.failed(), "; what could be built was written")
            }
            Outcome::HeldBack if self.compilation.meaning == Meaning::Cluster => (
                self.failed(),
                "; nothing was written (--keep-going writes what can be built)",
            ),
            Outcome::HeldBack | Outcome::Unused => (self.failed(), "; nothing was written"),
            Outcome::LookedAt => (self.failed(), "; what could be built was looked at"),
        };
        format!("{what} in {}{counts}{end}\n", elapsed(self.elapsed))
    }

    fn checked(&self, version: KubeVersion) -> String {
        let what = self.amount();
        let failed = self.compilation.units.iter().filter(|unit| unit.failed);
        let end = match (self.compilation.meaning, failed.count()) {
            (_, 0) => String::new(),
            (Meaning::Cluster, some) => {
                let failed = counted(some, "unit");
                format!("; the objects of {failed} that failed were not looked at")
            }
            _ => "; it cannot be built, so its objects were not looked at".to_owned(),
        };
        let (counts, time) = (self.counts(), elapsed(self.elapsed));
        format!("checked {what} against Kubernetes {version} in {time}{counts}{end}\n")
    }

    fn built(&self) -> String {
        format!("built {}", self.amount())
    }

    /// How many units and objects there are.
    fn amount(&self) -> String {
        let units = &self.compilation.units;
        let objects: usize = units.iter().map(|unit| unit.manifests.len()).sum();
        let objects = counted(objects, "object");
        match self.compilation.meaning {
            Meaning::Cluster => format!("{}, {objects}", counted(units.len(), "unit")),
            Meaning::Kustomization | Meaning::Nothing => objects,
        }
    }

    fn failed(&self) -> String {
        let units = &self.compilation.units;
        let failed = units.iter().filter(|unit| unit.failed).count();
        match self.compilation.meaning {
            Meaning::Cluster if failed > 0 => {
                format!("failed {failed} of {}", counted(units.len(), "unit"))
            }
            _ => "failed".to_owned(),
        }
    }

    /// `: 2 errors, 1 note`; nothing if nothing was found.
    fn counts(&self) -> String {
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
        if counts.is_empty() {
            return String::new();
        }
        format!(": {}", counts.join(", "))
    }
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
    use super::elapsed;
    use std::time::Duration;

    #[test]
    fn times_are_told_as_people_do() {
        assert_eq!(elapsed(Duration::from_micros(3_900)), "3 ms");
        assert_eq!(elapsed(Duration::from_millis(2_340)), "2.3 s");
    }
}
