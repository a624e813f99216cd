//! What of one object is left to others, and what we have to let go of before an apply without it.

use super::{Pointer, Why};
use crate::fields::{Element, FieldPath, FieldSet, not_in};
use crate::record;
use gitopsc_core::Json;
use std::fmt;

/// What of one object is left to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Left {
    pub(super) pointers: Vec<Pointer>,
    pub(super) fields: Vec<GivenUp>,
}

/// A field that Git sets and that is given up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenUp {
    /// Which.
    pub path: FieldPath,
    /// Why.
    pub why: Why,
}

impl Left {
    /// The fields that Git sets and that are given up.
    #[must_use]
    pub fn fields(&self) -> &[GivenUp] {
        &self.fields
    }

    /// What of `entry`, which we own, has to be nobody's before the next apply: that apply would reset it. `whole` is
    /// the object as Git has it, `kept` the same without what is given up.
    #[must_use]
    pub fn hand_over(&self, entry: &FieldSet, whole: &Json, kept: &Json) -> FieldSet {
        if self.pointers.is_empty() {
            return FieldSet::default();
        }
        let gone = not_in(entry, whole);
        let named = self.pointers.iter().flat_map(|at| at.paths_owned(entry));
        let named = named.filter(|path| !is_of_an_item_in(&gone, path));
        // What the body alone can name: items that are given up by their place in a list.
        let placed = not_in(entry, kept).difference(&gone);
        let both = entry.under(&FieldSet::of(named)).union(&placed);
        both.difference(&both.under(&record::fields()))
    }
}

/// Whether `path` lies below an item of a list that is in `gone`: it goes with the item.
fn is_of_an_item_in(gone: &FieldSet, path: &FieldPath) -> bool {
    let above = 1..path.0.len();
    let mut items = above.filter(|end| !matches!(path.0[end - 1], Element::Field(_)));
    items.any(|end| gone.contains(&FieldPath(path.0[..end].to_vec())))
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path, self.why)
    }
}

#[cfg(test)]
mod tests {
    use crate::fields::FieldSet;
    use crate::normalise::normalise;
    use crate::rules::{Pointer, Rule, Rules, Scaled, Selector, apply_rules};
    use gitopsc_core::Json;
    use gitopsc_yaml::json::read_json;

    fn read(text: &str) -> Json {
        read_json(text).unwrap()
    }

    /// What is handed over of `entry`, as `fieldsV1`, when `at` is given up of `desired`.
    fn handed_over(desired: &str, at: &str, entry: &str) -> Json {
        let desired = normalise(&read(desired), None, "");
        let rule = Rule {
            at: vec![Pointer::parse(at).unwrap()],
            of: Selector::default(),
        };
        let rules = Rules {
            configured: &[rule],
            of_unit: &[],
            scaled: &Scaled::default(),
        };
        let ruled = apply_rules(&desired, None, rules).unwrap();
        let entry = FieldSet::parse(&read(entry)).unwrap();
        let handed_over = ruled
            .left
            .hand_over(&entry, desired.body(), ruled.desired.body());
        handed_over.to_fields_v1()
    }

    #[test]
    fn what_is_given_up_and_ours_is_handed_over() {
        let workload = r#"{"kind":"X","spec":{"replicas":3,"c":[{"name":"a","image":"1","p":1},{"name":"b"}]}}"#;
        let owned = r#"{"f:spec":{"f:replicas":{},"f:c":{"k:{\"name\":\"a\"}":{".":{},"f:image":{},"f:name":{},"f:p":{}},"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}}"#;
        let image = r#"{"f:spec":{"f:c":{"k:{\"name\":\"a\"}":{"f:image":{}}}}}"#;
        let item = r#"{"f:spec":{"f:c":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}}"#;
        for (at, wanted) in [
            ("/spec/replicas", r#"{"f:spec":{"f:replicas":{}}}"#),
            ("/spec/c/*/image", image),
            ("/spec/c/[name=a]/image", image),
            ("/spec/c/0/image", image),
            ("/spec/c/[name=b]", item),
            ("/spec/c/1", item),
            ("/spec/paused", "{}"),
        ] {
            assert_eq!(handed_over(workload, at, owned), read(wanted), "{at}");
        }
    }

    #[test]
    fn what_left_git_and_is_given_up_is_handed_over_but_not_in_an_item_that_left_git() {
        let workload = r#"{"kind":"X","spec":{"c":[{"name":"b"}]}}"#;
        let owned = r#"{"f:spec":{"f:replicas":{},"f:c":{"k:{\"name\":\"a\"}":{".":{},"f:image":{},"f:name":{}}}}}"#;
        for (at, wanted) in [
            ("/spec/replicas", r#"{"f:spec":{"f:replicas":{}}}"#),
            ("/spec/c/*/image", "{}"),
        ] {
            assert_eq!(handed_over(workload, at, owned), read(wanted), "{at}");
        }
    }

    #[test]
    fn an_item_is_still_in_git_where_git_leaves_a_default_out_of_its_key() {
        let service = r#"{"kind":"X","spec":{"ports":[{"port":80,"nodePort":30000}]}}"#;
        let key = r#"k:{\"port\":80,\"protocol\":\"TCP\"}"#;
        let owned = format!(
            r#"{{"f:spec":{{"f:ports":{{"{key}":{{".":{{}},"f:nodePort":{{}},"f:port":{{}}}}}}}}}}"#
        );
        let wanted = format!(r#"{{"f:spec":{{"f:ports":{{"{key}":{{"f:nodePort":{{}}}}}}}}}}"#);
        assert_eq!(
            handed_over(service, "/spec/ports/*/nodePort", &owned),
            read(&wanted)
        );
    }

    #[test]
    fn the_record_is_never_handed_over() {
        let object = r#"{"kind":"X","metadata":{"name":"x","labels":{"a":"b"}}}"#;
        let owned = r#"{"f:metadata":{"f:labels":{"f:a":{},"f:gitopsc.dev/sync":{},"f:applyset.kubernetes.io/part-of":{}}}}"#;
        assert_eq!(
            handed_over(object, "/metadata/labels", owned),
            read(r#"{"f:metadata":{"f:labels":{"f:a":{}}}}"#)
        );
    }
}
