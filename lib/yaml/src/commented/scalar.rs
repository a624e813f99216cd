//! Plain and block scalars.

use super::cursor::Mark;
use super::scan::{Refused, Scanner};
use super::token::{Kind, Token};
use crate::node::Style;

/// Blanks and line breaks between two words, until it is known that the text goes on.
#[derive(Default)]
pub(super) struct Gap {
    blanks: String,
    first_break: String,
    more_breaks: String,
    broken: bool,
}

impl Gap {
    /// A gap that begins behind a line break which stands for nothing, if it does.
    pub(super) fn after_break(broken: bool) -> Gap {
        Gap {
            broken,
            ..Gap::default()
        }
    }

    /// Goes over blanks and line breaks. `indent` is where continued lines of a plain text must begin.
    pub(super) fn read(&mut self, scanner: &mut Scanner<'_>, indent: Option<isize>) -> Option<()> {
        let cursor = &mut scanner.cursor;
        loop {
            if cursor.is_blank(0) {
                let outside = indent.is_some_and(|indent| cursor.mark().column < indent);
                if self.broken && outside && cursor.peek(0) == b'\t' {
                    return None;
                }
                if self.broken {
                    cursor.skip();
                } else {
                    cursor.read(&mut self.blanks);
                }
            } else if cursor.is_break(0) {
                if self.broken {
                    cursor.read_break(&mut self.more_breaks);
                } else {
                    self.blanks.clear();
                    cursor.read_break(&mut self.first_break);
                    self.broken = true;
                }
            } else {
                return Some(());
            }
        }
    }

    /// Appends what the gap stands for: a break alone is a space, of several the first is none.
    pub(super) fn fold_into(&mut self, text: &mut String) {
        if !self.broken {
            text.push_str(&self.blanks);
            self.blanks.clear();
            return;
        }
        if self.first_break != "\n" {
            text.push_str(&self.first_break);
            text.push_str(&self.more_breaks);
        } else if self.more_breaks.is_empty() {
            text.push(' ');
        } else {
            text.push_str(&self.more_breaks);
        }
        *self = Gap::default();
    }
}

/// What is done with the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// The text of the plain or quoted scalar that is all there is; nothing if something follows it.
    pub(super) fn lone_scalar(mut self, style: Style) -> Option<String> {
        let kind = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                self.scan_quoted(style == Style::SingleQuoted)
            }
            _ => self.scan_plain().map(|token| token.kind),
        };
        match kind {
            Ok(Kind::Scalar { text, .. }) if self.cursor.is_end(0) => Some(text),
            _ => None,
        }
    }

    /// A plain scalar.
    pub(super) fn scan_plain(&mut self) -> Result<Token, Refused> {
        let start = self.cursor.mark();
        let mut end = start;
        let indent = self.indent + 1;
        let mut text = String::new();
        let mut gap = Gap::default();
        while !self.cursor.is_document_mark() && self.cursor.peek(0) != b'#' {
            while !self.cursor.is_blank_or_end(0) && !self.ends_plain() {
                gap.fold_into(&mut text);
                self.cursor.read(&mut text);
                end = self.cursor.mark();
            }
            if !self.cursor.is_blank(0) && !self.cursor.is_break(0) {
                break;
            }
            if gap.read(self, Some(indent)).is_none() {
                return Err(Refused::Syntax(start, "a tab cannot indent a text"));
            }
            if self.flow_level == 0 && self.cursor.mark().column < indent {
                break;
            }
        }
        self.simple_key_allowed |= gap.broken;
        Ok(Token {
            kind: Kind::Scalar {
                text,
                style: Style::Plain,
            },
            start,
            end,
        })
    }

    /// Whether an indicator that ends a plain scalar stands here.
    fn ends_plain(&self) -> bool {
        match self.cursor.peek(0) {
            b':' => self.cursor.is_blank_or_end(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => false,
        }
    }

    /// A literal or folded scalar, from its indicator on.
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token, Refused> {
        let start = self.cursor.mark();
        self.cursor.skip();
        let (chomp, increment) = self.block_header(start)?;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) + increment,
        };
        let mut end = self.cursor.mark();
        let mut text = String::new();
        let mut last_break = String::new();
        let mut breaks = String::new();
        self.block_breaks(&mut indent, &mut breaks, start, &mut end)?;
        let mut after_blank = false;
        while self.cursor.mark().column == indent && !self.cursor.is_end(0) {
            let blank = self.cursor.is_blank(0);
            if !literal && !after_blank && !blank && last_break.starts_with('\n') {
                if breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&last_break);
            }
            last_break.clear();
            text.push_str(&std::mem::take(&mut breaks));
            after_blank = blank;
            while !self.cursor.is_break_or_end(0) {
                self.cursor.read(&mut text);
            }
            self.cursor.read_break(&mut last_break);
            self.block_breaks(&mut indent, &mut breaks, start, &mut end)?;
        }
        if chomp != Chomp::Strip {
            text.push_str(&last_break);
        }
        if chomp == Chomp::Keep {
            text.push_str(&breaks);
        }
        let style = if literal {
            Style::Literal
        } else {
            Style::Folded
        };
        Ok(Token {
            kind: Kind::Scalar { text, style },
            start,
            end,
        })
    }

    /// What stands behind `|` or `>`: chomping and indentation, 0 if it does not say.
    fn block_header(&mut self, start: Mark) -> Result<(Chomp, isize), Refused> {
        let mut chomp = self.chomping();
        let mut increment = 0;
        if self.cursor.peek(0).is_ascii_digit() {
            increment = isize::from(self.cursor.peek(0) - b'0');
            if increment == 0 {
                return Err(Refused::Syntax(start, "a block cannot be indented by 0"));
            }
            self.cursor.skip();
            if chomp.is_none() {
                chomp = self.chomping();
            }
        }
        self.cursor.skip_blanks();
        if self.cursor.peek(0) == b'#' {
            self.line_comment(start);
            self.cursor.skip_to_break();
        }
        if !self.cursor.is_break_or_end(0) {
            let message = "only a comment may follow `|` or `>` on its line";
            return Err(Refused::Syntax(start, message));
        }
        self.cursor.skip_break();
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn chomping(&mut self) -> Option<Chomp> {
        let chomp = match self.cursor.peek(0) {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomp)
    }

    /// Goes over indentation and empty lines; finds out the indentation where that is 0.
    fn block_breaks(
        &mut self,
        indent: &mut isize,
        breaks: &mut String,
        start: Mark,
        end: &mut Mark,
    ) -> Result<(), Refused> {
        *end = self.cursor.mark();
        let mut deepest = 0;
        loop {
            let open = |column: isize| *indent == 0 || column < *indent;
            while open(self.cursor.mark().column) && self.cursor.peek(0) == b' ' {
                self.cursor.skip();
            }
            let column = self.cursor.mark().column;
            deepest = deepest.max(column);
            if open(column) && self.cursor.peek(0) == b'\t' {
                return Err(Refused::Syntax(start, "a tab cannot indent a text"));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            self.cursor.read_break(breaks);
            *end = self.cursor.mark();
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
