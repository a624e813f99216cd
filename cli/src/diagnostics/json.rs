//! Findings as one JSON document of our own; its schema is docs/reference/schemas/diagnostics.schema.json.

use super::{Counts, Finding, Sources, count};
use gitopsc_core::{Class, Label};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiagnosticList<'f> {
    api_version: &'static str,
    kind: &'static str,
    summary: Summary,
    items: Vec<Item<'f>>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Item<'f> {
    code: &'static str,
    severity: String,
    class: &'static str,
    message: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'f str>,
    units: Vec<&'f str>,
    places: Vec<ItemPlace<'f>>,
}

#[derive(Serialize)]
struct ItemPlace<'f> {
    path: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'f str,
}

/// One document of kind DiagnosticList. Paths are seen from the root of the source.
pub fn render(findings: &[Finding<'_>], sources: &Sources<'_>) -> String {
    let Counts {
        errors,
        warnings,
        notes,
    } = count(findings);
    let list = DiagnosticList {
        api_version: "gitopsc.dev/v1alpha1",
        kind: "DiagnosticList",
        summary: Summary {
            errors,
            warnings,
            notes,
        },
        items: findings
            .iter()
            .map(|finding| item(finding, sources))
            .collect(),
    };
    super::document(&list)
}

fn item<'f>(finding: &'f Finding<'_>, sources: &'f Sources<'_>) -> Item<'f> {
    let diagnostic = finding.diagnostic;
    let place = |label: &'f Label| {
        let place = sources.place(label)?;
        Some(ItemPlace {
            path: place.path.as_str(),
            line: place.position.map(|position| position.line),
            column: place.position.map(|position| position.column),
            text: &label.text,
        })
    };
    Item {
        code: diagnostic.code.0,
        severity: diagnostic.severity.to_string(),
        class: match diagnostic.class {
            Class::Input => "input",
            Class::Io => "io",
            Class::Usage => "usage",
            Class::Refusal => "refusal",
        },
        message: &diagnostic.message,
        hint: diagnostic.hint.as_deref(),
        units: finding
            .units
            .iter()
            .map(|found| found.unit.0.as_str())
            .collect(),
        places: diagnostic.labels.iter().filter_map(place).collect(),
    }
}
