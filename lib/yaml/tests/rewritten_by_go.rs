//! Texts full of comments, anchors and tags, read and written by go-yaml v3 with kyaml's settings, against ours.
//!
//! A line of `testdata/rewritten_by_go.jsonl` is a text and what go-yaml 3.0.3 writes of its first document, null
//! where it refuses it.

use gitopsc_yaml::Limits;
use gitopsc_yaml::emit::node::Nothing;
use gitopsc_yaml::rewrite::read;
use serde_json::Value;

const CASES: &str = include_str!("../testdata/rewritten_by_go.jsonl");

#[test]
fn texts_are_written_again_as_go_yaml_writes_them() {
    let (mut written, mut refused) = (0, 0);
    for (at, line) in CASES.lines().enumerate() {
        let case: Value = serde_json::from_str(line).expect("the file holds JSON lines");
        let text = case["text"].as_str().expect("a text");
        let draft = read(text, &Limits::default());
        match (case["written"].as_str(), draft) {
            (Some(wanted), Ok(Some(draft))) => {
                assert_eq!(
                    draft.write(&Nothing),
                    wanted,
                    "line {} of the cases",
                    at + 1
                );
                written += 1;
            }
            (None, Err(_)) => refused += 1,
            (_, Ok(_)) => panic!("line {}: go-yaml differs on {text:?}", at + 1),
            (_, Err(why)) => panic!("line {}: {why} in {text:?}", at + 1),
        }
    }
    assert!(
        written > 300 && refused > 20,
        "{written} written, {refused} refused"
    );
}
