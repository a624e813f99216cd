//! `cargo xtask control-plane`: builds the control plane that tests use, and runs one for people.

mod build;
mod running;

pub(crate) use build::build;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["build"] => build(),
        ["start"] => running::start(),
        ["env"] => running::env(),
        ["stop"] => running::stop(),
        _ => Err("control-plane build | start | env | stop".to_owned()),
    }
}
