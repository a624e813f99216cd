//! Odd scalars: what YAML 1.1 and 1.2, or its libraries, do not agree on, and text that is hard to print.

use super::chance::Chance;
use super::yaml::{Yaml, quoted};

/// Plain scalars that may or may not be text.
const PLAIN: &[&str] = &[
    "yes",
    "Yes",
    "NO",
    "no",
    "on",
    "Off",
    "y",
    "Y",
    "n",
    "N",
    "true",
    "True",
    "TRUE",
    "false",
    "null",
    "Null",
    "~",
    "",
    "0",
    "-0",
    "+1",
    "-1",
    "007",
    "0644",
    "0o644",
    "0O17",
    "08",
    "0899",
    "0x1F",
    "0X1f",
    "-0x10",
    "0b101",
    "-0b1",
    "1_000",
    "1__0",
    "_1",
    "1e3",
    "1E-3",
    "1e400",
    "1.0",
    "1.10",
    "-1.50",
    ".5",
    "5.",
    "1.e5",
    "+.5",
    "12345678901234567890",
    "123456789012345678901234",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "0.1",
    "1e21",
    "1e20",
    "123456789.123456789",
    "1.7976931348623157e308",
    "4.9e-324",
    "1:30",
    "190:20:30",
    "1:60",
    "-1:30.5",
    "2001-12-14",
    "2001-12-14T21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "2001-1-1",
    "2001-12-14t21:59:43z",
    "=",
    "<<",
    "!!str 1",
    "!!int \"3\"",
    "!!float 1",
    "!!binary aGVsbG8=",
    "!custom x",
    "!!null ''",
    "a b",
    "--",
    "---a",
    "?a",
    "-a",
    ":a",
    "a#b",
    "a:b",
    "http://x.y/z?q=1",
    "/a/b",
    "\\n",
    "100m",
    "1Gi",
    "v1.2.3",
];

/// Plain scalars that cannot be printed, or not read: builds that hold one are refused.
const UNPRINTABLE: &[&str] = &[".inf", "-.INF", ".nan", "\"\\x7f\"", "!!int a", "*nothing"];

/// Texts that need care in print.
const TEXTS: &[&str] = &[
    "",
    " ",
    "  two",
    "trailing ",
    "\ttab",
    "a\tb",
    "a\n",
    "a\nb",
    "a\nb\n",
    "\na",
    "\n",
    "a\n\n",
    "  a\nb\n",
    "a \nb\n",
    "a\n \nb",
    "a: b",
    "a #b",
    "#a",
    "- a",
    "? a",
    ": a",
    "& a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "'a'",
    "\"a\"",
    "it's",
    "{a}",
    "[a]",
    "{",
    "a, b",
    "null",
    "true",
    "0x10",
    "1.0",
    "é",
    "日本語",
    "😀",
    "\u{a0}x",
    "a\u{2028}b",
    "\u{85}",
    "\u{feff}a",
    "\u{7}",
];

/// Words that long texts are made of.
const WORDS: &[&str] = &[
    "lorem",
    "ipsum:",
    "#dolor",
    "sit",
    "amet,",
    "{{value}}",
    "--flag=1",
    "überlange",
];

/// Any value: a scalar in any style, or a small collection.
pub fn value(chance: &mut Chance) -> Yaml {
    match chance.below(1000) {
        0..=1 => Yaml::text(chance.word(UNPRINTABLE)),
        2..=60 => Yaml::text(chance.word(&[
            "{}",
            "[]",
            "[1, yes, ~]",
            "{a: 1, b: [x]}",
            "['a', \"b\"]",
            "[a, ]",
        ])),
        61..=500 => Yaml::text(chance.word(PLAIN)),
        _ => string(chance),
    }
}

/// Something that is text for every reader.
pub fn string(chance: &mut Chance) -> Yaml {
    let text = any_text(chance);
    match chance.below(10) {
        0..=3 => Yaml::text(quoted(&text)),
        4..=5 if !text.contains('\n') && !text.chars().any(char::is_control) => {
            Yaml::text(format!("'{}'", text.replace('\'', "''")))
        }
        6..=8 => block(&text, chance).unwrap_or_else(|| Yaml::text(quoted(&text))),
        _ => Yaml::text(quoted(&text)),
    }
}

/// The source of a short text on one line, safe as a value in a kustomization file.
pub fn short(chance: &mut Chance) -> String {
    let texts = [
        "a",
        "b-c",
        "x.y",
        "two words",
        "yes",
        "1",
        "0x10",
        "1.0",
        "null",
        "",
        "é",
        "a: b",
        "#",
        "it's",
        "2001-01-01",
        "on",
        "~",
    ];
    quoted(chance.word(&texts))
}

fn any_text(chance: &mut Chance) -> String {
    match chance.below(10) {
        0..=4 => (chance.word(TEXTS)).to_owned(),
        5 => (chance.word(PLAIN)).to_owned(),
        6 => long_line(chance),
        _ => {
            let count = chance.between(1, 4);
            let lines: Vec<String> = (0..count).map(|_| line(chance)).collect();
            let end = chance.word(&["", "\n", "\n", "\n\n"]);
            lines.join("\n") + end
        }
    }
}

fn line(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => String::new(),
        1 => format!("  {}", chance.word(WORDS)),
        2 => format!("{} ", chance.word(WORDS)),
        3 => long_line(chance),
        _ => format!("{} {}", chance.word(WORDS), chance.word(WORDS)),
    }
}

/// A line around the widths at which writers fold.
fn long_line(chance: &mut Chance) -> String {
    let width = chance.between(60, 190);
    if chance.likely(20) {
        return "x".repeat(width);
    }
    let mut text = String::new();
    while text.len() < width {
        let gap = chance.word(&[" ", " ", " ", " ", "  "]);
        text.push_str(chance.word(WORDS));
        text.push_str(gap);
    }
    text.trim_end().to_owned()
}

/// `text` as a block scalar, where a simple one can hold it.
fn block(text: &str, chance: &mut Chance) -> Option<Yaml> {
    let printable = |c: char| c == '\n' || !(c.is_control() || "\u{feff}\u{2028}".contains(c));
    let first = text.split('\n').next().unwrap_or_default();
    if text.is_empty() || first.is_empty() || !text.chars().all(printable) {
        return None;
    }
    let body = text.trim_end_matches('\n');
    let breaks = text.len() - body.len();
    let chomping = match breaks {
        0 => "-",
        1 => chance.word(&["", "", "+"]),
        _ => "+",
    };
    let style = chance.word(&["|", "|", "|", ">"]);
    let indentation = if first.starts_with(' ') { "2" } else { "" };
    let mut lines: Vec<String> = body.split('\n').map(str::to_owned).collect();
    lines.extend(std::iter::repeat_n(String::new(), breaks.saturating_sub(1)));
    Some(Yaml::Block(
        format!("{style}{indentation}{chomping}"),
        lines,
    ))
}
