//! The finished objects of a compilation, and ways to find and read them.
//!
//! Who needs whom ([`crate::edges`]) and what is wrong ([`crate::check`]) both ask here: `index` finds
//! objects, `path` walks into them, `pods` knows where their pods are, `selector` what labels match.

pub(crate) mod index;
pub(crate) mod path;
pub(crate) mod pods;
pub(crate) mod selector;
