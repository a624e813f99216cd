//! Anchors, aliases, tags and directives.

use super::cursor::Mark;
use super::scan::{Refused, Scanner};
use super::token::Kind;

impl Scanner<'_> {
    /// The name of an anchor or alias, from its mark on.
    pub(super) fn scan_anchor(&mut self) -> Result<String, Refused> {
        let start = self.cursor.mark();
        self.cursor.skip();
        let mut name = String::new();
        while is_word(self.cursor.peek(0)) {
            self.cursor.read(&mut name);
        }
        let ends = self.cursor.is_blank_or_end(0)
            || matches!(
                self.cursor.peek(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ends {
            let message = "the name of an anchor has letters, digits, `-` and `_`";
            return Err(Refused::Syntax(start, message));
        }
        Ok(name)
    }

    /// A tag, from its `!` on. A tag without a handle has all in its suffix.
    pub(super) fn scan_tag(&mut self) -> Result<Kind, Refused> {
        let start = self.cursor.mark();
        let mut handle = String::new();
        let mut suffix = String::new();
        if self.cursor.starts_with(b"!<") {
            self.cursor.skip();
            self.cursor.skip();
            self.scan_uri(&mut suffix, false, start)?;
            if self.cursor.peek(0) != b'>' {
                return Err(Refused::Syntax(
                    start,
                    "a tag that begins with `!<` ends with `>`",
                ));
            }
            self.cursor.skip();
        } else {
            handle = self.scan_handle(start)?;
            if handle.len() > 1 && handle.ends_with('!') {
                self.scan_uri(&mut suffix, false, start)?;
            } else {
                suffix.push_str(&handle[1..]);
                self.scan_uri(&mut suffix, true, start)?;
                handle.truncate(1);
                if suffix.is_empty() {
                    std::mem::swap(&mut handle, &mut suffix);
                }
            }
        }
        if !self.cursor.is_blank_or_end(0) {
            return Err(Refused::Syntax(
                start,
                "a tag ends with a space or its line",
            ));
        }
        Ok(Kind::Tag { handle, suffix })
    }

    /// A directive, from its `%` to the next line.
    pub(super) fn scan_directive(&mut self) -> Result<Kind, Refused> {
        let start = self.cursor.mark();
        self.cursor.skip();
        let mut name = String::new();
        while is_word(self.cursor.peek(0)) {
            self.cursor.read(&mut name);
        }
        if name.is_empty() || !self.cursor.is_blank_or_end(0) {
            return Err(Refused::Syntax(start, "a directive has a name of letters"));
        }
        let kind = match name.as_str() {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(Refused::Syntax(start, "no such directive is known")),
        };
        self.cursor.skip_blanks();
        if self.cursor.peek(0) == b'#' {
            self.cursor.skip_to_break();
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(Refused::Syntax(
                start,
                "a directive stands on a line of its own",
            ));
        }
        self.cursor.skip_break();
        Ok(kind)
    }

    fn scan_version(&mut self, start: Mark) -> Result<Kind, Refused> {
        self.cursor.skip_blanks();
        let major = self.scan_number(start)?;
        if self.cursor.peek(0) != b'.' {
            return Err(Refused::Syntax(start, "a version has a point"));
        }
        self.cursor.skip();
        let minor = self.scan_number(start)?;
        Ok(Kind::Version { major, minor })
    }

    fn scan_number(&mut self, start: Mark) -> Result<u8, Refused> {
        let mut digits = String::new();
        while self.cursor.peek(0).is_ascii_digit() && digits.len() < 3 {
            self.cursor.read(&mut digits);
        }
        let refused = Refused::Syntax(start, "a version has one or two digits");
        match digits.len() {
            1 | 2 => digits.parse().map_err(|_| refused),
            _ => Err(refused),
        }
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<Kind, Refused> {
        self.cursor.skip_blanks();
        let handle = self.scan_handle(start)?;
        if handle.len() > 1 && !handle.ends_with('!') {
            return Err(Refused::Syntax(start, "a tag's handle ends with `!`"));
        }
        if !self.cursor.is_blank(0) {
            return Err(Refused::Syntax(start, "a space follows the handle"));
        }
        self.cursor.skip_blanks();
        let mut prefix = String::new();
        self.scan_uri(&mut prefix, false, start)?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(Refused::Syntax(
                start,
                "a tag's prefix ends with a space or its line",
            ));
        }
        Ok(Kind::TagDirective { handle, prefix })
    }

    /// `!`, `!word`, or `!word!`.
    fn scan_handle(&mut self, start: Mark) -> Result<String, Refused> {
        if self.cursor.peek(0) != b'!' {
            return Err(Refused::Syntax(start, "a tag's handle begins with `!`"));
        }
        let mut handle = String::new();
        self.cursor.read(&mut handle);
        while is_word(self.cursor.peek(0)) {
            self.cursor.read(&mut handle);
        }
        if self.cursor.peek(0) == b'!' {
            self.cursor.read(&mut handle);
        }
        Ok(handle)
    }

    /// Appends the characters of a URI, which may be none if something stands before them.
    fn scan_uri(
        &mut self,
        uri: &mut String,
        may_be_empty: bool,
        start: Mark,
    ) -> Result<(), Refused> {
        let before = uri.len();
        loop {
            match self.cursor.peek(0) {
                b'%' => self.scan_escapes(uri, start)?,
                byte if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    self.cursor.read(uri);
                }
                _ => break,
            }
        }
        if uri.len() == before && !may_be_empty {
            return Err(Refused::Syntax(start, "a tag needs a name"));
        }
        Ok(())
    }

    /// Appends one character that is written as `%` and digits.
    fn scan_escapes(&mut self, uri: &mut String, start: Mark) -> Result<(), Refused> {
        let refused = Refused::Syntax(start, "`%` begins no character here");
        let mut bytes = Vec::with_capacity(4);
        loop {
            let digit = |ahead| char::from(self.cursor.peek(ahead)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.cursor.peek(0), digit(1), digit(2)) else {
                return Err(refused);
            };
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(0));
            (0..3).for_each(|_| self.cursor.skip());
            match str::from_utf8(&bytes) {
                Ok(character) => {
                    uri.push_str(character);
                    return Ok(());
                }
                Err(error) if error.error_len().is_some() => return Err(refused),
                Err(_) => {}
            }
        }
    }
}

/// Whether this belongs to a word: a letter, a digit, `-`, `_`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
