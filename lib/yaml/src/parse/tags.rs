//! Explicit tags, by their short names.

use crate::node::Tag;
use granit_parser::Tag as Written;

const CORE: &str = "tag:yaml.org,2002:";

/// The tag that `written` says; none for `!`, which says nothing.
pub(super) fn explicit(written: &Written) -> Option<Tag> {
    let (handle, suffix) = written.parts();
    if handle.len() + suffix.len() == 1 {
        return None;
    }
    let name = written
        .suffix_in_namespace(CORE)
        .or_else(|| written.suffix_in_namespace("!!"));
    Some(match name.as_deref() {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("timestamp") => Tag::Timestamp,
        Some("binary") => Tag::Binary,
        Some("merge") => Tag::Merge,
        Some("map") => Tag::Map,
        Some("seq") => Tag::Seq,
        _ => Tag::Custom,
    })
}
