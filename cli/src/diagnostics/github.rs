//! Findings as workflow commands, which GitHub Actions shows as annotations of the changed files.

use super::sources::Position;
use super::{Finding, Sources};
use gitopsc_core::Severity;
use std::fmt::Write as _;

/// One command a line.
pub fn render(findings: &[Finding<'_>], sources: &Sources<'_>) -> String {
    findings
        .iter()
        .map(|finding| command(finding, sources))
        .collect()
}

fn command(finding: &Finding<'_>, sources: &Sources<'_>) -> String {
    let diagnostic = finding.diagnostic;
    let mut command = String::from(match diagnostic.severity {
        Severity::Error => "::error ",
        Severity::Warning => "::warning ",
        Severity::Note => "::notice ",
    });
    if let Some(place) = sources.main_place(diagnostic) {
        let _ = write!(command, "file={},", escape_property(place.path.as_str()));
        if let Some(Position { line, column }) = place.position {
            let _ = write!(command, "line={line},col={column},");
        }
    }
    let mut message = diagnostic.message.clone();
    if let Some(hint) = &diagnostic.hint {
        let _ = write!(message, "\nhelp: {hint}");
    }
    let title = escape_property(diagnostic.code.0);
    let _ = writeln!(command, "title={title}::{}", escape_data(&message));
    command
}

/// Escapes what stands behind the `::`.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{escape_data, escape_property};

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escape_data("100%\r\na:b"), "100%25%0D%0Aa:b");
        assert_eq!(escape_property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
