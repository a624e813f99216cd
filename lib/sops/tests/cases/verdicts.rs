//! Damaged copies, judged as the table beside the case says.

use crate::case::Case;
use gitopsc_sops::Keyring;
use sha2::{Digest as _, Sha256};
use std::ops::{Range, RangeInclusive};
use std::path::Path;

/// One of how many flips and cuts is judged: without optimisation, all of them would take minutes.
const ONE_OF: usize = if cfg!(debug_assertions) { 8 } else { 1 };

/// One line of a table.
struct Row<'t> {
    kind: &'t str,
    numbers: RangeInclusive<usize>,
    verdict: &'t str,
}

/// Judges all copies.
pub fn all(case: &Case) -> Result<(), String> {
    let table = case.verdicts.as_deref().unwrap_or_default();
    let rows: Vec<Row<'_>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(row)
        .collect();
    let judge = Judge::new(case, step(&rows));
    let mut wrong = Vec::new();
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let (judge, rows) = (&judge, &rows);
            scope.spawn(move || judge.rows(rows, half))
        });
        for half in halves {
            wrong.extend(half.join().expect("no copy makes us panic"));
        }
    });
    match wrong.len() {
        0 => Ok(()),
        count => {
            let shown = wrong[..count.min(20)].join("\n");
            Err(format!("{count} verdicts differ:\n{shown}"))
        }
    }
}

fn row(line: &str) -> Row<'_> {
    let mut words = line.split(' ');
    let mut word = || words.next().expect("three words");
    let (kind, numbers, verdict) = (word(), word(), word());
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let number = |text: &str| text.parse().expect("a number");
    Row {
        kind,
        numbers: number(first)..=number(last),
        verdict,
    }
}

/// Whether every bit was flipped, or one of eight.
fn step(rows: &[Row<'_>]) -> usize {
    let mut flips = rows.iter().filter(|row| row.kind == "flip");
    if flips.all(|row| row.numbers.start() % 8 == 0 && row.numbers.end() % 8 == 0) {
        return 8;
    }
    1
}

struct Judge<'c> {
    case: &'c Case,
    keyring: Keyring,
    wrong_keyring: Keyring,
    /// Where encrypted values stand.
    values: Vec<Range<usize>>,
    foreign_mac: Vec<u8>,
    step: usize,
}

impl<'c> Judge<'c> {
    fn new(case: &'c Case, step: usize) -> Judge<'c> {
        let mut wrong_keyring = Keyring::new();
        let third = case.key("age-third");
        wrong_keyring.add_age(&third).expect("a test key");
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
        let foreign = std::fs::read(cases.join("yaml_age/encrypted.yaml")).expect("it is there");
        let mac = values(&foreign).pop().expect("it has a checksum");
        Judge {
            case,
            keyring: case.keyring(),
            wrong_keyring,
            values: values(&case.encrypted),
            foreign_mac: foreign[mac].to_vec(),
            step,
        }
    }

    /// What is wrong with every second copy.
    fn rows(&self, rows: &[Row<'_>], half: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        for row in rows {
            let step = if row.kind == "flip" { self.step } else { 1 };
            let one_of = match row.kind {
                "flip" | "cut" => ONE_OF,
                _ => 1,
            };
            let numbers = row.numbers.clone().step_by(step);
            let chosen = numbers.filter(|number| {
                // Not the same bit of every byte.
                let at = number / step;
                (at + at / 8) % one_of == 0 && at / one_of % 2 == half
            });
            for number in chosen {
                let (copy, keyring) = self.copy(row.kind, number);
                let ours = self.verdict(&copy, keyring);
                if ours != row.verdict {
                    let (kind, theirs) = (row.kind, row.verdict);
                    wrong.push(format!("{kind} {number}: sops says {theirs}, we {ours}"));
                }
            }
        }
        wrong
    }

    fn verdict(&self, copy: &[u8], keyring: &Keyring) -> String {
        let Ok(bytes) = self.case.decrypt(copy, keyring) else {
            return "refused".to_owned();
        };
        if bytes == self.case.decrypted {
            return "same".to_owned();
        }
        let digest = Sha256::digest(&bytes);
        digest[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn copy(&self, kind: &str, number: usize) -> (Vec<u8>, &Keyring) {
        let mut copy = self.case.encrypted.clone();
        match kind {
            "flip" => {
                let bit = match self.step {
                    1 => number,
                    _ => number + number / 8 % 8,
                };
                copy[bit / 8] ^= 1 << (bit % 8);
            }
            "cut" => copy.truncate(number),
            "swap" => copy = self.swapped(number),
            "foreign-mac" => {
                let mac = self.values.last().expect("it has a checksum").clone();
                copy.splice(mac, self.foreign_mac.iter().copied());
            }
            "wrong-key" => return (copy, &self.wrong_keyring),
            other => unreachable!("damage of kind {other}"),
        }
        (copy, &self.keyring)
    }

    /// The pair of values with this number, exchanged.
    fn swapped(&self, number: usize) -> Vec<u8> {
        let count = self.values.len();
        let mut pairs =
            (0..count).flat_map(|first| (first + 1..count).map(move |second| (first, second)));
        let (first, second) = pairs.nth(number).expect("a pair of this number");
        let (a, b) = (self.values[first].clone(), self.values[second].clone());
        let all = &self.case.encrypted;
        [
            &all[..a.start],
            &all[b.clone()],
            &all[a.end..b.start],
            &all[a],
            &all[b.end..],
        ]
        .concat()
    }
}

/// Where encrypted values stand in `text`.
fn values(text: &[u8]) -> Vec<Range<usize>> {
    let mark = b"ENC[AES256_GCM,";
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].windows(mark.len()).position(|part| part == mark) {
        let start = at + found;
        let length = text[start..].iter().position(|byte| *byte == b']');
        at = start + length.expect("it is closed") + 1;
        values.push(start..at);
    }
    values
}
