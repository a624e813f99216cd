//! The Common Expression Language, as CRDs use it for rules about their resources.
//!
//! A [`Program`] is parsed once and evaluated with variables. Neither recurses deeper than a fixed bound, and an
//! evaluation ends after a fixed number of steps, so that no expression can stop or crash a check. What this
//! implementation does not know is an error of its own kind ([`Failure::Unsupported`]), so that nobody takes it for
//! an answer.
//!
//! This module knows no Kubernetes schema: who has an object makes a [`Value`] of it.

mod ast;
mod evaluate;
mod functions;
mod operators;
mod parse;
mod time;
mod token;
mod value;

pub(crate) use value::{Key, List, Value};

use ast::Expr;
use evaluate::{Evaluation, Scope};
use std::fmt;

/// How many steps one evaluation may take: about what the API server lets a rule cost.
const MOST_STEPS: u32 = 1_000_000;

/// A parsed expression.
#[derive(Debug)]
pub(crate) struct Program(Expr);

/// Why an expression cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError(pub(crate) String);

/// Why an evaluation has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Something is used that is not known here.
    Unsupported(String),
    /// The expression makes no sense for these values.
    Failed(String),
    /// It takes too many steps.
    TooLong,
}

impl Program {
    /// Parses `text`.
    ///
    /// # Errors
    /// It is no expression, or one that nests too deep.
    pub(crate) fn parse(text: &str) -> Result<Program, ParseError> {
        parse::parse(text).map(Program)
    }

    /// Whether the expression uses the variable `name`.
    pub(crate) fn uses(&self, name: &str) -> bool {
        self.0.uses(name)
    }

    /// Evaluates with these variables.
    ///
    /// # Errors
    /// Why there is no result.
    pub(crate) fn evaluate(&self, variables: &[(&str, Value)]) -> Result<Value, Failure> {
        let evaluation = Evaluation::new(MOST_STEPS);
        let mut scopes: Vec<Scope<'_>> = Vec::with_capacity(variables.len());
        for (name, value) in variables {
            scopes.push(Scope::new(name, value.clone()));
        }
        evaluation.with(&scopes, &self.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unsupported(what) => write!(f, "{what} is not known here"),
            Failure::Failed(why) => f.write_str(why),
            Failure::TooLong => f.write_str("it takes too many steps"),
        }
    }
}

#[cfg(test)]
mod tests;
