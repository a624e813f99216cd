//! Switches as Go's pflag reads them: `--flag`, `--flag=false`, and whatever came last counts.

use clap::{Arg, ArgAction};

/// A switch that may be given a value behind `=`.
pub fn switch(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .hide_possible_values(true)
        .value_name("BOOL")
        .value_parser(go_bool)
}

/// The spellings of Go's strconv.ParseBool.
fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("true or false is wanted".to_owned()),
    }
}
