//! From the parser's events to nodes, with a stack of its own: depth costs no native stack.
//!
//! Finished nodes wait on one stack until their collection ends and takes them, so that each collection is
//! allocated once and in its exact size.

use super::alias::Anchors;
use super::expand;
use super::kubectl;
use super::place::Places;
use super::refusal;
use super::tags;
use super::{Document, Duplicate, ParseError};
use crate::limits::Limits;
use crate::node::{Entry, Mapping, Node, NodeValue, Style, Tag};
use crate::resolve::{Dialect, plain_tag};
use crate::span::{FileId, Span};
use crate::text::Text;
use ecow::EcoString;
use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle, Tag as Written,
};
use std::borrow::Cow;

type Events<'t> = Parser<'t, StrInput<'t>>;

/// What is used up by a whole file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    /// Aliases met.
    pub(super) aliases: usize,
    /// Nodes made.
    pub(super) nodes: usize,
}

/// Reads documents of one file.
pub(super) struct Reader<'l> {
    file: FileId,
    dialect: Dialect,
    limits: &'l Limits,
    places: Places,
    /// Where the text that is parsed begins.
    base: usize,
    spent: Spent,
    exhausted: bool,
    values: Vec<Node>,
    open: Vec<Open>,
    anchors: Anchors,
    /// How many nodes of the document were begun.
    begun: usize,
    duplicates: Vec<Duplicate>,
}

/// A collection that has not ended.
struct Open {
    /// Where its children begin among the values.
    first: usize,
    mapping: bool,
    node: Node,
    anchor: usize,
    nodes_before: usize,
    /// How many collections are nested in it.
    height: usize,
}

impl<'l> Reader<'l> {
    pub(super) fn new(
        file: FileId,
        dialect: Dialect,
        limits: &'l Limits,
        places: Places,
    ) -> Reader<'l> {
        Reader {
            file,
            dialect,
            limits,
            places,
            base: 0,
            spent: Spent::default(),
            exhausted: false,
            values: Vec::new(),
            open: Vec::new(),
            anchors: Anchors::default(),
            begun: 0,
            duplicates: Vec::new(),
        }
    }

    /// Whether a limit of the whole file was met, so that reading on makes no sense.
    pub(super) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// The root of the first document of `text`, which begins at `base` in the file.
    pub(super) fn first_document(
        &mut self,
        text: &str,
        base: usize,
    ) -> Result<Option<Node>, ParseError> {
        self.base = base;
        let mut events = self.events(text);
        if self.next_document(&mut events)? {
            self.document(&mut events, text).map(Some)
        } else {
            Ok(None)
        }
    }

    /// All documents of `text`, and how many there were with the empty ones.
    pub(super) fn all_documents(
        &mut self,
        text: &str,
        errors: &mut Vec<ParseError>,
    ) -> (Vec<Document>, usize) {
        let mut events = self.events(text);
        let mut documents = Vec::new();
        let mut pieces = 0;
        loop {
            let root = match self.next_document(&mut events) {
                Ok(false) => break,
                Ok(true) => self.document(&mut events, text),
                Err(error) => Err(error),
            };
            match root {
                Ok(root) if root.is_null() => {}
                Ok(root) => documents.push(Document {
                    root,
                    piece: pieces,
                    pieces: 0,
                    duplicates: std::mem::take(&mut self.duplicates),
                }),
                Err(error) => {
                    errors.push(error);
                    if self.exhausted || !matches!(events.proceed_next_document(), Ok(true)) {
                        break;
                    }
                }
            }
            pieces += 1;
        }
        (documents, pieces)
    }

    /// An error at `at` in the text that is parsed.
    pub(super) fn error(&self, at: usize, message: String) -> ParseError {
        ParseError::syntax(self.span(at), message)
    }

    fn span(&self, at: usize) -> Span {
        Span::new(self.file, self.places.original(self.base + at))
    }

    fn events<'t>(&self, text: &'t str) -> Events<'t> {
        let mut options = granit_parser::options! {
            bom_inside_document_as_content: true,
            block_scalar_eof_without_line_feed: true,
            flow_nesting_limit: self.limits.depth,
            block_nesting_limit: self.limits.depth,
        };
        options.set_emit_comments(false);
        Parser::new_from_str_with_options(text, options)
    }

    /// Goes to the beginning of the next document, if there is one.
    fn next_document(&mut self, events: &mut Events<'_>) -> Result<bool, ParseError> {
        loop {
            match events.next_event() {
                None | Some(Ok((Event::StreamEnd, _))) => return Ok(false),
                Some(Ok((Event::DocumentStart(..), _))) => return Ok(true),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(self.scan_error(&error)),
            }
        }
    }

    /// Reads the document that has begun.
    fn document(&mut self, events: &mut Events<'_>, source: &str) -> Result<Node, ParseError> {
        self.values.clear();
        self.open.clear();
        self.duplicates.clear();
        self.anchors = Anchors::default();
        self.begun = 0;
        loop {
            let (event, place) = match events.next_event() {
                Some(Ok(event)) => event,
                Some(Err(error)) => return Err(self.scan_error(&error)),
                None => break,
            };
            let at = place.start.byte_offset().unwrap_or_default();
            match event {
                Event::Scalar(text, style, anchor, tag) => {
                    // The parser has `~` for a value that is not written, which Kustomize tells from one that is.
                    let is_written = place.end.byte_offset() != Some(at);
                    let is_plain = style == ScalarStyle::Plain;
                    let end = place.end.byte_offset().unwrap_or(at);
                    let text = match is_plain && !is_written {
                        true => Cow::Borrowed(""),
                        false => refusal::line_ends(text, source, (at, end), style_of(style))
                            .map_err(|message| self.error(at, message))?,
                    };
                    self.scalar(at, text, style, anchor, tag.as_deref())?;
                }
                Event::SequenceStart(style, anchor, tag) => {
                    self.begin(at, false, style, anchor, tag.as_deref())?;
                }
                Event::MappingStart(style, anchor, tag) => {
                    self.begin(at, true, style, anchor, tag.as_deref())?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end()?,
                Event::Alias(anchor) => self.alias(at, anchor)?,
                Event::DocumentEnd | Event::StreamEnd => break,
                _ => {}
            }
        }
        let root = self.values.pop().unwrap_or_else(null);
        if self.dialect == Dialect::Kustomize && self.anchors.matter() {
            return expand::expand(root, &self.anchors, self.limits, &mut self.spent).map_err(
                |refused| {
                    self.exhausted |= refused.exhausted;
                    refused.error()
                },
            );
        }
        Ok(root)
    }

    fn scalar(
        &mut self,
        at: usize,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Written>,
    ) -> Result<(), ParseError> {
        let serial = self.begin_node(at)?;
        let span = self.span(at);
        let explicit = tag.and_then(tags::explicit);
        let is_plain = style == ScalarStyle::Plain;
        let (tag, text) = match self.dialect {
            Dialect::Kustomize => {
                self.anchors.merges |= text == "<<";
                let tag = explicit.unwrap_or_else(|| match is_plain {
                    true => plain_tag(&text, Dialect::Kustomize),
                    false => Tag::Str,
                });
                (tag, owned(text))
            }
            Dialect::Kubectl => kubectl::scalar(text, is_plain || tag.is_some(), explicit)
                .map_err(|message| self.error(at, message))?,
        };
        let style = match (self.dialect, explicit, tag) {
            // Written with its tag, a value is what the tag says, quoted or not.
            (
                Dialect::Kustomize,
                Some(Tag::Int | Tag::Float | Tag::Bool | Tag::Null | Tag::Timestamp),
                _,
            )
            | (Dialect::Kubectl, _, Tag::Int | Tag::Float | Tag::Bool | Tag::Null) => Style::Plain,
            // kubectl writes no block before it has the value, which is all that counts then.
            (Dialect::Kubectl, _, Tag::Str) if !is_plain => Style::DoubleQuoted,
            _ => style_of(style),
        };
        let node = Node {
            span,
            tag,
            style,
            value: NodeValue::Scalar(Text::Plain(text)),
        };
        if anchor != 0 {
            self.anchors.begin(anchor, serial);
            if self.dialect == Dialect::Kubectl {
                self.anchors.end(anchor, &node, 1, 0);
            }
        }
        self.values.push(node);
        Ok(())
    }

    fn begin(
        &mut self,
        at: usize,
        mapping: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Written>,
    ) -> Result<(), ParseError> {
        let nodes_before = self.spent.nodes;
        let serial = self.begin_node(at)?;
        if self.open.len() >= self.limits.depth {
            return Err(self.too_deep(self.span(at)));
        }
        let implied = if mapping { Tag::Map } else { Tag::Seq };
        let explicit = tag.and_then(tags::explicit);
        let tag = match self.dialect {
            Dialect::Kustomize => explicit.unwrap_or(implied),
            Dialect::Kubectl => implied,
        };
        if anchor != 0 {
            self.anchors.begin(anchor, serial);
        }
        self.open.push(Open {
            first: self.values.len(),
            mapping,
            node: Node {
                span: self.span(at),
                tag,
                style: match style {
                    StructureStyle::Block => Style::Plain,
                    StructureStyle::Flow => Style::Flow,
                },
                value: NodeValue::Sequence(Vec::new()),
            },
            anchor,
            nodes_before,
            height: 1,
        });
        Ok(())
    }

    /// Ends the innermost collection.
    fn end(&mut self) -> Result<(), ParseError> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        let children = self.values.drain(open.first..);
        open.node.value = if open.mapping {
            let entries = entries(children);
            NodeValue::Mapping(match self.dialect {
                Dialect::Kustomize => Mapping { entries },
                Dialect::Kubectl => kubectl::mapping(entries, &mut self.duplicates)?,
            })
        } else {
            NodeValue::Sequence(children.collect())
        };
        if let Some(parent) = self.open.last_mut() {
            parent.height = parent.height.max(open.height + 1);
        }
        if open.anchor != 0 && self.dialect == Dialect::Kubectl {
            let nodes = self.spent.nodes - open.nodes_before;
            self.anchors
                .end(open.anchor, &open.node, nodes, open.height);
        }
        self.values.push(open.node);
        Ok(())
    }

    fn alias(&mut self, at: usize, anchor: usize) -> Result<(), ParseError> {
        let span = self.span(at);
        self.spent.aliases += 1;
        if self.spent.aliases > self.limits.aliases {
            self.exhausted = true;
            let limit = self.limits.aliases;
            return Err(ParseError::limit(
                span,
                format!("the file has more than {limit} aliases, the limit of --max-yaml-aliases"),
            ));
        }
        let serial = self.begin_node(at)?;
        let node = match self.dialect {
            Dialect::Kustomize => {
                self.anchors.alias(serial, anchor);
                null().at(span)
            }
            Dialect::Kubectl => self.resolved(at, anchor)?,
        };
        self.values.push(node);
        Ok(())
    }

    /// A copy of what the anchor stands for, where that is decided at once.
    fn resolved(&mut self, at: usize, anchor: usize) -> Result<Node, ParseError> {
        let Some(target) = self.anchors.ended(anchor) else {
            return Err(self.error(at, "the anchor's value contains itself".to_owned()));
        };
        let (nodes, height) = (target.nodes, target.height);
        if self.open.len() + height > self.limits.depth {
            return Err(self.too_deep(self.span(at)));
        }
        self.spent.nodes += nodes;
        if self.spent.nodes > self.limits.nodes {
            return Err(self.too_many(at));
        }
        if let Some(parent) = self.open.last_mut() {
            parent.height = parent.height.max(height + 1);
        }
        let node = target.node.clone();
        let merged = self
            .open
            .last()
            .is_some_and(|open| open.mapping && (self.values.len() - open.first) % 2 == 1)
            && self.values.last().is_some_and(|key| key.tag == Tag::Merge);
        if merged && node.as_mapping().is_none() {
            return Err(self.error(at, "a merge key `<<` needs a map".to_owned()));
        }
        Ok(node)
    }

    /// Counts a node.
    fn begin_node(&mut self, at: usize) -> Result<usize, ParseError> {
        let serial = self.begun;
        self.begun += 1;
        self.spent.nodes += 1;
        if self.spent.nodes > self.limits.nodes {
            return Err(self.too_many(at));
        }
        Ok(serial)
    }

    fn too_many(&mut self, at: usize) -> ParseError {
        self.exhausted = true;
        ParseError::limit(self.span(at), self.limits.too_many_nodes())
    }

    fn too_deep(&self, span: Span) -> ParseError {
        ParseError::limit(span, self.limits.too_deep())
    }

    fn scan_error(&self, error: &ScanError) -> ParseError {
        let at = error.marker().byte_offset().unwrap_or_default();
        if *error.kind() == ErrorKind::RecursionLimitExceeded {
            return self.too_deep(self.span(at));
        }
        self.error(at, error.kind().to_string())
    }
}

fn null() -> Node {
    Node {
        tag: Tag::Null,
        ..Node::scalar("")
    }
}

fn owned(text: Cow<'_, str>) -> EcoString {
    EcoString::from(text)
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn entries(mut children: impl ExactSizeIterator<Item = Node>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(children.len() / 2);
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        entries.push(Entry { key, value });
    }
    entries
}
