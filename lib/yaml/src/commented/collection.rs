//! Lists and maps, and how the comments below their entries are moved.

use super::compose::Composer;
use super::cursor::Mark;
use super::scan::Refused;
use super::token::Kind;
use super::{CommentedNode, Content};
use crate::emit::node::Comments;
use crate::node::{Style, Tag};

/// A collection, with the comments at it.
pub(super) struct Children {
    pub(super) comments: Comments,
    pub(super) content: Content,
}

/// The entries of a map that is being read.
#[derive(Default)]
struct Entries {
    entries: Vec<(CommentedNode, CommentedNode)>,
    flow: bool,
}

impl Entries {
    /// The key has been read, the value has not: a comment below the key belongs to the entry before.
    fn key_read(&mut self, key: &mut CommentedNode) {
        if self.flow || key.comments.foot.is_empty() {
            return;
        }
        if let Some((before, _)) = self.entries.last_mut() {
            before.comments.foot = std::mem::take(&mut key.comments.foot);
        }
    }

    fn push(&mut self, mut key: CommentedNode, mut value: CommentedNode) {
        if key.comments.foot.is_empty() {
            key.comments.foot = std::mem::take(&mut value.comments.foot);
        }
        self.entries.push((key, value));
    }

    /// The map ends with these comments, and began with that one above.
    fn end(mut self, head: String, mut comments: Comments) -> Children {
        if let (false, Some((last, _))) = (self.flow, self.entries.last_mut())
            && !comments.foot.is_empty()
        {
            last.comments.foot = std::mem::take(&mut comments.foot);
        }
        comments.head = head;
        Children {
            comments,
            content: Content::Mapping(self.entries),
        }
    }
}

impl Composer<'_> {
    /// A list with a `-` deeper than the map that it stands in.
    pub(super) fn block_sequence(&mut self) -> Result<Children, Refused> {
        let head = std::mem::take(&mut self.stem);
        self.take();
        let mut items = Vec::new();
        while *self.peek()? == Kind::BlockEntry {
            items.push(self.block_item(false)?);
        }
        if *self.peek()? != Kind::BlockEnd {
            return self.refuse("a list item begins with `-` in the column of the others");
        }
        self.take();
        Ok(sequence(head, items))
    }

    /// A list with a `-` in the column of the map that it stands in.
    pub(super) fn indentless_sequence(&mut self) -> Result<Children, Refused> {
        let mut items = Vec::new();
        while *self.peek()? == Kind::BlockEntry {
            items.push(self.block_item(true)?);
        }
        Ok(sequence(String::new(), items))
    }

    fn block_item(&mut self, indentless: bool) -> Result<CommentedNode, Refused> {
        let before = self.pending.head.len();
        let end = self.take().map(|token| token.end).unwrap_or_default();
        self.split_stem(before)?;
        match self.peek()? {
            Kind::BlockEntry | Kind::BlockEnd => Ok(self.empty(end)),
            Kind::Key | Kind::Value if indentless => Ok(self.empty(end)),
            _ => self.node(true, false),
        }
    }

    /// What stood above the `-`, its first `length` bytes, belongs to a collection that follows as a whole.
    fn split_stem(&mut self, length: usize) -> Result<(), Refused> {
        if length == 0 {
            return Ok(());
        }
        if let Kind::BlockSequenceStart | Kind::BlockMappingStart = self.peek()? {
            let head = &mut self.pending.head;
            let rest = head.get(length + 1..).unwrap_or_default().to_owned();
            head.truncate(length);
            self.stem = std::mem::replace(head, rest);
        }
        Ok(())
    }

    /// A map in block style.
    pub(super) fn block_mapping(&mut self) -> Result<Children, Refused> {
        let head = std::mem::take(&mut self.stem);
        self.take();
        let mut entries = Entries::default();
        while *self.peek()? == Kind::Key {
            let end = self.take().map(|token| token.end).unwrap_or_default();
            let mut key = self.block_part(end)?;
            entries.key_read(&mut key);
            let value = self.block_value()?;
            entries.push(key, value);
        }
        if *self.peek()? != Kind::BlockEnd {
            return self
                .refuse("a key is missing here, or stands in another column than the others");
        }
        let comments = self.keep();
        self.take();
        Ok(entries.end(head, comments))
    }

    fn block_value(&mut self) -> Result<CommentedNode, Refused> {
        let place = self.place()?;
        if *self.peek()? != Kind::Value {
            return Ok(self.empty(place));
        }
        let end = self.take().map(|token| token.end).unwrap_or_default();
        self.block_part(end)
    }

    /// A key or a value, or nothing at `end`.
    fn block_part(&mut self, end: Mark) -> Result<CommentedNode, Refused> {
        match self.peek()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => Ok(self.empty(end)),
            _ => self.node(true, true),
        }
    }

    /// A list between brackets.
    pub(super) fn flow_sequence(&mut self) -> Result<Children, Refused> {
        let head = self.keep().head;
        self.take();
        let mut items = Vec::new();
        while *self.peek()? != Kind::FlowSequenceEnd {
            if !items.is_empty() {
                self.comma("`,` or `]` is missing here")?;
            }
            match self.peek()? {
                Kind::Key => items.push(self.flow_pair()?),
                Kind::FlowSequenceEnd => break,
                _ => items.push(self.node(false, false)?),
            }
        }
        let comments = Comments {
            head,
            ..self.keep()
        };
        self.take();
        Ok(Children {
            comments,
            content: Content::Sequence(items),
        })
    }

    /// A map of one entry without braces, as a list between brackets may hold it.
    fn flow_pair(&mut self) -> Result<CommentedNode, Refused> {
        let place = self.place()?;
        self.take();
        let key = match self.peek()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                let end = self.take().map(|token| token.end).unwrap_or_default();
                self.empty(end)
            }
            _ => self.node(false, false)?,
        };
        let value = self.flow_value(&Kind::FlowSequenceEnd)?;
        let mut entries = Entries {
            flow: true,
            ..Entries::default()
        };
        entries.push(key, value);
        self.peek()?;
        let Children { comments, content } = entries.end(String::new(), Comments::default());
        Ok(self.made(place, Tag::Map, Style::Flow, comments, content))
    }

    /// A map between braces.
    pub(super) fn flow_mapping(&mut self) -> Result<Children, Refused> {
        let head = self.keep().head;
        self.take();
        let mut map = Entries {
            flow: true,
            ..Entries::default()
        };
        while *self.peek()? != Kind::FlowMappingEnd {
            if !map.entries.is_empty() {
                self.comma("`,` or `}` is missing here")?;
            }
            match self.peek()? {
                Kind::Key => {
                    self.take();
                    let key = self.flow_part(&Kind::FlowMappingEnd, true)?;
                    let value = self.flow_value(&Kind::FlowMappingEnd)?;
                    map.push(key, value);
                }
                Kind::FlowMappingEnd => break,
                _ => {
                    let key = self.node(false, false)?;
                    let place = self.place()?;
                    map.push(key, self.empty(place));
                }
            }
        }
        let comments = self.keep();
        self.take();
        Ok(map.end(head, comments))
    }

    fn flow_value(&mut self, end: &Kind) -> Result<CommentedNode, Refused> {
        let place = self.place()?;
        if *self.peek()? != Kind::Value {
            return Ok(self.empty(place));
        }
        self.take();
        self.flow_part(end, false)
    }

    /// A key or a value, or nothing.
    fn flow_part(&mut self, end: &Kind, is_key: bool) -> Result<CommentedNode, Refused> {
        let place = self.place()?;
        let next = self.peek()?;
        if *next == Kind::FlowEntry || next == end || is_key && *next == Kind::Value {
            return Ok(self.empty(place));
        }
        self.node(false, false)
    }

    fn comma(&mut self, refusal: &'static str) -> Result<(), Refused> {
        if *self.peek()? != Kind::FlowEntry {
            return self.refuse(refusal);
        }
        self.take();
        Ok(())
    }

    fn refuse<T>(&mut self, refusal: &'static str) -> Result<T, Refused> {
        let place = self.place()?;
        Err(Refused::Syntax(place, refusal))
    }
}

/// A list whose end has no comments of its own.
fn sequence(head: String, items: Vec<CommentedNode>) -> Children {
    Children {
        comments: Comments {
            head,
            ..Comments::default()
        },
        content: Content::Sequence(items),
    }
}
