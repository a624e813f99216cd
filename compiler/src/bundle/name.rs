//! Names of bundles, and the places in them: digits that sort as texts, with room between any two.
//!
//! Talos orders manifests by name, so the names of bundles fix the order in which they are applied.

/// What stands in front of every name.
pub const PREFIX: &str = "gitopsc";

/// The longest part that a layer's name has in a bundle's.
const LAYER: usize = 60;

/// The longest place that a name may hold. Only a history of splits always at the same spot makes longer ones.
pub const LONGEST_PLACE: usize = 24;

/// The name of the bundle of `layer` at `place`: a DNS-1123 subdomain, which Talos wants
/// (siderolabs/talos, `pkg/machinery/config/types/k8s/inline_manifest.go`).
///
/// ```
/// use gitopsc_compiler::bundle::name::bundle;
/// assert_eq!(bundle("bootstrap", "100"), "gitopsc-bootstrap-100");
/// assert_eq!(bundle("k8s/Base_1/", "150"), "gitopsc-k8s-base-1-150");
/// ```
#[must_use]
pub fn bundle(layer: &str, place: &str) -> String {
    format!("{}{place}", stem(layer))
}

/// What the names of all bundles of `layer` begin with.
#[must_use]
pub fn stem(layer: &str) -> String {
    let lower = layer
        .chars()
        .take(LAYER)
        .map(|letter| letter.to_ascii_lowercase());
    let valid = lower.map(|letter| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    });
    let words: String = valid.collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => format!("{PREFIX}-"),
        words => format!("{PREFIX}-{}-", words.join("-")),
    }
}

/// Digits of a place to begin with.
const DIGITS: usize = 3;

/// The step between places where nothing forces less.
const STEP: u32 = 100;

/// Whether `place` is one that is made here: between two of these there is always room.
#[must_use]
pub fn is_place(place: &str) -> bool {
    let digits = place.bytes().all(|digit| digit.is_ascii_digit());
    let ends = place.len() == DIGITS || (place.len() > DIGITS && !place.ends_with('0'));
    digits && ends && place.bytes().any(|digit| digit != b'0')
}

/// A place behind `before` and, where that is given, in front of `behind`. It never ends in a zero but for the
/// places that are whole steps.
#[must_use]
pub fn between(before: Option<&str>, behind: Option<&str>) -> String {
    match (before, behind) {
        (None, None) => STEP.to_string(),
        (Some(before), None) => after(before),
        (before, Some(behind)) => middle(before.unwrap_or_default(), behind),
    }
}

/// The next whole step behind `place`.
fn after(place: &str) -> String {
    let head: String = place.chars().take(DIGITS).collect();
    let number: u32 = head.parse().unwrap_or(0);
    let next = (number / STEP + 1) * STEP;
    if next < 10_u32.pow(DIGITS as u32) {
        return next.to_string();
    }
    // Past the last step there is always room further down: `900` is followed by `9005`.
    middle(place, "")
}

/// A text of digits between two; an empty `high` means that there is no upper bound.
fn middle(low: &str, high: &str) -> String {
    let mut place = String::new();
    let (mut low, mut high) = (low.bytes(), Some(high).filter(|high| !high.is_empty()));
    loop {
        let from = low.next().map_or(0, |digit| digit - b'0');
        let to = match high {
            None => 10,
            Some(text) => text.bytes().next().map_or(0, |digit| digit - b'0'),
        };
        if to > from + 1 {
            place.push(char::from(b'0' + (from + to) / 2));
            while place.len() < DIGITS {
                place.push('0');
            }
            return place;
        }
        place.push(char::from(b'0' + from));
        // Once below the upper bound, it binds no longer.
        high = match high {
            Some(text) if to == from => Some(text.get(1..).unwrap_or_default()),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{between, is_place};

    #[test]
    fn there_is_always_room_between_two_places() {
        assert_eq!(between(None, None), "100");
        assert_eq!(between(Some("100"), None), "200");
        assert_eq!(between(Some("100"), Some("200")), "150");
        assert_eq!(between(Some("150"), None), "200");
        let (mut low, high) = ("100".to_owned(), "101");
        for _ in 0..50 {
            let next = between(Some(&low), Some(high));
            assert!(
                low.as_str() < next.as_str() && next.as_str() < high,
                "{low} {next}"
            );
            low = next;
        }
        assert!(is_place(&low), "{low}");
        let mut last = "100".to_owned();
        for _ in 0..40 {
            let next = between(Some(&last), None);
            assert!(last < next && is_place(&next), "{last} {next}");
            last = next;
        }
    }
}
