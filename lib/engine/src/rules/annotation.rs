//! The annotation that lists fields to ignore, on an object or for all objects of a unit.

use super::{Pointer, PointerError};
use gitopsc_core::Json;

/// The annotation that lists fields to ignore, as pointers with commas or lines between them.
pub const IGNORE_FIELDS: &str = "gitopsc.dev/ignore-fields";

/// The value of the annotation of `object`.
#[must_use]
pub fn annotation_of(object: &Json) -> Option<&str> {
    object.str_at(&["metadata", "annotations", IGNORE_FIELDS])
}

/// What the value of an annotation says, and what of it is no pointer.
///
/// ```
/// let (pointers, errors) = gitopsc_engine::rules::listed("/spec/replicas, data");
/// assert_eq!(pointers[0].to_string(), "/spec/replicas");
/// assert_eq!(errors[0].to_string(), "`data` does not begin with a slash");
/// ```
#[must_use]
pub fn listed(text: &str) -> (Vec<Pointer>, Vec<PointerError>) {
    let parts = text.split([',', '\n']).map(str::trim);
    let (mut pointers, mut errors) = (Vec::new(), Vec::new());
    for part in parts.filter(|part| !part.is_empty()) {
        match Pointer::parse(part) {
            Ok(pointer) => pointers.push(pointer),
            Err(error) => errors.push(error),
        }
    }
    (pointers, errors)
}
