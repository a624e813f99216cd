//! From tokens to nodes, with each comment at its node.
//!
//! The steps are those of go-yaml's parser, one by one: a comment is handed out by the step that looks at the
//! next token, and kept by the node whose step comes first.

use super::collection::Children;
use super::cursor::Mark;
use super::scan::{Refused, Scanner};
use super::token::{Kind, Token};
use super::{CommentedDocument, CommentedNode, Content, Names};
use crate::emit::node::Comments;
use crate::limits::Limits;
use crate::node::{Style, Tag};
use crate::parse::ParseError;
use crate::resolve::{Dialect, plain_tag};
use crate::span::{FileId, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How deep collections may nest here at most: nodes are composed and read by recursion.
const DEPTH: usize = 200;

/// The composer of one text.
pub(super) struct Composer<'t> {
    pub(super) scanner: Scanner<'t>,
    file: FileId,
    limits: &'t Limits,
    /// Comments that were handed out and not kept so far.
    pub(super) pending: Comments,
    /// What stood above a list item that is itself a collection.
    pub(super) stem: String,
    /// Values by the names of their anchors; none for a value that has not ended.
    anchors: BTreeMap<String, Option<Arc<CommentedNode>>>,
    /// What tag handles stand for.
    pub(super) handles: Vec<(String, String)>,
    depth: usize,
    nodes: usize,
}

/// What stands before a value.
#[derive(Default)]
struct Properties {
    names: Names,
    tag: Option<Tag>,
    present: bool,
}

impl<'t> Composer<'t> {
    pub(super) fn new(text: &'t str, file: FileId, limits: &'t Limits) -> Composer<'t> {
        Composer {
            scanner: Scanner::new(text, limits.depth.min(DEPTH)),
            file,
            limits,
            pending: Comments::default(),
            stem: String::new(),
            anchors: BTreeMap::new(),
            handles: Vec::new(),
            depth: 0,
            nodes: 0,
        }
    }

    /// All documents.
    pub(super) fn documents(mut self) -> Result<Vec<CommentedDocument>, ParseError> {
        self.stream().map_err(|refused| self.error(refused))
    }

    /// The first document.
    pub(super) fn first_document(mut self) -> Result<Option<CommentedDocument>, ParseError> {
        self.first().map_err(|refused| self.error(refused))
    }

    /// The kind of the next token, with the comments that are handed out at it.
    pub(super) fn peek(&mut self) -> Result<&Kind, Refused> {
        let token = self.scanner.peek()?;
        let (at, ends_block) = (token.start.at, token.kind == Kind::BlockEnd);
        while let Some(note) = self.scanner.notes.front() {
            if at < note.token.at || ends_block && !note.head.is_empty() {
                break;
            }
            append(&mut self.pending.head, &note.head);
            append(&mut self.pending.foot, &note.foot);
            append(&mut self.pending.line, &note.line);
            self.scanner.notes.pop_front();
        }
        Ok(&self.scanner.peek()?.kind)
    }

    /// The place where the next token begins.
    pub(super) fn place(&mut self) -> Result<Mark, Refused> {
        self.peek()?;
        Ok(self.scanner.peek()?.start)
    }

    /// Takes the token that was looked at.
    pub(super) fn take(&mut self) -> Option<Token> {
        self.scanner.take()
    }

    /// The value that begins here. `block` if it may be a block, `indentless` if a list may begin in the
    /// column of the map that it stands in.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Result<CommentedNode, Refused> {
        let place = self.place()?;
        self.count(place)?;
        if self.depth >= self.limits.depth.min(DEPTH) {
            return Err(Refused::TooDeep(place));
        }
        self.depth += 1;
        let node = self.node_at(place, block, indentless);
        self.depth -= 1;
        node
    }

    fn node_at(
        &mut self,
        place: Mark,
        block: bool,
        indentless: bool,
    ) -> Result<CommentedNode, Refused> {
        if let Kind::Alias(name) = self.peek()? {
            let name = name.clone();
            return self.alias(place, &name);
        }
        let properties = self.properties()?;
        let anchor = properties.names.anchor.clone();
        if let Some(name) = &anchor {
            self.anchors.insert(name.clone(), None);
        }
        // The value itself begins behind its anchor and tag, if it is written.
        let begin = if properties.present {
            self.place()?
        } else {
            place
        };
        let mut node = self.content(begin, &properties, block, indentless)?;
        node.names = properties.names;
        if let Some(name) = anchor {
            self.anchors.insert(name, Some(Arc::new(node.clone())));
        }
        Ok(node)
    }

    fn alias(&mut self, place: Mark, name: &str) -> Result<CommentedNode, Refused> {
        let target = match self.anchors.get(name) {
            Some(Some(target)) => Arc::clone(target),
            Some(None) => {
                return Err(Refused::Syntax(place, "the anchor's value contains itself"));
            }
            None => return Err(Refused::Syntax(place, "no anchor has this name")),
        };
        let comments = self.keep();
        self.take();
        Ok(CommentedNode {
            span: self.span(place),
            tag: target.tag,
            style: Style::Plain,
            comments,
            names: Names {
                anchor: Some(name.to_owned()),
                tag: None,
            },
            content: Content::Alias(target),
        })
    }

    /// Anchor and tag, in either order.
    fn properties(&mut self) -> Result<Properties, Refused> {
        let mut properties = Properties::default();
        let mut tagged = false;
        loop {
            let place = self.place()?;
            match self.peek()?.clone() {
                Kind::Anchor(name) if properties.names.anchor.is_none() => {
                    properties.names.anchor = Some(name);
                    properties.present = true;
                }
                Kind::Tag { handle, suffix } if !tagged => {
                    properties.names.tag = self.tag(place, &handle, &suffix)?;
                    properties.tag = properties.names.tag.as_deref().map(known);
                    tagged = true;
                    properties.present = true;
                }
                _ => return Ok(properties),
            }
            self.take();
        }
    }

    /// The name of the tag that is written so; none for `!`, which says nothing.
    fn tag(&self, place: Mark, handle: &str, suffix: &str) -> Result<Option<String>, Refused> {
        let mut handles = self.handles.iter();
        let name = match handles.find(|(known, _)| known == handle) {
            Some((_, prefix)) => format!("{prefix}{suffix}"),
            None if handle.is_empty() => suffix.to_owned(),
            None => {
                return Err(Refused::Syntax(
                    place,
                    "no directive declares this tag's handle",
                ));
            }
        };
        Ok(match name.strip_prefix(CORE) {
            _ if name == "!" => None,
            Some(short) => Some(format!("!!{short}")),
            None => Some(name),
        })
    }

    fn content(
        &mut self,
        place: Mark,
        properties: &Properties,
        block: bool,
        indentless: bool,
    ) -> Result<CommentedNode, Refused> {
        let tag = |implied| properties.tag.unwrap_or(implied);
        let (tag, style, children) = match self.peek()? {
            Kind::Scalar { .. } => return Ok(self.scalar(place, properties.tag)),
            Kind::BlockEntry if indentless => {
                (tag(Tag::Seq), Style::Plain, self.indentless_sequence()?)
            }
            Kind::BlockSequenceStart if block => {
                (tag(Tag::Seq), Style::Plain, self.block_sequence()?)
            }
            Kind::BlockMappingStart if block => {
                (tag(Tag::Map), Style::Plain, self.block_mapping()?)
            }
            Kind::FlowSequenceStart => (tag(Tag::Seq), Style::Flow, self.flow_sequence()?),
            Kind::FlowMappingStart => (tag(Tag::Map), Style::Flow, self.flow_mapping()?),
            _ if properties.present => {
                return Ok(CommentedNode {
                    tag: tag(Tag::Null),
                    ..self.empty(place)
                });
            }
            _ => return Err(Refused::Syntax(place, "a value is missing here")),
        };
        let Children { comments, content } = children;
        Ok(self.made(place, tag, style, comments, content))
    }

    fn scalar(&mut self, place: Mark, tag: Option<Tag>) -> CommentedNode {
        let comments = self.keep();
        let Some(Kind::Scalar { text, style }) = self.take().map(|token| token.kind) else {
            return self.empty(place);
        };
        let tag = tag.unwrap_or_else(|| match style {
            Style::Plain => plain_tag(&text, Dialect::Kustomize),
            _ => Tag::Str,
        });
        self.made(place, tag, style, comments, Content::Scalar(text))
    }

    /// The value of nothing at all.
    pub(super) fn empty(&self, place: Mark) -> CommentedNode {
        let content = Content::Scalar(String::new());
        self.made(place, Tag::Null, Style::Plain, Comments::default(), content)
    }

    /// A node.
    pub(super) fn made(
        &self,
        place: Mark,
        tag: Tag,
        style: Style,
        comments: Comments,
        content: Content,
    ) -> CommentedNode {
        CommentedNode {
            span: self.span(place),
            tag,
            style,
            comments,
            names: Names::default(),
            content,
        }
    }

    /// Keeps the comments that were handed out, for the node at hand.
    pub(super) fn keep(&mut self) -> Comments {
        self.stem.clear();
        std::mem::take(&mut self.pending)
    }

    fn count(&mut self, place: Mark) -> Result<(), Refused> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(Refused::TooMany(place));
        }
        Ok(())
    }

    fn span(&self, place: Mark) -> Span {
        Span::new(self.file, u32::try_from(place.at).unwrap_or(0))
    }

    fn error(&self, refused: Refused) -> ParseError {
        match refused {
            Refused::Syntax(place, message) => ParseError::syntax(self.span(place), message),
            Refused::TooMany(place) => {
                ParseError::limit(self.span(place), self.limits.too_many_nodes())
            }
            Refused::TooDeep(place) if self.limits.depth <= DEPTH => {
                ParseError::limit(self.span(place), self.limits.too_deep())
            }
            Refused::TooDeep(place) => {
                let message = format!(
                    "the nesting is deeper than {DEPTH}, the most that is read with its comments"
                );
                ParseError::syntax(self.span(place), message)
            }
        }
    }
}

const CORE: &str = "tag:yaml.org,2002:";

/// The tag of this name.
fn known(name: &str) -> Tag {
    match name {
        "!!str" => Tag::Str,
        "!!int" => Tag::Int,
        "!!float" => Tag::Float,
        "!!bool" => Tag::Bool,
        "!!null" => Tag::Null,
        "!!timestamp" => Tag::Timestamp,
        "!!binary" => Tag::Binary,
        "!!merge" => Tag::Merge,
        "!!map" => Tag::Map,
        "!!seq" => Tag::Seq,
        _ => Tag::Custom,
    }
}

/// Appends lines of comments.
fn append(text: &mut String, more: &str) {
    if more.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}
