//! JSON patch (RFC 6902) as Kustomize's library does it, quirks included.
//!
//! api/filters/patchjson6902 turns the whole resource into JSON and back, so that a patch changes more than
//! it names: all numbers become floats. gopkg.in/evanphx/json-patch.v4 does the operations. Nothing here
//! knows which resources a patch is for.

mod convert;
mod equal;
mod operation;
mod perform;
mod pointer;
mod text;
mod value;

use crate::codes;
use crate::documents::syntax_error;
use crate::files::Content;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::{Dialect, Limits, Node};
use operation::{Operation, operations};
use perform::{Work, perform};
use std::collections::BTreeMap;
use value::{Kind, Member, Value};

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    notes: Vec<Diagnostic>,
    limits: Limits,
}

/// What a patch makes of a resource.
#[derive(Clone, Debug)]
pub struct Patched {
    /// The resource.
    pub node: Node,
    /// What Kustomize does without a word; the same for every resource that it happens to.
    pub warnings: Vec<Diagnostic>,
}

/// An annotation that the patch sees and the user does not.
pub type Hidden = (&'static str, EcoString);

impl JsonPatch {
    /// Reads operations: JSON if the text begins with `[`, else the first document of YAML in kubectl's dialect.
    ///
    /// # Errors
    /// Everything wrong with the text.
    pub fn parse(content: &Content, limits: &Limits) -> Result<JsonPatch, Vec<Diagnostic>> {
        let mut notes = Vec::new();
        let root = if content.bytes.starts_with(b"[") {
            text::read(
                &content.bytes,
                content.file,
                content.secret.as_ref(),
                limits.depth,
            )
            .map_err(|problem| vec![problem])?
        } else {
            yaml(content, limits, &mut notes)?
        };
        Ok(JsonPatch {
            operations: operations(root)?,
            notes,
            limits: *limits,
        })
    }

    /// What is odd about the text, whatever it is applied to.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }

    /// Whether there are no operations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Applies all operations to a whole resource, to whose annotations the `hidden` ones are added meanwhile.
    ///
    /// # Errors
    /// The first operation that fails, or whatever has no JSON form.
    pub fn apply(&self, node: &Node, hidden: &[Hidden]) -> Result<Patched, Vec<Diagnostic>> {
        let mut document = convert::from_node(node)?;
        annotate(&mut document, hidden);
        let mut work = Work::on(document, self.limits);
        for operation in &self.operations {
            perform(&mut work, operation).map_err(|problem| vec![problem])?;
        }
        let written = convert::into_node(work.document)?;
        let mut warnings = work.notes;
        warnings.extend(
            written
                .rounded
                .iter()
                .map(|(span, text)| rounded(*span, text)),
        );
        let mut node = written.node;
        bare(&mut node, hidden);
        Ok(Patched { node, warnings })
    }
}

fn yaml(
    content: &Content,
    limits: &Limits,
    notes: &mut Vec<Diagnostic>,
) -> Result<Value, Vec<Diagnostic>> {
    let parsed = gitopsc_yaml::parse_bytes(&content.bytes, content.file, Dialect::Kubectl, limits);
    let documents = parsed.map_err(|errors| errors.iter().map(syntax_error).collect::<Vec<_>>())?;
    if let Some(second) = documents.iter().find(|document| document.piece > 0) {
        let message = "of several documents only the first one is the patch";
        let diagnostic = Diagnostic::warning(codes::PATCH_DOCUMENT_IGNORED, message);
        notes.push(
            diagnostic
                .at(second.root.span, "passed over")
                .hint("make an entry of each patch"),
        );
    }
    let Some(first) = documents.iter().find(|document| document.piece == 0) else {
        return Ok(Value::null(Span::new(content.file, 0)));
    };
    let mut root = convert::from_node(&first.root)?;
    if let Some(origins) = &content.secret {
        root.conceal(origins);
    }
    Ok(root)
}

/// Adds the `hidden` annotations, if the annotations are a map.
fn annotate(document: &mut Value, hidden: &[Hidden]) {
    if hidden.is_empty() {
        return;
    }
    let annotations =
        map_in(document, "metadata").and_then(|metadata| map_in(metadata, "annotations"));
    let Some(Kind::Map(members)) = annotations.map(|annotations| &mut annotations.kind) else {
        return;
    };
    for (key, text) in hidden {
        let value = Value::string(Span::NONE, Text::Plain(text.clone()));
        let key_span = Span::NONE;
        members.insert((*key).into(), Member { key_span, value });
    }
}

/// The map under `key`, made if there is nothing.
fn map_in<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let span = value.span;
    let Kind::Map(members) = &mut value.kind else {
        return None;
    };
    let missing = || Member {
        key_span: span,
        value: Value::null(span),
    };
    let inner = &mut members.entry(key.into()).or_insert_with(missing).value;
    if inner.is_null() {
        inner.kind = Kind::Map(BTreeMap::new());
    }
    Some(inner)
}

/// Takes the `hidden` annotations out again.
fn bare(node: &mut Node, hidden: &[Hidden]) {
    let annotations = node
        .get_mut("metadata")
        .and_then(|metadata| metadata.get_mut("annotations"));
    let Some(annotations) = annotations.and_then(Node::as_mapping_mut) else {
        return;
    };
    annotations.entries.retain(|entry| {
        hidden
            .iter()
            .all(|(key, _)| entry.key.as_str() != Some(*key))
    });
}

fn rounded(span: Span, text: &Text) -> Diagnostic {
    let message = format!("the patch makes a float of this integer, which becomes {text}");
    Diagnostic::warning(codes::PATCH_NUMBER_ROUNDED, message)
        .at(span, "in a resource that a JSON patch changes")
        .hint("write the number as a string if that is allowed, or use a strategic merge patch")
}

#[cfg(test)]
mod tests {
    use super::JsonPatch;
    use crate::files::Content;
    use gitopsc_core::{FileId, Text};
    use gitopsc_yaml::{Dialect, Limits, Node, Origins, parse};

    const DOCUMENT: FileId = FileId(1);
    const PATCH: FileId = FileId(2);

    fn document(text: &str) -> Node {
        let mut documents = parse(text, DOCUMENT, Dialect::Kustomize, &Limits::default()).unwrap();
        documents.remove(0).root
    }

    fn patch(text: &str, secret: bool) -> JsonPatch {
        let content = Content {
            file: PATCH,
            bytes: text.as_bytes().into(),
            secret: secret.then(|| Origins::one(PATCH)),
        };
        JsonPatch::parse(&content, &Limits::default()).unwrap()
    }

    const SECRET_PATCHES: [&str; 2] = [
        r#"[{"op": "add", "path": "/data/password", "value": {"deep": ["hunter2", 5]}}]"#,
        "- op: add\n  path: /data/password\n  value: {deep: [hunter2, 5]}\n",
    ];

    #[test]
    fn values_of_a_decrypted_patch_are_secret_and_others_are_not() {
        for text in SECRET_PATCHES {
            let node = document("data: {user: app}\n");
            let patched = patch(text, true).apply(&node, &[]).unwrap().node;
            let deep = patched.get_path(&["data", "password", "deep"]).unwrap();
            let items = deep.as_sequence().unwrap();
            assert!(
                items
                    .iter()
                    .all(|item| item.as_text().is_some_and(Text::is_secret)),
                "{text}"
            );
            let user = patched.get_path(&["data", "user"]).and_then(Node::as_text);
            assert_eq!(user.map(Text::is_secret), Some(false), "{text}");
        }
    }

    #[test]
    fn a_copied_secret_stays_secret() {
        let mut node = document("data: {a: x}\n");
        let secret = Text::secret("hunter2".to_owned(), Origins::one(DOCUMENT));
        node.get_mut("data")
            .and_then(Node::as_mapping_mut)
            .unwrap()
            .set("a", Node::string(secret));
        let text = r#"[{"op": "copy", "from": "/data/a", "path": "/data/b"}, {"op": "move", "from": "/data/a", "path": "/data/c"}]"#;
        let patched = patch(text, false).apply(&node, &[]).unwrap().node;
        for key in ["b", "c"] {
            let text = patched.get_path(&["data", key]).and_then(Node::as_text);
            assert_eq!(
                text.and_then(Text::origins),
                Some(&Origins::one(DOCUMENT)),
                "{key}"
            );
        }
    }

    #[test]
    fn messages_show_nothing_of_a_decrypted_patch() {
        for text in [
            r#"[{"op": "remove", "path": "/hunter2"}]"#,
            r#"[{"op": "hunter2", "path": "/a"}]"#,
            "- op: test\n  path: /a\n  value: hunter2\n",
            "- op: add\n  path: /a/hunter2\n  value: hunter2\n",
        ] {
            let problems = patch(text, true)
                .apply(&document("a: b\n"), &[])
                .unwrap_err();
            let shown = format!("{problems:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn values_keep_their_places() {
        let node = document("a: {b: [1, 2]}\nc: 3\n");
        let text = r#"[{"op": "add", "path": "/d", "value": {"e": "new"}}, {"op": "move", "from": "/c", "path": "/a/c"}]"#;
        let patched = patch(text, false).apply(&node, &[]).unwrap().node;
        let place = |path: &[&str]| {
            patched
                .get_path(path)
                .map(|node| (node.span.file, node.span.offset))
        };
        assert_eq!(place(&["a", "b"]), Some((DOCUMENT, 7)));
        assert_eq!(place(&["a", "c"]), Some((DOCUMENT, 18)));
        let offset = |part: &str| u32::try_from(text.find(part).unwrap()).unwrap();
        assert_eq!(place(&["d"]), Some((PATCH, offset("{\"e\""))));
        assert_eq!(place(&["d", "e"]), Some((PATCH, offset("\"new\""))));
    }

    #[test]
    fn what_kustomize_does_without_a_word_is_a_warning() {
        let cases = [
            (
                r#"[{"op": "replace", "path": "/x", "value": 1}]"#,
                "patch-replaces-nothing",
            ),
            (
                r#"[{"op": "copy", "from": "/x", "path": "/y"}]"#,
                "patch-copies-nothing",
            ),
            (r#"[{"op": "add", "path": "/x"}]"#, "patch-value-missing"),
            (
                r#"[{"op": "add", "path": "a/x", "value": 1}]"#,
                "patch-path-without-slash",
            ),
            (
                r#"[{"op": "add", "path": "/x", "value": 9007199254740993}]"#,
                "patch-number-rounded",
            ),
        ];
        for (text, code) in cases {
            let warnings = patch(text, false)
                .apply(&document("a: {}\n"), &[])
                .unwrap()
                .warnings;
            let codes: Vec<_> = warnings.iter().map(|warning| warning.code.0).collect();
            assert_eq!(codes, [code], "{text}");
        }
        let silent = r#"[{"op": "add", "path": "/a/x", "value": 9007199254740992}, {"op": "replace", "path": "/a", "value": null}]"#;
        let warnings = patch(silent, false)
            .apply(&document("a: {}\n"), &[])
            .unwrap()
            .warnings;
        assert_eq!(warnings, []);
    }

    #[test]
    fn a_patch_cannot_make_a_resource_deeper_or_larger_than_the_limits() {
        let limits = Limits {
            depth: 20,
            nodes: 1000,
            ..Limits::default()
        };
        let deeper: Vec<_> = (0..5)
            .map(|step| {
                format!(
                    r#"{{"op": "copy", "from": "/a", "path": "/a{}"}}"#,
                    "/a".repeat(1 << step)
                )
            })
            .collect();
        let larger: Vec<_> = (0..12)
            .map(|step| format!(r#"{{"op": "copy", "from": "/a", "path": "/a/{step}"}}"#))
            .collect();
        for (operations, limit) in [(deeper, "--max-yaml-depth"), (larger, "--max-yaml-nodes")] {
            let content = Content {
                file: PATCH,
                bytes: format!("[{}]", operations.join(",")).as_bytes().into(),
                secret: None,
            };
            let patch = JsonPatch::parse(&content, &limits).unwrap();
            let problems = patch.apply(&document("a: {}\n"), &[]).unwrap_err();
            assert!(problems[0].message.ends_with(limit), "{problems:?}");
        }
    }

    #[test]
    fn a_patch_that_nests_as_deep_as_the_limit_needs_little_stack() {
        let depth = Limits::default().depth - 2;
        let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let text = format!(
            r#"[{{"op": "add", "path": "/a", "value": {lists}}}, {{"op": "copy", "from": "/a", "path": "/b"}}, {{"op": "test", "path": "/b", "value": {lists}}}]"#
        );
        let apply = move || {
            patch(&text, false)
                .apply(&document("a: {}\n"), &[])
                .unwrap()
                .node
                .get("b")
                .is_some()
        };
        let thread = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(apply)
            .unwrap();
        assert!(thread.join().unwrap());
    }
}
