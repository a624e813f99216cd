//! Operators: comparison over numbers of all types, arithmetic that notices overflow.

use super::Failure;
use super::evaluate::{holds, mismatch};
use super::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

type Result<T> = std::result::Result<T, Failure>;

/// What `left operator right` is.
pub(super) fn binary(operator: &str, left: &Value, right: &Value) -> Result<Value> {
    let ordered = |accepted: &[Ordering]| {
        let order = compare(left, right).ok_or_else(|| mismatch("these cannot be compared"))?;
        Ok(Value::Bool(accepted.contains(&order)))
    };
    match operator {
        "==" => Ok(Value::Bool(equal(left, right))),
        "!=" => Ok(Value::Bool(!equal(left, right))),
        "<" => ordered(&[Ordering::Less]),
        "<=" => ordered(&[Ordering::Less, Ordering::Equal]),
        ">" => ordered(&[Ordering::Greater]),
        ">=" => ordered(&[Ordering::Greater, Ordering::Equal]),
        "in" => is_in(left, right),
        "+" => add(left, right),
        _ => arithmetic(operator, left, right),
    }
}

/// `-value`.
pub(super) fn negative(value: &Value) -> Result<Value> {
    match value {
        Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(overflow),
        Value::Double(number) => Ok(Value::Double(-number)),
        Value::Duration(nanos) => Ok(Value::Duration(-nanos)),
        _ => Err(mismatch("a number is wanted behind `-`")),
    }
}

/// Whether two values are equal; those of different types are not, but for numbers.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    if let Some(order) = numbers(left, right) {
        return order == Some(Ordering::Equal);
    }
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            let (left_items, right_items) = (&left.items, &right.items);
            let same_length = left_items.len() == right_items.len();
            if left.set || right.set {
                return same_length && left_items.iter().all(|item| holds(right_items, item));
            }
            let mut pairs = left_items.iter().zip(right_items);
            same_length && pairs.all(|(left, right)| equal(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            let same = |(key, value)| right.get(key).is_some_and(|other| equal(value, other));
            left.len() == right.len() && left.iter().all(same)
        }
        (Value::Optional(Some(left)), Value::Optional(Some(right))) => equal(left, right),
        _ => left == right,
    }
}

/// How two values are ordered; nothing if they are not.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    if let Some(order) = numbers(left, right) {
        return order;
    }
    Some(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => left.as_str().cmp(right.as_str()),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        (Value::Duration(left), Value::Duration(right))
        | (Value::Timestamp(left), Value::Timestamp(right))
        | (Value::Quantity(left), Value::Quantity(right)) => left.cmp(right),
        _ => return None,
    })
}

/// How two numbers are ordered; the outer nothing if one of them is no number.
fn numbers(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    let integer = |value: &Value| match value {
        Value::Int(number) => Some(i128::from(*number)),
        Value::UInt(number) => Some(i128::from(*number)),
        _ => None,
    };
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => Some(Some(left.cmp(&right))),
        _ => Some(double(left)?.partial_cmp(&double(right)?)),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "integers are compared with fractions as fractions"
)]
fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::UInt(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

fn is_in(left: &Value, right: &Value) -> Result<Value> {
    let found = match right {
        Value::List(list) => holds(&list.items, left),
        Value::Map(map) => left.key().is_some_and(|key| map.contains_key(&key)),
        _ => return Err(mismatch("a list or a map is wanted behind `in`")),
    };
    Ok(Value::Bool(found))
}

fn add(left: &Value, right: &Value) -> Result<Value> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            let mut text = left.clone();
            text.push_str(right);
            Ok(Value::String(text))
        }
        (Value::Bytes(left), Value::Bytes(right)) => {
            Ok(Value::Bytes(Arc::from([&**left, &**right].concat())))
        }
        (Value::List(left), Value::List(right)) => {
            let mut all = (**left).clone();
            for item in &right.items {
                if !(all.set && holds(&all.items, item)) {
                    all.items.push(item.clone());
                }
            }
            Ok(Value::List(Arc::new(all)))
        }
        (Value::Timestamp(time), Value::Duration(span))
        | (Value::Duration(span), Value::Timestamp(time)) => Ok(Value::Timestamp(time + span)),
        (Value::Duration(left), Value::Duration(right)) => Ok(Value::Duration(left + right)),
        _ => arithmetic("+", left, right),
    }
}

fn arithmetic(operator: &str, left: &Value, right: &Value) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => {
            let result = match operator {
                "+" => left.checked_add(*right),
                "-" => left.checked_sub(*right),
                "*" => left.checked_mul(*right),
                "/" => left.checked_div(*right),
                _ => left.checked_rem(*right),
            };
            result.map(Value::Int).ok_or_else(overflow)
        }
        (Value::UInt(left), Value::UInt(right)) => {
            let result = match operator {
                "+" => left.checked_add(*right),
                "-" => left.checked_sub(*right),
                "*" => left.checked_mul(*right),
                "/" => left.checked_div(*right),
                _ => left.checked_rem(*right),
            };
            result.map(Value::UInt).ok_or_else(overflow)
        }
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(match operator {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            _ => return Err(mismatch("`%` is for integers")),
        })),
        (Value::Timestamp(left), Value::Timestamp(right)) if operator == "-" => {
            Ok(Value::Duration(left - right))
        }
        (Value::Timestamp(time), Value::Duration(span)) if operator == "-" => {
            Ok(Value::Timestamp(time - span))
        }
        (Value::Duration(left), Value::Duration(right)) if operator == "-" => {
            Ok(Value::Duration(left - right))
        }
        _ => Err(mismatch(format!("`{operator}` is not for these values"))),
    }
}

fn overflow() -> Failure {
    mismatch("a number does not fit, or is divided by nothing")
}

/// About how many steps an operator on these values takes.
pub(super) fn cost(left: &Value, right: &Value) -> usize {
    size_of(left).saturating_add(size_of(right))
}

/// About how large a value is, in steps.
pub(super) fn size_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() / 16,
        Value::Bytes(bytes) => bytes.len() / 16,
        Value::List(list) => list.items.len(),
        Value::Map(map) => map.len() / 8,
        _ => 0,
    }
}
