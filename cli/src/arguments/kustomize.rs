//! The flags of `kustomize build` that change what is built.

use super::accepted::AcceptedArguments;
use super::switch::switch;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Command, Error};
use gitopsc_kustomize::{LoadRestriction, Reorder};

/// The flags of `kustomize build`.
#[derive(Debug, clap::Args)]
pub struct KustomizeArguments {
    /// Which files a kustomization may name: those in or below its own directory
    /// (LoadRestrictionsRootOnly), or any (LoadRestrictionsNone)
    #[arg(long, value_name = "RULE", value_parser = load_restrictor(), hide_possible_values = true)]
    #[arg(default_value = "LoadRestrictionsRootOnly", allow_hyphen_values = true)]
    #[arg(help_heading = HEADING)]
    pub load_restrictor: LoadRestriction,

    /// Deprecated, use sortOptions: print in the order of kinds (legacy), or as accumulated (none)
    #[arg(long, value_name = "ORDER", value_parser = reorder(), hide_possible_values = true)]
    #[arg(allow_hyphen_values = true, hide_short_help = true, help_heading = HEADING)]
    pub reorder: Option<Reorder>,

    /// What the deprecated switch says.
    #[command(flatten)]
    pub managed_by: ManagedBy,

    #[command(flatten)]
    _accepted: AcceptedArguments,
}

const HEADING: &str = "Flags of kustomize build";
const MANAGED_BY: &str = "enable-managedby-label";

/// `--enable-managedby-label`, where it was given.
#[derive(Debug)]
pub struct ManagedBy(pub Option<bool>);

impl clap::FromArgMatches for ManagedBy {
    fn from_arg_matches(matches: &ArgMatches) -> Result<ManagedBy, Error> {
        Ok(ManagedBy(matches.get_one(MANAGED_BY).copied()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = ManagedBy::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for ManagedBy {
    fn augment_args(command: Command) -> Command {
        command.arg(
            switch(MANAGED_BY)
                .help("Deprecated, use buildMetadata: add the label app.kubernetes.io/managed-by, as KUSTOMIZE_ENABLE_MANAGEDBY_LABEL=on does")
                .hide_short_help(true)
                .help_heading(HEADING),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        ManagedBy::augment_args(command)
    }
}

/// The names of kustomize/commands/build/flagloadrestrictor.go; the empty text is the default.
pub fn load_restrictor() -> impl TypedValueParser<Value = LoadRestriction> {
    let names = [
        PossibleValue::new("LoadRestrictionsRootOnly"),
        PossibleValue::new("LoadRestrictionsNone"),
        PossibleValue::new("").hide(true),
    ];
    PossibleValuesParser::new(names).map(|name| match name.as_str() {
        "LoadRestrictionsNone" => LoadRestriction::None,
        _ => LoadRestriction::RootOnly,
    })
}

fn reorder() -> impl TypedValueParser<Value = Reorder> {
    PossibleValuesParser::new(["legacy", "none"]).map(|name| match name.as_str() {
        "none" => Reorder::None,
        _ => Reorder::Legacy,
    })
}

#[cfg(test)]
mod tests {
    use crate::arguments::Arguments;
    use clap::{Arg, ArgAction, CommandFactory as _};

    /// What `kustomize build --help` of 5.8.1 prints.
    const HELP: &str = include_str!("../../testdata/kustomize/build-help.txt");

    /// The flags that it hides (kustomize/commands/build/build.go).
    const HIDDEN: [&str; 2] = ["      --enable-managedby-label", "      --reorder string"];

    #[test]
    fn every_flag_of_kustomize_build_is_accepted_in_its_form() {
        let mut command = Arguments::command();
        command.build();
        let build = command.find_subcommand("build").unwrap();
        let lines = HELP.lines().chain(HIDDEN);
        let flags = lines.filter_map(|line| {
            let (short, rest) = line.split_once("--")?;
            let short = short
                .trim()
                .strip_prefix('-')
                .map(|short| short.trim_end_matches(','));
            let mut words = rest.split("  ").next()?.split(' ');
            Some((short, words.next()?, words.next()))
        });
        let mut seen = 0;
        for (short, name, value) in flags {
            let by_name = |argument: &&Arg| argument.get_long() == Some(name);
            let argument = build.get_arguments().find(by_name);
            let argument = argument.unwrap_or_else(|| panic!("--{name} is not accepted"));
            let own_short = argument.get_short().map(String::from);
            assert_eq!(own_short.as_deref(), short, "--{name}");
            let optional = argument.is_require_equals_set();
            match (name, value) {
                ("help", None) => {}
                (_, None) => assert!(optional, "--{name} needs a value"),
                (_, Some("stringArray")) => {
                    assert!(
                        matches!(argument.get_action(), ArgAction::Append),
                        "--{name}"
                    );
                }
                (_, Some(_)) => assert!(!optional, "--{name} needs no value"),
            }
            seen += 1;
        }
        assert_eq!(seen, 18);
    }
}
