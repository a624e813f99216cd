//! Text made from the command line's definition: shell completions and manual pages.

use crate::arguments::{Arguments, Page};
use crate::exit::Exit;
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::{self, Write as _};

/// What a manual page is from.
const SOURCE: &str = concat!("gitopsc ", env!("CARGO_PKG_VERSION"));

/// Prints the completions for `shell`.
pub fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(shell, &mut command, "gitopsc", &mut script);
    print(&script)
}

/// Prints the manual page of `command`, or that of gitopsc itself.
pub fn man(command: Option<Page>) -> Exit {
    // A page has room for what `-h` leaves out.
    let all = |command: Command| command.mut_args(|argument| argument.hide_short_help(false));
    let mut whole = Arguments::command().mut_subcommands(all);
    whole.build();
    let found = command.and_then(|command| whole.find_subcommand(command.name()));
    let page = Man::new(found.unwrap_or(&whole).clone()).source(SOURCE);
    let mut text = Vec::new();
    match page.render(&mut text) {
        Ok(()) => print(&text),
        Err(error) => unprinted(&error),
    }
}

fn print(text: &[u8]) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => unprinted(&error),
        _ => Exit::Done,
    }
}

fn unprinted(error: &io::Error) -> Exit {
    let _ = writeln!(
        io::stderr(),
        "error: cannot write to standard output: {error}"
    );
    Exit::Usage
}
