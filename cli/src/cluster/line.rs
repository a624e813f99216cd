//! One line that is shown to people: a word that says what it is about, and what there is to say.

/// How a word is shown where there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As all text.
    Plain,
    /// Something is done.
    Good,
    /// It may need somebody.
    Warning,
    /// Something is wrong.
    Bad,
    /// It is beside the point.
    Dim,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about, with the space behind it.
    pub word: String,
    /// How that is shown.
    pub tone: Tone,
    /// What there is to say.
    pub rest: String,
}

impl Line {
    /// A line of the list of what happened.
    pub fn new(word: &str, tone: Tone, rest: String) -> Line {
        Line {
            word: format!("{word:9} "),
            tone,
            rest,
        }
    }

    /// The line as text.
    pub fn plain(&self) -> String {
        format!("{}{}", self.word, self.rest)
    }

    /// The line for a terminal, with colours if they are `wanted`. What a server says is no command to a terminal.
    pub fn shown(&self, wanted: bool) -> String {
        let is_command = |letter: char| letter.is_control() && letter != '\n';
        let code = match self.tone {
            Tone::Plain => "",
            Tone::Good => "\x1b[32m",
            Tone::Warning => "\x1b[33m",
            Tone::Bad => "\x1b[1;31m",
            Tone::Dim => "\x1b[2m",
        };
        let safe = |text: &str| text.replace(is_command, " ");
        match wanted && !code.is_empty() {
            true => format!("{code}{}\x1b[0m{}", safe(&self.word), safe(&self.rest)),
            false => safe(&self.plain()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Tone};

    #[test]
    fn what_a_server_says_is_no_command_to_a_terminal() {
        let line = Line::new("failed", Tone::Bad, "a\x1b[2J\rb\n  c".into());
        assert_eq!(line.shown(false), "failed    a [2J b\n  c");
        assert_eq!(line.shown(true), "\x1b[1;31mfailed    \x1b[0ma [2J b\n  c");
    }
}
