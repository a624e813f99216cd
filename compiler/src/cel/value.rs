//! Values of expressions.

use gitopsc_core::EcoString;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    String(EcoString),
    Bytes(Arc<[u8]>),
    List(Arc<List>),
    Map(Arc<BTreeMap<Key, Value>>),
    /// Nanoseconds.
    Duration(i128),
    /// Nanoseconds since 1970.
    Timestamp(i128),
    /// A quantity of Kubernetes, in billionths.
    Quantity(i128),
    Ip(IpAddr),
    Cidr(IpAddr, u8),
    Optional(Option<Arc<Value>>),
    /// A type, by its name.
    Type(&'static str),
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) items: Vec<Value>,
    /// Whether the order does not count.
    pub(crate) set: bool,
}

/// The key of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Bool(bool),
    Int(i64),
    /// Only above what fits an [`Key::Int`].
    UInt(u64),
    String(EcoString),
}

impl Value {
    /// A list in order.
    pub(crate) fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(List { items, set: false }))
    }

    /// A map with texts as keys.
    pub(crate) fn object(entries: impl IntoIterator<Item = (EcoString, Value)>) -> Value {
        let entries = entries.into_iter().map(|(key, value)| (Key::String(key), value));
        Value::Map(Arc::new(entries.collect()))
    }

    /// This as the key of a map.
    pub(super) fn key(&self) -> Option<Key> {
        Some(match self {
            Value::Bool(on) => Key::Bool(*on),
            Value::Int(number) => Key::Int(*number),
            Value::UInt(number) => match i64::try_from(*number) {
                Ok(number) => Key::Int(number),
                Err(_) => Key::UInt(*number),
            },
            Value::Double(number) => Key::Int(whole(*number)?),
            Value::String(text) => Key::String(text.clone()),
            _ => return None,
        })
    }

    /// The name of the type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::UInt(_) => "uint",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Duration(_) => "google.protobuf.Duration",
            Value::Timestamp(_) => "google.protobuf.Timestamp",
            Value::Quantity(_) => "kubernetes.Quantity",
            Value::Ip(_) => "net.IP",
            Value::Cidr(..) => "net.CIDR",
            Value::Optional(_) => "optional_type",
            Value::Type(_) => "type",
        }
    }
}

impl Key {
    /// This as a value.
    pub(super) fn value(&self) -> Value {
        match self {
            Key::Bool(on) => Value::Bool(*on),
            Key::Int(number) => Value::Int(*number),
            Key::UInt(number) => Value::UInt(*number),
            Key::String(text) => Value::String(text.clone()),
        }
    }
}

/// A number without a fraction as an integer.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the range is checked before, in powers of two"
)]
pub(super) fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number);
    fits.then_some(number as i64)
}
