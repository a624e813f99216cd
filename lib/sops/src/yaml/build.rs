//! From branches to the nodes that SOPS hands to go-yaml's writer, with their comments.
//!
//! Each node is numbered in place of its span; comments and places are kept beside, by that number.

use crate::error::Error;
use crate::tree::{Branch, Comment, Content, Item, Value};
use gitopsc_yaml::emit::node::{Beside, Comments, encode_binary, encode_string};
use gitopsc_yaml::json::number::{FloatForm, float_text};
use gitopsc_yaml::resolve::{Dialect, plain_tag};
use gitopsc_yaml::{Entry, FileId, Mapping, Node, NodeValue, Origins, Span, Style, Tag, Text};
use std::collections::BTreeMap;

/// Numbers nodes and keeps what stands beside them.
pub(crate) struct Builder {
    origins: Origins,
    comments: BTreeMap<u32, Comments>,
    places: Vec<Span>,
    /// Strings that became null because go-yaml cannot read what it writes.
    lost: Vec<u32>,
    has_brackets: bool,
}

impl Beside for Builder {
    fn comments(&self, node: &Node) -> Option<&Comments> {
        self.comments.get(&node.span.offset)
    }
}

/// Comments that wait for the next value.
#[derive(Default)]
struct Waiting {
    head: String,
    line: String,
}

impl Waiting {
    fn push(&mut self, comment: &Comment) {
        let lines = if comment.inline {
            &mut self.line
        } else {
            &mut self.head
        };
        let text = String::from_utf8_lossy(&comment.text);
        append(lines, &format!("#{text}"));
    }

    fn take_head(&mut self) -> String {
        std::mem::take(&mut self.head)
    }

    fn take_line(&mut self) -> String {
        std::mem::take(&mut self.line)
    }

    /// What no value followed.
    fn rest(mut self) -> String {
        append(&mut self.head, &self.line);
        self.head
    }
}

/// Appends lines to lines.
fn append(lines: &mut String, more: &str) {
    if !lines.is_empty() && !more.is_empty() {
        lines.push('\n');
    }
    lines.push_str(more);
}

impl Builder {
    /// A builder whose secrets have these origins.
    pub(crate) fn new(origins: Origins) -> Builder {
        Builder {
            origins,
            comments: BTreeMap::new(),
            places: Vec::new(),
            lost: Vec::new(),
            has_brackets: false,
        }
    }

    /// Whether there are comments, and empty collections too, which are written as brackets.
    pub(crate) fn has_comments_and_brackets(&self) -> bool {
        self.has_brackets && !self.comments.is_empty()
    }

    /// Where the node that got `number` stood.
    pub(crate) fn place(&self, number: Span) -> Span {
        let at = usize::try_from(number.offset).unwrap_or(usize::MAX);
        self.places.get(at).copied().unwrap_or(Span::NONE)
    }

    /// The document of `branch`.
    pub(crate) fn document(&mut self, branch: &Branch) -> Result<Node, Error> {
        let first = branch.iter().find_map(Item::entry);
        let span = first.map_or(Span::NONE, |entry| entry.key.span);
        let root = self.map(branch, span)?;
        match self
            .lost
            .iter()
            .find(|number| self.comments.contains_key(number))
        {
            None => Ok(root),
            Some(number) => {
                let what = "SOPS cannot write a text that begins with a tab and has a comment";
                let place = self.place(Span::new(FileId(0), *number));
                Err(Error::unsupported(what, place))
            }
        }
    }

    fn map(&mut self, branch: &Branch, span: Span) -> Result<Node, Error> {
        let mut node = self.numbered(Node::mapping(), span);
        let mut mapping = Mapping::default();
        let mut waiting = Waiting::default();
        for item in branch {
            let entry = match item {
                Item::Comment(comment) => {
                    waiting.push(comment);
                    continue;
                }
                Item::Entry(entry) => entry,
            };
            if mapping.is_empty() {
                self.head(&node, waiting.take_head());
            }
            let text = entry.key.text.as_deref().unwrap_or_default();
            let key = self.string(text, false, entry.key.span);
            self.head(&key, waiting.take_head());
            let value = self.value(&entry.value)?;
            self.line(&value, waiting.take_line());
            mapping.entries.push(Entry { key, value });
        }
        match mapping.entries.last() {
            Some(last) => self.foot(&last.key, waiting.rest()),
            None => self.brackets(&node, waiting.rest()),
        }
        node.value = NodeValue::Mapping(mapping);
        Ok(node)
    }

    fn list(&mut self, values: &[Value], span: Span) -> Result<Node, Error> {
        let mut node = self.numbered(Node::sequence(Vec::new()), span);
        let mut items = Vec::with_capacity(values.len());
        let mut waiting = Waiting::default();
        for value in values {
            if let Content::Comment(comment) = &value.content {
                waiting.push(comment);
                continue;
            }
            if items.is_empty() {
                self.head(&node, waiting.take_head());
            }
            let item = self.value(value)?;
            self.head(&item, waiting.take_head());
            self.line(&item, waiting.take_line());
            items.push(item);
        }
        match items.last() {
            Some(last) => self.foot(last, waiting.rest()),
            None => self.brackets(&node, waiting.rest()),
        }
        node.value = NodeValue::Sequence(items);
        Ok(node)
    }

    fn value(&mut self, value: &Value) -> Result<Node, Error> {
        let node = match &value.content {
            Content::Map(branch) => return self.map(branch, value.span),
            Content::List(items) => return self.list(items, value.span),
            Content::Text(text) => return Ok(self.string(text, value.secret, value.span)),
            Content::Null => self.plain("null".to_owned(), false),
            Content::Bool(bool) => self.plain(bool.to_string(), value.secret),
            Content::Int(int) => self.plain(int.to_string(), value.secret),
            Content::Big(int) => self.plain(int.to_string(), value.secret),
            Content::Float(float) => self.plain(yaml_float(*float), value.secret),
            Content::Time(time) => {
                let text = time.to_rfc3339().ok_or_else(|| {
                    Error::unsupported("a moment has an impossible time zone", value.span)
                })?;
                self.plain(text, value.secret)
            }
            Content::Comment(_) => {
                let what = "a comment stands in place of a value";
                return Err(Error::unsupported(what, value.span));
            }
        };
        Ok(self.numbered(node, value.span))
    }

    /// The node of a string; what is no UTF-8 is written as base64.
    fn string(&mut self, text: &[u8], secret: bool, span: Span) -> Node {
        let node = match str::from_utf8(text) {
            Ok(text) => encode_string(self.text(text.to_owned(), secret)),
            Err(_) => self.binary(text, secret),
        };
        let is_lost = node.tag == Tag::Null;
        let node = self.numbered(node, span);
        if is_lost {
            self.lost.push(node.span.offset);
        }
        node
    }

    fn binary(&self, bytes: &[u8], secret: bool) -> Node {
        let encoded = encode_binary(bytes);
        let style = if encoded.contains('\n') {
            Style::Literal
        } else {
            Style::Plain
        };
        Node {
            tag: Tag::Binary,
            style,
            ..Node::scalar(self.text(encoded, secret))
        }
    }

    fn plain(&self, text: String, secret: bool) -> Node {
        Node {
            tag: plain_tag(&text, Dialect::Kustomize),
            ..Node::scalar(self.text(text, secret))
        }
    }

    fn text(&self, text: String, secret: bool) -> Text {
        if secret {
            Text::secret(text, self.origins.clone())
        } else {
            Text::from(text)
        }
    }

    fn numbered(&mut self, node: Node, span: Span) -> Node {
        let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(span);
        node.at(Span::new(FileId(0), number))
    }

    fn head(&mut self, node: &Node, lines: String) {
        if !lines.is_empty() {
            let head = &mut self.comments.entry(node.span.offset).or_default().head;
            let below = std::mem::replace(head, lines);
            append(head, &below);
        }
    }

    /// Notes that `node` is empty, with the comments in it.
    fn brackets(&mut self, node: &Node, lines: String) {
        self.has_brackets = true;
        self.head(node, lines);
    }

    fn line(&mut self, node: &Node, lines: String) {
        if !lines.is_empty() {
            self.comments.entry(node.span.offset).or_default().line = lines;
        }
    }

    fn foot(&mut self, node: &Node, lines: String) {
        if !lines.is_empty() {
            self.comments.entry(node.span.offset).or_default().foot = lines;
        }
    }
}

fn yaml_float(float: f64) -> String {
    match float {
        _ if float.is_nan() => ".nan".to_owned(),
        f64::INFINITY => ".inf".to_owned(),
        f64::NEG_INFINITY => "-.inf".to_owned(),
        _ => float_text(float, FloatForm::Yaml).to_string(),
    }
}
