//! The order of a map's keys in the output: go-yaml v2's, where numbers inside keys count as numbers.
//!
//! go-yaml's comparison is no strict order for every set of keys (runs of digits beyond 64 bits wrap
//! around); it sorts from a random start, so that such sets have no one output. Ours is always the same.

use super::letters::{is_digit, is_letter};
use crate::json::{Json, Object};
use ecow::EcoString;

type Entry = (EcoString, Json);

/// The entries of a map in the order of the output.
pub(super) enum Entries<'a> {
    /// The stored order is that of the output already.
    Stored(std::slice::Iter<'a, Entry>),
    /// Another order.
    Sorted(std::vec::IntoIter<&'a Entry>),
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        match self {
            Entries::Stored(entries) => entries.next(),
            Entries::Sorted(entries) => entries.next(),
        }
    }
}

/// The entries of `object` in the order of the output.
pub(super) fn in_order(object: &Object) -> Entries<'_> {
    let entries = object.as_slice();
    if entries.is_sorted_by(|a, b| !less(&b.0, &a.0)) {
        return Entries::Stored(entries.iter());
    }
    Entries::Sorted(merge_sort(entries.iter().collect()).into_iter())
}

/// Sorts from the bottom up; the standard sort may panic on a comparison that is no order.
fn merge_sort(mut entries: Vec<&Entry>) -> Vec<&Entry> {
    let mut width = 1;
    while width < entries.len() {
        let mut merged = Vec::with_capacity(entries.len());
        for pair in entries.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged);
        }
        entries = merged;
        width *= 2;
    }
    entries
}

fn merge<'a>(mut left: &[&'a Entry], mut right: &[&'a Entry], merged: &mut Vec<&'a Entry>) {
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if less(&second.0, &first.0) {
            merged.push(second);
            right = right_rest;
        } else {
            merged.push(first);
            left = left_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
}

/// Whether key `a` stands before key `b`.
fn less(a: &str, b: &str) -> bool {
    let equal = common_prefix(a, b);
    let (rest_a, rest_b) = (&a[equal..], &b[equal..]);
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.is_empty() && !rest_b.is_empty();
    };
    match (is_letter(first_a), is_letter(first_b)) {
        (true, true) => first_a < first_b,
        (false, false) => {
            let carried = (first_a == '0' || first_b == '0') && ends_in_number(&a[..equal]);
            let start = i64::from(carried);
            (number(rest_a, start), first_a) < (number(rest_b, start), first_b)
        }
        (_, b_is_letter) => b_is_letter,
    }
}

/// Length in bytes of the characters that both begin with.
fn common_prefix(a: &str, b: &str) -> usize {
    let equal = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=equal)
        .rev()
        .find(|at| a.is_char_boundary(*at))
        .unwrap_or(0)
}

/// Whether the digits at the end of `text` are not all zeros.
fn ends_in_number(text: &str) -> bool {
    text.chars()
        .rev()
        .take_while(|character| is_digit(*character))
        .any(|character| character != '0')
}

/// The number at the start of `text`, as digits that follow `start`, and how many digits there are.
fn number(text: &str, start: i64) -> (i64, usize) {
    text.chars()
        .take_while(|character| is_digit(*character))
        .fold((start, 0), |(value, digits), character| {
            let digit = i64::from(u32::from(character)) - i64::from(u32::from('0'));
            (value.wrapping_mul(10).wrapping_add(digit), digits + 1)
        })
}

#[cfg(test)]
mod tests {
    use super::less;

    #[test]
    fn numbers_inside_keys_count_as_numbers() {
        assert!(less("a9", "a10"));
        assert!(less("a1", "a01"));
        assert!(less("a-b", "a0"));
        assert!(less("a0", "ab"));
        assert!(less("A", "a"));
        assert!(less("a", "aa"));
        assert!(less("a100", "a1b"));
        assert!(!less("ä", "z"));
        assert!(!less("a", "a"));
    }
}
