//! A parsed expression.

use super::value::Value;
use gitopsc_core::EcoString;

/// An expression.
#[derive(Debug)]
pub(super) enum Expr {
    Literal(Value),
    Variable(EcoString),
    /// `of.field`, or `of.?field`.
    Select {
        of: Box<Expr>,
        field: EcoString,
        optional: bool,
    },
    /// `has(of.field)`.
    Has { of: Box<Expr>, field: EcoString },
    /// `of[index]`, or `of[?index]`.
    Index {
        pair: Box<[Expr; 2]>,
        optional: bool,
    },
    /// `name(arguments)`, or `target.name(arguments)` with the target first.
    Call {
        name: EcoString,
        member: bool,
        arguments: Vec<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<[Expr; 2]>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    /// Condition, then, else.
    Conditional(Box<[Expr; 3]>),
    Binary(&'static str, Box<[Expr; 2]>),
    Loop(Box<Loop>),
    /// `cel.bind(name, value, body)`, and what is made of an optional value.
    Bind {
        name: EcoString,
        how: Bind,
        pair: Box<[Expr; 2]>,
    },
}

/// What a name is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bind {
    /// The value itself.
    Plain,
    /// What is in an optional value; the result is optional again.
    Map,
    /// The same; the body gives an optional value.
    FlatMap,
}

/// A macro that goes through a list or map.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) kind: LoopKind,
    pub(super) over: Expr,
    /// The names of index or key, if there are two, and of the element.
    pub(super) names: (Option<EcoString>, EcoString),
    pub(super) filter: Option<Expr>,
    pub(super) body: Expr,
}

/// Which macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformMap,
}

impl Expr {
    /// The parts of this expression.
    pub(super) fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Literal(_) | Expr::Variable(_) => Vec::new(),
            Expr::Select { of, .. } | Expr::Has { of, .. } => vec![of],
            Expr::Not(of) | Expr::Negative(of) => vec![of],
            Expr::Index { pair, .. } | Expr::Binary(_, pair) | Expr::Bind { pair, .. } => {
                pair.iter().collect()
            }
            Expr::Call { arguments, .. } => arguments.iter().collect(),
            Expr::List(items) | Expr::And(items) | Expr::Or(items) => items.iter().collect(),
            Expr::Map(entries) => entries.iter().flatten().collect(),
            Expr::Conditional(three) => three.iter().collect(),
            Expr::Loop(of) => {
                let filter = of.filter.as_ref();
                [&of.over, &of.body].into_iter().chain(filter).collect()
            }
        }
    }

    /// Whether the variable `name` occurs.
    pub(super) fn uses(&self, name: &str) -> bool {
        let mut pending = vec![self];
        while let Some(expr) = pending.pop() {
            if matches!(expr, Expr::Variable(variable) if variable == name) {
                return true;
            }
            pending.extend(expr.parts());
        }
        false
    }
}
