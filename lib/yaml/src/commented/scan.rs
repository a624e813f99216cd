//! The scanner: from characters to tokens, two tokens ahead of who reads them.
//!
//! Looking that far ahead is what go-yaml needs to tell the comments apart, and how far it has looked decides
//! what they belong to; so the order of every step here matters.

use super::comment::Note;
use super::cursor::{Cursor, Mark};
use super::indent::SimpleKey;
use super::token::{Kind, Token};
use std::collections::VecDeque;

/// How many tokens are known before one is handed out.
const AHEAD: usize = 3;

/// Why the scanner or the composer cannot go on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refused {
    /// Collections nest too deep.
    TooDeep(Mark),
    /// There are too many nodes.
    TooMany(Mark),
    /// The text is not YAML.
    Syntax(Mark, &'static str),
}

impl Refused {
    pub(super) fn key_without_colon(mark: Mark) -> Refused {
        Refused::Syntax(mark, "a key must be followed by `:` on its line")
    }
}

/// The scanner with its queues.
pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    /// Tokens that were found and not taken.
    pub(super) tokens: VecDeque<Token>,
    /// How many tokens were taken.
    pub(super) taken: usize,
    /// Comments that were found and not handed out.
    pub(super) notes: VecDeque<Note>,
    /// The column of the innermost block, or -1.
    pub(super) indent: isize,
    pub(super) indents: Vec<isize>,
    pub(super) flow_level: usize,
    /// One for each flow level and one for blocks.
    pub(super) simple_keys: Vec<SimpleKey>,
    pub(super) simple_key_allowed: bool,
    /// How deep collections may nest.
    pub(super) depth: usize,
    started: bool,
    ended: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, depth: usize) -> Scanner<'t> {
        Scanner {
            cursor: Cursor::new(text),
            tokens: VecDeque::new(),
            taken: 0,
            notes: VecDeque::new(),
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_keys: vec![SimpleKey::default()],
            simple_key_allowed: true,
            depth,
            started: false,
            ended: false,
        }
    }

    /// The next token, which stays in the queue. After the end of the stream, that end again.
    pub(super) fn peek(&mut self) -> Result<&Token, Refused> {
        while !self.ended && (self.tokens.len() < AHEAD || self.head_may_be_key()?) {
            self.fetch()?;
        }
        let mark = self.cursor.mark();
        if self.tokens.is_empty() {
            self.push(Kind::StreamEnd, mark);
        }
        self.tokens
            .front()
            .ok_or(Refused::Syntax(mark, "the text ends too early"))
    }

    /// Takes the token that was looked at.
    pub(super) fn take(&mut self) -> Option<Token> {
        self.taken += 1;
        self.tokens.pop_front()
    }

    /// Puts `token` before the token number `before`, or at the end.
    pub(super) fn insert(&mut self, before: Option<usize>, token: Token) {
        match before {
            Some(number) => {
                let at = number.saturating_sub(self.taken).min(self.tokens.len());
                self.tokens.insert(at, token);
            }
            None => self.tokens.push_back(token),
        }
    }

    /// Whether a `:` may still come that makes a key of the next token.
    fn head_may_be_key(&self) -> Result<bool, Refused> {
        let key = self
            .simple_keys
            .iter()
            .find(|key| key.possible && key.token == self.taken);
        key.map_or(Ok(false), |key| self.is_valid(*key))
    }

    fn push(&mut self, kind: Kind, start: Mark) {
        let end = self.cursor.mark();
        self.tokens.push_back(Token { kind, start, end });
    }

    /// Finds one more token, and the block ends before it.
    fn fetch(&mut self) -> Result<(), Refused> {
        if !self.started {
            self.started = true;
            self.push(Kind::StreamStart, self.cursor.mark());
            return Ok(());
        }
        let scan = self.cursor.mark();
        self.skip_to_next_token(scan);
        self.unroll_indent(self.cursor.mark().column, scan);
        let first_column = self.cursor.mark().column == 0;
        match self.cursor.peek(0) {
            0 => return self.end(),
            b'%' if first_column => return self.directive(),
            b'-' if self.cursor.is_document_mark() => {
                return self.document_mark(Kind::DocumentStart);
            }
            b'.' if self.cursor.is_document_mark() => {
                return self.document_mark(Kind::DocumentEnd);
            }
            _ => {}
        }
        let comment_goes_with = self.comment_goes_with();
        self.fetch_content()?;
        if self
            .tokens
            .back()
            .is_none_or(|token| token.kind != Kind::BlockEntry)
        {
            self.line_comment(comment_goes_with);
        }
        Ok(())
    }

    /// What a comment behind the token that begins here goes with: behind a `:` or `,` with what is before it.
    fn comment_goes_with(&self) -> Mark {
        let mark = self.cursor.mark();
        match (self.flow_level, self.cursor.peek(0), self.tokens.back()) {
            (0, b':', Some(before)) => before.start,
            (1.., b',', Some(before)) => before.start,
            _ => mark,
        }
    }

    /// Goes over blanks, line breaks and comments.
    fn skip_to_next_token(&mut self, scan: Mark) {
        loop {
            if self.cursor.mark().column == 0 && self.cursor.is_byte_order_mark() {
                self.cursor.skip();
            }
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.cursor.peek(0) == b' ' || tabs && self.cursor.peek(0) == b'\t' {
                self.cursor.skip();
            }
            self.raise_comment_of_entry();
            if self.cursor.peek(0) == b'#' {
                self.comments(scan);
            }
            if !self.cursor.is_break(0) {
                return;
            }
            self.cursor.skip_break();
            self.simple_key_allowed |= self.flow_level == 0;
        }
    }

    fn fetch_content(&mut self) -> Result<(), Refused> {
        let flow = self.flow_level > 0;
        let ends_word = self.cursor.is_blank_or_end(1);
        match self.cursor.peek(0) {
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if ends_word => self.block_entry(),
            b'?' if flow || ends_word => self.key(),
            b':' if flow || ends_word => self.value(),
            b'*' => self.anchor(Kind::Alias),
            b'&' => self.anchor(Kind::Anchor),
            b'!' => self.tag(),
            b'|' if !flow => self.block_scalar(true),
            b'>' if !flow => self.block_scalar(false),
            b'\'' => self.quoted_scalar(true),
            b'"' => self.quoted_scalar(false),
            b'\t' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                let message = "this character cannot begin a value";
                Err(Refused::Syntax(self.cursor.mark(), message))
            }
            _ => self.plain_scalar(),
        }
    }

    /// Ends what ends where a document does.
    fn close_blocks(&mut self) -> Result<(), Refused> {
        self.unroll_indent(-1, self.cursor.mark());
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }

    fn end(&mut self) -> Result<(), Refused> {
        self.cursor.end_line();
        self.close_blocks()?;
        self.push(Kind::StreamEnd, self.cursor.mark());
        self.ended = true;
        Ok(())
    }

    fn directive(&mut self) -> Result<(), Refused> {
        self.close_blocks()?;
        let start = self.cursor.mark();
        let kind = self.scan_directive()?;
        self.push(kind, start);
        Ok(())
    }

    fn document_mark(&mut self, kind: Kind) -> Result<(), Refused> {
        self.close_blocks()?;
        let start = self.cursor.mark();
        (0..3).for_each(|_| self.cursor.skip());
        self.push(kind, start);
        Ok(())
    }

    fn flow_start(&mut self, kind: Kind) -> Result<(), Refused> {
        self.save_simple_key()?;
        self.increase_flow_level()?;
        self.simple_key_allowed = true;
        self.indicator(kind);
        Ok(())
    }

    fn flow_end(&mut self, kind: Kind) -> Result<(), Refused> {
        self.remove_simple_key()?;
        self.decrease_flow_level();
        self.simple_key_allowed = false;
        self.indicator(kind);
        Ok(())
    }

    fn flow_entry(&mut self) -> Result<(), Refused> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.indicator(Kind::FlowEntry);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), Refused> {
        self.begin_block(Kind::BlockSequenceStart, "a list item cannot stand here")?;
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.indicator(Kind::BlockEntry);
        Ok(())
    }

    fn key(&mut self) -> Result<(), Refused> {
        self.begin_block(Kind::BlockMappingStart, "a key cannot stand here")?;
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.indicator(Kind::Key);
        Ok(())
    }

    fn value(&mut self) -> Result<(), Refused> {
        let key = self.simple_keys.last().copied().unwrap_or_default();
        if self.is_valid(key)? {
            let token = Token {
                kind: Kind::Key,
                start: key.mark,
                end: key.mark,
            };
            self.insert(Some(key.token), token);
            let before = Some(key.token);
            self.roll_indent(key.mark.column, before, Kind::BlockMappingStart, key.mark)?;
            if let Some(key) = self.simple_keys.last_mut() {
                key.possible = false;
            }
            self.simple_key_allowed = false;
        } else {
            self.begin_block(Kind::BlockMappingStart, "`:` cannot stand here")?;
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.indicator(Kind::Value);
        Ok(())
    }

    /// Begins a block here if there is none in this column; `refusal` if nothing can begin here.
    fn begin_block(&mut self, kind: Kind, refusal: &'static str) -> Result<(), Refused> {
        if self.flow_level > 0 {
            return Ok(());
        }
        let mark = self.cursor.mark();
        if !self.simple_key_allowed {
            return Err(Refused::Syntax(mark, refusal));
        }
        self.roll_indent(mark.column, None, kind, mark)
    }

    fn indicator(&mut self, kind: Kind) {
        let start = self.cursor.mark();
        self.cursor.skip();
        self.push(kind, start);
    }

    fn anchor(&mut self, kind: fn(String) -> Kind) -> Result<(), Refused> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let name = self.scan_anchor()?;
        self.push(kind(name), start);
        Ok(())
    }

    fn tag(&mut self) -> Result<(), Refused> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let kind = self.scan_tag()?;
        self.push(kind, start);
        Ok(())
    }

    fn block_scalar(&mut self, literal: bool) -> Result<(), Refused> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn quoted_scalar(&mut self, single: bool) -> Result<(), Refused> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark();
        let kind = self.scan_quoted(single)?;
        self.push(kind, start);
        Ok(())
    }

    fn plain_scalar(&mut self) -> Result<(), Refused> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_plain()?;
        self.tokens.push_back(token);
        Ok(())
    }
}
