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
fn load_restrictor() -> impl TypedValueParser<Value = LoadRestriction> {
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
