//! Counts and times in words, as summaries tell them.

use crate::diagnostics::Counts;
use std::time::Duration;

/// `: 2 errors, 1 note`; nothing if nothing was found.
pub fn counts(counts: Counts) -> String {
    let Counts {
        errors,
        warnings,
        notes,
    } = counts;
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

/// `count` of `what`, in words.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// A time as people tell it.
pub fn elapsed(elapsed: Duration) -> String {
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
