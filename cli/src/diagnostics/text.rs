//! Findings for people: the message, the source line with what it points at, and what to do.
//!
//! The worst comes last, where the eye is. Errors are all shown. Of warnings with one code a few are
//! shown, and notes only if there are few of them, so that what needs hands is not lost; the rest is counted.

mod extent;
mod select;
mod snippet;

pub use select::Verbosity;

use super::{Finding, Paths, Sources};
use annotate_snippets::{Group, Level, Renderer};
use gitopsc_core::Severity;
use gitopsc_core::words::some_of;
use select::{select, told};
use snippet::snippets;

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether it is coloured.
    pub colour: bool,
    /// How wide source lines may be.
    pub columns: usize,
}

/// How many units are named in one message.
const MOST_UNITS: usize = 3;

/// The findings that `verbosity` lets through, and a line on those it does not.
pub fn render(
    findings: &[Finding<'_>],
    sources: &Sources<'_>,
    paths: &Paths,
    style: Style,
    verbosity: Verbosity,
) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.term_width(style.columns);
    let (shown, hidden) = select(findings, verbosity);
    let told = told(&hidden);
    let told = told
        .iter()
        .map(|told| Group::with_title(Level::NOTE.primary_title(told)));
    let shown = shown
        .into_iter()
        .map(|finding| group(finding, sources, paths));
    let mut text = String::new();
    for group in shown.chain(told) {
        text.push_str(&without_bare_gutter(&renderer.render(&[group])));
        text.push_str("\n\n");
    }
    text
}

/// `rendered` without the line that only divides a message from source lines where there are none.
fn without_bare_gutter(rendered: &str) -> String {
    let mut lines = rendered.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let rest = rendered.get(first.len()..).unwrap_or_default();
    match lines.next() {
        Some(second) if visible(second).trim() == "|" => {
            let below = rest.get(second.len()..).unwrap_or_default();
            format!("{first}{below}")
        }
        _ => rendered.to_owned(),
    }
}

/// `text` without the sequences that colour it.
fn visible(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |visible, part| {
        visible + part.split_once('m').map_or("", |(_, text)| text)
    })
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn group<'a>(finding: &'a Finding<'_>, sources: &'a Sources<'_>, paths: &Paths) -> Group<'a> {
    let diagnostic = finding.diagnostic;
    let title = level(diagnostic.severity)
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.0);
    let mut group = Group::with_title(title).elements(snippets(diagnostic, sources, paths));
    if let Some(units) = told_units(finding, sources) {
        group = group.element(Level::NOTE.message(units));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    group
}

/// The units that a finding belongs to, where its place does not tell.
fn told_units(finding: &Finding<'_>, sources: &Sources<'_>) -> Option<String> {
    let place = sources.main_place(finding.diagnostic);
    let told = match finding.units.as_slice() {
        [] => return None,
        [one] => match place {
            _ if one.unit.0.is_root() => return None,
            Some(place) if place.path.is_within(one.directory) => return None,
            _ => format!("in the unit {}", one.unit),
        },
        several => {
            let names = several.iter().map(|found| found.unit);
            format!("in the units {}", some_of(names, MOST_UNITS))
        }
    };
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::without_bare_gutter;

    #[test]
    fn no_empty_line_stands_between_a_message_without_a_place_and_its_hint() {
        for (rendered, wanted) in [
            ("error: a\n  |\n  = help: b", "error: a\n  = help: b"),
            (
                "error: a\n \u{1b}[1m|\u{1b}[0m\n = help: b",
                "error: a\n = help: b",
            ),
            (
                "error: a\n --> f:1:1\n  |\n1 | b",
                "error: a\n --> f:1:1\n  |\n1 | b",
            ),
            ("error: a", "error: a"),
        ] {
            assert_eq!(without_bare_gutter(rendered), wanted);
        }
    }
}
