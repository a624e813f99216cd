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
    /// An item that `[key=value]` would find if no quotes or comments stood at its text.
    pub(super) disguised: Option<Span>,
}

impl Found {
    /// The same, with everything seen at `span`.
    pub(super) fn seen_at(self, span: Span) -> Found {
        let seen = |place: Option<Span>| place.map(|_| span);
        Found {
            fields: self.fields,
            lost: seen(self.lost),
            loose: seen(self.loose),
            disguised: seen(self.disguised),
        }
    }
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
        // Places inside the text are none that a person could look up.
        inner
            .walk(&mut draft.root, rest, set)
            .map_err(|problem| problem.seen_at(field))?;
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
        let (mut exact, mut loose) = (false, None);
        for item in items(node)?.into_iter().flatten() {
            let Some(text) = self.tested_text(item, test) else {
                continue;
            };
            let bare = tested(item, test).and_then(Node::as_str);
            if test.pattern.matches(&text) {
                match bare == Some(&*test.value) {
                    true => exact = true,
                    false => loose = loose.or(Some(item.span)),
                }
                self.passed(item, test, rest, set)?;
            } else if bare.is_some_and(|bare| test.pattern.matches(bare)) {
                self.found.disguised = self.found.disguised.or(Some(item.span));
            }
        }
        if exact {
            self.found.loose = self.found.loose.or(loose);
        }
        if self.create.is_none() || self.found.fields > before {
            return Ok(());
        }
        self.create_item(node, test, rest, set)
    }

    /// Creates an item that passes the test, as far as one can.
    fn create_item(
        &mut self,
        node: &mut Node,
        test: &ItemTest,
        rest: &[Segment],
        set: &mut Set<'_>,
    ) -> Result<(), Problem> {
        let before = self.found.fields;
        let span = node.span;
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
        let mut text = String::new();
        emit_node(tested(item, test)?, self.beside, &mut text);
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

/// What of `item` the test looks at.
fn tested<'n>(item: &'n Node, test: &ItemTest) -> Option<&'n Node> {
    match test.key.as_str() {
        "" => Some(item),
        key => item.get(key),
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

#[cfg(test)]
mod tests {
    use super::{Found, Reach};
    use crate::decode::Spanned;
    use crate::replace::path::{FieldPath, Kind};
    use gitopsc_yaml::emit::node::{Nothing, emit_node};
    use gitopsc_yaml::{Dialect, FileId, Limits, NodeValue, parse};

    /// What `text` is once every field that `path` names was set to `X`, and how many those are.
    fn set(text: &str, path: &str, create: bool) -> Result<(String, Found), String> {
        let limits = Limits::default();
        let documents = parse(text, FileId(0), Dialect::Kustomize, &limits).expect("good YAML");
        let mut root = documents.into_iter().next().expect("a document").root;
        let path = Spanned {
            value: path.into(),
            ..Spanned::default()
        };
        let path = FieldPath::parse(&path, 100).expect("a short path");
        let mut reach = Reach {
            create: create.then_some(Kind::Scalar),
            beside: &Nothing,
            limits: &limits,
            found: Found::default(),
        };
        let walked = reach.walk(&mut root, &path.segments, &mut |field| {
            field.value = NodeValue::Scalar("X".into());
            Ok(())
        });
        walked.map_err(|problem| problem.diagnostic(gitopsc_core::Span::NONE).message)?;
        let mut text = String::new();
        emit_node(&root, &Nothing, &mut text);
        Ok((text, reach.found))
    }

    #[test]
    fn paths_find_and_create_fields() {
        for (text, path, create, expected, fields) in [
            ("a: {b: c}", "a.b", false, "a: {b: X}", 1),
            ("a: {b: c}", "a.d", false, "a: {b: c}", 0),
            ("a: {b: c}", "a.d.e", true, "a: {b: c, d: {e: X}}", 1),
            ("a.b: c", "[a.b]", false, "a.b: X", 1),
            ("a.b: c", r"a\.b", false, "a.b: X", 1),
            ("[a, b]", "*", false, "[X, X]", 2),
            ("[a, b]", "1", false, "[a, X]", 1),
            ("[a, b]", "2", true, "[a, b, X]", 1),
            ("a: []", "a.*.b", false, "a: []", 0),
            (
                "[{n: a}, {n: ab}, {m: a}]",
                "[n=a].v",
                true,
                "[{n: a, v: X}, {n: ab, v: X}, {m: a}]",
                2,
            ),
            (
                "[{n: a}, {n: ab}]",
                "[n=^a$].n",
                false,
                "[{n: X}, {n: ab}]",
                1,
            ),
            ("[{n: 'a'}]", "[n=^a$].n", false, "[{n: 'a'}]", 0),
            ("[x, y]", "[=x].ignored", false, "[X, y]", 1),
            ("a: []", "a.[n=b].v", true, "a: [{n: b, v: X}]", 1),
            ("a: []", "a.[=b]", true, "a: [X]", 1),
            ("a: ~", "a.b", true, "a: ~", 1),
            ("a: ~", "a.b", false, "a: ~", 0),
            ("a: 'b: c'", "a.b", false, "a: 'b: c'", 1),
        ] {
            let (text, found) = set(text, path, create).expect(path);
            assert_eq!((text.trim(), found.fields), (expected, fields), "{path}");
        }
    }

    #[test]
    fn paths_that_lead_nowhere_are_refused() {
        for (text, path, create, expected) in [
            (
                "a: b",
                "a.b",
                false,
                "the path needs a map here, and this is a string",
            ),
            (
                "a: [b]",
                "a.b",
                false,
                "the path needs a map here, and this is a list",
            ),
            (
                "a: {b: c}",
                "a.*",
                false,
                "the path needs a list here, and this is a map",
            ),
            (
                "a: {b: c}",
                "a.0",
                true,
                "the path needs a list here, and this is a map",
            ),
            ("[a]", "2", true, "there is no item 2 in a list of 1"),
            ("[a]", "1", false, "there is no item 1 in a list of 1"),
            (
                "a: '{'",
                "a.b",
                false,
                "the path goes on in a text that is neither JSON nor YAML",
            ),
            ("[a]", "[b]", false, "`[b]` names no items of a list"),
            ("[a]", "[=(]", false, "`(` is no regular expression"),
            (
                "[a]",
                "[=^x+$]",
                true,
                "an item with `^x+$` would be created",
            ),
            (
                "a: b",
                "a..b",
                false,
                "the path needs a map here, and this is a string",
            ),
        ] {
            let message = set(text, path, create).expect_err(path);
            assert!(message.starts_with(expected), "{path}: {message}");
        }
    }

    #[test]
    fn traps_on_the_way_are_noted() {
        let found = |text, path, create| set(text, path, create).expect(path).1;
        assert!(found("a: ~", "a.b", true).lost.is_some());
        assert!(found("a: 'b: c'", "a.b", false).lost.is_some());
        assert!(found("[a, ab]", "[=a]", false).loose.is_some());
        assert!(found("[ab]", "[=a]", false).loose.is_none());
        assert!(found("['a']", "[=^a$]", false).disguised.is_some());
    }
}
