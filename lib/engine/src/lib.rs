//! Pure decisions: which object needs which, and in what order they can come.
//!
//! A [`graph::ManifestGraph`] is made of nodes and of the edges that somebody derived; it settles what
//! contradicts itself and gives the order. Where edges come from is the compiler's matter, what is done
//! in that order the reconciler's: this crate knows neither files nor a cluster.

pub mod graph;
