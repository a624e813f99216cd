//! Where blocks begin and end: by the column of what begins them.

use super::cursor::Mark;
use super::scan::{Refused, Scanner};
use super::token::{Kind, Token};

/// The place of a text that is a key if a `:` follows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// Nothing but a key can stand there.
    required: bool,
    /// The number of its token since the start of the text.
    pub(super) token: usize,
    pub(super) mark: Mark,
}

/// How many characters a key without `?` may have.
const KEY_LENGTH: usize = 1024;

impl Scanner<'_> {
    /// Begins a block at `column`, if that is deeper than where we are; its token goes before the token
    /// number `before`.
    pub(super) fn roll_indent(
        &mut self,
        column: isize,
        before: Option<usize>,
        kind: Kind,
        mark: Mark,
    ) -> Result<(), Refused> {
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        if self.indents.len() >= self.depth {
            return Err(Refused::TooDeep(mark));
        }
        self.indents.push(self.indent);
        self.indent = column;
        let token = Token {
            kind,
            start: mark,
            end: mark,
        };
        self.insert(before, token);
        Ok(())
    }

    /// Ends the blocks that lie deeper than `column`. `scan` is where the search for the next token began.
    pub(super) fn unroll_indent(&mut self, column: isize, scan: Mark) {
        if self.flow_level > 0 {
            return;
        }
        let mut mark = scan;
        mark.at -= 1;
        while self.indent > column {
            mark = self.end_before_feet(mark);
            self.tokens.push_back(Token {
                kind: Kind::BlockEnd,
                start: mark,
                end: mark,
            });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Where a block ends so that the comments in its own column, right before, go with what is around it.
    fn end_before_feet(&self, mark: Mark) -> Mark {
        let mut end = mark;
        let mut stop = mark.at;
        for note in self.notes.iter().rev() {
            if note.end.at < stop {
                break;
            }
            if note.start.column == self.indent + 1 {
                end = note.start;
            }
            stop = note.scan.at;
        }
        end
    }

    /// Notes that a key may begin here.
    pub(super) fn save_simple_key(&mut self) -> Result<(), Refused> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let mark = self.cursor.mark();
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == mark.column,
            token: self.taken + self.tokens.len(),
            mark,
        };
        self.remove_simple_key()?;
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Notes that what stood here is no key.
    pub(super) fn remove_simple_key(&mut self) -> Result<(), Refused> {
        let Some(key) = self.simple_keys.last_mut() else {
            return Ok(());
        };
        if key.possible && key.required {
            return Err(Refused::key_without_colon(key.mark));
        }
        key.possible = false;
        Ok(())
    }

    /// Whether `key` can still be one, seen from here.
    pub(super) fn is_valid(&self, key: SimpleKey) -> Result<bool, Refused> {
        let mark = self.cursor.mark();
        if !key.possible {
            return Ok(false);
        }
        let too_late =
            key.mark.line < mark.line || key.mark.characters + KEY_LENGTH < mark.characters;
        match (too_late, key.required) {
            (true, true) => Err(Refused::key_without_colon(key.mark)),
            (late, _) => Ok(!late),
        }
    }

    /// Goes into a flow collection.
    pub(super) fn increase_flow_level(&mut self) -> Result<(), Refused> {
        if self.flow_level >= self.depth {
            return Err(Refused::TooDeep(self.cursor.mark()));
        }
        self.simple_keys.push(SimpleKey::default());
        self.flow_level += 1;
        Ok(())
    }

    /// Leaves a flow collection, if we are in one.
    pub(super) fn decrease_flow_level(&mut self) {
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.simple_keys.pop();
        }
    }
}
