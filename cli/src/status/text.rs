//! A status for people: a line a set, or one set unit by unit.

use crate::cluster::findings::kind_in;
use gitopsc_core::EcoString;
use gitopsc_core::words::counted;
use gitopsc_engine::health::Status;
use gitopsc_reconciler::status::{SetStatus, UnitStatus};
use std::collections::BTreeMap;

/// One line for each of `sets`.
pub fn list(namespace: &str, sets: &[SetStatus]) -> String {
    if sets.is_empty() {
        return format!("there are no sets in the namespace {namespace}\n");
    }
    sets.iter().map(line).collect()
}

fn line(set: &SetStatus) -> String {
    let records: Vec<String> = records(set)
        .into_iter()
        .map(|(what, value)| format!("{what} {value}"))
        .collect();
    format!("{}: {}; {}\n", set.name, members(set), records.join(", "))
}

/// All that is to be said of `set`.
pub fn whole(set: &SetStatus) -> String {
    let mut text = format!("set {}: {}\n", set.name, members(set));
    for (what, value) in records(set) {
        text.push_str(&format!("  {what:12} {value}\n"));
    }
    for (name, unit) in &set.units {
        text.push_str(&of_unit(name, unit));
    }
    text
}

/// How many units and members there are, and how the members are.
fn members(set: &SetStatus) -> String {
    let mut counts = BTreeMap::new();
    for (status, count) in set.units.values().flat_map(UnitStatus::counts) {
        *counts.entry(status).or_default() += count;
    }
    let units = set.units.values().filter(|unit| unit.is_recorded);
    let units = counted(units.count(), "unit");
    format!("{units}, {}", counted_members(&counts))
}

fn counted_members(counts: &BTreeMap<Status, usize>) -> String {
    let members = counted(counts.values().sum(), "member");
    let parts: Vec<String> = counts
        .iter()
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    match parts.as_slice() {
        [] => members,
        parts => format!("{members} ({})", parts.join(", ")),
    }
}

fn records(set: &SetStatus) -> Vec<(&'static str, String)> {
    let (lease, mut records) = (&set.lease, Vec::new());
    let applied = lease.recorded.as_deref();
    records.push(("applied", applied.unwrap_or("never as a whole").to_owned()));
    let record = &lease.record;
    for (what, value) in [("revision", &record.revision), ("graph", &record.digest)] {
        if !value.is_empty() {
            records.push((what, value.to_string()));
        }
    }
    if let Some(owner) = &set.owner {
        records.push(("kept by", format!("Sync {}", owner.sync)));
    }
    if let Some(holder) = &lease.holder {
        let renewed = lease.renewed.as_deref().unwrap_or("never");
        records.push(("held by", format!("{holder} (renewed {renewed})")));
    }
    records
}

fn of_unit(name: &EcoString, unit: &UnitStatus) -> String {
    let mut text = format!("{name}: {}\n", counted_members(&unit.counts()));
    let mut say = |word: &str, what: &str| text.push_str(&format!("  {word:12} {what}\n"));
    for (object, health) in unit.not_current() {
        say(
            health.status.word(),
            &format!("{object}: {}", health.reason),
        );
    }
    for (object, health) in &unit.required {
        if !health.is_current() {
            say("requires", &format!("{object} ({health})"));
        }
    }
    for ((kind, namespace), why) in &unit.unknown {
        say("Unknown", &format!("{}: {why}", kind_in(kind, namespace)));
    }
    for (object, member) in &unit.members {
        if !member.held_out.is_empty() {
            say(
                "held out",
                &format!("{object}: {}", member.held_out.join(", ")),
            );
        }
    }
    for (object, why) in &unit.not_ours {
        say("not ours", &format!("{object}: {why}"));
    }
    text
}
