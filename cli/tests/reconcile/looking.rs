//! Looking again and again, and what of a Sync is looked at.

use serde_json::Value;
use std::time::{Duration, Instant};

/// Never met by what works.
const DEADLINE: Duration = Duration::from_secs(90);
/// How often it is looked again.
const LOOK: Duration = Duration::from_millis(100);

/// Looks until it is as wanted, or fails with what was last seen.
pub fn within(look: impl Fn() -> Result<(), String>) -> Result<(), String> {
    let started = Instant::now();
    loop {
        let Err(seen) = look() else {
            return Ok(());
        };
        if started.elapsed() > DEADLINE {
            return Err(format!("it is not so:\n{seen}"));
        }
        std::thread::sleep(LOOK);
    }
}

/// The status of a condition, `reason` of Ready, the commit of a revision, or another field.
pub fn field(sync: &Value, key: &str) -> String {
    let status = &sync["status"];
    // What was said before the last change of the Sync is not waited for.
    if status["observedGeneration"] != sync["metadata"]["generation"] {
        return String::new();
    }
    let conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    let of = |kind: &str| conditions.iter().find(|of| of["type"] == kind).cloned();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match key {
        "Ready" | "Stalled" | "Reconciling" => {
            of(key).map_or("False".to_owned(), |of| text(&of["status"]))
        }
        "reason" => of("Ready").map_or(String::new(), |of| text(&of["reason"])),
        "wanted" | "enforced" | "running" | "lastGood" => text(&status[key]["commit"]),
        _ => text(&status[key]),
    }
}

/// `text` without the digests that consent: they are others each time.
pub fn without_digests(text: &str) -> String {
    const BEFORE: &str = "gitopsc.dev/approve=";
    let mut parts = text.split(BEFORE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |steady, part| {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit());
        steady + BEFORE + "DIGEST" + rest
    })
}
