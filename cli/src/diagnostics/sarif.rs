//! Findings as SARIF 2.1.0, which code scanning services read.

use super::fingerprint::fingerprints;
use super::sources::{Place, Position};
use super::{Finding, Sources};
use gitopsc_core::{Label, Severity};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const DOCUMENTATION: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/docs/diagnostics.md"
);

/// One log with one run. Paths are seen from the root of the source.
pub fn render(findings: &[Finding<'_>], sources: &Sources<'_>) -> String {
    let codes: BTreeSet<&str> = findings
        .iter()
        .map(|finding| finding.diagnostic.code.0)
        .collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Value> = findings
        .iter()
        .zip(fingerprints(findings, sources))
        .map(|(finding, fingerprint)| result(finding, &fingerprint, &codes, sources))
        .collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    super::document(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "gitopsc",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules,
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(code: &str) -> Value {
    json!({
        "id": code,
        "shortDescription": {"text": code.replace('-', " ")},
        "helpUri": format!("{DOCUMENTATION}#{code}"),
    })
}

fn result(
    finding: &Finding<'_>,
    fingerprint: &str,
    codes: &[&str],
    sources: &Sources<'_>,
) -> Value {
    let diagnostic = finding.diagnostic;
    let text = match &diagnostic.hint {
        Some(hint) => format!("{}\n{hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut places = diagnostic
        .labels
        .iter()
        .filter_map(|label| Some((label, sources.place(label)?)));
    let main = match places.next() {
        Some((label, place)) => location(label, place),
        None => whole(finding.directory()),
    };
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "ruleIndex": codes.iter().position(|code| *code == diagnostic.code.0),
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": {"text": text},
        "locations": [main],
        "partialFingerprints": {"gitopscFinding/v1": fingerprint},
    });
    let related: Vec<Value> = places
        .map(|(label, place)| location(label, place))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(label: &Label, place: Place<'_>) -> Value {
    let mut location = whole(place.path.as_str());
    if let Some(Position { line, column }) = place.position {
        location["physicalLocation"]["region"] = json!({"startLine": line, "startColumn": column});
    }
    if !label.text.is_empty() {
        location["message"] = json!({"text": label.text});
    }
    location
}

/// A location that is all of a file or directory.
fn whole(path: &str) -> Value {
    let artifact = json!({"uri": uri(path), "uriBaseId": "%SRCROOT%"});
    json!({"physicalLocation": {"artifactLocation": artifact}})
}

/// `path` as a relative URI.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if plain(byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_relative_uris() {
        assert_eq!(uri("apps/a b:c/ü.yaml"), "apps/a%20b%3Ac/%C3%BC.yaml");
    }
}
