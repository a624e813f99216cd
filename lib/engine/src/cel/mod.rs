//! CEL, by kube-cel behind a guard: see docs/design/0006-cel-by-kube-cel.md.
//!
//! [`guard`] says what is handed to the library; [`Expression`] is one condition on a whole object, as rules of
//! health have them. Rules of CRDs are the compiler's matter, which asks the same guard.

mod expression;
pub mod guard;
mod value;

pub use expression::{Expression, Unevaluated};
