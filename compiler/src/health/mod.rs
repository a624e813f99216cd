//! What the tree says of health: rules for kinds in `gitopsc.yaml`, and objects that have to be healthy.
//!
//! Both are only read here; [`gitopsc_engine::health`] tells the health of an object.

pub(crate) mod required;
pub(crate) mod written;

pub use required::{Required, required};

use crate::compilation::Compilation;
use gitopsc_engine::health::Rules;

/// The rules for the objects of `compilation`: those built in, those of its `gitopsc.yaml`, and what its own
/// CustomResourceDefinitions and StorageClasses tell.
#[must_use]
pub fn rules(compilation: &Compilation) -> Rules {
    let mut rules = Rules::builtin();
    for rule in &compilation.health {
        rules.add(rule.clone());
    }
    for manifest in compilation.manifests() {
        rules.learn(&manifest.body);
    }
    rules
}
