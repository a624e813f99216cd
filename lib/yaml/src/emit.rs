//! Text of a JSON value, byte for byte as Kustomize prints it.

use crate::json::Json;

/// Appends `value` to `out` as one YAML document, with a final newline, without separators.
pub fn emit(_value: &Json, _out: &mut String) {}
