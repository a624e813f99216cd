//! What passed, failed and was skipped, counted from what Rust's test programs print.

use std::collections::BTreeMap;

/// Counts of one step or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: Vec<Skip>,
}

/// Something that was not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl Tally {
    /// A single check; why it failed is printed.
    pub(crate) fn of_check(result: Result<(), String>) -> Tally {
        let mut tally = Tally::default();
        match result {
            Ok(()) => tally.passed = 1,
            Err(why) => {
                println!("{why}");
                tally.failed = 1;
            }
        }
        tally
    }

    /// A single check that was not made.
    pub(crate) fn of_skip(name: &str, reason: &str) -> Tally {
        println!("skipped: {reason}");
        let mut tally = Tally::default();
        tally.skip(name, reason);
        tally
    }

    fn skip(&mut self, name: &str, reason: &str) {
        self.skipped.push(Skip {
            name: name.to_owned(),
            reason: reason.to_owned(),
        });
    }

    /// Adds the counts of `other`.
    pub(crate) fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }

    /// Counts one line of a test program's output; whether it is worth showing.
    pub(crate) fn read(&mut self, line: &str) -> bool {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += count(counts, " passed");
            self.failed += count(counts, " failed");
            return true;
        }
        let Some((name, outcome)) = line
            .strip_prefix("test ")
            .and_then(|test| test.rsplit_once(" ... "))
        else {
            return true;
        };
        if let Some(reason) = outcome.strip_prefix("ignored") {
            self.skip(name, reason.trim_start_matches([',', ' ']));
        }
        outcome != "ok"
    }

    /// Names of what was skipped, by the reason that was given.
    pub(crate) fn skipped_by_reason(&self) -> BTreeMap<String, Vec<String>> {
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for skip in &self.skipped {
            let names = reasons.entry(skip.reason.clone()).or_default();
            names.push(skip.name.clone());
        }
        reasons
    }
}

/// The number before `word` in `counts`.
fn count(counts: &str, word: &str) -> usize {
    let before = counts.split(word).next().unwrap_or_default();
    let digits = before.rsplit(' ').next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lines_of_a_test_program_are_counted() {
        let output = "running 4 tests\n\
            test a::b ... ok\n\
            test c ... ignored, needs ../shared/trees\n\
            test lib.rs - (line 8) - compile ... ok\n\
            test d ... FAILED\n\
            test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.19s\n\
            test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out\n";
        let mut tally = Tally::default();
        let shown: Vec<&str> = output.lines().filter(|line| tally.read(line)).collect();
        assert_eq!((tally.passed, tally.failed), (42, 1));
        assert_eq!(tally.skipped[0].name, "c");
        assert_eq!(tally.skipped[0].reason, "needs ../shared/trees");
        assert_eq!(shown.len(), 5, "{shown:?}");
    }
}
