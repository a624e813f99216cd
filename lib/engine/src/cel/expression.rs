//! A condition on a whole object.

use super::guard::{Extent, Traits};
use super::value::{nothing, value};
use gitopsc_core::{EcoString, Json};
use kube_cel::KubeCelExt as _;
use kube_cel::cel::parser::{Expression as Parsed, Parser};
use kube_cel::cel::{Context, ExecutionError, Value};
use std::fmt;
use std::sync::Arc;

/// Fields that an object may lack for now. Without one, `has(status.ready)` is false rather than a mistake.
const COMMON: [&str; 4] = ["metadata", "spec", "status", "data"];

/// A condition on an object, compiled once: its top-level fields are variables, and `self` is the whole.
///
/// ```
/// use gitopsc_engine::cel::Expression;
/// use gitopsc_yaml::json::read_json;
/// let ready = Expression::compile("status.phase == 'Ready'").unwrap();
/// let holds = |text| ready.holds(&read_json(text).unwrap());
/// assert_eq!(holds(r#"{"status":{"phase":"Ready"}}"#), Ok(true));
/// assert_eq!(holds(r#"{"status":{}}"#), Ok(false));
/// assert!(Expression::compile("status.phase = 'Ready'").is_err());
/// ```
#[derive(Clone)]
pub struct Expression {
    text: EcoString,
    traits: Traits,
    parsed: Arc<Parsed>,
}

/// Why an expression was not evaluated with an object. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unevaluated(pub &'static str);

impl fmt::Display for Unevaluated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl Expression {
    /// Compiles `text`.
    ///
    /// # Errors
    /// Why it is no expression, or none that is evaluated here.
    pub fn compile(text: &str) -> Result<Expression, String> {
        let traits = Traits::of(text)?;
        let parser = Parser::new().enable_optional_syntax(true);
        let parsed = parser.parse(text).map_err(|errors| {
            let first = errors.errors.first().map(|error| error.msg.as_str());
            first.unwrap_or("it is no expression").to_owned()
        })?;
        Ok(Expression {
            text: text.into(),
            traits,
            parsed: Arc::new(parsed),
        })
    }

    /// The text that was compiled.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds for `object`. It does not if it reads a field that is not there.
    ///
    /// # Errors
    /// It does not fit the object, or is not evaluated with one like it.
    pub fn holds(&self, object: &Json) -> Result<bool, Unevaluated> {
        let mut context = Context::default();
        context.register_all();
        let references = self.parsed.references();
        let mut names = references.variables();
        // The library has them in no order; the first that is refused is told.
        names.sort_unstable();
        for name in names {
            if let Some(value) = self.variable(name, object)? {
                context.add_variable_from_value(name, value);
            }
        }
        match context.resolve(&self.parsed) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err(Unevaluated("it gives neither true nor false")),
            Err(
                ExecutionError::NoSuchKey(_)
                | ExecutionError::UndeclaredReference(_)
                | ExecutionError::IndexOutOfBounds(_),
            ) => Ok(false),
            Err(error) => Err(Unevaluated(words(&error))),
        }
    }

    /// What `name` stands for; nothing if the object has no such field, or the expression itself says what it is.
    fn variable(&self, name: &str, object: &Json) -> Result<Option<Value>, Unevaluated> {
        let field = if name == "self" {
            Some(object)
        } else {
            object.get(name)
        };
        let Some(field) = field else {
            return Ok(COMMON.contains(&name).then(nothing));
        };
        match self.traits.refuses(&Extent::of(field)) {
            Some(why) => Err(Unevaluated(why)),
            None => Ok(Some(value(field))),
        }
    }
}

/// The error without the values that the library would show.
fn words(error: &ExecutionError) -> &'static str {
    match error {
        ExecutionError::UnexpectedType { .. }
        | ExecutionError::NoSuchOverload
        | ExecutionError::ValuesNotComparable(..)
        | ExecutionError::UnsupportedUnaryOperator(..)
        | ExecutionError::UnsupportedBinaryOperator(..)
        | ExecutionError::UnsupportedTargetType { .. }
        | ExecutionError::UnsupportedMapIndex(_)
        | ExecutionError::UnsupportedListIndex(_)
        | ExecutionError::UnsupportedIndex(..) => "a value is of another type than it takes it for",
        ExecutionError::DivisionByZero(_)
        | ExecutionError::RemainderByZero(_)
        | ExecutionError::Overflow(..) => "a number is out of bounds",
        _ => "a function in it fails",
    }
}

#[cfg(test)]
mod tests {
    use super::Expression;
    use gitopsc_yaml::json::read_json;

    const OBJECT: &str = r#"{
        "metadata": {"generation": 2},
        "ready": 3,
        "status": {
            "observedGeneration": 2,
            "list": [],
            "conditions": [{"type": "Synced", "status": "True"}, {"type": "Ready", "status": "False"}]
        }
    }"#;

    #[test]
    fn expressions_hold_or_do_not_or_do_not_fit() {
        let object = read_json(OBJECT).unwrap();
        let unfit = |expression: &str| {
            let compiled = Expression::compile(expression).unwrap();
            compiled.holds(&object).map_err(|why| why.to_string())
        };
        for (expression, wanted) in [
            (
                "status.conditions.filter(e, e.type == 'Synced').all(e, e.status == 'True')",
                true,
            ),
            (
                "status.conditions.exists(e, e.type == 'Ready' && e.status == 'True')",
                false,
            ),
            ("metadata.generation == status.observedGeneration", true),
            ("self.status.observedGeneration == 2 && ready > 2", true),
            ("has(status.nothing)", false),
            ("!has(status.nothing)", true),
            ("!has(spec.nothing)", true),
            ("status.nothing.further == 1", false),
            ("unknown == 1", false),
            ("status.list[0] == 1", false),
            ("status.?nothing.orValue([]).exists(e, true)", false),
            (
                "status.?conditions.orValue([]).exists(e, e.type == 'Ready')",
                true,
            ),
        ] {
            assert_eq!(unfit(expression), Ok(wanted), "{expression}");
        }
        for expression in [
            "status.observedGeneration + 'x' == 'x'",
            "1 + 1",
            "ready / 0 == 1",
        ] {
            assert!(
                unfit(expression).is_err(),
                "{expression}: {:?}",
                unfit(expression)
            );
        }
    }

    #[test]
    fn what_is_wrong_is_found_when_it_is_compiled() {
        for expression in [
            "",
            "a ==",
            "a = b",
            "status.phase == 'x",
            "unsafe(1)",
            "a b",
        ] {
            assert!(Expression::compile(expression).is_err(), "{expression}");
        }
    }
}
