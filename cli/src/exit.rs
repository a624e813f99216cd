//! Exit status: one meaning for every command.

use gitopsc_core::{Class, Diagnostic};
use std::process::ExitCode;

/// How a command ended. Of two, the later one here is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done,
    /// There are errors in the input.
    Input,
    /// What was asked for was refused.
    Refused,
    /// It was called wrongly, or something could not be read or written.
    Usage,
}

impl Exit {
    /// What one finding makes of a command.
    pub fn of(diagnostic: &Diagnostic) -> Exit {
        match (diagnostic.is_error(), diagnostic.class) {
            (false, _) => Exit::Done,
            (true, Class::Input) => Exit::Input,
            (true, Class::Refusal) => Exit::Refused,
            (true, Class::Io | Class::Usage) => Exit::Usage,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Input => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn two_beats_three_beats_one() {
        let worst = [Exit::Input, Exit::Usage, Exit::Refused].into_iter().max();
        assert_eq!(worst, Some(Exit::Usage));
        assert!(Exit::Refused > Exit::Input);
        assert!(Exit::Input > Exit::Done);
    }
}
