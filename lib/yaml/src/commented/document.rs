//! Documents and their directives.

use super::compose::Composer;
use super::scan::Refused;
use super::token::Kind;
use super::{CommentedDocument, CommentedNode};
use crate::emit::node::Comments;

impl Composer<'_> {
    /// The documents of the whole text.
    pub(super) fn stream(&mut self) -> Result<Vec<CommentedDocument>, Refused> {
        self.peek()?;
        self.take();
        let mut documents = Vec::new();
        while let Some(document) = self.document(documents.is_empty())? {
            documents.push(document);
        }
        Ok(documents)
    }

    /// The first document of the text.
    pub(super) fn first(&mut self) -> Result<Option<CommentedDocument>, Refused> {
        self.peek()?;
        self.take();
        self.document(true)
    }

    /// The next document. Only the first may begin without `---`.
    fn document(&mut self, first: bool) -> Result<Option<CommentedDocument>, Refused> {
        while !first && *self.peek()? == Kind::DocumentEnd {
            self.take();
        }
        let mut comments = Comments::default();
        let root = match self.peek()? {
            Kind::StreamEnd => return Ok(None),
            Kind::Version { .. } | Kind::TagDirective { .. } | Kind::DocumentStart => {
                self.explicit_document()?
            }
            _ if first => {
                self.default_handles();
                comments.head = self.split_head();
                self.node(true, false)?
            }
            _ => {
                let place = self.place()?;
                return Err(Refused::Syntax(place, "a document begins with `---`"));
            }
        };
        if *self.peek()? == Kind::DocumentEnd {
            self.take();
        }
        self.handles.clear();
        let at_end = self.keep();
        comments.foot = if at_end.foot.is_empty() {
            at_end.head
        } else {
            at_end.foot
        };
        Ok(Some(CommentedDocument { comments, root }))
    }

    fn explicit_document(&mut self) -> Result<CommentedNode, Refused> {
        self.directives()?;
        let place = self.place()?;
        if *self.peek()? != Kind::DocumentStart {
            return Err(Refused::Syntax(place, "directives are followed by `---`"));
        }
        self.take();
        match self.peek()? {
            Kind::Version { .. }
            | Kind::TagDirective { .. }
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                let place = self.place()?;
                Ok(self.empty(place))
            }
            _ => self.node(true, false),
        }
    }

    fn directives(&mut self) -> Result<(), Refused> {
        let mut version = false;
        loop {
            let place = self.place()?;
            match self.peek()?.clone() {
                Kind::Version { .. } if version => {
                    return Err(Refused::Syntax(place, "the version is given twice"));
                }
                Kind::Version { major: 1, minor: 1 } => version = true,
                Kind::Version { .. } => {
                    return Err(Refused::Syntax(place, "only YAML 1.1 can be declared"));
                }
                Kind::TagDirective { handle, .. }
                    if self.handles.iter().any(|(known, _)| *known == handle) =>
                {
                    return Err(Refused::Syntax(place, "the handle is declared twice"));
                }
                Kind::TagDirective { handle, prefix } => self.handles.push((handle, prefix)),
                _ => break,
            }
            self.take();
        }
        self.default_handles();
        Ok(())
    }

    fn default_handles(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.handles.iter().any(|(known, _)| known == handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
    }

    /// The part of the comment above everything that an empty line sets off from what follows.
    fn split_head(&mut self) -> String {
        let head = &mut self.pending.head;
        if head.ends_with('\n') {
            head.pop();
            return std::mem::take(head);
        }
        let Some(at) = head.rfind("\n\n") else {
            return String::new();
        };
        let rest = head.split_off(at + 2);
        head.truncate(at);
        std::mem::replace(head, rest)
    }
}
