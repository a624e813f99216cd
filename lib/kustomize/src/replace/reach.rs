//! The way along a path to the fields it names, which are created if that is asked for.
//!
//! kyaml/yaml/match.go (`PathMatcher`), odd cases included: what is created below a null is lost, and a path
//! that leads on into a text reads that text as YAML and loses what is written there.

use super::path::{ItemTest, Kind, Segment};
use super::problem::Problem;
use gitopsc_core::Span;
use gitopsc_yaml::emit::node::{Beside, emit_node};
use gitopsc_yaml::{Entry, Limits, Node, NodeValue, rewrite};

/// What is done to a field that the path names.
pub(super) type Set<'s> = dyn FnMut(&mut Node) -> Result<(), Problem> + 's;

/// A way along a path.
pub(super) struct Reach<'r> {
    /// The kind of the field if it may be created.
    pub(super) create: Option<Kind>,
    /// What stands beside the nodes.
    pub(super) beside: &'r dyn Beside,
    /// The bounds of texts that are read on the way.
    pub(super) limits: &'r Limits,
    /// What was found so far.
    pub(super) found: Found,
}

/// What a way along a path came upon.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// How many fields.
    pub(super) fields: usize,
    /// A place where what is written is lost.
    pub(super) lost: Option<Span>,
    /// An item that `[key=value]` found though its text is not the value, beside one whose text is.
    pub(super) loose: Option<Span>,
}

impl Reach<'_> {
    /// Calls `set` for every field that `path` names below `node`.
    pub(super) fn walk(
        &mut self,
        node: &mut Node,
        path: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        let Some((segment, rest)) = path.split_first() else {
            self.found.fields += 1;
            return set(node);
        };
        match segment {
            Segment::Field(name) => self.field(node, name, rest, set),
            Segment::Index(at) => self.item(node, *at, rest, set),
            Segment::Every => {
                let mut items = items(node)?.into_iter().flatten();
                items.try_for_each(|item| self.walk(item, rest, set))
            }
            Segment::Items(test) => self.items_that_pass(node, test, rest, set),
            Segment::Broken(problem) => Err(problem.seen_at(node)),
        }
    }

    fn field(
        &mut self,
        node: &mut Node,
        name: &str,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        if node.is_null() {
            return match self.create {
                Some(leaf) => self.below_null(node, Kind::before(rest, leaf).empty(), rest, set),
                None => Ok(()),
            };
        }
        let Some(mapping) = node.as_mapping_mut().filter(|_| !name.is_empty()) else {
            return Err(Problem::not_a(node, "a map"));
        };
        let at = match (mapping.position(name), self.create) {
            (Some(at), _) => at,
            (None, None) => return Ok(()),
            (None, Some(leaf)) => {
                mapping.entries.push(Entry {
                    key: Node::scalar(name),
                    value: Kind::before(rest, leaf).empty(),
                });
                mapping.len() - 1
            }
        };
        let field = &mut mapping.entries[at].value;
        let is_text = field.as_text().is_some() && !self.beside.is_alias(field);
        if is_text && !rest.is_empty() {
            return self.within_text(field, rest, set);
        }
        self.walk(field, rest, set)
    }

    /// The rest of the path in a text, of which only a copy is changed.
    fn within_text(
        &mut self,
        field: &Node,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        let text = field.as_str().unwrap_or_default();
        let draft =
            rewrite::read(text, self.limits).map_err(|why| Problem::no_yaml(field, &why))?;
        let Some(mut draft) = draft else {
            return Err(Problem::not_a(field, "a map"));
        };
        let mut inner = Reach {
            create: self.create,
            beside: &draft.margin,
            limits: self.limits,
            found: Found::default(),
        };
        inner.walk(&mut draft.root, rest, set)?;
        self.found.fields += inner.found.fields;
        self.found.lost = self.found.lost.or(Some(field.span));
        Ok(())
    }

    fn item(
        &mut self,
        node: &mut Node,
        at: usize,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        let span = node.span;
        let created = self.create.map(|leaf| Kind::before(rest, leaf).empty());
        match (items(node)?, created) {
            (None, Some(created)) if at == 0 => self.below_null(node, created, rest, set),
            (Some(items), Some(created)) if at == items.len() => {
                items.push(created);
                self.walk(&mut items[at], rest, set)
            }
            (Some(items), _) if at < items.len() => self.walk(&mut items[at], rest, set),
            (items, _) => Err(Problem::no_item(
                span,
                at,
                items.map_or(0, |items| items.len()),
            )),
        }
    }

    fn items_that_pass(
        &mut self,
        node: &mut Node,
        test: &ItemTest,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        let before = self.found.fields;
        let span = node.span;
        let (mut exact, mut loose) = (false, None);
        for item in items(node)?.into_iter().flatten() {
            let Some(text) = self.tested_text(item, test) else {
                continue;
            };
            if !test.pattern.matches(&text) {
                continue;
            }
            match text == *test.value {
                true => exact = true,
                false => loose = loose.or(Some(item.span)),
            }
            self.passed(item, test, rest, set)?;
        }
        if exact {
            self.found.loose = self.found.loose.or(loose);
        }
        if self.create.is_none() || self.found.fields > before {
            return Ok(());
        }
        let mut created = test.item();
        let passes = self
            .tested_text(&created, test)
            .is_some_and(|text| test.pattern.matches(&text));
        if passes {
            self.passed(&mut created, test, rest, set)?;
        }
        if self.found.fields == before {
            return Err(Problem::never_found(span, &test.value));
        }
        match node.as_sequence_mut() {
            Some(items) => items.push(created),
            None => self.found.lost = self.found.lost.or(Some(span)),
        }
        Ok(())
    }

    fn passed(
        &mut self,
        item: &mut Node,
        test: &ItemTest,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        // An item that is itself what is tested ends the path, whatever follows.
        let rest = if test.key.is_empty() { &[] } else { rest };
        self.walk(item, rest, set)
    }

    /// The text that `test` looks at, as it would be written: with quotes, and comments beside it.
    fn tested_text(&self, item: &Node, test: &ItemTest) -> Option<String> {
        let tested = match test.key.as_str() {
            "" => item,
            key => item.get(key)?,
        };
        let mut text = String::new();
        emit_node(tested, self.beside, &mut text);
        Some(text.trim().to_owned())
    }

    /// Goes on in a node that is created below a null: Kustomize loses it.
    fn below_null(
        &mut self,
        null: &Node,
        mut created: Node,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        self.found.lost = self.found.lost.or(Some(null.span));
        self.walk(&mut created, rest, set)
    }
}

/// The items of a list; nothing if it is null.
fn items(node: &mut Node) -> Result<Option<&mut Vec<Node>>, Problem> {
    if node.is_null() {
        return Ok(None);
    }
    match node.value {
        NodeValue::Sequence(ref mut items) => Ok(Some(items)),
        _ => Err(Problem::not_a(node, "a list")),
    }
}
