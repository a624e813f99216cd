//! The commands beside `build`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use support::Place;

fn run(arguments: &[&str]) -> support::Ran {
    Place::of(&[]).run(arguments)
}

#[test]
fn every_shell_gets_a_script_with_our_flags() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.exit, "0\n");
        for word in [
            "gitopsc",
            "load-restrictor",
            "layers",
            "LoadRestrictionsNone",
        ] {
            assert!(ran.stdout.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    for (arguments, title) in [
        (&["man"][..], ".TH gitopsc 1"),
        (&["man", "build"], ".TH gitopsc-build 1"),
        (&["man", "completions"], ".TH gitopsc-completions 1"),
        (&["man", "man"], ".TH gitopsc-man 1"),
    ] {
        let ran = run(arguments);
        assert_eq!(ran.exit, "0\n");
        assert!(ran.stdout.contains(title), "{}", ran.stdout);
        let without_help = ran.stdout.contains("\n\n.TP");
        assert!(!without_help, "{}", ran.stdout);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let ran = run(&["--version"]);
    assert_eq!(
        ran.stdout,
        concat!("gitopsc ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn without_a_command_the_help_is_shown_and_the_status_is_that_of_wrong_usage() {
    let ran = run(&[]);
    assert_eq!(ran.exit, "2\n");
    assert!(
        ran.stderr.contains("Usage: gitopsc <COMMAND>"),
        "{}",
        ran.stderr
    );
}
