//! What go-yaml and Kustomize's libraries wrote for nodes full of traps, against what we write.
//!
//! A line of `testdata/written_by_go.jsonl` is one case: the node, the document that Kustomize 5.8.1's
//! `AsYAML` made of it (null if it failed) and the text of kyaml's encoder. A scalar is `[tag, style, text]`.

use gitopsc_yaml::emit::node::{Nothing, emit_node};
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Entry, Mapping, Node, NodeValue, Style, Tag};
use serde_json::Value;

const CASES: &str = include_str!("../testdata/written_by_go.jsonl");

struct Case {
    line: usize,
    node: Node,
    printed: Option<String>,
    text: Option<String>,
}

fn cases() -> impl Iterator<Item = Case> {
    CASES.lines().enumerate().map(|(at, line)| {
        let case: Value = serde_json::from_str(line).expect("the file holds JSON lines");
        let string = |key: &str| case[key].as_str().map(str::to_owned);
        Case {
            line: at + 1,
            node: node(&case["node"]),
            printed: string("printed"),
            text: string("text"),
        }
    })
}

fn node(value: &Value) -> Node {
    let flow = value["flow"] == Value::Bool(true);
    let mut node = match value {
        Value::Array(parts) => scalar(parts),
        _ => match (value["map"].as_array(), value["list"].as_array()) {
            (Some(entries), _) => Node::from(Mapping {
                entries: entries
                    .iter()
                    .map(|entry| Entry {
                        key: node(&entry[0]),
                        value: node(&entry[1]),
                    })
                    .collect(),
            }),
            (_, Some(items)) => Node::sequence(items.iter().map(node).collect()),
            _ => unreachable!("a node is a scalar, a map or a list"),
        },
    };
    if flow {
        node.style = Style::Flow;
    }
    node
}

fn scalar(parts: &[Value]) -> Node {
    let part = |at: usize| parts[at].as_str().expect("three strings");
    let tag = match part(0) {
        "" => Tag::None,
        "str" => Tag::Str,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "bool" => Tag::Bool,
        "null" => Tag::Null,
        "timestamp" => Tag::Timestamp,
        "binary" => Tag::Binary,
        _ => Tag::Custom,
    };
    let style = match part(1) {
        "plain" => Style::Plain,
        "single" => Style::SingleQuoted,
        "double" => Style::DoubleQuoted,
        "literal" => Style::Literal,
        "folded" => Style::Folded,
        other => unreachable!("style {other}"),
    };
    Node {
        tag,
        style,
        value: NodeValue::Scalar(part(2).into()),
        ..Node::scalar("")
    }
}

#[test]
fn resources_are_printed_as_kustomize_prints_them() {
    let (mut printed, mut refused) = (0, 0);
    for case in cases() {
        let ours = lower(&case.node).ok().map(|json| {
            let mut text = String::new();
            emit(&json, Secrets::Mask, &mut text);
            text
        });
        assert_eq!(ours, case.printed, "line {} of the cases", case.line);
        match ours {
            Some(_) => printed += 1,
            None => refused += 1,
        }
    }
    assert!(
        printed > 500 && refused > 50,
        "{printed} printed, {refused} refused"
    );
}

#[test]
fn nodes_are_written_as_kyaml_writes_them() {
    let mut written = 0;
    for case in cases().filter(|case| case.text.is_some()) {
        let mut text = String::new();
        emit_node(&case.node, &Nothing, &mut text);
        assert_eq!(Some(text), case.text, "line {} of the cases", case.line);
        written += 1;
    }
    assert!(written > 500, "{written} written");
}
