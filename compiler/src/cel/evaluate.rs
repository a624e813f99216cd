//! Evaluates expressions.
//!
//! An error in one part of `&&` and `||`, and of `all` and `exists`, does not count if another part decides.

use super::Failure;
use super::ast::{Bind, Expr, Loop, LoopKind};
use super::functions;
use super::operators::{self, equal};
use super::value::{Key, Value};
use gitopsc_core::EcoString;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names of types that are values themselves.
const TYPES: [&str; 10] = [
    "bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint",
];

type Result<T> = std::result::Result<T, Failure>;

/// One evaluation, with the steps that are left.
pub(super) struct Evaluation {
    left: Cell<u32>,
}

/// A variable, and those around it.
#[derive(Clone)]
pub(super) struct Scope<'s> {
    name: &'s str,
    value: Value,
}

impl<'s> Scope<'s> {
    pub(super) fn new(name: &'s str, value: Value) -> Scope<'s> {
        Scope { name, value }
    }
}

/// All variables, the innermost last.
type Scopes<'s> = Vec<Scope<'s>>;

impl Evaluation {
    pub(super) fn new(steps: u32) -> Evaluation {
        Evaluation {
            left: Cell::new(steps),
        }
    }

    /// Evaluates `expr` with `variables`.
    pub(super) fn with(&self, variables: &[Scope<'_>], expr: &Expr) -> Result<Value> {
        self.value(expr, &mut variables.to_vec())
    }

    /// Takes `steps` of those that are left.
    fn spend(&self, steps: usize) -> Result<()> {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let left = self.left.get().checked_sub(steps).ok_or(Failure::TooLong)?;
        self.left.set(left);
        Ok(())
    }

    fn value<'s>(&self, expr: &'s Expr, scopes: &mut Scopes<'s>) -> Result<Value> {
        self.spend(1)?;
        match expr {
            Expr::Literal(value) => Ok(value.clone()),
            Expr::Variable(name) => variable(name, scopes),
            Expr::Select { of, field, optional } => {
                let of = self.value(of, scopes)?;
                select(&of, field, *optional)
            }
            Expr::Has { of, field } => Ok(Value::Bool(has(&self.value(of, scopes)?, field)?)),
            Expr::Index { pair, optional } => {
                let [of, index] = self.both(pair, scopes)?;
                index_of(&of, &index, *optional)
            }
            Expr::Call {
                name,
                member,
                arguments,
            } => self.call(name, *member, arguments, scopes),
            Expr::List(items) => {
                let items = items.iter().map(|item| self.value(item, scopes));
                Ok(Value::list(items.collect::<Result<_>>()?))
            }
            Expr::Map(entries) => self.map(entries, scopes),
            Expr::And(parts) => self.decided(parts, false, scopes),
            Expr::Or(parts) => self.decided(parts, true, scopes),
            Expr::Not(inner) => Ok(Value::Bool(!truth(&self.value(inner, scopes)?)?)),
            Expr::Negative(inner) => operators::negative(&self.value(inner, scopes)?),
            Expr::Conditional(three) => {
                let [condition, then, other] = &**three;
                let chosen = if truth(&self.value(condition, scopes)?)? { then } else { other };
                self.value(chosen, scopes)
            }
            Expr::Binary(operator, pair) => {
                let [left, right] = self.both(pair, scopes)?;
                self.spend(operators::cost(&left, &right))?;
                operators::binary(operator, &left, &right)
            }
            Expr::Loop(of) => self.through(of, scopes),
            Expr::Bind { name, how, pair } => self.bind(name, *how, pair, scopes),
        }
    }

    fn both<'s>(&self, pair: &'s [Expr; 2], scopes: &mut Scopes<'s>) -> Result<[Value; 2]> {
        let [left, right] = pair;
        Ok([self.value(left, scopes)?, self.value(right, scopes)?])
    }

    fn call<'s>(
        &self,
        name: &EcoString,
        member: bool,
        arguments: &'s [Expr],
        scopes: &mut Scopes<'s>,
    ) -> Result<Value> {
        let arguments = arguments.iter().map(|argument| self.value(argument, scopes));
        let arguments: Vec<Value> = arguments.collect::<Result<_>>()?;
        self.spend(arguments.iter().map(operators::size_of).sum())?;
        functions::call(name, member, &arguments)
    }

    fn map<'s>(&self, entries: &'s [[Expr; 2]], scopes: &mut Scopes<'s>) -> Result<Value> {
        let mut map = BTreeMap::new();
        for pair in entries {
            let [key, value] = self.both(pair, scopes)?;
            map.insert(key_of(&key)?, value);
        }
        Ok(Value::Map(Arc::new(map)))
    }

    /// Whether any of `parts` is `decisive`; all of them are asked before an error counts.
    fn decided<'s>(
        &self,
        parts: &'s [Expr],
        decisive: bool,
        scopes: &mut Scopes<'s>,
    ) -> Result<Value> {
        let mut failure = None;
        for part in parts {
            match self.value(part, scopes).and_then(|value| truth(&value)) {
                Ok(truth) if truth == decisive => return Ok(Value::Bool(decisive)),
                Ok(_) => {}
                Err(Failure::TooLong) => return Err(Failure::TooLong),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn bind<'s>(
        &self,
        name: &'s EcoString,
        how: Bind,
        pair: &'s [Expr; 2],
        scopes: &mut Scopes<'s>,
    ) -> Result<Value> {
        let [bound, body] = pair;
        let bound = match (how, self.value(bound, scopes)?) {
            (Bind::Plain, value) => value,
            (_, Value::Optional(None)) => return Ok(Value::Optional(None)),
            (_, Value::Optional(Some(value))) => Value::clone(&value),
            _ => return Err(mismatch("an optional value is wanted")),
        };
        let result = self.within(name, bound, body, scopes)?;
        Ok(match how {
            Bind::Map => Value::Optional(Some(Arc::new(result))),
            Bind::Plain | Bind::FlatMap => result,
        })
    }

    /// Evaluates `body` with one more variable.
    fn within<'s>(
        &self,
        name: &'s str,
        value: Value,
        body: &'s Expr,
        scopes: &mut Scopes<'s>,
    ) -> Result<Value> {
        scopes.push(Scope::new(name, value));
        let result = self.value(body, scopes);
        scopes.pop();
        result
    }

    fn through<'s>(&self, of: &'s Loop, scopes: &mut Scopes<'s>) -> Result<Value> {
        let over = self.value(&of.over, scopes)?;
        let elements = elements(&over, of.names.0.is_some())?;
        let mut outcome = Outcome::new(of.kind);
        for (first, second) in elements {
            let before = scopes.len();
            if let Some(name) = &of.names.0 {
                scopes.push(Scope::new(name, first.clone()));
            }
            scopes.push(Scope::new(&of.names.1, second.clone()));
            let kept = match &of.filter {
                None => Ok(true),
                Some(filter) => self.value(filter, scopes).and_then(|value| truth(&value)),
            };
            let result = match kept {
                Ok(true) => self.value(&of.body, scopes).map(Some),
                Ok(false) => Ok(None),
                Err(error) => Err(error),
            };
            scopes.truncate(before);
            if let Some(result) = result.transpose()
                && let Some(done) = outcome.add(result, first, second)?
            {
                return Ok(done);
            }
        }
        outcome.end()
    }
}

/// What a loop has come to.
struct Outcome {
    kind: LoopKind,
    failure: Option<Failure>,
    found: usize,
    items: Vec<Value>,
    entries: BTreeMap<Key, Value>,
}

impl Outcome {
    fn new(kind: LoopKind) -> Outcome {
        Outcome {
            kind,
            failure: None,
            found: 0,
            items: Vec::new(),
            entries: BTreeMap::new(),
        }
    }

    /// Adds the `result` for one element; gives the result of the loop once it is decided.
    fn add(&mut self, result: Result<Value>, first: Value, second: Value) -> Result<Option<Value>> {
        let decisive = match self.kind {
            LoopKind::All => Some(false),
            LoopKind::Exists => Some(true),
            _ => None,
        };
        if let Some(decisive) = decisive {
            match result.and_then(|value| truth(&value)) {
                Ok(truth) if truth == decisive => return Ok(Some(Value::Bool(decisive))),
                Ok(_) => {}
                Err(Failure::TooLong) => return Err(Failure::TooLong),
                Err(error) => self.failure = self.failure.take().or(Some(error)),
            }
            return Ok(None);
        }
        let value = result?;
        match self.kind {
            LoopKind::ExistsOne => self.found += usize::from(truth(&value)?),
            LoopKind::Filter if truth(&value)? => self.items.push(second),
            LoopKind::Map => self.items.push(value),
            LoopKind::TransformMap => {
                self.entries.insert(key_of(&first)?, value);
            }
            LoopKind::Filter | LoopKind::All | LoopKind::Exists => {}
        }
        Ok(None)
    }

    fn end(self) -> Result<Value> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        Ok(match self.kind {
            LoopKind::All => Value::Bool(true),
            LoopKind::Exists => Value::Bool(false),
            LoopKind::ExistsOne => Value::Bool(self.found == 1),
            LoopKind::Map | LoopKind::Filter => Value::list(self.items),
            LoopKind::TransformMap => Value::Map(Arc::new(self.entries)),
        })
    }
}

/// The elements of a list or map. With two names the first is index or key, the second the value; with one it is the
/// item of a list, and the key of a map.
fn elements(over: &Value, two: bool) -> Result<Vec<(Value, Value)>> {
    match over {
        Value::List(list) => {
            let items = list.items.iter().zip(0_i64..);
            Ok(items.map(|(item, at)| (Value::Int(at), item.clone())).collect())
        }
        Value::Map(map) => {
            let entry = |(key, value): (&Key, &Value)| {
                let key = key.value();
                (key.clone(), if two { value.clone() } else { key })
            };
            Ok(map.iter().map(entry).collect())
        }
        _ => Err(mismatch("a list or a map is wanted")),
    }
}

fn variable(name: &EcoString, scopes: &Scopes<'_>) -> Result<Value> {
    if let Some(scope) = scopes.iter().rev().find(|scope| scope.name == name) {
        return Ok(scope.value.clone());
    }
    let known = TYPES.iter().find(|known| **known == name.as_str());
    known
        .map(|known| Value::Type(known))
        .ok_or_else(|| Failure::Unsupported(format!("the variable `{name}`")))
}

/// The field of a map; through an optional value the result is optional.
fn select(of: &Value, field: &EcoString, optional: bool) -> Result<Value> {
    match of {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => select(inner, field, true),
        Value::Map(map) => {
            let found = map.get(&Key::String(field.clone()));
            found_or(found, optional, || format!("there is no `{field}`"))
        }
        _ => Err(mismatch(format!("`{field}` is asked for where no map is"))),
    }
}

fn has(of: &Value, field: &EcoString) -> Result<bool> {
    match of {
        Value::Map(map) => Ok(map.contains_key(&Key::String(field.clone()))),
        Value::Optional(None) => Ok(false),
        Value::Optional(Some(inner)) => has(inner, field),
        _ => Err(mismatch(format!("`{field}` is asked for where no map is"))),
    }
}

fn index_of(of: &Value, index: &Value, optional: bool) -> Result<Value> {
    match of {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(inner)) => index_of(inner, index, true),
        Value::Map(map) => {
            let found = index.key().and_then(|key| map.get(&key));
            found_or(found, optional, || "there is no such key".to_owned())
        }
        Value::List(list) => {
            let at = match index.key() {
                Some(Key::Int(at)) => usize::try_from(at).ok(),
                _ => None,
            };
            let found = at.and_then(|at| list.items.get(at));
            found_or(found, optional, || "there is no such item".to_owned())
        }
        _ => Err(mismatch("an index is used where no list or map is")),
    }
}

fn found_or(found: Option<&Value>, optional: bool, why: impl Fn() -> String) -> Result<Value> {
    match (found, optional) {
        (Some(value), false) => Ok(value.clone()),
        (None, false) => Err(Failure::Failed(why())),
        (found, true) => Ok(Value::Optional(found.cloned().map(Arc::new))),
    }
}

fn key_of(value: &Value) -> Result<Key> {
    value.key().ok_or_else(|| mismatch("this cannot be the key of a map"))
}

/// A truth value.
pub(super) fn truth(value: &Value) -> Result<bool> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        _ => Err(mismatch("true or false is wanted")),
    }
}

/// That values are of the wrong type.
pub(super) fn mismatch(why: impl Into<String>) -> Failure {
    Failure::Failed(why.into())
}

/// Whether a list holds a value.
pub(super) fn holds(items: &[Value], value: &Value) -> bool {
    items.iter().any(|item| equal(item, value))
}
