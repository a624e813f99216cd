//! Which fields of an object somebody owns: what `metadata.managedFields` of a live object says.
//!
//! A [`FieldSet`] is read from a `fieldsV1` value and is compared as a set, whatever the order in which it was
//! written. It needs no schema: its `k:` and `v:` elements name the items of lists, and what the schema calls
//! atomic ends in a leaf. What follows from ownership (drift, conflicts, taking over) is decided elsewhere.

mod cause;
mod cover;
mod element;
mod entry;
mod items;
mod overlay;
mod path;
mod read;
mod set;
mod within;

pub use cause::place_of;
pub use cover::{covers, not_in};
pub use element::{Element, Scalar};
pub use entry::{ManagedEntry, Operation, entries, entry_of};
pub use overlay::overlaid;
pub use path::FieldPath;
pub use read::Malformed;
pub use set::FieldSet;
pub use within::without;

pub(crate) use entry::written;
