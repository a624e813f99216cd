//! `gitopsc talos`: a layer as manifests for a machine configuration, and checks of that configuration.

mod bundle;
mod check;
mod choice;
mod folder;
mod inputs;

use crate::arguments::TalosCommand;
use crate::environment::Environment;
use crate::exit::Exit;

/// Does what `command` says.
pub fn run(command: &TalosCommand, environment: &Environment) -> Exit {
    match command {
        TalosCommand::Bundle(arguments) => bundle::run(arguments, environment),
        TalosCommand::Check(arguments) => check::run(arguments, environment),
    }
}
