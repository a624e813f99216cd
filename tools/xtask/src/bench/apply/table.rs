//! The figures as a Markdown table, each beside what is aimed at.

use super::super::measure::Cost;
use super::super::table::{mebibytes, shown};
use super::rows::{Figures, Three};
use super::{Plan, UNITS};
use std::fmt::Write;
use std::time::Duration;

/// What is aimed at.
const SHARE: f64 = 0.9;
const QUICK: Duration = Duration::from_secs(1);
const CPU: Duration = Duration::from_secs(3);
const MEMORY: u64 = 64 << 10;

/// The table of `figures`, and where they were measured.
pub(super) fn table(plan: &Plan, figures: &Figures, machine: &str) -> String {
    let mut text = format!("Measured on: {machine}.\n\n");
    text += "| what | gitopsc | bare loop | kubectl 1.36.3 | CPU time | memory | aim | reached |\n";
    text += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    let maps = plan.maps;
    let share = share(&figures.cold);
    let mut row = |what: &str, three: &Three, aim: &str, reached: bool| {
        writeln!(
            text,
            "| {what} | {} | {} | {} | {} | {} | {aim} | {} |",
            shown(three.ours.time),
            three.bare.map_or_else(dash, |bare| shown(bare.time)),
            three.kubectl.map_or_else(dash, |real| shown(real.time)),
            three.ours.cpu.map_or_else(dash, shown),
            mebibytes(three.ours.memory),
            if reached { "yes" } else { "no" },
        )
        .expect("a string takes any text");
    };
    row(
        &format!("{maps} ConfigMaps into {UNITS} new namespaces"),
        &figures.cold,
        "0.9 of the bare loop's rate, 64 MiB",
        share >= SHARE && is_small(&figures.cold.ours),
    );
    let asked = figures.asked;
    row(
        &format!(
            "the same again: {} requests for pages of lists, {} for single objects, {} members written",
            asked.lists, asked.reads, asked.writes
        ),
        &figures.again,
        "1 s, nothing written",
        figures.again.ours.time < QUICK && asked.writes == 0 && is_small(&figures.again.ours),
    );
    row(
        "the same with one changed: 1 member written",
        &figures.changed,
        "1 s",
        figures.changed.ours.time < QUICK && is_small(&figures.changed.ours),
    );
    row(
        &format!("{} Deployments until they are ready", plan.deployments),
        &figures.deployments,
        "3 s of CPU time",
        figures.deployments.ours.cpu.is_some_and(|cpu| cpu < CPU),
    );
    let rate = |cost: Cost| plan.maps as f64 / cost.time.as_secs_f64();
    write!(
        text,
        "\nNew ConfigMaps a second: {:.0} of ours, {} of the bare loop, {} of kubectl; ours is {share:.2} of the bare loop.\n",
        rate(figures.cold.ours),
        figures.cold.bare.map_or_else(dash, |bare| format!("{:.0}", rate(bare))),
        figures.cold.kubectl.map_or_else(dash, |real| format!("{:.0}", rate(real))),
    )
    .expect("a string takes any text");
    text
}

/// Our rate as a part of the bare loop's.
fn share(cold: &Three) -> f64 {
    let bare = cold.bare.map_or(Duration::ZERO, |bare| bare.time);
    bare.as_secs_f64() / cold.ours.time.as_secs_f64()
}

fn is_small(cost: &Cost) -> bool {
    cost.memory.is_none_or(|kib| kib < MEMORY)
}

fn dash() -> String {
    "-".to_owned()
}
