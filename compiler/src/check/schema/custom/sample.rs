//! Schemas and values as the tests here write them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_core::{FileId, Json};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Limits, parse};

/// The value of the YAML in `text`.
pub(super) fn json(text: &str) -> Json {
    let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default());
    lower(&documents.unwrap()[0].root).unwrap()
}
