//! What go-yaml v3 reads of texts full of comments, against what we read.
//!
//! A line of `testdata/commented_by_go.jsonl` is a text and its documents, null where go-yaml refuses it;
//! `tools/oracles/sops` made them up. A program can be handed more of them in `COMMENTED_BY_GO`.

use gitopsc_yaml::commented::{CommentedDocument, CommentedNode, Content, read};
use gitopsc_yaml::emit::node::Comments;
use gitopsc_yaml::{FileId, Limits, Style, Tag};
use serde_json::{Map, Value, json};

const CASES: &str = include_str!("../testdata/commented_by_go.jsonl");

fn document(document: &CommentedDocument) -> Value {
    let mut fields = fields("document", &document.comments);
    fields.insert("children".into(), json!([node(&document.root)]));
    Value::Object(fields)
}

fn node(value: &CommentedNode) -> Value {
    let children: Vec<Value> = match &value.content {
        Content::Sequence(items) => items.iter().map(node).collect(),
        Content::Mapping(entries) => entries
            .iter()
            .flat_map(|(key, value)| [node(key), node(value)])
            .collect(),
        Content::Scalar(_) | Content::Alias(_) => Vec::new(),
    };
    let kind = match &value.content {
        Content::Sequence(_) => "list",
        Content::Mapping(_) => "map",
        Content::Scalar(_) => "scalar",
        Content::Alias(_) => "alias",
    };
    let mut fields = fields(kind, &value.comments);
    if !children.is_empty() {
        fields.insert("children".into(), children.into());
    }
    if let Content::Scalar(text) = &value.content {
        put(&mut fields, "text", text);
        put(&mut fields, "tag", tag(value.tag));
    }
    put(&mut fields, "style", style(value.style));
    Value::Object(fields)
}

fn fields(kind: &str, comments: &Comments) -> Map<String, Value> {
    let mut fields = Map::new();
    put(&mut fields, "kind", kind);
    put(&mut fields, "head", &comments.head);
    put(&mut fields, "line", &comments.line);
    put(&mut fields, "foot", &comments.foot);
    fields
}

fn put(fields: &mut Map<String, Value>, name: &str, value: &str) {
    if !value.is_empty() {
        fields.insert(name.into(), value.into());
    }
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Plain => "",
        Style::SingleQuoted => "single",
        Style::DoubleQuoted => "double",
        Style::Literal => "literal",
        Style::Folded => "folded",
        Style::Flow => "flow",
    }
}

fn tag(tag: Tag) -> &'static str {
    match tag {
        Tag::Str => "!!str",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Bool => "!!bool",
        Tag::Null => "!!null",
        Tag::Timestamp => "!!timestamp",
        Tag::Binary => "!!binary",
        Tag::Merge => "!!merge",
        Tag::Map => "!!map",
        Tag::Seq => "!!seq",
        Tag::Custom => "custom",
        Tag::None => "none",
    }
}

/// Takes out of the recorded tree what we do not tell: the names of tags of a document's own, and of aliases.
fn without_names(value: &mut Value) {
    if let Value::Object(fields) = value {
        let known = |name: &str| {
            name.strip_prefix("!!").is_some_and(|name| {
                [
                    "str",
                    "int",
                    "float",
                    "bool",
                    "null",
                    "timestamp",
                    "binary",
                    "merge",
                    "map",
                    "seq",
                ]
                .contains(&name)
            })
        };
        if fields
            .get("tag")
            .is_some_and(|tag| !tag.as_str().is_some_and(known))
        {
            fields.insert("tag".into(), "custom".into());
        }
        if fields["kind"] == "alias" {
            fields.remove("text");
        }
        if let Some(Value::Array(children)) = fields.get_mut("children") {
            children.iter_mut().for_each(without_names);
        }
    }
}

#[test]
fn comments_belong_to_what_go_yaml_attaches_them_to() {
    let more =
        std::env::var_os("COMMENTED_BY_GO").map(|path| std::fs::read_to_string(path).unwrap());
    let (mut read_well, mut refused) = (0, 0);
    for (at, line) in more.as_deref().unwrap_or(CASES).lines().enumerate() {
        let mut case: Value = serde_json::from_str(line).expect("the file holds JSON lines");
        let text = case["text"].as_str().expect("a text").to_owned();
        let ours = read(text.as_bytes(), FileId(0), &Limits::default());
        match (&mut case["documents"], ours) {
            (Value::Array(wanted), Ok(ours)) => {
                wanted.iter_mut().for_each(without_names);
                let ours: Vec<Value> = ours.iter().map(document).collect();
                assert_eq!(
                    *wanted,
                    ours,
                    "line {} of the cases: {text:?}\n{text}",
                    at + 1
                );
                read_well += 1;
            }
            (Value::Null, Err(_)) => refused += 1,
            (Value::Null, Ok(_)) => panic!("line {}: go-yaml refuses {text:?}\n{text}", at + 1),
            (_, Err(error)) => panic!("line {}: {error:?} in {text:?}\n{text}", at + 1),
            _ => unreachable!("documents are a list or null"),
        }
    }
    assert!(
        read_well > 150 && refused > 50,
        "{read_well} read, {refused} refused"
    );
}
