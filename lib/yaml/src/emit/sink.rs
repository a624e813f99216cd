//! Where characters go, and what the emitter has to remember of them: the column, and what stands before.
//!
//! The rules follow libyaml's writer, as go-yaml has it. Nothing here knows what a scalar or a map is.

/// What a line break inside text looks like to libyaml: LF, CR, NEL, LS, PS. Gives its length in bytes, 0 for none.
pub(super) fn break_len(bytes: &[u8], at: usize) -> usize {
    match bytes[at..] {
        [b'\n' | b'\r', ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

/// Whether `text` ends with a break as [`break_len`] knows it.
pub(super) fn ends_with_break(text: &[u8]) -> bool {
    matches!(
        text,
        [.., b'\n' | b'\r'] | [.., 0xC2, 0x85] | [.., 0xE2, 0x80, 0xA8 | 0xA9]
    )
}

/// Whether there is a break in `text` as [`break_len`] knows it.
pub(super) fn has_break(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|at| break_len(bytes, at) > 0)
}

/// How many characters a text has.
pub(super) fn width(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

const BLANKS: &str = "                                                                ";

/// The output with its position.
pub(super) struct Sink<'a> {
    out: &'a mut String,
    /// Characters since the last line break.
    pub(super) column: usize,
    /// Folding starts right of this column.
    pub(super) best_width: usize,
    /// Whether a space, or something that counts as one, was written last.
    pub(super) whitespace: bool,
    /// Whether only indentation (spaces and `-`, `?`, `:`) stands on this line.
    pub(super) indention: bool,
}

impl<'a> Sink<'a> {
    /// A sink at the start of a document, appending to `out`.
    pub(super) fn new(out: &'a mut String, best_width: usize) -> Sink<'a> {
        Sink {
            out,
            column: 0,
            best_width,
            whitespace: true,
            indention: true,
        }
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> usize {
        self.out.len()
    }

    /// Appends text without line breaks.
    pub(super) fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text);
    }

    /// Appends the line break character `text`; only `\n` and its kin.
    pub(super) fn put_break(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = 0;
        self.indention = true;
    }

    /// Appends `count` spaces.
    pub(super) fn spaces(&mut self, count: usize) {
        let mut left = count;
        while left > BLANKS.len() {
            self.out.push_str(BLANKS);
            left -= BLANKS.len();
        }
        self.out.push_str(&BLANKS[..left]);
        self.column += count;
    }

    /// Whether column `indent` can only be reached on a new line.
    pub(super) fn needs_break(&self, indent: usize) -> bool {
        !self.indention || self.column > indent || (self.column == indent && !self.whitespace)
    }

    /// Goes to column `indent`, on a new line if something else stands on this one.
    pub(super) fn indent_to(&mut self, indent: usize) {
        if self.needs_break(indent) {
            self.put_break("\n");
        }
        self.pad_to(indent);
    }

    /// Goes to column `indent` on this line.
    pub(super) fn pad_to(&mut self, indent: usize) {
        self.spaces(indent.saturating_sub(self.column));
        self.whitespace = true;
    }

    /// Appends a mark after which text is separated by a space.
    pub(super) fn indicator(&mut self, mark: &str, indention: bool) {
        self.separate();
        self.put(mark);
        self.whitespace = false;
        self.indention = self.indention && indention;
    }

    /// Appends `[` or `{`, after which no space is wanted.
    pub(super) fn open_bracket(&mut self, mark: &str) {
        self.indicator(mark, false);
        self.whitespace = true;
    }

    /// Appends a mark right where we are.
    pub(super) fn attach(&mut self, mark: &str) {
        self.put(mark);
        self.whitespace = false;
        self.indention = false;
    }

    /// Makes sure that whitespace stands before what comes.
    pub(super) fn separate(&mut self) {
        if !self.whitespace {
            self.put(" ");
        }
    }

    /// Notes that text stands on this line and at its end.
    pub(super) fn text_written(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }
}
