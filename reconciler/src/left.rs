//! What of each desired object is left to others: the rules of the tree, held against what is there.

use crate::api::Kinds;
use crate::desired::{digest_of, placed};
use crate::set::Options;
use gitopsc_compiler::Compilation;
use gitopsc_compiler::scope::Scopes;
use gitopsc_core::EcoString;
use gitopsc_engine::observed::{Live, Observed};
use gitopsc_engine::plan::Desired;
use gitopsc_engine::rules::{Pointer, Rules, Scaled, apply_rules, scaled_by};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Takes out of each of `desired` what is left to others, now that it is known what is there.
pub fn leave(
    desired: &mut [Desired],
    compilation: &Compilation,
    observed: &Observed,
    kinds: &Kinds,
    options: &Options,
) {
    let scaled = scaled(compilation, kinds, options);
    let units = of_units(compilation);
    for object in desired {
        let rules = Rules {
            configured: &compilation.fields,
            of_unit: units.get(&object.unit).map_or(&[], Vec::as_slice),
            scaled: &scaled,
        };
        let live = observed.get(&object.object).map(Live::object);
        if let Some(ruled) = apply_rules(&object.whole, live, rules) {
            object.applied = digest_of(&ruled.desired, &compilation.secrets);
            object.body = Arc::new(ruled.desired);
            object.left = ruled.left;
        }
    }
}

/// What autoscalers scale, those of units that are not managed too.
fn scaled(compilation: &Compilation, kinds: &Kinds, options: &Options) -> Scaled {
    let scopes = Scopes::of(&compilation.units);
    let objects = compilation.manifests().map(|manifest| {
        let object = placed(manifest, kinds, &scopes, options);
        (object, manifest.body.as_ref())
    });
    scaled_by(objects)
}

/// What units say for all their objects.
fn of_units(compilation: &Compilation) -> BTreeMap<EcoString, Vec<Pointer>> {
    let units = compilation.units.iter();
    let units = units.filter_map(|unit| {
        let pointers = unit.ignored_fields()?;
        Some((unit.path.to_string().into(), pointers))
    });
    units.collect()
}
