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
    let mut whole = Arguments::command().mut_subcommands(in_full);
    whole.build();
    let names = command
        .into_iter()
        .flat_map(|command| command.name().split(' '));
    let found = names.fold(&whole, |above, name| {
        above.find_subcommand(name).unwrap_or(above)
    });
    let page = Man::new(found.clone()).source(SOURCE);
    let mut text = Vec::new();
    match page.render(&mut text) {
        Ok(()) => print(&text),
        Err(error) => unprinted(&error),
    }
}

/// `command` and those below it with all that `-h` leaves out: a page has room for it.
fn in_full(command: Command) -> Command {
    let command = command.mut_args(|argument| argument.hide_short_help(false));
    command.mut_subcommands(in_full)
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
