//! The crate of violations: what the check has to find, and what it finds.

use super::{folder, with_lints};
use crate::shell;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Stdio;

/// Stands before the words that a finding in this line has to hold.
const MARK: &str = "//~ ";

/// A line of the crate: file and number.
type Line = (String, u64);

/// Runs the check over the crate of violations and compares what it finds with the marks there.
///
/// # Errors
/// A mark without its finding, or a finding without a mark.
pub(crate) fn all_are_found() -> Result<usize, String> {
    let marked = marks()?;
    let found = findings(&clippy()?);
    let mut wrong = Vec::new();
    for ((file, line), words) in &marked {
        let here = found.get(&(file.clone(), *line));
        if !here.is_some_and(|texts| texts.iter().any(|text| text.contains(words.as_str()))) {
            wrong.push(format!("{file}:{line}: not found: {words}"));
        }
    }
    for ((file, line), texts) in &found {
        if !marked.contains_key(&(file.clone(), *line)) {
            wrong.push(format!("{file}:{line}: not marked: {}", texts.join("\n")));
        }
    }
    if wrong.is_empty() && !marked.is_empty() {
        Ok(marked.len())
    } else {
        Err(format!(
            "the check for purity is broken:\n{}",
            wrong.join("\n")
        ))
    }
}

/// The marked lines and their words.
fn marks() -> Result<BTreeMap<Line, String>, String> {
    let mut marks = BTreeMap::new();
    for (file, bytes) in gitopsc_test_support::files(&folder().join("violations/src")) {
        let text = String::from_utf8(bytes).map_err(|error| format!("{file}: {error}"))?;
        for (line, number) in text.lines().zip(1..) {
            // The file that explains the marks holds one in its own words.
            let code = Some(line).filter(|line| !line.starts_with("//!"));
            if let Some((_, words)) = code.and_then(|line| line.split_once(MARK)) {
                marks.insert((format!("src/{file}"), number), words.to_owned());
            }
        }
    }
    Ok(marks)
}

/// Clippy's messages over the crate, one JSON value a line.
fn clippy() -> Result<String, String> {
    let mut command = shell::cargo(["clippy", "--locked", "--lib", "--quiet"]);
    command.args(["--message-format", "json"]);
    let command = with_lints(&mut command);
    let output = command
        .current_dir(folder().join("violations"))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| shell::cannot_start(command, &error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.is_empty() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} says nothing:\n{why}", shell::shown(command)));
    }
    Ok(text)
}

/// The findings of `messages` by their lines.
fn findings(messages: &str) -> BTreeMap<Line, Vec<String>> {
    let mut found: BTreeMap<Line, Vec<String>> = BTreeMap::new();
    let values = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for value in values {
        let message = &value["message"];
        let spans = message["spans"].as_array().into_iter().flatten();
        for span in spans.filter(|span| span["is_primary"] == true) {
            let span = written(span);
            let file = span["file_name"].as_str().unwrap_or_default();
            let line = span["line_start"].as_u64().unwrap_or(0);
            let text = message["rendered"].as_str().unwrap_or_default();
            let key = (file.replace('\\', "/"), line);
            found.entry(key).or_default().push(text.to_owned());
        }
    }
    found
}

/// The place in the crate of a span that may lie in the expansion of another crate's macro.
fn written(span: &Value) -> &Value {
    match &span["expansion"]["span"] {
        Value::Null => span,
        outer => written(outer),
    }
}
