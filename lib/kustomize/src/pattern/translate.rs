//! From Go's grammar of regular expressions (regexp/syntax, Perl flags) to that of Rust's engine.

use super::class;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

/// Go refuses counts above this.
const MAX_COUNT: u32 = 1000;

/// What is still to be read.
pub(super) type Rest<'p> = Peekable<Chars<'p>>;

/// `pattern` in the engine's grammar.
///
/// # Errors
/// What Go would refuse and the engine might not, in words.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut reader = Reader {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 16),
        names: BTreeSet::new(),
    };
    let mut repeated = false;
    while let Some(c) = reader.rest.next() {
        let repeats = reader.piece(c)?;
        if repeats && repeated {
            return Err("a repetition operator stands right behind another".to_owned());
        }
        repeated = repeats;
    }
    Ok(reader.out)
}

/// Writes `c` so that it stands for itself.
pub(super) fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || !c.is_ascii() {
        out.push(c);
    } else {
        let _ = write!(out, "\\x{{{:x}}}", u32::from(c));
    }
}

struct Reader<'p> {
    rest: Rest<'p>,
    out: String,
    names: BTreeSet<String>,
}

impl Reader<'_> {
    /// Translates what begins with `c`; says whether it is a repetition operator.
    fn piece(&mut self, c: char) -> Result<bool, String> {
        match c {
            '*' | '+' | '?' => {
                self.out.push(c);
                self.laziness();
                return Ok(true);
            }
            '{' => return self.count(),
            '(' => self.group()?,
            ')' | '|' | '^' | '$' | '.' => self.out.push(c),
            '[' => class::bracketed(&mut self.rest, &mut self.out)?,
            '\\' => self.escape()?,
            _ => push_literal(&mut self.out, c),
        }
        Ok(false)
    }

    fn laziness(&mut self) {
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`; a brace that begins nothing of this stands for itself.
    fn count(&mut self) -> Result<bool, String> {
        let mut ahead = self.rest.clone();
        let Some(Count { least, most }) = count(&mut ahead) else {
            push_literal(&mut self.out, '{');
            return Ok(false);
        };
        self.rest = ahead;
        let swapped = matches!(most, Some(Some(most)) if most < least);
        if swapped || least.max(most.flatten().unwrap_or(0)) > MAX_COUNT {
            return Err(format!(
                "a count of repetitions is above {MAX_COUNT}, or its bounds are swapped"
            ));
        }
        let _ = match most {
            None => write!(self.out, "{{{least}}}"),
            Some(None) => write!(self.out, "{{{least},}}"),
            Some(Some(most)) => write!(self.out, "{{{least},{most}}}"),
        };
        self.laziness();
        Ok(true)
    }

    /// What follows `(`.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        let named = match self.rest.peek() {
            Some('P') => {
                self.rest.next();
                true
            }
            Some('<') => true,
            _ => false,
        };
        if named {
            return self.name();
        }
        let mut flags = String::new();
        loop {
            match self.rest.next() {
                Some(c @ ('i' | 'm' | 's' | 'U')) => flags.push(c),
                Some('-') if !flags.contains('-') => flags.push('-'),
                Some(end @ (':' | ')')) if !flags.ends_with('-') => {
                    if flags.is_empty() && end == ')' {
                        self.out.pop();
                    } else {
                        let _ = write!(self.out, "?{flags}{end}");
                    }
                    return Ok(());
                }
                _ => {
                    return Err(
                        "`(?` is followed by something that Go's expressions do not have"
                            .to_owned(),
                    );
                }
            }
        }
    }

    /// `<name>` of a group; nothing here asks for groups by name.
    fn name(&mut self) -> Result<(), String> {
        let opens = self.rest.next() == Some('<');
        let mut name = String::new();
        while let Some(c) = self
            .rest
            .next_if(|c| c.is_ascii_alphanumeric() || *c == '_')
        {
            name.push(c);
        }
        let closes = self.rest.next() == Some('>');
        if opens && closes && !name.is_empty() && self.names.insert(name) {
            return Ok(());
        }
        Err("a group has no valid name, or one that another has".to_owned())
    }

    /// What follows a backslash outside of brackets.
    fn escape(&mut self) -> Result<(), String> {
        match self.rest.peek() {
            Some('A' | 'z') => {
                self.out.push('\\');
                self.out.extend(self.rest.next());
            }
            Some('b' | 'B') => {
                let _ = self.rest.next().map(|c| write!(self.out, "(?-u:\\{c})"));
            }
            Some('Q') => {
                self.rest.next();
                self.quoted();
            }
            _ => match class::escaped(&mut self.rest)? {
                class::Escaped::One(c) => push_literal(&mut self.out, c),
                class::Escaped::Class(class) => {
                    let _ = write!(self.out, "[{class}]");
                }
            },
        }
        Ok(())
    }

    /// Characters that stand for themselves, up to `\E` or the end.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            push_literal(&mut self.out, c);
        }
    }
}

struct Count {
    least: u32,
    /// None: exactly so often. Some of none: without end.
    most: Option<Option<u32>>,
}

/// The count that follows `{`, with its closing brace.
fn count(rest: &mut Rest<'_>) -> Option<Count> {
    let least = number(rest)?;
    let most = match rest.next_if_eq(&',') {
        None => None,
        Some(_) if rest.peek() == Some(&'}') => Some(None),
        Some(_) => Some(Some(number(rest)?)),
    };
    rest.next_if_eq(&'}')?;
    Some(Count { least, most })
}

/// A decimal number without leading zeros; one that is far too large is as good as any above the limit.
fn number(rest: &mut Rest<'_>) -> Option<u32> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}
