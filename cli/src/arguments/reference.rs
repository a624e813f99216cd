//! docs/reference/cli.md, made from the definition of the command line.

use super::Arguments;
use clap::{Arg, Command, CommandFactory as _};
use gitopsc_test_support::{expect, workspace};
use std::fmt::Write as _;

const HEADER: &str = "\
# Command line

This page is made from the program's own help; `UPDATE=1 cargo test -p gitopsc` writes it anew.
";

#[test]
fn the_reference_of_the_command_line_is_that_of_the_program() {
    let mut command = Arguments::command();
    command.build();
    let mut page = String::from(HEADER);
    section(&command, &mut page);
    for command in command.get_subcommands() {
        section(command, &mut page);
        for command in command.get_subcommands() {
            section(command, &mut page);
        }
    }
    let path = workspace().join("docs/reference/cli.md");
    expect(&path, &page).unwrap();
}

fn section(command: &Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let about = command.get_long_about().or(command.get_about());
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let about = about.map(ToString::to_string).unwrap_or_default();
    let _ = write!(
        page,
        "\n## {name}\n\n{}\n\n```text\n{usage}\n```\n",
        sentence(&about)
    );
    for (heading, arguments) in by_heading(command) {
        let _ = write!(page, "\n### {heading}\n\n");
        for argument in arguments {
            let _ = writeln!(page, "- {}", item(argument));
        }
    }
    let after = command.get_after_long_help().or(command.get_after_help());
    if let Some(after) = after {
        let _ = write!(page, "\n```text\n{after}\n```\n");
    }
}

/// The arguments of `command` by their headings, in order.
fn by_heading(command: &Command) -> Vec<(String, Vec<&Arg>)> {
    let mut headings: Vec<(String, Vec<&Arg>)> = Vec::new();
    for argument in command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
    {
        let usual = if argument.is_positional() {
            "Arguments"
        } else {
            "Options"
        };
        let heading = argument.get_help_heading().unwrap_or(usual);
        match headings.iter_mut().find(|(known, _)| known == heading) {
            Some((_, arguments)) => arguments.push(argument),
            None => headings.push((heading.to_owned(), vec![argument])),
        }
    }
    headings
}

fn item(argument: &Arg) -> String {
    let help = argument.get_long_help().or(argument.get_help());
    let help = help.map(ToString::to_string).unwrap_or_default();
    let mut item = format!("`{argument}`");
    if let Some(short) = argument.get_short() {
        let _ = write!(item, ", `-{short}`");
    }
    let _ = write!(item, ": {}", sentence(&help.replace('\n', " ")));
    item.push_str(&values(argument));
    let defaults = argument.get_default_values();
    if let Some(default) = defaults.first()
        && argument.get_action().takes_values()
    {
        let _ = write!(item, "\n  - default: `{}`", default.to_string_lossy());
    }
    item
}

/// The values that `argument` may have, one a line if something is said of them.
fn values(argument: &Arg) -> String {
    if argument.is_hide_possible_values_set() || !argument.get_action().takes_values() {
        return String::new();
    }
    let values = argument.get_possible_values();
    let values: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).collect();
    if values.iter().all(|value| value.get_help().is_none()) {
        let names: Vec<String> = values
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        return names
            .split_first()
            .map(|_| format!("\n  - one of: {}", names.join(", ")))
            .unwrap_or_default();
    }
    let line = |value: &&clap::builder::PossibleValue| {
        let help = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        format!("\n  - `{}`: {}", value.get_name(), sentence(&help))
    };
    values.iter().map(line).collect()
}

/// `text` with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', ']']) {
        return text.to_owned();
    }
    format!("{text}.")
}
