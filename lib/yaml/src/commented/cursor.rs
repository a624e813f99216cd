//! Where the scanner stands in the text, and what it sees from there.
//!
//! The end of the text reads as NUL, which is no character of YAML.

/// A place in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// In bytes; one less than the start of the text is possible.
    pub(super) at: isize,
    /// In characters.
    pub(super) characters: usize,
    /// From 0.
    pub(super) line: isize,
    /// In characters, from 0.
    pub(super) column: isize,
}

/// The text with the place of the scanner.
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
    mark: Mark,
    /// How many lines ended since the last character that is no blank.
    pub(super) newlines: isize,
}

impl<'t> Cursor<'t> {
    /// A cursor at the beginning of `text`, behind its byte-order mark.
    pub(super) fn new(text: &'t str) -> Cursor<'t> {
        let mut cursor = Cursor {
            bytes: text.as_bytes(),
            at: 0,
            mark: Mark::default(),
            newlines: 0,
        };
        if cursor.is_byte_order_mark() {
            cursor.at = '\u{FEFF}'.len_utf8();
        }
        cursor.mark.at = signed(cursor.at);
        cursor
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// The byte `ahead` of the place.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Whether the text goes on with `prefix`.
    pub(super) fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(prefix))
    }

    pub(super) fn is_byte_order_mark(&self) -> bool {
        self.starts_with("\u{FEFF}".as_bytes())
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    pub(super) fn is_end(&self, ahead: usize) -> bool {
        self.peek(ahead) == 0
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_length(ahead) > 0
    }

    /// Whether a line ends here.
    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.is_end(ahead) || self.is_break(ahead)
    }

    /// Whether a word ends here.
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Whether `---` or `...` stands here alone.
    pub(super) fn is_document_mark(&self) -> bool {
        self.mark.column == 0
            && (self.starts_with(b"---") || self.starts_with(b"..."))
            && self.is_blank_or_end(3)
    }

    /// Goes over one character that breaks no line.
    pub(super) fn skip(&mut self) {
        if !self.is_blank(0) {
            self.newlines = 0;
        }
        self.at += self.width();
        self.mark.at = signed(self.at);
        self.mark.characters += 1;
        self.mark.column += 1;
    }

    /// Goes over blanks.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.skip();
        }
    }

    /// Goes to the end of the line.
    pub(super) fn skip_to_break(&mut self) {
        while !self.is_break_or_end(0) {
            self.skip();
        }
    }

    /// Goes over a line break, if there is one.
    pub(super) fn skip_break(&mut self) {
        let length = self.break_length(0);
        if length == 0 {
            return;
        }
        self.mark.characters += if self.starts_with(b"\r\n") { 2 } else { 1 };
        self.at += length;
        self.mark.at = signed(self.at);
        self.mark.column = 0;
        self.mark.line += 1;
        self.newlines += 1;
    }

    /// Goes over one character and appends it to `text`.
    pub(super) fn read(&mut self, text: &mut String) {
        let end = self.at + self.width();
        // The text is UTF-8 and a cursor stands between characters, so nothing is lost.
        text.push_str(&String::from_utf8_lossy(&self.bytes[self.at..end]));
        self.skip();
    }

    /// Goes over a line break and appends it to `text`: a line feed, or one of Unicode's own two.
    pub(super) fn read_break(&mut self, text: &mut String) {
        if self.break_length(0) == 3 {
            let separator = if self.peek(2) == 0xA8 {
                '\u{2028}'
            } else {
                '\u{2029}'
            };
            text.push(separator);
        } else if self.is_break(0) {
            text.push('\n');
        }
        self.skip_break();
    }

    /// Appends the rest of the line, from the byte `ahead` on, to `text`; where that began.
    pub(super) fn read_line_from(&mut self, ahead: usize, text: &mut String) -> Mark {
        let start = self.at + ahead;
        while self.at < start {
            if self.is_break(0) {
                self.skip_break();
            } else {
                self.skip();
            }
        }
        let begin = self.mark;
        while !self.is_break_or_end(0) {
            self.read(text);
        }
        begin
    }

    /// Puts the end of the text on a line of its own.
    pub(super) fn end_line(&mut self) {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
    }

    fn break_length(&self, ahead: usize) -> usize {
        match (self.peek(ahead), self.peek(ahead + 1)) {
            (b'\r', b'\n') => 2,
            (b'\r' | b'\n', _) => 1,
            (0xC2, 0x85) => 2,
            (0xE2, 0x80) if matches!(self.peek(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    fn width(&self) -> usize {
        let width = match self.peek(0) {
            0xF0..=0xFF => 4,
            0xE0..=0xEF => 3,
            0xC0..=0xDF => 2,
            _ => 1,
        };
        width.min(self.bytes.len().saturating_sub(self.at))
    }
}

fn signed(at: usize) -> isize {
    isize::try_from(at).unwrap_or(isize::MAX)
}
