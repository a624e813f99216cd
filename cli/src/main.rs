//! The command `gitopsc`: arguments, rendering, exit status.
//!
//! This crate alone prints, exits and looks at the environment; what is true of a tree is said by the crates
//! below.

mod apply;
mod arguments;
mod build;
mod check;
mod cluster;
mod codes;
mod compile;
mod delete;
mod diagnostics;
mod environment;
mod exit;
mod explain;
mod generated;
mod graph;
mod install;
mod keys;
mod run;
mod source;
mod status;
mod store;
mod talos;

use arguments::{Arguments, Command};
use clap::Parser as _;
use environment::Environment;
use std::process::ExitCode;

/// A build allocates millions of small texts and lists on all its threads, and the allocators of most systems make
/// these wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The only provider of cryptography for TLS. Installing it fails if there is one, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let exit = match arguments.command {
        Command::Apply(apply) => apply::run(&apply, &Environment::look()),
        Command::Build(build) => build::run(&build, &Environment::look()),
        Command::Check(check) => check::run(&check, &Environment::look()),
        Command::Delete(delete) => delete::run(&delete, &Environment::look()),
        Command::Explain(explain) => explain::run(&explain, &Environment::look()),
        Command::Graph(graph) => graph::run(&graph, &Environment::look()),
        Command::Run(run) => run::run(&run, &Environment::look()),
        Command::Install(install) => install::run(&install, &Environment::look()),
        Command::Show(show) => store::show(&show, &Environment::look()),
        Command::Gc(gc) => store::gc(&gc, &Environment::look()),
        Command::Status(status) => status::run(&status, &Environment::look()),
        Command::Talos(command) => talos::run(&command, &Environment::look()),
        Command::Completions { shell } => generated::completions(shell),
        Command::Man { command } => generated::man(command),
    };
    exit.into()
}
