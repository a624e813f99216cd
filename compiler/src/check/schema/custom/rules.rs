//! CEL rules of a CRD (`x-kubernetes-validations`), evaluated by kube-cel.
//!
//! A rule is evaluated where it stands, on the value that is there with the defaults of its schema. Rules about a change
//! (`oldSelf`) have nothing to compare with here. What cannot be evaluated is told, and is never a pass: an expression
//! that the library does not know, and a value that holds a secret.

use crate::check::schema::MOST_DEEP;
use crate::check::schema::problem::{Problem, What};
use crate::check::schema::scalar::stands_for_another;
use crate::objects::path::{self, Pointer, items};
use gitopsc_core::{EcoString, Gvk, Json};
use gitopsc_engine::cel::guard::{Extent, Traits};
use kube_cel::{
    CompiledSchema, ErrorKind, RootContext, ValidationError, Validator, compile_schema,
};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

const RULES: &str = "x-kubernetes-validations";

/// How many characters of a rule are told of one that is not compiled.
const MOST_SHOWN: usize = 60;

/// A rule that was not evaluated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unchecked {
    /// The rule.
    pub(crate) rule: String,
    /// Why.
    pub(crate) why: String,
}

/// The part of a schema that has rules.
pub(super) struct RuleTree {
    own: Option<Own>,
    properties: BTreeMap<EcoString, RuleTree>,
    items: Option<Box<RuleTree>>,
    values: Option<Box<RuleTree>>,
}

/// The rules at one place of a schema.
struct Own {
    /// Those that are evaluated with the same values, compiled together.
    groups: Vec<Group>,
    /// Those that are not compiled.
    passed_over: Vec<Unchecked>,
}

struct Group {
    traits: Traits,
    compiled: CompiledSchema,
}

impl RuleTree {
    /// The rules of `schema`; nothing if there are none.
    pub(super) fn of(schema: &Json) -> Option<RuleTree> {
        RuleTree::at(schema, 0)
    }

    fn at(schema: &Json, depth: usize) -> Option<RuleTree> {
        if depth > MOST_DEEP {
            return None;
        }
        let below = |schema: &Json| RuleTree::at(schema, depth + 1);
        let properties = match schema.get("properties") {
            Some(Json::Object(fields)) => fields
                .iter()
                .filter_map(|(name, schema)| Some((name.clone(), below(schema)?)))
                .collect(),
            _ => BTreeMap::new(),
        };
        let tree = RuleTree {
            own: Own::of(schema),
            properties,
            items: schema.get("items").and_then(below).map(Box::new),
            values: schema
                .get("additionalProperties")
                .and_then(below)
                .map(Box::new),
        };
        let is_empty = tree.own.is_none()
            && tree.properties.is_empty()
            && tree.items.is_none()
            && tree.values.is_none();
        (!is_empty).then_some(tree)
    }

    /// Adds the rules that `body` breaks to `problems`; gives those that were not evaluated.
    pub(super) fn walk(
        &self,
        body: &Json,
        gvk: &Gvk,
        problems: &mut Vec<Problem>,
    ) -> Vec<Unchecked> {
        let mut walk = Walk {
            validator: Validator::new(),
            root: RootContext {
                api_version: gvk.api_version().to_string(),
                api_group: gvk.group.to_string(),
                kind: gvk.kind.to_string(),
            },
            problems,
            unchecked: Vec::new(),
        };
        walk.value(self, body, &Pointer::default());
        walk.unchecked
    }
}

impl Own {
    fn of(schema: &Json) -> Option<Own> {
        let all = items(schema, &[RULES]);
        if all.is_empty() {
            return None;
        }
        let mut passed_over = Vec::new();
        let mut kept: BTreeMap<Traits, Vec<Value>> = BTreeMap::new();
        for rule in all {
            let text = path::text(rule, &["rule"]).unwrap_or_default();
            match Traits::of(text) {
                Ok(traits) => kept.entry(traits).or_default().push(compilable(rule)),
                Err(why) => passed_over.push(Unchecked {
                    rule: text.chars().take(MOST_SHOWN).collect(),
                    why,
                }),
            }
        }
        let bare = without_rules(value_of(schema));
        let group = |(traits, rules): (Traits, Vec<Value>)| {
            let mut schema = bare.clone();
            if let Value::Object(fields) = &mut schema {
                fields.insert(RULES.to_owned(), Value::Array(rules));
            }
            let compiled = compile_schema(&schema);
            Group { traits, compiled }
        };
        Some(Own {
            groups: kept.into_iter().map(group).collect(),
            passed_over,
        })
    }
}

impl Group {
    /// That none of the rules was evaluated.
    fn unchecked(&self, why: &str) -> impl Iterator<Item = Unchecked> {
        let compiled = self.compiled.validations.iter().flatten();
        compiled.map(move |compiled| Unchecked {
            rule: compiled.rule.rule.clone(),
            why: why.to_owned(),
        })
    }
}

struct Walk<'w> {
    validator: Validator,
    root: RootContext,
    problems: &'w mut Vec<Problem>,
    unchecked: Vec<Unchecked>,
}

impl Walk<'_> {
    fn value(&mut self, tree: &RuleTree, value: &Json, at: &Pointer) {
        if *value == Json::Null {
            return;
        }
        if let Some(own) = &tree.own {
            self.own(own, value, at);
        }
        match value {
            Json::Object(object) => {
                for (key, value) in object.iter() {
                    let below = tree.properties.get(key).or(tree.values.as_deref());
                    if let Some(below) = below {
                        self.value(below, value, &at.key(key));
                    }
                }
            }
            Json::Array(list) => {
                let items = tree.items.as_deref();
                for (index, item) in list.iter().enumerate() {
                    if let Some(items) = items {
                        self.value(items, item, &at.item(index));
                    }
                }
            }
            _ => {}
        }
    }

    fn own(&mut self, own: &Own, value: &Json, at: &Pointer) {
        self.unchecked.extend(own.passed_over.iter().cloned());
        if holds_secret(value) {
            let why = "a value that it is about is encrypted, or is filled in later";
            let unchecked = own.groups.iter().flat_map(|group| group.unchecked(why));
            self.unchecked.extend(unchecked);
            return;
        }
        let extent = Extent::of(value);
        let value = value_of(value);
        for group in &own.groups {
            match group.traits.refuses(&extent) {
                Some(why) => self.unchecked.extend(group.unchecked(why)),
                None => self.evaluate(group, &value, at),
            }
        }
    }

    fn evaluate(&mut self, group: &Group, value: &Value, at: &Pointer) {
        let root = (*at == Pointer::default()).then_some(&self.root);
        let validator = &self.validator;
        let result = validator.validate_compiled_with_context(&group.compiled, value, None, root);
        for error in result.err().into_iter().flatten() {
            self.add(error, at);
        }
    }

    fn add(&mut self, error: ValidationError, at: &Pointer) {
        if error.kind == ErrorKind::ValidationFailure {
            self.problems.push(Problem {
                at: at.clone(),
                what: What::Rule {
                    // Without a message the library repeats the rule.
                    message: (!error.message.starts_with("failed rule: ")).then_some(error.message),
                    rule: error.rule,
                },
            });
        } else {
            self.unchecked.push(Unchecked {
                rule: error.rule,
                why: error.message,
            });
        }
    }
}

/// Whether something in `value` is not the value that will be there.
fn holds_secret(value: &Json) -> bool {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Json::Object(object) => pending.extend(object.iter().map(|(_, value)| value)),
            Json::Array(items) => pending.extend(items.iter()),
            scalar if stands_for_another(scalar) => return true,
            _ => {}
        }
    }
    false
}

/// `rule` for the library. A message that it would have to work out is left out if that is not sure to end well.
fn compilable(rule: &Json) -> Value {
    let expression = path::text(rule, &["messageExpression"]);
    let is_plain =
        expression.is_none_or(|text| Traits::of(text).is_ok_and(|traits| !traits.loops()));
    let mut rule = value_of(rule);
    if let Value::Object(fields) = &mut rule
        && !is_plain
    {
        fields.remove("messageExpression");
    }
    rule
}

/// The schema without the rules of what is below: those are evaluated where they stand.
fn without_rules(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != RULES);
            let fields = fields.map(|(name, value)| (name, without_rules(value)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_rules).collect()),
        other => other,
    }
}

/// The same value for the library. It is never called with a secret.
fn value_of(value: &Json) -> Value {
    match value {
        Json::Null | Json::Secret(_) | Json::SecretLiteral(_) => Value::Null,
        Json::Bool(on) => Value::Bool(*on),
        Json::Int(number) => Value::from(*number),
        Json::UInt(number) => Value::from(*number),
        Json::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Json::String(text) => Value::String(text.to_string()),
        Json::Array(items) => Value::Array(items.iter().map(value_of).collect()),
        Json::Object(object) => {
            let fields = object
                .iter()
                .map(|(key, value)| (key.to_string(), value_of(value)));
            Value::Object(fields.collect::<Map<String, Value>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::json;
    use super::{Problem, RuleTree, Unchecked};
    use gitopsc_core::{Gvk, Json};
    use gitopsc_yaml::Object;

    /// What is found by `rule` in `value`.
    fn found(rule: &str, value: &Json) -> (Vec<Problem>, Vec<Unchecked>) {
        let text = |text: &str| Json::String(text.into());
        let rule = Json::Object(Object::new(vec![("rule".into(), text(rule))]));
        let schema = Json::Object(Object::new(vec![
            ("type".into(), text("object")),
            (super::RULES.into(), Json::Array([rule].into())),
        ]));
        let mut problems = Vec::new();
        let tree = RuleTree::of(&schema).unwrap();
        let unchecked = tree.walk(
            value,
            &Gvk::parse("example.com/v1", "Widget"),
            &mut problems,
        );
        (problems, unchecked)
    }

    #[test]
    fn rules_are_kept_broken_or_not_evaluated() {
        let value = json("{min: 2, max: 1, list: [a, b], secret: 'ENC[AES256_GCM,data:x]'}");
        let plain = json("{min: 2, max: 1, list: [a, b]}");
        for (rule, value, problems, unchecked) in [
            ("self.max <= self.min", &plain, 0, 0),
            ("self.min <= self.max", &plain, 1, 0),
            ("self.list.all(item, item in ['a', 'b'])", &plain, 0, 0),
            ("self.list.exists(item, item == 'c')", &plain, 1, 0),
            ("has(self.nothing)", &plain, 1, 0),
            ("self.nothing == 1", &plain, 0, 1),
            ("!!true", &plain, 0, 1),
            ("self.min <= self.max", &value, 0, 1),
        ] {
            let (broken, not) = found(rule, value);
            assert_eq!((broken.len(), not.len()), (problems, unchecked), "{rule}");
        }
    }

    #[test]
    fn the_longest_rules_that_are_evaluated_fit_on_the_stack_of_a_thread() {
        let value = json("{a: {a: 1}, s: text, l: [[[1]]]}");
        for rule in [
            format!("{}1 > 0", "1 + ".repeat(250)),
            format!("self{} == 1", ".a".repeat(250)),
            format!("self.l{} == 1", "[0]".repeat(165)),
            format!("self.s{} == 'text'", ".trim()".repeat(120)),
            format!("{}true{}", "(".repeat(32), ")".repeat(32)),
            format!("{}true", "true ? true : ".repeat(32)),
            format!("self.l{}.size() == 1", ".filter(x, true)".repeat(60)),
            format!("{}1", "1 < ".repeat(250)),
            format!("{}[1]{} == []", "[".repeat(30), "]".repeat(30)),
            format!("{}true", "true && ".repeat(160)),
        ] {
            let (_, unchecked) = found(&rule, &value);
            let refused = unchecked.iter().any(|rule| rule.why == "it is too long");
            assert!(!refused, "{rule}");
        }
    }
}
