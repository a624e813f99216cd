//! gitopsc.
fn main() {}
