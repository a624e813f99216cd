//! Flags of `kustomize build` for features that are not here: plugins, functions, Helm.
//!
//! They are accepted so that scripts need no change. A tree that uses such a feature gets a diagnostic that
//! names what is missing, flag or not, so their values are never looked at
//! (kustomize/commands/build/flag*.go, kustomize/commands/commands.go).

use super::switch::switch;
use clap::{Arg, ArgAction, ArgMatches, Command, Error};

/// The accepted flags; nothing is kept of them.
#[derive(Debug)]
pub struct AcceptedArguments;

/// How a flag is written.
enum Form {
    /// Without a value, or with `=true` or `=false`.
    Switch,
    /// With a value of this name.
    Value(&'static str),
    /// The same, and as often as wanted.
    Values(&'static str),
}

const HEADING: &str =
    "Accepted and without effect: plugins, functions and Helm are not supported yet";

const FLAGS: [(&str, Form, &str); 13] = [
    (
        "as-current-user",
        Form::Switch,
        "Run function containers as the current user",
    ),
    ("enable-alpha-plugins", Form::Switch, "Enable plugins"),
    ("enable-exec", Form::Switch, "Enable exec functions"),
    ("enable-helm", Form::Switch, "Enable Helm charts"),
    (
        "env",
        Form::Values("NAME[=VALUE]"),
        "Set an environment variable for functions",
    ),
    (
        "helm-api-versions",
        Form::Values("VERSION"),
        "Tell Helm of an API version",
    ),
    ("helm-command", Form::Value("PATH"), "Name the helm program"),
    (
        "helm-debug",
        Form::Switch,
        "Print what Helm says while debugging",
    ),
    (
        "helm-kube-version",
        Form::Value("VERSION"),
        "Tell Helm the version of Kubernetes",
    ),
    (
        "mount",
        Form::Values("MOUNT"),
        "Mount something into function containers",
    ),
    (
        "network",
        Form::Switch,
        "Give network access to functions that ask for it",
    ),
    (
        "network-name",
        Form::Value("NAME"),
        "Name the network of function containers",
    ),
    (
        "stack-trace",
        Form::Switch,
        "Print a stack trace of an error",
    ),
];

impl clap::FromArgMatches for AcceptedArguments {
    fn from_arg_matches(_: &ArgMatches) -> Result<AcceptedArguments, Error> {
        Ok(AcceptedArguments)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), Error> {
        Ok(())
    }
}

impl clap::Args for AcceptedArguments {
    fn augment_args(command: Command) -> Command {
        let argument = |(name, form, help): (&'static str, Form, &'static str)| {
            let argument = match form {
                Form::Switch => switch(name),
                Form::Value(value) => valued(name, value).action(ArgAction::Set),
                Form::Values(value) => valued(name, value).action(ArgAction::Append),
            };
            let short = (name == "env").then_some('e');
            argument
                .short(short)
                .help(help)
                .help_heading(HEADING)
                .hide_short_help(true)
        };
        command.args(FLAGS.map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        AcceptedArguments::augment_args(command)
    }
}

fn valued(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .allow_hyphen_values(true)
}
