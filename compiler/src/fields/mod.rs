//! What the tree says of fields that are left to others: rules in `gitopsc.yaml`, annotations of objects and units.
//!
//! Both are only read here; what they come to for an object, [`gitopsc_engine::rules`] decides.

pub(crate) mod annotated;
pub(crate) mod written;
