//! Built-in transformers, one file each.
