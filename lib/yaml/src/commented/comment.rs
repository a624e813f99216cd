//! Comments as the scanner finds them, each noted for the token that it will be handed out with.
//!
//! go-yaml sorts them into heads (above something), lines (behind it) and feet (below it) by columns, empty
//! lines and the token before. Its rules are kept with their quirks: SOPS' files depend on the result.

use super::cursor::Mark;
use super::scan::Scanner;
use super::token::Kind;

/// How far the scanner looks ahead for the next comment, in bytes.
const LOOK_AHEAD: usize = 512;

/// A comment, or several one below the other, that no token was handed out with.
#[derive(Clone, Debug, Default)]
pub(super) struct Note {
    /// Where the scan that found it began.
    pub(super) scan: Mark,
    /// It goes with the first token that begins here or later.
    pub(super) token: Mark,
    pub(super) start: Mark,
    pub(super) end: Mark,
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
}

/// A scan over lines that hold nothing but comments.
struct Gathering {
    /// Where this part of the scan began.
    scan: Mark,
    /// The token that a foot goes with.
    token: Mark,
    follows_value: bool,
    /// Where the comment at hand began.
    start: Mark,
    text: String,
    /// The column that the next token may not begin left of.
    indent: isize,
    /// The line that a comment must begin in to be a foot of what is above.
    foot_line: isize,
    /// No line was empty so far.
    no_empty_line: bool,
    after_empty_line: bool,
    line: isize,
    /// From 1.
    column: isize,
    ahead: usize,
}

impl Scanner<'_> {
    /// Notes the comment behind a token, which goes with what begins at `token`.
    pub(super) fn line_comment(&mut self, token: Mark) {
        if self.cursor.newlines > 0 {
            return;
        }
        let mut ahead = 0;
        while ahead < LOOK_AHEAD && self.cursor.is_blank(ahead) {
            ahead += 1;
        }
        if ahead == LOOK_AHEAD || self.cursor.peek(ahead) != b'#' {
            return;
        }
        let mut line = String::new();
        let start = self.cursor.read_line_from(ahead, &mut line);
        self.notes.push_back(Note {
            token,
            start,
            line,
            ..Note::default()
        });
    }

    /// A line comment behind the first `-` of a list is a head of what follows.
    pub(super) fn raise_comment_of_entry(&mut self) {
        let mut kinds = self.tokens.iter().rev().map(|token| &token.kind);
        let first_entry = kinds.next() == Some(&Kind::BlockEntry)
            && kinds.next() == Some(&Kind::BlockSequenceStart);
        if !first_entry || self.cursor.is_break(0) {
            return;
        }
        let mark = self.cursor.mark();
        if let Some(note) = self.notes.back_mut().filter(|note| !note.line.is_empty()) {
            note.head = std::mem::take(&mut note.line);
            if note.start.line == mark.line - 1 {
                note.token = mark;
            }
        }
    }

    /// Notes the comments from here to the next line that holds something else. `scan` is where the search
    /// for the next token began.
    pub(super) fn comments(&mut self, scan: Mark) {
        let mut gathering = self.begin_gathering(scan);
        while gathering.ahead < LOOK_AHEAD {
            gathering.column += 1;
            if !self.cursor.is_blank(gathering.ahead) && !self.gather(&mut gathering) {
                break;
            }
            gathering.ahead += 1;
        }
        if !gathering.text.is_empty() {
            let mut end = self.ahead(&gathering);
            end.at -= 1;
            self.notes.push_back(Note {
                scan: gathering.scan,
                token: gathering.start,
                start: gathering.start,
                end,
                head: gathering.text,
                ..Note::default()
            });
        }
    }

    fn begin_gathering(&self, scan: Mark) -> Gathering {
        let mark = self.cursor.mark();
        let mut tokens = self.tokens.iter().rev();
        let mut token = tokens.next();
        if token.is_some_and(|token| token.kind == Kind::FlowEntry) {
            token = tokens.next().or(token);
        }
        let below_content = self.cursor.newlines == 0 && mark.column > 1;
        let foot_line = mark.line - self.cursor.newlines + 1 + isize::from(below_content);
        Gathering {
            scan,
            token: token.map(|token| token.start).unwrap_or_default(),
            follows_value: token.is_some_and(|token| token.kind == Kind::Value),
            start: Mark::default(),
            text: String::new(),
            indent: self.indent.max(0),
            foot_line: if scan.line > 0 { foot_line } else { -1 },
            no_empty_line: self.cursor.newlines <= 1,
            after_empty_line: false,
            line: mark.line,
            column: mark.column,
            ahead: 0,
        }
    }

    /// Looks at one character that is no blank. False if it ends the scan.
    fn gather(&mut self, gathering: &mut Gathering) -> bool {
        let byte = self.cursor.peek(gathering.ahead);
        let closes_flow = self.flow_level > 0 && matches!(byte, b']' | b'}');
        if closes_flow || self.cursor.is_break_or_end(gathering.ahead) {
            return self.end_of_line(gathering, closes_flow);
        }
        let column = gathering.column;
        let dedented = column - 1 < gathering.indent && column != gathering.start.column;
        if !gathering.text.is_empty() && dedented {
            self.foot(gathering);
        }
        if byte != b'#' {
            return false;
        }
        if gathering.text.is_empty() {
            gathering.start = self.ahead(gathering);
        } else {
            gathering.text.push('\n');
        }
        gathering.after_empty_line = false;
        self.cursor
            .read_line_from(gathering.ahead, &mut gathering.text);
        gathering.ahead = 0;
        gathering.column = 0;
        gathering.line = self.cursor.mark().line;
        gathering.indent = self.indent.max(0);
        true
    }

    /// The end of a line without a comment, or of the flow collection: what is above may be a foot.
    fn end_of_line(&mut self, gathering: &mut Gathering, closes_flow: bool) -> bool {
        if closes_flow || !gathering.after_empty_line {
            let dedented = gathering.start.column - 1 < gathering.indent;
            let below = gathering.start.line == gathering.foot_line && !gathering.follows_value;
            if closes_flow || gathering.no_empty_line && (below || dedented) {
                if !gathering.text.is_empty() {
                    if dedented {
                        gathering.token = gathering.start;
                    }
                    self.foot(gathering);
                }
            } else if !gathering.text.is_empty() && !self.cursor.is_end(gathering.ahead) {
                gathering.text.push('\n');
            }
        }
        if !self.cursor.is_break(gathering.ahead) {
            return false;
        }
        gathering.no_empty_line = false;
        gathering.after_empty_line = true;
        gathering.column = 0;
        gathering.line += 1;
        true
    }

    /// Notes what was gathered as a foot.
    fn foot(&mut self, gathering: &mut Gathering) {
        let end = self.ahead(gathering);
        self.notes.push_back(Note {
            scan: gathering.scan,
            token: gathering.token,
            start: gathering.start,
            end,
            foot: std::mem::take(&mut gathering.text),
            ..Note::default()
        });
        gathering.scan = end;
        gathering.token = end;
    }

    /// The place that a scan has come to.
    fn ahead(&self, gathering: &Gathering) -> Mark {
        let mark = self.cursor.mark();
        let ahead = isize::try_from(gathering.ahead).unwrap_or(isize::MAX);
        Mark {
            at: mark.at.saturating_add(ahead),
            characters: mark.characters + gathering.ahead,
            line: gathering.line,
            column: gathering.column,
        }
    }
}
